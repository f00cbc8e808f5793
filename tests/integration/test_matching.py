"""Who gets what, and when: the oldest first, within a second, and nobody in vain (T19, T20, T22, T23, I6, I7)."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from interaction_hub.app import Variation
from interaction_hub.domain import events
from interaction_hub.storage import tables
from tests.fakes.clocks import SkippingClock
from tests.fakes.house import Console, House, documents, open_house

AT_ONCE = 1.0
"""Seconds from the moment that a contact and an agent could meet to the offer."""


def number(place: int) -> str:
    """One of many customers."""
    return f"+4477009001{place:02d}"


async def queue_up(house: House, *places: int) -> None:
    """Customers ask, one after the other."""
    for place in places:
        await house.text(number(place), f"I am {place}")


async def serve_next(console: Console) -> str:
    """Take the next offer and finish it at once; gives the customer's number."""
    contact = await console.take()
    await console.do("contact.finish", contact=contact["id"], disposition="solved")
    return str(contact["address"])


async def decline(console: Console, offered: dict[str, Any]) -> None:
    """Say no, and see it gone."""
    await console.do("offer.decline", offer=offered["offer"]["id"], reason="busy")
    await console.until(lambda: (offered["id"], "declined") in console.drops)


async def available(console: Console) -> Console:
    await console.do("presence.set", presence="available")
    return console


async def test_freed_agent_gets_the_oldest_within_a_second(database_url: str, tmp_path: Path) -> None:
    async with (
        open_house(database_url, tmp_path, rules=documents(limit=1)) as house,
        house.console("amara") as amara,
    ):
        await available(amara)
        await queue_up(house, 1)
        first = await amara.take()
        await queue_up(house, 2, 3, 4)
        await amara.do("contact.end", contact=first["id"])
        assert [c["state"] for c in amara.contacts.values() if c["id"] != first["id"]] == []
        await amara.do("contact.finish", contact=first["id"], disposition="solved")
        assert (await amara.offer(AT_ONCE))["address"] == number(2)
        assert [await serve_next(amara) for _ in range(3)] == [number(2), number(3), number(4)]
        assert (await house.history(most=1)).faults == []


