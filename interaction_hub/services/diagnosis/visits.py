"""One HTTP request as somebody outside would make it, and in plain words why it did not get through."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

TIMEOUT_SECONDS = 10.0
_MOST_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whoever gave it. `code` is the hub's own word for a problem, empty if the answer is not the hub's."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    code: str

    @property
    def who(self) -> str:
        """Status, and what the server calls itself."""
        server = self.headers.get("Server", "")
        return f"status {self.status}" + (f" from {server[:60]}" if server else "")


class Unreachable(Exception):
    """No answer: `words` say why, `advice` what to do."""

    def __init__(self, words: str, advice: str) -> None:
        super().__init__(words)
        self.words, self.advice = words, advice


class Visitor:
    """Makes requests: no cookies, no redirects, no proxies from the environment."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def visit(
        self,
        url: str,
        method: str = "GET",
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        own_machine: bool = False,
    ) -> Reply:
        """Raises `Unreachable`. On our own machine the certificate is not asked for a name."""
        try:
            async with self._session.request(
                method,
                URL(url, encoded=True),
                headers=headers,
                data=body,
                allow_redirects=False,
                ssl=not own_machine,
            ) as response:
                content = await response.content.read(_MOST_BYTES)
                return Reply(response.status, response.headers, content, _code(content))
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise _explained(error, url) from None


@asynccontextmanager
async def open_visitor(seconds: float = TIMEOUT_SECONDS) -> AsyncIterator[Visitor]:
    """A visitor with so many seconds for each request."""
    timeout = aiohttp.ClientTimeout(total=seconds)
    async with aiohttp.ClientSession(
        timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=True
    ) as session:
        yield Visitor(session)


def _code(content: bytes) -> str:
    try:
        found: Any = json.loads(content)
    except ValueError:
        return ""
    code = found.get("code") if isinstance(found, dict) else None
    return code if isinstance(code, str) else ""


async def certificate_ends(url: str) -> float | None:
    """When the certificate behind an https address ends (seconds since 1970); None if it cannot be seen."""
    parts = urlsplit(url)
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            context = ssl.create_default_context()
            _, writer = await asyncio.open_connection(parts.hostname, parts.port or 443, ssl=context)
    except (OSError, TimeoutError, ValueError):
        return None
    peer = writer.get_extra_info("peercert")
    writer.transport.abort()
    return float(ssl.cert_time_to_seconds(str(peer["notAfter"]))) if peer else None


def _explained(error: BaseException, url: str) -> Unreachable:
    """The likeliest reasons first; the deepest cause decides."""
    parts = urlsplit(url)
    place = f"{parts.hostname} port {parts.port or (443 if parts.scheme == 'https' else 80)}"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        reason = getattr(error.certificate_error, "verify_message", "") or "it is not trusted"
        return Unreachable(f"{place}: the certificate does not hold: {reason}", "providers refuse it, too: renew it")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Unreachable(f"{parts.hostname} does not resolve", "make its DNS record, or correct server.public_url")
    if isinstance(error, (aiohttp.ClientConnectorSSLError, ssl.SSLError)):
        return Unreachable(f"{place} speaks no https", "let the proxy, or tls_cert and tls_key, speak https there")
    if isinstance(error, TimeoutError):
        advice = "open the firewall for this port, and see that the proxy or tunnel runs and reaches the hub"
        return Unreachable(f"{place} did not answer in time", advice)
    if isinstance(error, aiohttp.ClientConnectorError):
        return Unreachable(f"nobody listens at {place}", "start the proxy or tunnel, or correct server.public_url")
    return Unreachable(f"{place}: the connection broke ({type(error).__name__})", "see the log of the proxy or tunnel")
