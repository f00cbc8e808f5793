"""An offer has one end, whoever is at it at the same moment (T18, T21, T37, F42)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from interaction_hub.app import Variation
from interaction_hub.domain import events
from interaction_hub.storage import tables
from tests.fakes.clocks import SkippingClock
from tests.fakes.history import ENDS
from tests.fakes.house import Console, House, documents, open_house

CUSTOMER = "+447700900456"
OFFER_SECONDS = 60


@dataclass
class Scene:
    """One contact, offered to amara; daniel is not there."""

    house: House
    clock: SkippingClock
    amara: Console
    twin: Console
    """Amara's second console: two sockets, so that two acts can really cross."""
    boss: Console
    contact: str = ""
    offer: str = ""

    async def ask(self) -> None:
        """A customer asks; the offer is on the table."""
        await self.house.text(CUSTOMER, "Where is my table?")
        offered = await self.amara.offer()
        self.contact, self.offer = offered["id"], offered["offer"]["id"]

    async def accept(self) -> dict[str, Any]:
        return await self.amara.command("offer.accept", offer=self.offer)

    async def decline(self) -> dict[str, Any]:
        return await self.twin.command("offer.decline", offer=self.offer, reason="busy")

    async def sign_off(self) -> dict[str, Any]:
        return await self.twin.command("presence.set", presence="offline")

    async def move(self) -> dict[str, Any]:
        """The answer is the dispatcher's event, not the command's."""
        answer = await self.boss.command("waiting.move", contact=self.contact, queue="returns")
        if answer["ok"]:
            await self.house.answered(self.contact, answer["result"]["position"])
        return answer

    async def stop(self) -> dict[str, Any]:
        """The customer's STOP."""
        await self.house.text(CUSTOMER, "STOP")
        return {"ok": True}

    async def expire(self) -> dict[str, Any]:
        """The deadline passes; what counts is that the hub acts on it, unless the offer has ended already."""
        self.clock.skip(OFFER_SECONDS)
        await self.ended()
        return {"ok": True}

    async def ended(self) -> str:
        """Wait for the one end of the offer."""

        async def ends() -> list[str]:
            found = await self.house.log(*ENDS)
            return [ENDS[type(event.body)] for event in found if getattr(event.body, "offer", "") == self.offer]

        (end,) = await self.house.until(ends)
        return end


@asynccontextmanager
async def scene(database_url: str, directory: Path) -> AsyncIterator[Scene]:
    clock = SkippingClock()
    rules = documents(offer_timeout=OFFER_SECONDS)
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(
            open_house(database_url, directory, variation=Variation(clock=clock), rules=rules)
        )
        amara = await stack.enter_async_context(house.console("amara"))
        twin = await stack.enter_async_context(house.console("amara"))
        boss = await stack.enter_async_context(house.console("rk", stream="supervisor"))
        await amara.do("presence.set", presence="available")
        found = Scene(house, clock, amara, twin, boss)
        await found.ask()
        yield found


Act = Callable[[Scene], Awaitable[dict[str, Any]]]
ACTS: dict[str, Act] = {
    "accept": Scene.accept,
    "decline": Scene.decline,
    "sign_off": Scene.sign_off,
    "move": Scene.move,
    "stop": Scene.stop,
    "expire": Scene.expire,
}
END_OF = {
    "accept": "accepted",
    "decline": "declined",
    "sign_off": "agent_lost",
    "move": "withdrawn",
    "stop": "withdrawn",
    "expire": "expired",
}


async def test_one_of_fifty_accepts_wins(database_url: str, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(database_url, tmp_path))
        consoles = [await stack.enter_async_context(house.console("amara")) for _ in range(50)]
        await consoles[0].do("presence.set", presence="available")
        await house.text(CUSTOMER)
        offered = [(await console.offer())["offer"]["id"] for console in consoles]
        assert len(set(offered)) == 1
        answers = await asyncio.gather(*(console.command("offer.accept", offer=offered[0]) for console in consoles))
        refused = [answer["error"] for answer in answers if not answer["ok"]]
        assert len(refused) == 49
        assert {(problem["status"], problem["code"]) for problem in refused} == {(409, "conflict")}
        assert {problem["detail"] for problem in refused} == {"This offer was already accepted."}
        assert len(await house.log(events.OfferAccepted)) == 1
        assert (await house.history()).faults == []
        for console in consoles:
            await console.until(lambda console=console: [c["state"] for c in console.contacts.values()] == ["active"])


async def test_offer_of_another_agent_does_not_exist(database_url: str, tmp_path: Path) -> None:
    async with scene(database_url, tmp_path) as found, found.house.console("daniel") as daniel:
        answer = await daniel.command("offer.accept", offer=found.offer)
        assert (answer["error"]["status"], answer["error"]["code"]) == (404, "not_found")
        assert (await found.accept())["ok"]


@pytest.mark.parametrize("first", list(ACTS))
async def test_later_acts_find_the_offer_ended(database_url: str, tmp_path: Path, first: str) -> None:
    async with scene(database_url, tmp_path) as found:
        for second, act in ACTS.items():
            if second == first:
                continue
            assert (await ACTS[first](found))["ok"]
            assert await found.ended() == END_OF[first]
            answer = await act(found)
            assert await found.ended() == END_OF[first]
            if second in ("accept", "decline"):
                assert (answer["ok"], answer["error"]["status"]) == (False, 409)
            await clear(found)
            await found.ask()
        assert (await found.house.history()).faults == []


@pytest.mark.parametrize("other", [name for name in ACTS if name != "accept"])
async def test_crossing_acts_end_the_offer_once(database_url: str, tmp_path: Path, other: str) -> None:
    async with scene(database_url, tmp_path) as found:
        for number in range(6):
            acts = [ACTS["accept"], ACTS[other]]
            accepted, answer = await cross(found, acts if number % 2 else acts[::-1], turned=not number % 2)
            end = await found.ended()
            assert accepted["ok"] == (end == "accepted")
            if other == "decline":
                assert answer["ok"] == (end == "declined")
            if not accepted["ok"]:
                assert accepted["error"]["status"] == 409
            await clear(found)
            await found.ask()
        assert (await found.house.history()).faults == []


async def cross(found: Scene, acts: list[Act], *, turned: bool) -> list[dict[str, Any]]:
    answers = list(await asyncio.gather(*(act(found) for act in acts)))
    return answers[::-1] if turned else answers


async def held(found: Scene) -> list[str]:
    """Contacts that amara holds, by the rows: her console may be a moment behind."""
    contact = tables.contact.c
    rows = await found.house.rows(sa.select(contact.id).where(contact.state.in_(("active", "wrapping"))))
    return [row.id for row in rows]


async def clear(found: Scene) -> None:
    """Whatever happened, the customer's contact ends and amara is there again."""
    await found.house.text(CUSTOMER, "STOP")
    await found.house.text(CUSTOMER, "START")
    for contact in await held(found):
        await found.amara.do("contact.finish", contact=contact, disposition="solved")
    await found.amara.until(lambda: found.amara.contacts == {})
    found.clock.skip(120)  # past every back-off
    await found.amara.do("presence.set", presence="available")
