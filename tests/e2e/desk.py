"""A day at Amara's desk, from nothing to everything at once: the company, its customers, and what they say.

Its words and numbers are those of the drawn pages, so that a picture of the product can lie beside the drawing.
"""

from __future__ import annotations

import io
import time
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, ImageDraw

from interaction_hub.demo.carrier import Turn
from interaction_hub.domain.documents import parse
from tests.fakes.house import Console, House, Rules, documents
from tests.fakes.visitor import Visitor, come

TOMASZ, DIEGO, GRACE, PRIYA, WANG = (f"+44770090{number}" for number in ("0123", "0124", "0125", "0126", "0127"))
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen, " * 3
NAMES = {
    TOMASZ: "Tomasz Wiśniewski",
    DIEGO: "Diego Fuentes Ibarra",
    GRACE: "Grace O’Connell",
    PRIYA: "Priya Raman",
    WANG: "王芳 Wang Fang",
}
CHEN = "陈美玲 Chen Meiling"
REPLIES = ("Saturday 08:00–12:00 is booked", "Offer Sunday instead", "Confirm new address")
DISPOSITIONS = (
    "Invoice › copy sent",
    "Invoice › wrong company name",
    "Invoice › payment plan agreed",
    "Invoice › disputed, passed to Finance",
    "Billing › refund started",
)
SAID = (
    "Did you send the swatches?",
    "They left yesterday, Grace. Two days by post.",
    "Call back about the swatches",
    "Can you confirm the lift access for 40291?",
    "Any news about the voucher?",
    "Hi, driver asks for gate code, can you pass it on",
    "Hello Tomasz, gladly. Which code should the driver use?",
    "1907# after 4pm. Before that ring Kowalska downstairs. Dzięki!",
    "Thank you, passed on to the driver: 1907# after 16:00.",
    "Hi, I just tried to call but gave up. My table comes today between 14 and 18 and I will not be home.",
    "Hello Meiling, I can see order 40318. I can move the delivery; which day suits you?",
    "Carrier takes changes until 12:00, says Daniel.",
    "太好了。周六上午可以吗？ Saturday morning works, before 12 if possible.",
    "This is the leg.",
    "Saturday 28 November, 08:00 to 12:00 is yours.",
    "So do I send it back or will you collect it?",
    "The invoice has the wrong name on it.",
    "Order",
    "40318, oak dining table",
    "A fact with a long name",
    LONG.strip(),
    "leg.png",
    "Hello Meiling, I can see order 40318.",
)
COMMANDS = ("interaction-hub user reset-link", "amara", "test")
"""What is typed into a terminal, a sign-in name, and the device of the tests' sessions."""
SUBJECTS = ("Hi, I just tried to call but gave up. My table comes today…",)
"""Beginnings of first words, as the hub makes subjects of them."""
WORDS = ("Hello", "PDF", "Chat", "Shanghai", "Billing", "Floor", "Office")
DATA = frozenset({*NAMES.values(), CHEN, *REPLIES, *DISPOSITIONS, *SAID, *SUBJECTS, *COMMANDS, *WORDS})
OFFER_SECONDS = 900


