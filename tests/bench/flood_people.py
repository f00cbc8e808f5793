"""Floods of single addresses and of a visitor: requests without a session, log-ins, messages of a chat."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial
from itertools import cycle, islice, repeat
from typing import Any

from tests.bench.figures import Figure
from tests.bench.flood_stage import FLOOD_SECONDS, Stage, say, shown
from tests.bench.load import closed, pour
from tests.bench.others import visitor_of, worse
from tests.bench.wires import Wire

PROBED, CONNECTIONS, SHED = 2_000, 64, 0.9
LOG_INS, FRAMES = 100.0, 1_000.0
"""A second. Of log-ins the hub can compare ten a second, a visitor may send ten frames a second."""
TICK_SECONDS = 0.02
STRANGER, GUESSER, WRITER = "203.0.113.7", "203.0.113.8", "203.0.113.9"


async def people(stage: Stage) -> AsyncIterator[Figure]:
    """All three at once for a minute, beside the ordinary hour."""
    guess = _request(stage, "POST", "/api/v1/sessions", GUESSER, body=b'{"login": "agent1", "password": "this one"}')
    knock = _request(stage, "GET", "/api/v1/me", STRANGER)
    rate = 2 * await _sustained(stage)
    answers: Counter[str] = Counter()
    visitor = await visitor_of(stage.hub.url, WRITER, partial(_count, answers))
    async with stage.beside(FLOOD_SECONDS) as during:
        knocks, guesses, _ = await asyncio.gather(
            pour(stage.hub.port, repeat(knock), rate, FLOOD_SECONDS, CONNECTIONS),
            pour(stage.hub.port, repeat(guess), LOG_INS, FLOOD_SECONDS, CONNECTIONS),
            _write(visitor),
        )
    say(f"{rate:.0f} requests a second: {dict(knocks.statuses)}; log-ins {dict(guesses.statuses)}; {dict(answers)}")
    say(f"{shown(during)}; {stage.troubles()}")
    visitor.cut()
    strange = 0
    for name, flood in (("requests", knocks), ("log-ins", guesses)):
        shed = sum(one.status == 429 and one.retry_after for one in flood.replies.values())
        strange += flood.sent - shed - flood.statuses[401]
        yield Figure(f"{name} of one address: share shed", (shed / flood.sent,), SHED)
    shed = answers["too_many"] + answers["busy"]
    # What the hub has not read yet stands in the visitor's own line: he is held up, and nobody else.
    yield Figure(f"chat frames of one visitor: share shed (of {answers.total()})", (shed / answers.total(),), SHED)
    strange += answers["unsaid"]
    yield Figure("of these: answered otherwise, timed out, failed", (strange + stage.unlucky(),), 0, most=True)
    for kind, ratio in worse(stage.calm, during):
        yield Figure(f"requests, log-ins, frames: other's {kind}, p95 / before", (ratio,), 3.0, most=True)


async def _sustained(stage: Stage) -> float:
    """Requests a second that are answered to people who are signed in; one of them may not send as many."""
    known = [_request(stage, "GET", "/api/v1/me", STRANGER, token=token) for token in stage.tokens[-2:]]
    outcome = await closed(stage.hub.port, islice(cycle(known), PROBED), 16)
    if outcome.refused:
        raise RuntimeError(f"{outcome.refused} of the requests before the flood were refused")
    return outcome.answered / outcome.seconds


def _count(answers: Counter[str], frame: dict[str, Any], _came: float) -> None:
    if frame["type"] == "result":
        error = frame.get("error", {})
        answers["taken" if frame["ok"] else error["code"] if "retry_after" in error else "unsaid"] += 1


async def _write(visitor: Wire) -> None:
    sent, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < FLOOD_SECONDS:
        while sent < passed * FRAMES:
            visitor.send(op="message", id=str(uuid.uuid4()), text=f"{sent} And another thing")
            sent += 1
        await asyncio.sleep(TICK_SECONDS)


def _request(stage: Stage, method: str, path: str, address: str, *, token: str = "", body: bytes = b"") -> bytes:
    host = stage.hub.url.removeprefix("http://")
    proof = f"Authorization: Bearer {token}\r\n" if token else ""
    kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-For: {address}\r\n{proof}{kind}\r\n"
    return head.encode() + body
