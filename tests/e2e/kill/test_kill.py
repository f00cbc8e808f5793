"""kill -9 at a random moment of a busy hub, 25 times on each database (F1, I1, I6, I9 to I13)."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from interaction_hub.demo.carrier import DEMO_SPEC, Carrier
from interaction_hub.demo.carrier_store import StoredMessage, new_sid, now
from interaction_hub.domain import events
from interaction_hub.storage.verify import verify
from tests.e2e.kill.process import HubProcess
from tests.e2e.kill.staff import Worker
from tests.e2e.kill.truth import Truth, place, read_alive, read_dead
from tests.fakes.history import History
from tests.fakes.house import OUR_NUMBER, SID, TOKEN, documents, open_house

KILLS = 25
MESSAGES = 200
CUSTOMERS = [f"+4477009{number:05d}" for number in range(60)]
AT_ONCE = 12
LONGEST_LIFE = 1.5
"""Seconds of work; a life ends at a random moment of it."""


@dataclass
class World:
    """The hub, the carrier, two agents, and what each of them was told."""

    hub: HubProcess
    carrier: Carrier
    workers: list[Worker]
    boss: str
    chance: random.Random
    posted: dict[str, StoredMessage] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    """Sids that the hub answered with 2xx."""

    async def post(self) -> None:
        """The carrier repeats what got no 2xx, then new messages follow."""
        missing = [message for sid, message in self.posted.items() if sid not in self.taken]
        fresh = [self._message() for _ in range(MESSAGES - len(missing))]
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(message: StoredMessage) -> None:
            async with gate:
                self.posted[message.sid] = message
                if (await self.carrier.post_inbound(message)).status == 200:
                    self.taken.add(message.sid)

        await asyncio.gather(*(one(message) for message in [*missing, *fresh]))

    def _message(self) -> StoredMessage:
        sid = new_sid("SM")
        return StoredMessage(sid, "inbound", self.chance.choice(CUSTOMERS), OUR_NUMBER, "Hello", "received", now())

    async def live(self, seconds: float) -> None:
        """Everybody works; after so many seconds the hub is gone."""
        tasks = [asyncio.create_task(worker.work(self.hub.url)) for worker in self.workers]
        tasks.append(asyncio.create_task(self.post()))
        try:
            done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            await self.hub.kill()
            for task in tasks[:-1]:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.carrier.settled()

    async def board(self) -> dict[str, object]:
        """The supervisor's board, with the figures folded anew."""
        headers = {"Authorization": f"Bearer {self.boss}"}
        async with (
            aiohttp.ClientSession(headers=headers) as http,
            http.get(f"{self.hub.url}/api/v1/board?recompute=1") as answer,
        ):
            assert answer.status == 200
            found: dict[str, object] = await answer.json()
            return found

    async def metric(self, name: str) -> float:
        """One figure of /metrics."""
        async with aiohttp.ClientSession() as http, http.get(f"{self.hub.url}/metrics") as answer:
            (value,) = re.findall(rf"^{name} (\S+)$", await answer.text(), re.MULTILINE)
            return float(value)


async def make_world(database_url: str, folder: Path, seed: int) -> World:
    rules = documents(limit=3, offer_timeout=5)
    async with open_house(database_url, folder, rules=rules) as house:
        tokens = {login: await house.sign_in(login) for login in ("amara", "daniel", "rk")}
    carrier = Carrier(DEMO_SPEC, SID, TOKEN)
    await carrier.start()
    hub = HubProcess(database_url, folder, carrier.base_url)
    carrier.webhook_base = hub.url
    workers = [Worker(login, tokens[login], seed + number) for number, login in enumerate(("amara", "daniel"))]
    return World(hub, carrier, workers, tokens["rk"], random.Random(seed))


