"""The line breaks, the page is loaded again, a second tab is open, the session ends: nothing is lost or doubled."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, expect

from tests.e2e.hands import ACCEPT, SEND, Agent
from tests.e2e.visit import LOST_LINE, Visits, connected
from tests.e2e.wire import Wire, wire_to
from tests.fakes.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

CUSTOMER = "+447700900456"
OTHER = "+447700900457"
QUESTION = "Where is my table?"
BACK_MS = 20_000


async def console_through(wire: Wire, house: House, visits: Visits) -> Agent:
    """Amara at the end of the wire, in conversation."""
    visits.allow(*LOST_LINE)
    page = await (await visits.signed_in(house, "amara")).new_page()
    await page.goto(f"{wire.url}/work")
    await connected(page)
    amara = Agent(page)
    await amara.be_available()
    await house.text(CUSTOMER, QUESTION)
    await amara.accept(QUESTION)
    return amara


async def test_message_of_a_lost_line_goes_out_once(house: House, visits: Visits) -> None:
    async with wire_to(house.url) as wire:
        amara = await console_through(wire, house, visits)
        await amara.type("Half a sent")
        wire.cut()
        banner = amara.page.get_by_text("Connection to the hub lost")
        await expect(banner).to_be_visible()
        await expect(amara.page.get_by_role("button", name="Transfer")).to_be_disabled()
        await amara.type("ence.")
        await amara.press(SEND)
        await amara.reply("And a second one.")
        await expect(amara.bubble("Half a sentence.")).to_contain_text("kept until the hub is back")
        await expect(amara.page.get_by_text("2 messages kept")).to_be_visible()
        assert house.carrier.sent_to(CUSTOMER) == []
        await house.text(OTHER, "Another matter")
        wire.mend()
        await expect(amara.page.get_by_text("2 messages are sent, nothing was lost.").first).to_be_visible(
            timeout=BACK_MS
        )
        await expect(amara.bubble("And a second one.")).to_contain_text("delivered")
        await expect(amara.bubble("Half a sentence.")).to_contain_text("delivered")
        await expect(amara.work.get_by_role("heading", name="Ringing")).to_be_visible()
        assert [message.body for message in house.carrier.sent_to(CUSTOMER)] == [
            "Half a sentence.",
            "And a second one.",
        ]


async def test_message_without_an_answer_goes_out_once(house: House, visits: Visits) -> None:
    async with wire_to(house.url) as wire:
        amara = await console_through(wire, house, visits)
        wire.deaf = True
        await amara.reply("It comes at two.")
        await expect(amara.bubble("It comes at two.")).to_contain_text("sending")

        async def sent() -> bool:
            return bool(house.carrier.sent_to(CUSTOMER))

        await house.until(sent)
        wire.cut()
        await expect(amara.page.get_by_text("Connection to the hub lost")).to_be_visible()
        wire.mend()
        await expect(amara.bubble("It comes at two.")).to_contain_text("delivered", timeout=BACK_MS)
        await expect(amara.bubble("It comes at two.")).to_have_count(1)
        assert len(house.carrier.sent_to(CUSTOMER)) == 1


async def test_reload_keeps_drafts_and_state(house: House, visits: Visits) -> None:
    amara = Agent(await visits.console(house))
    await amara.be_available()
    await house.text(CUSTOMER, QUESTION)
    await amara.accept(QUESTION)
    await amara.reply("It comes at two.")
    await expect(amara.bubble("It comes at two.")).to_contain_text("delivered")
    await house.text(OTHER, "Another matter")
    await expect(amara.work.get_by_role("button", name="Look at the offer")).to_be_visible()
    await amara.press(ACCEPT)
    await expect(amara.bubble("Another matter")).to_be_visible()
    await amara.type("second draft")
    await amara.press("Control+Shift+1")
    await expect(amara.bubble("It comes at two.")).to_be_visible()
    await amara.type("first draft")
    before = await shown(amara.page)
    await amara.page.reload()
    await connected(amara.page)
    await expect(amara.reply_field).to_have_value("first draft")
    await expect(amara.presence).to_have_accessible_name("Presence: Available")
    assert await shown(amara.page) == before
    await amara.press("Control+Shift+2")
    await expect(amara.reply_field).to_have_value("second draft")
    assert [message.body for message in house.carrier.sent_to(CUSTOMER)] == ["It comes at two."]


async def test_two_tabs_show_the_same(house: House, visits: Visits) -> None:
    context = await visits.signed_in(house, "amara")
    tabs = []
    for _ in range(2):
        page = await context.new_page()
        await page.goto(f"{house.url}/work")
        await connected(page)
        tabs.append(Agent(page))
    left, right = tabs
    await left.page.bring_to_front()
    await left.be_available()
    await expect(right.presence).to_have_accessible_name("Presence: Available")
    await house.text(CUSTOMER, QUESTION)
    await expect(right.middle.get_by_text("left to accept")).to_be_visible()
    await left.accept(QUESTION)
    await left.reply("It comes at two.")
    await expect(left.bubble("It comes at two.")).to_contain_text("delivered")
    await expect(right.bubble("It comes at two.")).to_contain_text("delivered")
    await expect(right.work.get_by_role("heading", name="Ringing")).to_be_hidden()
    first, second = await asyncio.gather(shown(left.page), shown(right.page))
    assert first == second
    assert len(house.carrier.sent_to(CUSTOMER)) == 1


async def test_revoked_session_leads_to_the_log_in(house: House, visits: Visits) -> None:
    amara = Agent(await visits.console(house))
    await amara.be_available()
    await house.hub.access.end_sessions(house.users["amara"])
    await expect(amara.page.get_by_text("You are signed out.")).to_be_visible()
    await expect(amara.presence).to_have_accessible_name("Presence: Signed out")
    await amara.tab_to(amara.page.get_by_role("button", name="Sign in"))
    await amara.press("Enter")
    await expect(amara.page.get_by_role("heading", name="Sign in to your desk")).to_be_visible()


async def test_sign_out_leads_to_the_log_in(house: House, visits: Visits) -> None:
    amara = Agent(await visits.console(house))
    await amara.be_available()
    await amara.click(amara.page.get_by_role("button", name="Menu of Amara Osei"))
    await amara.click(amara.page.get_by_role("button", name="Sign out"))
    await expect(amara.page.get_by_role("heading", name="Sign in to your desk")).to_be_visible()
    await amara.page.goto(f"{house.url}/work")
    await expect(amara.page).to_have_url(f"{house.url}/login")


async def shown(page: Page) -> dict[str, object]:
    """What a console says, without its clocks."""
    found: dict[str, object] = await page.evaluate(
        """() => {
          const copy = (selector) => [...document.querySelectorAll(selector)].map((element) => {
            const twin = element.cloneNode(true);
            for (const clock of twin.querySelectorAll("hub-timer, hub-timebar")) clock.remove();
            return twin.textContent.replace(/\\s+/g, " ").trim();
          });
          return {rows: copy("hub-work-list li"), log: copy(".log .msg, .log .event"), facts: copy("hub-customer li"),
            head: copy("h1"), presence: copy(".presence-name"), room: copy(".caps")};
        }"""
    )
    return found
