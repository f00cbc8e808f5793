"""Secrets of other sessions never come back, whatever is sent (A11): hostile frames and requests, every answer read."""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import WSMsgType

from interaction_hub.storage import tables
from tests.integration.security.cast import Cast, open_cast, places
from tests.integration.security.table import EVERY_ROW
from tests.integration.security.test_cross_site import everything
from tests.integration.test_hostile_frames import FRAMES

MORE: tuple[str | bytes, ...] = (
    '{"op": "hello", "seq": 0}',
    '{"op": "hello", "token": null, "seq": 1}',
    '{"op": "__class__", "id": "x"}',
    '{"op": "token", "token": {"$ne": null}}',
    '{"op": "older", "id": "x", "before": "%s"}',
    '{"op": "contact.read", "id": "x", "args": {"contact": "%s", "contact": "%s"}}',
    '{"op": "offer.accept", "id": "%s", "args": {"offer": "%s"}}',
    '{"op": "view", "customer": "%s"}',
    '{"op": "message", "id": "%s", "text": "x", "files": ["%s"]}',
    '{"op": "x", "id": ["\\ud800"], "args": "' + "A" * 5_000 + '"}',
    b"\xff\xfe\x00",
)


async def canaries(cast: Cast) -> dict[str, str]:
    """What belongs to one session, and to nobody else."""
    house, visitor = cast.house, cast.visitors["visitor A"]
    (row, *_) = await house.rows(tables.user.select().where(tables.user.c.login == "amara"))
    values = await cast.held()
    await cast.amara.do("draft.save", contact=values["contact"], kind="note", text="canary-draft")
    await cast.amara.do("settings.save", key="screen", value="canary-setting")
    async with visitor.page():
        await visitor.write("canary-visitor", answer_to="canary@example.com")
    site = await house.call("GET", "/api/v1/admin/sites/shop/secret", "boss")
    return {
        "session of Amara": house.tokens["amara"],
        "session of the admin": house.tokens["boss"],
        "hash of a password": str(row.password_hash),
        "token of a visitor": visitor.session["token"],
        "credential of a visitor": visitor.session["credential"],
        "id of a visitor": visitor.session["visitor"]["id"],
        "secret of a site": site.data["secret"],
        "words of a visitor": "canary-visitor",
        "address of a visitor": "canary@example.com",
        "draft": "canary-draft",
        "setting": "canary-setting",
    }


AGENTS_SEE = ("words of a visitor", "address of a visitor", "id of a visitor")
"""Customers' words and addresses are an agent's to read; all else is nobody's."""


@pytest.mark.parametrize(("role", "path"), [("other", "/ws/agent"), ("supervisor", "/ws/supervisor")])
async def test_hostile_frames_of_people_bring_nothing_back(
    sqlite_url: str, tmp_path: Path, role: str, path: str
) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        secret = await canaries(cast)
        said = await _shout(cast, await cast.headers(role), path)
        assert [name for name, word in secret.items() if word in said and name not in AGENTS_SEE] == []


@pytest.mark.parametrize("known", [True, False])
async def test_hostile_frames_of_visitors_bring_nothing_back(sqlite_url: str, tmp_path: Path, known: bool) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        secret = await canaries(cast)
        token = cast.visitors["visitor B"].session["token"]
        hello = json.dumps({"op": "hello", "token": token, "seq": None})
        said = await _shout(cast, {}, "/ws/chat", hello if known else "")
        assert [name for name, word in secret.items() if word in said] == []


async def _shout(cast: Cast, headers: dict[str, str], path: str, first: str = "") -> str:
    """Everything that a socket says while it is sent all that is hostile."""
    contact = next(iter(cast.amara.contacts))
    frames = [frame for frame, _ in FRAMES.values()] + list(MORE)
    said: list[str] = []
    address = cast.house.url + path
    async with cast.house.http.ws_connect(address, headers={**headers, "Origin": cast.house.url}) as ws:
        if first:
            await ws.send_str(first)
        for frame in frames:
            if isinstance(frame, bytes):
                await ws.send_bytes(frame)
            else:
                await ws.send_str(frame.replace("%s", contact))
        await ws.send_str('{"op": "the end", "id": "the-end"}')
        while not said or "the-end" not in said[-1]:
            said.append(await _next(ws))
        await ws.send_str("x" * 300_000)  # too long: the socket is closed
        said.append(await _next(ws))
    assert len(said) > len(frames) / 2, "it was answered, not ignored"
    return "\n".join(said)


async def _next(ws: aiohttp.ClientWebSocketResponse) -> str:
    message = await ws.receive(timeout=10)
    return message.data if message.type is WSMsgType.TEXT else str(message.extra)


async def test_hostile_requests_bring_nothing_back(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        values = {**await everything(cast), "fresh": "x"}
        secret = await canaries(cast)
        said: dict[str, str] = {}
        for row in EVERY_ROW:
            if row.path.startswith("/ws/") or row.path in ("/logout", "/api/v1/me/sessions"):
                continue
            for number, body in enumerate((b"{", b'{"id": {"$gt": ""}}', b"\xff" * 50, b"[" * 20_000)):
                headers = {"Content-Type": "application/json", "Cookie": "__Host-hub=" + "x" * 43}
                for role in ("visitor B", "other"):
                    options: dict[str, Any] = {"data": body, "headers": headers if role == "visitor B" else {}}
                    with contextlib.suppress(aiohttp.ClientError, asyncio.TimeoutError):
                        answer = await cast.ask(role, row.method, places(row.path, values), **options)
                        said[f"{role} {row.route} {number}"] = f"{answer.headers} {answer.body!r}"
        for name, word in secret.items():
            seen = [who for who, answer in said.items() if word in answer]
            if name in AGENTS_SEE:
                seen = [who for who in seen if not who.startswith("other")]
            assert seen == [], name
        assert not [who for who, answer in said.items() if "Traceback" in answer or 'File "' in answer]
