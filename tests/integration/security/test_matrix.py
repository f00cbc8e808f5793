"""Every route and every command with everybody who might try: allowed, refused, or not there at all (A14)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from interaction_hub.domain.permissions import MARK
from tests.fakes.house import Answer
from tests.integration.security.cast import ROLES, STAFF, VISITORS, Cast, Values, ids_of, open_cast, places
from tests.integration.security.table import EVERY_ROW, ID_PLACES, ROWS, Row

REFUSALS = (401, 403, 404)


# ---- the table is whole ------------------------------------------------------------------------------------------
async def test_every_route_and_command_has_a_row(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        app = cast.house.runner.app
        assert isinstance(app, web.Application)
        routes = [route for route in app.router.routes() if route.method != "HEAD"]
        found = {f"{route.method} {route.resource.canonical}" for route in routes if route.resource is not None}
        assert len(found) == len(routes), "a route that has no resource, or stands there twice"
        assert all(hasattr(route.handler, MARK) for route in routes)
        commands = {f"{one.method} {one.path}" for one in cast.house.hub.commands.all.values()}
    rows = [row.route for row in EVERY_ROW]
    assert sorted(found - set(rows)) == [], "a route without a row: say who may"
    assert sorted(set(rows) - found) == [], "a row without a route"
    assert len(rows) == len(set(rows)), "two rows for one route"
    assert commands == {row.route for row in ROWS["commands"]} | {"PUT /api/v1/settings/{key}"}


# ---- over HTTP ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("section", ROWS)
async def test_each_cell_over_http(sqlite_url: str, tmp_path: Path, section: str) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        for row in ROWS[section]:
            values = await _refused(cast, row)
            for number, role in enumerate(row.who.may):
                # What somebody ends is ended: each gets a thing, and a session, of his own.
                values = await _values(cast, row) if number else values
                answer = await _ask(cast, role, row, values)
                allowed = answer.status < 400 or answer.status == row.lets
                assert allowed, (row.route, role, answer.status, answer.body[:300])
                if role in STAFF and row.path in ("/logout", "/api/v1/me/sessions"):
                    cast.house.tokens.pop(STAFF[role], None)


async def _refused(cast: Cast, row: Row) -> Values:
    """Everybody who may not; gives what they were kept from."""
    values = await _values(cast, row)
    for role in (role for role in ROLES if role not in row.who.may):
        answer = await _ask(cast, role, row, values)
        assert answer.status == _expected(row, role), (row.route, role, answer.status, answer.body[:300])
        assert answer.status in REFUSALS
        if role in row.who.hidden:
            nothing = await _ask(cast, role, row, ids_of(values, ID_PLACES))
            assert (nothing.status, nothing.data) == (answer.status, answer.data), (row.route, role)
    return values


def _expected(row: Row, role: str) -> int:
    if role in row.who.hidden:
        return 404 if role in (*STAFF, *VISITORS) or row.who.may == () else 401
    return row.who.refused or (403 if role in STAFF else 401)


async def _values(cast: Cast, row: Row) -> Values:
    if row.given == "fresh_document":
        values = await cast.document()
        return {**values, "key": values["fresh"]}
    values: Values = await getattr(cast, row.given)()
    return {"key": "theme", **values}


async def _ask(cast: Cast, role: str, row: Row, values: Values) -> Answer:
    path = places(row.path, values)
    if path.startswith("/ws/"):
        return await _shake_hands(cast, role, path + (f"?link={values['link']}" if "link" in values else ""))
    options: dict[str, Any] = dict(row.options)
    body = row.body(values, cast) if callable(row.body) else row.body
    if body is not None:
        options["json"] = body | ({"login": values["login"] + "x"} if row.route == "POST /api/v1/admin/people" else {})
    return await cast.ask(role, row.method, path, **options)


async def _shake_hands(cast: Cast, role: str, path: str) -> Answer:
    """Open a socket as somebody; what the handshake says."""
    headers = {**await cast.headers(role), "Origin": cast.house.url}
    try:
        async with cast.house.http.ws_connect(cast.house.url + path, headers=headers) as ws:
            return Answer(200, {}, None, str(ws.protocol).encode())
    except aiohttp.WSServerHandshakeError as error:
        return Answer(error.status, {}, None, error.message.encode())


# ---- over sockets ------------------------------------------------------------------------------------------------
async def test_each_command_over_sockets(sqlite_url: str, tmp_path: Path) -> None:
    async with (
        open_cast(sqlite_url, tmp_path) as cast,
        cast.house.console("daniel") as daniel,
        cast.house.console("rk", stream="supervisor") as rk,
        cast.house.console("boss", stream="supervisor") as boss,
    ):
        consoles = {"owner": cast.amara, "other": daniel, "supervisor": rk, "admin": boss}
        commands = {f"{one.method} {one.path}": one for one in cast.house.hub.commands.all.values()}
        for row, command in ((row, commands[row.route]) for row in EVERY_ROW if row.route in commands):
            values = await _values(cast, row)
            for role in (role for role in STAFF if role not in row.who.may):
                answer = await consoles[role].command(command.op, **_arguments(cast, row, values))
                assert answer["error"]["status"] == _expected(row, role), (command.op, role, answer)
            for number, role in enumerate(row.who.may):
                values = await _values(cast, row) if number else values
                answer = await consoles[role].command(command.op, **_arguments(cast, row, values))
                assert answer["ok"], (command.op, role, answer)


def _arguments(cast: Cast, row: Row, values: Values) -> dict[str, Any]:
    body = row.body(values, cast) if callable(row.body) else row.body or {}
    return {**body, **{name: values[name] for name in re.findall(r"\{(\w+)\}", row.path)}}


async def test_visitors_have_no_commands(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        visitor = cast.visitors["visitor A"]
        own = {"message", "ack", "typing", "end", "rate", "token", "older", "pong", "hello", "page"}
        async with visitor.page():
            for op in cast.house.hub.commands.all:
                assert op not in own
                answer = await visitor.ask(op, args={"contact": "x"})
                assert answer["error"]["code"] == "unknown_command", op
