"""The chat on somebody's site: a real hub, a foreign page on another port, a real browser, an agent at his console."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import expect

from interaction_hub.services.rulebook import Publish
from tests.e2e.checks import axe_findings, findings, keep_picture
from tests.e2e.shop import Guest, Shop, company, enter, open_shop, signed
from tests.e2e.visit import LOST_LINE, SMALL, Visits
from tests.fakes.house import Console, House, open_house

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = (390, 844)
EVIL = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


@dataclass
class Place:
    """The hub and the shop."""

    house: House
    shop: Shop

    async def publish(self, **changes: Any) -> None:
        await self.house.hub.rules.publish(Publish(company(self.shop, **changes), frozenset(), "system:test"))


@pytest_asyncio.fixture(loop_scope="session")
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        shop = await stack.enter_async_context(open_shop())
        database = f"sqlite:///{tmp_path / 'hub.db'}"
        house = await stack.enter_async_context(open_house(database, tmp_path, rules=company(shop)))
        shop.hub = house.url
        yield Place(house, shop)


async def answer(amara: Console, text: str) -> dict[str, Any]:
    """The agent takes the next chat and says something."""
    await amara.do("presence.set", presence="available")
    contact = await amara.take()
    await amara.do("contact.reply", contact=contact["id"], text=text)
    return contact


def heard(console: Console) -> list[str]:
    """What customers said, as the agent sees it, in its order."""
    said = (message for message in console.messages.values() if message["direction"] == "in" and message["text"])
    return [message["text"] for message in sorted(said, key=lambda message: message["seq"])]


async def state_of(console: Console, text: str, state: str) -> None:
    """Wait until the agent's own words have come so far."""
    await console.until(
        lambda: any(message["text"] == text and message["state"] == state for message in console.messages.values())
    )


async def test_widget_opens_on_a_foreign_page(place: Place, visits: Visits) -> None:
    guest = await enter(await visits.context(), place.shop)
    await expect(guest.bubble).to_have_accessible_name("Help")
    assert await guest.iframe.count() == 0, "the host's page is not slowed before somebody asks"
    await guest.open()
    await expect(guest.chat.get_by_role("heading", name="How can we help?")).to_be_visible()
    await expect(guest.chat.get_by_role("button", name="Chat").first).to_be_focused()
    await expect(guest.iframe).to_have_attribute("title", "Chat")
    # Not our frame: whoever else writes to the host's page is not listened to.
    await guest.page.evaluate("window.postMessage({hub: 1, type: 'close'}, '*')")
    await guest.page.get_by_role("button", name="Move the delivery").click()
    await expect(guest.bubble).to_have_accessible_name("Close")
    await guest.chat.get_by_role("button", name="Chat").first.click()
    await expect(guest.field).to_be_focused()
    await guest.page.keyboard.press("Escape")
    await expect(guest.bubble).to_be_focused()
    await expect(guest.bubble).to_have_accessible_name("Help")


async def test_stranger_chats_and_agent_answers(place: Place, visits: Visits) -> None:
    guest = await enter(await visits.context(), place.shop)
    await guest.begin()
    await guest.say("Where is my table?")
    await expect(guest.chat.get_by_text("Your place in line", exact=True)).to_be_visible()
    async with place.house.console("amara") as amara:
        contact = await answer(amara, "It comes at two. See https://shop.example/40318.")
        await expect(guest.chat.get_by_role("heading", name="Amara")).to_be_visible()
        await expect(guest.theirs).to_contain_text("It comes at two.")
        link = guest.chat.get_by_role("link", name="https://shop.example/40318", exact=True)
        await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow ugc")
        await state_of(amara, "It comes at two. See https://shop.example/40318.", "read")

        await guest.page.reload()
        await guest.open()
        await expect(guest.own).to_have_text(["Where is my table?"])
        await expect(guest.theirs).to_have_count(1)
        await expect(guest.field).to_be_focused()

        await guest.page.keyboard.press("Escape")
        await amara.do("contact.reply", contact=contact["id"], text="The driver is called Tom.")
        await expect(guest.bubble).to_have_accessible_name("Help, 1 unread answer")
        await expect(guest.teaser).to_have_text("The driver is called Tom.")
        await state_of(amara, "The driver is called Tom.", "delivered")
        await guest.teaser.click()
        await state_of(amara, "The driver is called Tom.", "read")
        await expect(guest.bubble).to_have_accessible_name("Close")

        await amara.do("contact.end", contact=contact["id"])
        await guest.chat.get_by_role("radio", name="4").click()
        await guest.chat.get_by_label("What should we know?").fill("Quick.")
        await guest.chat.get_by_role("button", name="Send").click()
        await expect(guest.chat.locator(".c-thanks")).to_have_text("Thank you for telling us.")
        await guest.chat.get_by_role("button", name="Start a new chat").click()
        await guest.say("One more thing.")
        await expect(guest.own).to_have_count(2)


