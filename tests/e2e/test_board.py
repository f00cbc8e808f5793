"""The wallboard: fast, right, steady under a hand, and its acts by hand take effect."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from interaction_hub.domain.documents import parse
from interaction_hub.services.rulebook import Publish
from tests.e2e.hands import Agent
from tests.e2e.visit import Visits
from tests.fakes.house import Console, House

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST, SECOND = "+447700900456", "+447700900457"
FIRST_SHOWN, SECOND_SHOWN = "+44 7700 900456", "+44 7700 900457"
SHOWN_WITHIN_MS = 1_000
TAPE = (Path(__file__).parent / "tape.js").read_text(encoding="utf-8")


def row(page: Page, text: str) -> Locator:
    """A row of those who wait."""
    return page.get_by_role("row").filter(has=page.get_by_role("button", name="Assign")).filter(has_text=text)


@pytest_asyncio.fixture(loop_scope="session")
async def daniel(house: House) -> AsyncIterator[Console]:
    """Available, and busy for others: he has declined the first two contacts, which wait."""
    async with house.console("daniel") as console:
        await console.do("presence.set", presence="available")
        for number in (FIRST, SECOND):
            await house.text(number)
            offered = await console.offer()
            await console.do("offer.decline", offer=offered["offer"]["id"], reason="busy")
            await console.until(lambda: not console.contacts)
        yield console


async def test_event_is_shown_within_a_second(house: House, visits: Visits) -> None:
    page = await visits.board(house)
    await expect(page.get_by_text("Nobody waits.")).to_be_visible()
    await house.text(FIRST)
    await expect(row(page, FIRST_SHOWN)).to_be_visible(timeout=SHOWN_WITHIN_MS)
    async with house.console("daniel") as daniel:
        await daniel.do("presence.set", presence="available")
        await expect(page.get_by_text("being offered")).to_be_visible(timeout=SHOWN_WITHIN_MS)


async def test_contact_is_assigned_by_keyboard(house: House, visits: Visits, daniel: Console) -> None:
    board = Agent(await visits.board(house))
    await expect(row(board.page, FIRST_SHOWN)).to_be_visible()
    await board.press("g")
    await expect(board.page.get_by_role("textbox", name="Find by name")).to_be_focused()
    await board.type("dan")
    await expect(board.page.get_by_role("radio", name="Daniel Reyes")).to_be_checked()
    await board.press("Enter")
    await expect(board.page.get_by_role("dialog")).to_be_hidden()
    offered = await daniel.offer()
    assert (offered["address"], offered["offer"]["why"]["rule"]) == (FIRST, "assigned")
    await expect(row(board.page, FIRST_SHOWN)).to_contain_text("being offered")


async def test_contact_is_moved_with_the_mouse(house: House, visits: Visits, daniel: Console) -> None:
    board = Agent(await visits.board(house))
    await board.click(board.page.get_by_role("button", name=f"Move {SECOND_SHOWN} to another queue"))
    await board.click(board.page.get_by_text("Returns").last)
    await board.click(board.page.get_by_role("button", name="Move", exact=True))
    await expect(row(board.page, SECOND_SHOWN)).to_contain_text("Returns")


async def test_priority_is_set_by_keyboard(house: House, visits: Visits, daniel: Console) -> None:
    board = Agent(await visits.board(house))
    await expect(row(board.page, FIRST_SHOWN)).to_contain_text("place 1 · priority 5")
    await board.tab_to(row(board.page, FIRST_SHOWN))
    await board.press("ArrowDown")
    await expect(row(board.page, SECOND_SHOWN)).to_be_focused()
    await board.press("p")
    await expect(board.page.get_by_role("radio", name="5", exact=True)).to_be_focused()
    await board.press("ArrowLeft", "Enter")
    await expect(row(board.page, SECOND_SHOWN)).to_contain_text("place 1 · priority 4")
    await expect(row(board.page, FIRST_SHOWN)).to_contain_text("place 2 · priority 5")


async def test_nothing_under_the_pointer_changes_place(house: House, visits: Visits, daniel: Console) -> None:
    await house.text("+447700900458")
    page = await visits.board(house)
    for place in (
        page.locator(".board-queues tbody tr").filter(has_text="Returns"),
        row(page, FIRST_SHOWN).get_by_role("button", name="Move"),
        page.locator(".board-agents li").filter(has_text="Daniel Reyes"),
        page.locator(".board-figure").nth(1),
    ):
        await page.reload()  # as the hub has it: the tape before has left its own
        await expect(row(page, FIRST_SHOWN)).to_be_visible()
        box = await place.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        await page.mouse.move(x + 3, y)
        await page.mouse.move(x, y, steps=3)
        moved = await page.evaluate(TAPE, {"x": x, "y": y, "count": 200})
        assert moved == [], f"under the pointer at {place}"


async def test_figures_are_those_of_the_api(house: House, visits: Visits) -> None:
    async with house.console("daniel") as daniel:
        await daniel.do("presence.set", presence="available")
        await house.text(FIRST)
        contact = await daniel.take()
        await daniel.do("contact.end", contact=contact["id"])
        await daniel.do("contact.finish", contact=contact["id"], disposition="solved")
        await daniel.do("presence.set", presence="away", reason="lunch")
        await house.text(SECOND)
        page = await visits.board(house)
        snapshot = await house.get("/api/v1/board", "rk")
        state: dict[str, Any] = snapshot.get("state", snapshot)
        totals = state["totals"]
        figures = page.locator(".board-figure")
        await expect(figures.nth(0)).to_contain_text(f"{totals['in_time']} of {totals['counted']} in time")
        await expect(figures.nth(0)).to_contain_text(f"{totals['service_level']:.1%}")
        await expect(figures.nth(1).locator("b")).to_have_text(str(totals["waiting"]))
        await expect(figures.nth(3)).to_contain_text(f"mean of {totals['answered']} contact")
        await expect(figures.nth(4)).to_contain_text(f"{totals['abandoned_rate']:.1%}")
        for queue in state["queues"]:
            cells = page.locator(".board-queues tbody tr").filter(has_text=queue["name"]).get_by_role("cell")
            await expect(cells.nth(1)).to_have_text(str(queue["waiting"]))
            await expect(cells.nth(5)).to_have_text(str(queue["offered"]))
            await expect(cells.nth(6)).to_have_text(str(queue["answered"]))
            crew = "/".join(str(queue[name]) for name in ("idle", "engaged", "wrapping"))
            await expect(cells.nth(8)).to_have_text(crew)
        here = [agent for agent in state["agents"] if agent["activity"] != "offline"]
        await expect(page.locator(".board-agents li")).to_have_count(len(here))


async def test_last_half_hour_can_be_shown(house: House, visits: Visits, daniel: Console) -> None:
    board = Agent(await visits.board(house))
    recent = board.page.get_by_role("button", name="Last 30 min")
    await board.click(recent)
    await expect(recent).to_have_attribute("aria-pressed", "true")
    await expect(board.page.locator(".board-figure").nth(0)).to_contain_text("Service level, 30 min")
    await expect(board.page.get_by_text("Shown: contacts that came in the last 30 minutes.")).to_be_visible()


async def test_figures_are_proven_from_the_log(house: House, visits: Visits, daniel: Console) -> None:
    board = Agent(await visits.board(house))
    await board.click(board.page.get_by_role("button", name="Recompute from the log"))
    await expect(board.page.get_by_text("Equal: 2 queues, today, from")).to_be_visible()


async def test_supervisor_sets_presence_by_keyboard(house: House, visits: Visits, daniel: Console) -> None:
    board = Agent(await visits.board(house))
    name = board.page.locator(".board-agents").get_by_role("link", name="Daniel Reyes")
    await board.tab_to(name)
    await board.press("ArrowRight", "Enter")
    menu = board.page.get_by_role("menu", name="Acts for Daniel Reyes")
    await expect(menu.get_by_role("menuitem", name="Open Daniel Reyes")).to_be_focused()
    lunch = menu.get_by_role("menuitemradio", name="Away: Lunch")
    for _ in range(8):
        if await lunch.evaluate("element => element === document.activeElement"):
            break
        await board.press("ArrowDown")
    await board.press("Enter")
    await expect(board.page.get_by_text("Daniel Reyes is away now: Lunch.").first).to_be_visible()
    await daniel.until(lambda: daniel.me["reason"] == "lunch")
    await expect(board.page.locator(".board-agent", has_text="Daniel Reyes")).to_contain_text("away: lunch")


async def test_alerts_offer_what_can_be_done(house: House, visits: Visits) -> None:
    queue = {"key": "deliveries", "name": "Deliveries", "channel": "sms", "entries": ["*"], "requires": {"en": 2}}
    document = parse("queue", {**queue, "alert_wait": 2, "wrap_up": 3}, "test")
    await house.hub.rules.publish(Publish({("queue", "deliveries"): document}, frozenset(), "test"))
    async with house.console("daniel") as daniel, house.console("amara") as amara:
        await daniel.do("presence.set", presence="available")
        await house.text(FIRST)
        held = await daniel.take()
        await daniel.do("contact.reply", contact=held["id"], text="It comes at two.")
        await daniel.do("presence.set", presence="away", reason="lunch")
        await amara.do("presence.set", presence="away", reason="break")
        await house.text(SECOND)
        hand = Agent(await visits.board(house))
        needs = hand.page.locator(".board-needs")
        oldest, nobody = needs.locator("li", has_text="oldest over"), needs.locator("li", has_text="nobody is there")
        await expect(nobody).to_be_visible(timeout=15_000)
        await expect(oldest.get_by_role("link", name="Look at Deliveries")).to_be_visible()
        for words, title in (("Assign to…", "Assign {} to"), ("Move…", "Move {} to")):
            await hand.click(oldest.get_by_role("button", name=words))
            await expect(hand.page.get_by_role("dialog")).to_contain_text(title.format(SECOND_SHOWN))
            await hand.press("Escape")
        await daniel.do("contact.end", contact=held["id"])
        await daniel.do("contact.extend", contact=held["id"])  # past the limit, with more time asked for
        await hand.page.locator("#waiting-head").click()  # a hand in the column holds it
        over = needs.locator("li", has_text="over the wrap-up limit")
        await expect(over).to_be_visible(timeout=10_000)
        await expect(over.get_by_role("link", name="Open the agent Daniel Reyes")).to_be_visible()
        await hand.click(nobody.get_by_role("button", name="Set somebody available"))
        menu = hand.page.get_by_role("menu", name="Acts for Amara Osei")
        await expect(menu).to_be_visible()
        await hand.click(menu.get_by_role("menuitemradio", name="Available"))
        assert (await amara.take())["address"] == SECOND
