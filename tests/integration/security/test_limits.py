"""Floods are cut off where they come from, and everybody else goes on (A18). Counts are asserted, not times."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

from interaction_hub.domain import events
from tests.fakes.visitor import Visitor
from tests.integration.security.cast import PNG, elsewhere, open_cast
from tests.integration.security.test_guessing import flood


async def test_stranger_at_closed_doors_is_cut_off(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        stranger = {"X-Forwarded-For": elsewhere(), "Authorization": "Bearer " + "x" * 43}

        async def knock(_number: int) -> int:
            return (await cast.house.call("GET", "/api/v1/customers", headers=stranger)).status

        found = await flood(400, knock)
        assert (found[401], found[429]) == (300, 100)
        refused = await cast.house.call("GET", "/api/v1/customers", headers=stranger)
        assert int(refused.headers["Retry-After"]) > 0
        token = await cast.house.sign_in("daniel")
        same_office = {**stranger, "Authorization": f"Bearer {token}"}
        assert (await cast.house.call("GET", "/api/v1/customers", headers=same_office)).status == 200
        assert (await cast.ask("nobody", "GET", "/login")).status == 200, "strangers elsewhere are not he"


async def test_search_and_export_are_limited_by_session(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        await cast.house.sign_in("rk")
        paths = ("/api/v1/search?q=table", "/api/v1/events?limit=500")

        async def read(number: int) -> int:
            return (await cast.ask("supervisor", "GET", paths[number % 2])).status

        found = await flood(1_250, read)
        assert (found[200], found[429]) == (1_200, 50), "whatever addresses they come from"
        for path in paths:
            refused = await cast.ask("supervisor", "GET", path)
            assert refused.headers["Retry-After"]
            assert (await cast.ask("admin", "GET", path)).status == 200
        assert (await cast.ask("other", "GET", paths[0])).status == 200


async def test_forger_of_webhooks_is_cut_off(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        forger = elsewhere()

        async def forge(number: int) -> int:
            headers = {"X-Forwarded-For": forger, "X-Twilio-Signature": "x" * 28}
            form = {"From": f"+4477009{number:05}", "Body": "Forged", "MessageSid": "SM" + "0" * 32}
            return (await cast.house.call("POST", "/webhooks/sms/main/message", headers=headers, data=form)).status

        found = await flood(300, forge)
        assert set(found) == {403, 429}
        assert found[403] <= 60 + 40, "as many as were under way at the sixtieth"
        values = await cast.held()
        assert values["contact"] in cast.amara.contacts, "the carrier's own come through"
        texts = [event.body.channel for event in await cast.house.log(events.TouchpointAdded)]  # type: ignore[attr-defined]
        assert texts.count("sms") == 2, "its message and the line that it was taken; nothing forged"


async def test_chat_has_no_webhook_beside_its_socket(sqlite_url: str, tmp_path: Path) -> None:
    """There would be no limit on it."""
    async with open_cast(sqlite_url, tmp_path) as cast:
        frame = {"op": "message", "id": str(uuid.uuid4()), "text": "By the back door"}
        for path in ("/webhooks/chat/web", "/webhooks/chat/web/x"):
            assert (await cast.ask("visitor A", "POST", path, json=frame)).status == 404
        assert await cast.house.log(events.TouchpointAdded) == []


async def test_visitor_writes_as_fast_as_a_person(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        flooder, other = cast.visitors["visitor A"], cast.visitors["visitor B"]
        second = Visitor(cast.house, flooder.session)
        async with flooder.page(), second.page(), other.page():
            keys = [str(uuid.uuid4()) for _ in range(100)]
            pages = (flooder, second)
            answers = await asyncio.gather(*(pages[n % 2].write(f"flood {n}", key) for n, key in enumerate(keys)))
            refused = [key for key, answer in zip(keys, answers, strict=True) if not answer["ok"]]
            assert len(refused) == 40, "over all his pages"
            assert {answer["error"]["status"] for answer in answers if not answer["ok"]} == {429}
            assert (await other.write("A good word"))["ok"]
            again = await flooder.write("flood again", next(key for key in keys if key not in refused))
            assert again["ok"] is False
        assert len(await cast.house.log(events.TouchpointAdded)) == 61


async def test_frames_that_write_nothing_are_counted(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        visitor, other = cast.visitors["visitor A"], cast.visitors["visitor B"]
        async with visitor.page(), other.page():
            for number in range(650):
                await visitor.send("older", id=str(number), before=str(uuid.uuid4()))
            await visitor.until(lambda: len(visitor.frames) >= 651)
            refused = [frame for frame in visitor.frames[1:] if not frame["ok"]]
            assert len(refused) == 50, "six hundred a minute"
            assert {answer["error"]["code"] for answer in refused} == {"too_many"}
            assert (await other.write("A good word"))["ok"]


async def test_new_visitors_and_files_are_limited_by_address(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        crowd = {"X-Forwarded-For": elsewhere()}

        async def come(_number: int) -> int:
            path = "/api/v1/chat/shop/sessions"
            return (await cast.house.call("POST", path, headers=crowd, json={})).status

        found = await flood(60, come)
        assert (found[201], found[429]) == (30, 30)
        assert (await cast.newcomer()).session["token"]

        async def give(_number: int) -> int:
            headers = {"Content-Type": "image/png", "X-File-Name": "a.png"}
            return (await cast.ask("visitor A", "POST", "/api/v1/chat/shop/uploads", headers=headers, data=PNG)).status

        kept = [await give(number) for number in range(25)]
        assert (kept.count(201), kept.count(429)) == (20, 5), "files that nobody sends"


async def test_opening_sockets_is_limited_by_address(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        headers = {"X-Forwarded-For": elsewhere(), "Origin": cast.house.url}

        async def knock(_number: int) -> int:
            return (await cast.house.call("GET", "/ws/chat", headers=headers)).status

        found = await flood(80, knock)
        assert found[429] == 20
        async with cast.visitors["visitor A"].page():
            pass
