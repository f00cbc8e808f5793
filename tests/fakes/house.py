"""A whole hub for a test: the real application on a real port, the simulated carrier, sample documents, and people
who speak over `websockets` and HTTP like anyone else."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import sqlalchemy as sa
import websockets
from aiohttp import web
from argon2 import PasswordHasher

from interaction_hub.app import HUB, Variation, build
from interaction_hub.demo.carrier import DEMO_SPEC, Carrier
from interaction_hub.demo.carrier_store import StoredMessage, new_sid, now
from interaction_hub.domain import events
from interaction_hub.domain.documents import Document, parse
from interaction_hub.domain.events import Sealed
from interaction_hub.domain.permissions import Role
from interaction_hub.services.access import UserChange
from interaction_hub.services.hub import Hub
from interaction_hub.services.rulebook import Publish
from interaction_hub.settings import ChannelAccount, Database, Security, Server, Settings
from interaction_hub.storage import eventlog
from interaction_hub.web.unpacked import runner_of
from tests.fakes.history import History

SID = "AC" + "0" * 32
SESSION_HOURS = 24 * 60
"""Tests let days pass; that a session ends by itself is looked at where it is the subject."""
TOKEN = "test-token-of-the-simulated-carrier"
OUR_NUMBER = "+447700900101"
PASSWORD = "correct horse battery"
Rules = dict[tuple[str, str], Document]
T = TypeVar("T")
WISHES = (events.MoveRequested, events.AssignRequested, events.PriorityRequested)


def documents(
    *, limit: int = 4, company: dict[str, Any] | None = None, chat: dict[str, Any] | None = None, **queue: Any
) -> Rules:
    """A small company: two queues, agents amara and daniel with room for `limit` contacts each.

    What is given beside goes into the queue `deliveries`. With `chat` there is the queue `chat`, too, with these
    values, and the site `shop`.
    """
    agent = {"skills": {"en": 5}, "capacity": 1000, "channels": {"sms": limit}}
    if chat is not None:
        agent["channels"] = {"sms": limit, "chat": limit}
    found = [
        ("company", {"key": "company", "name": "Harbour & Pine", **(company or {})}),
        ("skill", {"key": "en", "name": "English"}),
        (
            "queue",
            {
                "key": "deliveries",
                "name": "Deliveries",
                "channel": "sms",
                "entries": ["*"],
                "requires": {"en": 2},
                **queue,
            },
        ),
        ("queue", {"key": "returns", "name": "Returns", "channel": "sms", "requires": {"en": 2}}),
        ("disposition", {"key": "solved", "name": "Solved"}),
        ("agent", {"key": "amara", "name": "Amara Osei", **agent}),
        ("agent", {"key": "daniel", "name": "Daniel Reyes", **agent}),
    ]
    if chat is not None:
        line = {"key": "chat", "name": "Chat", "channel": "chat", "entries": ["*"], "requires": {"en": 2}, **chat}
        found += [("queue", line), ("site", {"key": "shop", "name": "Harbour & Pine"})]
    return {(kind, body["key"]): parse(kind, body, "test") for kind, body in found}


@dataclass
class Console:
    """An agent's or a supervisor's console: keeps what the stream says, and sends commands."""

    ws: Any
    frames: list[dict[str, Any]] = field(default_factory=list)
    contacts: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    pops: dict[str, dict[str, Any]] = field(default_factory=dict)
    me: dict[str, Any] = field(default_factory=dict)
    drops: list[tuple[str, str]] = field(default_factory=list)
    board: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    seq: int = 0
    gaps: int = 0
    answers: dict[str, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def listen(self) -> None:
        async for text in self.ws:
            frame = json.loads(text)
            self.frames.append(frame)
            self._take(frame)
            async with self.changed:
                self.changed.notify_all()

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "snapshot":
            self.seq = frame["seq"]
            state = frame["state"]
            self.me = state.get("me") or {}
            self.contacts = {c["id"]: c for c in state.get("contacts", [])}
            self.pops = state.get("pops", {})
            self.messages = {m["id"]: m for ms in state.get("messages", {}).values() for m in ms}
            for kind in ("queue", "agent", "waiting"):
                for value in state.get(f"{kind}s" if kind != "waiting" else kind, []):
                    self.board[kind, value["id"]] = value
            if state.get("totals"):
                self.board["totals", ""] = state["totals"]
        elif frame["type"] == "delta":
            self.gaps += frame["prev"] != self.seq
            self.seq = frame["seq"]
            for change in frame["changes"]:
                self._change(change)
        elif frame["type"] == "result" and frame["id"] in self.answers:
            self.answers.pop(frame["id"]).set_result(frame)

    def _change(self, change: dict[str, Any]) -> None:
        stores: dict[str, dict[str, Any]] = {"contact": self.contacts, "message": self.messages, "pop": self.pops}
        kind, key = change["kind"], change["id"]
        if kind == "me":
            self.me = change["value"]
        elif kind in stores:
            if change["op"] == "put":
                stores[kind][key] = change["value"]
            else:
                stores[kind].pop(key, None)
                self.drops.append((key, change["why"]))
        elif change["op"] == "put":
            self.board[kind, key] = change["value"]
        else:
            self.board.pop((kind, key), None)

    async def until(self, condition: Callable[[], Any], seconds: float = 10) -> Any:
        """Wait for something to be true of what the console shows."""
        async with asyncio.timeout(seconds):
            async with self.changed:
                while not (found := condition()):
                    await self.changed.wait()
                return found

    async def command(self, op: str, command_id: str = "", **args: Any) -> dict[str, Any]:
        """Send a command and wait for its answer frame."""
        command_id = command_id or str(uuid.uuid4())
        future = self.answers.setdefault(command_id, asyncio.get_running_loop().create_future())
        await self.ws.send(json.dumps({"op": op, "id": command_id, "args": args}))
        async with asyncio.timeout(20):
            return await future

    async def frame(self, data: str | bytes, seconds: float = 10) -> dict[str, Any]:
        """Send a frame as it stands and wait for the next `result`."""
        before = len(self.frames)
        await self.ws.send(data)

        def answer() -> dict[str, Any] | None:
            return next((frame for frame in self.frames[before:] if frame["type"] == "result"), None)

        return dict(await self.until(answer, seconds))

    async def reach(self, position: int, seconds: float = 10) -> None:
        """Wait until the stream stands at this place of the log, or behind it."""
        await self.until(lambda: self.seq >= position, seconds)

    async def take(self) -> dict[str, Any]:
        """Wait for an offer and accept it; gives the contact once it is active."""
        offered = await self.offer()
        await self.do("offer.accept", offer=offered["offer"]["id"])
        await self.until(lambda: self.contacts.get(offered["id"], {}).get("state") == "active")
        return self.contacts[offered["id"]]

    async def do(self, op: str, **args: Any) -> dict[str, Any]:
        """Send a command that must succeed."""
        answer = await self.command(op, **args)
        assert answer["ok"], answer
        return answer["result"]

    async def offer(self, seconds: float = 10) -> dict[str, Any]:
        """Wait for a contact that is offered."""
        return await self.until(
            lambda: next((c for c in self.contacts.values() if c["state"] == "offered" and c["offer"]), None), seconds
        )


@dataclass(frozen=True)
class Answer:
    """What came over HTTP; `data` if it was JSON."""

    status: int
    headers: Mapping[str, str]
    data: Any
    body: bytes


@dataclass
class House:
    """The running parts."""

    url: str
    hub: Hub
    carrier: Carrier
    http: aiohttp.ClientSession
    runner: web.AppRunner
    hub_url: str = ""
    users: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    _committed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.hub.feed.subscribe(self._see)

    def _see(self, _sealed: Sequence[Sealed]) -> None:
        self._committed.set()
        self._committed = asyncio.Event()

    async def sign_in(self, login: str) -> str:
        """A session's token. Made without the password, which costs a quarter of a second; `log_in` is the real way."""
        if login not in self.tokens:
            self.tokens[login], _ = await self.hub.access.open_session(self.users[login], "test")
        return self.tokens[login]

    async def log_in(self, login: str, password: str = PASSWORD) -> Answer:
        """Sign in as the world does."""
        return await self.call("POST", "/api/v1/sessions", json={"login": login, "password": password})

    @asynccontextmanager
    async def console(
        self, login: str, *, stream: str = "agent", seq: int | None = None, resume: Console | None = None
    ) -> AsyncIterator[Console]:
        """Open a console over the network and say hello. `resume` goes on where that one was cut."""
        token = await self.sign_in(login)
        address = self.url.replace("http", "ws") + f"/ws/{stream}"
        headers = {"Authorization": f"Bearer {token}"}
        async with websockets.connect(address, additional_headers=headers, origin=self.url, max_size=None) as ws:  # type: ignore[arg-type]
            console = resume or Console(ws, seq=seq or 0)
            console.ws, before = ws, len(console.frames)
            listener = asyncio.create_task(console.listen())
            try:
                await ws.send(json.dumps({"op": "hello", "seq": resume.seq if resume else seq}))
                await console.until(lambda: len(console.frames) > before)
                yield console
            finally:
                listener.cancel()
                await asyncio.gather(listener, return_exceptions=True)

    async def get(self, path: str, login: str) -> Any:
        """A read over the API."""
        headers = {"Authorization": f"Bearer {await self.sign_in(login)}"}
        async with self.http.get(self.url + path, headers=headers) as answer:
            assert answer.status == 200, (answer.status, await answer.text())
            return await answer.json()

    async def call(
        self, method: str, path: str, login: str = "", *, headers: dict[str, str] | None = None, **options: Any
    ) -> Answer:
        """Any request over the API, as somebody or as nobody."""
        given = dict(headers or {})
        if login:
            given["Authorization"] = f"Bearer {await self.sign_in(login)}"
        async with self.http.request(
            method, self.url + path, headers=given, allow_redirects=False, **options
        ) as answer:
            body = await answer.read()
            found = json.loads(body) if "json" in answer.content_type and body else None
            return Answer(answer.status, answer.headers, found, body)

    async def text(self, number: str, body: str = "Hello") -> str:
        """A customer writes; gives the sid once the hub has answered."""
        return await self.carrier.customer_texts(number, OUR_NUMBER, body)

    async def message(self, number: str, body: str = "Hello") -> StoredMessage:
        """A customer's message that is on the carrier's books and not posted yet."""
        sid = new_sid("SM")
        found = StoredMessage(sid, "inbound", number, OUR_NUMBER, body, "received", now())
        await self.carrier.books.add(found)
        return found

    async def settled(self) -> None:
        """Wait until the carrier is through with its webhooks."""
        await self.carrier.settled()

    async def log(self, *kinds: type, after: int = 0) -> list[Sealed]:
        """The event log, from the database; only these kinds if some are named."""
        found: list[Sealed] = []
        while page := await self.hub.reads.run(eventlog.events_after, after):
            found += page
            after = page[-1].position
        return [event for event in found if not kinds or isinstance(event.body, kinds)]

    async def rows(self, statement: sa.Select[Any]) -> Sequence[Any]:
        """Rows of the database, through a reader of the hub."""
        return await self.hub.reads.run(lambda connection: connection.execute(statement).all())

    async def until(self, look: Callable[[], Awaitable[T]], seconds: float = 10) -> T:
        """Look again after each commit (and ten times a second) until what is found is true."""
        async with asyncio.timeout(seconds):
            while True:
                committed = self._committed
                if found := await look():
                    return found
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(committed.wait(), 0.1)

    async def logged(self, *kinds: type, number: int = 1, seconds: float = 10) -> list[Sealed]:
        """Wait until so many events of these kinds are in the log."""

        async def enough() -> list[Sealed]:
            found = await self.log(*kinds)
            return found if len(found) >= number else []

        return await self.until(enough, seconds)

    async def answered(self, contact: str, after: int) -> Sealed:
        """Wait for the dispatcher's answer to a request by hand, which stands in the log after this position."""

        async def answer() -> Sealed | None:
            found = await self.log(after=after)
            asked = [str(e.position) for e in found if isinstance(e.body, WISHES) and e.body.contact == contact]
            return next((e for e in found if e.correlation and e.correlation in asked), None)

        event = await self.until(answer)
        assert event is not None
        return event

    async def history(self, most: int | None = None) -> History:
        """The whole log, checked."""
        return History(most).read(await self.log())


