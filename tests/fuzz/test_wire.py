"""Below the frames' JSON: what breaks the protocol ends its own socket with a code, and no other (A11)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.house import Console, House, open_house
from tests.fuzz.quiet import Quiet
from tests.fuzz.wire import BINARY, CLOSE, MORE, PING, PONG, TEXT, Wire, head, open_wire
from tests.integration.test_matching import available

HELLO = json.dumps({"op": "hello", "seq": None}).encode()
GOOD = {"op": "presence.set", "id": "good", "args": {"presence": "available"}}
HUNDRED_MB = 100_000_000


def fragments(wire: Wire, piece: bytes, number: int) -> None:
    wire.put(TEXT, piece, final=False)
    for _ in range(number):
        wire.put(MORE, piece, final=False)


def middle(wire: Wire) -> None:
    wire.put(TEXT, b'{"op":', final=False)
    wire.put(TEXT, HELLO)


BREACHES: dict[str, tuple[Callable[[Wire], None], set[int | None]]] = {
    "100 MB are announced": (lambda w: w.raw(head(TEXT, HUNDRED_MB)), {1009}),
    "100 MB are announced as binary": (lambda w: w.raw(head(BINARY, HUNDRED_MB)), {1009}),
    "2^63 bytes are announced": (lambda w: w.raw(head(TEXT, 2**63)), {1002, 1009}),
    "endless fragments": (lambda w: fragments(w, b"x" * 1000, 300), {1009}),
    "no UTF-8": (lambda w: w.put(TEXT, b'{"op": "\xff"}'), {1007}),
    "overlong NUL": (lambda w: w.put(TEXT, b'{"op": "\xc0\x80"}'), {1007}),
    "a surrogate as bytes": (lambda w: w.put(TEXT, b'{"op": "\xed\xa0\x80"}'), {1007}),
    "half a character at the end": (lambda w: w.put(TEXT, b'{"op": "x"}\xe4\xbd'), {1007}),
    "reserved bits": (lambda w: w.put(TEXT, HELLO, reserved=2), {1002}),
    "compressed without being asked": (lambda w: w.put(TEXT, HELLO, reserved=4), {1002}),
    "unknown opcode": (lambda w: w.put(3, HELLO), {1002, 1003}),
    "unknown control opcode": (lambda w: w.put(11, b""), {1002, 1003}),
    "continuation of nothing": (lambda w: w.put(MORE, HELLO), {1002}),
    "new message in the middle of another": (middle, {1002}),
    "long ping": (lambda w: w.put(PING, b"x" * 126), {1002}),
    "ping in fragments": (lambda w: w.put(PING, b"x", final=False), {1002}),
    "close with one byte": (lambda w: w.put(CLOSE, b"x"), {1002}),
    "close with a code that nobody may send": (lambda w: w.put(CLOSE, b"\x03\xed"), {1002}),
    "close with words that are no UTF-8": (lambda w: w.put(CLOSE, b"\x03\xe8\xff"), {1002, 1007}),
    "plain HTTP": (lambda w: w.raw(b"GET /api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n" * 10), {1002, 1009}),
    "noise": (lambda w: w.raw(bytes(range(256)) * 4), {1002, 1003, 1009}),
}


async def ways(house: House) -> dict[str, dict[str, str]]:
    """The sockets with what lets one in."""
    return {
        "/ws/agent": {"Authorization": f"Bearer {await house.sign_in('amara')}"},
        "/ws/supervisor": {"Authorization": f"Bearer {await house.sign_in('rk')}"},
        "/ws/chat": {},
    }


@pytest.mark.parametrize("path", ["/ws/agent", "/ws/supervisor", "/ws/chat"])
async def test_breach_ends_its_own_socket(sqlite_url: str, tmp_path: Path, path: str, quiet: Quiet) -> None:
    """Each breach of RFC 6455 is answered by its close code; the neighbour's socket goes on."""
    async with open_house(sqlite_url, tmp_path) as house, house.console("daniel") as daniel:
        headers = (await ways(house))[path]
        found: dict[str, int | None] = {}
        for name, (hurt, _) in BREACHES.items():
            async with open_wire(house.url, path, headers) as wire:
                hurt(wire)
                found[name] = await wire.closed()
        wrong = {name: code for name, code in found.items() if code not in BREACHES[name][1]}
        assert wrong == {}
        await still_lives(daniel)
    quiet.expect_nothing()


async def still_lives(console: Console) -> None:
    await available(console)
    assert console.ws.close_code is None
    assert console.gaps == 0


async def test_odd_but_lawful_frames_are_read(sqlite_url: str, tmp_path: Path, quiet: Quiet) -> None:
    """Fragments of one byte, characters cut in two, control frames in between, empty ones: all of it is a message."""
    async with open_house(sqlite_url, tmp_path) as house:
        agent = await ways(house)
        async with open_wire(house.url, "/ws/agent", agent["/ws/agent"]) as wire:
            wire.put(TEXT, HELLO)
            assert json.loads(await wire.until(TEXT))["type"] == "snapshot"
            text = json.dumps(GOOD | {"id": "好" * 20}, ensure_ascii=False).encode()
            wire.put(TEXT, b"", final=False)
            for place in range(len(text)):
                wire.put(MORE, text[place : place + 1], final=False)
                wire.put(PING, str(place).encode())
            wire.put(MORE, b"")
            answer = await result(wire, "好" * 20)
            assert answer["ok"], answer
            wire.put(BINARY, text)
            assert (await result(wire, None))["error"]["code"] == "frame"
            wire.put(TEXT, json.dumps(GOOD).encode())
            assert (await result(wire, "good"))["ok"]
    quiet.expect_nothing()


async def result(wire: Wire, frame_id: str | None) -> dict[str, object]:
    """The answer to the frame of this id."""
    while True:
        frame: dict[str, object] = json.loads(await wire.until(TEXT))
        if frame["type"] == "result":
            assert frame["id"] == frame_id, frame
            return frame


async def test_flood_of_control_frames_is_stood(sqlite_url: str, tmp_path: Path, quiet: Quiet) -> None:
    """5,000 pings and pongs in one breath: each ping is answered, the next command works, and the neighbour's too."""
    async with open_house(sqlite_url, tmp_path) as house, house.console("daniel") as daniel:
        agent = await ways(house)
        async with open_wire(house.url, "/ws/agent", agent["/ws/agent"]) as wire:
            wire.put(TEXT, HELLO)
            await wire.until(TEXT)
            for number in range(5000):
                wire.put(PING, str(number).encode())
                wire.put(PONG, b"never asked for")
            wire.put(TEXT, json.dumps(GOOD).encode())
            pongs, answered = 0, False
            busy = asyncio.create_task(still_lives(daniel))
            while pongs < 5000 or not answered:
                opcode, payload = await wire.get()
                assert opcode != CLOSE, (pongs, payload)
                pongs += opcode == PONG
                answered = answered or (opcode == TEXT and json.loads(payload).get("id") == "good")
            await busy
    quiet.expect_nothing()
