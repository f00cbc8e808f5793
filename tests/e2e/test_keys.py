"""The keys of ui.md 6 that exist: each does its thing in Chromium, a changed one too, and none while a person types."""

from __future__ import annotations

import asyncio
import json

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from tests.e2e.hands import ACCEPT, DECLINE, SEND, Agent
from tests.e2e.visit import Visits, connected
from tests.fakes.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

ALT_GR = """document.body.dispatchEvent(new KeyboardEvent("keydown",
  { code: "KeyN", key: "ń", modifierAltGraph: true, bubbles: true, cancelable: true }))"""
FIRST, SECOND = "+447700900456", "+447700900457"


async def desk_with(house: House, visits: Visits, *numbers: str) -> Agent:
    """An agent with these customers in work, the last one in front."""
    amara = Agent(await visits.console(house))
    await amara.be_available()
    for number in numbers:
        await house.text(number, f"From {number}")
        await expect(amara.work.get_by_role("button", name="Look at the offer")).to_have_count(1)
        await amara.press(ACCEPT)
        await expect(amara.bubble(f"From {number}")).to_be_visible()
    return amara


async def test_palette_opens_from_a_field_and_returns(house: House, visits: Visits) -> None:
    amara = await desk_with(house, visits, FIRST)
    await amara.type("half a word")
    await amara.press("Control+k")
    await expect(amara.page.get_by_role("combobox")).to_be_focused()
    await amara.press("Escape")
    await expect(amara.reply_field).to_be_focused()
    await expect(amara.reply_field).to_have_value("half a word")
    await amara.press("Control+k")
    await amara.type("note")
    await amara.press("Enter")
    await expect(amara.note_field).to_be_focused()


async def test_letters_act_only_without_a_field(house: House, visits: Visits) -> None:
    amara = await desk_with(house, visits, FIRST)
    await amara.type("ten")
    await expect(amara.reply_field).to_have_value("ten")
    await amara.leave_field()
    await amara.press("n")
    await expect(amara.note_field).to_be_focused()
    await amara.leave_field()
    await amara.press("r")
    await expect(amara.reply_field).to_be_focused()
    await amara.leave_field()
    await amara.press("t")
    await expect(amara.page.get_by_role("dialog", name="Transfer")).to_be_visible()
    await amara.press("Escape")
    await amara.press("s")
    await expect(amara.page.get_by_role("dialog", name="Snooze")).to_be_visible()
    await amara.press("Escape")
    await amara.press("h")
    await expect(amara.customer.locator("hub-history :focus")).to_have_count(1)


async def test_keys_walk_the_work_list(house: House, visits: Visits) -> None:
    amara = await desk_with(house, visits, FIRST, SECOND)
    await amara.leave_field()
    await amara.press("j")
    await expect(amara.work.locator("[aria-current=true]")).to_contain_text("900456")
    await amara.press("k")
    await expect(amara.work.locator("[aria-current=true]")).to_contain_text("900457")
    await amara.press("u")
    await expect(amara.work.locator("[aria-current=true]")).to_contain_text("900456")
    await amara.press("Control+Shift+2")
    await expect(amara.work.locator("[aria-current=true]")).to_contain_text("900457")


async def test_hold_end_and_wrap_up_by_keys(house: House, visits: Visits) -> None:
    amara = await desk_with(house, visits, FIRST)
    await amara.type("kept")
    await amara.press("F8")
    await expect(amara.row("900456")).to_contain_text("on hold")
    await amara.press("F8")
    await expect(amara.row("900456")).not_to_contain_text("on hold")
    await amara.leave_field()
    await amara.press("e")
    await expect(amara.page.get_by_role("searchbox", name="Find a disposition")).to_be_focused()
    await amara.press("1", SEND)
    await expect(amara.work.get_by_text("No active contacts.")).to_be_visible()


async def test_offer_is_declined_by_its_chord(house: House, visits: Visits) -> None:
    amara = await desk_with(house, visits)
    await house.text(FIRST)
    await expect(amara.work.get_by_role("heading", name="Ringing")).to_be_visible()
    await amara.press(DECLINE)
    await expect(amara.page.get_by_role("menuitem").first).to_be_focused()


