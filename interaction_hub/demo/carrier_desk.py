"""What the carrier's REST side and control side need of the carrier itself: no more than this."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Protocol

from interaction_hub.demo.carrier_check import Specification
from interaction_hub.demo.carrier_store import Books, StoredMessage
from interaction_hub.demo.carrier_turns import Turn


class Desk(Protocol):
    """One account's books and rules, and the two acts: take a message of the hub, bring one of a customer."""

    specification: Specification
    account_sid: str
    auth_token: str
    numbers: tuple[str, ...]
    books: Books
    opted_out: set[tuple[str, str]]
    closing: asyncio.Event
    status: str
    posts_to: dict[str, str]
    base_url: str

    def webhook_base_url(self) -> str:
        """Where customers' messages are posted."""

    def next_turn(self, number: str) -> Turn:
        """What to do with the next message to a number."""

    async def take(self, message: StoredMessage, turn: Turn) -> StoredMessage:
        """Accept a message of the hub."""

    async def customer_texts(
        self, from_number: str, to_number: str, body: str, media: Iterable[tuple[str, bytes]] = (), *, copies: int = 1
    ) -> str:
        """Bring a message of a customer; returns its sid."""
