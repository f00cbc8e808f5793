"""The supervisor's and the admin's pictures: a busy minute of the whole company."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.async_api import Page, expect

from tests.e2e.shop import Guest
from tests.e2e.storefront import open_storefront
from tests.e2e.studio import Studio

CROWD = 70
LEAST_WAITING = 6
ALERT = "ul.board-needs li:not(.is-gone)"
SETTLED_MS = 25_000
PATIENCE_MS = 300_000


async def floor(studio: Studio) -> None:
    """More customers than agents, some of them for a while: the wallboard, and what lies under it."""
    await studio.demo.pace("busy")
    page = await studio.page(login="rk")
    await page.goto(f"{studio.demo.url}/board")
    await page.wait_for_timeout(SETTLED_MS)
    await studio.demo.burst(CROWD)
    await expect(page.locator("ul.board-agents li", has_text="SMS")).not_to_have_count(0)
    rows = page.locator("table.board-waiting tbody tr")
    await expect(rows.nth(LEAST_WAITING - 1)).to_be_visible()
    await expect(page.locator(ALERT).first).to_be_visible(timeout=PATIENCE_MS)
    await studio.take(page, "board")
    await queue(studio, page)
    await wall(studio)
    await reading(studio, page)
    await plan(studio)
    await closed(studio)


async def queue(studio: Studio, page: Page) -> None:
    await page.goto(f"{studio.demo.url}/board/queues/deliveries")
    line = page.locator(".board-line tbody tr")
    await expect(line.first).to_be_visible()
    await line.first.focus()
    await studio.take(page, "queue")


async def wall(studio: Studio) -> None:
    """The screen without names, as anybody with the link sees it."""
    (screen, *_) = (await studio.ask("rk", "GET", "screens"))["items"]
    page = await studio.page()
    await page.goto(f"{studio.demo.url}{screen['path']}")
    await expect(page.get_by_text("live", exact=True)).to_be_visible()
    await studio.take(page, "tv")


async def reading(studio: Studio, page: Page) -> None:
    """A conversation that has some lines, read silently, with a whisper begun."""
    contact = await long_talk(studio)
    await page.goto(f"{studio.demo.url}/board/contacts/{contact}#whisper")
    await expect(page.get_by_text("You read silently", exact=False)).to_be_visible()
    await expect(page.locator(".log .msg").first).to_be_visible()
    await page.keyboard.type("Well done. Ask whether anything else is open, then finish.")
    await studio.take(page, "reading")


async def long_talk(studio: Studio) -> str:
    """The contact of an English queue that has been active for the longest time."""
    agents = (await studio.ask("rk", "GET", "board"))["state"]["agents"]
    active = [
        one
        for agent in agents
        for one in agent["contacts"]
        if one["state"] == "active" and one["queue"] == "deliveries"
    ]
    return str(min(active, key=lambda one: one["since"])["id"])


async def plan(studio: Studio) -> None:
    """A queue's page, with a change that is not in use yet."""
    page = await studio.page(login="admin")
    await page.goto(f"{studio.demo.url}/admin/queues/deliveries")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Deliveries")
    # The page draws the radio button over its figure.
    await page.get_by_role("radiogroup", name="English").get_by_role("radio", name="3").check(force=True)
    await expect(page.get_by_text("Nothing is changed.")).to_be_hidden()
    await page.wait_for_timeout(1_000)  # the hub says what it would do
    await studio.take(page, "admin-queue")


async def closed(studio: Studio) -> None:
    """The widget when the queue's hours are over."""
    today = datetime.now(ZoneInfo("Europe/London")).date().isoformat()
    await studio.change("hours", "desk", exceptions={today: []})
    await studio.change("queues", "shop", hours="desk")
    async with open_storefront(studio.demo.url) as shop:
        await studio.change("sites", "shop", origins=[shop.url])
        page = await studio.page()
        await page.goto(f"{shop.url}/tables/oak")
        await expect(Guest(page).bubble).to_be_visible()
        await Guest(page).open()
        await page.wait_for_timeout(1_000)
        await studio.take(page, "widget-closed")
