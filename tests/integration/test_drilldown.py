"""From the wallboard down: every figure is that of the log, and a screen on a wall knows no name."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import websockets

from interaction_hub.domain import events
from interaction_hub.domain.documents import parse
from interaction_hub.services.rulebook import Publish
from tests.fakes.house import Console, House, open_house
from tests.integration.test_matching import available, number, queue_up, waiting_rows

CANARY = "Canary Wharfinger"
SCREEN = {"key": "floor", "name": "Floor", "queues": ["deliveries"], "link_version": 1}


async def publish(house: House, kind: str, **body: Any) -> None:
    document = parse(kind, body, "test")
    await house.hub.rules.publish(Publish({(kind, document.key): document}, frozenset(), "test"))


async def drill(house: House, path: str) -> Any:
    return await house.get(f"/api/v1/{path}", "rk")


@dataclass
class Wall:
    """A screen that has said hello, and every frame that it got, as text."""

    ws: Any
    frames: list[str] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def listen(self) -> None:
        async for text in self.ws:
            self.frames.append(str(text))
            async with self.changed:
                self.changed.notify_all()

    async def until(self, part: str, seconds: float = 20) -> str:
        """Wait for a frame with these words."""
        async with asyncio.timeout(seconds), self.changed:
            while not (found := [frame for frame in self.frames if part in frame]):
                await self.changed.wait()
            return found[0]


@asynccontextmanager
async def wall(house: House, link: str) -> AsyncIterator[Wall]:
    address = house.url.replace("http", "ws") + f"/ws/tv?link={link}"
    async with websockets.connect(address, origin=house.url) as ws:  # type: ignore[arg-type]
        opened = Wall(ws)
        listener = asyncio.create_task(opened.listen())
        try:
            await ws.send(json.dumps({"op": "hello", "seq": None}))
            await opened.until('"snapshot"')
            yield opened
        finally:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)


async def answer_one(console: Console) -> dict[str, Any]:
    contact = await console.take()
    await console.do("contact.end", contact=contact["id"])
    await console.do("contact.finish", contact=contact["id"], disposition="solved")
    return contact


async def test_queue_page_says_what_happened(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        await available(amara)
        await queue_up(house, 1)
        taken = await answer_one(amara)
        await amara.do("presence.set", presence="away", reason="lunch")
        await queue_up(house, 2, 3, 4)
        await house.text(number(2), "STOP")
        rows = {row.address: row for row in await waiting_rows(house)}
        async with house.console("rk", stream="supervisor") as boss:
            asked = await boss.do("waiting.move", contact=rows[number(4)].id, queue="returns")
            await house.answered(rows[number(4)].id, asked["position"])

        async def settled() -> Any:
            page = await drill(house, "queues/deliveries")
            idle = [one["idle"] for one in page["waiting"]]
            told = (page["queue"]["waiting"], len(page["left"]), idle)
            return page if told == (1, 3, [{"can": 0, "of": 1}]) else None

        page = await house.until(settled)
        (waits,) = page["waiting"]
        assert (waits["place"], waits["address"].replace(" ", "")) == (1, number(3))
        assert waits["needs"] == [{"skill": "en", "name": "English", "level": 2}]
        assert [one["how"] for one in page["left"]] == ["moved", "short", "answered"]
        moved, _, answered = page["left"]
        assert moved["queue"]["name"] == "Returns"
        assert (answered["contact"], answered["agent"]["name"], answered["rule"]) == (
            taken["id"],
            "Amara Osei",
            "longest_idle",
        )
        assert (await drill(house, "queues/returns"))["waiting"][0]["id"] == rows[number(4)].id


async def test_quarters_add_up_to_the_recomputed_day(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        await available(amara)
        for place in range(6):
            await queue_up(house, place)
            await answer_one(amara)

        async def equal() -> Any:
            board = await drill(house, "board?recompute=1")
            page = await drill(house, "queues/deliveries")
            again = board["recomputed"]["deliveries"]
            summed = {name: sum(quarter[name] for quarter in page["quarters"]) for name in ("offered", "answered")}
            shown = {name: page["queue"][name] for name in again}
            return shown == again and summed == {"offered": 6, "answered": 6} and page

        page = await house.until(equal)
        assert page["queue"]["recent"]["answered"] == 6
        assert page["queue"]["likely"] is not None


async def test_agent_page_has_his_log(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        await available(amara)
        await queue_up(house, 1)
        contact = await amara.take()
        async with house.console("rk", stream="supervisor") as boss:
            await boss.do("agent.presence", agent=house.users["amara"], presence="away", reason="lunch")

        async def written() -> Any:
            page = await drill(house, f"agents/{house.users['amara']}")
            return page if page["agent"]["reason"] == "lunch" else None

        page = await house.until(written)
        assert [one["id"] for one in page["held"]] == [contact["id"]]
        newest = page["log"][0]
        assert (newest["what"], newest["values"]["reason"], newest["values"]["by"]) == (
            "presence",
            "lunch",
            "Ravi Kapoor",
        )
        assert {line["what"] for line in page["log"]} <= {"presence", "lost"}


async def test_agents_may_not_look_down(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        for path in ("queues/deliveries", f"agents/{house.users['daniel']}", "screens"):
            assert (await house.call("GET", f"/api/v1/{path}", "amara")).status == 403
            assert (await house.call("GET", f"/api/v1/{path}")).status == 401
        for path in ("queues/none", "agents/none"):
            assert (await house.call("GET", f"/api/v1/{path}", "rk")).status == 404
        assert (await house.call("GET", "/board/contacts/x", "amara")).status == 403
        assert (await house.call("GET", "/board/contacts/x", "rk")).status == 404


async def test_alert_comes_and_goes_with_the_agents(database_url: str, tmp_path: Path) -> None:
    async with (
        open_house(database_url, tmp_path) as house,
        house.console("rk", stream="supervisor") as boss,
        house.console("amara") as amara,
    ):
        await queue_up(house, 1)
        await boss.until(lambda: ("alert", "nobody:deliveries") in boss.board, 12)
        assert boss.board["alert", "nobody:deliveries"]["values"] == {"waiting": 1}
        await available(amara)
        await boss.until(lambda: ("alert", "nobody:deliveries") not in boss.board)
        assert boss.gaps == 0


async def test_screen_shows_figures_and_no_names(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        await publish(house, "screen", **SCREEN)
        (screen,) = (await drill(house, "screens"))["items"]
        await available(amara)
        await queue_up(house, 1)
        contact = await amara.take()
        customer = contact["customer"]["id"]
        version = (await house.get(f"/api/v1/customers/{customer}", "amara"))["version"]
        await amara.do("customer.update", customer=customer, version=version, name=CANARY)
        await amara.do("presence.set", presence="away", reason="lunch")
        link = screen["path"].removeprefix("/tv/")

        await house.hub.board.caught_up()
        async with wall(house, link) as opened:
            await queue_up(house, 1, 2, 3)
            await opened.until("nobody:deliveries")
            page = await house.call("GET", screen["path"])
            said = "".join(opened.frames) + page.body.decode()
        for secret in (CANARY, "Canary", "Amara", "Daniel", "Ravi", number(1), number(1)[-6:], "44 7700", "returns"):
            assert secret not in said, secret
        first = json.loads(opened.frames[0])
        assert [queue["id"] for queue in first["state"]["queues"]] == ["deliveries"]


async def test_old_link_is_refused_and_its_screen_cut(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        await publish(house, "screen", **SCREEN)
        (screen,) = (await drill(house, "screens"))["items"]
        link = screen["path"].removeprefix("/tv/")
        async with wall(house, link) as opened:
            await publish(house, "screen", **{**SCREEN, "link_version": 2})
            await opened.until('"revoked"')
        with pytest.raises(websockets.InvalidStatus):
            async with wall(house, link):
                pass
        page = await house.call("GET", screen["path"])
        assert page.status == 404
        assert "link is no longer in use" in page.body.decode()
        assert "Deliveries" not in page.body.decode()
        (fresh,) = (await drill(house, "screens"))["items"]
        assert (await house.call("GET", fresh["path"])).status == 200


async def test_screen_may_ask_for_nothing(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        await publish(house, "screen", **SCREEN)
        (screen,) = (await drill(house, "screens"))["items"]
        before = len(await house.log())
        async with wall(house, screen["path"].removeprefix("/tv/")) as opened:
            await opened.ws.send(json.dumps({"op": "presence.set", "id": "1", "args": {"presence": "available"}}))
            assert '"ok":false' in await opened.until('"result"')
        assert len(await house.log()) == before


async def test_reading_is_in_the_log_and_nowhere_else(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        await available(amara)
        await queue_up(house, 1)
        contact = await amara.take()
        seen = len(amara.frames)
        await house.call("GET", f"/board/contacts/{contact['id']}", "rk")
        assert await house.log(events.ConversationRead) == []
        headers = {"Authorization": f"Bearer {await house.sign_in('rk')}"}
        address = house.url.replace("http", "ws") + f"/ws/supervisor/contacts/{contact['id']}"
        async with websockets.connect(address, additional_headers=headers, origin=house.url) as ws:  # type: ignore[arg-type]
            await ws.send(json.dumps({"op": "hello", "seq": None}))
            first = json.loads(await ws.recv())
        assert first["state"]["contact"]["id"] == contact["id"]
        assert len(await house.logged(events.ConversationRead)) == 1
        assert not any("ConversationRead" in json.dumps(frame) for frame in amara.frames[seen:])
