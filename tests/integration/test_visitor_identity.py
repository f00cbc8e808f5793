"""Who a visitor is: strangers, signed ones, and that nobody gets another one's words or files (A10, A11, A15)."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import websockets
from joserfc import jwt
from joserfc.jwk import OctKey

from channels.contract import VisitorChannel
from interaction_hub.domain import events
from interaction_hub.domain.documents import parse
from interaction_hub.services.rulebook import Publish
from interaction_hub.storage import tables
from tests.fakes.house import House, documents, open_house
from tests.fakes.visitor import Visitor, come, session
from tests.integration.storage.sql import execute

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(database_url, tmp_path, rules=documents(chat={})) as opened:
        yield opened


def signed(house: House, subject: str, *, site: str = "shop", version: int = 1, **claims: Any) -> str:
    """What the site's own server would sign."""
    channel = house.hub.adapters["web"]
    assert isinstance(channel, VisitorChannel)
    key = OctKey.import_key(channel.secret(site, version))
    return jwt.encode({"alg": "HS256"}, {"sub": subject, "exp": int(time.time()) + 600, **claims}, key)


async def test_signed_visitor_is_the_customer_of_his_number(house: House) -> None:
    await house.text("+447700900777", "By SMS")
    visitor = await come(house, identity=signed(house, "42", name="Meiling", phone="+447700900777"))
    assert visitor.session["visitor"] == {"id": "shop:42", "verified": True, "name": "Meiling"}
    assert visitor.session["credential"] == ""
    async with visitor.page():
        await visitor.write("And by chat")
    assert len(await house.log(events.CustomerCreated)) == 1
    rows = await house.rows(sa.select(tables.identity.c.kind, tables.identity.c.verified))
    assert sorted((row.kind, bool(row.verified)) for row in rows) == [("phone", False), ("visitor", True)]


async def test_what_a_stranger_says_of_himself_joins_nobody(house: House) -> None:
    await house.text("+447700900777", "By SMS")
    visitor = await come(house)
    async with visitor.page():
        assert (await visitor.write("Hi", name="Meiling", answer_to="+447700900777"))["ok"]
    assert len(await house.log(events.CustomerCreated)) == 2


async def test_signed_visitor_sees_his_earlier_chats_and_a_stranger_does_not(house: House) -> None:
    for text in ("First chat", "Second chat"):
        visitor = await come(house, identity=signed(house, "42"))
        async with visitor.page():
            await visitor.write(text)
            await visitor.ask("end")
        await execute(house.hub_url, "UPDATE interaction SET last_us = last_us - 7200000000")
    visitor = await come(house, identity=signed(house, "42"))
    async with visitor.page():
        assert visitor.texts == ["First chat", "Second chat"]
    other = await come(house, identity=signed(house, "43"))
    async with other.page():
        assert other.texts == []


async def test_stranger_is_another_once_his_conversation_is_over(house: House) -> None:
    visitor = await come(house)
    async with visitor.page():
        await visitor.write("My order is 40318")
        await visitor.ask("end")
    credential = visitor.session["credential"]
    again = await come(house, credential=credential)
    assert again.session["visitor"] == visitor.session["visitor"], "still the same for half an hour"
    await execute(house.hub_url, "UPDATE interaction SET last_us = last_us - 7200000000")
    stranger = await come(house, credential=credential)
    assert stranger.session["visitor"]["id"] != visitor.session["visitor"]["id"]
    async with stranger.page():
        assert stranger.texts == []


@pytest.mark.parametrize(
    "claims",
    [{"sub": ""}, {"sub": None}, {"sub": ["42"]}, {"exp": 1}, {"exp": "soon"}, {"exp": 2**40}],
)
async def test_identity_that_does_not_hold_is_refused(house: House, claims: dict[str, Any]) -> None:
    answer = await session(house, identity=signed(house, "42", **claims))
    assert (answer.status, answer.data["code"]) == (401, "signed_out")


async def test_identity_of_another_site_or_an_old_secret_is_refused(house: House) -> None:
    for identity in (signed(house, "42", site="other"), signed(house, "42", version=2), "x.y.z", "é"):
        assert (await session(house, identity=identity)).status == 401
    await publish_site(house, secret_version=2, secret_overlap=True)
    assert (await session(house, identity=signed(house, "42", version=1))).status == 201
    await publish_site(house, secret_version=2)
    assert (await session(house, identity=signed(house, "42", version=1))).status == 401
    assert (await session(house, identity=signed(house, "42", version=2))).status == 201


async def publish_site(house: House, **values: Any) -> None:
    site = parse("site", {"key": "shop", "name": "Harbour & Pine", **values}, "test")
    await house.hub.rules.publish(Publish({("site", "shop"): site}, frozenset(), "system:test"))


async def test_site_for_signed_visitors_takes_no_strangers(house: House) -> None:
    await publish_site(house, anonymous=False)
    assert (await session(house)).status == 401
    assert (await session(house, "nowhere")).status == 404


