"""Two hundred card numbers through every door: none in the database's files, the log, any answer, or at the carrier."""

from __future__ import annotations

import asyncio
import json
import re
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from interaction_hub.services.masking import mask_cards
from tests.fakes.house import Console, House, documents, open_house
from tests.fakes.visitor import Visitor, come
from tests.integration.content.cards import card_numbers
from tests.integration.content.stored import cells, files

CARDS = card_numbers(200)
CUSTOMER = "+447700900456"
LEAST = 13
"""Digits of the shortest card."""
TEXTS = ("It is {card}, thank you.", "{card} 12/27 123", "order 40318 {card}", "{card}", "card:{card}!")


class Wallet:
    """Hands out the numbers one by one, in sentences, and remembers how many are left."""

    def __init__(self, cards: list[tuple[str, str]]) -> None:
        self.left = list(cards)

    def sentence(self) -> str:
        card = self.left.pop()[1]
        return TEXTS[len(self.left) % len(TEXTS)].format(card=card)

    def line(self) -> str:
        """For fields of one line."""
        return " ".join(self.left.pop()[1].split())


def digits_of(text: str) -> str:
    """Its digits in any script, and nothing else."""
    return "".join(one if one.isascii() else str(unicodedata.decimal(one)) for one in re.findall(r"\d", text))


def whole_numbers(texts: Iterator[tuple[str, str]]) -> list[str]:
    """Where a whole number of ours stands, however it is written."""
    found = []
    for where, text in texts:
        digits = digits_of(text)
        if len(digits) >= LEAST and any(number in digits for number, _ in CARDS):
            found.append(f"{where}: {text[:80]!r}")
    return found


@pytest.mark.parametrize(("digits", "written"), CARDS, ids=[digits for digits, _ in CARDS])
def test_number_is_masked_however_it_is_written(digits: str, written: str) -> None:
    for text in TEXTS:
        masked, found = mask_cards(text.format(card=written))
        assert found, text
        assert digits not in digits_of(masked)
        assert digits[-4:] in digits_of(masked)


@pytest.mark.parametrize(
    "text",
    [
        "from 2026-11-22 to 2026-12-22",
        "+44 7700 900456, +44 7700 900457",
        "ID4111111111111111",
        "41111111111111112222",
        "1234567812345670",
        "https://shop.example/o/a4111111111111111b",
        "4111 1111 1111 1112",
    ],
)
def test_what_is_no_card_stays(text: str) -> None:
    assert mask_cards(text) == (text, [])


async def test_no_card_number_is_kept_or_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wallet = Wallet(CARDS)
    rules = documents(limit=300, chat={}, wrap_up=3600)
    async with open_house(f"sqlite:///{tmp_path / 'hub.db'}", tmp_path, rules=rules) as house:
        async with house.console("amara") as amara, house.console("rk") as rk:
            await amara.do("presence.set", presence="available")
            await by_chat(house, amara, wallet)
            contact = await by_sms(house, amara, wallet)
            await by_agent(amara, rk, contact, wallet)
            assert not wallet.left
            told = [json.dumps(frame, ensure_ascii=False) for console in (amara, rk) for frame in console.frames]
        await house.settled()
        told += await answers(house)
        assert len(told) > 100
        assert whole_numbers(("answer", text) for one in told for text in texts_of(json.loads(one))) == []
        sent = (("carrier", message.body) for message in house.carrier.books.messages if message.direction != "inbound")
        assert whole_numbers(sent) == []
        assert whole_numbers(cells(tmp_path / "hub.db")) == []
    on_disk = files(tmp_path)
    for digits, written in CARDS:
        for form in (digits, written, json.dumps(written)[1:-1]):
            assert not [name for name, content in on_disk.items() if form.encode() in content], written
    assert whole_numbers(("log", line) for line in "".join(capsys.readouterr()).splitlines()) == []


