"""What people write to each other comes out as they wrote it (decisions 36): every naughty string, everywhere.

Lines of text unchanged; names on one line; what no database can hold is refused in words.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from interaction_hub.storage import tables
from tests.fakes.house import Console, House, documents, open_house
from tests.fakes.visitor import Visitor, come
from tests.fuzz.corpora import LONG, some
from tests.fuzz.quiet import Quiet
from tests.fuzz.texts import Post, blank, one_line, page_is_clean
from tests.integration.test_matching import available

AT_A_TIME = 40
"""Words that a visitor writes before another visitor goes on: the hub lets nobody write more than 60 in a minute."""
MOST_NAME, MOST_REPLY = 120, 1_600


@asynccontextmanager
async def two_desks(database_url: str, folder: Path) -> AsyncIterator[tuple[House, Console, Console]]:
    """Amara with room for everybody, and a supervisor's eye on nothing yet."""
    rules = documents(limit=100, chat={"offer_timeout": 600}, offer_timeout=600)
    async with (
        open_house(database_url, folder, rules=rules) as house,
        house.console("amara") as amara,
        house.console("amara") as second,
    ):
        yield house, amara, second


async def test_message_and_name_of_a_customer(
    database_url: str, tmp_path: Path, naughty: list[str], quiet: Quiet
) -> None:
    """By SMS, each from a customer of his own: text unchanged in rows and API, the name on one line."""
    async with open_house(database_url, tmp_path) as house:
        post = Post(house)
        numbers = {f"+4477009{place:05d}": text for place, text in enumerate(naughty)}
        for group in chunks(list(numbers.items()), 25):
            answers = await asyncio.gather(*(post.message(number, text, ProfileName=text) for number, text in group))
            assert {answer.status for answer in answers} == {200}, group
        rows = await house.rows(
            sa.select(tables.identity.c.value, tables.customer.c.id, tables.customer.c.name, tables.touchpoint.c.text)
            .join_from(tables.identity, tables.customer)
            .join(tables.touchpoint, tables.touchpoint.c.customer_id == tables.customer.c.id)
        )
        assert {row.value: row.text for row in rows} == numbers
        assert {row.value: row.name for row in rows} == {n: one_line(text)[:100] for n, text in numbers.items()}
        people = {row.id: numbers[row.value] for row in rows}
        shown = await every_customer(house)
        assert {one["id"]: one["name"] for one in shown} == {key: one_line(text)[:100] for key, text in people.items()}
        for key in some(list(people), 60):
            story = await house.get(f"/api/v1/customers/{key}/timeline", "amara")
            assert people[key] in [entry["text"] for entry in story["items"]]
    quiet.expect_nothing()


async def test_chat_goes_to_and_fro_unchanged(
    database_url: str, tmp_path: Path, naughty: list[str], quiet: Quiet
) -> None:
    """A visitor writes it, the agent writes it back; both screens, the second device and the rows have the same."""
    async with two_desks(database_url, tmp_path) as (house, amara, second):
        await available(amara)
        for texts in chunks(naughty if LONG or "sqlite" in database_url else some(naughty, 40), AT_A_TIME):
            visitor = await come(house)
            async with visitor.page():
                contact = await talk(visitor, amara, texts)
                said = [text for text in texts if not blank(text)]
                heard = sorted(["Hello", *said, *said])
                await visitor.until(lambda v=visitor, h=heard: sorted(v.texts) == h, 30)
                for console in (amara, second):
                    await console.until(lambda c=console, k=contact, h=heard: sorted(words(c, k)) == h, 30)
                assert page_is_clean(amara.contacts[contact]["page"])
                stored = await house.rows(
                    sa.select(tables.touchpoint.c.text).where(
                        tables.touchpoint.c.contact_id == contact, tables.touchpoint.c.kind == "message"
                    )
                )
                assert sorted(row.text for row in stored) == heard
                await amara.do("contact.finish", contact=contact, disposition="solved", note=texts[0])
        assert amara.gaps == second.gaps == 0
    quiet.expect_nothing()


async def talk(visitor: Visitor, amara: Console, texts: list[str]) -> str:
    """Each text from the visitor, with itself as his name, page and language, and from the agent. Gives the contact."""
    assert (await visitor.write("Hello"))["ok"]
    contact = str((await amara.take())["id"])
    for text, answer in await all_of(texts, lambda text: visitor.write(text, name=text, page=text, language=text)):
        if blank(text) or not fits(text):
            assert answer["error"]["status"] == 422, (text, answer)
        else:
            assert answer["ok"], (text, answer)
    for text, answer in await all_of(texts, lambda text: amara.command("contact.reply", contact=contact, text=text)):
        assert answer["ok"] is not blank(text) or answer["error"]["status"] == 422, (text, answer)
        if not fits(text) and not blank(text):
            # The visitor's own was refused for the length of the name that came with it: now without one.
            assert (await visitor.write(text))["ok"]
    return contact


