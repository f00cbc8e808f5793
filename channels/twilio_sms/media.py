"""Fetches customers' files from Twilio and from nowhere else: hosts, hops, size and type are limited (A5, A6)."""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from channels.errors import Permanent, Temporary
from channels.messages import Media, MediaRef
from channels.twilio_sms.media_types import sniff
from channels.twilio_sms.options import TwilioSmsOptions

MAX_HOPS = 3
_REDIRECTS = (301, 302, 303, 307, 308)

# Host and port to all of its addresses. Replaced in tests by a scripted one.
Resolve = Callable[[str, int], Awaitable[list[str]]]


@dataclass(frozen=True, slots=True)
class _Target:
    """A URL that passed the rules, and the one address that may be connected to."""

    url: str
    host: str
    port: int
    address: str
    home: bool


class MediaFetcher:
    """One per account. A name is resolved once per hop, and the connection goes to the address that was checked."""

    def __init__(self, options: TwilioSmsOptions, resolve: Resolve | None = None) -> None:
        self._options = options
        self._resolve = resolve or _system_resolve
        self._home = _origin(urlsplit(options.api_base))
        self._open = False

    async def open(self) -> None:
        """Allow fetches."""
        self._open = True

    async def close(self) -> None:
        """Refuse new fetches; each fetch owns and closes its connection."""
        self._open = False

    async def fetch(self, ref: MediaRef) -> Media:
        """Raises `Permanent` for what is against the rules, `Temporary` for what may work later."""
        if not self._open:
            raise RuntimeError("the adapter is not started")
        try:
            async with asyncio.timeout(self._options.timeout_seconds * 2):
                content = await self._follow(ref.url)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Temporary(f"the file cannot be fetched now: {type(error).__name__}", retry_after=5.0) from error
        found = sniff(content, ref.content_type)
        if found is None:
            raise Permanent("This type of file is not accepted.", code="media-type")
        return Media(content, *found)

    async def _follow(self, url: str) -> bytes:
        for hop in range(MAX_HOPS + 1):
            target = await self._admit(url)
            # Our credentials go to the API alone, and never along a redirect.
            answer = await self._get(target, with_auth=hop == 0 and target.home)
            if isinstance(answer, bytes):
                return answer
            url = urljoin(url, answer)
        raise Permanent("The file's address leads around in circles.", code="media-redirects")

    async def _admit(self, url: str) -> _Target:
        """Apply all rules to one hop."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower().rstrip("."), parts.port
        except ValueError:
            raise _forbidden("it is not an address") from None
        home = _origin(parts) == self._home
        private = home and self._options.allow_private_media
        if (
            parts.username is not None
            or parts.password is not None
            or "\\" in url
            or not all("!" <= c <= "~" for c in url)
        ):
            raise _forbidden("it is not a plain address")
        if parts.scheme != "https" and not (private and parts.scheme == "http"):
            raise _forbidden("it is not https")
        if not home and (port not in (None, 443) or not self._is_listed(host, parts.path)):
            raise _forbidden("its host is not one of Twilio's")
        port = port or (443 if parts.scheme == "https" else 80)
        addresses = await self._resolve(host, port)
        if not addresses or (not private and not all(is_public(address) for address in addresses)):
            raise _forbidden("its host is not on the public internet")
        return _Target(parts._replace(fragment="").geturl(), host, port, addresses[0], home)

    def _is_listed(self, host: str, path: str) -> bool:
        for entry in self._options.media_hosts:
            name, slash, folder = entry.partition("/")
            if host == name and (not slash or (path.startswith(slash + folder) and ".." not in unquote(path))):
                return True
        return False

    async def _get(self, target: _Target, *, with_auth: bool) -> bytes | str:
        """The content, or where a redirect leads."""
        headers = {"Accept-Encoding": "identity", "Accept": "*/*"}
        if with_auth:
            pair = f"{self._options.account_sid}:{self._options.auth_token}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        limit = aiohttp.ClientTimeout(total=self._options.timeout_seconds, connect=5.0)
        connector = aiohttp.TCPConnector(resolver=_Pinned(target), use_dns_cache=False, force_close=True)
        async with (
            aiohttp.ClientSession(
                connector=connector,
                timeout=limit,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
            ) as session,
            session.get(URL(target.url, encoded=True), headers=headers, allow_redirects=False) as response,
        ):
            if response.status in _REDIRECTS:
                return response.headers.get("Location", "")
            _expect_success(response)
            return await self._read(response)

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        """Count while reading: a header may lie, and a compressed body could grow."""
        most = self._options.media_max_bytes
        if (response.content_length or 0) > most or response.headers.get("Content-Encoding", "identity") != "identity":
            raise Permanent("The file is too large.", code="media-size")
        content = bytearray()
        async for chunk in response.content.iter_chunked(65536):
            content += chunk
            if len(content) > most:
                raise Permanent("The file is too large.", code="media-size")
        return bytes(content)


class _Pinned(AbstractResolver):
    """Answers with the address that was checked, so that a second look-up cannot give another one (DNS rebinding)."""

    def __init__(self, target: _Target) -> None:
        self._target = target

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = self._target.address
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=kind, proto=0, flags=int(socket.AI_NUMERICHOST)
            )
        ]

    async def close(self) -> None:
        """Nothing is held."""


async def _system_resolve(host: str, port: int) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise _forbidden("it is not an address") from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """An address of the public internet, also through the IPv6 forms that carry an IPv4 address inside."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None and not inner.is_global:
            return False
        if ip in ipaddress.ip_network("64:ff9b::/96"):  # NAT64 reaches any IPv4 address
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    try:
        port = parts.port
    except ValueError:
        port = -1
    return parts.scheme, (parts.hostname or "").lower(), port or (443 if parts.scheme == "https" else 80)


def _expect_success(response: aiohttp.ClientResponse) -> None:
    if response.status in (429,) or response.status >= 500:
        raise Temporary(f"the file cannot be fetched now: status {response.status}", retry_after=5.0)
    if response.status != 200:
        raise Permanent("The file is no longer at Twilio.", code=f"media-{response.status}")


def _forbidden(why: str) -> Permanent:
    return Permanent(f"The file's address is refused: {why}.", code="media-address")