async def test_words_written_offline_arrive_once_in_order(place: Place, visits: Visits) -> None:
    visits.allow(*LOST_LINE)
    context = await visits.context()
    guest = await enter(context, place.shop)
    await guest.begin()
    async with place.house.console("amara") as amara:
        await guest.say("Hello")
        await answer(amara, "Hello!")
        await expect(guest.theirs).to_have_count(1)
        await context.set_offline(True)
        lost = [f"offline {number}" for number in range(5)]
        await guest.say(*lost)
        await expect(guest.chat.get_by_text("No connection.")).to_be_visible()
        await expect(guest.chat.locator(".is-pending")).to_have_count(5)
        assert heard(amara) == ["Hello"]
        await context.set_offline(False)
        await expect(guest.chat.locator(".is-pending")).to_have_count(0)
        await expect(guest.own).to_have_text(["Hello", *lost])
        await amara.until(lambda: len(heard(amara)) >= 6)

        await context.set_offline(True)
        more = [f"and {number}" for number in range(3)]
        await guest.say(*more)
        await guest.page.keyboard.type("half a sen")
        await guest.page.wait_for_timeout(600)
        # The page is loaded anew in the moment in which the line is back.
        await context.set_offline(False)
        await guest.page.reload()
        await guest.open()
        await expect(guest.own).to_have_text(["Hello", *lost, *more])
        await expect(guest.field).to_have_value("half a sen")
        await amara.until(lambda: len(heard(amara)) >= 9)
        assert heard(amara) == ["Hello", *lost, *more]


async def test_verified_visitor_leaves_nothing_behind(place: Place, visits: Visits) -> None:
    place.shop.identity = signed(place.house, sub="meiling", name="陈美玲 Chen Meiling", email="meiling@example.com")
    guest = await enter(await visits.context(), place.shop)
    await guest.begin()
    await guest.say("The first chat")
    async with place.house.console("amara") as amara:
        contact = await answer(amara, "Done.")
        assert contact["customer"]["name"] == "陈美玲 Chen Meiling"
        await amara.do("contact.end", contact=contact["id"])
        await amara.do("contact.finish", contact=contact["id"], disposition="solved")
    await expect(guest.chat.get_by_text("How was this chat?")).to_be_visible()

    await guest.page.goto(place.shop.url)
    await guest.begin()
    await expect(guest.own).to_have_text(["The first chat"])
    await guest.page.keyboard.type("a secret draft")
    await guest.page.wait_for_timeout(600)
    assert "secret" in await guest.frame.evaluate("JSON.stringify({...localStorage})")

    place.shop.identity = ""
    await guest.page.evaluate("HubChat.logout()")
    await expect(guest.chat.get_by_role("heading", name="How can we help?")).to_be_visible()
    assert await guest.frame.evaluate("localStorage.length + sessionStorage.length") == 0
    await guest.chat.get_by_role("button", name="Chat").first.click()
    await expect(guest.field).to_have_value("")
    await expect(guest.own).to_have_count(0)
    await guest.page.reload()
    await guest.begin()
    await expect(guest.own).to_have_count(0)
    await expect(guest.field).to_have_value("")


async def test_next_signed_visitor_is_another_one(place: Place, visits: Visits) -> None:
    guest = await enter(await visits.context(), place.shop)
    await guest.begin()
    await guest.say("I am a stranger")
    await expect(guest.chat.get_by_text("Your place in line", exact=True)).to_be_visible()
    await guest.page.evaluate("jwt => HubChat.identify(jwt)", signed(place.house, sub="ruth"))
    await guest.chat.get_by_role("button", name="Chat").first.click()
    await expect(guest.own).to_have_count(0)
    await guest.say("I am Ruth")
    await expect(guest.own).to_have_text(["I am Ruth"])
    assert 'credential":"' not in await guest.page.evaluate("JSON.stringify({...localStorage})")


async def test_wrong_identity_is_refused(place: Place, visits: Visits) -> None:
    visits.allow("status of 401")
    place.shop.identity = signed(place.house, secret="not the secret of this site", sub="meiling")
    guest = await enter(await visits.context(), place.shop)
    await guest.open()
    await expect(guest.chat.get_by_role("alert").get_by_text("could not be confirmed")).to_be_visible()
    await guest.page.evaluate("jwt => HubChat.identify(jwt)", signed(place.house, sub="meiling"))
    await expect(guest.chat.get_by_role("button", name="Chat").first).to_be_visible()

    await place.publish(anonymous=False)
    place.shop.identity = ""
    stranger = await enter(await visits.context(), place.shop)
    await stranger.open()
    await expect(stranger.chat.get_by_text("This chat is for signed-in visitors.")).to_be_visible()


