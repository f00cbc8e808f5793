"""The feed hands every event to every subscriber once and in order, whoever committed it and however it heard of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
import sqlalchemy as sa

from interaction_hub.domain.events import Sealed
from interaction_hub.storage import eventlog
from interaction_hub.storage.eventlog import Feed, events_after, head
from interaction_hub.storage.reads import Reads
from tests.integration.storage.rig import Rig


@pytest.fixture
async def reads(hub_url: str) -> AsyncIterator[Reads]:
    reads = Reads(hub_url)
    yield reads
    await reads.close()


@pytest.fixture
async def feed(reads: Reads, rig: Rig) -> AsyncIterator[Feed]:
    """A feed without a poll, and a ledger that does not push into it: the tests do."""
    feed = Feed(reads, poll=False)
    await feed.start()
    yield feed
    await feed.stop()


def listen(feed: Feed) -> list[int]:
    positions: list[int] = []
    feed.subscribe(lambda events: positions.extend(event.position for event in events))
    return positions


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - the feed has no event to wait for
            await asyncio.sleep(0.01)


async def write(rig: Rig, *names: str) -> list[Sealed]:
    """Commit the names one by one; gives their sealed events."""
    before = len(rig.sealed)
    for name in names:
        await rig.ledger.submit("mark", name)
    return rig.sealed[before:]


async def test_pushed_events_arrive_in_order(feed: Feed, rig: Rig) -> None:
    heard = listen(feed)
    for event in await write(rig, *"abc"):
        feed.push([event])
    assert heard == [1, 2, 3]


async def test_repeated_push_is_heard_once(feed: Feed, rig: Rig) -> None:
    heard = listen(feed)
    events = await write(rig, *"abc")
    feed.push(events[:2])
    feed.push(events)
    feed.push(events[:1])
    assert heard == [1, 2, 3]


async def test_gap_is_read_from_sql(feed: Feed, rig: Rig) -> None:
    heard = listen(feed)
    events = await write(rig, *"abcde")
    feed.push(events[:1])
    feed.push(events[3:4])
    await until(lambda: len(heard) >= 4)
    feed.push(events[4:])
    await until(lambda: len(heard) >= 5)
    assert heard == [1, 2, 3, 4, 5]


async def test_push_during_catch_up_is_not_lost(feed: Feed, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The catch-up has read, a commit is pushed, and only then does the catch-up go on."""
    heard = listen(feed)
    events = await write(rig, *"ab")
    slow = SlowReads(feed, monkeypatch)
    feed.push(events[1:])
    await slow.has_read.wait()
    feed.push(await write(rig, "c"))
    slow.go_on.set()
    await until(lambda: len(heard) >= 3)
    assert heard == [1, 2, 3]


async def test_poll_beside_catch_up_doubles_nothing(reads: Reads, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eventlog, "POLL_SECONDS", 0.01)
    feed = Feed(reads, poll=True)
    await feed.start()
    heard = listen(feed)
    slow = SlowReads(feed, monkeypatch)
    events = await write(rig, *"abc")
    await slow.has_read.wait()
    feed.push(events[2:])
    await asyncio.sleep(0.1)
    slow.go_on.set()
    await until(lambda: len(heard) >= 3)
    await asyncio.sleep(0.1)
    await feed.stop()
    assert heard == [1, 2, 3]


class SlowReads:
    """Makes the feed's reads wait between their answer and their caller, until they may go on."""

    def __init__(self, feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
        self.has_read, self.go_on = asyncio.Event(), asyncio.Event()
        self._run = feed._reads.run
        monkeypatch.setattr(feed._reads, "run", self.run)

    async def run(self, function: Callable[..., list[Sealed]], after: int) -> list[Sealed]:
        found = await self._run(function, after)
        if found:
            self.has_read.set()
            await self.go_on.wait()
        return found


async def test_failed_catch_up_is_tried_again(feed: Feed, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = listen(feed)
    events = await write(rig, *"ab")
    real, failures = feed._reads.run, [OSError("the line is cut")]

    async def run(function: Callable[..., list[Sealed]], after: int) -> list[Sealed]:
        if failures:
            raise failures.pop()
        return await real(function, after)

    monkeypatch.setattr(feed._reads, "run", run)
    feed.push(events[1:])
    await until(lambda: len(heard) >= 2)
    assert heard == [1, 2]


async def test_subscriber_that_fails_stops_nobody(feed: Feed, rig: Rig) -> None:
    def broken(_events: object) -> None:
        raise RuntimeError("a subscriber's bug")

    feed.subscribe(broken)
    heard = listen(feed)
    feed.push(await write(rig, "a"))
    assert heard == [1]


async def test_start_fills_the_ring(reads: Reads, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eventlog, "RING", 3)
    await write(rig, *"abcde")
    feed = Feed(reads, poll=False)
    await feed.start()
    assert feed.position == 5
    assert [event.position for event in feed.ring][-3:] == [3, 4, 5]
    assert [event.position for event in feed.since(3) or ()] == [4, 5]
    assert feed.since(5) == []
    assert feed.since(6) is None
    assert feed.since(0) is None


async def test_slices_and_head_agree(reads: Reads, rig: Rig) -> None:
    events = await write(rig, *"abcde")
    assert await reads.run(events_after, 1, 3) == events[1:4]
    position, at, digest = await reads.run(head)
    assert (position, at, len(digest)) == (5, events[-1].at, 32)


async def test_readers_cannot_write_on_sqlite(sqlite_rig: Rig) -> None:
    reads = Reads(sqlite_rig.url)
    with pytest.raises(sa.exc.OperationalError, match="readonly"):
        await reads.run(lambda connection: connection.exec_driver_sql("DELETE FROM node"))
    await reads.close()


async def test_two_nodes_hear_everything_once(postgres_rigs: tuple[Rig, Rig]) -> None:
    feeds, heard, readers = [], [], [Reads(rig.url) for rig in postgres_rigs]
    for rig, reads in zip(postgres_rigs, readers, strict=True):
        feed = Feed(reads, poll=True)
        await feed.start()
        rig.ledger.on_sealed(feed.push)
        feeds.append(feed)
        heard.append(listen(feed))

    async def work(rig: Rig, lead: str) -> None:
        for start in range(0, 500, 20):
            await asyncio.gather(*(rig.ledger.submit("mark", f"{lead}{n:03}") for n in range(start, start + 20)))

    await asyncio.gather(work(postgres_rigs[0], "a"), work(postgres_rigs[1], "b"))
    await until(lambda: all(len(positions) >= 1000 for positions in heard))
    await asyncio.sleep(0.3)
    assert heard == [list(range(1, 1001))] * 2
    for feed, reads in zip(feeds, readers, strict=True):
        await feed.stop()
        await reads.close()