async def by_chat(house: House, amara: Console, wallet: Wallet) -> None:
    """A visitor's words and file, the agent's answers, and the words of the survey."""
    visitor = await come(house)
    async with visitor.page():
        assert (await visitor.write(wallet.sentence()))["ok"]
        contact = await amara.take()
        for _ in range(40):
            assert (await visitor.write(wallet.sentence()))["ok"]
        await escaped(visitor, wallet)
        kept = await visitor.upload(b"Hello", "text/plain", f"{wallet.left.pop()[0]}.txt")
        assert kept.status == 201
        assert (await visitor.write("See this.", files=[kept.data["id"]]))["ok"]
        for _ in range(20):
            await amara.do("contact.reply", contact=contact["id"], text=wallet.sentence())
        await amara.do("contact.end", contact=contact["id"])
        await visitor.state("ended")
        assert (await visitor.ask("rate", score=5, text=wallet.sentence()))["ok"]
    await amara.do("contact.finish", contact=contact["id"], disposition="solved", note=wallet.sentence())


async def escaped(visitor: Visitor, wallet: Wallet) -> None:
    """The same digits, as JSON may write them."""
    before = len(visitor.frames)
    text = "".join(f"\\u{ord(one):04x}" for one in wallet.sentence())
    await visitor.ws.send(f'{{"op": "message", "id": "0c7e2a50-3b8f-4f0e-9a55-000000000001", "text": "{text}"}}')
    await visitor.until(lambda: any(frame["type"] == "result" and frame["ok"] for frame in visitor.frames[before:]))


async def by_sms(house: House, amara: Console, wallet: Wallet) -> dict[str, Any]:
    await house.text(CUSTOMER, wallet.sentence())
    contact = await amara.take()
    await asyncio.gather(*(house.text(CUSTOMER, wallet.sentence()) for _ in range(80)))
    for _ in range(10):
        await amara.do("contact.reply", contact=contact["id"], text=wallet.sentence())
    return contact


async def by_agent(amara: Console, rk: Console, contact: dict[str, Any], wallet: Wallet) -> None:
    """Notes of every kind, drafts, what is known of the customer, follow-ups; all that is left."""
    this = {"contact": contact["id"]}
    await rk.do("contact.whisper", **this, text=wallet.sentence())
    for kind in ("reply", "note", "summary"):
        await amara.do("draft.save", **this, kind=kind, text=wallet.sentence())
    customer = amara.pops[contact["id"]]["customer"]
    facts = [{"label": wallet.line(), "value": wallet.line()}]
    known = {"customer": customer["id"], "version": customer["version"]}
    await amara.do("customer.update", **known, name=wallet.line(), facts=facts)
    until = int((time.time() + 3600) * 1000)
    while len(wallet.left) > 3:
        await amara.do("contact.note", **this, text=wallet.sentence())
    await amara.do("contact.snooze", **this, until=until, note=wallet.sentence())
    await amara.do("interaction.reschedule", interaction=contact["interaction"], until=until, note=wallet.sentence())
    fresh = await amara.do("interaction.resume", interaction=contact["interaction"])
    await amara.do("contact.transfer", contact=fresh["contact"], queue="returns", note=wallet.sentence())


async def answers(house: House) -> list[str]:
    """What the API tells of it all."""
    found = [await house.get(path, "amara") for path in ("/api/v1/work", "/api/v1/customers", "/api/v1/search?q=thank")]
    for customer in found[1]["items"]:
        cursor = ""
        while cursor is not None:
            page = await house.get(f"/api/v1/customers/{customer['id']}/timeline?cursor={cursor}", "amara")
            found.append(page)
            cursor = page["next"]
        found.append(await house.get(f"/api/v1/customers/{customer['id']}", "amara"))
    found += [await house.get("/api/v1/events?limit=500", "rk"), await house.get("/api/v1/board", "rk")]
    return [json.dumps(one, ensure_ascii=False) for one in found]


def texts_of(value: Any) -> Iterator[str]:
    """Every text in an answer."""
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts_of(one)


@pytest.mark.parametrize("field", ["name", "answer_to"])
async def test_no_card_number_in_what_a_visitor_says_of_himself(tmp_path: Path, field: str) -> None:
    card = CARDS[0][0]
    async with open_house(f"sqlite:///{tmp_path / 'hub.db'}", tmp_path, rules=documents(chat={})) as house:
        visitor = await come(house)
        async with visitor.page():
            await visitor.write("Hello", **{field: card})
        assert whole_numbers(cells(tmp_path / "hub.db")) == []
