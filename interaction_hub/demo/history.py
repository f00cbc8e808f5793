"""The sample customers' past: real conversations, played at once through carrier, webhooks and a console.

The newcomer's own agent has led them, so that the queue's rule brings these customers back to her.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from interaction_hub.demo.carrier import Carrier
from interaction_hub.demo.company import SAMPLES, Sample
from interaction_hub.demo.console import Console, Gone, Refused

STEP_SECONDS = 4.0
SIGN_IN_SECONDS = 15.0
"""Passwords are hashed one after the other, and those of the others are being hashed meanwhile."""


async def play_history(carrier: Carrier, console: Console, numbers: dict[str, str]) -> None:
    """One conversation of each sample customer. The agent is offline again at the end."""
    connection = asyncio.create_task(console.run(), name="history console")
    try:
        await console.until(lambda: console.me, SIGN_IN_SECONDS)
        await console.do("presence.set", presence="available")
        for sample in SAMPLES:
            try:
                await _talk(carrier, console, numbers[sample.queue], sample)
            except (Refused, Gone, LookupError) as error:
                _complain(f"{sample.person.name}: {error!r}")
        await console.do("presence.set", presence="offline")
    except (Refused, Gone) as error:
        _complain(repr(error))
    finally:
        connection.cancel()
        await asyncio.gather(connection, return_exceptions=True)


async def _talk(carrier: Carrier, console: Console, our_number: str, sample: Sample) -> None:
    person = sample.person
    contact: dict[str, Any] = {}
    for place, (words, answer) in enumerate(sample.talk):
        await carrier.customer_texts(person.number, our_number, words)
        if not place:
            contact = await console.until(lambda: _offered(console, person.number), STEP_SECONDS) or {}
            await console.do("offer.accept", offer=contact["offer"]["id"])
            await _describe(console, contact["id"], sample)
        await _heard(console, contact["id"], words)
        sent = await console.do("contact.reply", contact=contact["id"], text=answer)
        await _taken(console, contact["id"], sent["message"])
    await console.do("contact.finish", contact=contact["id"], disposition=sample.disposition, note=sample.note)


def _offered(console: Console, number: str) -> dict[str, Any] | None:
    offered = (c for c in console.contacts.values() if c["address"] == number and c["offer"])
    return next(offered, None)


async def _heard(console: Console, contact: str, words: str) -> None:
    await console.until(lambda: any(m["text"] == words for m in console.conversation(contact)), STEP_SECONDS)


async def _taken(console: Console, contact: str, message: str) -> None:
    """The carrier has the answer, before the customer goes on: his telephone shows them in the order of its books."""

    def taken() -> bool:
        return console.messages[contact].get(message, {}).get("state", "queued") not in ("queued", "sending")

    await console.until(taken, STEP_SECONDS)


async def _describe(console: Console, contact: str, sample: Sample) -> None:
    customer = console.pops[contact]["customer"]
    await console.do(
        "customer.update",
        customer=customer["id"],
        version=customer["version"],
        name=sample.person.name,
        language=sample.person.language,
        tier=sample.tier,
        facts=[{"label": label, "value": value} for label, value in sample.facts],
    )


def _complain(words: str) -> None:
    print(f"demo: the earlier history is not complete: {words}", file=sys.stderr)  # noqa: T201
