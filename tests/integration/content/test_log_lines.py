"""What the hub says about itself (A25): no text, number, token or header of anybody, and one line is one line."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import uuid
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
import sqlalchemy as sa

from interaction_hub import logs
from interaction_hub.demo.carrier_webhooks import sign
from interaction_hub.storage import databases
from tests.fakes.house import TOKEN
from tests.integration.content.doors import form
from tests.integration.content.hub_output import Process, hub_process

CANARY = "canary-7f3a91"
PHONE = "+447700900863"
FORGED = f"x\r\n2026-11-22T10:00:00Z [info     ] forged-{CANARY} \x1b[31mred\x1b[0m\u2028forged-{CANARY}"
ESCAPES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


@pytest.mark.parametrize("style", ["text", "json"])
async def test_nothing_of_anybody_is_logged(tmp_path: Path, style: str) -> None:
    async with hub_process(tmp_path, style) as hub:
        await of_the_carrier(hub)
        await of_programs(hub)
        await of_raw_bytes(hub)
    assert "ready" in hub.said
    assert "bad_signature" in hub.said
    assert CANARY not in hub.said
    assert PHONE not in hub.said
    assert TOKEN not in hub.said
    lines = hub.said.splitlines()
    assert not [line for line in lines if ESCAPES.search(line)]
    if style == "json":
        assert all(isinstance(json.loads(line), dict) for line in lines)


async def of_the_carrier(hub: Process) -> None:
    """Good, forged, malformed and unreadable webhooks."""
    url = f"{hub.url}/webhooks/sms/main"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    fields = [
        form(f"{CANARY} {FORGED}", PHONE),
        form(CANARY, PHONE, NumMedia=FORGED),
        form(CANARY, PHONE, AccountSid=CANARY),
        form(CANARY, FORGED),
        form(CANARY, PHONE, MediaUrl0=f"http://127.0.0.1/{CANARY}", MediaContentType0=CANARY, NumMedia="1"),
    ]
    for signature in ("right", CANARY):
        for one in fields:
            signed = sign(TOKEN, url, one) if signature == "right" else signature
            headers = kind | {"X-Twilio-Signature": signed}
            async with hub.http.post(url, data=urlencode(one).encode(), headers=headers) as answer:
                assert answer.status < 500
    async with hub.http.post(f"{url}/status?ref={CANARY}", data=b"\xff\xfe" + CANARY.encode(), headers=kind) as answer:
        assert answer.status < 500


async def of_programs(hub: Process) -> None:
    """Passwords, tokens, searches, addresses that there are not."""
    given = {"Authorization": f"Bearer {CANARY}", "Cookie": f"__Host-hub={CANARY}", "X-Note": CANARY}
    given |= {"User-Agent": f"agent {CANARY}", "Referer": f"https://x.example/{CANARY}", "Idempotency-Key": CANARY}
    addresses = ("api/v1/work", "api/v1/search?q={}", "{}%0d%0a{}", "tv/{}", "password/{}", "chat/{}")
    for path in (f"/{one.replace('{}', CANARY)}" for one in addresses):
        async with hub.http.get(hub.url + path, headers=given) as answer:
            assert answer.status < 500
    posts = (
        ("/api/v1/sessions", {"login": f"{CANARY}{FORGED}", "password": CANARY}),
        (f"/api/v1/setup/{CANARY}", {"login": CANARY, "name": FORGED, "password": CANARY}),
        ("/api/v1/chat/shop/sessions", {"credential": CANARY, "identity": CANARY}),
        (f"/api/v1/chat/{quote(FORGED)}/sessions", {"credential": CANARY}),
    )
    for path, body in posts:
        async with hub.http.post(hub.url + path, json=body, headers=given) as answer:
            assert answer.status < 500, path
    async with hub.http.post(f"{hub.url}/api/v1/sessions", data=CANARY.encode() + b"\xff", headers=given) as answer:
        assert answer.status < 500


async def of_raw_bytes(hub: Process) -> None:
    """What no HTTP library would send: the server's own complaints are lines of the log, too."""
    host, port = hub.url.removeprefix("http://").split(":")
    for data in (
        f"GET /{CANARY} HTTP/9.9\r\nAuthorization: Bearer {CANARY}\r\n\r\n",
        f"\x1b[31m{CANARY}\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: x\r\nX-{CANARY}\x1b[31m: {CANARY}\r\nContent-Length: {CANARY}\r\n\r\n",
        f"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{CANARY}\r\n{CANARY}\r\n",
        f"GET /ws/agent HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nSec-WebSocket-Key: {CANARY}\r\n\r\n",
    ):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(data.encode("latin-1"))
        await writer.drain()
        writer.write_eof()
        await asyncio.wait_for(reader.read(), 20)
        writer.close()


# ---- what is logged when something breaks ----------------------------------------------------------------------------
def shown(**event: object) -> dict[str, object]:
    return dict(logs.hide_secrets(None, "info", {"event": "x", **event}))


def test_line_breaks_and_colours_are_neutralised() -> None:
    found = shown(error=FORGED, event=FORGED)
    assert not ESCAPES.search(str(found["error"]))
    assert "\n" not in str(found["event"])


def test_secrets_and_numbers_are_blanked() -> None:
    found = shown(auth_token=CANARY, password=CANARY, Authorization=CANARY, cookie=CANARY, who=f"from {PHONE} to")
    assert CANARY not in str(found)
    assert found["who"] == "from +… to"


def test_exception_cannot_begin_a_line() -> None:
    said = f"Traceback:\nValueError: {FORGED} {PHONE}\nDETAIL:  Failing row ({CANARY})"
    trace = str(shown(exception=said)["exception"])
    assert PHONE not in trace
    assert f"({CANARY})" not in trace
    first, *others = trace.split("\n")
    assert first == "Traceback:"
    assert all(line.startswith("    ") for line in others)
    assert not ESCAPES.search(trace)


def test_lines_of_libraries_are_tame_as_well() -> None:
    record = logging.LogRecord("aiohttp", logging.ERROR, "", 0, "bad %s", (f"{FORGED} {PHONE}",), None)
    for style in ("text", "json"):
        line = logs._Tame(style).format(record)
        assert PHONE not in line
        assert not [part for part in line.split("\n")[1:] if not part.startswith("    ")]
        assert not ESCAPES.search(line)
    assert json.loads(line)["logger"] == "aiohttp"


async def test_error_of_a_database_does_not_tell_what_was_written(sqlite_url: str) -> None:
    """An error repeats the statement's parameters unless it is told not to: people's words."""
    engine = databases.sqlite_writer(sqlite_url)
    with pytest.raises(sa.exc.DBAPIError) as caught, engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO nowhere VALUES (:text)"), {"text": CANARY})
    engine.dispose()
    assert CANARY not in str(caught.value)


async def test_error_of_postgresql_does_not_either(postgres_url: str) -> None:
    key = f"{CANARY}-{uuid.uuid4()}"
    engine = databases.postgresql_async(postgres_url, pool_size=1)
    try:
        async with engine.begin() as connection:
            await connection.execute(sa.text("CREATE TABLE one (words text PRIMARY KEY, more text NOT NULL)"))
            await connection.execute(sa.text("INSERT INTO one VALUES (:w, '')"), {"w": key})
        for more in ("", None):
            with pytest.raises(sa.exc.DBAPIError) as caught:
                async with engine.begin() as connection:
                    await connection.execute(sa.text("INSERT INTO one VALUES (:w, :m)"), {"w": key, "m": more})
            assert CANARY not in str(shown(error=repr(caught.value), exception=str(caught.value)))
    finally:
        await engine.dispose()
