"""The demo as a newcomer meets it: text as a customer, accept at the right, read the reply at the left."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.e2e.demo import Demo, running_demo
from tests.e2e.hands import SEND, Agent
from tests.e2e.visit import Visits

pytestmark = pytest.mark.asyncio(loop_scope="session")

ANSWER = "Saturday, 13:00 to 17:00."


@pytest_asyncio.fixture(loop_scope="session")
async def demo(assets: None) -> AsyncIterator[Demo]:
    async with running_demo() as running:
        yield running


async def test_newcomer_plays_both_sides(demo: Demo, visits: Visits) -> None:
    page = await (await visits.context()).new_page()
    await page.goto(f"{demo.url}/play")
    amara = Agent(page, page.frame_locator("iframe"))
    await expect(amara.presence).to_be_enabled()
    phone, thread = page.get_by_role("textbox", name="Your message"), page.get_by_role("log", name="Your messages")
    await phone.fill("Can my table come in the afternoon?")
    await phone.press("Enter")
    await expect(phone).to_have_value("")
    await expect(thread.get_by_text("Can my table come in the afternoon?")).to_have_count(1)
    await expect(page.get_by_role("list", name="Event log")).to_contain_text("ContactOffered")
    await amara.click(amara.middle.get_by_role("button", name="Accept the SMS"))
    await amara.reply_field.fill(ANSWER)
    await amara.reply_field.press(SEND)
    await expect(thread.get_by_text(ANSWER)).to_have_count(1)
    await expect(amara.bubble(ANSWER)).to_contain_text("delivered")
    await expect(thread.get_by_text("Can my table come in the afternoon?")).to_have_count(1)

    await page.get_by_role("combobox", name="You are").select_option(label="Priya Raman")
    await page.get_by_role("combobox", name="Number to write to").select_option(label="Returns")
    await expect(thread).to_contain_text("wobbles")
    await expect(thread.get_by_text(ANSWER)).to_have_count(0)
    await expect(page.get_by_role("radio", name="stopped")).to_be_checked()
    await page.get_by_text("calm", exact=True).click()
    await expect(page.get_by_role("radio", name="calm")).to_be_checked()

    async with page.context.expect_page() as opened:
        await page.get_by_role("link", name="Supervisor view").click()
    board = await opened.value
    await expect(board.get_by_role("list", name="Agents")).to_contain_text("Amara Osei")
    async with page.context.expect_page() as opened:
        await page.get_by_role("link", name="Chat as a visitor").click()
    chat = await opened.value
    await expect(chat.get_by_role("button", name="Chat", exact=False).first).to_be_visible()
    await page.reload()
    await expect(amara.presence).to_be_enabled()
    await expect(thread.get_by_text(ANSWER)).to_have_count(1)
