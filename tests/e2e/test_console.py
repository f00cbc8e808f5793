"""The walk of one SMS with hands on the console: by keyboard alone, and by mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from interaction_hub.demo.carrier import Turn
from interaction_hub.domain import events
from tests.e2e.hands import ACCEPT, DECLINE, SEND, Agent
from tests.e2e.visit import Visits
from tests.fakes.house import OUR_NUMBER, PASSWORD, House, documents, open_house

pytestmark = pytest.mark.asyncio(loop_scope="session")

CUSTOMER = "+447700900456"
QUESTION = "Where is my table?"
ANSWER = "It comes at two."


async def earlier_talk(house: House, number: str = CUSTOMER) -> None:
    """The customer was here before: amara answered and filed it."""
    async with house.console("amara") as amara:
        await amara.do("presence.set", presence="available")
        await house.text(number, "Do you sell oak tables?")
        contact = await amara.take()
        await amara.do("contact.reply", contact=contact["id"], text="We do, in two sizes.")
        await amara.do("contact.end", contact=contact["id"])
        await amara.do("contact.finish", contact=contact["id"], disposition="solved", note="Wants a table.")
        await amara.until(lambda: not amara.contacts)
        await amara.do("presence.set", presence="away", reason="lunch")


async def test_one_sms_walks_by_keyboard_alone(house: House, visits: Visits) -> None:
    await earlier_talk(house)
    page = await (await visits.context()).new_page()
    amara = Agent(page)
    await page.goto(house.url)
    await expect(page.get_by_role("textbox", name="Sign-in name")).to_be_focused()
    await amara.type("amara")
    await amara.press("Tab")
    await amara.type(PASSWORD)
    await amara.press("Enter")
    await expect(page.get_by_role("heading", name="You are away: lunch.")).to_be_visible()
    await amara.be_available()

    await house.text(CUSTOMER, QUESTION)
    await expect(amara.work.get_by_role("heading", name="Ringing")).to_be_visible()
    await expect(amara.middle.get_by_role("heading", level=1)).to_have_text("+44 7700 900456")
    await expect(amara.history.get_by_text("We do, in two sizes.")).to_be_visible()
    await amara.accept(QUESTION)

    await amara.reply(ANSWER)
    await expect(amara.bubble(ANSWER)).to_contain_text("delivered")
    (sent,) = house.carrier.sent_to(CUSTOMER)[1:]
    assert (sent.from_number, sent.body) == (OUR_NUMBER, ANSWER)

    house.carrier.script(CUSTOMER, [Turn.undelivered()])
    await amara.reply("Two men bring it.")
    await expect(amara.log.get_by_text("This SMS was not delivered.")).to_be_visible()
    await expect(amara.log).to_contain_text("30003")
    await amara.tab_to(amara.log.get_by_role("button", name="Try again"), back=True)
    await amara.press("Enter")
    await expect(amara.bubble("Two men bring it.").last).to_have_attribute("data-state", "delivered")
    await expect(amara.log.get_by_text("This SMS was not delivered.")).to_be_hidden()

    await amara.press("n")
    await expect(amara.note_field).to_be_focused()
    await amara.type("Third floor, no lift.")
    await amara.press(SEND)
    await expect(amara.bubble("Third floor, no lift.")).to_contain_text("note, you")
    assert [message.body for message in house.carrier.sent_to(CUSTOMER)[1:]] == [ANSWER, *["Two men bring it."] * 2]

    daniel = Agent(await visits.console(house, "daniel"))
    await daniel.be_available()
    await amara.leave_field()
    await amara.press("t")
    await amara.type("dani")
    await expect(page.get_by_role("option", name="Daniel Reyes")).to_have_attribute("aria-selected", "true")
    await amara.press("Tab")
    await amara.type("Knows the driver.")
    await amara.press("Enter")
    await expect(amara.work.get_by_text("No active contacts.")).to_be_visible()

    await daniel.accept(ANSWER)
    await expect(daniel.bubble("Knows the driver.")).to_be_visible()
    await daniel.reply("The driver is on his way.")
    await expect(daniel.bubble("The driver is on his way.")).to_contain_text("delivered")
    await daniel.leave_field()
    await daniel.press("e")
    await expect(daniel.page.get_by_role("searchbox", name="Find a disposition")).to_be_focused()
    await daniel.press("1")
    await expect(daniel.page.get_by_role("radio", name="Solved")).to_be_checked()
    for text in (QUESTION, ANSWER, "Third floor, no lift.", "Knows the driver.", "The driver is on his way."):
        await expect(daniel.history.get_by_text(text, exact=True)).to_have_count(1)
    await daniel.press(SEND)
    await expect(daniel.work.get_by_text("No active contacts.")).to_be_visible()
    await expect(daniel.work.get_by_role("button").filter(has_text="+44")).to_have_count(0)
    assert len(house.carrier.sent_to(CUSTOMER)) == 5


async def test_one_sms_walks_with_the_mouse(house: House, visits: Visits) -> None:
    page = await visits.console(house)
    amara = Agent(page)
    await amara.click(page.get_by_role("button", name="Become available"))
    await house.text(CUSTOMER, QUESTION)
    await amara.click(amara.middle.get_by_role("button", name="Accept the SMS"))
    await amara.reply_field.fill(ANSWER)
    await amara.click(page.get_by_role("button", name="Send SMS"))
    await expect(amara.bubble(ANSWER)).to_contain_text("delivered")
    assert [message.body for message in house.carrier.sent_to(CUSTOMER)] == [ANSWER]

    await amara.click(amara.middle.get_by_role("button", name="More"))
    await amara.click(page.get_by_role("menuitem", name="Hold"))
    await expect(amara.row(CUSTOMER[:3])).to_contain_text("on hold")
    await amara.click(amara.middle.get_by_role("button", name="More"))
    await amara.click(page.get_by_role("menuitem", name="Resume"))
    await expect(amara.row(CUSTOMER[:3])).not_to_contain_text("on hold")
    await amara.click(page.get_by_title("Change the name"))
    await page.get_by_role("textbox", name="Name of the customer").fill("Ruth Adler")
    await amara.click(page.get_by_role("button", name="Save name"))
    await expect(amara.middle.get_by_role("heading", level=1)).to_have_text("Ruth Adler")

    await amara.click(page.get_by_role("button", name="End", exact=True))
    await amara.click(page.get_by_role("radio", name="Solved"))
    await page.get_by_role("textbox", name="Summary for the history").fill("Told the hour.")
    await amara.click(page.get_by_role("button", name="Finish, take the next"))
    await expect(page.get_by_role("heading", name="You are available. Nothing is ringing.")).to_be_visible()
    await expect(amara.work.get_by_text("Handled today 1")).to_be_visible()


async def test_several_contacts_keep_their_places(house: House, visits: Visits) -> None:
    page = await visits.console(house)
    amara = Agent(page)
    await amara.be_available()
    numbers = [f"+44770090020{digit}" for digit in range(3)]
    for place, number in enumerate(numbers):
        await house.text(number, f"First of {place}")
        await expect(amara.work.get_by_role("button", name="Look at the offer")).to_have_count(1)
        await amara.press(ACCEPT)
        await expect(amara.bubble(f"First of {place}")).to_be_visible()
        await expect(amara.reply_field).to_be_focused()
        await amara.type(f"draft {place}")
    rows = amara.work.locator("section", has=page.get_by_role("heading", name="Active")).get_by_role("listitem")
    await expect(rows).to_have_count(3)
    await house.text(numbers[0], "Are you there?")
    await expect(rows.nth(0)).to_contain_text("1")
    await expect(rows.nth(0)).to_contain_text("draft")
    await amara.press("Control+Shift+1")
    await expect(amara.reply_field).to_have_value("draft 0")
    await expect(amara.bubble("Are you there?")).to_be_visible()
    await expect(rows.nth(0).get_by_label("1 unread")).to_have_count(0)
    await amara.press(SEND)
    await expect(amara.bubble("draft 0")).to_contain_text("delivered")
    await amara.press("Control+Shift+3")
    await expect(amara.reply_field).to_have_value("draft 2")
    assert [[message.body for message in house.carrier.sent_to(number)] for number in numbers] == [["draft 0"], [], []]


async def test_who_types_on_after_accepting_writes_the_answer(house: House, visits: Visits) -> None:
    """Letters that come before the field is there are not taken for keys of the page."""
    amara = Agent(await visits.console(house))
    await amara.be_available()
    await house.text(CUSTOMER, QUESTION)
    await expect(amara.middle.get_by_text("left to accept")).to_be_visible()
    await amara.press(ACCEPT)
    await amara.type("Now then, at two.")
    await expect(amara.reply_field).to_have_value("Now then, at two.")


async def test_offer_is_declined_with_a_reason(house: House, visits: Visits) -> None:
    amara = Agent(await visits.console(house))
    await amara.be_available()
    await house.text(CUSTOMER, QUESTION)
    await expect(amara.middle.get_by_text("left to accept")).to_be_visible()
    await amara.press(DECLINE)
    await expect(amara.page.get_by_role("menuitem", name="Busy")).to_be_focused()
    await amara.press("ArrowDown", "Enter")
    await expect(amara.work.get_by_role("heading", name="Ringing")).to_be_hidden()
    (declined,) = await house.logged(events.OfferDeclined)
    assert declined.body.reason == "not_my_skill"


async def test_missed_offer_sets_the_agent_away(tmp_path: Path, visits: Visits) -> None:
    rules = documents(offer_timeout=1, away_after_missed=1)
    async with open_house(f"sqlite:///{tmp_path / 'hub.db'}", tmp_path, rules=rules) as house:
        amara = Agent(await visits.console(house))
        await amara.be_available()
        await house.text(CUSTOMER, QUESTION)
        await expect(amara.work.get_by_text("You missed it. You are away now.")).to_be_visible()
        await expect(amara.presence).to_have_accessible_name("Presence: Away: Missed an offer")
        await amara.tab_to(amara.page.get_by_role("button", name="Available again"))
        await amara.press("Enter")
        await expect(amara.presence).to_have_accessible_name("Presence: Available")


async def test_stop_of_the_customer_blocks_the_composer(house: House, visits: Visits) -> None:
    amara = Agent(await visits.console(house))
    await amara.be_available()
    await house.text(CUSTOMER, QUESTION)
    await amara.accept(QUESTION)
    await amara.type("It is on")
    await house.text(CUSTOMER, "STOP")
    await expect(amara.page.get_by_text("The customer opted out of SMS.", exact=False).first).to_be_visible()
    await expect(amara.reply_field).to_be_hidden()
    await expect(amara.page.get_by_role("button", name="Send SMS")).to_be_hidden()
    await expect(amara.middle.get_by_text("of 160")).to_be_hidden()
    await expect(amara.middle.get_by_text("new line")).to_be_hidden()
    await expect(amara.customer.get_by_text("opted out", exact=True)).to_be_visible()
    await house.text(CUSTOMER, "START")
    await expect(amara.reply_field).to_have_value("It is on")
    assert house.carrier.sent_to(CUSTOMER) == []
