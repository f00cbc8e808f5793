"""The supervisor sees within a second, steers what waits, and every figure is a fold over the log (I13, T25, T31)."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from interaction_hub.app import Variation
from interaction_hub.domain import events
from interaction_hub.domain.documents import parse
from interaction_hub.services.rulebook import Publish
from interaction_hub.storage import tables
from tests.fakes.clocks import SkippingClock
from tests.fakes.house import Console, House, documents, open_house
from tests.integration.test_matching import available, number, queue_up, waiting_rows

WITHIN = 1.0


@dataclass
class Floor:
    """A supervisor's board, and two agents who have not begun yet."""

    house: House
    clock: SkippingClock
    boss: Console
    amara: Console
    daniel: Console

    def queue(self, key: str = "deliveries") -> dict[str, Any]:
        return self.boss.board.get(("queue", key), {"waiting": None, "answered": None})

    def agent(self, login: str) -> dict[str, Any]:
        return self.boss.board["agent", self.house.users[login]]

    @property
    def waiting(self) -> list[str]:
        return [key for kind, key in self.boss.board if kind == "waiting"]

    async def wish(self, op: str, contact: str, **args: Any) -> Any:
        """A request by hand, and the dispatcher's answer."""
        asked = await self.boss.do(op, contact=contact, **args)
        return (await self.house.answered(contact, asked["position"])).body


@asynccontextmanager
async def floor(database_url: str, directory: Path, limit: int = 2) -> AsyncIterator[Floor]:
    clock = SkippingClock()
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(
            open_house(database_url, directory, variation=Variation(clock=clock), rules=documents(limit=limit))
        )
        boss = await stack.enter_async_context(house.console("rk", stream="supervisor"))
        amara = await stack.enter_async_context(house.console("amara"))
        daniel = await stack.enter_async_context(house.console("daniel"))
        yield Floor(house, clock, boss, amara, daniel)


async def test_board_shows_each_step_within_a_second(database_url: str, tmp_path: Path) -> None:
    async with floor(database_url, tmp_path) as found:
        boss = found.boss
        await queue_up(found.house, 1)
        await boss.until(lambda: found.queue()["waiting"] == 1 and len(found.waiting) == 1, WITHIN)
        await available(found.amara)
        await boss.until(lambda: found.agent("amara")["activity"] == "reserved", WITHIN)
        contact = await found.amara.take()
        await boss.until(lambda: found.agent("amara")["activity"] == "engaged", WITHIN)
        await boss.until(lambda: (found.queue()["waiting"], found.queue()["answered"]) == (0, 1), WITHIN)
        assert found.waiting == []
        await found.amara.do("contact.end", contact=contact["id"])
        await boss.until(lambda: found.agent("amara")["activity"] == "wrapping", WITHIN)
        await found.amara.do("contact.finish", contact=contact["id"], disposition="solved")
        await boss.until(lambda: found.agent("amara")["activity"] == "idle", WITHIN)
        await found.amara.do("presence.set", presence="away", reason="lunch")
        await boss.until(lambda: found.agent("amara")["reason"] == "lunch", WITHIN)
        assert boss.gaps == 0


async def test_moved_contact_waits_in_the_other_queue(database_url: str, tmp_path: Path) -> None:
    async with floor(database_url, tmp_path) as found:
        await queue_up(found.house, 1)
        (before,) = await waiting_rows(found.house)
        assert isinstance(await found.wish("waiting.move", before.id, queue="returns"), events.ContactMoved)
        (after,) = await waiting_rows(found.house)
        assert (after.queue, after.virtual_start_us) == ("returns", before.virtual_start_us)
        await found.boss.until(lambda: (found.queue()["waiting"], found.queue("returns")["waiting"]) == (0, 1), WITHIN)
        await available(found.amara)
        assert (await found.amara.offer(WITHIN))["queue"]["id"] == "returns"


async def test_assigned_contact_goes_to_that_agent(database_url: str, tmp_path: Path) -> None:
    async with floor(database_url, tmp_path) as found:
        await found.daniel.do("presence.set", presence="away", reason="break")
        await queue_up(found.house, 1)
        (row,) = await waiting_rows(found.house)
        await found.boss.do("waiting.assign", contact=row.id, agent=found.house.users["daniel"])
        await available(found.amara)
        await available(found.daniel)
        offered = await found.daniel.offer(WITHIN)
        assert (offered["id"], offered["offer"]["why"]["rule"]) == (row.id, "assigned")
        assert found.amara.contacts == {}


async def test_prioritised_contact_is_served_first(database_url: str, tmp_path: Path) -> None:
    async with floor(database_url, tmp_path) as found:
        await queue_up(found.house, 1, 2)
        second = next(row for row in await waiting_rows(found.house) if row.address == number(2))
        moved = await found.wish("waiting.prioritise", second.id, band=0)
        assert moved.band == 0
        await available(found.amara)
        assert (await found.amara.offer())["address"] == number(2)


@pytest.mark.parametrize(
    ("op", "args"),
    [("waiting.move", {"queue": "returns"}), ("waiting.prioritise", {"band": 0}), ("waiting.assign", {"agent": "me"})],
)
async def test_wish_for_what_no_longer_waits_is_refused(
    database_url: str, tmp_path: Path, op: str, args: dict[str, Any]
) -> None:
    async with floor(database_url, tmp_path) as found:
        await available(found.amara)
        await queue_up(found.house, 1)
        contact = await found.amara.take()
        given = {key: found.house.users["daniel"] if value == "me" else value for key, value in args.items()}
        answer = await found.boss.command(op, contact=contact["id"], **given)
        assert (answer["error"]["status"], answer["error"]["code"]) == (409, "not_waiting")


