"""A message of a customer counts exactly once, however often and however closely the carrier posts it (T1, T2, F30)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import sqlalchemy as sa

from interaction_hub.app import Variation
from interaction_hub.demo.carrier_fields import inbound_fields
from interaction_hub.demo.carrier_webhooks import WebhookSender
from interaction_hub.domain import events
from interaction_hub.storage import tables
from tests.fakes.clocks import SkippingClock
from tests.fakes.house import SID, House, open_house

CUSTOMER = "+447700900456"
IN = sa.select(tables.touchpoint).where(tables.touchpoint.c.direction == "in")


async def test_fifty_equal_webhooks_make_one_touchpoint(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        message = await house.message(CUSTOMER, "Where is my table?")
        calls = await asyncio.gather(*(house.carrier.post_inbound(message) for _ in range(50)))
        assert {call.status for call in calls} == {200}
        (touchpoint,) = await house.rows(IN)
        assert (touchpoint.text, touchpoint.seq, touchpoint.provider_id) == ("Where is my table?", 1, message.sid)
        assert len(await house.log(events.TouchpointAdded)) == 1
        assert len(await house.log(events.ContactQueued)) == 1
        assert (await house.history()).faults == []


async def test_twenty_first_messages_make_one_contact(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        messages = [await house.message(CUSTOMER, f"part {number}") for number in range(20)]
        calls = await asyncio.gather(*(house.carrier.post_inbound(message) for message in messages))
        assert {call.status for call in calls} == {200}
        assert len(await house.rows(sa.select(tables.customer))) == 1
        assert len(await house.rows(sa.select(tables.interaction))) == 1
        (contact,) = await house.rows(sa.select(tables.contact))
        assert contact.unread == 20

        stored = {row.id: row for row in await house.rows(IN)}
        logged = [event.body for event in await house.log(events.TouchpointAdded)]
        assert [body.seq for body in logged] == list(range(1, 21))
        assert [stored[body.touchpoint].seq for body in logged] == list(range(1, 21))
        assert {row.contact_id for row in stored.values()} == {contact.id}
        assert sorted(row.text for row in stored.values()) == sorted(message.body for message in messages)
        assert (await house.history()).faults == []


async def test_messages_of_many_customers_keep_apart(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        numbers = [f"+4477009{number:05d}" for number in range(40)]
        messages = [await house.message(number, f"{number} {part}") for part in range(3) for number in numbers]
        posts = [house.carrier.post_inbound(message) for message in messages for _ in range(2)]
        assert {call.status for call in await asyncio.gather(*posts)} == {200}
        rows = await house.rows(
            IN.join(tables.identity, tables.identity.c.customer_id == tables.touchpoint.c.customer_id).add_columns(
                tables.identity.c.value
            )
        )
        assert sorted(row.text for row in rows) == sorted(message.body for message in messages)
        assert all(row.text.startswith(row.value) for row in rows)
        assert len(await house.rows(sa.select(tables.contact))) == len(numbers)
        assert (await house.history()).faults == []


async def test_webhook_with_wrong_signature_leaves_nothing(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        message = await house.message(CUSTOMER)
        fields = inbound_fields(message, SID, house.carrier.base_url)
        before = await stored(house)
        stranger = WebhookSender("not the token")
        await stranger.open()
        call = await stranger.post(house.carrier.webhook_base_url(), fields)
        await stranger.close()
        unsigned = await house.call("POST", "/webhooks/sms/main", data=fields)
        assert (call.status, unsigned.status) == (403, 403)
        assert unsigned.data["code"] == "signature"
        assert await stored(house) == before


async def stored(house: House) -> dict[str, int]:
    """Rows of each table that a customer's message could have reached, and the length of the log."""
    kept = (tables.customer, tables.identity, tables.interaction, tables.contact, tables.touchpoint, tables.raw)
    counts = {table.name: (await house.rows(sa.select(sa.func.count()).select_from(table)))[0][0] for table in kept}
    return {**counts, "log": len(await house.log())}


async def test_message_with_a_nul_is_taken_without_it(database_url: str, tmp_path: Path) -> None:
    """What a customer wrote is never lost because a database cannot hold a character of it."""
    async with open_house(database_url, tmp_path) as house:
        message = await house.message(CUSTOMER, "Where\x00 is it?")
        assert (await house.carrier.post_inbound(message)).status in (200, 422)
        texts = [row.text for row in await house.rows(IN)]
        assert all("\x00" not in text for text in texts)


async def test_late_duplicate_changes_nothing(database_url: str, tmp_path: Path) -> None:
    clock = SkippingClock()
    async with open_house(database_url, tmp_path, variation=Variation(clock=clock)) as house:
        message = await house.message(CUSTOMER)
        assert (await house.carrier.post_inbound(message)).status == 200
        before = await stored(house)
        clock.skip(3600)
        assert (await house.carrier.post_inbound(message)).status == 200
        assert {**await stored(house), "log": 0} == {**before, "log": 0}
        assert len(await house.log(events.TouchpointAdded)) == 1


async def test_duplicate_after_the_end_opens_nothing(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        await amara.do("presence.set", presence="available")
        message = await house.message(CUSTOMER)
        await house.carrier.post_inbound(message)
        contact = await amara.take()
        await amara.do("contact.finish", contact=contact["id"], disposition="solved")
        call = await house.carrier.post_inbound(message)
        assert call.status == 200
        assert [row.state for row in await house.rows(sa.select(tables.contact))] == ["ended"]
        assert [row.state for row in await house.rows(sa.select(tables.interaction))] == ["closed"]