def check_promises(world: World, truth: Truth) -> None:
    """Whatever somebody was told is there, once."""
    times = Counter(row.provider_id for row in truth.touchpoints if row.direction == "in")
    assert {sid for sid in world.taken if times[sid] != 1} == set()
    assert {sid for sid, number in times.items() if number > 1} == set()
    assert times.keys() <= world.posted.keys()

    replies = Counter(truth.texts("out"))
    accepted = Counter(event.body.offer for event in truth.log if isinstance(event.body, events.OfferAccepted))
    for worker in world.workers:
        for order in worker.orders.values():
            if order.op == "contact.reply":
                told = order.answer is None
                wanted = (0, 1) if told else (1,) if order.done else (0,)
                assert replies[order.args["text"]] in wanted, order
            if order.op == "offer.accept" and order.done:
                assert truth.offers[order.args["offer"]].state == "accepted", order
                assert accepted[order.args["offer"]] == 1
            if order.op == "contact.finish" and order.done:
                row = truth.contacts[order.args["contact"]]
                assert (row.state, row.outcome, row.disposition) == ("ended", "handled", "solved")
    sent = Counter(message.body for message in world.carrier.messages if not message.inbound)
    assert {text for text, number in sent.items() if number > 1} == set()
    for row in truth.touchpoints:
        if row.direction == "out" and row.state in ("sent", "delivered"):
            assert sent[row.text] == 1, row.text


def check_places(before: Truth, after: Truth) -> None:
    """Who waited before the kill stands where he stood, and in the same order."""
    for key, was in before.waiting.items():
        assert place(after.contacts[key]) == was
    still = [key for key in after.waiting if key in before.waiting]
    assert still == [key for key in before.waiting if key in after.waiting]


def check_log(truth: Truth) -> None:
    """No history that must not be, and the rows say the same as the log."""
    history = History(most=3).read(truth.log)
    assert history.faults == []
    assert {key: row.state for key, row in truth.contacts.items()} == {
        key: contact.state for key, contact in history.contacts.items()
    }
    assert {key for key, row in truth.offers.items() if row.state == "open"} == {
        key for key, end in history.offers.items() if end == "open"
    }


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_hub_comes_back_as_it_was(database_url: str, tmp_path: Path) -> None:
    world = await make_world(database_url, tmp_path, seed=7)
    try:
        for number in range(KILLS):
            await world.hub.start()
            if number:
                check_places(before, await read_alive(database_url))  # noqa: F821
            await world.live(world.chance.uniform(0.05, LONGEST_LIFE))
            before = await read_dead(database_url, tmp_path)
            check_promises(world, before)
            check_log(before)
        await world.hub.start()
        check_places(before, await read_alive(database_url))
        await check_the_end(world, database_url)
    finally:
        await world.hub.kill()
        await world.carrier.close()
    for life in range(1, world.hub.lives + 1):
        said = (tmp_path / f"life-{life}.log").read_text()
        assert [line for line in said.splitlines() if "[error" in line or "Traceback" in line] == []


async def check_the_end(world: World, database_url: str) -> None:
    """All is taken, everybody is served, and every figure says so."""
    tasks = [asyncio.create_task(worker.work(world.hub.url)) for worker in world.workers]
    await world.post()
    assert world.taken == world.posted.keys()
    async with asyncio.timeout(120):
        while (await read_alive(database_url)).waiting:  # noqa: ASYNC110 - another process's work
            await asyncio.sleep(0.2)
    for task in tasks:
        task.cancel()
    for end in await asyncio.gather(*tasks, return_exceptions=True):
        assert isinstance(end, asyncio.CancelledError), end
    await world.carrier.settled()
    truth = await read_alive(database_url)
    check_promises(world, truth)
    check_log(truth)
    assert sorted(row.provider_id for row in truth.touchpoints if row.direction == "in") == sorted(world.posted)
    assert await world.metric("hub_stranded_total") == 0
    board = await world.board()
    recomputed: dict[str, dict[str, object]] = board["recomputed"]  # type: ignore[assignment]
    for queue in board["state"]["queues"]:  # type: ignore[index]
        assert {key: queue[key] for key in recomputed[queue["id"]]} == recomputed[queue["id"]]
    report = await verify(database_url, full=True)
    assert report.findings == [], report
