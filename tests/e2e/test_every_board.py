"""The supervisor's and the admin's pages keep ui.md 3, 10 and 14: see `walk` for which looks each of them is given."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from agent_ui.admin_pages import SECTIONS
from interaction_hub.domain.documents import parse
from interaction_hub.services.rulebook import Publish
from tests.e2e.desk import DATA, PRIYA, SAID, Day, company, visitor_of
from tests.e2e.visit import Visits
from tests.e2e.walk import Walk
from tests.fakes.house import House, open_house
from tests.fakes.people import make_admin

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(400)]

STACKED = ("people", "queues")
"""The lists that are looked at in narrow windows; the others are drawn by the same code."""
EDITORS = (
    "queues/deliveries",
    "skills/en",
    "hours/office",
    "sites/shop",
    "people/+",
    "agents/amara",
    "roles/+",
    "dispositions/solved",
    "replies/r0",
    "company",
    "screens/floor",
)
KEYS = frozenset({
    "The Boss", "boss", "daniel", "solved", "returns", "chat", "office", "floor", "shop", "UTC", "https://shop.example",
    "supervisor", "admin", "agent",
})  # fmt: skip
"""What the administration shows of names that programs use."""
OF_A_QUEUE = ("order", "wrap", "history")


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(f"sqlite:///{tmp_path / 'hub.db'}", tmp_path, rules=company()) as opened:
        yield opened


@dataclass
class Floor:
    """The hub in the middle of a day, and the conversation that a supervisor reads."""

    house: House
    contact: str
    screen: str


@pytest_asyncio.fixture(loop_scope="session")
async def floor(house: House) -> AsyncIterator[Floor]:
    async with AsyncExitStack() as stack:
        day = Day(house, await stack.enter_async_context(house.console("amara")))
        visitor = await stack.enter_async_context((await visitor_of(house)).page())
        await day.morning()
        await day.sms()
        contact = await day.chat(visitor)
        (screen,) = (await house.get("/api/v1/screens", "rk"))["items"]
        yield Floor(house, contact["id"], str(screen["path"]))


async def live(page: Page) -> None:
    """Drawn, and with its line to the hub."""
    await page.locator(".board-live:not(.is-old), .log .msg, .tv-live:not(.is-old)").first.wait_for()
    await page.wait_for_load_state("networkidle")


async def test_board_keeps_the_rules(floor: Floor, visits: Visits) -> None:
    house = floor.house
    page = await (await visits.signed_in(house, "rk")).new_page()
    walk = Walk(page, house.url, DATA, hides=("Alerts and agents", "提醒与坐席"))  # names of the wide window's column
    await walk.through("board-calm", "/board", live)
    async with house.console("amara") as amara:
        await amara.do("presence.set", presence="away", reason="lunch")
        await house.text(PRIYA, SAID[15])
        await walk.through("board-alerts", "/board", alerts)
        await walk.through("queue", "/board/queues/deliveries", live)
        await walk.through("agent", f"/board/agents/{house.users['amara']}", live)
    await walk.through("reading", f"/board/contacts/{floor.contact}", live)
    joined = await house.call("POST", f"/api/v1/contacts/{floor.contact}/join", "rk")
    assert joined.status < 300, joined
    await walk.through("stepped-in", f"/board/contacts/{floor.contact}", live)
    await walk.through("tv", floor.screen, live, stacks=False)  # a screen on a wall
    walk.done()


async def alerts(page: Page) -> None:
    """Nobody serves who could: five seconds later it is an alert."""
    await live(page)
    await expect(page.locator(".board-needs li, .board-alert").first).to_be_visible(timeout=15_000)


async def admin(page: Page) -> None:
    await expect(page.locator("hub-admin h1")).to_be_visible()
    await page.locator("hub-admin :is(table, .admin-form, .admin-none)").first.wait_for()


async def of_admin(house: House, visits: Visits) -> Walk:
    await make_admin(house)
    page = await (await visits.signed_in(house, "boss")).new_page()
    return Walk(page, house.url, DATA | KEYS, hides=("#–#",))  # times in the drawing of a week; the fields have them


async def test_lists_of_the_admin_keep_the_rules(house: House, visits: Visits) -> None:
    walk = await of_admin(house, visits)
    for section in sorted(SECTIONS - {"company"}):
        await walk.through(f"admin-{section}", f"/admin/{section}", admin, stacks=section in STACKED)
    walk.done()


async def test_editors_of_the_admin_keep_the_rules(house: House, visits: Visits) -> None:
    walk = await of_admin(house, visits)
    for path in EDITORS:
        await walk.through(f"admin-{path.replace('/', '-')}", f"/admin/{path}", admin)
    for tab in OF_A_QUEUE:
        await walk.through(f"admin-queue-{tab}", f"/admin/queues/deliveries#{tab}", admin)
    walk.done()


async def test_conflict_of_two_admins_keeps_the_rules(house: House, visits: Visits) -> None:
    visits.allow("412")
    walk = await of_admin(house, visits)
    times = itertools.count()

    async def both(page: Page) -> None:
        await admin(page)
        await page.locator(".admin-form input").first.fill("Solved")
        name = ("Third floor.", "It comes at two.")[next(times) % 2]  # known to be data
        changed = parse("queue", {"key": "returns", "name": name, "channel": "sms", "requires": {"en": 2}}, "test")
        await house.hub.rules.publish(Publish({("queue", "returns"): changed}, frozenset(), "system:test"))
        await page.locator(".admin-head .btn.primary").click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.wait_for_load_state("networkidle")  # with what the change would mean

    await walk.through("conflict", "/admin/queues/returns", both)
    walk.done()
