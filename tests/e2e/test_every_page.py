"""Every page in every state, theme, language and size: axe, contrast, text in its box, targets. Pictures for eyes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from interaction_hub.demo.carrier import Turn
from tests.e2e.checks import axe_findings, findings, keep_picture
from tests.e2e.demo import running_demo
from tests.e2e.hands import ACCEPT, Agent
from tests.e2e.visit import LARGE, SMALL, Visits
from tests.fakes.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

CUSTOMER, OTHER, THIRD = "+447700900456", "+447700900457", "+447700900458"
NAME = "Bartholomäus Wolkenstein-Trostburg 陈美玲"
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen, " * 6
Scene = Callable[[House, Visits, str], Awaitable[Page]]


async def log_in(house: House, visits: Visits, language: str) -> Page:
    page = await (await visits.context(language=language)).new_page()
    await page.goto(f"{house.url}/login?error=sign_in")
    await expect(page.locator("hub-checks output").first).to_be_visible()
    return page


async def idle(house: House, visits: Visits, language: str) -> Page:
    page = await visits.console(house, language=language)
    await page.keyboard.press("a")
    await expect(page.locator(".presence .dot.ok").first).to_be_visible()
    return page


async def offer(house: House, visits: Visits, language: str) -> Page:
    page = await idle(house, visits, language)
    await house.text(CUSTOMER, "Where is my table? " + LONG)
    await expect(page.locator("hub-preview h1")).to_be_visible()
    return page


async def active(house: House, visits: Visits, language: str) -> Page:
    """A long conversation with all states of a message, two others, one of them ringing."""
    page = await offer(house, visits, language)
    await page.keyboard.press(ACCEPT)
    await expect(page.locator("#composer-text")).to_be_focused()
    async with house.console("amara") as amara:
        (contact,) = amara.contacts.values()
        customer = amara.pops[contact["id"]]["customer"]
        facts = [{"label": "A fact with a long name", "value": LONG[:200]}, {"label": "Order", "value": "40318"}]
        wanted = {"customer": customer["id"], "version": customer["version"], "name": NAME, "tier": "gold"}
        await amara.do("customer.update", **wanted, language="de", time_zone="Asia/Shanghai", facts=facts)
        await amara.do("contact.reply", contact=contact["id"], text="It comes at two. " + LONG)
        await amara.do("contact.note", contact=contact["id"], text="Third floor. " + LONG)
        await house.text(OTHER, LONG)
        await amara.take()
        house.carrier.script(CUSTOMER, [Turn.undelivered()])
        await amara.do("contact.reply", contact=contact["id"], text="This one does not arrive.")
    await expect(page.locator(".failure")).to_be_visible()
    await house.text(OTHER, "Are you there?")
    await house.text(THIRD, "And me?")
    await page.keyboard.type("Before two, or after two — as you like, naïvely “quoted”.")
    await expect(page.locator("hub-offer")).to_have_count(1)
    return page


async def wrap_up(house: House, visits: Visits, language: str) -> Page:
    page = await offer(house, visits, language)
    await page.keyboard.press(ACCEPT)
    await expect(page.locator("#composer-text")).to_be_focused()
    await Agent(page).click(page.locator("[data-act=end]"))
    await expect(page.locator("#disposition-filter")).to_be_focused()
    await page.keyboard.press("1")
    return page


async def transfer(house: House, visits: Visits, language: str) -> Page:
    page = await offer(house, visits, language)
    await page.keyboard.press(ACCEPT)
    await expect(page.locator("#composer-text")).to_be_focused()
    await Agent(page).click(page.locator("[data-act=transfer]"))
    await expect(page.get_by_role("option").first).to_be_visible()
    return page


async def board(house: House, visits: Visits, language: str) -> Page:
    async with house.console("daniel") as daniel:
        await daniel.do("presence.set", presence="available")
        await house.text(CUSTOMER)
        contact = await daniel.take()
        await daniel.do("contact.end", contact=contact["id"])
        await daniel.do("contact.finish", contact=contact["id"], disposition="solved")
        await house.text(THIRD)
        await daniel.take()
        await daniel.do("presence.set", presence="away", reason="lunch")
    await house.text(CUSTOMER, "Again")
    await house.text(OTHER)
    page = await visits.board(house, language=language)
    await expect(page.locator(".board-waiting tbody tr")).to_have_count(2)
    return page


SCENES: dict[str, Scene] = {
    "login": log_in,
    "idle": idle,
    "offer": offer,
    "active": active,
    "wrap-up": wrap_up,
    "transfer": transfer,
    "board": board,
}


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
@pytest.mark.parametrize("scene", SCENES)
async def test_page_keeps_the_rules(house: House, visits: Visits, scene: str, language: str) -> None:
    page = await SCENES[scene](house, visits, language)
    await expect_rules(page, f"{scene}-{language}")


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
async def test_play_page_keeps_the_rules(visits: Visits, language: str, assets: None) -> None:
    async with running_demo() as demo:
        page = await (await visits.context(language=language)).new_page()
        await page.goto(f"{demo.url}/play")
        await expect(page.frame_locator("iframe").locator("#presence")).to_be_enabled()
        await page.locator("hub-play textarea").fill("Can my table come in the afternoon?")
        await page.keyboard.press("Enter")
        await expect(page.frame_locator("iframe").locator("hub-preview h1")).to_be_visible()
        await expect_rules(page, f"play-{language}")
        await page.context.close()  # before the hub goes away


async def expect_rules(page: Page, name: str) -> None:
    """In both themes and sizes: the person sees the same state, nothing is loaded again."""
    found: list[str] = []
    for theme in ("light", "dark"):
        for size in (SMALL, LARGE):
            width, height = size
            await page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
            await page.set_viewport_size({"width": width, "height": height})
            await page.evaluate("new Promise(requestAnimationFrame)")
            await keep_picture(page, f"{name}-{theme}-{width}")
            told = [*await findings(page), *(await axe_findings(page) if size == SMALL else [])]
            found += [f"{theme} {width}: {finding}" for finding in told]
    assert not found, f"{name}\n" + "\n".join(found)
