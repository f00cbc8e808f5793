"""Who may sign in: links that work once, roles of the company's own, sessions that are ended, the last admin."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from interaction_hub.domain import events
from interaction_hub.durations import HOUR
from interaction_hub.storage import tables
from tests.fakes.house import PASSWORD, Answer, House, open_house
from tests.fakes.people import make_admin, make_person

NEW = "a quite new password"
DEAD = {"status": 404, "code": "link"}


async def of_link(house: House, link: str, password: str = NEW) -> Answer:
    """Use a link as its reader would."""
    return await house.call("POST", "/api/v1" + link.removeprefix(house.url), json={"password": password})


def is_dead(answer: Answer) -> bool:
    return DEAD.items() <= answer.data.items()


async def test_first_admin_comes_by_a_link_once(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        token = await house.hub.links.for_first_admin()
        spare = await house.hub.links.for_first_admin()
        assert len(token) >= 43
        path = f"/api/v1/setup/{token}"
        assert (await house.call("GET", path)).data["purpose"] == "setup"
        body = {"login": "boss", "name": "The Boss", "password": NEW}
        for wrong in ({"password": "short"}, {"login": "Not a login!"}, {"name": " "}, {"password": "boss-boss" * 99}):
            refused = await house.call("POST", path, json=body | wrong)
            assert (refused.status, set(refused.data["fields"])) == (422, set(wrong)), wrong
        made = await house.call("POST", path, json=body)
        assert made.status == 200
        assert "__Host-hub=" in made.headers["Set-Cookie"]
        assert (await house.log_in("boss", NEW)).status == 201
        for dead in (token, spare, "x" * 43, "é"):
            assert is_dead(await house.call("POST", f"/api/v1/setup/{dead}", json=body | {"login": "two"})), dead
            assert is_dead(await house.call("GET", f"/api/v1/setup/{dead}"))
        assert await house.hub.links.for_first_admin() == "", "there is one"
        assert (await house.history()).faults == []


async def test_link_is_used_by_one_of_many(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        token = await house.hub.links.for_first_admin()
        bodies = [{"login": f"boss{n}", "name": "The Boss", "password": NEW} for n in range(4)]
        answers = await asyncio.gather(*(house.call("POST", f"/api/v1/setup/{token}", json=body) for body in bodies))
        assert sorted(answer.status for answer in answers) == [200, 404, 404, 404]


async def test_lost_password_comes_back_by_a_link(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        await make_admin(house)
        amara = house.users["amara"]
        old = (await house.log_in("amara")).data["token"]
        ask = f"/api/v1/admin/people/{amara}/reset-link"
        first = (await house.call("POST", ask, "boss")).data["link"]
        link = (await house.call("POST", ask, "boss")).data["link"]
        assert is_dead(await of_link(house, first)), "a newer one ends it"
        weak = await of_link(house, link, "amara" * 1)
        assert weak.status == 422
        assert (await of_link(house, link, "Amara Osei")).status == 422, "not the own name"
        done = await of_link(house, link)
        assert done.status == 200
        assert is_dead(await of_link(house, link)), "it works once"
        session = {"Authorization": f"Bearer {old}"}
        assert (await house.call("GET", "/api/v1/me", headers=session)).status == 401, "all sessions have ended"
        assert (await house.log_in("amara")).status == 401
        assert (await house.log_in("amara", NEW)).status == 201
        made = await house.log(events.PasswordLinkMade)
        assert {event.actor for event in made} == {f"user:{house.users['boss']}"}
        stored = await house.rows(tables.password_link.select())
        assert link.rpartition("/")[2].encode() not in b"".join(bytes(row.token_digest) for row in stored)


async def test_old_links_are_dead(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        await make_admin(house)
        link = (await house.call("POST", f"/api/v1/admin/people/{house.users['amara']}/reset-link", "boss")).data[
            "link"
        ]
        token = link.rpartition("/")[2]
        later = house.hub.clock.now() + 25 * HOUR
        house.hub.links._clock = _Later(later)  # type: ignore[assignment]
        assert is_dead(await house.call("GET", f"/api/v1/password/{token}"))


class _Later:
    """A clock that stands tomorrow."""

    def __init__(self, at: int) -> None:
        self._at = at

    def now(self) -> int:
        return self._at


async def test_guessing_links_is_slowed_down(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        answers = [await house.call("GET", f"/api/v1/password/{n:043d}") for n in range(40)]
        assert {answer.status for answer in answers} == {404, 429}


async def test_people_are_added_with_a_link(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        await make_admin(house)
        body = {"login": "noor", "name": "Noor Haddad", "role": "agent"}
        made = await house.call("POST", "/api/v1/admin/people", "boss", json=body)
        assert made.status == 201
        assert made.data["person"]["password"] is False
        assert (await house.log_in("noor", "")).status in (401, 422)
        assert (await of_link(house, made.data["link"])).status == 200
        assert (await house.log_in("noor", NEW)).status == 201
        taken = await house.call("POST", "/api/v1/admin/people", "boss", json=body)
        assert (taken.status, taken.data["fields"]) == (409, {"login": "noor is taken."})
        for wrong in ({"login": "No or"}, {"name": ""}, {"role": "king"}, {"password_hash": "x"}):
            answer = await house.call("POST", "/api/v1/admin/people", "boss", json=body | {"login": "x"} | wrong)
            assert (answer.status, set(answer.data["fields"])) == (422, set(wrong)), wrong
        extra = {"name": "N", "password_hash": "x"}
        changed = await house.call("PATCH", f"/api/v1/admin/people/{made.data['person']['id']}", "boss", json=extra)
        assert changed.status == 422


async def test_own_role_may_what_it_says(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        await make_admin(house)
        await make_person(house, "lead", "Team Lead", "agent")
        role = {"name": "Reader", "permissions": ["watch"]}
        headers = {"If-None-Match": "*"}
        assert (await house.call("PUT", "/api/v1/admin/roles/reader", "boss", json=role, headers=headers)).status == 201
        path = f"/api/v1/admin/people/{house.users['lead']}"
        assert (await house.call("PATCH", path, "boss", json={"role": "reader"})).status == 200

        async def may(path: str) -> int:
            return (await house.call("GET", path, "lead")).status

        house.tokens.pop("lead", None)
        assert (await may("/api/v1/board"), await may("/api/v1/work"), await may("/api/v1/admin/people")) == (
            200,
            403,
            403,
        )
        found = await house.call("GET", "/api/v1/admin/roles/reader", "boss")
        wider = {"name": "Reader", "permissions": ["work"]}
        seen = {"If-Match": found.headers["ETag"]}
        assert (await house.call("PUT", "/api/v1/admin/roles/reader", "boss", json=wider, headers=seen)).status == 200
        await asyncio.sleep(2.1)
        assert (await may("/api/v1/board"), await may("/api/v1/work")) == (403, 200), "within the cache's two seconds"
        built_in = await house.call("PUT", "/api/v1/admin/roles/agent", "boss", json=wider, headers=headers)
        assert (built_in.status, set(built_in.data["fields"])) == (422, {"key"})


async def test_unknown_role_may_only_leave(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        await make_person(house, "ghost", "Ghost", "was-removed")
        assert (await house.call("GET", "/api/v1/me", "ghost")).status == 200
        for path in ("/api/v1/work", "/api/v1/board", "/api/v1/admin/people", "/api/v1/events"):
            assert (await house.call("GET", path, "ghost")).status == 403
        assert (await house.call("GET", "/", "ghost")).headers["Location"] == "/password"
        assert (await house.call("POST", "/logout", "ghost")).status == 303


async def test_ended_sessions_close_open_sockets(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        await make_admin(house)
        began = time.monotonic()
        ended = await house.call("DELETE", f"/api/v1/admin/people/{house.users['amara']}/sessions", "boss")
        assert ended.data == {"ended": 1}
        await amara.until(lambda: [frame for frame in amara.frames if frame["type"] == "bye"])
        assert time.monotonic() - began < 5
        assert amara.frames[-1]["code"] == "revoked"
        assert (await house.call("GET", "/api/v1/me", "amara")).status == 401


async def test_who_may_sign_in_no_more_leaves_his_work(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        await make_admin(house)
        await amara.do("presence.set", presence="available", reason="", after_contact=False)
        await house.text("+447700900301")
        await amara.take()
        path = f"/api/v1/admin/people/{house.users['amara']}"
        done = await house.call("PATCH", path, "boss", json={"active": False})
        assert (done.data["active"], done.data["presence"], done.data["sessions"]) == (False, "offline", 0)
        queued = await house.logged(events.ContactQueued, number=2)
        assert queued[-1].body.queue == "deliveries", "the customer waits again"  # type: ignore[attr-defined]
        assert (await house.log_in("amara")).status == 401
        again = await house.call("POST", f"{path}/reset-link", "boss")
        assert (again.status, again.data["code"]) == (409, "inactive")
        assert (await house.call("PATCH", path, "boss", json={"active": True})).data["active"] is True
        assert (await house.log_in("amara")).status == 201
        assert (await house.history()).faults == []


async def test_last_admin_stays(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        boss = await make_admin(house)
        path = f"/api/v1/admin/people/{boss}"
        for change in ({"active": False}, {"role": "agent"}):
            answer = await house.call("PATCH", path, "boss", json=change)
            assert (answer.status, answer.data["code"]) == (409, "last_admin")
        second = await make_admin(house, "second", "The Second")
        assert (await house.call("PATCH", path, "second", json={"role": "agent"})).status == 200
        last = await house.call("PATCH", f"/api/v1/admin/people/{second}", "second", json={"active": False})
        assert last.status == 409


async def test_own_password_needs_the_old_one(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        mine, other = [(await house.log_in("amara")).data["token"] for _ in range(2)]
        headers = {"Authorization": f"Bearer {mine}"}

        async def change(**body: Any) -> Answer:
            return await house.call("POST", "/api/v1/me/password", headers=headers, json=body)

        assert set((await change(old="wrong", password=NEW)).data["fields"]) == {"old"}
        assert set((await change(old=PASSWORD, password="short")).data["fields"]) == {"password"}
        assert set((await change(password=NEW)).data["fields"]) == {"old"}
        sessions = (await house.call("GET", "/api/v1/me/sessions", headers=headers)).data["items"]
        assert [one["current"] for one in sessions].count(True) == 1
        foreign = f"/api/v1/me/sessions/{house.users['rk']}"
        assert (await house.call("DELETE", foreign, headers=headers)).status == 404
        done = await change(old=PASSWORD, password=NEW)
        assert done.status == 200
        assert "__Host-hub=" in done.headers["Set-Cookie"]
        for token in (mine, other):
            answer = await house.call("GET", "/api/v1/me", headers={"Authorization": f"Bearer {token}"})
            assert answer.status == 401, "the old ones have ended, a new one came in the cookie"
        assert (await house.log_in("amara", NEW)).status == 201


async def test_many_guesses_few_are_looked_at(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        answers = await asyncio.gather(*(house.log_in("amara", f"guess number {n}") for n in range(100)))
        assert sum(answer.status == 401 for answer in answers) <= 20
        assert {answer.status for answer in answers} == {401, 429}
