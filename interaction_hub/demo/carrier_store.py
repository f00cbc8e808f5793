"""The simulated carrier's books: messages and files, in the JSON in which Twilio shows them, listed in pages."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import urlencode

API = "/2010-04-01"


@dataclass(slots=True)
class StoredMedia:
    """One file of a message."""

    sid: str
    content_type: str
    content: bytes
    created: datetime


@dataclass(slots=True)
class WebhookCall:
    """One webhook as it ended: the hub's status, or 0 if no answer came; attempts include retries."""

    url: str
    params: dict[str, str]
    status: int
    attempts: int
    body: str = ""


@dataclass(slots=True)
class StoredMessage:
    """One message on the books. `position` rises with every change, over all messages."""

    sid: str
    direction: str
    from_number: str
    to_number: str
    body: str
    status: str
    created: datetime
    callback: str = ""
    error_code: int | None = None
    sent: datetime | None = None
    updated: datetime | None = None
    media: list[StoredMedia] = field(default_factory=list)
    media_urls: tuple[str, ...] = ()
    webhooks: list[WebhookCall] = field(default_factory=list)
    number: int = 0
    position: int = 0

    @property
    def inbound(self) -> bool:
        """True if a customer sent it."""
        return self.direction == "inbound"


class Books:
    """All messages in the order in which they were made."""

    def __init__(self, account_sid: str) -> None:
        self.account_sid = account_sid
        self.messages: list[StoredMessage] = []
        self.position = 0
        self._changed = asyncio.Condition()

    async def add(self, message: StoredMessage) -> None:
        """Write a new message in."""
        message.number = len(self.messages)
        self.messages.append(message)
        await self.change(message, message.status)

    async def change(self, message: StoredMessage, status: str, error_code: int | None = None) -> None:
        """A new status; wakes whoever waits for a change."""
        message.status, message.updated = status, now()
        message.error_code = error_code or message.error_code
        if message.sent is None and status not in ("queued", "accepted", "sending", "failed"):
            message.sent = message.updated
        async with self._changed:
            self.position += 1
            message.position = self.position
            self._changed.notify_all()

    async def wait_after(self, position: int, seconds: float) -> None:
        """Return when something changed after that position, or when the time is up."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: self.position > position)
        except TimeoutError:
            return

    def find(self, sid: str) -> StoredMessage | None:
        """By sid."""
        return next((message for message in self.messages if message.sid == sid), None)

    def thread(self, number: str) -> list[StoredMessage]:
        """All that a customer's number sent or got, oldest first."""
        return [m for m in self.messages if number == (m.from_number if m.inbound else m.to_number)]

    def show(self, message: StoredMessage) -> dict[str, object]:
        """The schema `api.v2010.account.message`."""
        uri = f"{API}/Accounts/{self.account_sid}/Messages/{message.sid}"
        return {
            "account_sid": self.account_sid,
            "api_version": "2010-04-01",
            "body": message.body,
            "date_created": format_datetime(message.created),
            "date_sent": format_datetime(message.sent) if message.sent else None,
            "date_updated": format_datetime(message.updated or message.created),
            "direction": message.direction,
            "error_code": message.error_code,
            "error_message": None,
            "from": message.from_number,
            "messaging_service_sid": None,
            "num_media": str(len(message.media) or len(message.media_urls)),
            "num_segments": str(rough_segments(message.body)),
            "price": None,
            "price_unit": "USD",
            "sid": message.sid,
            "status": message.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": message.to_number,
            "uri": f"{uri}.json",
        }

    def show_media(self, message: StoredMessage, media: StoredMedia) -> dict[str, object]:
        """The schema `api.v2010.account.message.media`."""
        return {
            "account_sid": self.account_sid,
            "content_type": media.content_type,
            "date_created": format_datetime(media.created),
            "date_updated": format_datetime(media.created),
            "parent_sid": message.sid,
            "sid": media.sid,
            "uri": f"{API}/Accounts/{self.account_sid}/Messages/{message.sid}/Media/{media.sid}.json",
        }

    def page(self, path: str, query: dict[str, str]) -> dict[str, object]:
        """One page of the list, newest first, with the addresses of its neighbours."""
        size, page = int(query.get("PageSize", "50")), int(query.get("Page", "0"))
        found = [m for m in reversed(self.messages) if _matches(m, query)]
        # The token is the last message that was shown: what arrives meanwhile does not shift the pages.
        token = query.get("PageToken", "").removeprefix("PA")
        start = next((i + 1 for i, m in enumerate(found) if m.sid == token), 0)
        shown = found[start : start + size]
        more = len(found) > start + size
        return {
            "messages": [self.show(message) for message in shown],
            "first_page_uri": _page_uri(path, query, size, 0, ""),
            "next_page_uri": _page_uri(path, query, size, page + 1, shown[-1].sid) if more else None,
            "previous_page_uri": None,
            "uri": _page_uri(path, query, size, page, token),
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": max(page * size + len(shown) - 1, 0),
        }


def _matches(message: StoredMessage, query: dict[str, str]) -> bool:
    if query.get("To", message.to_number) != message.to_number:
        return False
    if query.get("From", message.from_number) != message.from_number:
        return False
    sent = message.sent.strftime("%Y-%m-%dT%H:%M:%SZ") if message.sent else ""
    if "DateSent" in query and sent[: len(query["DateSent"])] != query["DateSent"]:
        return False
    if "DateSent>" in query and sent < query["DateSent>"]:
        return False
    # A day means the whole of it: any time of that day sorts below the day and a tilde.
    return "DateSent<" not in query or "" < sent <= query["DateSent<"] + "~"


def _page_uri(path: str, query: dict[str, str], size: int, page: int, token: str) -> str:
    kept: dict[str, str | int] = {k: v for k, v in query.items() if k not in ("PageSize", "Page", "PageToken")}
    kept |= {"PageSize": size, "Page": page} | ({"PageToken": f"PA{token}"} if token else {})
    return f"{path}?{urlencode(kept)}"


def new_sid(prefix: str) -> str:
    """A sid of Twilio's shape: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


def now() -> datetime:
    """The carrier's own clock, in whole seconds as Twilio shows them."""
    return datetime.now(UTC).replace(microsecond=0)


def rough_segments(body: str) -> int:
    """Near enough for show: Latin text as GSM 7-bit, anything else as UCS-2."""
    single, many = (160, 153) if body.isascii() else (70, 67)
    return 1 if len(body) <= single else -(-len(body) // many)


def as_media(files: Iterable[tuple[str, bytes]]) -> list[StoredMedia]:
    """(content type, bytes) pairs, written in."""
    return [StoredMedia(new_sid("ME"), kind, content, now()) for kind, content in files]
