"""Somebody else's things named in the body, in a query or by a frame; and fields that are nobody's to set (A14)."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from interaction_hub.domain import events
from tests.fakes.house import PASSWORD
from tests.integration.security.cast import NEW_PASSWORD, PNG, Cast, Values, open_cast, places
from tests.integration.security.table import ROWS, Row

PRIVILEGED: dict[str, Any] = {
    "id": "00000000-0000-0000-0000-000000000000",
    "role": "admin",
    "permissions": ["configure"],
    "agent": "00000000-0000-0000-0000-000000000000",
    "agent_id": "00000000-0000-0000-0000-000000000000",
    "user": "00000000-0000-0000-0000-000000000000",
    "actor": "system:test",
    "customer_id": "00000000-0000-0000-0000-000000000000",
    "state": "ended",
    "at": 1,
    "created_us": 1,
    "password_hash": "x",
    "active": True,
    "steers": True,
    "direction": "in",
    "__proto__": {"role": "admin"},
}


# ---- things of others --------------------------------------------------------------------------------------------
async def test_file_of_another_is_no_file(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast, cast.house.console("daniel") as daniel:
        waiting = await cast.waiting()
        await daniel.do("presence.set", presence="available")
        mine = await daniel.take()
        assert mine["id"] == waiting["contact"]
        foreign, own = await cast.upload("owner"), await cast.upload("other")
        stolen = await daniel.command("contact.reply", contact=mine["id"], text="See", files=[foreign])
        absent = await daniel.command("contact.reply", contact=mine["id"], text="See", files=[str(uuid.uuid4())])
        assert stolen["error"] == absent["error"]
        assert stolen["error"]["code"] == "file_gone"
        assert (await daniel.command("contact.reply", contact=mine["id"], text="See", files=[own]))["ok"]


async def test_file_of_another_visitor_is_no_file(sqlite_url: str, tmp_path: Path) -> None:
    """Also for somebody who has a conversation of his own."""
    async with open_cast(sqlite_url, tmp_path) as cast:
        file = (await cast.file())["file"]
        other = cast.visitors["visitor B"]
        async with other.page():
            assert (await other.write("Good morning"))["ok"]
        path = f"/api/v1/chat/shop/files/{file}"
        assert (await cast.ask("visitor A", "GET", path)).status == 200
        assert (await cast.ask("visitor B", "GET", path)).status == 404


async def test_upload_is_nobodys_until_it_is_sent(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        upload = await cast.upload("owner")
        for role in ("owner", "other", "supervisor", "admin"):
            assert (await cast.ask(role, "GET", f"/api/v1/media/{upload}")).status == 404


async def test_media_follow_the_history(database_url: str, tmp_path: Path) -> None:
    """Any agent may read any customer's history, by the search or by its page: the files in it are no secret of it."""
    async with open_cast(database_url, tmp_path) as cast:
        media = (await cast.file())["media"]
        found = await cast.ask("other", "GET", "/api/v1/customers")
        for customer in found.data["items"]:
            path = f"/api/v1/customers/{customer['id']}/timeline"
            entries = (await cast.ask("other", "GET", path)).data["items"]
            urls = [file["url"] for entry in entries for file in entry["media"]]
            assert urls == [f"/api/v1/media/{media}"]
            assert (await cast.ask("other", "GET", urls[0])).status == 200
        assert len(found.data["items"]) == 1
        for role in ("nobody", "visitor A", "visitor B"):
            assert (await cast.ask(role, "GET", f"/api/v1/media/{media}")).status == 401