def settings_for(
    database_url: str,
    directory: Path,
    carrier: Carrier,
    port: int = 0,
    options: dict[str, Any] | None = None,
    server: dict[str, Any] | None = None,
) -> Settings:
    """Settings with one account at the simulated carrier."""
    return Settings(
        server=Server(port=port, **(server or {})),
        database=Database(url=database_url),  # type: ignore[arg-type]
        security=Security(secret_key_file=directory / "secret.key", session_hours=SESSION_HOURS),
        channel=(
            ChannelAccount(
                kind="twilio_sms",
                account="main",
                options={
                    "account_sid": SID,
                    "auth_token": TOKEN,
                    "numbers": [OUR_NUMBER],
                    "api_base": carrier.base_url,
                    "messages_per_second": 1000,
                    "allow_private_media": True,
                    **(options or {}),
                },
            ),
            ChannelAccount(kind="webchat", account="web", options={}),
        ),
    )


@asynccontextmanager
async def open_house(
    database_url: str,
    directory: Path,
    *,
    variation: Variation | None = None,
    rules: Rules | None = None,
    people: bool = True,
    options: dict[str, Any] | None = None,
    server: dict[str, Any] | None = None,
) -> AsyncIterator[House]:
    """Start everything, and stop it. `options` are the channel account's, `server` is for the table of that name."""
    async with AsyncExitStack() as stack:
        carrier = Carrier(DEMO_SPEC, SID, TOKEN)
        stack.push_async_callback(carrier.close)
        await carrier.start()
        # Bound before the hub is built, which must know its own address: nobody else can take the port meanwhile.
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=1024))
        port = int(listener.getsockname()[1])
        url = carrier.webhook_base = f"http://127.0.0.1:{port}"
        app = build(settings_for(database_url, directory, carrier, port, options, server), variation)
        runner = runner_of(app, shutdown_timeout=1.0)
        stack.push_async_callback(runner.cleanup)
        await runner.setup()
        await web.SockSite(runner, listener).start()
        http = await stack.enter_async_context(aiohttp.ClientSession())
        house = House(url, app[HUB], carrier, http, runner, database_url)
        if people:
            await house.hub.rules.publish(Publish(rules or documents(), frozenset(), "system:test"))
            await add_people(house)
        yield house


async def add_people(house: House) -> None:
    """Whoever has an agent document, and the supervisor rk. Their passwords are hashed so that a test can afford it."""
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    people = [(agent.key, agent.name, Role.AGENT) for agent in house.hub.rules.current.agents.values()]
    for login, name, role in [*people, ("rk", "Ravi Kapoor", Role.SUPERVISOR)]:
        change = UserChange(login, name, role, hashed, "system:test")
        house.users[login] = await house.hub.ledger.submit("change_user", change)