async def test_presence_folding_and_help_by_keys(house: House, visits: Visits) -> None:
    amara = await desk_with(house, visits)
    await amara.press("a")
    await expect(amara.page.get_by_role("menuitemradio", name="Lunch").first).to_be_visible()
    await amara.press("Escape")
    await amara.press("Control+Shift+F2")
    await expect(amara.page.get_by_role("menu", name="Presence")).to_be_visible()
    await amara.press("Escape")
    await amara.press("[")
    await expect(amara.work).to_be_hidden()
    await amara.press("[", "]")
    await expect(amara.customer).to_be_hidden()
    await amara.press("]", "/")
    await expect(amara.customer.get_by_role("searchbox", name="Find a customer")).to_be_focused()
    await amara.page.get_by_role("main").focus()
    await amara.press("Shift+?")
    sheet = amara.page.get_by_role("dialog", name="The keys on this page")
    await expect(sheet).to_contain_text("Accept the top offer")
    await amara.press("Escape")
    await expect(sheet).to_be_hidden()


async def test_alt_and_altgr_are_left_alone(house: House, visits: Visits) -> None:
    amara = await desk_with(house, visits, FIRST)
    await amara.leave_field()
    await amara.press("Alt+n")
    await amara.page.evaluate(ALT_GR)
    await expect(amara.note_field).to_be_hidden()


async def open_settings(visits: Visits, house: House, beside: Page) -> Page:
    """The settings in a second tab of the same browser."""
    page = await beside.context.new_page()
    await page.goto(f"{house.url}/settings")
    await expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    return page


async def test_changed_key_holds_in_the_other_tab(house: House, visits: Visits) -> None:
    amara = await desk_with(house, visits, FIRST)
    page = await open_settings(visits, house, amara.page)
    await page.get_by_role("button", name="Change the key of “Write a note”").click()
    await page.keyboard.press("r")
    await expect(page.get_by_text("R is taken by “Reply”.", exact=False).first).to_be_visible()
    await page.keyboard.press("Control+w")
    await expect(page.get_by_text("The browser keeps Ctrl W for itself.", exact=False).first).to_be_visible()
    await page.keyboard.press("Control+Shift+y")
    await expect(page.get_by_text("Saved", exact=True).first).to_be_visible()
    await amara.page.bring_to_front()
    await amara.press("Control+Shift+y")
    await expect(amara.note_field).to_be_focused()
    await amara.leave_field()
    await amara.press("r", "Shift+?")
    await amara.leave_field()
    await amara.press("Shift+?")
    await expect(amara.page.get_by_role("dialog", name="The keys on this page")).to_contain_text("Y")


async def test_late_snapshot_does_not_take_a_change_back(house: House, visits: Visits) -> None:
    """A page asks for the settings when it opens: what a person changes before the answer is there is newer."""
    amara = await desk_with(house, visits)
    held: asyncio.Queue[tuple[WebSocketRoute, str | bytes]] = asyncio.Queue()

    async def late(line: WebSocketRoute) -> None:
        def to_page(frame: str | bytes) -> None:
            if json.loads(frame)["type"] == "snapshot":
                held.put_nowait((line, frame))
            else:
                line.send(frame)

        line.connect_to_server().on_message(to_page)

    page = await amara.page.context.new_page()
    await page.route_web_socket("**/ws/agent", late)
    await page.goto(f"{house.url}/settings")
    letters = page.get_by_role("checkbox", name="Single letters act")
    line, snapshot = await asyncio.wait_for(held.get(), 10)
    await letters.uncheck()
    await expect(page.get_by_text("Saved", exact=True).first).to_be_visible()
    line.send(snapshot)
    await page.wait_for_timeout(300)
    await expect(letters).not_to_be_checked()
    assert await amara.page.evaluate("JSON.parse(localStorage.getItem('hub-settings')).values.keys.off") is True


async def test_settings_hold_on_another_device(house: House, visits: Visits) -> None:
    amara = await desk_with(house, visits, FIRST)
    other = await (await visits.signed_in(house, "amara")).new_page()
    await other.goto(f"{house.url}/settings")
    await other.get_by_role("checkbox", name="Single letters act").uncheck()
    await expect(other.get_by_text("Saved", exact=True).first).to_be_visible()
    await amara.leave_field()
    await expect(amara.page.locator("html")).to_have_attribute("lang", "en")
    await amara.press("Shift+?", "n")
    await expect(amara.note_field).to_be_hidden()
    await amara.page.reload()
    await connected(amara.page)
    await amara.leave_field()
    await amara.press("n")
    await expect(amara.note_field).to_be_hidden()
    await other.get_by_role("checkbox", name="Single letters act").check()
    await expect(other.get_by_text("Saved", exact=True).first).to_be_visible()
