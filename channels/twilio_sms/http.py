"""Our own HTTP under the twilio SDK: real time-outs, a base URL that can be moved, and errors by what to do next.

The SDK's own async client hands `timeout=None` to aiohttp: it waited 6 s against a limit of 0.5 s (telephony.md 2.3).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from channels.errors import Ambiguous, Permanent, Temporary
from channels.twilio_sms.error_words import TEMPORARY_CODES, explain
from channels.twilio_sms.options import DEFAULT_API_BASE

_MAX_ANSWER = 4_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """A success, in the shape that the SDK expects of a response."""

    status_code: int
    text: str
    headers: Mapping[str, str]

    @property
    def content(self) -> str:
        """The SDK's other name for the text."""
        return self.text

    @property
    def ok(self) -> bool:
        """True below 400; errors never get here."""
        return self.status_code < 400


class TwilioHttp:
    """The SDK's `AsyncHttpClient` by shape (no import of the SDK). Raises the channel's errors, not the SDK's."""

    is_async = True

    def __init__(self, session: aiohttp.ClientSession, api_base: str, timeout_seconds: float) -> None:
        self._session = session
        self._api_base = api_base.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds, connect=min(5.0, timeout_seconds))

    async def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the SDK's signature; the account's limit holds
        allow_redirects: bool = False,
    ) -> Answer:
        """One request, no retries, no redirects."""
        url = self._rebase(uri)
        if params:
            url += "?" + urlencode(params, doseq=True)
        body = urlencode(data, doseq=True).encode() if data else None
        sent_headers = dict(headers or {})
        if auth is not None:
            sent_headers["Authorization"] = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
        status, text, answer_headers = await self._exchange(method.upper(), url, body, sent_headers)
        if 200 <= status < 300:
            return Answer(status, text, answer_headers)
        raise _refusal(method.upper(), status, text, answer_headers)

    def _rebase(self, uri: str) -> str:
        """The SDK's address below our base; any other would carry our password to a place that nobody configured."""
        if not uri.startswith(DEFAULT_API_BASE + "/"):
            raise Permanent("The request would leave the configured address of Twilio.", code="api-base")
        return self._api_base + uri.removeprefix(DEFAULT_API_BASE)

    async def _exchange(
        self, method: str, url: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, str, Mapping[str, str]]:
        try:
            async with self._session.request(
                method, URL(url, encoded=True), data=body, headers=headers, timeout=self._timeout, allow_redirects=False
            ) as response:
                return response.status, await _read_text(response), response.headers
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Temporary(f"Twilio cannot be reached: {type(error).__name__}", retry_after=5.0) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _lost(method, type(error).__name__) from error


async def _read_text(response: aiohttp.ClientResponse) -> str:
    raw = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        raw += chunk
        if len(raw) > _MAX_ANSWER:
            raise aiohttp.ClientPayloadError("the answer is too long")
    return raw.decode("utf-8", "replace")


def _lost(method: str, name: str) -> Exception:
    """The request may have arrived. Reading twice is harmless, creating twice is not."""
    if method == "GET":
        return Temporary(f"Twilio did not answer: {name}")
    return Ambiguous(f"Twilio did not answer after the request left: {name}")


def _refusal(method: str, status: int, text: str, headers: Mapping[str, str]) -> Exception:
    """An answer that is no success, by what the caller does next."""
    code, words = _error_of(text)
    if status == 429 or code in TEMPORARY_CODES:
        return Temporary(explain(code or "20429", words), retry_after=_retry_after(headers))
    if status >= 500 or status == 408:
        return _lost(method, f"status {status}") if method != "GET" else Temporary(f"Twilio answered {status}")
    return Permanent(explain(code, words or f"Twilio answered with status {status}."), code=code or str(status))


def _error_of(text: str) -> tuple[str, str]:
    """Code and message of Twilio's error JSON, or two blanks. https://www.twilio.com/docs/usage/twilios-response"""
    try:
        error = json.loads(text)
    except ValueError:
        return "", ""
    if not isinstance(error, dict):
        return "", ""
    code = error.get("code")
    words = error.get("message") or error.get("detail") or ""
    return (str(code) if isinstance(code, int) else ""), str(words)[:300]


def _retry_after(headers: Mapping[str, str]) -> float:
    """Seconds of `Retry-After`, within reason; the date form is rare enough to count as one second."""
    text = headers.get("Retry-After", "")
    return min(max(float(text), 0.1), 300.0) if text.isascii() and text.isdigit() else 1.0
