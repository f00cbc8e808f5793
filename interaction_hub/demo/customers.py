"""Simulated customers: they write to the company through the carrier, wait for answers, and some come back later.

A few have numbers that do not exist, one in some twenty texts STOP, and later START.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Coroutine
from random import Random
from typing import Any

from interaction_hub.demo.carrier import Carrier, StoredMessage, Turn
from interaction_hub.demo.company import ITEMS, PACES, Person, somebody
from interaction_hub.demo.conversations import NUDGE, Script, choose

SECONDS_BETWEEN = {"calm": 12.0, "busy": 2.0}
PATIENCE_SECONDS = 240.0
MOST_OPEN = 80
"""So many conversations at once; then new ones wait, or an hour of a busy pace would pile up a day's queue."""
MOST_BURST = 300
KNOWN = 200
"""How many earlier customers may come back."""


class Crowd:
    """All simulated customers. `run` makes them come at the pace that is set."""

    def __init__(self, carrier: Carrier, numbers: dict[str, str], seed: str, *, speed: float = 1.0) -> None:
        self._carrier, self._numbers, self._seed, self._speed = carrier, numbers, seed, speed
        self._rng = Random(f"{seed}:crowd")
        self._visits: set[asyncio.Task[None]] = set()
        self._inboxes: dict[str, asyncio.Queue[str]] = {}
        self._known: deque[Person] = deque(maxlen=KNOWN)
        self._faces = 0
        self._came = 0
        self._pace_changed = asyncio.Event()
        self.pace = "stopped"
        carrier.subscribe(self._hear)

    @property
    def open(self) -> int:
        """Conversations under way."""
        return len(self._visits)

    def set_pace(self, pace: str) -> None:
        """How fast customers come from now on. Raises ValueError for a pace that there is not."""
        if pace not in PACES:
            raise ValueError(f"pace: must be one of {', '.join(PACES)}")
        self.pace = pace
        self._pace_changed.set()

    async def run(self) -> None:
        """Let customers come until cancelled; their conversations end with it."""
        try:
            while True:
                self._pace_changed.clear()
                between = SECONDS_BETWEEN.get(self.pace)
                delay = None if between is None else self._rng.uniform(0.5, 1.5) * between / self._speed
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._pace_changed.wait(), delay)
                    continue
                if self.open < MOST_OPEN:
                    self.arrive()
        finally:
            for visit in self._visits:
                visit.cancel()
            await asyncio.gather(*self._visits, return_exceptions=True)

    def burst(self, count: int) -> int:
        """So many customers write within some seconds. Returns how many really do: a crowd has its limits."""
        count = max(0, min(count, MOST_BURST - self.open))
        for _ in range(count):
            self.arrive(within=min(5.0, count / 8) / self._speed)
        return count

    def arrive(self, within: float = 0.0) -> None:
        """One customer comes: mostly somebody new, sometimes somebody whom the company knows."""
        self._came += 1
        number = self._came
        rng = Random(f"{self._seed}:{number}")
        back = [person for person in self._known if person.number not in self._inboxes]
        if number % 4 == 0 and back:
            person, again = rng.choice(back), True
        else:
            person, again = somebody(self._faces, rng), False
            self._faces += 1
        if person.number in self._inboxes:
            return
        script = choose(person.language, rng, again=again)
        if number % 17 == 6:
            visit = self._vain(person, script, rng)
        elif number % 19 == 7 and len(script.turns) > 2:
            visit = self._stop_and_start(person, script, rng)
        else:
            visit = self._visit(person, script, rng)
        self._inboxes[person.number] = asyncio.Queue()
        delay = rng.uniform(0, within)
        task = asyncio.create_task(self._live(person, visit, delay), name=f"customer {person.number}")
        self._visits.add(task)
        task.add_done_callback(self._visits.discard)

    async def _live(self, person: Person, visit: Coroutine[Any, Any, bool], delay: float) -> None:
        try:
            await asyncio.sleep(delay)
            if await visit:
                self._known.append(person)
        finally:
            visit.close()
            self._inboxes.pop(person.number, None)

    # ---- kinds of visit: each returns whether this person may come again ------------------------------------------
    async def _visit(self, person: Person, script: Script, rng: Random) -> bool:
        order = str(rng.randint(40100, 40999))
        for place, (line, answer) in enumerate(script.turns):
            if place:
                await asyncio.sleep(rng.uniform(2.5, 8) / self._speed)
            await self._say(person, script, self._fill(line, person, order, rng))
            if answer and not await self._answered(person, script):
                return False
        return True

    async def _vain(self, person: Person, script: Script, rng: Random) -> bool:
        """The number exists no more when the answer comes."""
        self._carrier.script(person.number, [Turn.undelivered(30003)] * 3)
        await self._say(person, script, self._fill(script.turns[0][0], person, "40404", rng))
        await self._answered(person, script)
        return False

    async def _stop_and_start(self, person: Person, script: Script, rng: Random) -> bool:
        """Wants no more messages in the middle of it, and changes his mind."""
        await self._say(person, script, self._fill(script.turns[0][0], person, "40500", rng))
        await self._answered(person, script)
        await self._say(person, script, "STOP")
        await asyncio.sleep(rng.uniform(30, 60) / self._speed)
        await self._say(person, script, "START")
        await asyncio.sleep(rng.uniform(5, 10) / self._speed)
        await self._say(person, script, script.turns[-1][0])
        return True

    @staticmethod
    def _fill(line: str, person: Person, order: str, rng: Random) -> str:
        return line.format(name=person.name, order=order, item=rng.choice(ITEMS[person.language]))

    async def _say(self, person: Person, script: Script, text: str) -> None:
        inbox = self._inboxes[person.number]
        while not inbox.empty():
            inbox.get_nowait()
        await self._carrier.customer_texts(person.number, self._numbers[script.queue], text)

    async def _answered(self, person: Person, script: Script) -> bool:
        """Wait for an answer, ask once more, then give up."""
        for nudge in (True, False):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._inboxes[person.number].get(), PATIENCE_SECONDS / self._speed)
                return True
            if nudge:
                await self._say(person, script, NUDGE[person.language])
        return False

    def _hear(self, message: StoredMessage) -> None:
        inbox = self._inboxes.get(message.to_number)
        if inbox is not None:
            inbox.put_nowait(message.body)
