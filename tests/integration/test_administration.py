"""The company's documents through the API: every kind, conflicts, refusals, and what follows at other nodes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from interaction_hub.domain import events
from interaction_hub.domain.permissions import Permission
from interaction_hub.domain.rules import RuleBook
from interaction_hub.services.administration import PLURALS
from interaction_hub.services.rulebook import Rules
from tests.fakes.house import Answer, House, open_house
from tests.fakes.people import make_admin

SAMPLES: dict[str, dict[str, Any]] = {
    "skills": {"name": "Assembly"},
    "queues": {"name": "Parts", "channel": "sms", "entries": ["+447700900109"], "requires": {"en": 3}, "target": 90},
    "hours": {
        "name": "Desk",
        "time_zone": "Europe/London",
        "week": {"mon": ["08:00-12:30", "13:00-24:00"]},
        "exceptions": {"2026-12-25": []},
    },
    "replies": {"name": "问候", "text": "{{customer}}您好", "queues": ["returns"], "language": "zh-Hans"},
    "dispositions": {"name": "Sent on", "queues": ["returns"]},
    "sites": {"name": "Shop", "origins": ["https://shop.example.com"], "colour": "#12683A"},
    "screens": {"name": "North wall", "queues": ["returns"]},
    "roles": {"name": "Team lead", "permissions": ["work", "watch"]},
    "agents": {"name": "Marek", "skills": {"en": 4}, "channels": {"sms": 2, "chat": 3}},
}


class Boss:
    """An admin at the API."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def call(self, method: str, path: str, *, seen: int | None = None, **options: Any) -> Answer:
        headers = {} if seen is None else {"If-Match": f'"{seen}"'} if seen else {"If-None-Match": "*"}
        return await self.house.call(method, f"/api/v1/admin/{path}", "boss", headers=headers, **options)

    async def put(self, path: str, body: dict[str, Any], seen: int = 0) -> Answer:
        return await self.call("PUT", path, seen=seen, json=body)


@pytest.mark.parametrize("section", SAMPLES)
async def test_every_kind_goes_round(database_url: str, tmp_path: Path, section: str) -> None:
    async with open_house(database_url, tmp_path) as house:
        await make_admin(house)
        boss, body = Boss(house), SAMPLES[section]
        path = f"{section}/sample"
        made = await boss.put(path, body)
        assert made.status == 201, made.data
        version = made.data["version"]
        assert made.headers["ETag"] == f'"{version}"'
        assert made.data["by"]["name"] == "The Boss"
        assert body.items() <= made.data["document"].items()
        listed = await boss.call("GET", section)
        assert "sample" in [one["key"] for one in listed.data["items"]]
        changed = await boss.put(path, made.data["document"] | {"name": "Another name"}, version)
        assert (changed.status, changed.data["document"]["name"]) == (200, "Another name")
        gone = await boss.call("DELETE", path, seen=changed.data["version"])
        assert gone.status == 200, gone.data
        assert (await boss.call("GET", path)).status == 404
        story = (await boss.call("GET", f"{path}/history")).data["items"]
        assert [one["document"] and one["document"]["name"] for one in story] == [None, "Another name", body["name"]]
        assert story[1]["changes"] == [{"field": "name", "old": body["name"], "new": "Another name"}]
        restored = await boss.put(path, story[2]["document"])
        assert (restored.status, restored.data["document"]) == (201, made.data["document"])
        assert len(await house.log(events.RulesPublished)) == 5, "the sample, and one for each of our changes"
        assert (await house.history()).faults == []


