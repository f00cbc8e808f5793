"""A supervisor in a conversation: whispers, steps in, takes over, and sets presence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from interaction_hub.domain import events
from interaction_hub.storage import tables
from tests.fakes.house import documents, open_house
from tests.fakes.visitor import come
from tests.integration.test_contact_life import CUSTOMER, Desk, desk
from tests.integration.test_followups import whole


async def boss(found: Desk, verb: str, contact: str = "", **body: Any) -> Any:
    """A supervisor's act over HTTP, which must succeed."""
    answer = await found.house.call("POST", f"/api/v1/contacts/{contact or found.id}/{verb}", "rk", json=body)
    assert answer.status == 200, answer.data
    return answer.data


async def refused(found: Desk, verb: str, login: str = "rk", contact: str = "", **body: Any) -> tuple[int, str]:
    """The same, which must fail: status and code."""
    answer = await found.house.call("POST", f"/api/v1/contacts/{contact or found.id}/{verb}", login, json=body)
    assert answer.status >= 400
    return answer.status, answer.data["code"]


async def test_whisper_reaches_the_agent_alone(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        said = await boss(found, "whisper", text="Offer him the express van.")
        await found.amara.until(lambda: said["message"] in found.amara.messages)
        shown = found.amara.messages[said["message"]]
        assert (shown["kind"], shown["direction"], shown["whisper"]) == ("note", "none", True)
        assert shown["author"]["name"] == "Ravi Kapoor"
        assert found.house.carrier.sent_to(CUSTOMER) == []
        assert (await refused(found, "whisper", text=" "))[0] == 422
        assert (await refused(found, "whisper", "daniel", text="Psst"))[0] == 403
        await whole(found, database_url)


async def test_helper_writes_beside_the_agent(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        assert await refused(found, "replies", text="Hello") == (404, "not_found")
        await boss(found, "join")
        await found.amara.until(lambda: found.amara.contacts[found.id]["helper"])
        assert found.amara.contacts[found.id]["helper"]["name"] == "Ravi Kapoor"
        await boss(found, "join")  # twice is as good as once
        said = await boss(found, "replies", text="I am Ravi; it comes at two.")
        await boss(found, "notes", text="Promised two o'clock.")
        await found.amara.until(lambda: said["message"] in found.amara.messages)
        assert found.amara.messages[said["message"]]["author"]["name"] == "Ravi Kapoor"
        assert (await refused(found, "hold"))[0] == 404
        assert (await refused(found, "finish", disposition="solved"))[0] == 404
        await boss(found, "leave")
        await found.amara.until(lambda: found.amara.contacts[found.id]["helper"] is None)
        assert (await refused(found, "replies", text="One more"))[0] == 404

        def grey(line: str) -> int:
            return sum(one["event"] == line for one in found.amara.messages.values() if one["kind"] == "event")

        # The contact's row may be read newer than the delta that it is told in; its line comes with its own.
        await found.amara.until(lambda: grey("left"))
        assert (grey("joined"), grey("left")) == (1, 1)
        assert len(await found.house.log(events.HelperJoined, events.HelperLeft)) == 2
        await whole(found, database_url)


async def test_helper_is_gone_with_the_contact(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        await boss(found, "join")
        await found.amara.do("contact.finish", contact=found.id, disposition="solved")
        assert (await found.row()).helper_id is None
        assert (await refused(found, "replies", text="Too late"))[0] == 404
        assert await refused(found, "join") == (409, "state")


async def test_taken_over_contact_is_the_supervisors_at_once(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found, found.house.console("rk") as ravi:
        before = await found.row()
        await boss(found, "join")
        done = await boss(found, "take_over")
        await found.amara.until(lambda: (found.id, "transferred") in found.amara.drops)
        await ravi.until(lambda: ravi.contacts.get(done["contact"], {}).get("state") == "active")
        assert ravi.contacts[done["contact"]]["customer_waits_since"] == before.customer_waits_us // 1000
        lines = {one["event"]: one for one in ravi.messages.values() if one["kind"] == "event"}
        assert lines["taken_over"]["values"]["by_name"] == "Ravi Kapoor"
        assert lines["taken_over"]["values"]["agent_name"] == "Amara Osei"
        fresh = await found.row(done["contact"])
        assert fresh.virtual_start_us == before.virtual_start_us
        assert (fresh.state, fresh.agent_id, fresh.helper_id) == ("active", found.house.users["rk"], None)
        (taken,) = await found.house.log(events.ContactTaken)
        assert taken.body.taken_from == found.house.users["amara"]
        await ravi.do("contact.reply", contact=done["contact"], text="This is Ravi.")
        await ravi.do("contact.finish", contact=done["contact"], disposition="solved")
        await whole(found, database_url)


async def test_agent_who_was_relieved_gets_the_next(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        await found.daniel.do("presence.set", presence="away", reason="break")
        await boss(found, "take_over")
        await found.house.text("+447700900457", "The next one")
        assert (await found.amara.take())["address"] == "+447700900457"
        assert await refused(found, "take_over") == (409, "state")


async def test_contact_taken_over_is_parked_like_any_other(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        done = await boss(found, "take_over")
        await found.house.hub.board.caught_up()
        board = found.house.hub.board.snapshot()
        assert board["state"]["waiting"] == []
        row = await found.row(done["contact"])
        assert row.park_at_us is None, "the customer waits for an answer"
        await boss(found, "replies", contact=done["contact"], text="A moment, please.")
        assert (await found.row(done["contact"])).park_at_us is not None
        assert await refused(found, "take_over", contact=done["contact"]) == (409, "yours")


async def test_waiting_contact_cannot_be_taken_over(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        for console in (found.amara, found.daniel):
            await console.do("presence.set", presence="away", reason="break")
        await found.house.text("+447700900457", "Anybody there?")
        (row,) = await found.house.rows(sa.select(tables.contact).where(tables.contact.c.state == "queued"))
        for verb in ("take_over", "join", "leave"):
            assert await refused(found, verb, contact=row.id) == (409, "waiting")
        assert (await refused(found, "join", contact="00000000-0000-0000-0000-000000000000"))[0] == 404


# ---- presence by a supervisor ------------------------------------------------------------------------------------
async def set_presence(found: Desk, login: str, **body: Any) -> Any:
    path = f"/api/v1/agents/{found.house.users.get(login, login)}/presence"
    return await found.house.call("PUT", path, "rk", json=body)


async def test_supervisor_sets_presence_and_is_named(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        answer = await set_presence(found, "daniel", presence="away", reason="meeting")
        assert answer.status == 200, answer.data
        await found.daniel.until(lambda: found.daniel.me["presence"] == "away")
        assert (found.daniel.me["set_by"], found.daniel.me["set_by_name"]) == ("supervisor", "Ravi Kapoor")
        event = (await found.house.log(events.PresenceChanged))[-1]
        assert (event.actor, event.body.set_by) == (f"user:{found.house.users['rk']}", "supervisor")
        await found.daniel.do("presence.set", presence="available")
        await found.daniel.until(lambda: found.daniel.me["presence"] == "available")
        assert (found.daniel.me["set_by"], found.daniel.me["set_by_name"]) == ("agent", "")


async def test_agent_who_is_signed_off_loses_his_contacts(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        assert (await set_presence(found, "amara", presence="offline")).status == 200
        assert (await found.ended()).outcome == "parked"
        assert (await found.daniel.offer())["address"] == CUSTOMER, "the customer waits for an answer"
        await whole(found, database_url)


@pytest.mark.parametrize(
    ("login", "body", "status"),
    [
        ("daniel", {"presence": "away", "reason": "boredom"}, 422),
        ("daniel", {"presence": "busy"}, 422),
        ("00000000-0000-0000-0000-000000000000", {"presence": "available"}, 404),
    ],
)
async def test_presence_that_makes_no_sense_is_refused(
    database_url: str, tmp_path: Path, login: str, body: dict[str, str], status: int
) -> None:
    async with desk(database_url, tmp_path) as found:
        assert (await set_presence(found, login, **body)).status == status


async def test_agents_do_not_set_each_others_presence(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        path = f"/api/v1/agents/{found.house.users['amara']}/presence"
        assert (await found.house.call("PUT", path, "daniel", json={"presence": "offline"})).status == 403


async def test_conversation_has_one_ender(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, rules=documents(chat={})) as house, house.console("amara") as amara:
        await amara.do("presence.set", presence="available")
        visitor = await come(house)
        async with visitor.page():
            await visitor.write("Hello")
            contact = await amara.take()
            assert (await house.call("POST", f"/api/v1/contacts/{contact['id']}/join", "rk")).status == 200
            await visitor.ask("end")
            await amara.until(lambda: amara.contacts[contact["id"]]["state"] == "wrapping")
        lines = [one["event"] for one in amara.messages.values() if one["kind"] == "event"]
        assert [lines.count(line) for line in ("customer_ended", "ended")] == [1, 0]
        (wrapping,) = await house.logged(events.ContactWrapping)
        assert wrapping.actor.startswith("customer:")
        assert wrapping.body.agent == house.users["amara"]
