"""Floods of one address or one visitor: requests without a session, log-ins, frames of a chat."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from itertools import repeat
from typing import Any

from tests.bench.figures import Figure
from tests.bench.flood_stage import FLOOD_SECONDS, Stage, say, shown
from tests.bench.load import closed, pour
from tests.bench.others import visitor_of, worse
from tests.bench.wires import Wire

PROBED, CONNECTIONS = 2_000, 64
LOG_INS, FRAMES = 100.0, 1_000.0
"""A second. Of log-ins the hub can compare ten a second, a visitor may send ten frames a second."""
TICK_SECONDS = 0.02
STRANGER, GUESSER, WRITER = "203.0.113.7", "203.0.113.8", "203.0.113.9"


async def requests(stage: Stage) -> AsyncIterator[Figure]:
    """Twice as many requests as are answered to people who are signed in, from one address, without a session."""
    known = _request(stage, "GET", "/api/v1/queues", STRANGER, token=stage.tokens[-1])
    outcome = await closed(stage.hub.port, repeat(known, PROBED), 16)
    rate = 2 * PROBED / outcome.seconds
    async for figure in _poured(stage, "requests", _request(stage, "GET", "/api/v1/queues", STRANGER), rate, (401,)):
        yield figure


async def log_ins(stage: Stage) -> AsyncIterator[Figure]:
    """Wrong passwords from one address."""
    body = json.dumps({"login": "agent1", "password": "is it this one"}).encode()
    guess = _request(stage, "POST", "/api/v1/sessions", GUESSER, body=body)
    async for figure in _poured(stage, "log-ins", guess, LOG_INS, (401,)):
        yield figure


async def frames(stage: Stage) -> AsyncIterator[Figure]:
    """Messages of one visitor, a hundred times as many as he may write."""
    answers: Counter[str] = Counter()

    def take(frame: dict[str, Any], _came: float) -> None:
        if frame["type"] == "result":
            answers["taken" if frame["ok"] else f"{frame['error']['code']} {'retry_after' in frame['error']}"] += 1

    visitor = await visitor_of(stage.hub.url, WRITER, take)
    async with stage.beside(FLOOD_SECONDS) as during:
        sent = await _write(visitor)
    say(f"{sent} frames, answered {dict(answers)}; {shown(during)}; {stage.troubles()}")
    visitor.cut()
    shed = answers["too_many True"] + answers["busy True"]
    yield Figure("frames of one visitor: share shed", (shed / sent,), 0.9)
    other = sent - shed - answers["taken"]
    for figure in _felt(stage, "frames", during, other):
        yield figure


async def _poured(
    stage: Stage, name: str, request: bytes, rate: float, expected: tuple[int, ...]
) -> AsyncIterator[Figure]:
    async with stage.beside(FLOOD_SECONDS) as during:
        flood = await pour(stage.hub.port, repeat(request), rate, FLOOD_SECONDS, CONNECTIONS)
    say(f"{flood.sent} {name}, answered {dict(flood.statuses)}; {shown(during)}; {stage.troubles()}")
    shed = sum(one.status in (429, 503) and one.retry_after for one in flood.replies.values())
    yield Figure(f"{name} of one address: share shed with Retry-After", (shed / flood.sent,), 0.5)
    strange = flood.sent - shed - sum(flood.statuses[status] for status in expected)
    for figure in _felt(stage, name, during, strange):
        yield figure


def _felt(stage: Stage, name: str, during: dict[str, list[float]], strange: int) -> Iterator[Figure]:
    yield Figure(f"{name}: answered otherwise, timed out, failed", (strange + stage.unlucky(),), 0, most=True)
    ratios = tuple(ratio for _, ratio in worse(stage.calm, during))
    yield Figure(f"{name}: others' p95 / before (worst of {len(ratios)})", ratios, 3.0, most=True, judged=max(ratios))


async def _write(visitor: Wire) -> int:
    sent, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < FLOOD_SECONDS:
        while sent < passed * FRAMES:
            visitor.send(op="message", id=str(uuid.uuid4()), text=f"{sent} And another thing")
            sent += 1
        await asyncio.sleep(TICK_SECONDS)
    await asyncio.sleep(1)
    return sent


def _request(stage: Stage, method: str, path: str, address: str, *, token: str = "", body: bytes = b"") -> bytes:
    host = stage.hub.url.removeprefix("http://")
    proof = f"Authorization: Bearer {token}\r\n" if token else ""
    kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-For: {address}\r\n{proof}{kind}\r\n"
    return head.encode() + body