async def test_company_is_changed_and_never_removed(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        await make_admin(house)
        boss = Boss(house)
        found = (await boss.call("GET", "company/company")).data
        done = await boss.put("company/company", found["document"] | {"time_zone": "Asia/Shanghai"}, found["version"])
        assert done.status == 200
        assert house.hub.rules.current.company.time_zone == "Asia/Shanghai"
        assert (await boss.call("DELETE", "company/company", seen=done.data["version"])).status == 409
        assert (await boss.put("company/other", {"name": "Other"})).status == 404


async def test_change_names_the_version_that_was_seen(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        await make_admin(house)
        boss = Boss(house)
        found = (await boss.call("GET", "queues/returns")).data
        body = found["document"]
        assert (await boss.call("PUT", "queues/returns", json=body)).status == 428
        assert (await boss.call("DELETE", "queues/returns")).status == 428
        first = await boss.put("queues/returns", body | {"target": 45}, found["version"])
        assert first.status == 200
        late = await boss.put("queues/returns", body | {"target": 99}, found["version"])
        assert (late.status, late.data["code"]) == (412, "stale")
        assert late.data["current"]["document"]["target"] == 45, "his value comes back beside mine"
        assert "The Boss" in late.data["detail"]
        again = await boss.put("queues/returns", body)
        assert again.status == 412, "what is there already is not new"
        same = await boss.put("queues/returns", first.data["document"], first.data["version"])
        assert (same.status, same.data["version"]) == (200, first.data["version"]), "nothing changed: no version"


async def test_two_admins_at_once_one_is_told(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        await make_admin(house)
        boss = Boss(house)
        found = (await boss.call("GET", "queues/returns")).data
        tries = [boss.put("queues/returns", found["document"] | {"target": 50 + n}, found["version"]) for n in range(6)]
        assert sorted([answer.status for answer in await asyncio.gather(*tries)]) == [200, *[412] * 5]


async def test_each_wrong_field_says_what_is_right(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        await make_admin(house)
        boss = Boss(house)
        wrong = {"name": "", "channel": 3, "band": 11, "goal": 2, "requires": {"en": 9}, "tagret": 1}
        answer = await boss.put("queues/parts", wrong)
        assert answer.status == 422
        fields = answer.data["fields"]
        assert set(fields) == set(wrong)
        assert fields["band"] == "A whole number from 0 to 9."
        assert "target" in fields["tagret"]
        missing = {"name": "Parts", "channel": "sms", "requires": {"magic": 2}, "hours": "nowhere", "entries": ["*"]}
        answer = await boss.call("POST", "queues/parts/check", json=missing)
        assert not answer.data["ok"]
        assert set(answer.data["fields"]) == {"requires", "hours", "entries"}
        assert answer.data["wrong"]["requires"] == {"code": "unknown", "values": {"what": "skill", "name": "magic"}}
        assert (await boss.put("queues/Not A Key", {"name": "x", "channel": "sms"})).data["fields"].keys() == {"key"}
        assert (await boss.put("nothings/x", {})).status == 404


async def test_check_changes_nothing(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        await make_admin(house)
        await house.text("+447700900201")
        await house.logged(events.ContactQueued)
        boss = Boss(house)
        body = (await boss.call("GET", "queues/deliveries")).data["document"] | {"target": 33}
        before = house.hub.rules.current.version
        for answer in (
            await boss.call("POST", "queues/deliveries/check", json=body),
            await boss.call("PUT", "queues/deliveries?dry_run=1", json=body),
        ):
            assert answer.data["ok"]
            assert answer.data["changes"] == [{"field": "target", "old": 300, "new": 33}]
            assert answer.data["waiting"] == 1
        await house.hub.rules.refresh()
        assert house.hub.rules.current.version == before


async def test_what_is_used_is_not_removed(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        await make_admin(house)
        boss = Boss(house)

        async def refused(path: str, *words: str) -> None:
            version = (await boss.call("GET", path)).data["version"]
            answer = await boss.call("DELETE", path, seen=version)
            assert (answer.status, answer.data["code"]) == (409, "in_use"), path
            assert all(word in answer.data["detail"] for word in words), answer.data["detail"]

        await refused("skills/en", "Deliveries", "Amara Osei")
        await house.text("+447700900202")
        await house.logged(events.ContactQueued)
        await refused("queues/deliveries", "1 contacts")
        await boss.put("hours/desk", SAMPLES["hours"])
        await boss.put("sites/shop", SAMPLES["sites"])
        await boss.put("queues/chat", {"name": "Chat", "channel": "chat", "entries": ["shop"], "hours": "desk"})
        await refused("hours/desk", "Chat")
        await refused("sites/shop", "Chat")
        await boss.put("replies/hello", {"name": "Hello", "text": "Hi", "queues": ["chat"]})
        await refused("queues/chat", "Hello")
        await boss.put("roles/lead", SAMPLES["roles"])
        person = (await boss.call("GET", "people")).data["items"][0]
        await boss.call("PATCH", f"people/{house.users['daniel']}", json={"role": "lead"})
        await refused("roles/lead", "Daniel Reyes")
        assert person


async def test_new_rules_are_used_at_once(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        await make_admin(house)
        boss = Boss(house)
        await boss.put("skills/magic", {"name": "Magic"})
        found = (await boss.call("GET", "queues/deliveries")).data
        strict = await boss.put("queues/deliveries", found["document"] | {"requires": {"magic": 1}}, found["version"])
        assert strict.status == 200
        await amara.do("presence.set", presence="available", reason="", after_contact=False)
        await house.text("+447700900203")
        await house.logged(events.ContactQueued)
        await asyncio.sleep(0.3)
        assert not [contact for contact in amara.contacts.values() if contact["state"] == "offered"]
        able = (await boss.call("GET", "agents/amara")).data
        skills = able["document"]["skills"] | {"magic": 3}
        assert (await boss.put("agents/amara", able["document"] | {"skills": skills}, able["version"])).status == 200
        assert (await amara.offer())["queue"]["id"] == "deliveries"
        assert (await house.history()).faults == []


async def test_other_nodes_follow_what_is_published(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        await make_admin(house)
        other = Rules(_Silent(), house.hub.reads)  # type: ignore[arg-type]
        await other.start()
        told: list[int] = []
        other.listen(lambda book: told.append(book.version))
        other.follow(house.hub.feed)
        answer = await Boss(house).put("replies/hello", {"name": "Hello", "text": "Hi"})

        async def followed() -> RuleBook | None:
            return other.current if other.current.version == answer.data["version"] else None

        book = await house.until(followed)
        assert book is not None
        assert "hello" in book.replies
        assert told[-1] == book.version
        await other.stop()


class _Silent:
    """A second node's `Rules` reads only; it has no ledger of its own here."""

    def register(self, *_: Any) -> None:
        return


async def test_agents_and_supervisors_configure_nothing(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        paths = [
            ("GET", "options"),
            ("GET", "people"),
            ("POST", "people"),
            ("PATCH", f"people/{house.users['amara']}"),
            ("POST", f"people/{house.users['amara']}/reset-link"),
            ("DELETE", f"people/{house.users['amara']}/sessions"),
            ("GET", "sites/shop/secret"),
            ("GET", "screens/floor/link"),
            *((method, f"{section}/x") for section in PLURALS for method in ("GET", "PUT", "DELETE")),
            *(("GET", section) for section in PLURALS),
        ]
        for login in ("amara", "rk"):
            for method, path in paths:
                headers = {"If-None-Match": "*"}
                answer = await house.call(method, f"/api/v1/admin/{path}", login, headers=headers, json={})
                assert answer.status == 403, (login, method, path)
        for page in ("/admin", "/admin/queues", "/admin/people/+"):
            assert (await house.call("GET", page, "rk", headers={"Accept": "text/html"})).status == 403
        assert Permission.CONFIGURE


async def test_site_secret_needs_the_channel(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        await make_admin(house)
        boss = Boss(house)
        assert (await boss.call("GET", "sites/none/secret")).status == 404
        await boss.put("screens/floor", {"name": "Floor"})
        first = (await boss.call("GET", "screens/floor/link")).data["link"]
        found = (await boss.call("GET", "screens/floor")).data
        await boss.put("screens/floor", found["document"] | {"link_version": 2}, found["version"])
        assert (await boss.call("GET", "screens/floor/link")).data["link"] != first
        assert house.hub.screens.screen_of(first) is None
