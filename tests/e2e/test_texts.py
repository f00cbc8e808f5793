"""What people write is shown as they wrote it, and nothing of it runs; the pages speak the reader's language."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.english import english
from tests.e2e.hands import SEND, Agent
from tests.e2e.visit import LANGUAGE_COOKIE, Visits
from tests.fakes.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

CUSTOMER = "+447700900456"
HOSTILE = (
    "<script>window.hurt = 1</script>",
    "<img src=x onerror='window.hurt = 1'>",
    "</script><svg onload=window.hurt=1>",
    "{{ 7 * 7 }} ${7*7} %(name)s {count} \\u003c",
    "javascript:window.hurt=1",
    "שלום, איפה השולחן שלי? مرحبا",
    "你好，我的桌子在哪里？",
    "👩‍👩‍👧‍👦🚚 done 🇬🇧",
    "W" * 300,
    "x" * 1600,
)


async def test_texts_are_shown_and_run_nothing(house: House, visits: Visits) -> None:
    page = await visits.console(house)
    amara = Agent(page)
    await amara.be_available()
    await house.text(CUSTOMER, HOSTILE[0])
    await expect(amara.middle.get_by_text(HOSTILE[0], exact=True)).to_be_visible()
    await amara.press("Control+Shift+Enter")
    await expect(amara.reply_field).to_be_focused()
    for text in HOSTILE[1:]:
        await house.text(CUSTOMER, text)
    for text in HOSTILE:
        await expect(amara.log.locator(".bubble-text").get_by_text(text, exact=True)).to_have_count(1)
        await expect(amara.history.get_by_text(text, exact=True)).to_have_count(1)

    await amara.reply(HOSTILE[1])
    await expect(amara.bubble(HOSTILE[1]).last).to_contain_text("delivered")
    assert [message.body for message in house.carrier.sent_to(CUSTOMER)] == [HOSTILE[1]]
    await page.get_by_role("tab", name="Note").click()
    await amara.type(HOSTILE[2])
    await amara.press(SEND)
    await expect(amara.log.locator(".msg.is-note")).to_contain_text(HOSTILE[2])

    name = "</script><b>Zoë</b> 陈美玲 שרה " + "N" * 120
    await page.get_by_title("Change the name").click()
    await page.get_by_role("textbox", name="Name of the customer").fill(name)
    await amara.press("Enter")
    await expect(amara.middle.get_by_role("heading", level=1)).to_have_text(name)
    await page.reload()  # the first data stand in the page itself
    await expect(amara.middle.get_by_role("heading", level=1)).to_have_text(name)
    await expect(amara.log.locator(".bubble-text")).to_have_count(len(HOSTILE) + 2)
    assert await page.evaluate("window.hurt") is None
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_typing_1600_characters_counts_parts(house: House, visits: Visits) -> None:
    amara = Agent(await visits.console(house))
    await amara.be_available()
    await house.text(CUSTOMER, "Hello")
    await amara.accept("Hello")
    await amara.reply_field.fill("好" * 71)
    await expect(amara.page.get_by_text("71 of 134 · 2 parts")).to_be_visible()
    await amara.reply_field.fill("y" * 1601)
    await expect(amara.page.get_by_text("Too long: 1,601 of 1,600")).to_be_visible()
    await expect(amara.page.get_by_role("button", name="Send SMS")).to_be_disabled()
    await amara.press(SEND)
    await amara.reply_field.fill("y" * 1600)
    await amara.press(SEND)
    await expect(amara.log.locator(".msg.is-out")).to_contain_text("delivered")
    assert [len(message.body) for message in house.carrier.sent_to(CUSTOMER)] == [1600]


async def test_chinese_pages_have_no_english_left(house: House, visits: Visits) -> None:
    context = await visits.context()
    page = await context.new_page()
    await page.goto(f"{house.url}/login")
    await page.get_by_role("button", name="简体中文").click()
    await expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in to your desk")
    assert {cookie["name"]: cookie["value"] for cookie in await context.cookies()}[LANGUAGE_COOKIE] == "zh_Hans"
    left = {("login", text) for text in await english(page)}

    desk = await visits.console(house, language="zh_Hans")
    left |= {("idle", text) for text in await english(desk)}
    await desk.keyboard.press("a")
    await house.text(CUSTOMER, "Where is my table?")
    await expect(desk.locator("hub-preview h1")).to_be_visible()
    left |= {("offer", text) for text in await english(desk)}
    await desk.keyboard.press("Control+Shift+Enter")
    await expect(desk.locator("#composer-text")).to_be_focused()
    await desk.keyboard.type("It comes at two.")
    await desk.keyboard.press(SEND)
    await expect(desk.locator(".log .msg.is-out .is-delivered")).to_be_visible()
    left |= {("active", text) for text in await english(desk)}
    await Agent(desk).click(desk.locator("[data-act=transfer]"))
    await expect(desk.get_by_role("option", name="Returns")).to_be_visible()
    left |= {("transfer", text) for text in await english(desk)}
    await desk.keyboard.press("Escape")
    await desk.keyboard.press("Control+k")
    await expect(desk.locator(".palette")).to_be_visible()
    left |= {("palette", text) for text in await english(desk)}
    await desk.keyboard.press("Escape")
    await Agent(desk).click(desk.locator("[data-act=end]"))
    await expect(desk.locator("#disposition-filter")).to_be_visible()
    left |= {("wrap-up", text) for text in await english(desk)}
    await desk.locator("h1").click()
    await desk.keyboard.press("Shift+Slash")
    await expect(desk.locator(".keysheet")).to_be_visible()
    left |= {("keys", text) for text in await english(desk)}

    board = await visits.board(house, language="zh_Hans")
    left |= {("board", text) for text in await english(board)}
    assert not left, "\n".join(f"{where}: {text!r}" for where, text in sorted(left))


async def test_dark_theme_is_kept(house: House, visits: Visits) -> None:
    page = await visits.console(house)
    amara = Agent(page)
    ground = "getComputedStyle(document.querySelector('.pane.middle')).backgroundColor"
    light = await page.evaluate(ground)
    await amara.click(page.get_by_role("button", name="Menu of Amara Osei"))
    await amara.click(page.get_by_role("button", name="Dark"))
    dark = await page.evaluate(ground)
    assert dark != light
    await page.reload()
    assert await page.evaluate(ground) == dark


async def test_conversation_stays_at_its_end(house: House, visits: Visits) -> None:
    amara = Agent(await visits.console(house))
    await amara.be_available()
    await house.text(CUSTOMER, "Hello")
    await amara.accept("Hello")
    long = " word" * 60
    for number in range(8):
        await house.text(CUSTOMER, f"Message {number}{long}")
        await expect(amara.bubble(f"Message {number}")).to_be_in_viewport(ratio=0.9)
    await amara.page.set_viewport_size({"width": 1280, "height": 600})
    await expect(amara.bubble("Message 7")).to_be_in_viewport(ratio=0.9)

    await amara.bubble("Message 7").hover()
    await amara.page.mouse.wheel(0, -500)
    await expect(amara.bubble("Message 7")).not_to_be_in_viewport()
    await house.text(CUSTOMER, "Message 8")
    await amara.page.get_by_role("button", name="1 new").wait_for()
    await expect(amara.bubble("Message 8")).not_to_be_in_viewport()
    await amara.click(amara.page.get_by_role("button", name="1 new"))
    await expect(amara.bubble("Message 8")).to_be_in_viewport()
    await expect(amara.page.get_by_role("button", name="1 new")).to_be_hidden()
