"""The demo from its start to its end: people at work, figures that agree, and nothing that stays behind."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp

from interaction_hub.demo.company import SAMPLES
from interaction_hub.durations import MINUTE, SECOND
from interaction_hub.storage.verify import verify
from tests.integration.demo.run import Demo, gone, kill

Start = Callable[..., Demo]


async def test_agents_handle_customers_within_a_minute(start_demo: Start, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'kept.db'}"
    demo = start_demo(pace="busy", database=database)
    async with aiohttp.ClientSession() as http:
        chief = await demo.sign_in(http, "rk")
        before = await demo.get(http, "/api/v1/board", chief)
        async with asyncio.timeout(60):
            while len(await handled_by_simulated(demo, http, chief)) < 3:  # noqa: ASYNC110 - another process
                await asyncio.sleep(1)
        assert (await demo.post(http, "/play/pace", pace="stopped"))[0] == 200
        after = await demo.get(http, "/api/v1/board", chief)
        assert after["state"]["totals"]["answered"] > before["state"]["totals"]["answered"]
        await figures_agree(demo, http, chief)
    child = demo.children
    assert len(child) == 1
    assert demo.interrupt() == 0
    assert gone(child[0])
    assert demo.leftovers == []
    assert "Traceback" not in demo.stderr
    report = await verify(database, full=True)
    assert report.ok, str(report)


async def test_past_has_believable_times(start_demo: Start) -> None:
    demo = start_demo(pace="stopped")
    async with aiohttp.ClientSession() as http:
        chief = await demo.sign_in(http, "rk")
        found = await demo.events(http, chief)
    handled = [event["body"]["handled"] for event in found if event["kind"] == "ContactEnded"]
    assert len(handled) == len(SAMPLES)
    assert all(30 * SECOND < one < 10 * MINUTE for one in handled)
    times = [event["at"] for event in found]
    assert times == sorted(times)
    assert demo.interrupt() == 0


async def handled_by_simulated(demo: Demo, http: aiohttp.ClientSession, chief: dict[str, str]) -> list[dict[str, Any]]:
    people = (await demo.get(http, "/api/v1/directory", chief))["agents"]
    amara = next(agent["id"] for agent in people if agent["name"].startswith("Amara"))
    ended = (e["body"] for e in await demo.events(http, chief) if e["kind"] == "ContactEnded")
    return [body for body in ended if body["outcome"] == "handled" and body["agent"] != amara]


async def figures_agree(demo: Demo, http: aiohttp.ClientSession, chief: dict[str, str]) -> None:
    """The live figures equal those folded from the first event on, as soon as a quiet moment lets one compare."""
    found: dict[str, tuple[Any, Any]] = {"nothing was compared": (0, 0)}
    async with asyncio.timeout(30):
        while found:
            board = await demo.get(http, "/api/v1/board?recompute=1", chief)
            found = {
                f"{queue['id']}.{name}": (queue[name], value)
                for queue in board["state"]["queues"]
                for name, value in board["recomputed"][queue["id"]].items()
                if name in queue and queue[name] != value
            }
            await asyncio.sleep(0.3)


def test_killed_parent_takes_people_along(start_demo: Start) -> None:
    demo = start_demo()
    (child,) = demo.children
    demo.process.send_signal(signal.SIGKILL)
    demo.process.wait(10)
    assert gone(child)
    assert demo.leftovers == []


def test_second_demo_takes_next_port(start_demo: Start) -> None:
    first = start_demo()
    port = int(first.url.rpartition(":")[2])
    second = start_demo(port=port)
    assert second.url != first.url
    assert f"Port {port} is taken" in second.said
    assert second.said.strip().count("\n") <= 12


def test_closed_terminal_ends_the_demo(start_demo: Start) -> None:
    demo = start_demo()
    (child,) = demo.children
    os.kill(demo.process.pid, signal.SIGHUP)
    demo.process.wait(20)
    assert gone(child)
    assert demo.leftovers == []


async def test_dead_people_are_replaced(start_demo: Start) -> None:
    demo = start_demo()
    (child,) = demo.children
    kill(child)
    async with aiohttp.ClientSession() as http, asyncio.timeout(30):
        while (await demo.post(http, "/play/burst", count=1))[0] != 202:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.5)
    assert "starting them again" in demo.stderr
    assert len(demo.children) == 1
    assert demo.children != [child]
