"""Signing in, staying in, being let through: default deny, nothing told to those who guess (A10, A14)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from aiohttp import web

from interaction_hub.domain.permissions import MARK, PUBLIC, Permission
from interaction_hub.services.administration import PLURALS
from tests.fakes.house import PASSWORD, Answer, House, open_house

FREE_TO_ALL = {
    "/healthz",
    "/readyz",
    "/metrics",
    "/api/openapi.json",
    "/api/v1/sessions",
    "/login",
    "/webhooks/{channel}/{account}",
    "/webhooks/{channel}/{account}/{rest}",
    "/settings/language",
    "/api/v1/setup/{token}",
    "/api/v1/password/{token}",
    "/api/v1/chat/{site}/sessions",
    "/api/v1/chat/{site}/uploads",
}


def routes(house: House) -> list[tuple[str, str, object]]:
    """Method, path and marker of every route of the joined router."""
    app = house.runner.app
    assert isinstance(app, web.Application)
    found = []
    for route in app.router.routes():
        assert route.resource is not None
        found.append((route.method, route.resource.canonical, getattr(route.handler, MARK, None)))
    return found


async def test_description_has_every_route_of_the_api_and_no_other(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        described = json.loads((await house.call("GET", "/api/openapi.json")).body)["paths"]
        kinds = re.compile(rf"/admin/({'|'.join(PLURALS)})(?!/{{key}}/(secret|link))(?=/|$)")
        told = {(method.upper(), kinds.sub("/admin/{kind}", path)) for path in described for method in described[path]}
        there = {(method, path) for method, path, _ in routes(house) if path.startswith("/api/v1/")}
        assert told == {(method, path) for method, path in there if method != "HEAD"}


async def test_every_route_names_its_permission(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        unmarked = [f"{method} {path}" for method, path, mark in routes(house) if mark is None]
        assert unmarked == []
        assert all(mark == PUBLIC or isinstance(mark, Permission) for _, _, mark in routes(house))
        public = {path for method, path, mark in routes(house) if mark == PUBLIC and method not in ("GET", "HEAD")}
        assert public <= FREE_TO_ALL, "whoever opens a writing route to everybody says so here"


async def test_closed_routes_ask_for_a_session(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        for method, path, mark in routes(house):
            if mark == PUBLIC or method == "HEAD" or path.startswith("/ws/"):
                continue
            answer = await house.call(method, re.sub(r"\{[^}]*\}", "x", path), json={})
            assert answer.status == 401, (method, path, answer.status)


async def test_agent_is_kept_from_what_supervisors_do(sqlite_url: str, tmp_path: Path) -> None:
    high = (Permission.WATCH, Permission.STEER, Permission.READ_LOG, Permission.CONFIGURE)
    async with open_house(sqlite_url, tmp_path) as house:
        tried = 0
        for method, path, mark in routes(house):
            if mark not in high or method == "HEAD" or path.startswith("/ws/"):
                continue
            answer = await house.call(method, re.sub(r"\{[^}]*\}", "x", path), "amara", json={})
            assert answer.status == 403, (method, path, answer.status)
            tried += 1
        assert tried > 4


async def test_wrong_name_and_wrong_password_look_the_same(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        wrong = await house.log_in("amara", "not the password")
        unknown = await house.log_in("nobody", PASSWORD)
        assert (wrong.status, wrong.data["code"]) == (401, "sign_in")
        assert (wrong.status, wrong.data) == (unknown.status, unknown.data)
        assert (await house.log_in("amara")).status == 201
        assert (await house.log_in("AMARA ")).status == 201


async def test_guessing_is_slowed_down(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        answers = [await house.log_in("amara", f"guess {number}") for number in range(31)]
        assert [answer.status for answer in answers[:10]] == [401] * 10
        refused = [answer for answer in answers if answer.status == 429]
        assert refused
        assert refused[0].headers["Retry-After"]
        assert (await house.log_in("amara")).status == 429, "the right one does not help him who guesses"


@pytest.mark.parametrize("login", ["a\x00b", "\x00", "a" * 10_000, ""])
async def test_strange_names_are_only_wrong(database_url: str, tmp_path: Path, login: str) -> None:
    async with open_house(database_url, tmp_path) as house:
        answer = await house.log_in(login)
        assert answer.status in (401, 422)
        half = b'{"login": "amara\\ud800", "password": "\\udfff"}'
        answer = await house.call("POST", "/api/v1/sessions", data=half, headers={"Content-Type": "application/json"})
        assert answer.status == 401
        form = await house.call("POST", "/login", data={"login": login, "password": "x"})
        assert form.status == 303


async def test_logout_ends_the_session(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        signed = await house.log_in("amara")
        cookie = signed.headers["Set-Cookie"].partition(";")
        assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie[2].split(";")}
        headers = {"Cookie": cookie[0]}
        assert (await house.call("GET", "/api/v1/me", headers=headers)).status == 200
        other = {"Cookie": (await house.log_in("amara")).headers["Set-Cookie"].partition(";")[0]}
        assert (await house.call("POST", "/logout", headers=headers)).status == 303
        assert (await house.call("GET", "/api/v1/me", headers=headers)).status == 401
        assert (await house.call("GET", "/api/v1/me", headers=other)).status == 200
        await house.hub.access.end_sessions(house.users["amara"])
        assert (await house.call("GET", "/api/v1/me", headers=other)).status == 401


async def test_other_sites_cannot_write(sqlite_url: str, tmp_path: Path) -> None:
    strangers = (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    )
    async with open_house(sqlite_url, tmp_path) as house:
        for method, path, _ in routes(house):
            if method in ("GET", "HEAD") or path.startswith("/webhooks/"):
                continue
            for headers in strangers:
                answer = await house.call(method, re.sub(r"\{[^}]*\}", "x", path), "rk", headers=headers, json={})
                assert (answer.status, answer.data["code"]) == (403, "foreign_origin"), (method, path, headers)
        own = {"Origin": house.url, "Sec-Fetch-Site": "same-origin"}
        body = {"presence": "away", "reason": "lunch"}
        assert (await house.call("PUT", "/api/v1/presence", "amara", headers=own, json=body)).status == 200


async def test_every_answer_carries_the_strict_policy(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        answers: list[Answer] = [
            await house.call("GET", "/healthz"),
            await house.call("GET", "/login", headers={"Accept": "text/html"}),
            await house.call("GET", "/api/v1/me", "amara"),
            await house.call("GET", "/api/v1/nothing"),
            await house.call("POST", "/api/v1/sessions", data=b"{"),
        ]
        for answer in answers:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe-" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
