"""The few calls of Twilio's REST API that we make, through the SDK's Client on our own HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp

from channels.errors import Ambiguous, Temporary
from channels.messages import OutboundMessage
from channels.twilio_sms.http import TwilioHttp
from channels.twilio_sms.options import TwilioSmsOptions

PAGE_SIZE = 100

# What the SDK raises over an answer of another shape than it expects (JSONDecodeError is a ValueError).
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Record:
    """One message on Twilio's books."""

    sid: str
    sender: str
    recipient: str
    text: str
    status: str
    inbound: bool
    created_us: int
    error_code: str
    error_message: str
    media_count: int


@dataclass(frozen=True, slots=True)
class Account:
    """The account as Twilio sees it: `active`, `suspended` or `closed`; `Trial` or `Full`."""

    name: str
    status: str
    kind: str


@dataclass(frozen=True, slots=True)
class Number:
    """One of our numbers, and where Twilio posts what customers write to it."""

    number: str
    sms_url: str
    sms_method: str
    application: str


class TwilioApi:
    """Opened by the adapter's `start`, closed by its `close`. Raises the errors of `http.py`."""

    def __init__(self, options: TwilioSmsOptions) -> None:
        self._options = options
        self._session: aiohttp.ClientSession | None = None
        self._account: Any = None

    async def open(self) -> None:
        """Make the session, and import the SDK beside the event loop: it takes a quarter of a second."""
        if self._session is None:
            client_class = await asyncio.to_thread(_import_client)
            # No cookies and no proxies from the environment: each request is what the code says.
            limit = aiohttp.ClientTimeout(total=self._options.timeout_seconds)
            self._session = aiohttp.ClientSession(timeout=limit, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)
            http = TwilioHttp(self._session, self._options.api_base, self._options.timeout_seconds)
            client = client_class(self._options.account_sid, self._options.auth_token, http_client=http)
            # The SDK takes these from the environment, and would then call past `api_base`.
            client.edge = client.region = None
            self._account = client.api.v2010.account

    async def close(self) -> None:
        """Close the session; harmless when it is not open."""
        session, self._session, self._account = self._session, None, None
        if session is not None:
            await session.close()

    async def create(self, message: OutboundMessage, callback_url: str) -> Record:
        """One POST. Raises `Ambiguous` too if the success that came back cannot be read."""
        try:
            made = await self._opened().messages.create_async(
                to=message.recipient,
                from_=message.sender,
                # A picture alone has no Body at all: an empty one is refused with 21602.
                **({"body": message.text} if message.text else {}),
                **({"media_url": list(message.media_urls)} if message.media_urls else {}),
                **({"status_callback": callback_url} if callback_url else {}),
            )
        except _UNREADABLE as error:
            raise Ambiguous(f"Twilio's answer to a create cannot be read: {type(error).__name__}") from error
        if not made.sid:
            raise Ambiguous("Twilio's answer to a create has no sid")
        return _record(made)

    async def between(self, sender: str, recipient: str, limit: int) -> AsyncIterator[Record]:
        """Messages of ours to one customer, newest first. No date filter: what still waits has no DateSent yet."""
        query = {"from_": sender, "to": recipient, "limit": limit, "page_size": min(limit, PAGE_SIZE)}
        async for record in self._list(query):
            yield record

    async def since(self, since_us: int) -> AsyncIterator[Record]:
        """All messages of the account from then on, both directions, newest first."""
        after = datetime.fromtimestamp(since_us / 1_000_000, UTC)
        async for record in self._list({"date_sent_after": after, "page_size": PAGE_SIZE}):
            yield record

    async def media_of(self, sid: str) -> list[tuple[str, str]]:
        """(address, content type) of a message's files, oldest first."""
        try:
            files = await self._opened().messages(sid).media.list_async(limit=10)
        except _UNREADABLE as error:
            raise Temporary("Twilio's list of files cannot be read") from error
        base = self._options.api_base
        return [(base + file.uri.removesuffix(".json"), file.content_type or "") for file in files]

    async def account(self) -> Account:
        """The account itself: proves that Twilio takes our sid and token."""
        try:
            found = await self._opened().fetch_async()
        except _UNREADABLE as error:
            raise Temporary("Twilio's answer about the account cannot be read") from error
        return Account(str(found.friendly_name or ""), str(found.status or ""), str(found.type or ""))

    async def numbers(self, number: str = "", limit: int = 50) -> list[Number]:
        """The account's numbers (short codes are not among them), or this one if it is."""
        query = {"phone_number": number} if number else {}
        try:
            found = await self._opened().incoming_phone_numbers.list_async(limit=limit, page_size=limit, **query)
        except _UNREADABLE as error:
            raise Temporary("Twilio's list of numbers cannot be read") from error
        return [
            Number(
                str(item.phone_number or ""),
                str(item.sms_url or ""),
                str(item.sms_method or ""),
                str(item.sms_application_sid or ""),
            )
            for item in found
        ]

    async def _list(self, query: dict[str, object]) -> AsyncIterator[Record]:
        try:
            async for item in await self._opened().messages.stream_async(**query):
                yield _record(item)
        except _UNREADABLE as error:
            raise Temporary("Twilio's list of messages cannot be read") from error

    def _opened(self) -> Any:
        if self._account is None:
            raise RuntimeError("the adapter is not started")
        return self._account


def _import_client() -> Any:
    from twilio.rest import Client  # type: ignore[import-untyped]

    return Client


def _record(item: Any) -> Record:
    created = item.date_created
    return Record(
        sid=str(item.sid),
        sender=str(item.from_ or ""),
        recipient=str(item.to or ""),
        text=str(item.body or ""),
        status=str(item.status),
        inbound=str(item.direction) == "inbound",
        created_us=int(created.timestamp() * 1_000_000) if isinstance(created, datetime) else 0,
        error_code=str(item.error_code or ""),
        error_message=str(item.error_message or ""),
        media_count=int(item.num_media or 0),
    )
