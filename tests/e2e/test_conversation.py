"""What an agent does with one conversation beyond the walk of an SMS: chat, files, drafts, saved replies, snooze."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa
from PIL import Image
from playwright.async_api import FilePayload, Route, expect

from interaction_hub.domain.documents import parse
from interaction_hub.storage import tables
from tests.e2e.hands import ACCEPT, SEND, Agent
from tests.e2e.visit import Visits, connected
from tests.fakes.house import House, documents, open_house
from tests.fakes.visitor import Visitor, come

pytestmark = pytest.mark.asyncio(loop_scope="session")

CUSTOMER = "+447700900456"
QUESTION = "Where is my table?"
REPLY = {
    "key": "saturday",
    "name": "Saturday is booked",
    "text": "Dear {{customer}}, Saturday is yours. {{agent}}, {{company}}, {{order}}",
}


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The small company with web chat and one saved reply."""
    rules = documents(chat={}) | {("reply", "saturday"): parse("reply", REPLY, "test")}
    async with open_house(f"sqlite:///{tmp_path / 'hub.db'}", tmp_path, rules=rules) as opened:
        yield opened


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (320, 240), (120, 60, 20)).save(file, "PNG")
    return file.getvalue()


async def with_chat(house: House, visits: Visits, visitor: Visitor) -> Agent:
    """Amara talks with the visitor, whose page is open."""
    amara = Agent(await visits.console(house))
    await amara.be_available()
    await visitor.write(QUESTION, name="Ruth Adler")
    await expect(amara.middle.locator(".bubble")).to_have_text(QUESTION)
    await amara.press(ACCEPT)
    await expect(amara.reply_field).to_be_focused()
    return amara


async def with_sms(house: House, visits: Visits) -> Agent:
    amara = Agent(await visits.console(house))
    await amara.be_available()
    await house.text(CUSTOMER, QUESTION)
    await amara.accept(QUESTION)
    return amara


async def test_chat_is_sent_by_enter_alone(house: House, visits: Visits) -> None:
    visitor = await come(house)
    async with visitor.page():
        amara = await with_chat(house, visits, visitor)
        await amara.type("It comes")
        await amara.press("Shift+Enter")
        await amara.type("at two.")
        await expect(amara.reply_field).to_have_value("It comes\nat two.")
        await amara.press("Enter")
        await expect(amara.reply_field).to_have_value("")
        await visitor.until(lambda: "It comes\nat two." in visitor.texts)
        sent = [line["id"] for line in visitor.lines.values() if line["from"] == "agent"]
        await visitor.send("ack", state="read", messages=sent)
        await expect(amara.bubble("It comes")).to_have_attribute("data-state", "read")


async def test_typing_is_shown_on_both_sides(house: House, visits: Visits) -> None:
    visitor = await come(house)
    async with visitor.page():
        amara = await with_chat(house, visits, visitor)
        height = await amara.log.evaluate("log => log.clientHeight")
        await visitor.send("typing", on=True)
        await expect(amara.middle.get_by_text("Ruth Adler is typing…")).to_be_visible()
        await expect(amara.row("Ruth Adler")).to_contain_text("typing")
        assert await amara.log.evaluate("log => log.clientHeight") == height
        await amara.type("It")
        await visitor.until(lambda: any(frame.get("kind") == "typing" and frame.get("on") for frame in visitor.frames))
        await visitor.write("Are you there?")
        await expect(amara.middle.get_by_text("Ruth Adler is typing…")).to_be_hidden()


async def test_files_go_both_ways(house: House, visits: Visits) -> None:
    visits.allow("415")
    visitor = await come(house)
    async with visitor.page():
        amara = await with_chat(house, visits, visitor)
        leg = await visitor.upload(picture(), "image/png", "leg.png")
        await visitor.write("See this.", files=[leg.data["id"]])
        thumb = amara.log.get_by_role("link", name="Picture leg.png, open it")
        await amara.click(thumb)
        await expect(amara.page.get_by_role("dialog", name="leg.png")).to_be_visible()
        await amara.press("Escape")
        await expect(thumb).to_be_focused()

        files = amara.middle.locator("input[type=file]")
        wrong = FilePayload(name="tool.exe", mimeType="application/x-msdownload", buffer=b"MZ\x00\x00")
        await files.set_input_files([wrong, FilePayload(name="plan.png", mimeType="image/png", buffer=picture())])
        tray = amara.middle.get_by_role("list", name="Files of this message")
        await expect(tray.get_by_role("listitem")).to_have_count(2)
        await expect(tray.locator(".is-refused")).to_contain_text("PDF")
        await amara.click(tray.get_by_role("button", name="Take tool.exe out"))
        await amara.reply_field.fill("The plan.")
        await amara.press("Enter")
        await expect(tray).to_be_hidden()
        await expect(amara.log.get_by_role("link", name="Picture plan.png, open it")).to_be_visible()
        await visitor.until(lambda: any(line["files"] for line in visitor.lines.values() if line["from"] == "agent"))