async def test_agent_who_signs_on_is_offered_at_once(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        await queue_up(house, 1)
        await available(amara)
        assert (await amara.offer(AT_ONCE))["address"] == number(1)


async def test_contact_that_arrives_is_offered_at_once(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        await available(amara)
        for place in range(1, 4):
            await queue_up(house, place)
            assert (await amara.offer(AT_ONCE))["address"] == number(place)
            await amara.take()


async def test_lower_band_is_served_first_then_age(database_url: str, tmp_path: Path) -> None:
    async with (
        open_house(database_url, tmp_path, rules=documents(limit=1)) as house,
        house.console("amara") as amara,
        house.console("rk", stream="supervisor") as boss,
    ):
        await queue_up(house, 1, 2, 3, 4)
        waiting = {row.address: row.id for row in await waiting_rows(house)}
        for place, band in ((3, 1), (4, 1)):
            asked = await boss.do("waiting.prioritise", contact=waiting[number(place)], band=band)
            await house.answered(waiting[number(place)], asked["position"])
        await available(amara)
        assert [await serve_next(amara) for _ in range(4)] == [number(place) for place in (3, 4, 1, 2)]


async def waiting_rows(house: House) -> Any:
    """Contacts that wait, with the customer's number."""
    return await house.rows(
        sa.select(tables.contact, tables.identity.c.value.label("address"))
        .join(tables.identity, tables.identity.c.id == tables.contact.c.identity_id)
        .where(tables.contact.c.state.in_(("queued", "offered")))
    )


async def test_longest_idle_agent_is_asked_first(database_url: str, tmp_path: Path) -> None:
    async with (
        open_house(database_url, tmp_path) as house,
        house.console("amara") as amara,
        house.console("daniel") as daniel,
    ):
        await available(daniel)
        await available(amara)
        await queue_up(house, 1)
        assert (await daniel.offer())["address"] == number(1)
        await queue_up(house, 2)
        assert (await amara.offer())["address"] == number(2)


async def test_decliner_is_passed_over_while_another_could(database_url: str, tmp_path: Path) -> None:
    clock = SkippingClock()
    async with (
        open_house(database_url, tmp_path, variation=Variation(clock=clock)) as house,
        house.console("amara") as amara,
        house.console("daniel") as daniel,
    ):
        await available(amara)
        await queue_up(house, 1)
        offered = await amara.offer()
        await decline(amara, offered)
        clock.skip(300)  # no back-off is left: only the memory of the decline
        await available(daniel)
        again = await daniel.offer(AT_ONCE)
        assert again["id"] == offered["id"]
        assert again["entered_at"] == offered["entered_at"]
        assert amara.contacts == {}
        await decline(daniel, again)
        clock.skip(300)
        offers = await house.logged(events.ContactOffered, number=3)
        assert offers[2].body.contact == offered["id"], "both declined: it must not wait for ever"


async def test_declined_contact_keeps_its_place(database_url: str, tmp_path: Path) -> None:
    async with (
        open_house(database_url, tmp_path, rules=documents(limit=1)) as house,
        house.console("amara") as amara,
        house.console("daniel") as daniel,
    ):
        await available(amara)
        await queue_up(house, 1)
        offered = await amara.offer()
        before = await waiting_rows(house)
        await queue_up(house, 2, 3)
        await decline(amara, offered)
        assert (await amara.offer(AT_ONCE))["address"] == number(2)
        await available(daniel)
        assert (await daniel.offer(AT_ONCE))["address"] == number(1)
        after = next(row for row in await waiting_rows(house) if row.id == offered["id"])
        assert (after.virtual_start_us, after.arrival, after.entered_us) == (
            before[0].virtual_start_us,
            before[0].arrival,
            before[0].entered_us,
        )


async def test_agent_who_misses_twice_is_sent_away(database_url: str, tmp_path: Path) -> None:
    clock = SkippingClock()
    rules = documents(offer_timeout=20, away_after_missed=2, back_off=5)
    async with (
        open_house(database_url, tmp_path, variation=Variation(clock=clock), rules=rules) as house,
        house.console("amara") as amara,
    ):
        await available(amara)
        await queue_up(house, 1)
        for missed in (1, 2):
            offered = await amara.offer()
            clock.skip(20)
            await house.logged(events.OfferExpired, number=missed)
            await amara.until(lambda: amara.contacts == {})
            assert (offered["id"], "expired") in amara.drops
            clock.skip(5)
        await amara.until(lambda: amara.me["presence"] == "away")
        assert (amara.me["reason"], amara.me["set_by"]) == ("missed", "system")
        clock.skip(60)
        assert len(await house.log(events.ContactOffered)) == 2
        await available(amara)
        assert (await amara.offer(AT_ONCE))["address"] == number(1)


async def test_accept_forgives_what_was_missed(database_url: str, tmp_path: Path) -> None:
    clock = SkippingClock()
    rules = documents(offer_timeout=20, away_after_missed=2, back_off=5)
    async with (
        open_house(database_url, tmp_path, variation=Variation(clock=clock), rules=rules) as house,
        house.console("amara") as amara,
    ):
        await available(amara)
        await queue_up(house, 1)
        for round_number in (1, 2):
            await amara.offer()
            clock.skip(20)
            await house.logged(events.OfferExpired, number=round_number)
            await amara.until(lambda: amara.contacts == {})
            clock.skip(5)
            await serve_next(amara)
            await queue_up(house, 1)
        await amara.offer()
        assert amara.me["presence"] == "available"


async def test_no_agent_gets_more_than_his_limit(database_url: str, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(database_url, tmp_path, rules=documents(limit=2)))
        consoles = [
            await available(await stack.enter_async_context(house.console(login))) for login in ("amara", "daniel")
        ]
        await queue_up(house, *range(1, 9))
        for console in consoles:
            for _ in range(2):
                await console.take()
        history = await house.history(most=2)
        assert history.faults == []
        assert sorted(history.loads().values()) == [2, 2]
        assert len(history.waiting()) == 4


async def test_away_agent_gets_nothing_and_keeps_his(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        await available(amara)
        await queue_up(house, 1)
        held = await amara.take()
        await amara.do("presence.set", presence="away", reason="lunch")
        await queue_up(house, 2)
        assert (await amara.command("presence.set", presence="away", reason="boredom"))["error"]["status"] == 422
        assert [c["id"] for c in amara.contacts.values()] == [held["id"]]
        assert len(await house.log(events.ContactOffered)) == 1
        await available(amara)
        assert (await amara.offer(AT_ONCE))["address"] == number(2)
