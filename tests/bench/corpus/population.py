"""A company's customers and their histories as rows of the product's tables, the same from the same shape.

Most customers have a short history, some a long one, and one has 100,000 entries; they write in no order.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any

import sqlalchemy as sa

from interaction_hub.durations import SECOND
from interaction_hub.storage import tables
from tests.bench.corpus.shape import Shape, contact_id, customer_id, identity_id, interaction_id, touchpoint_id
from tests.bench.corpus.vocabulary import texts

FIRST_US = 1_735_689_600 * SECOND
"""2025-01-01, the time of the first touchpoint."""
PER_INTERACTION = 8
WITH_FILE = OPTED_OUT = 50
"""Every so many touchpoints one has a picture, and every so many customers one wants no messages."""
CHANNELS = ("sms", "chat", "email", "voice")

Rows = Iterator[dict[str, Any]]


class Population:
    """Rows of one shape. Ask for touchpoints first: the other tables tell how many each customer has."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._counts = array("l", [0]) * shape.customers
        self._last = array("q", [FIRST_US]) * shape.customers
        self._language = Random(shape.seed + 1)

    def tables(self) -> Iterator[tuple[sa.Table, Rows]]:
        """Every table with its rows, in the order in which they can be made (not that of foreign keys)."""
        yield tables.touchpoint, self._touchpoints()
        yield tables.media, self._media()
        yield tables.customer, self._customers()
        yield tables.identity, self._identities()
        yield tables.opt_out, self._opt_outs()
        yield tables.interaction, self._interactions()
        yield tables.contact, self._contacts()

    def writers(self) -> Iterator[int]:
        """Who writes each touchpoint: customers by number, in the order of time."""
        shape, random = self.shape, Random(self.shape.seed)
        first_heavy, last = shape.light, shape.customers - 1
        long = shape.long / shape.touchpoints
        heavy = long + (0.2 - long if shape.heavy else 0)
        for _ in range(shape.touchpoints):
            lot = random.random()
            if lot < long:
                yield last
            elif lot < heavy:
                yield first_heavy + int(random.random() * shape.heavy)
            else:
                yield int(random.random() * shape.light)

    def people(self) -> Iterator[tuple[str, str]]:
        """Name and telephone number of each customer."""
        for number, name in zip(range(self.shape.customers), _names(self.shape.seed), strict=False):
            # Spread over all numbers of mobile telephones, as if given out by chance.
            yield name, f"+447{number * 618_033_989 % 10**9:09d}"

    def _touchpoints(self) -> Rows:
        said = self._said()
        counts, last_us = self._counts, self._last
        step = 365 * 24 * 3600 * SECOND // self.shape.touchpoints
        for number, customer in enumerate(self.writers()):
            before = counts[customer]
            counts[customer] = before + 1
            at = last_us[customer] = FIRST_US + number * step
            ours = before % 2
            yield {
                "id": touchpoint_id(number),
                "claim": f"sms/main/message/SM{number:032x}",
                "interaction_id": interaction_id(customer, before // PER_INTERACTION),
                "contact_id": contact_id(customer),
                "customer_id": customer_id(customer),
                "seq": before % PER_INTERACTION + 1,
                "at_us": at,
                "channel": CHANNELS[before // PER_INTERACTION % 4],
                "account": "main",
                "kind": "message",
                "direction": "out" if ours else "in",
                "author_kind": "agent" if ours else "customer",
                "author_id": "",
                "text": next(said),
                "state": "delivered" if ours else "received",
                "rank": 4 if ours else 0,
                "code": "",
                "reason": "",
                "parts": 1,
                "provider_id": f"SM{number:032x}",
                "details": b"{}",
                "salt": b"0123456789abcdef",
            }

    def _said(self) -> Iterator[str]:
        fresh = texts(self.shape.seed)
        if self.shape.texts >= self.shape.touchpoints:
            return fresh
        pool = list(islice(fresh, self.shape.texts))
        return iter(lambda: self._language.choice(pool), None)

    def _media(self) -> Rows:
        for number in range(0, self.shape.touchpoints, WITH_FILE):
            yield {
                "id": f"01946000-0000-7000-8000-{number:012x}",
                "touchpoint_id": touchpoint_id(number),
                "place": 0,
                "url": f"https://media.example/{number}",
                "name": "picture.jpg",
                "claimed_type": "image/jpeg",
                "content_type": "image/jpeg",
                "state": "kept",
                "reason": "",
                "size": 100_000,
                "digest": "",
                "content": None,
                "attempts": 1,
                "next_us": 0,
            }

    def _customers(self) -> Rows:
        random = Random(self.shape.seed + 2)
        for number, (name, _) in enumerate(self.people()):
            yield {
                "id": customer_id(number),
                "name": name,
                "language": random.choice(("en", "zh")),
                "tier": random.choice(("", "gold")),
                "time_zone": "Europe/London",
                "facts": b'[{"label":"Order","value":"HP-%05d"}]' % (number % 100_000),
                "version": 1,
                "created_us": FIRST_US,
                "touchpoints": self._counts[number],
                "last_us": self._last[number],
            }

    def _identities(self) -> Rows:
        for number, (_, value) in enumerate(self.people()):
            yield {
                "id": identity_id(number),
                "customer_id": customer_id(number),
                "kind": "phone",
                "value": value,
                "address": f"phone:{value}",
                "verified": True,
                "created_us": FIRST_US,
            }

    def _opt_outs(self) -> Rows:
        for number in range(0, self.shape.customers, OPTED_OUT):
            yield {"identity_id": identity_id(number), "account": "main", "at_us": FIRST_US}

    def _interactions(self) -> Rows:
        for customer, count in enumerate(self._counts):
            episodes = -(-count // PER_INTERACTION)
            for number in range(episodes):
                newest = number == episodes - 1
                yield {
                    "id": interaction_id(customer, number),
                    "customer_id": customer_id(customer),
                    "identity_id": identity_id(customer),
                    "channel": CHANNELS[number % 4],
                    "account": "main",
                    "our_address": "+447700900101",
                    "thread": "",
                    "subject": "Where is my table?",
                    "state": "open" if newest else "closed",
                    "opened_us": FIRST_US + number,
                    "closed_us": None if newest else FIRST_US + number,
                    "last_us": self._last[customer] if newest else FIRST_US + number,
                    "last_seq": count - number * PER_INTERACTION if newest else PER_INTERACTION,
                    "last_agent": None,
                    "due_us": None,
                    "owner": None,
                    "due_note": "",
                }

    def _contacts(self) -> Rows:
        for customer, count in enumerate(self._counts):
            if count:
                yield _contact(customer, interaction_id(customer, (count - 1) // PER_INTERACTION), self._last[customer])


def _contact(customer: int, interaction: str, at: int) -> dict[str, Any]:
    """A conversation that has ended, so that nothing of the work of today is in the way."""
    given = {
        "id": contact_id(customer),
        "interaction_id": interaction,
        "customer_id": customer_id(customer),
        "identity_id": identity_id(customer),
        "channel": "sms",
        "account": "main",
        "queue": "deliveries",
        "state": "ended",
        "mode": "live",
        "outcome": "handled",
        "arrival": customer,
        "ended_us": at,
    }
    empty = {
        column.name: None if column.nullable else "" if isinstance(column.type, sa.String) else 0
        for column in tables.contact.columns
    }
    return empty | given


def _names(seed: int) -> Iterator[str]:
    """Two words as name, in Latin letters and in Han in turn."""
    for number, text in enumerate(texts(seed + 3)):
        words = text.rstrip(".。").replace(",", "").split()
        yield text[:3] if number % 2 else " ".join(words[:2]).title()