async def test_draft_follows_to_another_device(house: House, visits: Visits) -> None:
    amara = await with_sms(house, visits)
    await amara.type("It comes")
    await expect(amara.reply_field).to_have_value("It comes")
    await amara.page.wait_for_timeout(1_500)  # a pause: drafts go to the hub a second after the last key
    other = Agent(await visits.console(house))
    await expect(other.reply_field).to_have_value("It comes")

    await other.reply_field.focus()
    await other.press("End")
    await other.type(" at two.")
    newer = amara.middle.get_by_text("Newer on another device: It comes at two.")
    await expect(newer).to_be_visible()
    await expect(amara.reply_field).to_have_value("It comes")
    await amara.click(amara.middle.get_by_role("button", name="Take it"))
    await expect(amara.reply_field).to_have_value("It comes at two.")
    await amara.reply_field.press(SEND)
    await expect(amara.bubble("It comes at two.")).to_have_attribute("data-state", "delivered")
    await other.reply_field.evaluate("field => field.blur()")
    await expect(other.reply_field).to_have_value("")


async def test_copy_of_a_draft_that_comes_late_does_not_stand_again(house: House, visits: Visits) -> None:
    amara = await with_sms(house, visits)
    before = house.hub.clock.now() // 1000
    await amara.type("It comes at two.")
    await amara.reply_field.press(SEND)
    await expect(amara.bubble("It comes at two.")).to_have_attribute("data-state", "delivered")
    contact = (await house.rows(sa.select(tables.contact.c.id).where(tables.contact.c.state == "active")))[0][0]
    async with house.console("amara") as other:
        await other.do("draft.save", contact=contact, kind="reply", text="It com", at=before)
        await other.do("draft.save", contact=contact, kind="note", text="Two o'clock")
    await amara.click(amara.middle.get_by_role("tab", name="Note"))
    await expect(amara.page.get_by_role("textbox", name="Note")).to_have_value("Two o'clock")
    await amara.click(amara.middle.get_by_role("tab", name="SMS"))
    await expect(amara.reply_field).to_have_value("")


async def test_saved_reply_is_found_and_filled(house: House, visits: Visits) -> None:
    amara = await with_sms(house, visits)
    await amara.type("/xq")
    await expect(amara.page.get_by_role("listbox", name="Saved replies")).to_be_hidden()
    await amara.reply_field.fill("")
    await amara.type("/sat")
    option = amara.page.get_by_role("option", name="Saturday is booked")
    await expect(option).to_have_attribute("aria-selected", "true")
    await amara.press("Enter")
    filled = "Dear, Saturday is yours. Amara Osei, Harbour & Pine, {{order}}"
    await expect(amara.reply_field).to_have_value(filled)
    await expect(amara.reply_field).to_be_focused()
    assert house.carrier.sent_to(CUSTOMER) == []

    await amara.reply_field.fill("")
    await amara.leave_field()
    await amara.press(".")
    await amara.type("nothing of this")
    await amara.press("Enter")
    await expect(amara.page.get_by_text("Nothing has these letters.")).to_be_visible()
    assert house.carrier.sent_to(CUSTOMER) == []


async def test_mention_reaches_the_colleague(house: House, visits: Visits) -> None:
    amara = await with_sms(house, visits)
    async with house.console("daniel") as daniel:
        await amara.leave_field()
        await amara.press("n")
        await amara.type("Ask @dan")
        await amara.press("Enter")
        await expect(amara.note_field).to_have_value("Ask @Daniel Reyes ")
        await amara.type("first.")
        await amara.press(SEND)
        await expect(amara.log.locator("mark")).to_have_text("@Daniel Reyes")

        def told() -> bool:
            changes = [change for frame in daniel.frames for change in frame.get("changes", [])]
            return any(change["kind"] == "mention" and change["op"] == "put" for change in changes)

        await daniel.until(told)


