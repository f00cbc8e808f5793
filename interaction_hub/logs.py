"""What the hub says about itself: structured lines on standard error, without secrets, texts or addresses."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog
from aiohttp.http_exceptions import HttpProcessingError

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SECRET = re.compile(r"(?i)token|password|secret|authorization|cookie")
_PHONE = re.compile(r"\+\d{7,15}")
# PostgreSQL repeats whole rows there: "DETAIL:  Failing row contains (…)".
_DETAIL = re.compile(r"DETAIL:.*")
_IN_TRACE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def configure(level: str, form: str) -> None:
    """Set up structlog and the standard library's logging in one form."""
    number = logging.getLevelNamesMapping()[level.upper()]
    chain: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_secrets,
    ]
    chain.append(
        structlog.processors.JSONRenderer(serializer=lambda data, **_: msgspec.json.encode(data).decode())
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=chain,
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(_Tame(form))
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[lines])
    logging.getLogger("aiohttp.server").addFilter(no_http)


class _Tame(logging.Formatter):
    """Lines of the libraries below us, in our form: what a stranger sent cannot begin a line, nor colour one."""

    def __init__(self, form: str) -> None:
        super().__init__("%(message)s" if form == "json" else "%(levelname)s %(name)s %(message)s")
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        text = _harmless_trace(super().format(record))
        if self._form != "json":
            return text
        at = datetime.fromtimestamp(record.created, UTC).isoformat()
        found = {"event": text, "logger": record.name, "level": record.levelname.lower(), "timestamp": at}
        return msgspec.json.encode(found).decode()


def no_http(record: logging.LogRecord) -> bool:
    """A filter: a request that is no HTTP is its sender's fault, one line and not the trace of a fault of ours."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, HttpProcessingError):
        record.levelno, record.levelname, record.exc_info = logging.WARNING, "WARNING", None
        record.msg = f"{record.msg}: {type(error).__name__}"
    return True


def hide_secrets(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank out secrets and telephone numbers, and make control characters harmless (A25)."""
    for key, value in event.items():
        if _SECRET.search(key):
            event[key] = "…"
        elif key == "exception" and isinstance(value, str):
            event[key] = _harmless_trace(value)
        elif isinstance(value, str):
            event[key] = _PHONE.sub("+…", _CONTROL.sub("�", _DETAIL.sub("DETAIL: …", value)))
    return event


def _harmless_trace(text: str) -> str:
    """Several lines, of which all but the first are indented: none can be taken for an entry of the log."""
    lines = _PHONE.sub("+…", _IN_TRACE.sub("�", _DETAIL.sub("DETAIL: …", text))).split("\n")
    return "\n    ".join(lines)
