"""A whole shift by keyboard alone, from the log-in to signing out. No click, no hover: a pointer fails the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from interaction_hub.domain import events
from interaction_hub.domain.documents import parse
from tests.e2e.hands import DECLINE, SEND
from tests.e2e.keyboard import Typist, without_mouse
from tests.e2e.visit import Visits, connected
from tests.fakes.house import PASSWORD, Console, House, documents, open_house
from tests.fakes.visitor import Visitor, come

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST, SECOND, THIRD = "+447700900456", "+447700900457", "+447700900458"
TABLE, SOFA, LAMP = "Where is my table?", "The sofa has a stain", "Is the lamp in stock?"
REPLY = {"key": "saturday", "name": "Saturday is booked", "text": "Dear {{customer}}, Saturday is yours. {{agent}}"}
PATIENT = {"offer_timeout": 300, "wrap_up": 600}
"""A machine under load is slow, and an agent may be: nobody is hurried here."""


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The small company with web chat, a saved reply, two dispositions; only Daniel can serve Returns."""
    rules = documents(chat=PATIENT, **PATIENT)
    returns = {"key": "returns", "name": "Returns", "channel": "sms", "requires": {"fabric": 2}, **PATIENT}
    daniel = {"key": "daniel", "name": "Daniel Reyes", "skills": {"en": 5, "fabric": 5}, "capacity": 1000}
    for kind, body in (
        ("reply", REPLY),
        ("disposition", {"key": "refunded", "name": "Refunded"}),
        ("skill", {"key": "fabric", "name": "Fabric"}),
        ("queue", returns),
        ("agent", daniel | {"channels": {"sms": 4, "chat": 4}}),
    ):
        rules[kind, str(body["key"])] = parse(kind, body, "test")
    async with open_house(f"sqlite:///{tmp_path / 'hub.db'}", tmp_path, rules=rules) as opened:
        yield opened


async def test_a_shift_without_a_mouse(house: House, visits: Visits) -> None:
    context = await visits.context()
    await without_mouse(context)
    amara = Typist(await context.new_page())
    await sign_in(amara, house)
    await answer_an_sms(amara, house)
    await note_and_saved_reply(amara, house)
    await hold_by_the_palette(amara)
    await snooze_until_he_writes(amara, house)
    visitor = await come(house)
    async with visitor.page(), house.console("daniel") as daniel:
        await answer_a_chat(amara, visitor)
        await walk_between_contacts(amara)
        await decline_to(amara, house, daniel)
        await transfer_to(amara, daniel)
        await end_and_wrap_up(amara, visitor)
        await daniel.do("presence.set", presence="away", reason="break")
    await find_a_customer_and_come_back(amara, house)
    await look_at_the_day(amara)
    await change_a_key_and_use_it(amara, house)
    await leave(amara, house)


async def test_the_same_in_chinese(house: House, visits: Visits) -> None:
    visits.allow("/api/v1/search")  # whoever signs out while a search is on its way gets no answer to it
    context = await visits.context()
    await without_mouse(context)
    amara = Typist(await context.new_page())
    await sign_in_in_chinese(amara, house)
    visitor = await come(house, language="zh-Hans")
    async with visitor.page():
        await visitor.write("周日送货吗？", name="陈美玲")
        await amara.take("周日送货吗？")
        await reply_with_an_input_method(amara)
        await visitor.until(lambda: "周六可以。" in visitor.texts)
        await amara.palette("保留")
        await expect(amara.selected).to_contain_text("保留中")
        await amara.palette("恢复")
        await expect(amara.selected).not_to_contain_text("保留中")
        await amara.key("e")
        await expect(amara.page.get_by_role("searchbox", name="查找处理结果")).to_be_focused()
    await amara.press("2", SEND)
    await expect(amara.page.locator("hub-wrap-up")).to_have_count(0)
    await amara.press("/")
    await amara.type("美玲")
    await amara.press("Enter")
    await expect(amara.page.get_by_role("heading", level=1)).to_have_text("陈美玲")
    await amara.palette("我的一天")
    await expect(amara.page.get_by_role("link", name="陈美玲")).to_be_visible()
    await amara.palette("退出登录")
    await expect(amara.page.get_by_role("heading", name="登录您的工作台")).to_be_visible()


async def sign_in_in_chinese(amara: Typist, house: House) -> None:
    await amara.page.goto(f"{house.url}/login")
    await amara.to(amara.page.get_by_role("button", name="简体中文"))
    await amara.press("Enter")
    await expect(amara.page.get_by_label("登录名")).to_be_focused()
    await amara.type("amara")
    await amara.press("Tab")
    await amara.type(PASSWORD)
    await amara.press("Enter")
    await connected(amara.page)
    await amara.press("a")
    await expect(amara.presence).to_have_accessible_name("状态：就绪")


