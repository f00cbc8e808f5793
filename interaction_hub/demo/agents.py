"""Simulated agents: they take offers after a human delay, read, answer, now and then miss one, hold, pass on, rest.

Each has randomness of its own, so that a day is the same for the same seed whatever else runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from interaction_hub.demo.console import Console, Gone, Refused
from interaction_hub.demo.conversations import BUSY_LINE, GENERAL, Heard, Script, language_of, recognise

SILENCE_SECONDS = 150.0
"""After so long without a word of the customer an agent ends the conversation."""
LETTERS_A_SECOND = 18.0
MOST_AWAY = 2
DISPOSITION = "answered"


@dataclass(slots=True)
class Room:
    """What agents share: the time's speed, who rests, and whether there is time to rest at all."""

    speed: float = 1.0
    newcomer: str = ""
    away: set[str] = field(default_factory=set)
    breaks: bool = True
    handled: int = 0


class Agent:
    """One agent at work. `run` ends by being cancelled."""

    def __init__(self, login: str, console: Console, room: Room, rng: Random) -> None:
        self._login, self._console, self._room, self._rng = login, console, room, rng
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Connect, come in, work and rest."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._console.run(), name=f"{self._login} console")
            group.create_task(self._be_present(), name=f"{self._login} presence")
            await self._look_after_contacts(group)

    async def _pause(self, least: float, most: float) -> None:
        await asyncio.sleep(self._rng.uniform(least, most) / self._room.speed)

    # ---- presence ----------------------------------------------------------------------------------------------
    async def _be_present(self) -> None:
        """Available but for breaks; back at the desk soon after the system has sent him away for missed offers."""
        await self._console.until(lambda: self._console.me, 60)
        while True:
            await self._try(self._come_back)
            rest_in = self._rng.uniform(150, 420) / self._room.speed
            await self._console.until(lambda: self._console.me.get("presence") == "away", rest_in)
            if self._console.me.get("presence") == "away":
                await self._pause(6, 18)
            elif self._room.breaks and len(self._room.away) < MOST_AWAY:
                await self._try(self._rest)

    async def _come_back(self) -> None:
        me = self._console.me
        if me.get("presence") != "available" or me.get("after_contact"):
            await self._console.do("presence.set", presence="available")
            await self._console.until(lambda: self._console.me.get("presence") == "available", 10)

    async def _rest(self) -> None:
        self._room.away.add(self._login)
        try:
            reason = self._rng.choice(self._console.away_reasons)
            await self._console.do("presence.set", presence="away", reason=reason, after_contact=True)
            await self._console.until(lambda: self._console.me.get("presence") == "away", 120 / self._room.speed)
            await self._pause(20, 50)
        finally:
            self._room.away.discard(self._login)

    # ---- contacts ----------------------------------------------------------------------------------------------
    async def _look_after_contacts(self, group: asyncio.TaskGroup) -> None:
        while True:
            async with self._console.changed:
                await self._console.changed.wait_for(self._new_contacts)
                for key in self._new_contacts():
                    self._tasks[key] = group.create_task(self._one(key), name=f"{self._login} {key}")

    def _new_contacts(self) -> list[str]:
        return [key for key in self._console.contacts if key not in self._tasks]

    async def _one(self, key: str) -> None:
        """One contact from the offer to the end, or to where it leaves this agent."""
        try:
            while key in self._console.contacts:
                state = self._contact(key).get("state")
                if state == "offered":
                    await self._try(lambda: self._consider(key))
                elif state == "active":
                    await self._try(lambda: self._converse(key))
                elif state == "wrapping":
                    await self._try(lambda: self._file(key, DISPOSITION))
                # What was done shows in the next frame; a contact that stays as it is is looked at again.
                await self._console.until(lambda: self._contact(key).get("state") != state, 5)  # noqa: B023
        finally:
            self._tasks.pop(key, None)

    async def _try(self, act: Callable[[], Awaitable[None]]) -> None:
        """A refusal is an answer: somebody was faster, or the time was over. A lost connection comes back."""
        try:
            await act()
        except Refused:
            return
        except Gone:
            await asyncio.sleep(1)

    def _contact(self, key: str) -> dict[str, Any]:
        return self._console.contacts.get(key, {})

    async def _consider(self, key: str) -> None:
        offer = self._contact(key).get("offer")
        if not offer:
            return
        mood = self._rng.random()
        if mood < 0.03:  # not at the desk: the offer runs out
            await self._console.until(lambda: self._contact(key).get("state") != "offered", 60)
            return
        await self._pause(1.2, 4.5)
        if mood < 0.06:
            await self._console.do("offer.decline", offer=offer["id"], reason=self._rng.choice(self._reasons()))
        else:
            await self._console.do("offer.accept", offer=offer["id"])
            await self._console.until(lambda: self._contact(key).get("state") != "offered", 10)

    def _reasons(self) -> list[str]:
        return self._console.decline_reasons or ["busy"]

    async def _converse(self, key: str) -> None:
        """Answer until the matter is settled, the customer falls silent, or the contact leaves this agent."""
        disposition = DISPOSITION
        while self._contact(key).get("state") == "active":
            news = await self._console.until(lambda: self._news(key), SILENCE_SECONDS / self._room.speed)
            if news == "gone":
                return
            if news == "failed":
                await self._console.do("contact.note", contact=key, text="Not delivered: the number does not exist.")
                await self._file(key, "not-for-us")
                return
            if news is None:
                await self._file(key, disposition)
                return
            heard = self._heard(key)
            if heard is not None:
                disposition = heard.script.disposition
                await self._try(lambda: self._learn(key, heard))  # noqa: B023 - called at once
            if await self._passed_on(key, heard):
                return
            if not await self._answer(key, heard):
                return
            if heard is not None and heard.last:
                await self._file(key, disposition)
                return

    def _news(self, key: str) -> str:
        contact = self._contact(key)
        if contact.get("state") != "active":
            return "gone"
        words = [m for m in self._console.conversation(key) if m["kind"] == "message"]
        if words and words[-1]["state"] == "failed":
            return "failed"
        return "question" if words and words[-1]["direction"] == "in" else ""

    def _heard(self, key: str) -> Heard | None:
        """The last words of the customer that make sense, of those that nobody has answered yet."""
        for message in reversed(self._console.conversation(key)):
            if message["kind"] == "message" and message["direction"] == "out":
                return None
            if message["direction"] == "in" and (found := recognise(message["text"])) is not None:
                return found
        return None

    async def _learn(self, key: str, heard: Heard) -> None:
        """Write down the name that somebody signed with."""
        customer = self._console.pops.get(key, {}).get("customer", {})
        if heard.name and customer and not customer["name"]:
            await self._console.do(
                "customer.update",
                customer=customer["id"],
                version=customer["version"],
                name=heard.name,
                language=heard.script.language,
            )

    async def _answer(self, key: str, heard: Heard | None) -> bool:
        """Read, type, send. False if the customer may not be written to any more."""
        await self._pause(1, 3)
        customer = self._contact(key).get("customer", {}).get("name", "")
        text = heard.answer(customer) if heard is not None else self._general(key)
        if not text:
            return True
        if self._rng.random() < 0.06:
            await self._hold(key, heard.script if heard is not None else None)
        if heard is not None and heard.script.note and heard.turn == 0 and not heard.script.transfer_to:
            await self._console.do("contact.note", contact=key, text=heard.script.note)
        await self._console.sign("typing", contact=key, on=True)
        await asyncio.sleep(min(len(text) / LETTERS_A_SECOND, 7) / self._room.speed)
        try:
            await self._console.do("contact.reply", contact=key, text=text)
        except Refused as refusal:
            if refusal.code != "opted_out":
                raise
            await self._console.do("contact.note", contact=key, text="The customer wants no more messages (STOP).")
            await self._file(key, DISPOSITION)
            return False
        await self._console.until(lambda: self._news(key) != "question", 5)
        return True

    def _general(self, key: str) -> str:
        words = [m["text"] for m in self._console.conversation(key) if m["direction"] == "in"]
        said = {m["text"] for m in self._console.conversation(key) if m["direction"] == "out"}
        fitting = GENERAL[language_of(words[-1] if words else "")]
        return next((text for text in fitting if text not in said), fitting[-1])

    async def _hold(self, key: str, script: Script | None) -> None:
        await self._console.do("contact.reply", contact=key, text=BUSY_LINE[script.language if script else "en"])
        await self._console.do("contact.hold", contact=key)
        await self._pause(3, 6)
        await self._console.do("contact.resume", contact=key)

    async def _passed_on(self, key: str, heard: Heard | None) -> bool:
        """Pass on what belongs to another queue, and seldom something to a colleague."""
        queue = self._contact(key).get("queue", {}).get("id")
        sms = self._contact(key).get("channel") == "sms"  # the other queues are for text messages
        if sms and heard is not None and heard.script.transfer_to and heard.script.transfer_to != queue:
            await self._pause(2, 4)
            await self._console.do(
                "contact.transfer", contact=key, queue=heard.script.transfer_to, note=heard.script.note
            )
            return True
        if self._rng.random() > 0.02 or (colleague := await self._colleague()) is None:
            return False
        await self._console.do("contact.transfer", contact=key, agent=colleague, note="You know this customer better.")
        return True

    async def _colleague(self) -> str | None:
        found = (await self._console.read("/api/v1/directory"))["agents"]
        free = [
            agent["id"]
            for agent in found
            if agent["presence"] == "available"
            and agent["activity"] in ("idle", "engaged")
            and agent["id"] != self._console.me["id"]
            and agent["name"] != self._room.newcomer
        ]
        return self._rng.choice(free) if free else None

    async def _file(self, key: str, disposition: str) -> None:
        """End the conversation, wrap up, file it; a disposition that does not fit the queue becomes the general one."""
        if self._contact(key).get("state") == "active":
            await self._console.do("contact.end", contact=key)
        await self._pause(1.5, 6)
        try:
            await self._console.do("contact.finish", contact=key, disposition=disposition)
        except Refused as refusal:
            if refusal.code != "invalid":
                raise
            await self._console.do("contact.finish", contact=key, disposition=DISPOSITION)
        self._room.handled += 1
        await self._console.until(lambda: key not in self._console.contacts, 10)
