"""More than the hub can take: the excess is told to come again, others go on, what was taken is there once (A18)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa
import websockets

from interaction_hub.services.admission import Admission
from interaction_hub.storage import tables
from interaction_hub.storage.unit import Lane, Tx, each
from interaction_hub.web.chat_socket import FRAMES as VISITORS_FRAMES
from interaction_hub.web.seats import PER_SESSION, PER_VISITOR
from interaction_hub.web.throttle import FRAMES, HELLOS
from tests.fakes.house import Answer, House
from tests.fakes.upgrade import deaf
from tests.fakes.visitor import Visitor
from tests.fuzz.texts import Post, fields_of
from tests.integration.security.cast import open_cast

TEXTS = sa.select(tables.touchpoint.c.text).where(
    tables.touchpoint.c.direction == "in", tables.touchpoint.c.account == "main"
)


@contextmanager
def slow_disk(house: House) -> Iterator[None]:
    """Nothing is committed while the block runs."""
    goes_on, held = threading.Event(), threading.Event()

    def hold(_tx: Tx, _item: None) -> None:
        held.set()
        goes_on.wait(20)

    house.hub.ledger.register("hold", each(hold), Lane.PEOPLE)
    house.hub.ledger.submit("hold", None)
    held.wait(5)
    try:
        yield
    finally:
        goes_on.set()


async def gauge(house: House, name: str) -> float:
    """A figure of /metrics."""
    page = (await house.call("GET", "/metrics")).body.decode()
    return float(next(line.split()[1] for line in page.splitlines() if line.startswith(f"{name} ")))


async def test_texts_beyond_the_gates_are_told_to_come_again(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        house = cast.house
        house.hub.admission = Admission(at_once=4, of_one=2, room=6)
        forms = [fields_of(f"+4477009{number:05d}", f"text {number}") for number in range(30)]
        visitor = cast.visitors["visitor B"]
        await house.sign_in("daniel")
        async with visitor.page():
            with slow_disk(house):
                posts = [asyncio.create_task(Post(house).form(form)) for form in forms]
                await house.until(lambda: shed(house, 22))
                assert await gauge(house, "hub_intake_inside") == 2
                assert await gauge(house, "hub_intake_waiting") == 6
                chat = asyncio.create_task(visitor.write("Is anybody there?"))
                command = asyncio.create_task(cast.amara.command("presence.set", presence="available"))
                assert (await cast.ask("other", "GET", "/api/v1/me")).status == 200
            answers = await asyncio.gather(*posts)
            assert (await chat)["ok"], "another account's gate is open"
            assert (await command)["ok"]
        refused = [(form, answer) for form, answer in zip(forms, answers, strict=True) if answer.status != 200]
        assert len(refused) == 22
        for _, answer in refused:
            assert (answer.status, answer.data["code"]) == (503, "busy")
            assert int(answer.headers["Retry-After"]) == answer.data["retry_after"] > 0
        taken = sorted(form["Body"] for form, answer in zip(forms, answers, strict=True) if answer.status == 200)
        assert sorted(row.text for row in await house.rows(TEXTS)) == taken
        for form, _ in refused:  # the carrier comes again
            assert (await Post(house).form(form)).status == 200
        assert sorted(row.text for row in await house.rows(TEXTS)) == sorted(form["Body"] for form in forms)
        await house.until(lambda: at_rest(house))
        assert (await house.history()).faults == []


async def at_rest(house: House) -> bool:
    """Nothing waits anywhere."""
    return not sum(
        [await gauge(house, f"hub_{name}") for name in ("intake_inside", "intake_waiting", "ledger_waiting")]
    )


async def shed(house: House, number: int) -> bool:
    return await gauge(house, "hub_intake_shed_total") == number


async def test_forged_text_is_refused_in_a_flood_too(sqlite_url: str, tmp_path: Path) -> None:
    """That there is no room tells nobody anything: a forger is refused as a forger, or told to come again like all."""
    async with open_cast(sqlite_url, tmp_path) as cast:
        cast.house.hub.admission = Admission(at_once=1, of_one=1, room=1)
        with slow_disk(cast.house):
            forms = [fields_of(f"+4477009{number:05d}", "text") for number in range(2)]
            posts = [asyncio.create_task(Post(cast.house).form(form)) for form in forms]
            forged = await cast.ask("nobody", "POST", "/webhooks/sms/main", data={"Body": "forged"})
            assert forged.status in (403, 503)
        assert {answer.status for answer in await asyncio.gather(*posts)} == {200}
        assert len(await cast.house.rows(TEXTS)) == 2


# ---- sockets ---------------------------------------------------------------------------------------------------
async def opened(house: House, login: str, stack: AsyncExitStack) -> Answer | aiohttp.ClientWebSocketResponse:
    """A console of his, or the answer that there is none."""
    headers = {"Authorization": f"Bearer {await house.sign_in(login)}", "Origin": house.url}
    try:
        return await stack.enter_async_context(house.http.ws_connect(f"{house.url}/ws/agent", headers=headers))
    except aiohttp.WSServerHandshakeError as error:
        return Answer(error.status, error.headers or {}, None, b"")


async def test_session_has_so_many_sockets(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast, AsyncExitStack() as stack:
        found = [await opened(cast.house, "daniel", stack) for _ in range(PER_SESSION + 5)]
        refused = [one for one in found if isinstance(one, Answer)]
        assert [one.status for one in refused] == [429] * 5
        assert int(refused[0].headers["Retry-After"]) > 0
        assert not isinstance(await opened(cast.house, "rk", stack), Answer), "others are not he"
        first = found[0]
        assert isinstance(first, aiohttp.ClientWebSocketResponse)
        await first.close()

        async def again() -> bool:
            return not isinstance(await opened(cast.house, "daniel", stack), Answer)

        assert await cast.house.until(again), "a closed one is free for the next"


async def test_visitor_has_so_many_pages(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast, AsyncExitStack() as stack:
        session = cast.visitors["visitor A"].session
        pages = [await stack.enter_async_context(Visitor(cast.house, session).page()) for _ in range(PER_VISITOR + 2)]
        last = pages[-1].frames[0]
        assert (last["ok"], last["error"]["code"]) == (False, "too_many")
        assert (await pages[-1].write("Hello?"))["error"]["code"] == "signed_out"
        assert (await pages[0].write("Hello"))["ok"]


async def test_commands_of_a_session_are_counted(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast, cast.house.console("daniel") as daniel:
        for _ in range(FRAMES.amount):
            await daniel.ws.send('{"op":"typing","contact":"x","on":true}')
        refused = await daniel.command("presence.set", presence="available")
        assert (refused["error"]["status"], refused["error"]["code"]) == (429, "too_many")
        assert refused["error"]["retry_after"] > 0
        async with cast.house.console("daniel") as second:
            again = await second.command("presence.set", presence="available")
            assert again["error"]["code"] == "too_many", "over all his sockets"
        assert (await cast.amara.command("presence.set", presence="available"))["ok"]


@pytest.mark.parametrize("frame", [b"x", "x", "[" + "1," * 50_000 + "1]"], ids=["binary", "no JSON", "large list"])
async def test_frames_without_sense_are_counted_too(sqlite_url: str, tmp_path: Path, frame: str | bytes) -> None:
    """They are not even looked at, once there are too many."""
    async with open_cast(sqlite_url, tmp_path) as cast:
        url, visitor = cast.house.url, cast.visitors["visitor A"]
        hello = json.dumps({"op": "hello", "token": visitor.session["token"], "seq": None})
        async with websockets.connect(url.replace("http", "ws") + "/ws/chat", origin=url) as line:  # type: ignore[arg-type]
            await line.send(hello)
            for _ in range(VISITORS_FRAMES.amount + 5):
                await line.send(frame)
            said = [json.loads(await asyncio.wait_for(line.recv(), 20)) for _ in range(VISITORS_FRAMES.amount + 6)]
        codes = [one["error"]["code"] for one in said if one["type"] == "result"]
        assert codes.count("too_many") >= 5
        assert codes.count("frame") <= VISITORS_FRAMES.amount
        assert (await cast.amara.command("presence.set", presence="available"))["ok"]


async def test_hellos_of_a_session_are_counted(sqlite_url: str, tmp_path: Path) -> None:
    """Each is answered by all that the console shows."""
    async with open_cast(sqlite_url, tmp_path) as cast, cast.house.console("daniel") as daniel:
        for _ in range(HELLOS.amount):
            await daniel.ws.send('{"op":"hello","seq":null}')
        await daniel.until(lambda: any(frame["type"] == "result" for frame in daniel.frames), 30)
        snapshots = [frame for frame in daniel.frames if frame["type"] == "snapshot"]
        assert len(snapshots) <= HELLOS.amount
        assert (await daniel.command("presence.set", presence="available"))["ok"]


async def test_one_lost_session_closes_its_own_sockets(sqlite_url: str, tmp_path: Path) -> None:
    """All sockets are watched together."""
    async with open_cast(sqlite_url, tmp_path) as cast, AsyncExitStack() as stack:
        house = cast.house
        daniel = await stack.enter_async_context(house.console("daniel"))
        board = await stack.enter_async_context(house.console("rk", stream="supervisor"))
        assert (await house.call("POST", "/logout", "daniel")).status == 303
        await daniel.until(lambda: daniel.frames[-1] == {"type": "bye", "code": "revoked"}, 5)
        assert (await cast.amara.command("presence.set", presence="available"))["ok"]
        house.tokens.pop("daniel")
        again = await stack.enter_async_context(house.console("daniel"))
        assert (await again.command("presence.set", presence="available"))["ok"]
        assert not [frame for one in (cast.amara, board) for frame in one.frames if frame["type"] == "bye"]


@pytest.mark.slow
async def test_visitor_who_never_reads_is_cut(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        house, other = cast.house, cast.visitors["visitor B"]
        writer = cast.visitors["visitor A"]
        async with writer.page(), other.page():
            for number in range(50):
                assert (await writer.write(f"{number} " + "x" * 3_000))["ok"]
            async with deaf(house.url, "/ws/chat") as line:
                for _ in range(200):  # each is answered by all that he wrote
                    await line.send(json.dumps({"op": "hello", "token": writer.session["token"], "seq": None}))
                await house.until(lambda: is_open(house, 3))
                assert (await other.write("Others go on"))["ok"]
                await house.until(lambda: is_open(house, 2), seconds=20)
                await asyncio.wait_for(hung_up(line), 20)  # nor does the hub keep what nobody fetches
            assert (await writer.write("And so do I", str(uuid.uuid4())))["ok"]


async def is_open(house: House, wanted: int) -> bool:
    return await gauge(house, "hub_chat_sockets") == wanted


async def hung_up(ws: websockets.ClientConnection) -> None:
    """Wait until the hub has let go of the line; whoever does not read learns it by what he cannot send."""
    with contextlib.suppress(websockets.ConnectionClosed):
        while True:
            await ws.send('{"op":"pong"}')
            await asyncio.sleep(0.1)
