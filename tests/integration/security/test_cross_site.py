"""What another site may do in a signed-in browser: nothing (A12). Every route, with the admin's own cookie."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from interaction_hub.domain.documents import parse
from interaction_hub.services.rulebook import Publish
from tests.fakes.house import Answer
from tests.integration.security.cast import Cast, Values, elsewhere, open_cast, places
from tests.integration.security.table import EVERY_ROW, ROWS, Row

EVIL = "https://evil.example"
FORMS: dict[str, dict[str, Any]] = {
    "a form": {"headers": {"Origin": EVIL, "Sec-Fetch-Site": "cross-site"}, "data": {"login": "amara"}},
    "a form of plain text in a sandbox": {
        "headers": {"Origin": "null", "Content-Type": "text/plain"},
        "data": b'{"presence": "offline", "x": "="}',
    },
    "a script": {"headers": {"Origin": EVIL, "Sec-Fetch-Site": "cross-site"}, "json": {"presence": "offline"}},
    "a script of a sister site": {"headers": {"Sec-Fetch-Site": "same-site"}, "json": {"presence": "offline"}},
}


async def cookie(cast: Cast, login: str = "boss") -> dict[str, str]:
    """What the browser of somebody sends along, whoever asks."""
    return {"Cookie": f"__Host-hub={await cast.house.sign_in(login)}", "X-Forwarded-For": elsewhere()}


async def everything(cast: Cast) -> Values:
    """A value for every place of every route."""
    found: Values = {}
    for maker in ("nothing", "mention", "failed", "file", "person", "password_link", "agent", "screen", "asset"):
        found |= await getattr(cast, maker)()
    return found | {"offer": found["nobody"]} | await cast.document() | await cast.webhook()


async def position(cast: Cast) -> int:
    """How many events there are."""
    return len(await cast.house.log())


@pytest.mark.parametrize("form", FORMS)
async def test_no_writing_route_listens_to_another_site(sqlite_url: str, tmp_path: Path, form: str) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        values, given = await everything(cast), FORMS[form]
        before = await position(cast)
        for row in EVERY_ROW:
            if row.method == "GET" or row.path.startswith("/webhooks/"):
                continue
            headers = {**await cookie(cast), **given["headers"]}
            path = places(row.path, values)
            answer = await cast.house.call(row.method, path, **{**given, "headers": headers})
            assert (answer.status, answer.data["code"]) == (403, "foreign_origin"), row.route
        assert await position(cast) == before
        mine = {**await cookie(cast), "Origin": cast.house.url, "Sec-Fetch-Site": "same-origin"}
        body = {"value": "dark"}
        assert (await cast.house.call("PUT", "/api/v1/settings/theme", headers=mine, json=body)).status == 200


async def test_cookie_opens_no_webhook(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        headers = {**await cookie(cast), "Origin": EVIL}
        form = {"From": "+447700900999", "Body": "Hello"}
        answer = await cast.house.call("POST", "/webhooks/sms/main/message", headers=headers, data=form)
        assert (answer.status, answer.data["code"]) == (403, "signature")


async def test_reading_changes_nothing(sqlite_url: str, tmp_path: Path) -> None:
    """A link on another site brings the cookie along (SameSite=Lax): no GET may be an act."""
    async with open_cast(sqlite_url, tmp_path) as cast:
        values = await everything(cast)
        before = await position(cast)
        for row in EVERY_ROW:
            if row.method == "GET":
                headers = {**await cookie(cast), "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
                await cast.house.call("GET", places(row.path, values), headers=headers)
        assert await position(cast) == before
        users = cast.house.hub.people
        person = await users.get(values["person"])
        assert (person["sessions"], person["active"]) == (1, True)


async def test_no_answer_is_shared_with_other_sites(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        values = await everything(cast)
        for row in EVERY_ROW:
            path, headers = places(row.path, values), {**await cookie(cast), "Origin": EVIL}
            asked = {**headers, "Access-Control-Request-Method": row.method}
            answers = [await cast.house.call("OPTIONS", path, headers=asked)]
            if row.method == "GET" and not row.path.startswith("/ws/"):
                answers.append(await cast.house.call("GET", path, headers=headers))
            for answer in answers:
                shared = [name for name in answer.headers if name.lower().startswith("access-control-")]
                assert shared == [], row.route
                open_to_all = row.path in ("/widget.js", "/chat/frame/{site}")
                policy = answer.headers["Cross-Origin-Resource-Policy"]
                assert policy == "same-origin" or open_to_all, row.route
            assert answers[0].status in (403, 404, 405), row.route


async def test_pages_are_framed_by_nobody_else(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        site = {"key": "shop", "name": "Harbour & Pine", "origins": ["https://shop.example.com"]}
        changed = {("site", "shop"): parse("site", site, "test")}
        await cast.house.hub.rules.publish(Publish(changed, frozenset(), "system:test"))
        values = await everything(cast)
        for row in ROWS["pages"]:
            answer = await _page(cast, row, values)
            if answer.status == 303 or row.path == "/chat":
                continue
            assert _ancestors(answer) == _who_may_frame(row), row.route


async def _page(cast: Cast, row: Row, values: Values) -> Answer:
    headers = {**await cookie(cast), "Accept": "text/html"}
    return await cast.house.call("GET", places(row.path, values), headers=headers)


def _ancestors(answer: Answer) -> str:
    directives = (part.strip() for part in answer.headers["Content-Security-Policy"].split(";"))
    (found,) = [part.partition(" ")[2] for part in directives if part.startswith("frame-ancestors ")]
    return found


def _who_may_frame(row: Row) -> str:
    own = {"/chat/frame/{site}": "'self' https://shop.example.com", "/chat/{site}": "'none'"}
    return own.get(row.path, "'self'")
