"""Each file of JSONTestSuite at each door that takes JSON: taken or refused in words, the next good word is heard."""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import websockets

from channels.messages import RawRequest
from channels.twilio_sms.signature import signed
from interaction_hub.domain.documents import parse
from interaction_hub.storage import tables
from tests.fakes.house import TOKEN, Answer, House, documents, open_house
from tests.fakes.people import make_admin
from tests.fakes.visitor import Visitor, come
from tests.fuzz.crowd import crowd
from tests.fuzz.quiet import Quiet
from tests.fuzz.texts import FORM, PATH, Post

NOBODY = "00000000-0000-4000-8000-000000000000"
JSON = {"Content-Type": "application/json"}
SIGNED_IN: dict[str, tuple[str, str, str]] = {
    "setting": ("PUT", "/api/v1/settings/x", "amara"),
    "presence": ("PUT", "/api/v1/presence", "amara"),
    "note": ("POST", f"/api/v1/contacts/{NOBODY}/notes", "amara"),
    "end": ("POST", f"/api/v1/contacts/{NOBODY}/end", "amara"),
    "customer": ("PATCH", f"/api/v1/customers/{NOBODY}", "amara"),
    "move": ("POST", f"/api/v1/waiting/{NOBODY}/move", "rk"),
    "document": ("PUT", "/api/v1/admin/queues/x", "boss"),
    "check": ("POST", "/api/v1/admin/replies/x/check", "boss"),
    "person": ("POST", "/api/v1/admin/people", "boss"),
    "change of a person": ("PATCH", f"/api/v1/admin/people/{NOBODY}", "boss"),
    "password": ("POST", "/api/v1/me/password", "boss"),
}
STRANGERS = (
    "/api/v1/sessions",
    "/api/v1/chat/shop/sessions",
    "/api/v1/password/no-such-link",
    "/api/v1/setup/no-such-link",
)
REFUSED = (400, 401, 404, 409, 413, 422, 428)


@asynccontextmanager
async def open_shop(database_url: str, folder: Path) -> AsyncIterator[House]:
    rules = documents(chat={}) | {("screen", "hall"): parse("screen", {"key": "hall", "name": "Hall"}, "test")}
    async with open_house(database_url, folder, rules=rules) as house:
        await make_admin(house)
        yield house


async def test_body_of_somebody_known(
    sqlite_url: str, tmp_path: Path, json_corpus: dict[str, bytes], quiet: Quiet
) -> None:
    """As the body of a route of each kind: a success or a problem in words, whatever it is."""
    async with open_shop(sqlite_url, tmp_path) as house:
        for method, path, login in SIGNED_IN.values():
            house.tokens.pop(login, None)  # the hub hears one session 1,200 times in a minute
            for name, body in json_corpus.items():
                answer = await house.call(method, path, login, headers=JSON | {"If-None-Match": "*"}, data=body)
                expect_clear(f"{path} {name}", answer)
            assert (await house.call("PUT", "/api/v1/settings/x", login, json={"value": [1]})).status == 200
    quiet.expect_nothing()


async def test_body_of_a_stranger(sqlite_url: str, tmp_path: Path, json_corpus: dict[str, bytes], quiet: Quiet) -> None:
    """The same for those whom nobody knows yet: they want to sign in, to chat, or to use a link."""
    async with open_shop(sqlite_url, tmp_path) as house, crowd(house, 25) as strangers:
        for path in STRANGERS:
            for name, body in json_corpus.items():
                expect_clear(f"{path} {name}", await strangers.call("POST", path, headers=JSON, data=body))
        assert (await house.log_in("amara")).status == 201
    quiet.expect_nothing()


def expect_clear(name: str, answer: Answer) -> None:
    assert answer.status in (200, 201, *REFUSED), (name, answer)
    if answer.status in REFUSED:
        assert answer.headers["Content-Type"] == "application/problem+json", (name, answer)
        assert answer.data["detail"], (name, answer)


async def test_good_values_are_kept_and_bad_ones_refused(
    database_url: str, tmp_path: Path, json_corpus: dict[str, bytes], quiet: Quiet
) -> None:
    """As the value of a setting: y_ comes back as it was, n_ is refused, over HTTP and the socket alike."""
    async with open_shop(database_url, tmp_path) as house, house.console("amara") as amara:
        for name, body in json_corpus.items():
            over_http = await house.call("PUT", "/api/v1/settings/x", "amara", headers=JSON, data=_wrapped(body))
            over_socket = await _save(amara, body)
            assert over_http.status in (200, 422), (name, over_http)
            assert over_socket in (None, over_http.status), name
            if name.startswith("n_"):
                assert over_http.status == 422, name
            elif name.startswith("y_") and _storable(json.loads(body)):
                assert over_http.status == 200, (name, over_http)
                kept = await house.get("/api/v1/settings", "amara")
                assert kept.get("x") == kept.get("y") == json.loads(body), name
    quiet.expect_nothing()


