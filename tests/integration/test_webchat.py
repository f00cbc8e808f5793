"""A visitor chats with an agent over real sockets: exactly once, in order, resumed, ended, abandoned, rated."""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from interaction_hub.domain import events
from interaction_hub.storage import tables
from tests.fakes.house import Console, House, documents, open_house
from tests.fakes.visitor import Visitor, come

COMPANY = {"visitor_gone_after": 1}


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(database_url, tmp_path, rules=documents(chat={}, company=COMPANY)) as opened:
        yield opened


async def available(console: Console) -> None:
    await console.do("presence.set", presence="available")


async def test_chat_walks_from_first_word_to_rating(house: House) -> None:
    async with house.console("amara") as amara:
        await available(amara)
        visitor = await come(house)
        async with visitor.page():
            assert (await visitor.write("Is my table coming?", page="https://shop.example/orders"))["ok"]
            contact = await amara.take()
            assert (contact["channel"], contact["here"], contact["page"]) == (
                "chat",
                True,
                "https://shop.example/orders",
            )
            talking = await visitor.state("talking")
            assert talking["agent"]["name"] == "Amara Osei"
            sent = await amara.do("contact.reply", contact=contact["id"], text="It comes at two.")
            await visitor.until(lambda: visitor.texts == ["Is my table coming?", "It comes at two."])
            await visitor.send("ack", state="delivered", messages=[sent["message"]])
            await amara.until(lambda: amara.messages.get(sent["message"], {}).get("state") == "delivered")
            await visitor.send("ack", state="read", messages=[sent["message"]])
            await amara.until(lambda: amara.messages[sent["message"]]["state"] == "read")
            await amara.do("contact.note", contact=contact["id"], text="Internal: angry before.")
            await amara.do("contact.finish", contact=contact["id"], disposition="solved")
            ended = await visitor.state("ended")
            assert ended["can_rate"]
            rating_id = str(uuid.uuid4())
            first = await visitor.ask("rate", rating_id, score=4, text="Quick.")
            again = await visitor.ask("rate", rating_id, score=4, text="Quick.")
            assert first["result"] == again["result"]
            assert (await visitor.ask("rate", score=1))["error"]["code"] == "rated"
            assert "Internal" not in " ".join(line["text"] for line in visitor.lines.values())
    (answered,) = await house.log(events.SurveyAnswered)
    assert getattr(answered.body, "score", None) == 4
    closed = await house.rows(sa.select(tables.interaction.c.state))
    assert [row.state for row in closed] == ["closed"]


async def test_message_sent_twice_is_taken_once(house: House) -> None:
    visitor = await come(house)
    async with visitor.page():
        key = str(uuid.uuid4())
        answers = [await visitor.write("Once", key) for _ in range(3)]
        assert len({answer["result"]["message"] for answer in answers}) == 1
    assert len(await house.log(events.TouchpointAdded)) == 1


async def test_twenty_pages_with_one_message_make_one_contact(house: House) -> None:
    visitor = await come(house)
    others = [await come(house, credential=visitor.session["credential"]) for _ in range(8)]
    key = str(uuid.uuid4())
    async with contextlib.AsyncExitStack() as stack:
        for other in others:
            await stack.enter_async_context(other.page())
        found = await asyncio.gather(*(other.write("Hello", key) for other in others))
        found += await asyncio.gather(*(other.write(f"More {n}") for n, other in enumerate(others)))
        assert all(answer["ok"] for answer in found)
        await visitor_shows(others[0], 9)
        await visitor_shows(others[-1], 9)
    assert len(await house.log(events.ContactQueued)) == 1
    assert len(await house.log(events.TouchpointAdded)) == 9


async def visitor_shows(visitor: Visitor, number: int) -> None:
    await visitor.until(lambda: len(visitor.texts) == number)


async def test_page_that_comes_back_misses_nothing(house: House) -> None:
    async with house.console("amara") as amara:
        await available(amara)
        visitor = await come(house)
        async with visitor.page():
            await visitor.write("One")
            contact = await amara.take()
        for text in ("Two", "Three"):
            await amara.do("contact.reply", contact=contact["id"], text=text)
        async with visitor.page(seq=visitor.seq):
            await visitor.until(lambda: visitor.texts == ["One", "Two", "Three"])
            last = len(visitor.frames)
        async with visitor.page(seq=visitor.seq):
            assert visitor.frames[last]["type"] == "delta", "nothing was missed: no second snapshot"
            await visitor.write("Four")
            await visitor.until(lambda: visitor.texts == ["One", "Two", "Three", "Four"])


