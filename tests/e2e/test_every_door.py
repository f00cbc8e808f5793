"""Pages before and around the work keep ui.md 3, 10 and 14: log-in, links, errors, customers, settings, chat page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from interaction_hub.domain.documents import parse
from interaction_hub.services.rulebook import Publish
from tests.e2e.demo import running_demo
from tests.e2e.desk import DATA, Day, company, visitor_of
from tests.e2e.visit import Visits
from tests.e2e.walk import LOOKS, Walk
from tests.fakes.house import Console, House, open_house

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(400)]


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(f"sqlite:///{tmp_path / 'hub.db'}", tmp_path, rules=company()) as opened:
        yield opened


async def settled(page: Page) -> None:
    """Drawn, with its data."""
    await expect(page.locator("main h1").first).to_be_visible()
    await page.wait_for_load_state("networkidle")


async def test_doors_keep_the_rules(house: House, visits: Visits) -> None:
    visits.allow("404", "410")
    setup = await house.hub.links.for_first_admin()
    reset, _ = await house.hub.links.for_person(house.users["amara"], "system:test")
    walk = Walk(await (await visits.context()).new_page(), house.url, DATA)
    await walk.through("login", "/login?error=sign_in", checked)
    await walk.through("lost-password", "/lost-password", settled)
    await walk.through("new-password", f"/password/{reset}", settled)
    await walk.through("spent-link", "/password/no-such-link", settled)
    await walk.through("setup", f"/setup/{setup}", settled)
    walk.done()


async def checked(page: Page) -> None:
    await expect(page.locator("hub-checks output").first).to_be_visible()


async def test_pages_around_the_console_keep_the_rules(house: House, visits: Visits) -> None:
    visits.allow("404", "403")
    async with AsyncExitStack() as stack:
        day = Day(house, await stack.enter_async_context(house.console("amara")))
        visitor = await stack.enter_async_context((await visitor_of(house)).page())
        await day.morning()
        await day.sms()
        contact = await day.chat(visitor)
        customer = day.amara.pops[contact["id"]]["customer"]["id"]
        walk = Walk(await (await visits.signed_in(house, "amara")).new_page(), house.url, DATA)
        for name, path in (
            ("customers", "/customers"),
            ("customer", f"/customers/{customer}"),
            ("day", "/day"),
            ("settings", "/settings"),
            ("own-password", "/password"),
            ("no-page", "/no-such-page"),
            ("not-yours", "/admin/queues"),
        ):
            await walk.through(name, path, settled)
    walk.done()


@pytest.mark.parametrize("language", LOOKS)
async def test_page_of_the_chat_keeps_the_rules(house: House, visits: Visits, language: str) -> None:
    context = await visits.context(language=language)
    walk = Walk(await context.new_page(), house.url, DATA, languages=(language,))
    async with house.console("amara") as amara:
        await amara.do("presence.set", presence="away", reason="lunch")
        await walk.through("chat-home", "/chat/shop", settled)
        await walk.through("chat-waiting", "/chat/shop", waiting)
        await amara.do("presence.set", presence="available")
        contact = await amara.take()
        await amara.do("contact.reply", contact=contact["id"], text="It comes at two.")
        await walk.through("chat-talking", "/chat/shop", talking)
        await finish(amara, contact["id"])

        async def ended(page: Page) -> None:
            await waiting(page)
            contact = await amara.take()
            await amara.do("contact.reply", contact=contact["id"], text="It comes at two.")
            await talking(page)
            await finish(amara, contact["id"])
            await expect(page.locator(".c-scores")).to_be_visible()

        walk.page = await (await visits.context(language=language)).new_page()  # somebody else
        await walk.through("chat-ended", "/chat/shop", ended)
    walk.page = await (await visits.context(language=language)).new_page()
    await shut(house)
    await walk.through("chat-closed", "/chat/shop", closed)
    walk.done()


async def test_play_page_keeps_the_rules(visits: Visits, assets: None) -> None:
    page = await (await visits.context()).new_page()
    async with running_demo() as demo:
        walk = Walk(page, demo.url, translated=False)  # it shows the log as programs know it
        await walk.through("play", "/play", played, stacks=False)  # two consoles side by side, for large windows
        await page.close()  # before the hub goes away
    walk.done()


async def played(page: Page) -> None:
    """A customer has written, and Amara's console shows it."""
    console = page.frame_locator("iframe")
    await expect(console.locator("#presence")).to_be_enabled()
    if not await console.locator("hub-preview h1").count():
        await page.locator("hub-play textarea").fill("Can my table come in the afternoon?")
        await page.keyboard.press("Enter")
    await expect(console.locator("hub-preview h1")).to_be_visible()


async def shut(house: House) -> None:
    """The chat is closed at this hour."""
    rules = company()
    queue = {"key": "chat", "name": "Chat", "channel": "chat", "entries": ["*"], "hours": "office"}
    rules["queue", "chat"] = parse("queue", queue, "test")
    rules["hours", "office"] = parse("hours", {"key": "office", "name": "Billing", "closed": True}, "test")
    await house.hub.rules.publish(Publish(rules, frozenset(), "system:test"))


async def waiting(page: Page) -> None:
    """Where one stands in line; written once, and there again after a reload."""
    await page.locator(".c-option, textarea").first.wait_for()
    if await page.locator(".c-option").count():
        await page.locator(".c-option").first.click()
        await page.locator("textarea").fill("Hello")
        await page.locator("textarea").press("Enter")
    await expect(page.locator(".c-place")).to_be_visible()


async def talking(page: Page) -> None:
    await expect(page.locator(".c-msg:not(.is-mine)").first).to_be_visible()


async def finish(amara: Console, contact: str) -> None:
    await amara.do("contact.end", contact=contact)
    await amara.do("contact.finish", contact=contact, disposition="solved")


async def closed(page: Page) -> None:
    await expect(page.locator(".c-write")).to_be_visible()
