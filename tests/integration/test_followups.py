"""Snoozing: the contact ends, the interaction comes back to its owner when it is due, by hand, or with the customer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from interaction_hub.domain import events
from interaction_hub.durations import SECOND
from interaction_hub.storage.verify import verify
from tests.integration.test_contact_life import CUSTOMER, DAY, Desk, desk
from tests.integration.test_matching import available

NOBODY = "00000000-0000-0000-0000-000000000000"


def later(found: Desk, seconds: float = 3600) -> int:
    """Hub time in so many seconds, as commands name it."""
    return found.house.hub.clock.now() // 1000 + int(seconds * 1000)


async def snoozed(found: Desk, seconds: float = 3600, note: str = "") -> str:
    """Amara puts her contact away; gives the interaction."""
    await found.amara.do("contact.snooze", contact=found.id, until=later(found, seconds), note=note)
    await found.amara.until(lambda: (found.id, "parked") in found.amara.drops)
    return str(found.contact["interaction"])


async def whole(found: Desk, database_url: str) -> None:
    """Nothing is wrong with the log, nor with the rows beside it."""
    assert (await found.house.history()).faults == []
    report = await verify(database_url, full=True)
    assert report.lines()[:-1] == []


async def work(found: Desk, login: str = "amara") -> dict[str, Any]:
    """The agent's snapshot."""
    return dict((await found.house.get("/api/v1/work", login))["state"])


