"""What is on the carrier's books and never reached us is found, once, and in order (F34, F35)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from interaction_hub.app import Variation
from interaction_hub.demo.carrier import Turn
from interaction_hub.domain import events
from interaction_hub.storage import tables
from tests.fakes.house import House, open_house
from tests.integration.test_matching import available

CUSTOMER = "+447700900456"
OFTEN = Variation(reconcile_seconds=0.2)


async def texts(house: House) -> list[str]:
    """What customers said, in the order in which it was taken."""
    said = await house.rows(
        sa.select(tables.touchpoint.c.text)
        .where(tables.touchpoint.c.direction == "in", tables.touchpoint.c.kind == "message")
        .order_by(tables.touchpoint.c.seq)
    )
    return [row.text for row in said]


async def test_lost_texts_are_found_once_and_in_order(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, variation=OFTEN) as house, house.console("amara") as amara:
        await available(amara)
        await house.text(CUSTOMER, "one")
        await looked(house)
        for words in ("two", "three"):
            await house.message(CUSTOMER, words)

        async def all_there() -> Any:
            return await texts(house) == ["one", "two", "three"]

        await house.until(all_there)
        for _ in range(3):
            await looked(house)
        assert await texts(house) == ["one", "two", "three"]
        assert len(await house.log(events.ContactQueued)) == 1
        assert (await house.history()).faults == []


async def test_start_finds_what_came_while_nobody_was_there(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, variation=OFTEN) as house:
        await looked(house)
    async with open_house(database_url, tmp_path, variation=OFTEN) as house:
        await house.message(CUSTOMER, "while away")
        await house.logged(events.TouchpointAdded)
        assert await texts(house) == ["while away"]


async def test_lost_report_is_found(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, variation=OFTEN) as house, house.console("amara") as amara:
        house.carrier.script(CUSTOMER, (Turn(statuses=("sent",)),))
        await available(amara)
        await house.text(CUSTOMER, "Where is my table?")
        contact = (await amara.take())["id"]
        message = (await amara.do("contact.reply", contact=contact, text="It comes at two."))["message"]
        await amara.until(lambda: amara.messages.get(message, {}).get("state") == "sent")
        house.carrier.webhook_base = "http://127.0.0.1:9"
        await house.carrier.books.change(house.carrier.sent_to(CUSTOMER)[0], "delivered")
        await amara.until(lambda: amara.messages[message]["state"] == "delivered")


async def looked(house: House) -> None:
    """Wait until the books were read once more from the beginning."""
    name = "reconciled/main"

    async def place() -> int:
        rows = await house.rows(sa.select(tables.projection.c.position).where(tables.projection.c.name == name))
        return int(rows[0].position) if rows else 0

    for _ in range(2):
        before = await place()

        async def moved(before: int = before) -> bool:
            return await place() > before

        await house.until(moved)