async def test_own_things_are_shown_to_nobody_else(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast, cast.house.console("rk", stream="supervisor") as rk:
        values = await cast.held()
        word = "canary-of-amara"
        await cast.amara.do("draft.save", contact=values["contact"], kind="reply", text=word)
        await cast.amara.do("settings.save", key="screen", value={"theme": word})
        await rk.do("contact.whisper", contact=values["contact"], text=f"whispered {word}")
        await cast.house.hub.search.caught_up()
        shown = [
            "/api/v1/work",
            "/api/v1/settings",
            f"/api/v1/customers/{values['customer']}/timeline",
            f"/api/v1/directory?contact={values['contact']}",
            f"/customers/{values['customer']}",
            "/work",
            "/settings",
            "/day",
        ]
        for path in shown:
            answer = await cast.ask("other", "GET", path)
            assert answer.status == 200, path
            assert word not in answer.body.decode(), path
        for asked in ("canary", "whispered"):
            found = (await cast.ask("other", "GET", f"/api/v1/search?q={asked}")).data
            assert (found["history"], found["customers"]) == ([], [])
        mine = await cast.ask("owner", "GET", "/api/v1/work")
        assert mine.body.decode().count(word) >= 3, "draft, setting, whisper: hers to see"


async def test_day_of_another_is_for_those_who_watch(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        for agent in (cast.house.users["amara"], str(uuid.uuid4())):
            answer = await cast.ask("other", "GET", f"/api/v1/day?agent={agent}")
            assert (answer.status, answer.data["code"]) == (403, "not_allowed"), "whoever it is, and if it is nobody"
        path = f"/api/v1/day?agent={cast.house.users['amara']}"
        assert (await cast.ask("supervisor", "GET", path)).status == 200


async def test_typing_in_anothers_conversation_is_not_told(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast, cast.house.console("daniel") as daniel:
        values = await cast.waiting()
        visitor = await cast.newcomer()
        async with visitor.page():
            await visitor.write("Hello")
            for contact in {values["contact"], *cast.amara.contacts}:
                await daniel.ws.send(f'{{"op": "typing", "contact": "{contact}", "on": true}}')
            await daniel.do("presence.set", presence="away", reason="lunch")
            assert not [frame for frame in visitor.frames if frame["type"] == "signal"]


# ---- fields that are nobody's to set -------------------------------------------------------------------------------
async def test_commands_refuse_every_other_field(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        commands = {f"{one.method} {one.path}": one for one in cast.house.hub.commands.all.values()}
        values = {**await cast.mention(), **await cast.agent(), "offer": str(uuid.uuid4()), "key": "theme"}
        values |= {"message": str(uuid.uuid4()), "version": 1}
        for login in ("amara", "boss"):
            await cast.house.sign_in(login)
        before, tried = len(await cast.house.log()), 0
        for row in (row for rows in ROWS.values() for row in rows if row.route in commands):
            for field in sorted(PRIVILEGED.keys() - commands[row.route].arguments.model_fields.keys()):
                body = {**_body(cast, row, values), field: PRIVILEGED[field]}
                answer = await cast.ask(_worker(row), row.method, places(row.path, values), json=body)
                assert (answer.status, set(answer.data["fields"])) == (422, {field}), (row.route, field, answer.data)
                tried += 1
            twice = {**_body(cast, row, values), **_target(row, values)}
            answer = await cast.ask(_worker(row), row.method, places(row.path, values), json=twice)
            assert answer.status == (422 if _target(row, values) else 200), (row.route, "what stands in the address")
        assert tried > 400
        left = await cast.house.log(after=before)
        assert {type(event.body) for event in left} <= {events.PresenceChanged}, "the one that names nothing"


async def test_people_and_documents_refuse_every_other_field(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        values = {**await cast.document(), **await cast.password_link(), **await cast.person()}
        asked: list[tuple[str, str, dict[str, Any], set[str]]] = [
            ("POST", "/api/v1/admin/people", {"login": "noor", "name": "Noor", "role": "agent"}, {"role"}),
            ("PATCH", "/api/v1/admin/people/{person}", {"name": "Noor"}, {"role", "active"}),
            ("PUT", "/api/v1/admin/{kind}/{fresh}", {"name": "Magic"}, set()),
            ("POST", "/api/v1/me/password", {"old": PASSWORD, "password": NEW_PASSWORD}, set()),
            ("POST", "/api/v1/password/{token}", {"password": NEW_PASSWORD}, set()),
        ]
        for method, path, body, meant in asked:
            for field in sorted(PRIVILEGED.keys() - meant):
                options = {"json": {**body, field: PRIVILEGED[field]}, "headers": {"If-None-Match": "*"}}
                answer = await cast.ask("admin", method, places(path, values), **options)
                assert answer.status == 422, (path, field, answer.data)
        people = (await cast.ask("admin", "GET", "/api/v1/admin/people")).data["items"]
        assert "noor" not in {one["login"] for one in people}
        assert (await cast.house.log_in("boss")).status == 201, "his password is still the old one"


async def test_log_in_gives_no_other_role(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        body = {"login": "daniel", "password": PASSWORD, **PRIVILEGED, "user_id": cast.house.users["boss"]}
        signed = await cast.ask("nobody", "POST", "/api/v1/sessions", json=body)
        headers = {"Authorization": f"Bearer {signed.data['token']}"}
        found = (await cast.house.call("GET", "/api/v1/me", headers=headers)).data
        assert (found["id"], found["role"]) == (cast.house.users["daniel"], "agent")


async def test_visitor_sets_nothing_but_his_words(sqlite_url: str, tmp_path: Path) -> None:
    async with open_cast(sqlite_url, tmp_path) as cast:
        claim = {"verified": True, "sub": "shop:42", "visitor": {"verified": True}, "site": "other", **PRIVILEGED}
        admitted = await cast.ask("nobody", "POST", "/api/v1/chat/shop/sessions", json=claim)
        assert (admitted.status, admitted.data["visitor"]["verified"]) == (201, False)
        visitor = cast.visitors["visitor A"]
        async with visitor.page():
            for field in (*PRIVILEGED.keys() - {"id"}, "verified", "sub", "sender", "kind", "author"):
                answer = await visitor.write("Hello", **{field: PRIVILEGED.get(field, "x")})
                assert answer["ok"] is False, field
            assert visitor.texts == []
        headers = {"Content-Type": "image/png", "X-File-Name": "a.png", "X-Owner": "user:boss", "X-Role": "admin"}
        kept = await cast.ask("visitor A", "POST", "/api/v1/chat/shop/uploads", headers=headers, data=PNG)
        assert set(kept.data) == {"id", "name", "type", "size"}


def _body(cast: Cast, row: Row, values: Values) -> dict[str, Any]:
    return row.body(values, cast) if callable(row.body) else dict(row.body or {})


def _worker(row: Row) -> str:
    """Somebody whose role may call it."""
    return "owner" if "owner" in row.who.may else "admin"


def _target(row: Row, values: Values) -> dict[str, Any]:
    return {name: value for name, value in values.items() if f"{{{name}}}" in row.path}