async def test_snoozed_contact_is_parked_and_listed(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        until = later(found)
        await found.amara.do("contact.snooze", contact=found.id, until=until, note="Ask the carrier")
        assert (await found.ended()).outcome == "parked"
        row = await found.interaction()
        assert (row.state, row.due_us, row.owner) == ("open", until * 1000, found.house.users["amara"])
        (one,) = (await work(found))["snoozed"]
        assert one["interaction"] == row.id
        assert (one["due_at"], one["note"], one["channel"]) == (until, "Ask the carrier", "sms")
        assert one["customer"]["id"] == found.contact["customer"]["id"]
        assert one["last"]["text"] == "Where is my table?"
        (event,) = await found.house.log(events.InteractionSnoozed)
        assert (event.body.until, event.body.agent) == (until * 1000, found.house.users["amara"])
        await whole(found, database_url)


async def test_wrapping_contact_can_be_snoozed(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        await found.amara.do("contact.end", contact=found.id)
        await snoozed(found)
        assert (await found.interaction()).state == "open"
        await whole(found, database_url)


@pytest.mark.parametrize("seconds", [-5, 400 * DAY])
async def test_time_that_makes_no_sense_is_refused(database_url: str, tmp_path: Path, seconds: int) -> None:
    async with desk(database_url, tmp_path) as found:
        answer = await found.amara.command("contact.snooze", contact=found.id, until=later(found, seconds))
        assert (answer["error"]["status"], list(answer["error"]["fields"])) == (422, ["until"])
        assert (await found.row()).state == "active"


async def test_due_interaction_comes_back_to_its_owner(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        interaction = await snoozed(found)
        found.clock.skip(3601)
        offered = await found.amara.offer()
        assert offered["interaction"] == interaction
        assert offered["offer"]["why"]["rule"] == "preferred_agent"
        assert found.daniel.contacts == {}
        (woken,) = await found.house.log(events.InteractionWoken)
        assert woken.body.reason == "due"
        row = await found.row(offered["id"])
        assert row.virtual_start_us == row.entered_us >= woken.at - SECOND
        assert (await work(found))["snoozed"] == []
        await whole(found, database_url)


async def test_due_interaction_goes_to_another_when_its_owner_is_gone(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path, preferred_hold=30) as found:
        await snoozed(found)
        await found.amara.do("presence.set", presence="offline")
        found.clock.skip(3601)
        await found.house.logged(events.ContactQueued, number=2)
        found.clock.skip(61)
        assert (await found.daniel.offer())["interaction"] == found.contact["interaction"]


async def test_customer_who_writes_wakes_it(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        await snoozed(found)
        await found.house.text(CUSTOMER, "It has come!")
        assert (await found.amara.offer())["interaction"] == found.contact["interaction"]
        (woken,) = await found.house.log(events.InteractionWoken)
        assert woken.body.reason == "customer"
        found.clock.skip(3601)
        await found.house.hub.deadlines.look()
        assert len(await found.house.log(events.ContactQueued)) == 2
        await whole(found, database_url)


async def test_console_sees_it_go_to_sleep_and_wake(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        interaction = await snoozed(found)
        await found.amara.until(lambda: ("snoozed", interaction) in found.amara.board)
        until = later(found, 7200)
        await found.amara.do("interaction.reschedule", interaction=interaction, until=until, note="Later still")
        await found.amara.until(lambda: found.amara.board["snoozed", interaction]["due_at"] == until)
        await found.amara.do("interaction.done", interaction=interaction)
        await found.amara.until(lambda: ("snoozed", interaction) not in found.amara.board)


async def test_resumed_by_hand_is_active_at_once(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        interaction = await snoozed(found)
        done = await found.amara.do("interaction.resume", interaction=interaction)
        await found.amara.until(lambda: found.amara.contacts.get(done["contact"], {}).get("state") == "active")
        assert "Where is my table?" in [one["text"] for one in found.amara.messages.values()]
        assert "resumed_by_hand" in [one["event"] for one in found.amara.messages.values()]
        (taken,) = await found.house.log(events.ContactTaken)
        assert (taken.body.agent, taken.body.taken_from) == (found.house.users["amara"], "")
        assert found.amara.contacts[done["contact"]]["customer_waits_since"], "nobody has answered him yet"
        assert found.amara.me["day"]["handled"] == 0, "put away unanswered is not handled"
        await found.amara.do("contact.reply", contact=done["contact"], text="It comes at two.")
        await found.amara.do("contact.finish", contact=done["contact"], disposition="solved")
        assert (await found.interaction()).state == "closed"
        await whole(found, database_url)


async def test_resuming_goes_beyond_the_capacity_and_counts(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        interaction = await snoozed(found)
        await found.daniel.do("presence.set", presence="away", reason="break")
        for place in range(4):
            await found.house.text(f"+44770090061{place}", "Hello")
            await found.amara.take()
        done = await found.amara.do("interaction.resume", interaction=interaction)
        await found.amara.until(lambda: done["contact"] in found.amara.contacts)
        (sms,) = [one for one in found.amara.me["capacity"] if one["channel"] == "sms"]
        assert sms["used"] >= sms["limit"]
        await found.house.text("+447700900620", "One too many")
        await found.house.hub.deadlines.look()
        assert len(await found.house.log(events.ContactOffered)) == 5
        await whole(found, database_url)


async def test_resume_beside_an_open_contact_is_refused(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        interaction = await snoozed(found, 10 * DAY)
        found.clock.skip(5 * DAY)  # outside of the reopen window: the next message is another matter
        await found.house.text(CUSTOMER, "A new table, please")
        answer = await found.amara.command("interaction.resume", interaction=interaction)
        assert (answer["error"]["status"], answer["error"]["code"]) == (409, "open_contact")
        found.clock.skip(6 * DAY)
        await found.house.logged(events.InteractionWoken)
        await found.house.hub.deadlines.look()
        assert len(await found.house.log(events.ContactQueued)) == 2
        await whole(found, database_url)


async def test_snoozed_interaction_is_not_closed_by_age(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        await snoozed(found, 10 * DAY)
        found.clock.skip(5 * DAY)
        await found.house.hub.deadlines.look()
        assert (await found.interaction()).state == "open"


async def test_done_closes_without_a_contact(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        interaction = await snoozed(found)
        await found.amara.do("interaction.done", interaction=interaction)
        row = await found.interaction()
        assert (row.state, row.due_us) == ("closed", None)
        (closed,) = await found.house.log(events.InteractionClosed)
        assert closed.body.reason == "wrap_up"
        again = await found.amara.command("interaction.done", interaction=interaction)
        assert (again["error"]["status"], again["error"]["code"]) == (409, "not_snoozed")
        await whole(found, database_url)


async def test_only_owner_and_supervisor_may_wake(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        interaction = await snoozed(found)
        answer = await found.daniel.command("interaction.resume", interaction=interaction)
        assert answer["error"]["status"] == 404
        answer = await found.daniel.command("interaction.done", interaction=NOBODY)
        assert answer["error"]["status"] == 404
        path = f"/api/v1/interactions/{interaction}/resume"
        done = await found.house.call("POST", path, "rk")
        assert done.status == 200
        assert (await found.row(done.data["contact"])).agent_id == found.house.users["rk"]
        await whole(found, database_url)


async def test_snooze_while_the_customer_waits_elsewhere_is_refused(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        await found.amara.do("contact.end", contact=found.id)
        await found.house.text(CUSTOMER, "One more thing")
        answer = await found.amara.command("contact.snooze", contact=found.id, until=later(found))
        assert answer["error"]["code"] == "open_contact"
        await available(found.amara)
