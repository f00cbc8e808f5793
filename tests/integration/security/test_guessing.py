"""Ten thousand guesses, few of which are looked at (A13), while those who know their password come in (A18)."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from interaction_hub.services.access import Access
from tests.fakes.house import PASSWORD, Answer, House
from tests.integration.security.cast import NEW_PASSWORD, Cast, elsewhere, open_cast

AT_ONCE = 40


class Counting(PasswordHasher):
    """The real hasher, that counts how often a password was compared."""

    compared = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:
        """Compare."""
        self.compared += 1
        return bool(super().verify(hash, password))


def count(access: Access) -> Counting:
    """Put a counter into the hub. Its comparisons are real, and cost next to nothing: only their number matters."""
    access._hasher = counting = Counting(time_cost=1, memory_cost=8, parallelism=1)
    return counting


async def guess(house: House, login: str, number: int, address: str, cookie: str = "") -> int:
    """One guess from an address."""
    body = {"login": login, "password": f"guess number {number}"}
    headers = {"X-Forwarded-For": address, **({"Cookie": cookie} if cookie else {})}
    answer = await house.call("POST", "/api/v1/sessions", json=body, headers=headers)
    return answer.status


async def flood(number: int, one: Callable[[int], Awaitable[int]]) -> Counter[int]:
    """So many, some at a time; how often each status came."""
    gate, found = asyncio.Semaphore(AT_ONCE), Counter[int]()

    async def send(index: int) -> None:
        async with gate:
            found[await one(index)] += 1

    await asyncio.gather(*(send(index) for index in range(number)))
    return found


async def pour(house: House, requests: Iterable[bytes]) -> Counter[int]:
    """Requests one after the other over one connection, as a guesser's program sends them; each status's number."""
    host, _, port = house.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    found = Counter[int]()
    for request in requests:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        (length,) = re.findall(rb"(?i)content-length: (\d+)", head)
        await reader.readexactly(int(length))
        found[int(head.split()[1])] += 1
    writer.close()
    await writer.wait_closed()
    return found


def written(house: House, login: str, number: int, address: str) -> bytes:
    """A guess as it goes over the line."""
    body = json.dumps({"login": login, "password": f"guess number {number}"})
    lines = (
        "POST /api/v1/sessions HTTP/1.1",
        f"Host: {house.url.removeprefix('http://')}",
        f"X-Forwarded-For: {address}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


async def log_in(cast: Cast, login: str, address: str = "", *, cookie: str = "", password: str = PASSWORD) -> Answer:
    """The right password."""
    cast.house.http.cookie_jar.clear()
    headers = {"X-Forwarded-For": address or elsewhere(), **({"Cookie": cookie} if cookie else {})}
    body = {"login": login, "password": password}
    return await cast.house.call("POST", "/api/v1/sessions", json=body, headers=headers)


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_ten_thousand_guesses_at_one_account(sqlite_url: str, tmp_path: Path) -> None:
    """From fifty addresses: each alone would be stopped, and all of them are."""
    addresses = [elsewhere() for _ in range(50)]
    async with open_cast(sqlite_url, tmp_path) as cast:
        hasher = count(cast.house.hub.access)
        before = await cast.ask("owner", "GET", "/api/v1/me")
        guesses = [written(cast.house, "amara", number, addresses[number % 50]) for number in range(10_000)]
        found = sum(await asyncio.gather(*(pour(cast.house, guesses[n::20]) for n in range(20))), Counter[int]())
        assert found.total() == 10_000
        assert set(found) == {401, 429}
        assert 0 < hasher.compared <= 20, hasher.compared
        assert found[401] == hasher.compared
        assert (await log_in(cast, "amara")).status == 429, "the right one does not help him who guesses"
        after = await cast.ask("owner", "GET", "/api/v1/me")
        assert (before.status, after.status) == (200, 200), "who is in stays in"
        for login in ("daniel", "rk", "boss"):
            assert (await log_in(cast, login)).status == 201, "the others come in"


async def test_one_guesser_at_many_accounts(sqlite_url: str, tmp_path: Path) -> None:
    """Names that there are and names that there are not, one password each: the address is what is counted."""
    async with open_cast(sqlite_url, tmp_path) as cast:
        hasher, address = count(cast.house.hub.access), elsewhere()
        names = ("amara", "daniel", "rk", *(f"person{number}" for number in range(997)))
        found = await flood(1_000, lambda number: guess(cast.house, names[number], number, address))
        assert set(found) == {401, 429}
        assert hasher.compared <= 30, "a minute's tries of one address, right ones among them"
        assert (await log_in(cast, "daniel", address)).status == 429
        assert (await log_in(cast, "daniel")).status == 201


async def test_session_does_not_help_to_guess(sqlite_url: str, tmp_path: Path) -> None:
    """Who found an open browser tries its owner's password: counted with the others."""
    async with open_cast(sqlite_url, tmp_path) as cast:
        hasher = count(cast.house.hub.access)

        async def one(number: int) -> int:
            body = {"old": f"guess number {number}", "password": "a quite new password"}
            return (await cast.ask("owner", "POST", "/api/v1/me/password", json=body)).status

        found = await flood(200, one)
        assert set(found) == {422, 429}
        assert hasher.compared <= 20
        assert (await guess(cast.house, "amara", 1, elsewhere())) == 429