async def test_agent_may_not_steer(database_url: str, tmp_path: Path) -> None:
    async with floor(database_url, tmp_path) as found:
        await queue_up(found.house, 1)
        (row,) = await waiting_rows(found.house)
        answer = await found.amara.command("waiting.prioritise", contact=row.id, band=0)
        assert answer["error"]["status"] == 403
        over_http = await found.house.call("POST", f"/api/v1/waiting/{row.id}/priority", "amara", json={"band": 0})
        assert over_http.status == 403


async def board_holds_what_the_rows_hold(found: Floor) -> bool:
    """Whether the wallboard's agents hold the contacts of the rows; it is pushed four times a second."""
    board = await found.house.get("/api/v1/board", "rk")
    for agent in board["state"]["agents"]:
        if {row["id"] for row in agent["contacts"]} != await held_by(found.house, agent["id"]):
            return False
    return True


async def test_figures_equal_the_log_after_300_acts(database_url: str, tmp_path: Path) -> None:
    chance = random.Random(11)
    async with floor(database_url, tmp_path, limit=4) as found:
        for console in (found.amara, found.daniel):
            await available(console)
        for _ in range(300):
            await act(found, chance)
        await found.house.settled()
        assert (await found.house.history(most=4)).faults == []
        board = await found.house.until(lambda: settled_board(found), 5)
        live = {queue["id"]: queue for queue in board["state"]["queues"]}
        assert sum(queue["offered"] for queue in live.values()) > 30
        assert found.boss.gaps == 0
        rows = await waiting_rows(found.house)
        assert {queue["id"]: queue["waiting"] for queue in live.values()} == {
            key: sum(row.queue == key for row in rows) for key in live
        }
        await found.house.until(lambda: board_holds_what_the_rows_hold(found), 5)
        assert found.house.hub.dispatcher.stranded_seen == 0


async def held_by(house: House, agent: str) -> set[str]:
    """Contacts that the rows say an agent holds."""
    contact = tables.contact.c
    rows = await house.rows(
        sa.select(contact.id).where(contact.agent_id == agent, contact.state.in_(("active", "wrapping")))
    )
    return {row.id for row in rows}


async def settled_board(found: Floor) -> dict[str, Any]:
    """The board once its figures are those that are folded anew, and the console shows the same."""
    board: dict[str, Any] = await found.house.get("/api/v1/board?recompute=1", "rk")
    live = {queue["id"]: queue for queue in board["state"]["queues"]}
    again = {key: {name: live[key][name] for name in figures} for key, figures in board["recomputed"].items()}
    shown = {key: found.boss.board["queue", key] for key in live}
    return board if again == board["recomputed"] and shown == live and again.keys() == live.keys() else {}


async def act(found: Floor, chance: random.Random) -> None:
    """One of the things that happen on a floor."""
    console = chance.choice([found.amara, found.daniel])
    kind = chance.random()
    if kind < 0.35:
        await found.house.text(number(chance.randrange(15)), chance.choice(["Hello", "Hello", "STOP", "START"]))
    elif kind < 0.4:
        found.clock.skip(chance.choice([1, 5, 21]))
    elif kind < 0.45:
        await found.boss.command("waiting.move", contact=await some(found, chance), queue="returns")
    elif kind < 0.5:
        await found.boss.command("waiting.prioritise", contact=await some(found, chance), band=chance.randrange(9))
    elif kind < 0.52:
        await console.command("presence.set", presence=chance.choice(["available", "offline"]))
    elif kind < 0.57:
        await available(console)
    else:
        await deal(console, chance)


async def some(found: Floor, chance: random.Random) -> str:
    """A contact that waits, or one that never was."""
    rows = await waiting_rows(found.house)
    return str(chance.choice(rows).id) if rows else "00000000-0000-0000-0000-000000000000"


async def deal(console: Console, chance: random.Random) -> None:
    if not console.contacts:
        return
    contact = chance.choice(list(console.contacts.values()))
    key = contact["id"]
    if contact["state"] == "offered" and contact["offer"]:
        op, extra = chance.choice([("offer.accept", {}), ("offer.accept", {}), ("offer.decline", {"reason": "busy"})])
        await console.command(op, offer=contact["offer"]["id"], **extra)
    elif contact["state"] == "active":
        op, extra = chance.choice(
            [
                ("contact.reply", {"text": "Yes?"}),
                ("contact.end", {}),
                ("contact.hold", {}),
                ("contact.transfer", {"queue": "returns"}),
                ("contact.finish", {"disposition": "solved"}),
            ]
        )
        await console.command(op, contact=key, **extra)
    else:
        await console.command("contact.finish", contact=key, disposition="solved")


async def test_new_queue_is_on_the_board_at_once(database_url: str, tmp_path: Path) -> None:
    async with floor(database_url, tmp_path) as found:
        fresh = {"key": "parts", "name": "Spare parts", "channel": "sms"}
        changed = {("queue", "parts"): parse("queue", fresh, "test")}
        await found.house.hub.rules.publish(Publish(changed, frozenset(), "test"))
        await found.boss.until(lambda: ("queue", "parts") in found.boss.board, WITHIN)