async def reply_with_an_input_method(amara: Typist) -> None:
    """Enter belongs to the input method as long as it composes: in a chat it would send otherwise."""
    browser = await amara.page.context.new_cdp_session(amara.page)
    await browser.send("Input.imeSetComposition", {"text": "zhouliu", "selectionStart": 7, "selectionEnd": 7})
    await expect(amara.field).to_have_value("zhouliu")
    enter = {"code": "Enter", "key": "Process", "windowsVirtualKeyCode": 229}
    await browser.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    await browser.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    await browser.send("Input.insertText", {"text": "周六可以。"})
    await amara.write("", "Enter")
    await expect(amara.page.locator(".log .is-out .bubble-text")).to_have_text(["周六可以。"])


async def sign_in(amara: Typist, house: House) -> None:
    await amara.page.goto(f"{house.url}/login")
    await expect(amara.page.get_by_label("Sign-in name")).to_be_focused()
    await amara.type("amara")
    await amara.press("Tab")
    await amara.type(PASSWORD)
    await amara.press("Enter")
    await expect(amara.page).to_have_url(f"{house.url}/work")
    await connected(amara.page)
    await amara.be_available()


async def answer_an_sms(amara: Typist, house: House) -> None:
    await house.text(FIRST, TABLE)
    await expect(amara.middle.get_by_text("left to accept")).to_be_visible()
    await expect(amara.middle.get_by_text(TABLE)).to_be_visible()
    await amara.take(TABLE)
    await amara.write("It comes at two.", SEND)
    await expect(amara.bubble("It comes at two.")).to_contain_text("delivered")
    assert [message.body for message in house.carrier.sent_to(FIRST)] == ["It comes at two."]


async def note_and_saved_reply(amara: Typist, house: House) -> None:
    await amara.key("n")
    await expect(amara.note_field).to_be_focused()
    await amara.type("Ring the driver, @dan")
    await expect(amara.page.get_by_role("option", name="Daniel Reyes")).to_be_visible()
    await amara.press("Enter")
    await expect(amara.note_field).to_have_value("Ring the driver, @Daniel Reyes ")
    await amara.write("please.", SEND)
    await expect(amara.bubble("@Daniel Reyes please.")).to_be_visible()
    assert await house.logged(events.AgentMentioned)
    await amara.key("r")
    await expect(amara.reply_field).to_be_focused()
    await amara.key(".")
    await expect(amara.page.get_by_role("listbox", name="Saved replies")).to_be_visible()
    await amara.type("sat")
    await amara.press("Enter")
    await expect(amara.reply_field).to_have_value("Dear, Saturday is yours. Amara Osei")
    await amara.press(SEND)
    await expect(amara.bubble("Saturday is yours.")).to_contain_text("delivered")


async def hold_by_the_palette(amara: Typist) -> None:
    await amara.palette("Hold")
    await expect(amara.row("900456")).to_contain_text("on hold")
    await amara.palette("Resume")
    await expect(amara.row("900456")).not_to_contain_text("on hold")


async def snooze_until_he_writes(amara: Typist, house: House) -> None:
    await amara.key("s")
    await expect(amara.page.get_by_role("radio", name="In one hour")).to_be_focused()
    await amara.press("ArrowDown")
    await expect(amara.page.get_by_role("radio", checked=True)).not_to_contain_text("In one hour")
    await amara.press("Enter")
    await expect(amara.work.get_by_role("heading", name="Snoozed")).to_be_visible()
    await expect(amara.work.get_by_text("No active contacts.")).to_be_visible()
    await house.text(FIRST, "And the chairs?")
    await amara.take("And the chairs?")
    await expect(amara.work.get_by_role("heading", name="Snoozed")).to_be_hidden()
    await amara.write("The chairs as well.", SEND)


async def answer_a_chat(amara: Typist, visitor: Visitor) -> None:
    await visitor.write("Do you deliver on Sunday?", name="Ruth Adler")
    await amara.type("half a sentence")
    await amara.take("Do you deliver on Sunday?")
    await amara.write("On Saturday.", "Enter")
    await visitor.until(lambda: "On Saturday." in visitor.texts)


async def walk_between_contacts(amara: Typist) -> None:
    await expect(amara.selected).to_contain_text("Ruth Adler")
    await amara.key("j")
    await expect(amara.selected).to_contain_text("900456")
    await amara.key("k")
    await expect(amara.selected).to_contain_text("Ruth Adler")
    await amara.press("Control+Shift+1")
    await expect(amara.selected).to_contain_text("900456")
    await expect(amara.reply_field).to_have_value("half a sentence")