async def test_words_typed_before_the_script_begins_are_kept(house: House, visits: Visits) -> None:
    """On a slow line the conversation is painted long before it can be answered by script; its field takes words."""
    amara = await with_sms(house, visits)

    async def slowly(route: Route) -> None:
        await asyncio.sleep(2)
        await route.continue_()

    await amara.page.route("**/static/chunk-*.js", slowly)
    await amara.page.goto("about:blank")
    await amara.page.goto(f"{house.url}/work", wait_until="commit")
    await amara.page.locator("#early-text").click()
    await amara.type("It comes at two")
    await expect(amara.reply_field).to_be_focused()
    await amara.type(", on Saturday.")
    await expect(amara.reply_field).to_have_value("It comes at two, on Saturday.")


async def test_dialog_on_its_way_is_taken_back_by_escape(house: House, visits: Visits) -> None:
    """Their code comes after the first picture: whoever is quicker loses nothing and sees no surprise."""
    context, come = await visits.signed_in(house, "amara"), asyncio.Event()

    async def held(route: Route) -> None:
        answer = await route.fetch()
        if 'customElements.define("hub-transfer"' in await answer.text():
            await come.wait()
        await route.fulfill(response=answer)

    await context.route("**/static/chunk-*.js", held)
    amara = Agent(await context.new_page())
    await amara.page.goto(f"{house.url}/work")
    await connected(amara.page)
    dialog = amara.page.get_by_role("dialog")
    await amara.press("Shift+?")
    await amara.type("abc")
    await amara.press("Escape", "Control+k")
    await amara.type("acc")
    await expect(dialog).to_have_count(0)
    come.set()
    await expect(amara.page.get_by_role("combobox")).to_have_value("acc")
    await expect(dialog).to_have_count(1)


async def test_snoozed_contact_comes_back(house: House, visits: Visits) -> None:
    amara = await with_sms(house, visits)
    await amara.leave_field()
    await amara.press("s")
    dialog = amara.page.get_by_role("dialog", name="Snooze")
    await expect(dialog.get_by_role("radio", name="In one hour")).to_be_focused()
    await dialog.get_by_role("textbox", name="Note for then").fill("Ask the carrier.")
    await amara.press("Enter")
    await expect(amara.work.get_by_role("heading", name="Snoozed")).to_be_visible()
    await expect(amara.work.get_by_text("No active contacts.")).to_be_visible()
    await expect(amara.row("Ask the carrier.")).to_be_visible()

    await amara.click(amara.row("Ask the carrier."))
    said = amara.middle.get_by_role("region", name="What was said")
    await expect(said.get_by_text(QUESTION)).to_be_visible()
    await expect(amara.reply_field).to_be_hidden()
    await amara.click(amara.middle.get_by_role("button", name="Open it now"))
    await expect(amara.reply_field).to_be_focused()
    await expect(amara.work.get_by_role("heading", name="Snoozed")).to_be_hidden()
    await expect(amara.bubble(QUESTION)).to_be_visible()


async def test_snooze_and_done_can_be_taken_back(house: House, visits: Visits) -> None:
    amara = await with_sms(house, visits)

    async def snooze() -> None:
        await amara.click(amara.middle.get_by_role("button", name="Snooze"))
        await expect(amara.page.get_by_role("radio", name="In one hour")).to_be_focused()
        await amara.press("Enter")

    await snooze()
    await amara.work.get_by_role("button", name="Undo").wait_for()
    bar, rows = await amara.work.locator(".undo").bounding_box(), await amara.work.locator(".work").bounding_box()
    assert bar
    assert rows
    assert bar["y"] >= rows["y"] + rows["height"], "it covers no row"
    await amara.click(amara.work.get_by_role("button", name="Undo"))
    await expect(amara.reply_field).to_be_visible()
    await snooze()
    asleep = amara.work.get_by_role("heading", name="Snoozed")
    await expect(asleep).to_be_visible()
    await amara.click(amara.row("+44"))
    await amara.click(amara.middle.get_by_role("button", name="Done"))
    await expect(asleep).to_be_hidden()
    await amara.click(amara.work.get_by_role("button", name="Undo"))
    await expect(asleep).to_be_visible()


