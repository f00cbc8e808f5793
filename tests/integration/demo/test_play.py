"""The newcomer's way: the play page, a message as a customer, the offer in the agent's console beside it."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import websockets

from interaction_hub.demo.company import SAMPLES
from tests.integration.demo.run import Demo

STRANGER = "+447700900555"


@asynccontextmanager
async def page(demo: Demo) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    """A browser that has opened /play: its HTTP session, and the token of the cookie that it got."""
    async with aiohttp.ClientSession() as http, http.get(f"{demo.url}/play") as answer:
        assert answer.status == 200, await answer.text()
        assert "<hub-play" in await answer.text()
        yield http, answer.cookies["__Host-hub"].value


@asynccontextmanager
async def console(demo: Demo, token: str) -> AsyncIterator[Any]:
    """The console in the page's frame."""
    headers = {"Authorization": f"Bearer {token}"}
    address = demo.url.replace("http", "ws") + "/ws/agent"
    async with websockets.connect(address, additional_headers=headers, origin=demo.url, proxy=None) as ws:  # type: ignore[arg-type]
        await ws.send(json.dumps({"op": "hello", "seq": None}))
        yield ws


async def put(ws: Any, kind: str, wanted: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """The first change of this kind that is wanted; with a snapshot before it counted too."""
    async with asyncio.timeout(15):
        while True:
            frame = json.loads(await ws.recv())
            for change in frame.get("changes", ()):
                if change["kind"] == kind and change["op"] == "put" and wanted(change["value"]):
                    return change["value"]  # type: ignore[no-any-return]


async def do(ws: Any, op: str, **arguments: Any) -> None:
    await ws.send(json.dumps({"op": op, "id": str(uuid.uuid4()), "args": arguments}))


@pytest.mark.parametrize("number", [STRANGER, SAMPLES[0].person.number], ids=["stranger", "known"])
async def test_message_is_offered_to_newcomer(demo: Demo, number: str) -> None:
    async with page(demo) as (http, token), console(demo, token) as ws:
        assert json.loads(await ws.recv())["state"]["me"]["presence"] == "available"
        words = f"Hello from {uuid.uuid4()}"
        status, answer = await demo.post(http, "/play/sms", **{"from": number, "to": "+447700900101", "body": words})
        assert (status, bool(answer["id"])) == (202, True)
        offered = await put(ws, "contact", lambda c: c["address"] == number and c["offer"])
        await do(ws, "offer.accept", offer=offered["offer"]["id"])
        await put(ws, "contact", lambda c: c["id"] == offered["id"] and c["state"] == "active")
        await do(ws, "contact.reply", contact=offered["id"], text="And hello to you.")
        message = await phone(demo, http, number, lambda m: m["direction"] == "in" and m["text"].startswith("And"))
        assert (message["other"], message["state"]) == ("+447700900101", "delivered")
        await do(ws, "contact.finish", contact=offered["id"], disposition="answered")


async def phone(
    demo: Demo, http: aiohttp.ClientSession, number: str, wanted: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """The first message of the stream that is wanted."""
    kind = ""
    async with asyncio.timeout(15), http.get(f"{demo.url}/play/stream", params={"number": number}) as answer:
        assert answer.content_type == "text/event-stream"
        async for raw in answer.content:
            line = raw.decode().strip()
            if line.startswith("event: "):
                kind = line[7:]
            elif line.startswith("data: ") and kind == "message" and wanted(found := json.loads(line[6:])):
                return found  # type: ignore[no-any-return]
    raise AssertionError("the stream ended")


async def test_sample_customers_have_a_past(demo: Demo) -> None:
    async with aiohttp.ClientSession() as http:
        chief = await demo.sign_in(http, "rk")
        opened = [e["body"] for e in await demo.events(http, chief) if e["kind"] == "InteractionOpened"]
        found = [await demo.get(http, f"/api/v1/customers/{body['customer']}", chief) for body in opened]
        known = {customer["name"]: customer for customer in found}
        for sample in SAMPLES:
            customer = known[sample.person.name]
            assert (customer["tier"], customer["language"]) == (sample.tier, sample.person.language)
            assert [(fact["label"], fact["value"]) for fact in customer["facts"]] == list(sample.facts)
            page = await demo.get(http, f"/api/v1/customers/{customer['id']}/timeline", chief)
            assert sample.note in [entry["text"] for entry in page["items"]]


async def test_telephone_shows_talk_in_order(demo: Demo) -> None:
    sample = SAMPLES[0]
    wanted = [words for turn in sample.talk for words in turn]
    found: dict[str, dict[str, Any]] = {}

    def collect(message: dict[str, Any]) -> bool:
        found[message["id"]] = message
        return len(found) >= len(wanted)

    async with aiohttp.ClientSession() as http:
        await phone(demo, http, sample.person.number, collect)
    shown = sorted(found.values(), key=lambda message: message["at"])
    assert [message["text"] for message in shown][: len(wanted)] == wanted
    assert len({message["at"] for message in shown}) == len(shown)


async def test_stream_shows_the_log(demo: Demo) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{demo.url}/play/stream?number=%2B447700900001") as answer:
        lines = [await answer.content.readline() for _ in range(2)]
        assert lines[0] == b"event: event\n"
        assert json.loads(lines[1][6:]).keys() == {"position", "kind", "at", "subject"}


async def test_supervisor_view_keeps_agents_session(demo: Demo) -> None:
    """One browser, two names of this machine: the wallboard's session does not replace the console's."""
    port = demo.url.rpartition(":")[2]
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{demo.url}/play/board", allow_redirects=False) as answer:
            assert answer.headers["Location"] == f"http://localhost:{port}/play/board?here=1"
        async with http.get(f"{demo.url}/play/board?here=1", allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/board"
            headers = {"Authorization": f"Bearer {answer.cookies['__Host-hub'].value}"}
        assert (await demo.get(http, "/api/v1/me", headers))["role"] == "supervisor"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/play/sms", {"from": "nobody", "to": "+447700900101", "body": "x"}, 422),
        ("/play/sms", {"from": "+447700900101", "to": "+447700900102", "body": "x"}, 422),
        ("/play/sms", {"from": STRANGER, "to": "+447700900101", "body": " "}, 422),
        ("/play/burst", {"count": 101}, 422),
        ("/play/burst", {"count": True}, 422),
        ("/play/pace", {"pace": "frantic"}, 422),
    ],
)
async def test_nonsense_is_refused_in_words(demo: Demo, path: str, body: dict[str, Any], status: int) -> None:
    async with aiohttp.ClientSession() as http:
        found, answer = await demo.post(http, path, **body)
        assert (found, bool(answer["detail"])) == (status, True)


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
async def test_foreign_pages_are_refused(demo: Demo, headers: dict[str, str]) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{demo.url}/play/burst", json={"count": 1}, headers=headers) as answer:
            assert answer.status == 403
        if "Host" in headers:
            async with http.get(f"{demo.url}/play", headers=headers) as answer:
                assert (answer.status, answer.cookies) == (403, {})
