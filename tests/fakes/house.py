"""A whole hub for a test: the real application on a real port, the simulated carrier, sample documents, and people
who speak over `websockets` and HTTP like anyone else."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import websockets
from aiohttp import web

from interaction_hub.app import HUB, Variation, build
from interaction_hub.demo.carrier import DEMO_SPEC, Carrier
from interaction_hub.domain.permissions import Role
from interaction_hub.domain.rules import Document, parse
from interaction_hub.services.hub import Hub
from interaction_hub.services.rulebook import Publish
from interaction_hub.settings import ChannelAccount, Database, Security, Server, Settings

SID = "AC" + "0" * 32
TOKEN = "test-token-of-the-simulated-carrier"  # noqa: S105
OUR_NUMBER = "+447700900101"
PASSWORD = "correct horse battery"  # noqa: S105


def documents(**queue: Any) -> dict[tuple[str, str], Document]:
    """A small company: one queue, agents amara and daniel, a supervisor."""
    agent = {"skills": {"en": 5}, "capacity": 100, "channels": {"sms": 4}}
    found = [
        ("company", {"key": "company", "name": "Harbour & Pine"}),
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


@dataclass
class House:
    """The running parts."""

    url: str
    hub: Hub
    carrier: Carrier
    http: aiohttp.ClientSession
    runner: web.AppRunner
    users: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    async def sign_in(self, login: str) -> str:
        """A session's token."""
        if login not in self.tokens:
            async with self.http.post(
                f"{self.url}/api/v1/sessions", json={"login": login, "password": PASSWORD}
            ) as answer:
                assert answer.status == 201, await answer.text()
                self.tokens[login] = (await answer.json())["token"]
        return self.tokens[login]

    @asynccontextmanager
    async def console(self, login: str, *, stream: str = "agent", seq: int | None = None) -> AsyncIterator[Console]:
        """Open a console over the network and say hello."""
        token = await self.sign_in(login)
        address = self.url.replace("http", "ws") + f"/ws/{stream}"
        headers = {"Authorization": f"Bearer {token}"}
        async with websockets.connect(address, additional_headers=headers, origin=self.url, max_size=None) as ws:  # type: ignore[arg-type]
            console = Console(ws, seq=seq or 0)
            listener = asyncio.create_task(console.listen())
            await ws.send(json.dumps({"op": "hello", "seq": seq}))
            await console.until(lambda: console.frames)
            try:
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

    async def settled(self) -> None:
        """Wait until the carrier is through with its webhooks."""
        await self.carrier.settled()


def settings_for(database_url: str, directory: Path, carrier: Carrier, port: int = 0) -> Settings:
    """Settings with one account at the simulated carrier."""
    return Settings(
        server=Server(port=port),
        database=Database(url=database_url),  # type: ignore[arg-type]
        security=Security(secret_key_file=directory / "secret.key"),
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
                },
            ),
        ),
    )


@asynccontextmanager
async def open_house(
    database_url: str,
    directory: Path,
    *,
    variation: Variation | None = None,
    rules: dict[tuple[str, str], Document] | None = None,
    people: bool = True,
) -> AsyncIterator[House]:
    """Start everything, and stop it."""
    carrier = Carrier(DEMO_SPEC, SID, TOKEN)
    await carrier.start()
    port = free_port()
    app = build(settings_for(database_url, directory, carrier, port), variation)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    url = f"http://127.0.0.1:{port}"
    carrier.webhook_base = url
    async with aiohttp.ClientSession() as http:
        house = House(url, app[HUB], carrier, http, runner)
        try:
            if people:
                await house.hub.rules.publish(Publish(rules or documents(), frozenset(), "system:test"))
                await add_people(house)
            yield house
        finally:
            await runner.cleanup()
            await carrier.close()


async def add_people(house: House) -> None:
    """Agents amara and daniel, the supervisor rk."""
    for login, name, role in (
        ("amara", "Amara Osei", Role.AGENT),
        ("daniel", "Daniel Reyes", Role.AGENT),
        ("rk", "Ravi Kapoor", Role.SUPERVISOR),
    ):
        house.users[login] = await house.hub.access.add_user(login, name, role, PASSWORD, actor="system:test")


def free_port() -> int:
    """A port that nobody listens on."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
