"""The middle and the end of a contact: transfer, hold, wrap-up, parking, and what the next message opens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from interaction_hub.app import Variation
from interaction_hub.domain import events
from interaction_hub.durations import SECOND
from interaction_hub.storage import tables
from tests.fakes.clocks import SkippingClock
from tests.fakes.house import Console, House, documents, open_house
from tests.integration.test_matching import available

CUSTOMER = "+447700900456"
DAY = 24 * 3600
WRAP_UP, EXTENSION, PARK_AFTER = 30, 60, 600


@dataclass
class Desk:
    """Amara holds one contact; daniel is available and free."""

    house: House
    clock: SkippingClock
    amara: Console
    daniel: Console
    contact: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.contact["id"])

    async def row(self, contact: str = "") -> Any:
        """The row of a contact."""
        found = await self.house.rows(sa.select(tables.contact).where(tables.contact.c.id == (contact or self.id)))
        return found[0]

    async def interaction(self) -> Any:
        """The row of the one interaction."""
        (found,) = await self.house.rows(sa.select(tables.interaction))
        return found

    async def ended(self, contact: str = "") -> events.ContactEnded:
        """Wait for the end of a contact."""

        async def end() -> list[events.ContactEnded]:
            found = [event.body for event in await self.house.log(events.ContactEnded)]
            return [body for body in found if body.contact == (contact or self.id)]

        (body,) = await self.house.until(end)
        return body


@asynccontextmanager
async def desk(database_url: str, directory: Path, **queue: Any) -> AsyncIterator[Desk]:
    clock = SkippingClock()
    rules = documents(wrap_up=WRAP_UP, wrap_up_extension=EXTENSION, park_after=PARK_AFTER, offer_timeout=600, **queue)
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(
            open_house(database_url, directory, variation=Variation(clock=clock), rules=rules)
        )
        amara = await available(await stack.enter_async_context(house.console("amara")))
        daniel = await stack.enter_async_context(house.console("daniel"))
        await house.text(CUSTOMER, "Where is my table?")
        contact = await amara.take()
        await available(daniel)
        yield Desk(house, clock, amara, daniel, contact)


async def test_transfer_to_queue_keeps_the_age(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        found.clock.skip(100)
        before = await found.row()
        done = await found.amara.do(
            "contact.transfer", contact=found.id, queue="returns", note="Wants to send it back."
        )
        assert (await found.ended()).outcome == "transferred"
        fresh = await found.row(done["contact"])
        assert (fresh.queue, fresh.interaction_id) == ("returns", before.interaction_id)
        assert fresh.virtual_start_us == before.virtual_start_us
        assert fresh.entered_us >= before.accepted_us + 100 * SECOND
        offered = await found.daniel.offer()
        assert offered["id"] == done["contact"]
        shown = [message["text"] for message in found.daniel.messages.values()]
        assert "Where is my table?" in shown
        assert "Wants to send it back." in shown
        await found.amara.until(lambda: (found.id, "transferred") in found.amara.drops)
        assert (await found.house.history()).faults == []


async def test_transferred_contact_waits_before_younger_ones(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        await found.daniel.do("presence.set", presence="away", reason="lunch")
        found.clock.skip(100)
        await found.amara.do("presence.set", presence="away", reason="lunch")
        await found.house.text("+447700900457", "Younger")
        await found.amara.do("contact.transfer", contact=found.id, queue="deliveries")
        await available(found.daniel)
        assert (await found.daniel.take())["address"] == CUSTOMER
        assert (await found.daniel.take())["address"] == "+447700900457"


async def test_directory_says_who_can_take_it(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        daniel, me = found.house.users["daniel"], found.house.users["amara"]

        async def settled() -> Any:
            listed = await found.house.get("/api/v1/directory", "amara")
            known = {one["id"]: one["activity"] for one in listed["agents"]}
            return (known.get(daniel), known.get(me)) == ("idle", "engaged") and listed

        listed = await found.house.until(settled)
        one = next(one for one in listed["agents"] if one["id"] == daniel)
        assert {"name": "English", "level": 5} in one["skills"]
        assert one["skills"] == sorted(one["skills"], key=lambda skill: -skill["level"])
        assert one["since"] > 0
        assert listed["last"] is None
        returns = next(queue for queue in listed["queues"] if queue["id"] == "returns")
        assert (returns["open"], returns["opens_at"], returns["waiting"]) == (True, None, 0)
        assert "likely" in returns


async def test_directory_knows_who_else_spoke_with_the_customer(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        await found.amara.do("contact.reply", contact=found.id, text="It comes at two.")
        await found.amara.do("contact.transfer", contact=found.id, agent=found.house.users["daniel"])
        taken = await found.daniel.take()
        path = f"/api/v1/directory?contact={taken['id']}"
        last = (await found.house.get(path, "daniel"))["last"]
        assert last["agent"] == found.house.users["amara"]
        assert (await found.house.get(path, "amara"))["last"] is None  # it is not hers any more


async def test_transfer_to_agent_waits_for_that_agent(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        await found.daniel.do("presence.set", presence="away", reason="break")
        done = await found.amara.do("contact.transfer", contact=found.id, agent=found.house.users["daniel"])
        await found.ended()
        assert (await found.row(done["contact"])).virtual_start_us == (await found.row()).virtual_start_us
        await available(found.daniel)
        offered = await found.daniel.offer()
        assert offered["id"] == done["contact"]
        assert offered["offer"]["why"]["rule"] == "preferred_agent"
        offers = await found.house.log(events.ContactOffered)
        assert [event.body.agent for event in offers] == [found.house.users["amara"], found.house.users["daniel"]]


@pytest.mark.parametrize(
    "where",
    [{}, {"queue": "nowhere"}, {"agent": "00000000-0000-0000-0000-000000000000"}, {"queue": "returns", "agent": "me"}],
)
async def test_transfer_to_nowhere_is_refused(database_url: str, tmp_path: Path, where: dict[str, str]) -> None:
    async with desk(database_url, tmp_path) as found:
        given = {key: found.house.users["amara"] if value == "me" else value for key, value in where.items()}
        answer = await found.amara.command("contact.transfer", contact=found.id, **given)
        assert answer["error"]["status"] == 422
        assert (await found.row()).state == "active"


async def test_wrap_up_timer_files_none_and_keeps_the_text(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        await found.amara.do("contact.end", contact=found.id)
        await found.amara.do("contact.note", contact=found.id, text="Half a note")
        found.clock.skip(WRAP_UP)
        end = await found.ended()
        assert (end.outcome, end.disposition) == ("handled", "none")
        assert (await found.interaction()).state == "closed"
        page = await found.house.get(f"/api/v1/customers/{found.contact['customer']['id']}/timeline", "amara")
        assert "Half a note" in [entry["text"] for entry in page["items"]]
        await found.amara.until(lambda: (found.id, "finished") in found.amara.drops)


async def test_extension_moves_the_end_of_wrap_up(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        ended = await found.amara.do("contact.end", contact=found.id)
        extended = await found.amara.do("contact.extend", contact=found.id)
        assert extended["wrap_until"] == ended["wrap_until"] + EXTENSION * 1000
        found.clock.skip(WRAP_UP)
        await found.house.hub.deadlines.look()
        assert (await found.row()).state == "wrapping"
        found.clock.skip(EXTENSION)
        assert (await found.ended()).disposition == "none"


@pytest.mark.parametrize("disposition", ["", "unheard-of", "none"])
async def test_finish_without_valid_disposition_is_refused(database_url: str, tmp_path: Path, disposition: str) -> None:
    async with desk(database_url, tmp_path) as found:
        await found.amara.do("contact.end", contact=found.id)
        answer = await found.amara.command("contact.finish", contact=found.id, disposition=disposition, note="lost?")
        assert (answer["error"]["status"], list(answer["error"]["fields"])) == (422, ["disposition"])
        assert (await found.row()).state == "wrapping"
        await found.amara.do("contact.finish", contact=found.id, disposition="solved", note="kept")
        end = await found.ended()
        assert (end.outcome, end.disposition) == ("handled", "solved")


async def test_hold_and_resume_count_the_time(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        await found.amara.do("contact.hold", contact=found.id)
        await found.amara.until(lambda: found.amara.contacts[found.id]["mode"] == "held")
        found.clock.skip(50)
        await found.amara.do("contact.hold", contact=found.id)
        await found.amara.do("contact.resume", contact=found.id)
        await found.amara.until(lambda: found.amara.contacts[found.id]["mode"] == "live")
        found.clock.skip(20)
        await found.amara.do("contact.end", contact=found.id)
        (wrapping,) = await found.house.log(events.ContactWrapping)
        assert 50 * SECOND <= wrapping.body.held < 60 * SECOND
        assert 20 * SECOND <= wrapping.body.talked < 30 * SECOND
        modes = [event.body.mode for event in await found.house.log(events.ContactModeChanged)]
        assert modes == ["held", "live"]


async def test_silent_contact_is_parked_and_comes_back_to_its_agent(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        await found.amara.do("contact.reply", contact=found.id, text="Which order is it?")
        await found.amara.until(lambda: found.amara.contacts[found.id]["mode"] == "paused")
        found.clock.skip(PARK_AFTER)
        assert (await found.ended()).outcome == "parked"
        await found.amara.until(lambda: (found.id, "parked") in found.amara.drops)
        assert (await found.interaction()).state == "open"

        await found.house.text(CUSTOMER, "Number 12")
        offered = await found.amara.offer()
        assert offered["id"] != found.id
        assert offered["interaction"] == found.contact["interaction"]
        assert found.daniel.contacts == {}, "daniel is idle for longer, and yet she knows the matter"
        assert offered["offer"]["why"]["rule"] == "preferred_agent"


async def test_waiting_customer_is_never_parked(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        await found.amara.do("contact.reply", contact=found.id, text="Which order is it?")
        await found.house.text(CUSTOMER, "Number 12")
        await found.amara.until(lambda: found.amara.contacts[found.id]["mode"] == "live")
        found.clock.skip(PARK_AFTER)
        await found.house.hub.deadlines.look()
        assert (await found.row()).state == "active"


async def test_parked_contact_goes_to_another_when_its_agent_is_gone(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path, preferred_hold=30) as found:
        await found.amara.do("contact.reply", contact=found.id, text="Which order is it?")
        await found.amara.do("presence.set", presence="offline")
        assert (await found.ended()).outcome == "parked"
        await found.house.text(CUSTOMER, "Number 12")
        assert (await found.daniel.offer())["interaction"] == found.contact["interaction"]


async def test_message_during_wrap_up_opens_the_next_contact(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        await found.amara.do("contact.end", contact=found.id)
        await found.house.text(CUSTOMER, "One more thing")
        offered = await found.amara.offer()
        assert offered["id"] != found.id
        assert offered["interaction"] == found.contact["interaction"]
        await found.amara.do("contact.finish", contact=found.id, disposition="solved")
        assert (await found.interaction()).state == "open", "its next contact is under way"
        assert (await found.house.history()).faults == []


async def test_message_soon_after_the_end_reopens(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        await found.amara.do("contact.finish", contact=found.id, disposition="solved")
        assert (await found.interaction()).state == "closed"
        found.clock.skip(2 * 3600)
        await found.house.text(CUSTOMER, "It is still not here")
        assert (await found.interaction()).state == "open"
        assert len(await found.house.log(events.InteractionReopened)) == 1


async def test_message_long_after_the_end_opens_another_interaction(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        await found.amara.do("contact.finish", contact=found.id, disposition="solved")
        found.clock.skip(4 * DAY)
        await found.house.text(CUSTOMER, "A new table, please")
        rows = await found.house.rows(sa.select(tables.interaction).order_by(tables.interaction.c.opened_us))
        assert [row.state for row in rows] == ["closed", "open"]
        assert len({row.customer_id for row in rows}) == 1


async def test_interaction_kept_open_closes_by_age(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        await found.amara.do("contact.finish", contact=found.id, disposition="solved", keep_open=True)
        assert (await found.interaction()).state == "open"
        found.clock.skip(4 * DAY)
        await found.house.hub.deadlines.look()
        assert (await found.interaction()).state == "closed"
        (closed,) = await found.house.log(events.InteractionClosed)
        assert closed.body.reason == "idle"


async def test_away_after_this_contact_waits_for_its_end(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        await found.daniel.do("presence.set", presence="away", reason="break")
        await found.amara.do("presence.set", presence="away", reason="lunch", after_contact=True)
        assert found.amara.me["presence"] == "available"
        await found.house.text("+447700900457", "Anybody there?")
        await found.amara.do("contact.finish", contact=found.id, disposition="solved")
        await found.amara.until(lambda: found.amara.me["presence"] == "away")
        assert found.amara.me["reason"] == "lunch"
        assert len(await found.house.log(events.ContactOffered)) == 1
