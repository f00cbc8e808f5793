"""Scripted agents who work until the line goes dead, and remember what they asked for and what they were told."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from dataclasses import dataclass, field
from typing import Any

import websockets

from tests.fakes.house import Console


@dataclass
class Order:
    """One command: what was asked, and the answer if one came."""

    op: str
    args: dict[str, Any]
    answer: dict[str, Any] | None = None

    @property
    def done(self) -> bool:
        """The hub said yes."""
        return self.answer is not None and bool(self.answer["ok"])


@dataclass
class Worker:
    """An agent at a console: accepts what is offered, replies, transfers or finishes."""

    name: str
    token: str
    seed: int
    orders: dict[str, Order] = field(default_factory=dict)
    console: Console | None = None

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    async def work(self, url: str) -> None:
        """One shift, until it is cancelled or the hub dies."""
        headers = {"Authorization": f"Bearer {self.token}"}
        address = url.replace("http", "ws") + "/ws/agent"
        with contextlib.suppress(websockets.ConnectionClosed, OSError):
            async with websockets.connect(address, additional_headers=headers, origin=url, max_size=None) as ws:  # type: ignore[arg-type]
                self.console = Console(ws)
                listener = asyncio.create_task(self.console.listen())
                try:
                    await ws.send(json.dumps({"op": "hello", "seq": None}))
                    await self.console.until(lambda: self.console is not None and self.console.frames, 20)
                    await self._shift(self.console)
                finally:
                    listener.cancel()
                    await asyncio.gather(listener, return_exceptions=True)

    async def _shift(self, console: Console) -> None:
        for key, order in list(self.orders.items()):
            if order.answer is None:  # nobody knows: asked again under the same id
                await self._ask(console, key, order)
        await self._order(console, "presence.set", presence="available")
        while True:
            contact = await console.until(lambda: self._next(console), 3600)
            await self._deal(console, contact)

    def _next(self, console: Console) -> dict[str, Any] | None:
        found = list(console.contacts.values())
        return self._random.choice(found) if found else None

    async def _deal(self, console: Console, contact: dict[str, Any]) -> None:
        key, state = contact["id"], contact["state"]
        if state == "offered":
            offer = contact["offer"]["id"] if contact["offer"] else ""
            op, extra = ("offer.decline", {"reason": "busy"}) if self._random.random() < 0.05 else ("offer.accept", {})
            await self._order(console, op, offer=offer, **extra)
        elif state == "active":
            await self._order(console, "contact.reply", contact=key, text=f"{self.name} {len(self.orders)}")
            await self._leave(console, key)
        else:
            await self._order(console, "contact.finish", contact=key, disposition="solved")
        await self._settle(console, key, state)

    async def _leave(self, console: Console, key: str) -> None:
        chance = self._random.random()
        if chance < 0.1:
            await self._order(console, "contact.transfer", contact=key, queue="returns")
        elif chance < 0.4:
            await self._order(console, "contact.end", contact=key)
        else:
            await self._order(console, "contact.finish", contact=key, disposition="solved", note="Done.")

    async def _settle(self, console: Console, key: str, state: str) -> None:
        """Go on when the console shows that something happened to the contact."""

        def changed() -> bool:
            return key not in console.contacts or console.contacts[key]["state"] != state

        with contextlib.suppress(TimeoutError):
            await console.until(changed, 1)

    async def _order(self, console: Console, op: str, **args: Any) -> None:
        key = f"{self.name}-{len(self.orders)}"
        order = self.orders[key] = Order(op, args)
        await self._ask(console, key, order)

    async def _ask(self, console: Console, key: str, order: Order) -> None:
        answer = await console.command(order.op, key, **order.args)
        order.answer = answer
        problem = answer.get("error") or {}
        if problem.get("status", 200) not in (200, 404, 409):
            raise AssertionError(f"{order}: {problem}")