def _wrapped(body: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    return before + b'{"value": ' + body + b"}" + after


async def _save(amara: Any, body: bytes) -> int | None:
    """The status over the socket; None where no text frame can hold the bytes."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    frame = f'{{"op": "settings.save", "id": "{uuid.uuid4()}", "args": {{"key": "y", "value": {text}}}}}'
    answer = await amara.frame(frame)
    return 200 if answer["ok"] else int(answer["error"]["status"])


def _storable(value: Any) -> bool:
    """No U+0000, no lone surrogate, no number that a double cannot hold (decisions 36, RFC 8259)."""
    text = json.dumps(value, ensure_ascii=False)
    if isinstance(value, float) and not math.isfinite(value):
        return False
    return "\\u0000" not in text and not any("\ud800" <= one <= "\udfff" for one in text)


# ---- sockets ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("stream", ["agent", "supervisor", "supervisor/contacts", "tv", "chat"])
async def test_frame_on_each_socket(
    sqlite_url: str, tmp_path: Path, json_corpus: dict[str, bytes], stream: str, quiet: Quiet
) -> None:
    """As a frame of its own: each gets its answer, the socket lives; text that is no UTF-8 ends it with 1007."""
    async with open_shop(sqlite_url, tmp_path) as house:
        await house.text("+447700900456")
        address, headers, hello = await way_in(house, stream)
        broken = [body for body in json_corpus.values() if not _is_utf8(body)]
        whole = [body.decode() for body in json_corpus.values() if _is_utf8(body)]
        async with websockets.connect(address, additional_headers=headers, origin=house.url) as ws:  # type: ignore[arg-type]
            await ws.send(json.dumps(hello))
            assert (await heard(ws, "snapshot", 1))[0]["type"] == "snapshot"
            for start in range(0, len(whole), 50):
                group = whole[start : start + 50]
                for text in group:
                    await ws.send(text)
                answers = await heard(ws, "result", len(group))
                assert {answer["error"]["status"] for answer in answers} <= {404, 422}, answers
            await ws.send(json.dumps(hello))
            assert await heard(ws, "snapshot", 1)
        for body in broken:
            assert await closed_by(address, headers, house.url, body) == 1007, body
        async with websockets.connect(address, additional_headers=headers, origin=house.url) as ws:  # type: ignore[arg-type]
            await ws.send(json.dumps(hello))
            assert await heard(ws, "snapshot", 1)
    quiet.expect_nothing()


async def way_in(house: House, stream: str) -> tuple[str, dict[str, str], dict[str, Any]]:
    """Address, headers and hello of somebody who may listen to this stream."""
    base, hello = house.url.replace("http", "ws"), {"op": "hello", "seq": None}
    if stream == "chat":
        visitor: Visitor = await come(house)
        return f"{base}/ws/chat", {}, hello | {"token": visitor.session["token"]}
    if stream == "tv":
        link = (await house.get("/api/v1/screens", "rk"))["items"][0]["path"].removeprefix("/tv/")
        return f"{base}/ws/tv?link={link}", {}, hello
    login = "amara" if stream == "agent" else "rk"
    end = stream
    if stream.endswith("contacts"):
        end = f"{stream}/{(await house.rows(sa.select(tables.contact.c.id)))[0].id}"
    return f"{base}/ws/{end}", {"Authorization": f"Bearer {await house.sign_in(login)}"}, hello


async def heard(ws: Any, kind: str, number: int) -> list[dict[str, Any]]:
    """The next so many frames of a kind."""
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(20):
        while len(found) < number:
            frame = json.loads(await ws.recv())
            if frame["type"] == kind:
                found.append(frame)
    return found


async def closed_by(address: str, headers: dict[str, str], origin: str, body: bytes) -> int | None:
    """The code with which the hub closes a socket on which these bytes came as text."""
    async with websockets.connect(address, additional_headers=headers, origin=origin) as ws:  # type: ignore[arg-type]
        await ws.send(body, text=True)
        await asyncio.wait_for(ws.wait_closed(), 10)
        return ws.close_code


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


# ---- webhooks --------------------------------------------------------------------------------------------------
async def test_body_of_a_webhook(
    database_url: str, tmp_path: Path, json_corpus: dict[str, bytes], quiet: Quiet
) -> None:
    """As JSON and as a form, signed right and not at all: refused, nothing stored, and the next message comes in."""
    async with open_shop(database_url, tmp_path) as house, crowd(house, 50) as strangers:
        for name, body in json_corpus.items():
            digest = f"{PATH}?bodySHA256={hashlib.sha256(body).hexdigest()}"
            for kind, path in ((JSON["Content-Type"], digest), (FORM, PATH)):
                raw = RawRequest("POST", path, house.url + path, {"content-type": kind}, body)
                good = await house.call("POST", path, headers=signed(raw, TOKEN).headers, data=body)
                assert (good.status, good.data["code"]) == (422, "payload"), (name, kind, good)
            bare = await strangers.call("POST", PATH, headers=JSON, data=body)
            assert (bare.status, bare.data["code"]) == (403, "signature"), (name, bare)
        assert await house.rows(sa.select(tables.touchpoint.c.id)) == []
        assert (await Post(house).message("+447700900456", "Hello")).status == 200
        assert [row.text for row in await house.rows(sa.select(tables.touchpoint.c.text))] == ["Hello"]
    quiet.expect_nothing()
