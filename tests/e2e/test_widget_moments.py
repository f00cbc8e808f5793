"""What happens around the words: the line moves on, the hub goes and comes back, somebody ends it, nobody is there."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from playwright.async_api import expect

from interaction_hub.app import HUB, build
from tests.e2e.checks import findings, keep_picture
from tests.e2e.shop import enter
from tests.e2e.test_widget import Place, answer, heard, place  # noqa: F401
from tests.e2e.visit import LOST_LINE, Visits
from tests.fakes.house import House, settings_for
from tests.fakes.visitor import come

pytestmark = pytest.mark.asyncio(loop_scope="session")

HARD = {
    "one word": "W" * 2000,
    "the longest": ("The driver calls half an hour ahead. " * 110)[:4000],
    "from right to left": "مرحبا، أين طاولتي؟ رقم الطلب 40318",
    "emoji alone": "👍🏽🎉👨‍👩‍👧‍👦",
    "markup": "<b>bold</b> <img src=x onerror=\"document.title='owned'\"> javascript:alert(1) data:text/html,x ftp://x.y/z",
    "an endless address": "https://shop.example/" + "p" * 600,
}


async def begin_again(house: House, directory: Path) -> None:
    """The hub of the same data at the same address."""
    port = int(urlsplit(house.url).port or 0)
    listener = socket.create_server(("127.0.0.1", port))
    app = build(settings_for(house.hub_url, directory, house.carrier, port))
    house.runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await house.runner.setup()
    await web.SockSite(house.runner, listener).start()
    house.hub = app[HUB]


async def test_restart_of_the_hub_loses_nothing(place: Place, visits: Visits, tmp_path: Path) -> None:  # noqa: F811
    visits.allow(*LOST_LINE, "WebSocket")
    guest = await enter(await visits.context(), place.shop)
    await guest.begin()
    async with place.house.console("amara") as amara:
        await guest.say("Hello")
        await answer(amara, "Hello!")
        await expect(guest.theirs).to_have_text(["Hello!"])
    await place.house.runner.cleanup()
    await expect(guest.chat.get_by_text("No connection. We try again by ourselves.")).to_be_visible()
    await guest.field.focus()
    await guest.say("Are you there?", "I wait")
    await expect(guest.chat.locator(".is-pending")).to_have_count(2)
    await expect(guest.chat.get_by_role("heading", name="Amara")).to_be_visible()
    await guest.page.wait_for_timeout(4000)
    await begin_again(place.house, tmp_path)
    try:
        await expect(guest.chat.locator(".is-pending")).to_have_count(0, timeout=25_000)
        await expect(guest.chat.get_by_text("No connection.")).to_have_count(0)
        await expect(guest.own).to_have_text(["Hello", "Are you there?", "I wait"])
        async with place.house.console("amara") as amara:
            await amara.until(lambda: heard(amara) == ["Hello", "Are you there?", "I wait"])
            await amara.do("contact.reply", contact=next(iter(amara.contacts)), text="Back again.")
        await expect(guest.theirs).to_have_text(["Hello!", "Back again."])
    finally:
        await place.house.runner.cleanup()


async def test_place_in_the_line_moves_on(place: Place, visits: Visits) -> None:  # noqa: F811
    first, second = await come(place.house), await come(place.house)
    async with first.page(), second.page():
        await first.write("First")
        await second.write("Second")
        guest = await enter(await visits.context(), place.shop)
        await guest.begin()
        await guest.say("Third")
        shown = guest.chat.locator(".c-place")
        await expect(shown).to_have_text("3")  # nothing is known of the wait: nothing is said of it
        await expect(guest.chat.locator("#say-polite")).to_contain_text("Your place in line: 3.")
        await first.ask("end")
        await expect(shown).to_have_text("2")
        await second.ask("end")
        await expect(shown).to_have_text("1")
        assert await guest.chat.locator("#say-polite").get_by_text("line: 1").count() == 0, "at most each half minute"


async def test_message_left_while_offline_goes_once(place: Place, visits: Visits) -> None:  # noqa: F811
    visits.allow(*LOST_LINE)
    await place.publish(closed=True)
    guest = await enter(await visits.context(), place.shop)
    await guest.open()
    send = guest.chat.get_by_role("button", name="Send")
    await expect(guest.chat.get_by_role("heading", name="We are closed now")).to_be_visible()
    await send.click()
    await expect(guest.chat.get_by_text("Write what it is about.")).to_be_visible()
    await expect(guest.chat.get_by_label("Your message")).to_be_focused()
    await guest.chat.get_by_label("Your message").fill("Saturday morning?")
    await guest.chat.get_by_label("How we reach you").fill("meiling@example.com")
    await guest.page.context.set_offline(True)
    await send.dblclick()
    await expect(guest.chat.locator(".is-pending")).to_have_count(1)
    await expect(guest.chat.get_by_text("No connection.")).to_be_visible()
    await guest.page.context.set_offline(False)
    await expect(guest.chat.locator(".c-kept")).to_be_visible()
    await expect(guest.own).to_have_count(0)
    # Whoever is done with writing must not end what he wants answered.
    await expect(guest.chat.get_by_role("button", name="End", exact=True)).to_have_count(0)


async def test_visitor_ends_and_rates_when_the_line_is_back(place: Place, visits: Visits) -> None:  # noqa: F811
    visits.allow(*LOST_LINE)
    guest = await enter(await visits.context(), place.shop)
    await guest.begin()
    await guest.say("Hello")
    async with place.house.console("amara") as amara:
        contact = await answer(amara, "Hello!")
        await guest.chat.get_by_role("button", name="End", exact=True).click()
        await guest.chat.get_by_role("button", name="End it").click()
        await amara.until(lambda: amara.contacts[contact["id"]]["state"] == "wrapping")
        await expect(guest.chat.get_by_text("You ended this chat.")).to_be_visible()
        assert await guest.chat.get_by_text("chat has ended").count() == 0, "the end is told once"
        await guest.chat.get_by_role("radio", name="5").click()
        words = guest.chat.get_by_label("What should we know?")
        await words.fill("Quick and kind.")
        await guest.page.context.set_offline(True)
        await guest.chat.get_by_role("button", name="Send").click()
        await expect(guest.chat.get_by_text("This did not get through. Try again.")).to_be_visible()
        await expect(words).to_have_value("Quick and kind.")
        await guest.page.context.set_offline(False)
        await expect(guest.chat.get_by_text("No connection.")).to_have_count(0)
        await guest.chat.get_by_role("button", name="Send").click()
        await expect(guest.chat.locator(".c-thanks")).to_have_text("Thank you for telling us.")


@pytest.mark.parametrize("path", ["chat/shop", "chat/frame/shop"])
async def test_without_javascript_the_reason_stands_at_the_top(place: Place, visits: Visits, path: str) -> None:  # noqa: F811
    visits.allow("favicon.ico")
    page = await (await visits.context(java_script_enabled=False)).new_page()
    await page.goto(f"{place.house.url}/{path}")
    await keep_picture(page, f"widget-no-script-{path.count('/')}")
    words = page.locator(".c-none")
    await expect(words).to_be_visible()
    box = await words.bounding_box()
    assert box is not None
    assert box["y"] < 60
    await expect(page.locator("hub-chat")).to_be_hidden()


async def test_nobody_types_after_the_end_but_may_still_write(place: Place, visits: Visits) -> None:  # noqa: F811
    guest = await enter(await visits.context(), place.shop)
    await guest.begin()
    await guest.say("Hello")
    async with place.house.console("amara") as amara:
        contact = await answer(amara, "Hello!")
        await expect(guest.theirs).to_have_text(["Hello!"])  # words end the sign that came before them
        typing = guest.chat.locator(".c-typing")
        await amara.ws.send(json.dumps({"op": "typing", "contact": contact["id"], "on": True}))
        await expect(typing).to_be_visible()
        await guest.chat.get_by_role("button", name="End", exact=True).click()
        await guest.chat.get_by_role("button", name="End it").click()
        await expect(guest.chat.get_by_text("You ended this chat.")).to_be_visible()
        await expect(typing).to_have_count(0, timeout=1000)
        await amara.ws.send(json.dumps({"op": "typing", "contact": contact["id"], "on": True}))
        await amara.do("contact.reply", contact=contact["id"], text="One thing more.")
        await expect(guest.theirs).to_have_text(["Hello!", "One thing more."])
        await expect(typing).to_have_count(0)
        await guest.field.fill("Yes?")
        await guest.field.press("Enter")
        await expect(guest.own).to_have_text(["Hello", "Yes?"])
        await expect(guest.chat.locator(".c-wait")).to_be_visible()


@pytest.mark.parametrize(
    ("size", "theme", "language"),
    [((320, 568), "dark", "zh-Hans"), ((640, 360), "light", "en")],
    ids=["narrow", "zoomed"],
)
async def test_hard_texts_stay_in_their_boxes(
    place: Place,  # noqa: F811
    visits: Visits,
    size: tuple[int, int],
    theme: str,
    language: str,
) -> None:
    place.shop.language = language
    guest = await enter(await visits.context(size=size, theme=theme, language=language), place.shop)
    await guest.open()
    await guest.chat.locator(".c-option").first.click()
    field = guest.chat.locator("textarea")
    async with place.house.console("amara") as amara:
        await field.fill(HARD["one word"])
        await field.press("Enter")
        contact = await answer(amara, "Hello!")
        for number, text in enumerate(HARD.values(), 2):
            await amara.do("contact.reply", contact=contact["id"], text=text)
            await expect(guest.theirs).to_have_count(number)
            assert await findings(guest.page) == []
        await field.fill(HARD["the longest"])
        await keep_picture(guest.page, f"widget-hard-{size[0]}-{theme}-{language}")
        head = await guest.chat.locator(".c-head").bounding_box()
        composer = await guest.chat.locator(".c-composer").bounding_box()
        assert head is not None
        assert composer is not None
        assert head["y"] >= 0
        assert composer["y"] + composer["height"] <= size[1]
        links = guest.chat.locator(".c-bubble a")
        assert [await link.get_attribute("href") for link in await links.all()] == [HARD["an endless address"]]
        assert "owned" not in [await frame.evaluate("document.title") for frame in guest.page.frames]