async def test_other_origin_cannot_frame_the_chat(place: Place, visits: Visits) -> None:
    visits.allow("frame-ancestors", "HubChat:", "ERR_BLOCKED_BY_CSP", "Refused to frame")
    async with open_shop() as thief:
        thief.hub = place.house.url
        guest = await enter(await visits.context(), thief)
        await guest.bubble.click()
        await guest.page.wait_for_timeout(1500)
        assert not [frame for frame in guest.page.frames if await frame.locator("hub-chat").count()]
        await expect(guest.page.get_by_text("We cannot be reached now.").first).to_be_visible(timeout=15_000)


async def test_script_in_names_and_texts_never_runs(place: Place, visits: Visits) -> None:
    await place.publish(public_name=EVIL[:60], greeting=EVIL[:80], name=EVIL)
    guest = await enter(await visits.context(), place.shop)
    await guest.begin()
    await guest.say(EVIL)
    async with place.house.console("amara") as amara:
        await answer(amara, f'{EVIL} javascript:alert(1) https://shop.example/"onmouseover=alert(1)')
        await expect(guest.theirs).to_contain_text("onerror")
        await guest.page.keyboard.press("Escape")
        await amara.do("contact.reply", contact=next(iter(amara.contacts)), text=EVIL)
        await expect(guest.teaser).to_have_text(EVIL)
    titles = [await frame.evaluate("document.title") for frame in guest.page.frames]
    assert "owned" not in titles
    assert await guest.chat.locator(".c-bubble :not(a)").count() == 0


async def test_files_are_looked_at_and_shown(place: Place, visits: Visits) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (320, 200), "#B9986A").save(picture, "PNG")
    guest = await enter(await visits.context(), place.shop)
    await guest.begin()
    chosen = guest.chat.locator("input[type=file]")
    await chosen.set_input_files(
        [
            {"name": "table.png", "mimeType": "image/png", "buffer": picture.getvalue()},
            {"name": "evil.svg", "mimeType": "image/svg+xml", "buffer": b"<svg onload='alert(1)'/>"},
            {"name": "note.txt", "mimeType": "text/plain", "buffer": b"Third floor, no lift."},
        ]
    )
    await expect(guest.chat.get_by_role("listitem").filter(has_text="evil.svg")).to_contain_text("only pictures")
    await guest.chat.get_by_role("button", name="Remove evil.svg").click()
    await guest.say("My table")
    shown = guest.chat.locator(".c-picture img")
    await expect(shown).to_have_attribute("alt", "table.png")
    assert str(await shown.get_attribute("src")).startswith("blob:")
    assert await shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 320
    async with guest.page.expect_download() as coming:
        await guest.chat.get_by_role("button", name="note.txt").click()
    saved = await (await coming.value).path()
    assert await asyncio.to_thread(saved.read_bytes) == b"Third floor, no lift."


async def test_closed_hours_take_a_message(place: Place, visits: Visits) -> None:
    await place.publish(closed=True)
    guest = await enter(await visits.context(), place.shop)
    await guest.open()
    await expect(guest.chat.get_by_role("heading", name="We are closed now")).to_be_visible()
    await guest.chat.get_by_label("Your message").fill("Saturday morning?")
    await guest.chat.get_by_label("How we reach you").fill("not an address")
    await guest.chat.get_by_role("button", name="Send").click()
    await expect(guest.chat.get_by_text("Write an e-mail address")).to_be_visible()
    await expect(guest.chat.get_by_label("How we reach you")).to_be_focused()
    await guest.chat.get_by_label("How we reach you").fill("meiling@example.com")
    await guest.chat.get_by_role("button", name="Send").click()
    await expect(guest.chat.locator(".c-kept b")).to_have_text(re.compile(r"and answer to m\W*@example\.com\.$"))
    await keep_picture(guest.page, "widget-left")
    await expect(guest.chat.get_by_role("button", name="Write another message")).to_be_focused()
    await expect(guest.own).to_have_count(0)
    assert await guest.chat.get_by_text("place in line").count() == 0
    # The next one at this computer.
    await guest.page.reload()
    await expect(guest.bubble).to_have_accessible_name("Help")
    assert not await guest.page.evaluate("Object.values(localStorage).some((kept) => kept.includes('credential'))")
    await guest.open()
    await expect(guest.chat.get_by_label("Your message")).to_have_value("")
    for words in ("Saturday morning?", "example.com"):
        assert words not in await guest.frame.evaluate("document.body.innerText + JSON.stringify({...localStorage})")