async def test_receipts_of_another_visitors_messages_change_nothing(house: House) -> None:
    async with house.console("amara") as amara:
        await amara.do("presence.set", presence="available")
        one, other = await come(house), await come(house)
        async with one.page(), other.page():
            await one.write("Hello")
            contact = await amara.take()
            sent = await amara.do("contact.reply", contact=contact["id"], text="Hi")
            await other.send("ack", state="read", messages=[sent["message"]])
            await other.write("Now you have read my receipt")
            states = await house.rows(
                sa.select(tables.touchpoint.c.state).where(tables.touchpoint.c.id == sent["message"])
            )
            assert [row.state for row in states] == ["sent"]


async def test_files_are_seen_by_their_own_visitor_alone(house: House) -> None:
    one, other = await come(house), await come(house)
    kept = await one.upload(PNG, "image/png", "..%2Fleg.png")
    assert kept.status == 201, kept
    assert "/" not in kept.data["name"]
    async with one.page(), other.page():
        stolen = await other.write("Mine", files=[kept.data["id"]])
        assert stolen["ok"]
        await other.until(lambda: other.lines and next(iter(other.lines.values()))["files"][0]["state"] == "refused")
        await one.write("See", files=[kept.data["id"]])
        await one.until(lambda: one.lines)
        (line,) = one.lines.values()
        (file,) = line["files"]
        assert (file["type"], file["state"]) == ("image/png", "kept")
        shown = await one.file(file["id"])
        assert (shown.status, shown.headers["Content-Type"]) == (200, "image/png")
        assert "sandbox" in shown.headers["Content-Security-Policy"]
        assert (await other.file(file["id"])).status == 404
    agent = await house.call("GET", f"/api/v1/media/{file['id']}", "amara")
    assert agent.status == 200


@pytest.mark.parametrize(
    ("content", "claimed", "status"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml", 415),
        (b"<script>alert(1)</script>", "image/png", 415),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "image/png", 415),
        (b"x" * 10_000_001, "text/plain", 413),
    ],
)
async def test_what_is_no_picture_is_refused(house: House, content: bytes, claimed: str, status: int) -> None:
    visitor = await come(house)
    assert (await visitor.upload(content, claimed, "a.png")).status == status


async def test_socket_asks_for_a_token_first(house: House) -> None:
    visitor = await come(house)
    address = house.url.replace("http", "ws") + "/ws/chat"
    async with websockets.connect(address, origin=house.url) as ws:  # type: ignore[arg-type]
        for frame in (
            {"op": "message", "id": str(uuid.uuid4()), "text": "Hi"},
            {"op": "hello", "token": visitor.session["credential"], "seq": None},
            {"op": "hello", "token": None},
            {"op": "hello", "token": visitor.session["token"] + "x"},
        ):
            await ws.send(json.dumps(frame))
            answer = json.loads(await asyncio.wait_for(ws.recv(), 5))
            assert answer["error"]["code"] == "signed_out", frame


async def test_socket_of_another_site_is_refused(house: House) -> None:
    address = house.url.replace("http", "ws") + "/ws/chat"
    for origin in ("https://evil.example", None):
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(address, origin=origin)  # type: ignore[arg-type]
        assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    "frame",
    [
        '{"op":"message","id":"1","text":"x"}',
        '{"op":"message","id":"%s"}',
        '{"op":"message","id":"%s","text":"a\\u0000b"}',
        '{"op":"message","id":"%s","text":"\\ud800"}',
        '{"op":"message","id":"%s","text":"x","admin":true}',
        '{"op":"rate","id":"%s","score":"5"}',
        '{"op":"older","before":"1"}',
        '{"op":"offer.accept","id":"%s","args":{}}',
        '{"op":"ack","state":"failed","messages":["x"]}',
        "[" * 10_000,
        "{}",
    ],
)
async def test_hostile_frames_get_an_answer_and_change_nothing(house: House, frame: str) -> None:
    visitor = await come(house)
    async with visitor.page():
        before = len(visitor.frames)
        await visitor.ws.send(frame.replace("%s", str(uuid.uuid4())))
        await visitor.until(lambda: len(visitor.frames) > before)
        assert visitor.frames[-1]["type"] == "result"
        assert visitor.frames[-1]["ok"] is False
        assert (await visitor.write("Still here"))["ok"]
    assert len(await house.log(events.TouchpointAdded)) == 1


async def test_visitor_is_cut_when_his_site_is_gone(house: House) -> None:
    visitor: Visitor = await come(house)
    async with visitor.page():
        await house.hub.rules.publish(Publish({}, frozenset({("site", "shop")}), "system:test"))
        await visitor.until(lambda: visitor.frames[-1].get("type") == "bye", 6)
        assert visitor.frames[-1]["code"] == "revoked"


async def test_token_of_a_fresh_signature_renews_the_same_visitor_alone(house: House) -> None:
    visitor = await come(house, identity=signed(house, "42"))
    async with visitor.page():
        await visitor.write("Hello")
        fresh = (await session(house, identity=signed(house, "42", iat=1))).data
        other = (await session(house, identity=signed(house, "43"))).data
        renewed = await visitor.ask("token", token=fresh["token"])
        assert renewed["result"] == {"until": fresh["until"]}
        refused = await visitor.ask("token", token=other["token"])
        assert refused["error"]["code"] == "signed_out"
        assert (await visitor.write("Still Meiling"))["ok"]
        await visitor.until(lambda: visitor.texts == ["Hello", "Still Meiling"])