async def test_snoozed_row_says_until_when(house: House, visits: Visits) -> None:
    amara = await with_sms(house, visits)
    await amara.click(amara.middle.get_by_role("button", name="Snooze"))
    await expect(amara.page.get_by_role("radio", name="In one hour")).to_be_focused()
    box = await amara.work.locator("hub-row").bounding_box()
    assert box
    await amara.page.mouse.move(box["x"] + 60, box["y"] + 20)
    await amara.press("Enter")
    await expect(amara.work.locator(".row.is-gone")).to_contain_text(re.compile(r"Snoozed until .*\d\d:\d\d"))


async def test_transfer_begins_with_who_can_take_it(house: House, visits: Visits) -> None:
    amara = await with_sms(house, visits)
    chosen = amara.page.get_by_role("option", selected=True)
    names = amara.page.get_by_role("group", name="Agents").get_by_role("option")
    await amara.click(amara.middle.get_by_role("button", name="Transfer"))
    await expect(chosen).to_contain_text("Returns")
    await expect(names).to_contain_text(["Daniel Reyes"])
    await amara.press("Escape")
    async with house.console("daniel") as daniel:
        await daniel.do("presence.set", presence="away", reason="lunch")
        await amara.click(amara.middle.get_by_role("button", name="Transfer"))
        await expect(chosen).to_contain_text("Returns")
        await amara.press("Escape")
        await daniel.do("presence.set", presence="available")
        await amara.click(amara.middle.get_by_role("button", name="Transfer"))
        await expect(chosen).to_contain_text("1 idle, now")


async def test_transfer_closes_by_one_key_and_says_where_it_went(house: House, visits: Visits) -> None:
    amara = await with_sms(house, visits)
    dialog = amara.page.get_by_role("dialog")
    await amara.click(amara.middle.get_by_role("button", name="Transfer"))
    await amara.type("Ret")
    await amara.press("Escape")
    await expect(dialog).to_be_hidden()
    await amara.click(amara.middle.get_by_role("button", name="Transfer"))
    await expect(amara.page.get_by_role("option", selected=True)).to_contain_text("Returns")
    await amara.press("Enter")
    await expect(dialog).to_be_hidden()
    said = amara.page.get_by_text("Transferred to Returns")
    await expect(amara.page.locator("#say-polite").get_by_text("Transferred to Returns")).to_have_count(1)
    await expect(said.filter(visible=True).first).to_be_visible()


async def test_console_says_who_reads_the_customer_on_another_page(house: House, visits: Visits) -> None:
    amara = await with_sms(house, visits)
    found = await house.get("/api/v1/search?q=4477009&scope=customers", "amara")
    reader = await (await visits.signed_in(house, "daniel")).new_page()
    await reader.goto(f"{house.url}/customers/{found['customers'][0]['id']}")
    await expect(amara.middle.get_by_text("Daniel Reyes looks at this customer, too")).to_be_attached()
    await reader.goto(f"{house.url}/customers")
    await expect(amara.middle.get_by_text("Daniel Reyes looks at this customer, too")).not_to_be_attached()


async def test_extension_of_wrap_up_says_by_how_much(house: House, visits: Visits) -> None:
    amara = await with_sms(house, visits)
    await amara.click(amara.middle.get_by_role("button", name="End", exact=True))
    await amara.click(amara.middle.get_by_role("button", name="+ 1 min"))
    await expect(amara.middle.get_by_text("wrap-up ends in 2:")).to_be_visible()


async def test_nothing_collapses_under_the_pointer(house: House, visits: Visits) -> None:
    amara = await with_sms(house, visits)
    await house.text("+447700900200", "Second")
    await expect(amara.work.get_by_role("button", name="Look at the offer")).to_have_count(1)
    row = amara.work.get_by_role("listitem").filter(has_text=QUESTION)
    before = await row.bounding_box()
    assert before is not None
    await amara.page.mouse.move(before["x"] + 40, before["y"] + 20)
    await amara.press(ACCEPT)
    await expect(amara.bubble("Second")).to_be_visible()
    assert await row.bounding_box() == before
    await amara.page.mouse.move(700, 400)
    await expect(amara.work.get_by_role("heading", name="Ringing")).to_be_hidden()


async def test_work_is_readable_before_a_script(house: House, visits: Visits) -> None:
    await with_sms(house, visits)
    page = await (await visits.signed_in(house, "amara", java_script_enabled=False)).new_page()
    await page.goto(f"{house.url}/work")
    await expect(page.get_by_role("complementary", name="My work")).to_contain_text(QUESTION)
    await expect(page.get_by_role("main", name="Conversation").get_by_role("heading", level=1)).to_have_text(
        "+44 7700 900456"
    )
