"""Files of a visitor: pasted, dropped, too many, too large, of the wrong kind, cut off. No word is lost."""

from __future__ import annotations

import asyncio
import base64
import io

import pytest
from PIL import Image
from playwright.async_api import Locator, Route, expect

from tests.e2e.checks import keep_picture
from tests.e2e.shop import Guest, enter
from tests.e2e.test_widget import Place, answer, place  # noqa: F401
from tests.e2e.visit import LOST_LINE, Visits

pytestmark = pytest.mark.asyncio(loop_scope="session")

GIVE = """(field, {way, files, text, most}) => {
  const given = new DataTransfer();
  for (const {name, type, data} of files) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    given.items.add(new File([bytes, new Uint8Array(most)], name, {type}));
  }
  if (text) given.setData("text/plain", text);
  const told = {bubbles: true, cancelable: true};
  if (way === "paste") return field.dispatchEvent(new ClipboardEvent("paste", {...told, clipboardData: given}));
  document.body.dispatchEvent(new DragEvent("dragover", {...told, dataTransfer: given}));
  return document.body.dispatchEvent(new DragEvent("drop", {...told, dataTransfer: given}));
}"""
"""True: nobody took it, and the browser does with it what it always does."""


def png(noise: int = 0) -> str:
    picture = Image.effect_noise((noise, noise), 90) if noise else Image.new("RGB", (64, 40), "#B9986A")
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return base64.b64encode(kept.getvalue()).decode()


async def give(guest: Guest, way: str, *files: tuple[str, str, str], text: str = "", most: int = 0) -> bool:
    told = [{"name": name, "type": kind, "data": data} for name, kind, data in files]
    at = guest.chat.locator("textarea, h1").last
    left: bool = await at.evaluate(GIVE, {"way": way, "files": told, "text": text, "most": most})
    return left


def row(guest: Guest, name: str) -> Locator:
    return guest.chat.locator(".c-files li").filter(has_text=name)


async def begun(place: Place, visits: Visits) -> Guest:  # noqa: F811
    guest = await enter(await visits.context(), place.shop)
    await guest.begin()
    return guest


async def test_pasted_picture_goes_with_the_words(place: Place, visits: Visits) -> None:  # noqa: F811
    guest = await begun(place, visits)
    await guest.page.keyboard.type("This leg is broken")
    assert not await give(guest, "paste", ("image.png", "image/png", png()))
    await expect(row(guest, "image.png")).to_contain_text("kB")
    await expect(guest.field).to_have_value("This leg is broken")
    await guest.field.press("Enter")
    await expect(guest.own).to_have_text(["This leg is broken"])
    await expect(guest.chat.locator(".c-picture img")).to_have_attribute("alt", "image.png")
    # From a table or a word processor comes a picture of the text as well: the text is meant.
    assert await give(guest, "paste", ("image.png", "image/png", png()), text="Table 40318")
    await expect(guest.chat.locator(".c-files li")).to_have_count(0)


async def test_what_cannot_go_says_why_in_words(place: Place, visits: Visits) -> None:  # noqa: F811
    visits.allow("status of 415")
    guest = await begun(place, visits)
    await guest.page.keyboard.type("Look at these")
    await give(guest, "drop", ("huge.png", "image/png", png()), most=10_500_000)
    await expect(row(guest, "huge.png")).to_contain_text("too large: 10 MB are the most")
    await give(guest, "drop", ("script.svg", "image/svg+xml", png()))
    await expect(row(guest, "script.svg")).to_contain_text("only pictures")
    await give(guest, "drop", ("liar.png", "image/png", base64.b64encode(b"<script>").decode()))
    await expect(row(guest, "liar.png")).to_contain_text("only pictures")
    many = [(f"{number}.png", "image/png", png()) for number in range(7)]
    await give(guest, "drop", *many)
    await expect(guest.chat.locator(".c-left.is-bad")).to_have_text("At most 5 files go with one message.")
    await expect(guest.chat.locator(".c-files li:not(.is-bad)")).to_have_count(5)
    await expect(guest.field).to_have_value("Look at these")
    await expect(guest.chat.locator(".c-files li:not(.is-bad) progress")).to_have_count(0)
    await guest.field.press("Enter")
    await expect(guest.own).to_have_text(["Look at these"])
    await expect(guest.chat.locator(".c-msg.is-mine chat-picture")).to_have_count(5)