async def test_visitor_who_stays_away_has_abandoned(house: House) -> None:
    visitor = await come(house)
    async with visitor.page():
        await visitor.write("Anybody there?")
        await visitor.state("waiting")
    (ended,) = await house.logged(events.ContactEnded, seconds=20)
    assert getattr(ended.body, "outcome", "") == "abandoned"


async def test_message_left_for_later_outlives_its_page(house: House) -> None:
    visitor, waiting = await come(house), await come(house)
    async with visitor.page(), waiting.page():
        await visitor.write("Saturday morning?", answer_to="meiling@example.com")
        await waiting.write("Anybody there?")
        await visitor.state("left")
        await waiting.state("waiting")
    await house.logged(events.ContactEnded, seconds=20)
    await house.hub.visitors.look()
    assert len(await house.log(events.ContactEnded)) == 1, "the one who waited has abandoned, and nobody else"
    async with house.console("amara") as amara:
        await available(amara)
        contact = await amara.take()
        assert (contact["subject"], contact["here"]) == ("Saturday morning?", False)


async def test_visitor_who_loads_the_page_anew_keeps_waiting(house: House) -> None:
    visitor = await come(house)
    async with visitor.page():
        await visitor.write("Anybody there?")
    async with visitor.page():
        await asyncio.sleep(5)
        assert (await visitor.state("waiting"))["place"] == 1
    assert await house.log(events.ContactEnded) == []


async def test_return_within_the_grace_keeps_the_old_place(house: House) -> None:
    first, second = await come(house), await come(house)
    async with first.page(), second.page():
        await first.write("First")
        await second.write("Second")
        await second.until(lambda: second.conversation.get("place") == 2)
        await first.ask("end")
        await second.until(lambda: second.conversation.get("place") == 1)
        await first.write("I am back")
        await first.until(lambda: first.conversation.get("place") == 1)
        await second.until(lambda: second.conversation.get("place") == 2)


async def test_visitor_ends_and_the_agent_wraps_up(house: House) -> None:
    async with house.console("amara") as amara:
        await available(amara)
        visitor = await come(house)
        async with visitor.page():
            await visitor.write("Hello")
            contact = await amara.take()
            await visitor.ask("end")
            await amara.until(lambda: amara.contacts[contact["id"]]["state"] == "wrapping")
            await visitor.state("ended")


async def test_typing_is_seen_on_both_sides(house: House) -> None:
    async with house.console("amara") as amara:
        await available(amara)
        visitor = await come(house)
        async with visitor.page():
            await visitor.write("Hello")
            contact = await amara.take()
            await visitor.state("talking")
            await visitor.send("typing", on=True)

            def seen(frames: list[dict[str, Any]], **wanted: object) -> bool:
                return any(all(frame.get(k) == v for k, v in wanted.items()) for frame in frames)

            await amara.until(lambda: seen(amara.frames, kind="typing", contact=contact["id"], by="customer"))
            await amara.ws.send(json.dumps({"op": "typing", "contact": contact["id"], "on": True}))
            await visitor.until(lambda: seen(visitor.frames, type="signal", kind="typing", name="Amara Osei"))
    assert not [event for event in await house.log() if "typing" in event.kind.lower()]


async def test_agent_sees_where_the_visitor_is_now(house: House) -> None:
    async with house.console("amara") as amara:
        await available(amara)
        visitor = await come(house)
        async with visitor.page():
            await visitor.write("Hello", page="https://ada:pw@shop.example/cart?key=secret#secret")
            await visitor.send("page", page="https://shop.example/help?token=secret")
            contact = await amara.take()
            assert contact["page"] == "https://shop.example/cart"

            def seen(page: str) -> bool:
                return any(frame.get("kind") == "here" and frame.get("page") == page for frame in amara.frames)

            await amara.until(lambda: seen("https://shop.example/help"))
            hostile: list[Any] = [
                "javascript:alert(1)",
                "<b>x</b>",
                "https://",
                7,
                None,
                {"a": 1},
                "/pay",
                "https://a b/",
            ]
            for page in hostile:
                await visitor.send("page", page=page)
            await visitor.send("page", page="https://shop.example/<b>" + "x" * 9000)
            await amara.until(lambda: seen("https://shop.example/<b>" + "x" * 476))
            told = {frame["page"] for frame in amara.frames if frame.get("kind") == "here"}
            assert all(page.startswith("https://shop.example/") for page in told)
            assert "secret" not in json.dumps(amara.frames)
            assert (await visitor.write("Still here", page="javascript:alert(1)"))["ok"]
            await visitor.until(lambda: visitor.texts == ["Hello", "Still here"])
    assert not [event for event in await house.log() if "page" in event.kind.lower()]