async def test_comparisons_are_made_one_at_a_time(sqlite_url: str, tmp_path: Path) -> None:
    """Argon2 takes 64 MiB and a tenth of a second: a crowd waits for it, and the hub goes on."""
    async with open_cast(sqlite_url, tmp_path) as cast:
        slow = PasswordHasher().hash(PASSWORD)
        crowd = [asyncio.create_task(guess(cast.house, f"person{n}", n, elsewhere())) for n in range(4)]
        answers = [await cast.ask("other", "GET", "/api/v1/me") for _ in range(5)]
        assert {answer.status for answer in answers} == {200}
        assert not all(task.done() for task in crowd), "others were served before the crowd was through"
        assert set(await asyncio.gather(*crowd)) == {401}
        assert slow.startswith("$argon2id$")


async def test_guesser_keeps_nobody_out(sqlite_url: str, tmp_path: Path) -> None:
    """Her own browser is known: it is counted apart from those who guess elsewhere, who have no such proof."""
    async with open_cast(sqlite_url, tmp_path) as cast:
        first = await log_in(cast, "amara")
        kept = _kept(first)
        await flood(60, lambda number: guess(cast.house, "amara", number, elsewhere()))
        assert (await log_in(cast, "amara")).status == 429, "somebody at a browser where she never was"
        again = await log_in(cast, "amara", cookie=kept)
        assert again.status == 201
        other = await log_in(cast, "daniel", cookie=kept)
        assert len(_kept(other).partition("=")[2].split("~")) == 2, "a desk that two share knows both"
        assert (await log_in(cast, "amara", cookie=_kept(other))).status == 201
        assert (await log_in(cast, "amara", cookie=kept[:-1] + ("A" if kept[-1] != "A" else "B"))).status == 429


async def test_known_browser_does_not_help_to_guess(sqlite_url: str, tmp_path: Path) -> None:
    """Whoever sits at it has the tries of one place, and a new password ends what it knew."""
    async with open_cast(sqlite_url, tmp_path) as cast:
        hasher = count(cast.house.hub.access)
        kept = _kept(await log_in(cast, "amara"))
        before = hasher.compared
        found = await flood(60, lambda number: guess(cast.house, "amara", number, elsewhere(), kept))
        assert (found[401], found[429]) == (10, 50)
        assert hasher.compared == before + 10
        assert (await log_in(cast, "amara")).status == 201, "elsewhere nothing was counted"
        body = {"old": PASSWORD, "password": NEW_PASSWORD}
        changed = await cast.ask("owner", "POST", "/api/v1/me/password", json=body)
        assert changed.status in (200, 204), changed
        await flood(60, lambda number: guess(cast.house, "amara", number, elsewhere()))
        assert (await log_in(cast, "amara", cookie=kept, password=NEW_PASSWORD)).status == 429


async def test_one_address_locks_nobody_out(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        address = elsewhere()
        found = await flood(60, lambda number: guess(cast.house, "amara", number, address))
        assert (found[401], found[429]) == (10, 50)
        assert (await log_in(cast, "amara")).status == 201, "at a browser where she never was"


def _kept(answer: Answer) -> str:
    """The cookie of the known browser, as it is sent back."""
    cookies = [line.partition(";")[0] for line in answer.headers.getall("Set-Cookie")]  # type: ignore[attr-defined]
    return next(cookie for cookie in cookies if "-device=" in cookie)
