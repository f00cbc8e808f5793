"""What leaves the hub leaves it once, and its fate is told, whatever the carrier does (D7, F31, F33)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from interaction_hub.app import Variation
from interaction_hub.demo.carrier import Turn
from interaction_hub.demo.carrier_store import StoredMessage
from interaction_hub.domain import events
from interaction_hub.storage import tables
from tests.fakes.clocks import SkippingClock
from tests.fakes.house import Console, House, open_house

CUSTOMER = "+447700900456"
LOOK_UPS = (5, 30, 120)
"""Seconds of hub time from an ambiguous send to each look at the carrier's books."""


@dataclass
class Talk:
    """Amara talks with one customer."""

    house: House
    clock: SkippingClock
    amara: Console
    contact: str

    async def reply(self, text: str = "It comes at two.") -> str:
        """Send a message; gives its id."""
        return str((await self.amara.do("contact.reply", contact=self.contact, text=text))["message"])

    async def state(self, message: str, *states: str) -> dict[str, Any]:
        """Wait until the console shows the message in one of these states."""
        await self.amara.until(lambda: self.amara.messages.get(message, {}).get("state") in states)
        return self.amara.messages[message]

    @property
    def sent(self) -> list[StoredMessage]:
        return self.house.carrier.sent_to(CUSTOMER)

    async def states(self, message: str) -> list[str]:
        """Every state that the log tells of the message, in order."""
        changes = await self.house.log(events.DeliveryChanged)
        return [event.body.state for event in changes if event.body.touchpoint == message]

    async def outbox(self) -> list[str]:
        """States of the rows of the outbox."""
        return [row.state for row in await self.house.rows(sa.select(tables.outbox))]


@asynccontextmanager
async def talk(database_url: str, directory: Path, *turns: Turn) -> AsyncIterator[Talk]:
    """The carrier does these turns with what is sent; it hangs for no longer than half a second."""
    clock = SkippingClock()
    async with (
        open_house(
            database_url, directory, variation=Variation(clock=clock), options={"timeout_seconds": 0.5}
        ) as house,
        house.console("amara") as amara,
    ):
        house.carrier.script(CUSTOMER, turns)
        await amara.do("presence.set", presence="available")
        await house.text(CUSTOMER, "Where is my table?")
        yield Talk(house, clock, amara, (await amara.take())["id"])


async def test_silent_carrier_is_asked_and_not_told_again(database_url: str, tmp_path: Path) -> None:
    async with talk(database_url, tmp_path, Turn(hangs=True, statuses=())) as found:
        message = await found.reply()
        assert (await found.state(message, "unknown"))["error"] is None
        assert len(found.sent) == 1
        await found.house.carrier.books.change(found.sent[0], "delivered")
        found.clock.skip(LOOK_UPS[0])
        await found.state(message, "delivered")
        assert len(found.sent) == 1
        assert await found.states(message) == ["unknown", "delivered"]
        assert await found.outbox() == ["done"]


async def test_report_ends_the_doubt_without_a_look(database_url: str, tmp_path: Path) -> None:
    async with talk(database_url, tmp_path, Turn(hangs=True, delay=1.0)) as found:
        message = await found.reply()
        await found.state(message, "unknown")
        await found.state(message, "delivered")
        found.clock.skip(sum(LOOK_UPS))
        await found.house.settled()
        assert len(found.sent) == 1
        assert await found.outbox() == ["done"]


async def test_server_error_after_taking_sends_once(database_url: str, tmp_path: Path) -> None:
    async with talk(database_url, tmp_path, Turn(status=500, code=20500, statuses=())) as found:
        message = await found.reply()
        await found.state(message, "unknown")
        found.clock.skip(LOOK_UPS[0])
        await found.house.until(lambda: _is(found.outbox(), ["done"]))
        assert len(found.sent) == 1


async def _is(question: Any, wanted: Any) -> bool:
    return bool(await question == wanted)


async def test_message_that_never_arrived_fails_with_words(database_url: str, tmp_path: Path) -> None:
    async with talk(database_url, tmp_path, Turn.broken()) as found:
        message = await found.reply()
        await found.state(message, "unknown")
        for seconds in LOOK_UPS:
            listed = len(found.house.carrier.api.requests)
            found.clock.skip(seconds)
            await found.house.until(lambda listed=listed: _more(found, listed))
        failed = await found.state(message, "failed")
        assert failed["error"]["reason"] == "The carrier has no such message: it never arrived there."
        assert found.sent == []


async def _more(found: Talk, requests: int) -> bool:
    return len(found.house.carrier.api.requests) > requests