def company(origin: str = "https://shop.example") -> Rules:
    """The sample company of the tests, with more results, saved replies, a site, a screen, and time enough to look."""
    found = documents(chat={"offer_timeout": OFFER_SECONDS, "wrap_up": OFFER_SECONDS}, offer_timeout=OFFER_SECONDS)
    found["site", "shop"] = parse("site", {"key": "shop", "name": "Harbour & Pine", "origins": [origin]}, "test")
    found["screen", "floor"] = parse("screen", {"key": "floor", "name": "Floor"}, "test")
    week = {day: ["08:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    office = {"key": "office", "name": "Billing", "week": week, "exceptions": {"2026-12-25": []}}
    found["hours", "office"] = parse("hours", office, "test")
    for number, name in enumerate(REPLIES):
        found["reply", f"r{number}"] = parse("reply", {"key": f"r{number}", "name": name, "text": name}, "test")
    for number, name in enumerate(DISPOSITIONS):
        found["disposition", f"d{number}"] = parse("disposition", {"key": f"d{number}", "name": name}, "test")
    return found


def picture() -> bytes:
    """What a customer has photographed."""
    image = Image.new("RGB", (640, 400), "#B9986A")
    ImageDraw.Draw(image).rectangle((240, 60, 300, 400), fill="#7A5A36")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@dataclass
class Day:
    """The steps of the day, each on top of the one before."""

    house: House
    amara: Console
    contacts: dict[str, str] = field(default_factory=dict)

    async def take(self, number: str, text: str, name: str = "") -> dict[str, Any]:
        """Somebody writes, Amara accepts, and knows who it is."""
        await self.house.text(number, text)
        contact = await self.amara.take()
        await self.call(contact, NAMES[number])
        self.contacts[number] = contact["id"]
        return contact

    async def call(self, contact: dict[str, Any], name: str, **facts: Any) -> None:
        """Give the customer a name."""
        await self.amara.until(lambda: contact["id"] in self.amara.pops)
        customer = self.amara.pops[contact["id"]]["customer"]
        known = {"customer": customer["id"], "version": customer["version"], "name": name}
        await self.amara.do("customer.update", **known, **facts)

    async def say(self, contact: dict[str, Any], text: str) -> None:
        await self.amara.do("contact.reply", contact=contact["id"], text=text)

    async def morning(self) -> None:
        """One is done, one sleeps, one colleague asks: what the idle page shows."""
        await self.amara.do("presence.set", presence="available")
        contact = await self.take(PRIYA, SAID[0])
        await self.amara.do("contact.end", contact=contact["id"])
        await self.amara.do("contact.finish", contact=contact["id"], disposition="solved")
        contact = await self.take(GRACE, SAID[0])
        await self.say(contact, SAID[1])
        until = int((time.time() + 5 * 3600) * 1000)
        await self.amara.do("contact.snooze", contact=contact["id"], until=until, note=SAID[2])
        await self.amara.until(lambda: not self.amara.contacts)

    async def sms(self) -> dict[str, Any]:
        """An SMS that is answered, once in vain, and a note with a very long word."""
        contact = await self.take(TOMASZ, SAID[5])
        await self.say(contact, SAID[6])
        await self.house.text(TOMASZ, SAID[7])
        await self.amara.do("contact.note", contact=contact["id"], text=LONG)
        await self.house.settled()
        self.house.carrier.script(TOMASZ, [Turn.undelivered()])
        await self.say(contact, SAID[8])
        await self.amara.until(lambda: any(m["state"] == "failed" for m in self.amara.messages.values()))
        return contact

    async def chat(self, visitor: Visitor) -> dict[str, Any]:
        """A conversation with everything in it: two languages, a note, a file, an answer that was read."""
        await visitor.write(SAID[9], name="Chen Meiling")
        contact = await self.amara.take()
        facts = [{"label": SAID[17], "value": SAID[18]}, {"label": SAID[19], "value": LONG}]
        await self.call(contact, CHEN, tier="gold", language="zh", time_zone="Asia/Shanghai", facts=facts)
        await self.say(contact, SAID[10])
        await visitor.until(lambda: SAID[10] in visitor.texts)
        await visitor.send("ack", state="read", messages=[line["id"] for line in visitor.lines.values()])
        await self.amara.do("contact.note", contact=contact["id"], text=SAID[11])
        await visitor.write(SAID[12])
        leg = await visitor.upload(picture(), "image/png", "leg.png")
        await visitor.write(SAID[13], files=[leg.data["id"]])
        return contact

    async def rush(self) -> None:
        """One in wrap-up, one unread, one more that rings."""
        contact = await self.take(WANG, SAID[16])
        await self.amara.do("contact.end", contact=contact["id"])
        await self.take(PRIYA, SAID[0])
        await self.house.text(PRIYA, SAID[15])
        await self.house.text(DIEGO, SAID[4])
        await self.amara.offer()


async def visitor_of(house: House) -> Visitor:
    """Somebody in front of the site's page."""
    return await come(house)
