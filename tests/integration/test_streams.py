"""The live streams: resumed without a gap, cut when nobody reads, closed when nobody may listen (T27, F40, F41)."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import websockets

from interaction_hub.storage import preferences, tables
from interaction_hub.storage.unit import each
from tests.fakes.house import Console, House, documents, open_house
from tests.fakes.upgrade import deaf
from tests.integration.test_matching import available, number, queue_up

CUSTOMER = "+447700900456"


def shown(console: Console) -> dict[str, Any]:
    """What a console shows, in the form of a snapshot: the last 50 messages of each conversation in its list.

    Of pops the composer and who the customer is; what they say of the history is of the moment in which they were sent.
    """
    messages: dict[str, list[dict[str, Any]]] = {}
    for key in console.contacts:
        mine = [message for message in console.messages.values() if message["contact"] == key]
        messages[key] = sorted(mine, key=lambda message: message["seq"])[-50:]
    pops = {key: console.pops[key] for key in console.contacts}
    who = {key: {**pop["customer"], "touchpoints": 0, "composer": pop["composer"]} for key, pop in pops.items()}
    return {"me": console.me, "contacts": console.contacts, "messages": messages, "who": who}


async def fresh(house: House, login: str) -> dict[str, Any]:
    """What a console shows that says hello for the first time now."""
    async with house.console(login) as console:
        return shown(console)


async def work_a_little(console: Console, chance: random.Random) -> None:
    """One act on something that the console shows."""
    if not console.contacts:
        return
    contact = chance.choice(list(console.contacts.values()))
    if contact["state"] == "offered":
        await console.command("offer.accept", offer=contact["offer"]["id"])
    elif chance.random() < 0.3:
        await console.command("contact.finish", contact=contact["id"], disposition="solved")
    else:
        await console.command("contact.reply", contact=contact["id"], text="Yes?")


@pytest.mark.parametrize("seed", [1, 2])
async def test_stream_cut_ten_times_ends_like_a_fresh_one(database_url: str, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    async with open_house(database_url, tmp_path, rules=documents(limit=6, offer_timeout=600)) as house:
        async with house.console("amara") as amara:
            await available(amara)
        console: Console | None = None
        cuts = sorted(chance.sample(range(200), 10))
        sent = 0
        for until in [*cuts, 200]:
            posts = []
            async with house.console("amara", resume=console) as console:
                while sent < until:
                    posts.append(asyncio.create_task(house.text(number(chance.randrange(8)), f"message {sent}")))
                    sent += 1
                    if chance.random() < 0.1:
                        await work_a_little(console, chance)
                if posts and chance.random() < 0.5:
                    await asyncio.wait(posts, return_when=asyncio.FIRST_COMPLETED)
                if until < 200:
                    console.ws.transport.abort()
            await asyncio.gather(*posts)
        assert console is not None
        async with house.console("amara", resume=console) as console:
            await console.reach(await last_of(house, console))
            assert console.gaps == 0
            await house.until(lambda: shows_all(house, console))


async def shows_all(house: House, console: Console) -> bool:
    return shown(console) == await fresh(house, "amara")


async def last_of(house: House, console: Console) -> int:
    """Wait until nothing moves any more, then give the newest position that this agent's stream will name."""

    async def all_sent() -> bool:
        return all(row.state == "done" for row in await house.rows(sa.select(tables.outbox)))

    await house.until(all_sent)
    await house.settled()
    await console.do("presence.set", presence="away", reason="lunch")
    return house.hub.feed.position


async def test_all_consoles_of_an_agent_show_the_same(database_url: str, tmp_path: Path) -> None:
    async with (
        open_house(database_url, tmp_path, rules=documents(limit=6, offer_timeout=600)) as house,
        house.console("amara") as first,
        house.console("amara") as second,
    ):
        await available(first)
        chance = random.Random(3)
        for place in range(30):
            await queue_up(house, place % 8)
            await work_a_little(chance.choice([first, second]), chance)
        position = await last_of(house, first)
        for console in (first, second):
            await console.reach(position)
            assert console.gaps == 0
        assert shown(first) == shown(second) == await fresh(house, "amara")


