"""Sockets: who gets one, from which page, and for how long (A10). Foreign pages, old rights, tokens in addresses."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import aiohttp
import pytest
import websockets
from aiohttp import web
from structlog.testing import capture_logs

from interaction_hub.app import Variation
from interaction_hub.domain import events
from interaction_hub.domain.permissions import public
from interaction_hub.services.hub import Hub
from tests.fakes.house import House, open_house
from tests.fakes.people import make_admin, make_person
from tests.integration.security.cast import PASSWORD, Cast, open_cast, places
from tests.integration.security.table import ROWS


async def handshake(cast: Cast, path: str, **headers: str) -> int:
    """Ask for a socket, with the admin's cookie; the status of the answer, 101 if it opened."""
    given = {"Cookie": f"__Host-hub={await cast.house.sign_in('boss')}", **headers}
    try:
        async with cast.house.http.ws_connect(cast.house.url + path, headers=given):
            return 101
    except aiohttp.WSServerHandshakeError as error:
        return error.status


async def test_no_socket_opens_for_another_page(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        own = cast.house.url
        foreign = (
            "https://evil.example",
            "null",
            "",
            own.replace("http:", "https:"),
            own + ".evil.example",
            own.replace("127.0.0.1", "localhost"),
            own.rpartition(":")[0],
            f"{own}/",
        )
        values = {**await cast.held(), **await cast.screen()}
        before = len(await cast.house.log(events.ConversationRead))
        for row in ROWS["sockets"]:
            path = places(row.path, values) + (f"?link={values['link']}" if row.path == "/ws/tv" else "")
            assert await handshake(cast, path) == 403, "no Origin, no browser of ours"
            for origin in foreign:
                assert await handshake(cast, path, Origin=origin) == 403, (row.route, origin)
            assert await handshake(cast, path, Origin=own, **{"Sec-Fetch-Site": "cross-site"}) == 403
            plain = await cast.ask("supervisor", "GET", path)
            assert plain.status == 403, "a link to a socket is no reading that anybody did"
        assert len(await cast.house.log(events.ConversationRead)) == before
        assert await handshake(cast, "/ws/supervisor", Origin=own) == 101


async def test_token_in_an_address_opens_nothing(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        token = await cast.house.sign_in("boss")
        for name in ("token", "access_token", "session", "ticket", "__Host-hub"):
            for path in ("/ws/agent", "/ws/supervisor"):
                address = f"{cast.house.url}{path}?{name}={token}"
                with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                    await cast.house.http.ws_connect(address, headers={"Origin": cast.house.url})
                assert refused.value.status == 401
            answer = await cast.house.call("GET", f"/api/v1/me?{name}={token}")
            assert answer.status == 401


@pytest.mark.parametrize("stream", ["agent", "supervisor"])
async def test_lost_permission_closes_the_open_socket(sqlite_url: str, tmp_path: Path, stream: str) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        await make_admin(house)
        await _give_role(house, ["work", "watch", "steer"])
        await make_person(house, "lead", "Team Lead", "lead")
        async with house.console("lead", stream=stream) as lead:
            await _give_role(house, ["read_log"])
            await lead.until(lambda: lead.frames[-1] == {"type": "bye", "code": "revoked"}, 5)
        assert (await house.call("GET", "/api/v1/me", "lead")).status == 200, "he is signed in, and that is all"
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with house.console("lead", stream=stream, seq=lead.seq):
                pass
        assert refused.value.response.status_code == 403, "nor does he get on where he was"


async def test_reading_ends_with_the_right_to_it(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        house, values = cast.house, await cast.held()
        await _give_role(house, ["work", "watch", "steer"])
        await make_person(house, "lead", "Team Lead", "lead")
        path = f"/ws/supervisor/contacts/{values['contact']}"
        headers = {"Authorization": f"Bearer {await house.sign_in('lead')}", "Origin": house.url}
        async with house.http.ws_connect(house.url + path, headers=headers) as ws:
            await ws.send_json({"op": "hello", "seq": None})
            assert (await ws.receive_json(timeout=5))["type"] == "snapshot"
            await _give_role(house, ["work", "watch"])
            assert await ws.receive_json(timeout=5) == {"type": "bye", "code": "revoked"}


async def test_other_role_closes_all_sockets(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house, house.console("rk", stream="supervisor") as rk:
        await make_admin(house)
        path = f"/api/v1/admin/people/{house.users['rk']}"
        assert (await house.call("PATCH", path, "boss", json={"role": "agent"})).status == 200
        await rk.until(lambda: rk.frames[-1] == {"type": "bye", "code": "revoked"}, 5)
        assert (await house.call("GET", "/api/v1/me", "rk")).status == 401, "he signs in anew, as what he is now"


async def _give_role(house: House, permissions: list[str]) -> None:
    found = await house.call("GET", "/api/v1/admin/roles/lead", "boss")
    seen = {"If-Match": found.headers["ETag"]} if found.status == 200 else {"If-None-Match": "*"}
    body = {"name": "Team Lead", "permissions": permissions}
    answer = await house.call("PUT", "/api/v1/admin/roles/lead", "boss", headers=seen, json=body)
    assert answer.status in (200, 201), answer.data


# ---- what the log says -------------------------------------------------------------------------------------------
def _broken(_hub: Hub) -> Iterable[web.AbstractRouteDef]:
    @public
    async def fail(_request: web.Request) -> web.Response:
        raise RuntimeError("a bug")

    return [web.get("/password/{token}/broken", fail)]


async def test_no_token_stands_in_the_log(sqlite_url: str, tmp_path: Path) -> None:
    with capture_logs() as lines:
        async with open_house(sqlite_url, tmp_path, variation=Variation(extra_routes=_broken)) as house:
            await make_admin(house)
            signed = (await house.log_in("amara")).data["token"]
            link = f"/api/v1/admin/people/{house.users['amara']}/reset-link"
            reset = (await house.call("POST", link, "boss")).data["link"].rpartition("/")[2]
            await house.log_in("amara", "the-wrong-password")
            for path in (f"/password/{reset}", f"/password/{reset}/nowhere", f"/password/{reset}/broken"):
                await house.call("GET", path)
            bearer = {"Authorization": f"Bearer {signed}"}
            await house.call("GET", f"/ws/agent?token={signed}", headers=bearer)
            await house.call("POST", "/webhooks/sms/main", headers=bearer, data=b"x")
            async with house.console("rk", stream="supervisor") as rk:
                await rk.ws.send(json.dumps({"op": "offer.accept", "id": "x", "args": {"offer": signed}}))
                await rk.ws.send(json.dumps({"op": signed, "id": "y"}))
                await rk.until(lambda: len(rk.frames) >= 3)
    said = {line["event"]: line for line in lines}
    assert said["request_failed"]["route"] == "/password/{token}/broken", "the route is named, the address is not"
    assert "bad_signature" in said
    assert [secret for secret in (signed, reset, PASSWORD, "the-wrong-password") if secret in repr(lines)] == []
