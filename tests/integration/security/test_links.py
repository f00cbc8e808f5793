"""Links that open something by themselves: long, random, ended by time, by use or by a newer one (A20)."""

from __future__ import annotations

import base64
import itertools
import math
from collections import Counter
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa

from interaction_hub.app import Variation
from interaction_hub.domain.documents import parse
from interaction_hub.services.guessing import Attempts, Guessing
from interaction_hub.services.rulebook import Publish
from interaction_hub.storage import tables
from tests.fakes.clocks import SkippingClock
from tests.fakes.house import House, documents, open_house
from tests.fakes.people import make_admin, make_person
from tests.integration.security.cast import NEW_PASSWORD, open_cast


def bits(tokens: list[str]) -> float:
    """How random tokens look: the entropy of their characters over all places, of all bytes that they hold."""
    counted = Counter(itertools.chain.from_iterable(base64.urlsafe_b64decode(token + "==") for token in tokens))
    total = counted.total()
    each = -sum(one / total * math.log2(one / total) for one in counted.values())
    return each * min(len(base64.urlsafe_b64decode(token + "==")) for token in tokens)


async def test_tokens_of_links_hold_enough(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        await make_admin(house)
        tokens = []
        for number in range(40):
            user = await make_person(house, f"person{number}", "Somebody", "agent")
            made = await house.call("POST", f"/api/v1/admin/people/{user}/reset-link", "boss")
            tokens.append(made.data["link"].rpartition("/")[2])
        assert len(set(tokens)) == 40
        assert {len(base64.urlsafe_b64decode(token + "=")) for token in tokens} == {32}
        assert bits(tokens) > 128
        rows = await house.rows(sa.select(tables.password_link))
        assert all(len(row.token_digest) == 32 for row in rows)
        stored = b"".join(bytes(row.token_digest) for row in rows)
        assert not any(token.encode() in stored for token in tokens), "the database alone opens nothing"


@pytest.mark.parametrize("hours", [23.9, 24.1])
async def test_invitation_lasts_a_day(sqlite_url: str, tmp_path: Path, hours: float) -> None:
    clock = SkippingClock()
    async with open_house(sqlite_url, tmp_path, variation=Variation(clock=clock)) as house:
        await make_admin(house)
        body = {"login": "noor", "name": "Noor", "role": "agent"}
        made = await house.call("POST", "/api/v1/admin/people", "boss", json=body)
        clock.skip(hours * 3600)
        path = "/api/v1" + made.data["link"].removeprefix(house.url)
        answers = [await house.call("POST", path, json={"password": NEW_PASSWORD}) for _ in range(2)]
        assert [answer.status for answer in answers] == ([200, 404] if hours < 24 else [404, 404])


async def test_no_word_is_a_link(sqlite_url: str, tmp_path: Path) -> None:
    """Empty ones, ends of true ones, what other programs take for equal, and links of another purpose."""
    async with open_house(sqlite_url, tmp_path) as house:
        await make_admin(house)
        token, _ = await house.hub.links.for_person(house.users["amara"], "system:test")
        words = [
            "0",
            "null",
            "undefined",
            "true",
            "[]",
            "0e0",
            "%20",
            "%00",
            token[:-1],
            token[:-1] + "%00",
            f"{token}x",
        ]
        words += [token.swapcase(), token[::-1], f"{token}%20", f"%0A{token}"]
        for purpose in ("password", "setup"):
            for word in words + ([token] if purpose == "setup" else []):
                for method in ("GET", "POST"):
                    given = {"login": "x", "name": "X", "password": NEW_PASSWORD}
                    body = given if purpose == "setup" else {"password": NEW_PASSWORD}
                    headers = {}
                    house.hub.access._attempts = Attempts(Guessing())  # the limit on guessing has a test of its own
                    answer = await house.call(method, f"/api/v1/{purpose}/{word}", headers=headers, json=body)
                    assert answer.status in (404, 422), (purpose, word)
            assert (await house.call("GET", f"/api/v1/{purpose}/")).status == 404
        assert (await house.call("GET", f"/api/v1/password/{token}")).status == 200


# ---- a screen on a wall ------------------------------------------------------------------------------------------
async def _screens(house: House, **versions: int) -> dict[str, str]:
    """Screens with these versions; their links."""
    made = {
        ("screen", key): parse("screen", {"key": key, "name": key, "link_version": v}, "test")
        for key, v in versions.items()
    }
    await house.hub.rules.publish(Publish(made, frozenset(), "system:test"))
    return {one.key: house.hub.screens.link(one) for one in house.hub.screens.all()}


async def _opens(house: House, link: str) -> tuple[int, int]:
    """Page and socket."""
    page = await house.call("GET", f"/tv/{link}", headers={"Accept": "text/html"})
    try:
        async with house.http.ws_connect(f"{house.url}/ws/tv?link={link}", headers={"Origin": house.url}):
            return page.status, 101
    except aiohttp.WSServerHandshakeError as error:
        return page.status, error.status


async def test_screen_opens_by_its_own_link_alone(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path, rules=documents()) as house:
        links = await _screens(house, north=1, south=1)
        assert await _opens(house, links["north"]) == (200, 101)
        key, version, signature = links["north"].split(".")
        assert len(base64.urlsafe_b64decode(signature)) == 24, "192 bits of an HMAC that only the hub can make"
        other = links["south"].split(".")[2]
        changed = "B" if signature[0] == "A" else "A"
        for forged in (
            f"{key}.{version}.{other}",
            f"{key}.2.{signature}",
            f"south.{version}.{signature}",
            f"{key}.{version}.",
            f"{key}.{version}",
            f"{key}.{version}.{changed}{signature[1:]}",
            f"{key}.{version}.{signature[:-1]}",
            f"{key}.{version}.{signature}A",
        ):
            assert await _opens(house, forged) == (404, 404), forged


async def test_newer_link_ends_the_one_before(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path, rules=documents()) as house:
        first = (await _screens(house, north=1))["north"]
        address = f"{house.url}/ws/tv?link={first}"
        async with house.http.ws_connect(address, headers={"Origin": house.url}) as ws:
            await ws.send_json({"op": "hello", "seq": None})
            assert (await ws.receive_json(timeout=5))["type"] == "snapshot"
            second = (await _screens(house, north=2))["north"]
            while (frame := await ws.receive_json(timeout=5))["type"] != "bye":
                pass
            assert frame["code"] == "revoked"
        assert await _opens(house, first) == (404, 404)
        assert await _opens(house, second) == (200, 101)
        await house.hub.rules.publish(Publish({}, frozenset({("screen", "north")}), "system:test"))
        assert await _opens(house, second) == (404, 404)


# ---- files -------------------------------------------------------------------------------------------------------
async def test_address_of_a_file_opens_nothing(sqlite_url: str, tmp_path: Path) -> None:
    """It is no token: who it is decides each time, and nothing of it is kept by a cache between us."""
    async with open_cast(sqlite_url, tmp_path) as cast:
        values = await cast.file()
        mine = f"/api/v1/chat/shop/files/{values['file']}"
        for path in (mine, f"/api/v1/media/{values['media']}"):
            assert (await cast.ask("nobody", "GET", path)).status == 401
        shown = await cast.ask("visitor A", "GET", mine)
        assert shown.headers["Cache-Control"].startswith("private")
        assert (await cast.ask("visitor B", "GET", mine)).status == 404
        token = cast.visitors["visitor A"].session["token"]
        assert (await cast.ask("nobody", "GET", f"{mine}?token={token}")).status == 401
