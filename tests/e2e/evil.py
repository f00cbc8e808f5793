"""A company in which every name is a payload, with a day's work in which every word is one, through the real doors."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any
from urllib.parse import quote

from interaction_hub.domain.documents import parse
from tests.e2e.shop import Shop
from tests.fakes.house import Console, House, Rules, documents
from tests.fakes.people import make_admin
from tests.fakes.visitor import Visitor, come
from tests.integration.content.payloads import payloads

NUMBERS = [f"+4477009004{number:02}" for number in range(10)]
LONG = 3600


@dataclass
class Words:
    """Payload after payload, cut to what a field takes."""

    beacon: str
    _all: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self._all = cycle(payloads(self.beacon))

    def of(self, most: int) -> str:
        return next(self._all)[:most].strip()


def evil_company(words: Words, shop: Shop) -> Rules:
    """Two agents, three queues and one document of each other kind; the keys are the only honest words."""
    found = documents(chat={"offer_timeout": LONG, "wrap_up": LONG}, offer_timeout=LONG, wrap_up=LONG)
    more: list[tuple[str, dict[str, Any]]] = [
        ("site", {"key": "shop", "origins": [shop.url], "greeting": words.of(80), "privacy_note": words.of(200)}),
        ("screen", {"key": "floor"}),
        ("role", {"key": "helper", "permissions": ["work"]}),
        ("hours", {"key": "office", "week": {"mon": ["08:00-18:00"]}}),
        *(("reply", {"key": f"r{n}", "text": words.of(500)}) for n in range(9)),
        *(("disposition", {"key": f"d{n}"}) for n in range(9)),
        *(("skill", {"key": f"s{n}"}) for n in range(4)),
    ]
    for kind, body in more:
        found[kind, body["key"]] = parse(kind, {"name": "-", **body}, "test")
    reasons = {"away_reasons": [words.of(100) for _ in range(4)], "decline_reasons": [words.of(100) for _ in range(4)]}
    company = {"key": "company", "name": "-", "names_in_notices": True, **reasons}
    found["company", "company"] = parse("company", company, "test")
    return {(kind, key): _named(document, kind, words) for (kind, key), document in found.items()}


def _named(document: Any, kind: str, words: Words) -> Any:
    values = {name: getattr(document, name) for name in document.__struct_fields__} | {"name": words.of(120)}
    if kind == "agent":
        values["public_name"] = words.of(60)
    return type(document)(**values)


@dataclass
class EvilDay:
    """What has happened: conversations in every state, each with every payload somewhere in it."""

    house: House
    words: Words
    customers: list[str] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)
    credential: str = ""

    async def happen(self, amara: Console, visitor: Visitor, leaver: Visitor) -> None:
        await make_admin(self.house)
        await amara.do("presence.set", presence="available")
        await self._texts(amara)
        await self._chat(amara, visitor)
        await self._left(amara, leaver)
        await self._survey(amara)
        await self._asleep(amara)
        await self._filed(amara)
        await self.house.text(NUMBERS[4], self.words.of(1000))
        await amara.offer()
        await self.house.text(NUMBERS[5], self.words.of(1000))
        self.credential = visitor.session["credential"]

    async def _texts(self, amara: Console) -> None:
        """All payloads by SMS, in one conversation; then as answers and notes of the agent's."""
        everything = payloads(self.words.beacon)
        await self.house.text(NUMBERS[0], everything[0])
        contact = await self._take(amara)
        for text in everything[1:]:
            await self.house.text(NUMBERS[0], text)
        for text in everything[::3]:
            await amara.do("contact.reply", contact=contact["id"], text=text)
        for text in everything[1::3]:
            await amara.do("contact.note", contact=contact["id"], text=text, mentions=[self.house.users["daniel"]])
        for kind in ("reply", "note"):
            await amara.do("draft.save", contact=contact["id"], kind=kind, text=self.words.of(500))

    async def _chat(self, amara: Console, visitor: Visitor) -> None:
        page = "https://shop.example/" + quote(self.words.of(100)) + "?" + self.words.of(50)
        await visitor.write(self.words.of(500), name=self.words.of(100), page=page)
        contact = await self._take(amara)
        for name in payloads(self.words.beacon)[:6]:
            kept = await visitor.upload(b"Hello", "text/plain", quote(name))
            await visitor.write(self.words.of(500), files=[kept.data["id"]])
        await amara.do("contact.reply", contact=contact["id"], text=self.words.of(500))

    async def _left(self, amara: Console, leaver: Visitor) -> None:
        """A message for later, with a payload where the address should be."""
        await leaver.write(self.words.of(500), name=self.words.of(100), answer_to=self.words.of(150))
        await self._take(amara)

    async def _survey(self, amara: Console) -> None:
        visitor = await come(self.house)
        async with visitor.page():
            await visitor.write(self.words.of(500), name=self.words.of(100))
            contact = await self._take(amara)
            await amara.do("contact.end", contact=contact["id"])
            await visitor.state("ended")
            await visitor.ask("rate", score=1, text=self.words.of(500))

    async def _asleep(self, amara: Console) -> None:
        await self.house.text(NUMBERS[1], self.words.of(1000))
        contact = await self._take(amara)
        until = int((time.time() + LONG) * 1000)
        await amara.do("contact.snooze", contact=contact["id"], until=until, note=self.words.of(500))

    async def _filed(self, amara: Console) -> None:
        await self.house.text(NUMBERS[2], self.words.of(1000))
        contact = await self._take(amara)
        await amara.do("contact.end", contact=contact["id"])
        await amara.do("contact.finish", contact=contact["id"], disposition="d0", note=self.words.of(500))

    async def _take(self, amara: Console) -> dict[str, Any]:
        contact = await amara.take()
        await amara.until(lambda: contact["id"] in amara.pops)
        customer = amara.pops[contact["id"]]["customer"]
        facts = [{"label": self.words.of(200), "value": self.words.of(200)} for _ in range(3)]
        known = {"customer": customer["id"], "version": customer["version"]}
        await amara.do("customer.update", **known, name=self.words.of(200), facts=facts)
        self.customers.append(customer["id"])
        self.contacts.append(contact["id"])
        return contact