async def test_notes_drafts_and_whispers_are_kept(
    database_url: str, tmp_path: Path, naughty: list[str], quiet: Quiet
) -> None:
    """Notes, whispers and drafts come back unchanged over the socket and the API; blank notes are refused."""
    texts = naughty if LONG or "sqlite" in database_url else some(naughty, 40)
    async with two_desks(database_url, tmp_path) as (house, amara, second), house.console("rk") as ravi:
        await available(amara)
        await house.text("+447700900456")
        contact = (await amara.take())["id"]
        for text in texts:
            note, whisper, draft = await asyncio.gather(
                amara.command("contact.note", contact=contact, text=text),
                ravi.command("contact.whisper", contact=contact, text=text),
                amara.command("draft.save", contact=contact, kind="note", text=text),
            )
            assert [note["ok"], whisper["ok"], draft["ok"]] == [not blank(text), not blank(text), True], text
        kept = [text for text in texts if not blank(text)]
        await second.until(lambda: len(words(second, contact, "note")) == 2 * len(kept), 30)
        assert sorted(words(second, contact, "note")) == sorted([*kept, *kept])
        drafts = [frame["text"] for frame in second.frames if frame.get("kind") == "draft"]
        assert drafts == texts
        work = await house.get("/api/v1/work", "amara")
        assert work["state"]["drafts"][contact]["note"]["text"] == texts[-1]
        assert sorted(await earlier(house, contact, "note")) == sorted([*kept, *kept])
    quiet.expect_nothing()


async def test_sms_replies_reach_the_carrier_unchanged(
    sqlite_url: str, tmp_path: Path, naughty: list[str], quiet: Quiet
) -> None:
    """What goes out over a provider is what was typed; and so are the notes with which contacts are handed on."""
    texts = [text for text in some(naughty, 60) if not blank(text)]
    number = "+447700900456"
    async with two_desks(sqlite_url, tmp_path) as (house, amara, _second):
        await available(amara)
        await house.text(number)
        contact = (await amara.take())["id"]
        for text in texts:
            await amara.do("contact.reply", contact=contact, text=text)
        await house.until(lambda: sent(house, number, len(texts)), 60)
        assert [message.body for message in house.carrier.sent_to(number)] == texts
        handed_on = texts[:12]
        for text in handed_on:
            await amara.do("contact.transfer", contact=contact, queue="returns", note=text)
            contact = (await amara.take())["id"]
        assert set(handed_on) <= set(await earlier(house, contact, "note"))
    quiet.expect_nothing()


async def sent(house: House, number: str, wanted: int) -> bool:
    return len(house.carrier.sent_to(number)) >= wanted


async def test_messages_left_for_later_keep_the_address(
    sqlite_url: str, tmp_path: Path, naughty: list[str], quiet: Quiet
) -> None:
    """`answer_to` is one line of 200 characters at most; the visitor sees it masked, and none of his words."""
    async with two_desks(sqlite_url, tmp_path) as (house, amara, _second):
        for text in some(naughty, 24)[:28]:
            visitor = await come(house)
            async with visitor.page():
                answer = await visitor.write(f"Ring me {text}", answer_to=text)
                address = one_line(text)
                assert answer["ok"] is (len(address) <= 200), (text, answer)
                if answer["ok"] and address:
                    left = await visitor.state("left")
                    assert len(address) < 4 or address not in left["answer_to"], left
                    assert visitor.texts == []
        await available(amara)
        told = await house.rows(sa.select(tables.touchpoint.c.text).where(tables.touchpoint.c.kind == "message"))
        assert all(row.text.startswith("Ring me ") for row in told)
    quiet.expect_nothing()


async def all_of(texts: list[str], ask: Callable[[str], Awaitable[dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    """Ask with each at once; each with its answer."""
    return list(zip(texts, await asyncio.gather(*map(ask, texts)), strict=True))


# ---- reading ---------------------------------------------------------------------------------------------------
def fits(text: str) -> bool:
    """As the name that comes with a chat message."""
    return len(one_line(text)) <= MOST_NAME


def words(console: Console, contact: str, kind: str = "message") -> list[str]:
    """All texts of a kind that the console shows in one contact."""
    return [m["text"] for m in console.messages.values() if m["contact"] == contact and m["kind"] == kind]


async def earlier(house: House, contact: str, kind: str) -> list[str]:
    """All texts of a kind in the conversation, read page by page over the API."""
    found: list[str] = []
    before: Any = ""
    while before is not None:
        page = await house.get(f"/api/v1/contacts/{contact}/messages?before={before}", "amara")
        found += [message["text"] for message in page["items"] if message["kind"] == kind]
        before = page["next"]
    return found


async def every_customer(house: House) -> list[dict[str, Any]]:
    """The whole list, page by page."""
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await house.get(f"/api/v1/customers?cursor={cursor}", "amara")
        found += page["items"]
        cursor = page["next"]
    return found


def chunks(things: list[Any], size: int) -> Iterable[list[Any]]:
    """So many at a time."""
    return (things[start : start + size] for start in range(0, len(things), size))