async def test_words_wait_when_their_file_is_refused(place: Place, visits: Visits) -> None:  # noqa: F811
    visits.allow("status of 415")
    guest = await begun(place, visits)

    async def slow(route: Route) -> None:
        await asyncio.sleep(1)
        await route.continue_()

    await guest.page.route("**/uploads", slow)
    await give(guest, "paste", ("liar.png", "image/png", base64.b64encode(b"<script>").decode()))
    await guest.page.keyboard.type("See the picture")
    await guest.page.keyboard.press("Enter")
    await expect(guest.chat.get_by_text("It goes as soon as the files are through.")).to_be_visible()
    await expect(row(guest, "liar.png")).to_contain_text("only pictures")
    await expect(guest.chat.locator("#say-assertive")).to_contain_text("liar.png")
    await expect(guest.field).to_have_value("See the picture")
    await expect(guest.own).to_have_count(0)


async def test_upload_that_was_cut_off_goes_on(place: Place, visits: Visits) -> None:  # noqa: F811
    visits.allow(*LOST_LINE)
    guest = await begun(place, visits)
    context = guest.page.context
    await guest.say("Hello")
    await expect(guest.chat.get_by_text("Your place in line", exact=True)).to_be_visible()
    cut = asyncio.Event()

    async def hold(route: Route) -> None:
        await cut.wait()
        await route.abort("connectionreset")

    await guest.page.route("**/uploads", hold)
    await give(guest, "drop", ("leg.png", "image/png", png(300)))
    await expect(row(guest, "leg.png").get_by_role("progressbar")).to_be_visible()
    await guest.page.keyboard.type("The leg")
    await context.set_offline(True)
    cut.set()
    await expect(row(guest, "leg.png")).to_contain_text("waits for the connection")
    await guest.page.keyboard.press("Enter")
    await expect(guest.field).to_have_value("The leg")
    # It is looked at the first page meanwhile: files and words are where they were.
    await guest.chat.get_by_role("button", name="Back").click()
    await guest.chat.get_by_role("button", name="Go on with your chat").click()
    await expect(guest.field).to_have_value("The leg")
    await guest.page.unroute("**/uploads", hold)
    await context.set_offline(False)
    await expect(row(guest, "leg.png")).to_contain_text("kB")
    await guest.field.press("Enter")
    await expect(guest.own).to_have_text(["Hello", "The leg"])
    await expect(guest.chat.locator(".c-picture img")).to_be_visible()


async def test_upload_breaks_while_the_line_is_up(place: Place, visits: Visits) -> None:  # noqa: F811
    visits.allow(*LOST_LINE)
    guest = await begun(place, visits)
    tries: list[str] = []

    async def cut(route: Route) -> None:
        tries.append(route.request.url)
        await (route.abort("connectionreset") if len(tries) < 3 else route.continue_())

    await guest.page.route("**/uploads", cut)
    await give(guest, "drop", ("leg.png", "image/png", png()))
    await expect(row(guest, "leg.png")).to_contain_text("kB")
    assert len(tries) == 3


async def test_file_beside_the_conversation_replaces_nothing(place: Place, visits: Visits) -> None:  # noqa: F811
    await place.publish(files=False)
    guest = await enter(await visits.context(), place.shop)
    await guest.open()
    assert not await give(guest, "drop", ("leg.png", "image/png", png()))
    await guest.chat.get_by_role("button", name="Chat").first.click()
    await expect(guest.field).to_be_focused()
    await guest.page.keyboard.type("My table")
    assert not await give(guest, "drop", ("leg.png", "image/png", png()))
    await expect(guest.chat.get_by_text("This chat takes no files.").first).to_be_visible()
    await expect(guest.field).to_have_value("My table")
    async with place.house.console("amara") as amara:
        await guest.page.keyboard.press("Enter")
        await answer(amara, "Which one?")


async def test_long_name_keeps_its_kind(place: Place, visits: Visits) -> None:  # noqa: F811
    guest = await begun(place, visits)
    name = "the-left-leg-of-my-oak-dining-table-after-the-delivery.txt"
    await give(guest, "drop", (name, "text/plain", base64.b64encode(b"Broken").decode()))
    shown = row(guest, ".txt")
    await expect(shown.locator("span").first).to_contain_text("the-left-leg-…livery.txt")
    await expect(shown.locator("span").first).to_have_attribute("title", name)
    await guest.say("Look")
    await expect(guest.chat.locator("chat-download .c-file span")).to_contain_text("…livery.txt")
    async with place.house.console("amara") as amara:
        await answer(amara, "Hello!")
        end = guest.chat.get_by_role("button", name="End", exact=True)
        await expect(end).to_be_visible()
        left = "button.getBoundingClientRect().left - button.previousElementSibling.getBoundingClientRect().right"
        gap = await end.evaluate(f"button => {left}")
        assert gap >= 12
        await keep_picture(guest.page, "widget-long-name")