async def test_busy_carrier_gets_the_message_later(database_url: str, tmp_path: Path) -> None:
    async with talk(database_url, tmp_path, Turn.busy(), Turn.busy(retry_after=None)) as found:
        message = await found.reply()
        for _ in range(2):
            await found.house.until(lambda: _is(found.outbox(), ["queued"]))
            found.clock.skip(70)
        await found.state(message, "delivered")
        assert [sent.body for sent in found.sent] == ["It comes at two."]
        creates = [path for method, path, _ in found.house.carrier.api.requests if method == "POST"]
        assert len(creates) == 3


async def test_refusal_is_told_in_words(database_url: str, tmp_path: Path) -> None:
    async with talk(database_url, tmp_path, Turn.refused(21211)) as found:
        failed = await found.state(await found.reply(), "failed")
        assert failed["error"]["code"] == "21211"
        assert "number" in failed["error"]["reason"]
        assert found.sent == []
        assert await found.outbox() == ["done"]


async def test_undelivered_report_fails_the_message(database_url: str, tmp_path: Path) -> None:
    async with talk(database_url, tmp_path, Turn.undelivered(30003)) as found:
        message = await found.reply()
        failed = await found.state(message, "failed")
        assert failed["error"]["code"] == "30003"
        assert failed["error"]["reason"]
        assert await found.states(message) in (["sent", "failed"], ["failed"])


@pytest.mark.parametrize("turn", [Turn(backwards=True), Turn(copies=6), Turn(backwards=True, copies=3)])
async def test_reports_in_any_order_never_go_back(database_url: str, tmp_path: Path, turn: Turn) -> None:
    async with talk(database_url, tmp_path, turn) as found:
        message = await found.reply()
        await found.state(message, "delivered")
        await found.house.settled()
        (sent,) = found.sent
        assert {call.status for call in sent.webhooks} == {204}
        assert len(sent.webhooks) == 2 * turn.copies
        states = await found.states(message)
        assert states[-1] == "delivered"
        assert states.count("delivered") == 1
        (row,) = await found.house.rows(sa.select(tables.touchpoint).where(tables.touchpoint.c.id == message))
        assert (row.state, row.provider_id) == ("delivered", sent.sid)


async def test_report_overtakes_the_answer_to_the_send(database_url: str, tmp_path: Path) -> None:
    async with talk(database_url, tmp_path) as found:
        messages = [await found.reply(f"part {number}") for number in range(10)]
        for message in messages:
            await found.state(message, "delivered")
        assert [sent.body for sent in found.sent] == [f"part {number}" for number in range(10)]
        assert await found.outbox() == ["done"] * 10


async def test_retry_sends_exactly_one_more(database_url: str, tmp_path: Path) -> None:
    async with talk(database_url, tmp_path, Turn.refused(30006)) as found:
        first = await found.reply()
        await found.state(first, "failed")
        for _ in range(5):
            answer = await found.amara.command("message.retry", "again", message=first)
            assert answer["ok"], answer
        await found.amara.until(
            lambda: (
                [m["state"] for m in found.amara.messages.values() if m["direction"] == "out"]
                == ["failed", "delivered"]
            )
        )
        twice = await found.amara.command("message.retry", "from another tab", message=first)
        assert (twice["error"]["status"], twice["error"]["code"]) == (409, "state")
        assert [sent.body for sent in found.sent] == ["It comes at two."]
        fresh = await found.amara.command("message.retry", message=answer["result"]["message"])
        assert (fresh["error"]["status"], fresh["error"]["code"]) == (409, "state")


async def test_stop_blocks_the_composer_before_the_carrier(database_url: str, tmp_path: Path) -> None:
    async with talk(database_url, tmp_path) as found:
        await found.house.text(CUSTOMER, "STOP")
        await found.amara.until(lambda: found.amara.pops[found.contact]["composer"]["blocked"] == "opted_out")
        answer = await found.amara.command("contact.reply", contact=found.contact, text="One more thing")
        assert (answer["error"]["status"], answer["error"]["code"]) == (409, "opted_out")
        assert [method for method, _, _ in found.house.carrier.api.requests if method == "POST"] == []
        assert await found.outbox() == []

        await found.house.text(CUSTOMER, "START")
        await found.amara.until(lambda: found.amara.pops[found.contact]["composer"]["blocked"] is None)
        await found.state(await found.reply("Welcome back"), "delivered")
        assert [sent.body for sent in found.sent] == ["Welcome back"]


async def test_stop_that_crosses_the_reply_fails_it(database_url: str, tmp_path: Path) -> None:
    """The carrier knows of the STOP first: its refusal is told, the message does not count as sent."""
    async with talk(database_url, tmp_path) as found:
        found.house.carrier.opted_out.add(("+447700900101", CUSTOMER))
        failed = await found.state(await found.reply(), "failed")
        assert failed["error"]["code"] == "21610"
        assert failed["error"]["reason"]
        assert found.sent == []
