"""Every state of the console keeps ui.md 3, 10 and 14: see `walk` for which looks each of them is given."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.e2e.desk import CHEN, DATA, NAMES, TOMASZ, WANG, Day, company, visitor_of
from tests.e2e.hands import Agent
from tests.e2e.visit import LOST_LINE, Visits, connected
from tests.e2e.walk import Walk
from tests.e2e.wire import wire_to
from tests.fakes.house import House, open_house
from tests.fakes.visitor import Visitor

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(400)]

TYPING_SECONDS = 2


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(f"sqlite:///{tmp_path / 'hub.db'}", tmp_path, rules=company()) as opened:
        yield opened


@dataclass
class Shift:
    """Amara's day, the visitor she talks with, and the walk through her pages."""

    day: Day
    visitor: Visitor
    walk: Walk


@pytest_asyncio.fixture(loop_scope="session")
async def shift(house: House, visits: Visits) -> AsyncIterator[Shift]:
    visits.allow(*LOST_LINE)
    async with AsyncExitStack() as stack:
        amara = await stack.enter_async_context(house.console("amara"))
        visitor = await stack.enter_async_context((await visitor_of(house)).page())
        page = await (await visits.signed_in(house, "amara")).new_page()
        day, walk = Day(house, amara), Walk(page, house.url, DATA)
        await day.morning()
        yield Shift(day, visitor, walk)
        walk.done()


async def test_quiet_console_keeps_the_rules(shift: Shift) -> None:
    await shift.walk.through("idle", "/work", idle)
    await shift.walk.through("asleep", "/work", asleep)
    await shift.day.sms()
    await shift.walk.through("sms", "/work", row(NAMES[TOMASZ]))
    async with talking(shift.visitor):
        await shift.day.chat(shift.visitor)
        await shift.walk.through("chat", "/work", chat)


async def test_busy_console_keeps_the_rules(shift: Shift) -> None:
    await shift.day.chat(shift.visitor)
    await shift.day.rush()
    await shift.walk.through("busy", "/work", chat)
    await shift.walk.through("offer", "/work", offer)
    await shift.walk.through("wrap-up", "/work", wrap_up)
    async with wire_to(shift.day.house.url) as wire:
        shift.walk.url = wire.url

        async def lost(page: Page) -> None:
            await chat(page)
            wire.cut()
            await expect(page.locator("hub-cut .banner")).to_be_visible()

        async def found(_page: Page) -> None:
            wire.mend()

        await shift.walk.through("lost", "/work", lost, found)


async def test_layers_of_the_console_keep_the_rules(shift: Shift) -> None:
    await shift.day.chat(shift.visitor)
    for name, key, layer in LAYERS:
        await shift.walk.through(name, "/work", over_chat(key, layer))


LAYERS = (
    ("transfer", "t", "hub-transfer dialog[open] [role=option]"),
    ("palette", "Control+k", ".palette [role=option]"),
    ("keys", "Shift+Slash", ".keysheet"),
    ("snooze", "s", "hub-snooze dialog[open]"),
    ("presence", "Control+Shift+F2", ".presence-menu"),
)
Step = Callable[[Page], Awaitable[None]]


@contextlib.asynccontextmanager
async def talking(visitor: Visitor) -> AsyncIterator[None]:
    """The visitor types all the time."""

    async def type_on() -> None:
        while True:
            await visitor.send("typing", on=True)
            await asyncio.sleep(TYPING_SECONDS)

    task = asyncio.create_task(type_on())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def idle(page: Page) -> None:
    await connected(page)
    await expect(page.locator(".figures, .waits").first).to_be_visible()


async def asleep(page: Page) -> None:
    await connected(page)
    await page.locator("hub-work-list .row").first.click()
    await expect(page.locator("[data-act=wake]")).to_be_enabled()


def row(name: str) -> Step:
    """The conversation with this person."""

    async def reach(page: Page) -> None:
        await connected(page)
        await page.locator("hub-work-list .row").filter(has_text=name).first.click()
        await expect(page.locator("main h1")).to_have_text(name)

    return reach


async def chat(page: Page) -> None:
    await row(CHEN)(page)
    await expect(page.locator(".log img").first).to_be_visible()
    await page.locator("#composer-text").fill("Saturday 28 November, 08:00 to 12:00 is yours.")


async def offer(page: Page) -> None:
    await connected(page)
    await Agent(page).click(page.locator("hub-offer .row").first)
    await expect(page.locator("hub-preview h1")).to_be_visible()


async def wrap_up(page: Page) -> None:
    await row(NAMES[WANG])(page)
    await expect(page.locator("#disposition-filter")).to_be_visible()
    await page.keyboard.press("1")


def over_chat(key: str, layer: str) -> Step:
    """A layer over the chat, opened by its key."""

    async def reach(page: Page) -> None:
        await chat(page)
        await page.locator("main h1").click()
        await page.keyboard.press(key)
        await expect(page.locator(layer).first).to_be_visible()

    return reach
