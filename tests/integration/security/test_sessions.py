"""The life of a session: a token of the hub's own making, another one at each log-in, and an end that is one (A13)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import sqlalchemy as sa

from interaction_hub.app import Variation
from interaction_hub.domain import events
from interaction_hub.storage import tables
from tests.fakes.clocks import SkippingClock
from tests.fakes.house import PASSWORD, SESSION_HOURS, Answer, House, open_house
from tests.fakes.people import make_admin

COOKIE = "__Host-hub"


def given(answer: Answer) -> str:
    """The token in the cookie that an answer sets."""
    name, _, rest = answer.headers["Set-Cookie"].partition("=")
    assert name == COOKIE
    return rest.partition(";")[0]


async def browser(house: House, path: str = "/api/v1/sessions", token: str = "", login: str = "amara") -> Answer:
    """A browser that holds this cookie signs somebody in."""
    headers = {"Cookie": f"{COOKIE}={token}"} if token else {}
    body = {"login": login, "password": PASSWORD}
    form = path == "/login"
    return await house.call("POST", path, headers=headers, **({"data": body} if form else {"json": body}))


async def works(house: House, token: str) -> bool:
    """Whether a token opens anything."""
    by_cookie = await house.call("GET", "/api/v1/me", headers={"Cookie": f"{COOKIE}={token}"})
    by_header = await house.call("GET", "/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert by_cookie.status == by_header.status
    return by_cookie.status == 200


async def test_planted_token_is_never_a_session(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        for path in ("/api/v1/sessions", "/login"):
            for planted in ("planted-by-somebody-else", "x" * 43, "", "é"):
                fresh = given(await browser(house, path, planted))
                assert fresh != planted
                assert not await works(house, planted or "null")
                assert await works(house, fresh)


async def test_each_log_in_is_another_session(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        elsewhere = given(await browser(house))
        first = given(await browser(house))
        for path in ("/api/v1/sessions", "/login"):
            second = given(await browser(house, path, first))
            assert second != first
            assert not await works(house, first), "what stood in this browser ends with the next log-in in it"
            first = second
        daniels = given(await browser(house, token=first, login="daniel"))
        assert not await works(house, first), "also when somebody else signs in there"
        assert await works(house, daniels)
        assert await works(house, elsewhere), "another browser is not meant"


async def test_tokens_are_random_and_not_kept(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        tokens = [given(await browser(house)) for _ in range(20)]
        assert len(set(tokens)) == 20
        assert all(len(token) >= 43 for token in tokens), "32 bytes in base64"
        assert all(len({token[place] for token in tokens}) > 5 for place in range(42)), (
            "no place that is always the same"
        )
        rows = await house.rows(sa.select(tables.session))
        stored = b"".join(bytes(row.token_digest) for row in rows)
        assert not any(token.encode() in stored for token in tokens)
    assert _files_with(tokens, tmp_path) == []


def _files_with(words: list[str], folder: Path) -> list[str]:
    """Names of files in which one of the words stands."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file.name for file in files if any(word.encode() in file.read_bytes() for word in words)]


async def test_other_role_asks_for_another_log_in(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        await make_admin(house)
        before = given(await browser(house))
        path = f"/api/v1/admin/people/{house.users['amara']}"
        assert (await house.call("PATCH", path, "boss", json={"role": "supervisor"})).status == 200
        assert not await works(house, before)
        after = given(await browser(house, token=before))
        found = await house.call("GET", "/api/v1/me", headers={"Cookie": f"{COOKIE}={after}"})
        assert found.data["role"] == "supervisor"


async def test_log_out_ends_a_program_too(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        token = given(await browser(house))
        assert await works(house, token), "it is known, and kept in memory for a moment"
        left = await house.call("POST", "/logout", headers={"Authorization": f"Bearer {token}"})
        assert left.status == 303
        assert not await works(house, token), "at once, not when the memory ends"
        assert len(await house.log(events.SignedOut)) == 1


async def test_session_ends_by_itself(sqlite_url: str, tmp_path: Path) -> None:
    clock = SkippingClock()
    async with open_house(sqlite_url, tmp_path, variation=Variation(clock=clock)) as house:
        token = given(await browser(house))
        clock.skip((SESSION_HOURS - 0.1) * 3600)
        assert await works(house, token)
        clock.skip(0.2 * 3600)
        house.hub.access.forget()
        assert not await works(house, token)


async def test_all_doors_close_with_a_new_password(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        await make_admin(house)
        tokens = [given(await browser(house)) for _ in range(3)]
        link = await house.call("POST", f"/api/v1/admin/people/{house.users['amara']}/reset-link", "boss")
        path = "/api/v1" + link.data["link"].removeprefix(house.url)
        done = await house.call("POST", path, json={"password": "a quite new password"})
        assert done.status == 200
        assert [await works(house, token) for token in tokens] == [False] * 3
        assert await works(house, given(done))
        await amara.until(lambda: amara.frames[-1] == {"type": "bye", "code": "revoked"}, 5)
        await asyncio.wait_for(amara.ws.wait_closed(), 5)
