"""Who a visitor says he is, in every shape that is no signature; and what a second one learns of the first (A15)."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from joserfc import jwt
from joserfc.jwk import OctKey

from channels.contract import VisitorChannel
from interaction_hub.domain import events
from interaction_hub.domain.documents import parse
from interaction_hub.services.rulebook import Publish
from interaction_hub.storage import tables
from tests.fakes.visitor import come, session
from tests.integration.security.cast import Cast, elsewhere, open_cast
from tests.integration.test_visitor_identity import publish_site, signed


async def admit(cast: Cast, **given: Any) -> tuple[int, dict[str, Any]]:
    """Ask for a session with these values, whatever they are."""
    headers = {"X-Forwarded-For": elsewhere()}
    answer = await cast.house.call("POST", "/api/v1/chat/shop/sessions", headers=headers, json=given)
    return answer.status, answer.data


NO_IDENTITY = (["x.y.z"], 1, 1.5, True, {"sub": "42"}, "x" * 8_001, " ", "null", "..", "a.b", "x.y.z", "\u0000")
NOTHING_SAID = ("", None, [], {}, 0, False)


async def test_identity_of_no_shape_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        for anonymous in (True, False):
            await publish_site(cast.house, anonymous=anonymous)
            for value in NO_IDENTITY:
                status, found = await admit(cast, identity=value)
                assert status in (401, 422), (value, found)
                assert "token" not in found
            for value in NOTHING_SAID:
                status, found = await admit(cast, identity=value)
                assert status == (201 if anonymous else 401), value
                assert found.get("visitor", {}).get("verified") is (False if anonymous else None)


async def test_nothing_said_is_nobody_where_all_are_signed(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        stranger = (await admit(cast))[1]
        await publish_site(cast.house, anonymous=False)
        for given in ({}, {"identity": ""}, {"identity": None}, {"credential": stranger["credential"]}):
            assert (await admit(cast, **given))[0] == 401, given
        assert (await admit(cast, identity=signed(cast.house, "42")))[0] == 201


async def test_other_ways_to_sign_are_none(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        claims = {"sub": "42", "exp": int(time.time()) + 600}
        genuine = signed(cast.house, "42").rpartition(".")[2]
        for header in ({"alg": "none"}, {"alg": "HS512"}, {"alg": "RS256"}, {"alg": "HS256", "jku": "x"}, {}):
            for signature in ("", genuine, "AA"):
                identity = ".".join((_encoded(header), _encoded(claims), signature))
                assert (await admit(cast, identity=identity))[0] == 401, (header, signature)


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


async def test_guessed_secrets_sign_nobody(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        channel = cast.house.hub.adapters["web"]
        assert isinstance(channel, VisitorChannel)
        claims = {"sub": "42", "exp": int(time.time()) + 600}
        for secret in ("", "0", "secret", "shop", channel.secret("other", 1), channel.secret("shop", 2)):
            key = OctKey.import_key(secret.ljust(32, "0"))
            assert (await admit(cast, identity=jwt.encode({"alg": "HS256"}, claims, key)))[0] == 401


async def test_our_own_tokens_are_no_identity(sqlite_url: str, tmp_path: Path) -> None:
    """Nor is an identity a credential, nor a credential a token."""
    async with open_cast(sqlite_url, tmp_path) as cast:
        stranger = (await admit(cast))[1]
        for word in (stranger["token"], stranger["credential"]):
            assert (await admit(cast, identity=word))[0] == 401
        for word in (stranger["token"], signed(cast.house, "42"), "x.y.z"):
            status, found = await admit(cast, credential=word)
            assert status == 401 or found["visitor"]["id"] != stranger["visitor"]["id"]
        path = "/api/v1/chat/shop/files/00000000-0000-0000-0000-000000000000"
        for word in (stranger["credential"], signed(cast.house, "42"), ""):
            headers = {"Authorization": f"Bearer {word}"}
            assert (await cast.house.call("GET", path, headers=headers)).status == 401


async def test_two_people_at_one_computer_stay_two(database_url: str, tmp_path: Path) -> None:
    """The first signs out; the second is signed by the site, with the first one's credential still in the browser."""
    async with open_cast(database_url, tmp_path) as cast:
        house = cast.house
        first = await come(house)
        async with first.page():
            await first.write("My order is 40318")
        second = await come(house, identity=signed(house, "43"), credential=first.session["credential"])
        assert second.session["visitor"] == {"id": "shop:43", "verified": True, "name": ""}
        assert second.session["credential"] == "", "nothing of him stays in the browser"
        async with second.page():
            assert second.texts == []
            await second.write("Mine is 50777")
            third = await come(house, credential=second.session["credential"])
            async with third.page():
                assert third.texts == []
            line = next(iter(second.lines))
            older = await second.ask("older", before=next(iter(first.lines)))
            assert (older["result"]["messages"], line in first.lines) == ([], False)
        assert len(await house.log(events.CustomerCreated)) == 2
        rows = await house.rows(sa.select(tables.identity.c.verified).where(tables.identity.c.kind == "visitor"))
        assert sorted(bool(row.verified) for row in rows) == [False, True]


async def test_stranger_is_as_long_as_a_key(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        found = [(await admit(cast))[1] for _ in range(20)]
        ids = {one["visitor"]["id"] for one in found}
        assert len(ids) == 20
        assert all(len(one) >= 32 for one in ids), "192 random bits"
        for one in found:
            signature = one["token"].rpartition(".")[2]
            assert len(base64.urlsafe_b64decode(signature + "=")) == 32, "HMAC-SHA256"


async def test_chat_of_one_site_is_not_the_others(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        made = {("site", "other"): parse("site", {"key": "other", "name": "Other"}, "test")}
        await cast.house.hub.rules.publish(Publish(made, frozenset(), "system:test"))
        visitor = cast.visitors["visitor A"]
        async with visitor.page():
            await visitor.write("For the shop")
        answer = await session(cast.house, "other", credential=visitor.session["credential"])
        assert answer.status == 401 or answer.data["visitor"]["id"] != visitor.session["visitor"]["id"]
        assert (await session(cast.house, "other", identity=signed(cast.house, "42"))).status == 401
        headers = {"Authorization": f"Bearer {visitor.session['token']}"}
        path = "/api/v1/chat/other/files/00000000-0000-0000-0000-000000000000"
        assert (await cast.house.call("GET", path, headers=headers)).status == 404
