"""Whatever comes down a socket is answered with a problem, and hurts nobody else (I18)."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import websockets

from tests.fakes.house import Console, House, open_house
from tests.integration.test_matching import available

CUSTOMER = "+447700900456"
NUL, HALF = "\x00", "\ud800"


@asynccontextmanager
async def two_consoles(database_url: str, directory: Path) -> AsyncIterator[tuple[House, Console, Console]]:
    async with (
        open_house(database_url, directory) as house,
        house.console("amara") as amara,
        house.console("daniel") as daniel,
    ):
        yield house, amara, daniel
        await available(daniel)
        assert daniel.me["presence"] == "available" or await daniel.until(lambda: daniel.me["presence"] == "available")
        assert daniel.gaps == 0


FRAMES: dict[str, tuple[str | bytes, str]] = {
    "bad JSON": ("{", "frame"),
    "empty": ("", "frame"),
    "array": ("[]", "frame"),
    "array of frames": ('[{"op": "hello"}]', "frame"),
    "text": ('"hello"', "frame"),
    "number": ("17", "frame"),
    "null": ("null", "frame"),
    "not a number": ("NaN", "frame"),
    "no op": ("{}", "frame"),
    "number as op": ('{"op": 1, "id": "x"}', "frame"),
    "null as op": ('{"op": null}', "frame"),
    "object as op": ('{"op": {"op": "hello"}}', "frame"),
    "unknown op": ('{"op": "hub.stop", "id": "x"}', "unknown_command"),
    "NUL in op": (json.dumps({"op": NUL, "id": "x"}), "unknown_command"),
    "half a character in op": ('{"op": "\\ud800", "id": "x"}', "unknown_command"),
    "no id": ('{"op": "presence.set", "args": {"presence": "away"}}', "invalid"),
    "number as id": ('{"op": "presence.set", "id": 1, "args": {}}', "invalid"),
    "long id": (json.dumps({"op": "presence.set", "id": "x" * 65, "args": {}}), "invalid"),
    "NUL in id": (
        json.dumps({"op": "presence.set", "id": NUL, "args": {"presence": "available"}}),
        "invalid",
    ),
    "half a character in id": (
        '{"op": "presence.set", "id": "\\ud800", "args": {"presence": "available"}}',
        "invalid",
    ),
    "list as args": ('{"op": "presence.set", "id": "x", "args": []}', "invalid"),
    "null as args": ('{"op": "presence.set", "id": "x", "args": null}', "invalid"),
    "unknown argument": ('{"op": "presence.set", "id": "x", "args": {"presence": "away", "x": 1}}', "invalid"),
    "number as argument": ('{"op": "presence.set", "id": "x", "args": {"presence": 1}}', "invalid"),
    "no argument": ('{"op": "offer.accept", "id": "x", "args": {}}', "invalid"),
    "not an id": ('{"op": "offer.accept", "id": "x", "args": {"offer": "1; DROP TABLE offer"}}', "invalid"),
    "text as seq": ('{"op": "hello", "seq": "1"}', "invalid"),
    "true as seq": ('{"op": "hello", "seq": true}', "invalid"),
    "negative seq": ('{"op": "hello", "seq": -1}', "invalid"),
    "huge seq": ('{"op": "hello", "seq": 1e300}', "invalid"),
    "very huge seq": (f'{{"op": "hello", "seq": {"9" * 400}}}', "invalid"),
    "endless number": (f'{{"op": "hello", "seq": {"9" * 5000}}}', "frame"),
    "binary": (b"\x00\x01\xff", "frame"),
    "deep": ("[" * 10_000 + "]" * 10_000, "frame"),
    "deep objects": ('{"a":' * 10_000 + "1" + "}" * 10_000, "frame"),
    "deep arguments": (
        '{"op": "presence.set", "id": "x", "args": ' + '{"a":' * 900 + "1" + "}" * 900 + "}",
        "invalid",
    ),
    "twice the key": ('{"op": "x", "op": 3}', "frame"),
}


async def test_hostile_frame_gets_a_problem(database_url: str, tmp_path: Path) -> None:
    async with two_consoles(database_url, tmp_path) as (_, amara, _daniel):
        found = {}
        for name, (frame, _) in FRAMES.items():
            answer = await amara.frame(frame)
            assert set(answer) == {"type", "id", "ok", "error"}, name
            assert answer["error"]["status"] in (404, 422), (name, answer)
            found[name] = answer["error"]["code"]
        assert found == {name: code for name, (_, code) in FRAMES.items()}
        await available(amara)


@pytest.mark.parametrize("text", [f"a{NUL}b", f"a{HALF}b", "\udfff"])
async def test_unstorable_text_is_refused(database_url: str, tmp_path: Path, text: str) -> None:
    async with two_consoles(database_url, tmp_path) as (house, amara, _):
        await available(amara)
        await house.text(CUSTOMER)
        contact = await amara.take()
        key = contact["id"]
        asked: list[tuple[str, dict[str, Any]]] = [
            ("contact.reply", {"contact": key, "text": text}),
            ("contact.note", {"contact": key, "text": text}),
            ("contact.finish", {"contact": key, "disposition": "solved", "note": text}),
            ("contact.finish", {"contact": key, "disposition": text}),
            ("contact.transfer", {"contact": key, "queue": text}),
            ("customer.update", {"customer": contact["customer"]["id"], "version": 1, "name": text}),
            ("presence.set", {"presence": "away", "reason": text}),
            ("presence.set", {"presence": text}),
        ]
        for op, args in asked:
            answer = await amara.command(op, **args)
            assert answer["error"]["status"] == 422, (op, answer)
        assert amara.contacts[key]["state"] == "active"


async def test_oversized_frame_closes_its_socket_alone(database_url: str, tmp_path: Path) -> None:
    async with two_consoles(database_url, tmp_path) as (house, amara, daniel):
        frame = {"op": "contact.note", "id": "x", "args": {"text": "x" * 300_000}}
        with contextlib.suppress(websockets.ConnectionClosed):
            await amara.ws.send(json.dumps(frame))
        await asyncio.wait_for(amara.ws.wait_closed(), 10)
        assert amara.ws.close_code == 1009
        async with house.console("amara", seq=amara.seq) as back:
            await available(back)
        assert daniel.ws.close_code is None


async def test_flood_of_frames_is_answered_in_full(database_url: str, tmp_path: Path) -> None:
    async with two_consoles(database_url, tmp_path) as (_, amara, daniel):
        flood = [amara.command("contact.note", contact="x", text="y") for _ in range(300)]
        answers, other = await asyncio.gather(
            asyncio.gather(*flood), daniel.command("presence.set", presence="available")
        )
        assert {answer["error"]["status"] for answer in answers} == {422}
        assert other["ok"]


async def test_line_that_dies_in_the_middle_of_a_frame_is_forgotten(database_url: str, tmp_path: Path) -> None:
    async with two_consoles(database_url, tmp_path) as (house, amara, _):
        # A frame of 1000 bytes is announced, four come.
        amara.ws.transport.write(b"\x81\xfe\x03\xe8" + b"\x00\x00\x00\x00" + b"{{{{")
        amara.ws.transport.abort()
        async with house.console("amara") as back:
            await available(back)
