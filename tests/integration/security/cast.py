"""The people of the access tests, and the things that they own. Every maker gives the values for a route's places.

Amara owns what is made here; Daniel is the other agent, rk the supervisor, boss the admin; two strangers chat.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent_ui.rendering import ASSETS
from interaction_hub.demo.carrier_turns import Turn
from interaction_hub.domain.documents import parse
from interaction_hub.durations import HOUR
from tests.fakes.house import PASSWORD, Answer, Console, House, documents, open_house
from tests.fakes.people import make_admin, make_person
from tests.fakes.visitor import Visitor, come

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)
STAFF = {"owner": "amara", "other": "daniel", "supervisor": "rk", "admin": "boss"}
"""The roles of those who sign in, and their log-ins."""
VISITORS = ("visitor A", "visitor B")
ROLES = ("nobody", *VISITORS, *STAFF)
NEW_PASSWORD = "a quite new password"
Values = dict[str, Any]
_numbers = itertools.count(447_700_910_000)
_keys = itertools.count(1)
_clients = itertools.count(1)


@dataclass
class Cast:
    """The running house with its people. Each request comes from an address of its own: no limit is in the way."""

    house: House
    amara: Console
    visitors: dict[str, Visitor] = field(default_factory=dict)

    async def headers(self, role: str) -> dict[str, str]:
        """What a request of this role carries."""
        found = {"X-Forwarded-For": elsewhere()}
        if role in self.visitors:
            found["Authorization"] = f"Bearer {self.visitors[role].session['token']}"
        elif role in STAFF:
            found["Authorization"] = f"Bearer {await self.house.sign_in(STAFF[role])}"
        return found

    async def ask(self, role: str, method: str, path: str, **options: Any) -> Answer:
        """A request of somebody in this role."""
        headers = {**await self.headers(role), **options.pop("headers", {})}
        return await self.house.call(method, path, headers=headers, **options)

    # ---- contacts ------------------------------------------------------------------------------------------------
    async def offered(self, number: str = "") -> Values:
        """A contact that is offered to Amara."""
        number = number or f"+{next(_numbers)}"
        await self.amara.do("presence.set", presence="available")
        await self.house.text(number, "Where is my table?")

        def look() -> dict[str, Any] | None:
            mine = (one for one in self.amara.contacts.values() if one["address"] == number and one["offer"])
            return next(mine, None)

        contact = await self.amara.until(look)
        return {
            "offer": contact["offer"]["id"],
            "contact": contact["id"],
            "interaction": contact["interaction"],
            "customer": contact["customer"]["id"],
        }

    async def held(self, number: str = "") -> Values:
        """A contact that Amara holds."""
        values = await self.offered(number)
        await self.amara.do("offer.accept", offer=values["offer"])
        return values

    async def wrapping(self) -> Values:
        """One that she wraps up."""
        values = await self.held()
        await self.amara.do("contact.end", contact=values["contact"])
        return values

    async def snoozed(self) -> Values:
        """One that she put away."""
        values = await self.held()
        await self.amara.do("contact.snooze", contact=values["contact"], until=self.later())
        return values

    async def waiting(self) -> Values:
        """A chat that waits, for nobody who serves chats is there."""
        visitor = await self.newcomer()
        async with visitor.page():
            await visitor.write("Is anybody there?")

        async def look() -> list[Any]:
            waiting = self.house.hub.board.snapshot()["state"]["waiting"]
            return [one["id"] for one in waiting if one["queue"] == "chat"]

        return {"contact": (await self.house.until(look))[-1]}

    async def mention(self) -> Values:
        """The supervisor has asked for Amara's attention in a note."""
        values = await self.held()
        async with self.house.console("rk") as rk:
            await rk.do("contact.join", contact=values["contact"])
            await rk.do("contact.note", contact=values["contact"], text="Look", mentions=[self.house.users["amara"]])
        state = (await self.house.get("/api/v1/work", "amara"))["state"]
        (one,) = [one for one in state["mentions"] if one["interaction"] == values["interaction"]]
        return {**values, "mention": one["id"]}

    async def failed(self) -> Values:
        """A message of hers that the carrier refused."""
        number = f"+{next(_numbers)}"
        self.house.carrier.script(number, [Turn.refused(21211)])
        values = await self.held(number)
        sent = await self.amara.do("contact.reply", contact=values["contact"], text="It comes at two.")
        message = sent["message"]
        await self.amara.until(lambda: self.amara.messages.get(message, {}).get("state") == "failed")
        return {**values, "message": message}

    async def customer(self) -> Values:
        """A customer, with the version that can be changed."""
        values = await self.held()
        found = await self.house.get(f"/api/v1/customers/{values['customer']}", "amara")
        return {**values, "version": found["version"]}

    def later(self) -> int:
        """In an hour (ms)."""
        return (self.house.hub.clock.now() + HOUR) // 1000

    # ---- visitors and files --------------------------------------------------------------------------------------
    async def newcomer(self) -> Visitor:
        """A stranger, from an address of his own."""
        headers = {"X-Forwarded-For": elsewhere()}
        answer = await self.house.call("POST", "/api/v1/chat/shop/sessions", headers=headers, json={})
        return Visitor(self.house, answer.data)

    async def file(self) -> Values:
        """A file in visitor A's chat: as his page and as the agents' history name it."""
        one = self.visitors["visitor A"]
        async with one.page():
            kept = await one.upload(PNG, "image/png", "leg.png")
            await one.write("See the leg", files=[kept.data["id"]])
            await one.until(lambda: any(line["files"] for line in one.lines.values()))
            (file,) = [file for line in one.lines.values() for file in line["files"]][-1:]
        return {"site": "shop", "file": file["id"], "media": file["id"]}

    async def upload(self, role: str) -> str:
        """A file that somebody has added and not sent."""
        headers = {"Content-Type": "image/png", "X-File-Name": "a.png"}
        answer = await self.ask(role, "POST", "/api/v1/uploads", headers=headers, data=PNG)
        return str(answer.data["id"])

    # ---- people, links, documents --------------------------------------------------------------------------------
    async def person(self) -> Values:
        """Somebody with an open session."""
        login = f"person{next(_keys)}"
        user = await make_person(self.house, login, "Somebody", "agent")
        await self.house.sign_in(login)
        (session,) = (await self.house.hub.people.get(user))["open_sessions"]
        return {"person": user, "login": login, "session": session["id"]}

    async def session(self) -> Values:
        """Another session of Amara's."""
        user = self.house.users["amara"]
        _, session = await self.house.hub.access.open_session(user, "another browser")
        return {"session": session}

    async def password_link(self) -> Values:
        """A link with which somebody sets his password."""
        user = (await self.person())["person"]
        token, _ = await self.house.hub.links.for_person(user, "system:test")
        return {"token": token}

    async def agent(self) -> Values:
        """The other agent."""
        return {"agent": self.house.users["daniel"]}

    async def document(self) -> Values:
        """A skill that nobody needs, and a key that is free."""
        key, path = f"skill{next(_keys)}", "/api/v1/admin/skills/"
        await self.ask("admin", "PUT", path + key, headers={"If-None-Match": "*"}, json={"name": "Magic"})
        return {"kind": "skills", "key": key, "section": "skills", "queue": "returns", "fresh": f"skill{next(_keys)}"}

    async def screen(self) -> Values:
        """A screen on a wall, with its link."""
        (screen,) = self.house.hub.screens.all()
        return {"key": screen.key, "link": self.house.hub.screens.link(screen)}

    async def site(self) -> Values:
        """The site with the chat."""
        return {"site": "shop", "key": "shop"}

    async def asset(self) -> Values:
        """A built file."""
        return {"name": ASSETS.url("console.js").rpartition("/")[2]}

    async def webhook(self) -> Values:
        """The carrier's address."""
        return {"channel": "sms", "account": "main", "rest": "status"}

    async def nothing(self) -> Values:
        """Nothing is needed."""
        return {"nobody": str(uuid.uuid4()), "word": "setting"}