async def decline_to(amara: Typist, house: House, daniel: Console) -> None:
    await house.text(SECOND, LAMP)
    await expect(amara.work.get_by_role("heading", name="Ringing")).to_be_visible()
    await daniel.do("presence.set", presence="available")
    await amara.press(DECLINE)
    await expect(amara.page.get_by_role("menuitem", name="Busy")).to_be_focused()
    await amara.press("ArrowDown")
    await expect(amara.page.get_by_role("menuitem", name="Not my skill")).to_be_focused()
    await amara.press("Enter")
    contact = await daniel.take()
    assert contact["address"] == SECOND
    (declined,) = await house.logged(events.OfferDeclined)
    assert isinstance(declined.body, events.OfferDeclined)
    assert declined.body.reason == "not_my_skill"


async def transfer_to(amara: Typist, daniel: Console) -> None:
    await expect(amara.selected).to_contain_text("900456")
    await amara.key("t")
    await expect(amara.page.get_by_role("combobox", name="Name or queue")).to_be_focused()
    await amara.type("ret")
    await expect(amara.dialog.get_by_role("option", selected=True)).to_contain_text("Returns")
    await amara.to(amara.page.get_by_label("What the next agent should know"))
    await amara.type("He wants to give the chairs back.")
    await amara.press("Enter")
    await expect(amara.selected).to_contain_text("Ruth Adler")
    contact = await daniel.take()
    assert (contact["address"], contact["queue"]["name"]) == (FIRST, "Returns")
    notes = [message["text"] for message in daniel.messages.values() if message["kind"] == "note"]
    assert notes == ["Ring the driver, @Daniel Reyes please.", "He wants to give the chairs back."]


async def end_and_wrap_up(amara: Typist, visitor: Visitor) -> None:
    await amara.press("Control+Shift+1")
    await amara.key("e")
    await expect(amara.page.get_by_role("searchbox", name="Find a disposition")).to_be_focused()
    await visitor.state("ended")
    await amara.press("2")
    await expect(amara.page.get_by_role("radio", checked=True)).to_contain_text("Refunded")
    await amara.to(amara.page.get_by_label("Summary for the history"))
    await amara.type("Told her about Saturday.")
    await amara.press(SEND)
    await expect(amara.page.get_by_text("You are available. Nothing is ringing.")).to_be_visible()


async def find_a_customer_and_come_back(amara: Typist, house: House) -> None:
    await amara.press("/")
    await expect(amara.page.get_by_role("searchbox", name="Find a customer")).to_be_focused()
    await amara.type("ruth")
    await amara.press("Enter")
    await expect(amara.page.get_by_role("heading", level=1)).to_have_text("Ruth Adler")
    for words in ("Do you deliver on Sunday?", "On Saturday.", "Told her about Saturday."):
        await expect(amara.page.get_by_role("main")).to_contain_text(words)
    # Alt ← is the browser's own key, which one without a window does not have.
    await amara.page.go_back()
    await expect(amara.page).to_have_url(f"{house.url}/work")
    await connected(amara.page)


async def look_at_the_day(amara: Typist) -> None:
    await amara.palette("My day")
    await expect(amara.page.get_by_role("heading", level=1)).to_have_text("My day")
    ruth = amara.page.get_by_role("row").filter(has=amara.page.get_by_role("link", name="Ruth Adler"))
    await expect(ruth).to_contain_text("Refunded")
    await expect(amara.page.get_by_role("main")).to_contain_text("1 declined")


async def change_a_key_and_use_it(amara: Typist, house: House) -> None:
    await amara.palette("My settings")
    await amara.to(amara.page.get_by_role("button", name="Change the key of “Write a note”"))
    await amara.press("Enter", "Control+Shift+Y")
    await expect(amara.page.get_by_text("Saved", exact=True).first).to_be_visible()
    # The offer comes while he is in the settings, and takes him to his work.
    await house.text(THIRD, SOFA)
    await expect(amara.page.get_by_role("region", name="Ringing")).to_be_visible()
    await amara.press("Control+Shift+Enter")
    await expect(amara.bubble(SOFA)).to_be_visible()
    await connected(amara.page)
    await amara.press("Control+Shift+Y")
    await amara.write("Is it the blue one?", SEND)
    await expect(amara.page.locator(".log .msg.is-note")).to_contain_text("Is it the blue one?")
    await amara.key("e")
    await expect(amara.page.get_by_role("searchbox", name="Find a disposition")).to_be_focused()
    await amara.press("1", SEND)
    await expect(amara.page.get_by_text("You are available. Nothing is ringing.")).to_be_visible()


async def leave(amara: Typist, house: House) -> None:
    await amara.press("a")
    await expect(amara.page.get_by_role("menuitemradio", name="Break")).to_be_focused()
    await amara.press("ArrowDown", "Enter")
    await expect(amara.presence).to_have_accessible_name("Presence: Away: Lunch")
    await amara.palette("Sign out")
    await expect(amara.page.get_by_role("heading", name="Sign in to your desk")).to_be_visible()
    await amara.page.goto(f"{house.url}/work")
    await expect(amara.page).to_have_url(f"{house.url}/login")
