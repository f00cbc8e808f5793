"""The pictures of the guides, taken from the running demo: `python -m tests.e2e.screenshots`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright, expect

import hatch_build
from interaction_hub.demo.company import SAMPLES
from tests.e2e.demo import Demo, running_demo
from tests.e2e.hands import SEND, Agent
from tests.e2e.pictures import write_png
from tests.e2e.visit import SMALL, connected, launch

FOLDER = Path(__file__).parents[2] / "docs" / "images"
MOST_BYTES = 200_000
WAIT_MS = 30_000
DELIVERIES, RETURNS = "+447700900101", "+447700900103"
MEILING, PRIYA, DIEGO, GRACE, TOMASZ, LEI = (sample.person for sample in SAMPLES)
CROWD = 20
LEAST_WAITING = 6


async def main() -> int:
    """One demo, three scenes, each with a fresh browser context."""
    hatch_build.build()
    expect.set_options(timeout=WAIT_MS)
    async with running_demo() as demo, async_playwright() as playwright:
        browser = await launch(playwright)
        scenes = [scene for scene in (play, console, board) if scene.__name__ in sys.argv[1:] or not sys.argv[1:]]
        taken = [await scene(demo, await open_page(browser)) for scene in scenes]
        await browser.close()
    for path, size in taken:
        print(f"{path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}: {size // 1000} kB")
    return 0 if all(size < MOST_BYTES for _, size in taken) else 1


async def open_page(browser: Browser) -> Page:
    width, height = SMALL
    context = await browser.new_context(
        viewport={"width": width, "height": height}, locale="en-GB", reduced_motion="reduce", color_scheme="light"
    )
    context.set_default_timeout(WAIT_MS)
    return await context.new_page()


async def take(page: Page, name: str) -> tuple[Path, int]:
    """Once fonts are there and nothing moves."""
    await page.evaluate("document.fonts.ready.then(() => true)")
    path = FOLDER / f"{name}.png"
    return path, write_png(path, await page.screenshot(animations="disabled", caret="initial"))


async def play(demo: Demo, page: Page) -> tuple[Path, int]:
    """Meiling at the left, Amara at the right: both sides of one conversation."""
    await page.goto(f"{demo.url}/play")
    amara = Agent(page, page.frame_locator("iframe"))
    phone = page.get_by_role("textbox", name="Your message")
    await expect(amara.presence).to_be_enabled()
    await phone.fill("Hi, my table comes on Saturday between 8 and 12. 可以改到下午吗？")
    await phone.press("Enter")
    await amara.click(amara.middle.get_by_role("button", name="Accept the SMS"))
    await amara.reply_field.fill("Hello Meiling, of course: Saturday, 13:00 to 17:00. Two men carry it up.")
    await amara.reply_field.press(SEND)
    await expect(page.get_by_role("log", name="Your messages")).to_contain_text("13:00 to 17:00")
    await phone.fill("太好了，谢谢！")
    await phone.press("Enter")
    await expect(amara.log).to_contain_text("太好了")
    await amara.reply_field.fill("The driver rings half an hour before")
    await phone.fill("Before four, please")
    taken = await take(page, "play")
    await amara.reply_field.fill("")
    await amara.finish("1")
    return taken


async def console(demo: Demo, page: Page) -> tuple[Path, int]:
    """Tomasz in work with his history, Diego waits for an answer, Grace rings."""
    await page.goto(f"{demo.url}/play")
    await page.goto(f"{demo.url}/work")
    await connected(page)
    amara = Agent(page)
    await demo.text(DIEGO.number, DELIVERIES, "Any news about the wardrobe? The gate is in Mill Lane.")
    await amara.accept("Any news about the wardrobe?")
    await demo.text(TOMASZ.number, RETURNS, "The refund is here, dziękuję! Could you send the receipt to the office?")
    await expect(amara.work.get_by_role("button", name="Look at the offer")).to_contain_text("Tomasz")
    await amara.click(amara.work.get_by_role("button", name="Look at the offer"))
    await amara.accept("Could you send the receipt")
    await amara.reply("Gladly, Tomasz. Is the address still Café Wisła, 12 Mill Lane?")
    await expect(amara.bubble("Gladly, Tomasz.")).to_contain_text("delivered")
    await demo.text(TOMASZ.number, RETURNS, "It is. Second floor, please, the café is closed before nine.")
    await expect(amara.bubble("It is. Second floor")).to_be_visible()
    await amara.click(amara.page.get_by_role("tab", name="Note"))
    await amara.type("Accounts send the receipt by post today.")
    await amara.press(SEND)
    await expect(amara.bubble("Accounts send the receipt")).to_contain_text("note, you")
    await amara.click(amara.page.get_by_role("tab", name="SMS"))
    await demo.text(DIEGO.number, DELIVERIES, "The driver is at the wrong house.")
    await expect(amara.row("Diego")).to_contain_text("wrong house")
    await amara.type("Thank you, it is in the post today. Second floor")
    await demo.text(GRACE.number, DELIVERIES, "The moss swatch is lovely. Can I order the sofa in it?")
    await expect(amara.work.get_by_role("heading", name="Ringing")).to_be_visible()
    await expect(amara.work.get_by_role("button", name="Look at the offer")).to_contain_text("waited 0:03")
    return await take(page, "console")


async def board(demo: Demo, page: Page) -> tuple[Path, int]:
    """A busy minute: more customers than agents, some of them for a while."""
    await demo.pace("busy")
    await page.goto(f"{demo.url}/play/board")
    rows = page.locator("table.board-waiting tbody tr")
    await demo.burst(CROWD)
    await expect(page.locator("ul.board-agents li", has_text="SMS")).not_to_have_count(0)
    await expect(rows.nth(LEAST_WAITING - 1)).to_be_visible()
    await expect(page.locator("table.board-waiting .is-warn, table.board-waiting .is-bad").first).to_be_visible()
    return await take(page, "board")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
