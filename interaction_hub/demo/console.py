"""An agent's console without a screen: signs in over HTTP, follows `/ws/agent` over `websockets`, sends commands.

A client like any other: docs/live.md is all that it knows of the hub.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import uuid
from collections.abc import Callable
from typing import Any

import aiohttp
import websockets
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake

ANSWER_SECONDS = 15.0
LONGEST_PAUSE = 8.0


class Refused(Exception):
    """The hub said no to a command; `code` is the problem's."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("detail", ""))
        self.code = str(problem.get("code", ""))


class Gone(Exception):
    """The connection ended before the answer came."""


class Console:
    """`run` keeps the connection; `contacts`, `messages`, `pops` and `me` are what the hub last said."""

    def __init__(self, http: aiohttp.ClientSession, hub: str, login: str, password: str) -> None:
        self._http, self._hub, self._login, self._password = http, hub, login, password
        self.contacts: dict[str, dict[str, Any]] = {}
        self.messages: dict[str, dict[str, dict[str, Any]]] = {}
        self.pops: dict[str, dict[str, Any]] = {}
        self.me: dict[str, Any] = {}
        self.decline_reasons: list[str] = []
        self.away_reasons: list[str] = []
        self.changed = asyncio.Condition()
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._ws: ClientConnection | None = None
        self._token = ""
        self._seq: int | None = None

    # ---- the connection ----------------------------------------------------------------------------------------
    async def run(self) -> None:
        """Sign in, follow, and come back after every loss of the connection. Ends by being cancelled."""
        pause = 0.5
        while True:
            try:
                await self._follow()
                pause = 0.5
            except (OSError, aiohttp.ClientError, ConnectionClosed, InvalidHandshake, TimeoutError):
                pause = min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _follow(self) -> None:
        if not self._token:
            await self._sign_in()
        headers = {"Authorization": f"Bearer {self._token}"}
        address = self._hub.replace("http", "ws", 1) + "/ws/agent"
        try:
            connecting = websockets.connect(
                address,
                additional_headers=headers,
                origin=self._hub,  # type: ignore[arg-type]
                max_size=4 * 2**20,
                proxy=None,
                open_timeout=10,
            )
            async with connecting as ws:
                self._ws = ws
                await self._say({"op": "hello", "seq": self._seq})
                async for text in ws:
                    await self._take(json.loads(text))
        except InvalidHandshake:
            self._token = ""  # the session may be over: sign in anew
            raise
        finally:
            self._ws = None
            for future in self._answers.values():
                if not future.done():
                    future.set_exception(Gone())
            self._answers.clear()

    async def _sign_in(self) -> None:
        given = {"login": self._login, "password": self._password}
        async with self._http.post(f"{self._hub}/api/v1/sessions", json=given) as answer:
            answer.raise_for_status()
            self._token = (await answer.json())["token"]

    async def _say(self, frame: dict[str, Any]) -> None:
        if self._ws is None:
            raise Gone
        try:
            await self._ws.send(json.dumps(frame))
        except ConnectionClosed:
            raise Gone from None

    # ---- what the hub says -------------------------------------------------------------------------------------
    async def _take(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "snapshot":
                self._seq = frame["seq"]
                self._replace(frame["state"])
            case "delta":
                if frame["prev"] != self._seq:
                    await self._say({"op": "hello", "seq": self._seq})
                self._seq = frame["seq"]
                for change in frame["changes"]:
                    self._change(change)
            case "ping":
                await self._say({"op": "pong"})
            case "result":
                future = self._answers.pop(frame.get("id") or "", None)
                if future is not None and not future.done():
                    future.set_result(frame)
        async with self.changed:
            self.changed.notify_all()

    def _replace(self, state: dict[str, Any]) -> None:
        self.me = state["me"] or {}
        self.contacts = {contact["id"]: contact for contact in state["contacts"]}
        self.messages = {key: {m["id"]: m for m in found} for key, found in state["messages"].items()}
        self.pops = state["pops"]
        self._rules(state["rules"])

    def _rules(self, rules: dict[str, Any]) -> None:
        self.decline_reasons, self.away_reasons = rules["decline_reasons"], rules["away_reasons"]

    def _change(self, change: dict[str, Any]) -> None:
        kind, key = change["kind"], change["id"]
        if change["op"] == "drop":
            if kind == "contact":
                for store in (self.contacts, self.messages, self.pops):
                    store.pop(key, None)
            return
        value = change["value"]
        if kind == "me":
            self.me = value
        elif kind == "contact":
            self.contacts[key] = value
        elif kind == "pop":
            self.pops[key] = value
        elif kind == "rules":
            self._rules(value)
        elif kind == "message":
            self.messages.setdefault(value["contact"], {})[key] = value

    def conversation(self, contact: str) -> list[dict[str, Any]]:
        """The messages of a contact's conversation in order."""
        return sorted(self.messages.get(contact, {}).values(), key=lambda message: message["seq"])

    # ---- what the agent does -----------------------------------------------------------------------------------
    async def do(self, op: str, **arguments: Any) -> dict[str, Any]:
        """Carry out a command. Raises `Refused`, or `Gone` when the connection was lost."""
        command = str(uuid.uuid4())
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[command] = future
        try:
            await self._say({"op": op, "id": command, "args": arguments})
            answer = await asyncio.wait_for(future, ANSWER_SECONDS)
        except TimeoutError:
            print(f"demo: {self._login}: no answer to {op}", file=sys.stderr)  # noqa: T201
            raise Gone from None
        finally:
            self._answers.pop(command, None)
        if not answer["ok"]:
            raise Refused(answer["error"])
        result: dict[str, Any] = answer["result"]
        return result

    async def sign(self, op: str, **fields: Any) -> None:
        """A sign of life that needs no answer, such as `typing`."""
        await self._say({"op": op, **fields})

    async def read(self, path: str) -> Any:
        """A read over HTTP. Raises `Gone` when there is no answer."""
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            async with self._http.get(self._hub + path, headers=headers) as answer:
                answer.raise_for_status()
                return await answer.json()
        except (aiohttp.ClientError, TimeoutError):
            raise Gone from None

    async def until(self, condition: Callable[[], Any], seconds: float) -> Any:
        """Wait until something is true of what the console shows; None when the time is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self.changed:
                while not (found := condition()):
                    await self.changed.wait()
                return found
        return None