async def test_resume_from_before_the_ring_gets_a_snapshot(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        async with house.console("amara", seq=10**12) as ahead:
            assert ahead.frames[0]["type"] == "snapshot"
        house.hub.feed.ring.clear()
        async with house.console("amara", seq=1) as behind:
            assert behind.frames[0]["type"] == "snapshot"
            assert behind.frames[0]["seq"] > 1


async def test_frames_of_a_burst_are_chained(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        await available(amara)
        await house.text(CUSTOMER)
        contact = await amara.take()
        texts = [f"burst {part}" for part in range(100)]
        await asyncio.gather(*(house.text(CUSTOMER, text) for text in texts))
        await amara.until(lambda: {m["text"] for m in amara.messages.values()} >= set(texts))
        frames = [frame for frame in amara.frames if frame["type"] in ("snapshot", "delta")]
        assert [frame["prev"] for frame in frames[1:]] == [frame["seq"] for frame in frames[:-1]]
        mine = sorted((m for m in amara.messages.values() if m["kind"] == "message"), key=lambda m: m["seq"])
        assert len({m["seq"] for m in mine}) == 101
        await amara.until(lambda: amara.contacts[contact["id"]]["unread"] == 101)


@pytest.mark.slow
async def test_reader_who_never_reads_is_cut(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("daniel") as daniel:
        await available(daniel)
        await house.text(CUSTOMER, "x" * 1600)
        await daniel.take()
        await asyncio.gather(*(house.text(CUSTOMER, f"{part}" + "x" * 1500) for part in range(49)))
        await daniel.until(lambda: len(daniel.messages) > 49)

        headers = {"Authorization": f"Bearer {await house.sign_in('daniel')}"}
        async with deaf(house.url, "/ws/agent", headers) as line:
            assert await sockets(house) == 1  # who has not said hello is not counted
            for _ in range(100):  # each hello is answered by a snapshot of 80 kB
                await line.send(json.dumps({"op": "hello", "seq": None}))
            await house.until(lambda: is_sockets(house, 2))
            await daniel.do("contact.note", contact=next(iter(daniel.contacts)), text="Others go on.")
            await daniel.until(lambda: any(m["text"] == "Others go on." for m in daniel.messages.values()))
            await house.until(lambda: is_sockets(house, 1), seconds=20)
            line.transport.abort()
        assert daniel.gaps == 0
        assert not [frame for frame in daniel.frames if frame["type"] == "bye"]


async def sockets(house: House) -> int:
    """Open sockets, as the hub counts them."""
    page = (await house.call("GET", "/metrics")).body.decode()
    return int(float(next(line.split()[1] for line in page.splitlines() if line.startswith("hub_sockets "))))


async def is_sockets(house: House, wanted: int) -> bool:
    return await sockets(house) == wanted


async def test_snapshot_that_cannot_be_read_is_one_agents_trouble(database_url: str, tmp_path: Path) -> None:
    """Snapshots are read for several consoles at once (web/greetings.py)."""
    async with open_house(database_url, tmp_path) as house:
        daniel = (await house.get("/api/v1/me", "daniel"))["id"]
        house.hub.ledger.register("spoil", each(lambda tx, _: preferences.save(tx, daniel, "screen", b"{no JSON")))
        await house.hub.ledger.submit("spoil", None)
        headers = {"Authorization": f"Bearer {await house.sign_in('daniel')}"}
        address = house.url.replace("http", "ws") + "/ws/agent"
        async with websockets.connect(address, additional_headers=headers, origin=house.url) as spoiled:  # type: ignore[arg-type]
            await spoiled.send(json.dumps({"op": "hello", "seq": None}))
            async with asyncio.timeout(20), house.console("amara") as amara:
                assert amara.frames[0]["type"] == "snapshot"
            told = json.loads(await asyncio.wait_for(spoiled.recv(), 10))
            assert not told["ok"], told


@pytest.mark.parametrize(("login", "stream"), [("amara", "agent"), ("rk", "supervisor")])
async def test_revoked_session_is_told_within_five_seconds(
    database_url: str, tmp_path: Path, login: str, stream: str
) -> None:
    async with open_house(database_url, tmp_path) as house, house.console(login, stream=stream) as console:
        left = await house.call("POST", "/logout", login)
        assert left.status == 303
        await console.until(lambda: console.frames[-1] == {"type": "bye", "code": "revoked"}, 5)
        await asyncio.wait_for(console.ws.wait_closed(), 5)
        assert (await house.call("GET", "/api/v1/me", login)).status == 401


@pytest.mark.parametrize("stream", ["agent", "supervisor"])
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", None])
async def test_foreign_origin_gets_no_socket(sqlite_url: str, tmp_path: Path, stream: str, origin: str | None) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        headers = {"Authorization": f"Bearer {await house.sign_in('rk')}"}
        address = house.url.replace("http", "ws") + f"/ws/{stream}"
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(address, additional_headers=headers, origin=origin)  # type: ignore[arg-type]
        assert refused.value.response.status_code == 403


@pytest.mark.parametrize(("login", "stream", "status"), [("", "agent", 401), ("amara", "supervisor", 403)])
async def test_socket_needs_the_permission(
    sqlite_url: str, tmp_path: Path, login: str, stream: str, status: int
) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        headers = {"Authorization": f"Bearer {await house.sign_in(login)}"} if login else {}
        address = house.url.replace("http", "ws") + f"/ws/{stream}"
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(address, additional_headers=headers, origin=house.url)  # type: ignore[arg-type]
        assert refused.value.response.status_code == status


async def test_stopping_hub_says_good_bye(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        stopping = asyncio.create_task(house.runner.cleanup())
        await amara.until(lambda: amara.frames[-1] == {"type": "bye", "code": "stopping"})
        await asyncio.wait_for(stopping, 10)
