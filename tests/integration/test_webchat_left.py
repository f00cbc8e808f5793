"""A message left for later, and the half hour after the last word: what the next one at that computer gets (A15)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from interaction_hub.domain.documents import parse
from interaction_hub.services.left_messages import masked
from interaction_hub.services.rulebook import Publish
from interaction_hub.storage import tables
from tests.fakes.house import Console, House, Rules, documents, open_house
from tests.fakes.visitor import Visitor, come
from tests.integration.storage.sql import execute
from tests.integration.test_visitor_identity import signed

HALF_HOUR = 31 * 60 * 1_000_000


def shop(*, closed: bool) -> Rules:
    rules = documents(chat={"hours": "chat"})
    week = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    body = {"key": "chat", "name": "Chat", "week": week, "closed": closed}
    rules["hours", "chat"] = parse("hours", body, "test")
    return rules


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(database_url, tmp_path, rules=shop(closed=True)) as opened:
        yield opened


async def opens(house: House) -> None:
    await house.hub.rules.publish(Publish(shop(closed=False), frozenset(), "system:test"))


async def talk(amara: Console, visitor: Visitor) -> str:
    await amara.do("presence.set", presence="available")
    await visitor.write("Hello")
    contact = await amara.take()
    await visitor.state("talking")
    return str(contact["id"])


async def test_nobody_reads_what_a_stranger_left(house: House) -> None:
    visitor = await come(house)
    async with visitor.page():
        assert (await visitor.write("Please call", answer_to="meiling@example.com"))["ok"]
        left = await visitor.state("left")
        assert left["answer_to"] == "m…@example.com"
        assert (left["place"], left["likely"]) == (None, None)
        assert visitor.lines == {}
        assert "Please call" not in json.dumps(visitor.frames)
        first = next(iter(await house.rows(sa.select(tables.touchpoint.c.id))))
        assert (await visitor.ask("older", before=first.id))["result"] == {"messages": [], "more": False}
        again = await come(house, credential=visitor.session["credential"])
        assert again.session["visitor"]["id"] != visitor.session["visitor"]["id"]
        async with again.page():
            assert again.conversation["state"] == "none"
            assert again.lines == {}
            assert "meiling" not in json.dumps(again.frames)
    await opens(house)
    async with house.console("amara") as amara:
        await amara.do("presence.set", presence="available")
        assert (await amara.take())["subject"] == "Please call"


async def test_signed_visitor_sees_what_he_left(house: House) -> None:
    for _ in range(2):
        visitor = await come(house, identity=signed(house, "42"))
        async with visitor.page():
            if not visitor.lines:
                await visitor.write("Please call", answer_to="chat")
            await visitor.state("waiting")
            assert visitor.texts == ["Please call"]
            assert visitor.conversation["place"] is None, "nobody counts a line before closed doors"


async def test_half_hour_ends_an_open_chat_whose_page_is_gone(house: House) -> None:
    await opens(house)
    async with house.console("amara") as amara:
        visitor = await come(house)
        async with visitor.page():
            await talk(amara, visitor)
            await execute(house.hub_url, f"UPDATE interaction SET last_us = last_us - {HALF_HOUR}")
            here = await come(house, credential=visitor.session["credential"])
            assert here.session["visitor"] == visitor.session["visitor"], "his page is open: the chat goes on"
            async with here.page():
                assert here.conversation["state"] == "talking"
        await asyncio.sleep(4)
        late = await come(house, credential=visitor.session["credential"])
        assert late.session["visitor"] != visitor.session["visitor"]


async def test_word_after_the_end_is_seen_and_may_be_answered(house: House) -> None:
    await opens(house)
    async with house.console("amara") as amara:
        visitor = await come(house)
        async with visitor.page():
            contact = await talk(amara, visitor)
            await visitor.ask("end")
            await visitor.state("ended")
            await amara.do("contact.reply", contact=contact, text="One thing more.")
            await visitor.until(lambda: visitor.texts == ["Hello", "One thing more."])
            assert visitor.conversation["state"] == "ended"
            assert (await visitor.write("Yes?"))["ok"]
            await visitor.state("waiting")


async def test_nothing_is_estimated_where_somebody_is_free(house: House) -> None:
    assert (await come(house)).session["site"]["likely"] is None
    await opens(house)
    async with house.console("amara") as amara:
        for left in (4, 3, 2, 1, 0):
            visitor = await come(house)
            async with visitor.page():
                contact = await talk(amara, visitor)
                if not left:
                    await asyncio.sleep(2)  # the board looks once a second
                    assert (await come(house)).session["site"]["likely"] is not None, "she is busy"
                await amara.do("contact.finish", contact=contact, disposition="solved")
        await asyncio.sleep(2)
        assert (await come(house)).session["site"]["likely"] is None
        assert house.hub.board.likely("chat", 1) is not None


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("meiling@example.com", "m…@example.com"),
        ("陈@例子.中国", "陈…@例子.中国"),
        ("+44 20 7946 0018", "…18"),
        ("chat", ""),
        ("@", "…@"),
    ],
)
def test_addresses_are_masked(address: str, shown: str) -> None:
    assert masked(address) == shown
