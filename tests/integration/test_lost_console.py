"""The agent's browser is gone: nothing new for him at once, his offers go back after the grace, his customers later."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from interaction_hub.app import Variation
from interaction_hub.domain import events
from interaction_hub.durations import SECOND
from interaction_hub.storage import tables
from tests.fakes.clocks import SkippingClock
from tests.fakes.house import Console, House, documents, open_house
from tests.integration.test_matching import available, number, queue_up, waiting_rows

GRACE, REQUEUE = 30, 120


def lost_soon(clock: SkippingClock) -> Variation:
    return Variation(clock=clock, grace=GRACE * SECOND, requeue_after=REQUEUE * SECOND)


async def cut(console: Console, house: House) -> None:
    """The line dies without a word; gives back when the hub knows."""
    console.ws.transport.abort()
    login = next(name for name, user in house.users.items() if user == console.me["id"])

    async def unconfirmed() -> bool:
        (row,) = await house.rows(sa.select(tables.agent).where(tables.agent.c.id == house.users[login]))
        return not row.confirmed

    await house.until(unconfirmed)


async def test_lost_browser_gets_no_new_offers(database_url: str, tmp_path: Path) -> None:
    clock = SkippingClock()
    async with (
        open_house(database_url, tmp_path, variation=lost_soon(clock)) as house,
        house.console("daniel") as daniel,
    ):
        async with house.console("amara") as amara:
            await available(amara)
            await cut(amara, house)
            await queue_up(house, 1)
            assert await house.log(events.ContactOffered) == []
        (row,) = await house.rows(sa.select(tables.agent).where(tables.agent.c.id == house.users["amara"]))
        assert (row.presence, row.set_by) == ("available", "agent"), "what she chose stays"
        await available(daniel)
        assert (await daniel.offer())["address"] == number(1)


async def test_offers_go_back_to_their_places(database_url: str, tmp_path: Path) -> None:
    clock = SkippingClock()
    rules = documents(offer_timeout=600, limit=1)
    async with open_house(database_url, tmp_path, variation=lost_soon(clock), rules=rules) as house:
        async with house.console("amara") as amara:
            await available(amara)
            await queue_up(house, 1, 2, 3)
            offered = await amara.offer()
            before = {row.id: row for row in await waiting_rows(house)}
            await cut(amara, house)
        assert await house.log(events.OfferLost) == []
        clock.skip(GRACE)
        (lost,) = await house.logged(events.OfferLost)
        assert lost.body.contact == offered["id"]
        after = {row.id: row for row in await waiting_rows(house)}
        same = ("queue", "band", "virtual_start_us", "arrival", "entered_us")
        assert {key: [getattr(row, name) for name in same] for key, row in after.items()} == {
            key: [getattr(row, name) for name in same] for key, row in before.items()
        }
        (agent,) = await house.rows(sa.select(tables.agent).where(tables.agent.c.id == house.users["amara"]))
        assert (agent.presence, agent.reason, agent.set_by) == ("away", "agent_lost", "system")
        async with house.console("daniel") as daniel:
            await available(daniel)
            order = []
            for _ in range(3):
                contact = await daniel.take()
                order.append(contact["address"])
                await daniel.do("contact.finish", contact=contact["id"], disposition="solved")
            assert order == [number(1), number(2), number(3)]
        assert (await house.history(most=1)).faults == []


async def test_browser_that_comes_back_keeps_its_offer(database_url: str, tmp_path: Path) -> None:
    clock = SkippingClock()
    rules = documents(offer_timeout=600)
    async with open_house(database_url, tmp_path, variation=lost_soon(clock), rules=rules) as house:
        async with house.console("amara") as amara:
            await available(amara)
            await queue_up(house, 1)
            offered = await amara.offer()
            await cut(amara, house)
        clock.skip(GRACE - 5)
        async with house.console("amara", seq=amara.seq) as back:
            await house.until(lambda: confirmed(house))
            clock.skip(GRACE)
            await back.do("offer.accept", offer=offered["offer"]["id"])
            await back.until(lambda: back.contacts.get(offered["id"], {}).get("state") == "active")
        assert await house.log(events.OfferLost) == []


async def confirmed(house: House) -> bool:
    (row,) = await house.rows(sa.select(tables.agent).where(tables.agent.c.id == house.users["amara"]))
    return bool(row.confirmed)


async def test_waiting_customers_are_queued_again(database_url: str, tmp_path: Path) -> None:
    clock = SkippingClock()
    async with open_house(database_url, tmp_path, variation=lost_soon(clock)) as house:
        async with house.console("amara") as amara:
            await available(amara)
            await queue_up(house, 1)
            waits = await amara.take()
            await queue_up(house, 2)
            answered = await amara.take()
            await amara.do("contact.reply", contact=answered["id"], text="One moment.")
            (old,) = [row for row in await house.rows(sa.select(tables.contact)) if row.id == waits["id"]]
            await cut(amara, house)
        clock.skip(GRACE)
        await house.logged(events.PresenceChanged, number=4)
        assert await house.log(events.ContactEnded) == [], "the grace alone takes no conversation from her"
        clock.skip(REQUEUE)
        (ended,) = await house.logged(events.ContactEnded)
        assert (ended.body.contact, ended.body.outcome) == (waits["id"], "parked")
        (fresh,) = await waiting_rows(house)
        assert (fresh.address, fresh.interaction_id) == (number(1), waits["interaction"])
        assert fresh.virtual_start_us == old.virtual_start_us
        states = {row.id: row.state for row in await house.rows(sa.select(tables.contact))}
        assert states[answered["id"]] == "active", "nobody waits there: it stays hers"
        async with house.console("daniel") as daniel:
            await available(daniel)
            assert (await daniel.offer())["id"] == fresh.id


async def test_second_tab_keeps_the_agent_there(database_url: str, tmp_path: Path) -> None:
    clock = SkippingClock()
    rules = documents(offer_timeout=600)
    async with (
        open_house(database_url, tmp_path, variation=lost_soon(clock), rules=rules) as house,
        house.console("amara") as kept,
    ):
        async with house.console("amara") as closed:
            await available(closed)
            closed.ws.transport.abort()
        await queue_up(house, 1)
        assert (await kept.offer())["address"] == number(1)
        changes = await house.log(events.PresenceChanged)
        assert [event.body.confirmed for event in changes][-1]
        clock.skip(GRACE)
        await kept.do("offer.decline", offer=(await kept.offer())["offer"]["id"], reason="busy")
        assert kept.me["presence"] == "available"


async def test_pause_of_the_hub_loses_nobody(database_url: str, tmp_path: Path) -> None:
    """A process that was stopped for an hour must not take its own agents for those of a dead node (F4)."""
    clock = SkippingClock()
    async with (
        open_house(database_url, tmp_path, variation=lost_soon(clock)) as house,
        house.console("amara") as amara,
    ):
        await available(amara)
        clock.skip(3600)
        await house.hub.deadlines.look(slow=True)
        clock.skip(3600)
        await house.hub.deadlines.look(slow=True)
        await queue_up(house, 1)
        assert (await amara.offer())["address"] == number(1)
        assert await confirmed(house)


async def test_whoever_chooses_again_has_the_whole_grace(database_url: str, tmp_path: Path) -> None:
    """She was away from her browser for a while, offline; she is back by another way, and her line comes after it."""
    clock = SkippingClock()
    async with open_house(database_url, tmp_path, variation=lost_soon(clock)) as house:
        async with house.console("amara") as amara:
            await available(amara)
            await amara.do("presence.set", presence="offline")
            await cut(amara, house)
        clock.skip(GRACE - 5)
        answer = await house.call("PUT", "/api/v1/presence", "amara", json={"presence": "available"})
        assert answer.status == 200, answer
        clock.skip(10)
        await house.hub.deadlines.look()
        (row,) = await house.rows(sa.select(tables.agent).where(tables.agent.c.id == house.users["amara"]))
        assert row.presence == "available", "the end of her last line is nothing that counts"
        clock.skip(GRACE)
        await house.until(lambda: lost(house))


async def lost(house: House) -> bool:
    (row,) = await house.rows(sa.select(tables.agent).where(tables.agent.c.id == house.users["amara"]))
    return (row.presence, row.reason) == ("away", "agent_lost")