async def test_signed_visitor_finds_what_he_left(place: Place, visits: Visits) -> None:
    await place.publish(closed=True)
    place.shop.identity = signed(place.house, sub="meiling")
    guest = await enter(await visits.context(), place.shop)
    await guest.open()
    await guest.chat.get_by_label("Your message").fill("Saturday morning?")
    await guest.chat.get_by_role("button", name="Send").click()
    await expect(guest.chat.get_by_text("Your message is kept")).to_be_visible()
    assert await guest.chat.get_by_text("place in line").count() == 0
    await guest.page.reload()
    await guest.open()
    await expect(guest.own).to_have_text(["Saturday morning?"])


async def test_two_tabs_are_one_visitor(place: Place, visits: Visits) -> None:
    context = await visits.context()
    one, other = await enter(context, place.shop), await enter(context, place.shop)
    await one.page.bring_to_front()
    await one.begin()
    await one.say("Hello from the first tab")
    await expect(other.iframe).to_have_count(1)
    async with place.house.console("amara") as amara:
        await other.page.bring_to_front()
        await answer(amara, "Hello to both.")
        await expect(other.bubble).to_have_accessible_name("Help, 1 unread answer")
        await other.bubble.click()
        await expect(other.own).to_have_text(["Hello from the first tab"])
        await state_of(amara, "Hello to both.", "read")
        await other.say("Hello from the second tab")
        await expect(one.own).to_have_text(["Hello from the first tab", "Hello from the second tab"])
        await amara.until(lambda: len(heard(amara)) == 2)


async def test_input_method_and_new_lines_do_not_send(place: Place, visits: Visits) -> None:
    guest = await enter(await visits.context(), place.shop)
    await guest.begin()
    await guest.page.keyboard.type("one")
    await guest.page.keyboard.press("Shift+Enter")
    await guest.page.keyboard.type("two")
    await guest.field.evaluate(
        "field => field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    await expect(guest.own).to_have_count(0)
    await guest.page.keyboard.press("Enter")
    await expect(guest.own).to_have_text(["one\ntwo"])


async def test_chat_has_a_page_of_its_own(place: Place, visits: Visits) -> None:
    context = await visits.context()
    page = await context.new_page()
    await page.goto(f"{place.house.url}/chat")
    await expect(page).to_have_url(f"{place.house.url}/chat/shop")
    await page.get_by_role("button", name="Chat").first.click()
    await page.get_by_role("textbox", name="Your message").fill("Hello")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Your place in line", exact=True)).to_be_visible()
    await page.reload()
    await expect(page.locator(".c-msg.is-mine .c-bubble")).to_have_text(["Hello"])
    assert await axe_findings(page) == []


@pytest.mark.parametrize(
    ("size", "theme", "language"),
    [  # each pair of values once
        (SMALL, "light", "en"),
        (PHONE, "dark", "en"),
        (SMALL, "dark", "zh-Hans"),
        (PHONE, "light", "zh-Hans"),
    ],
)
async def test_each_state_is_for_everybody(
    place: Place, visits: Visits, size: tuple[int, int], theme: str, language: str
) -> None:
    visits.allow("execute 'postMessage'")  # by axe, which looks for itself in every frame
    place.shop.language = language
    guest = await enter(await visits.context(size=size, theme=theme, language=language), place.shop)
    name = f"widget-{size[0]}-{theme}-{language}"
    async with place.house.console("amara") as amara:
        await amara.do("presence.set", presence="away", reason="lunch")
        await guest.open()
        await _check(guest, f"{name}-home")
        await guest.chat.locator(".c-option").first.click()
        field = guest.chat.locator("textarea")
        await field.fill("Hi, I just tried to call but gave up. 太好了。周六上午可以吗？")
        await field.press("Enter")
        await expect(guest.chat.locator(".c-place")).to_be_visible()
        await _check(guest, f"{name}-waiting")
        contact = await answer(amara, "Hello Meiling, I can see order 40318. Which day suits you?")
        await expect(guest.theirs).to_have_count(1)
        await _check(guest, f"{name}-talking")
        await amara.do("contact.end", contact=contact["id"])
        await expect(guest.chat.locator(".c-scores")).to_be_visible()
        await _check(guest, f"{name}-ended")
    await place.publish(closed=True)
    await guest.page.evaluate("HubChat.logout()")
    await expect(guest.chat.locator(".c-write")).to_be_visible()
    await _check(guest, f"{name}-closed")


async def _check(guest: Guest, name: str) -> None:
    await keep_picture(guest.page, name)
    assert await findings(guest.page) == []
    # axe does not look into frames of another origin by itself.
    assert await axe_findings(guest.page) == []
    assert await axe_findings(guest.frame) == []
