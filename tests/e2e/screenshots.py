"""The pictures of the guides, taken from the running demo: `python -m tests.e2e.screenshots [play] [desk] [floor]`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import async_playwright, expect

import hatch_build
from tests.e2e.demo import running_demo
from tests.e2e.hands import SEND, Agent
from tests.e2e.scenes_desk import desk
from tests.e2e.scenes_floor import floor
from tests.e2e.studio import WAIT_MS, Studio
from tests.e2e.visit import launch

MOST_BYTES = 150_000
Scene = Callable[[Studio], Awaitable[None]]


async def main() -> int:
    """A demo for each scene, so that none shows what another has left behind."""
    hatch_build.build()
    expect.set_options(timeout=WAIT_MS)
    scenes: dict[str, Scene] = {"play": play, "desk": desk, "floor": floor}
    heavy = 0
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        for name in sys.argv[1:] or scenes:
            async with running_demo() as demo:
                studio = Studio(demo, browser)
                await scenes[name](studio)
            for path, size in studio.taken.items():
                print(f"{path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}: {size // 1000} kB")
            heavy += len(list(studio.too_large(MOST_BYTES)))
        await browser.close()
    return 1 if heavy else 0


async def play(studio: Studio) -> None:
    """Meiling at the left, Amara at the right: both sides of one conversation."""
    page = await studio.page()
    await page.goto(f"{studio.demo.url}/play")
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
    await studio.take(page, "play")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