@asynccontextmanager
async def open_cast(database_url: str, directory: Path, **server: Any) -> AsyncIterator[Cast]:
    """A house in which limits of capacity and time are in nobody's way."""
    rules = documents(chat={"offer_timeout": 3600}, offer_timeout=3600, away_after_missed=100)
    able: dict[str, Any] = {"skills": {"en": 5}, "capacity": 100_000}
    one = {"key": "amara", "name": "Amara Osei", **able, "channels": {"sms": 1000}}
    rules["agent", "amara"] = parse("agent", one, "test")
    rules["skill", "magic"] = parse("skill", {"key": "magic", "name": "Magic"}, "test")
    nobody = {"key": "parts", "name": "Parts", "channel": "sms", "requires": {"magic": 1}}
    rules["queue", "parts"] = parse("queue", nobody, "test")
    rules["screen", "floor"] = parse("screen", {"key": "floor", "name": "Floor"}, "test")
    proxy = {"trusted_proxies": ("127.0.0.1/32",), **server}
    async with (
        open_house(database_url, directory, rules=rules, server=proxy) as house,
        house.console("amara") as amara,
    ):
        await make_admin(house)
        cast = Cast(house, amara)
        cast.visitors = {role: await come(house) for role in VISITORS}
        yield cast


def elsewhere() -> str:
    """An address that nobody had before."""
    number = next(_clients)
    return f"198.18.{number // 250 % 250}.{number % 250 + 1}"


def places(path: str, values: Values) -> str:
    """The address of a route, with these values in its places."""
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", str(value))
    assert "{" not in path, f"no value for {path}"
    return path


def log_in_body() -> dict[str, str]:
    """Who signs in."""
    return {"login": "daniel", "password": PASSWORD}


def ids_of(values: Values, names: Sequence[str]) -> Values:
    """The same, with ids that there are not."""
    return {**values, **{name: str(uuid.uuid4()) for name in names if name in values}}
