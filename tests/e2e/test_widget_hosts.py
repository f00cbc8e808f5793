"""Pages that are no friends of the widget: forged words, rude styles, bodies that go, no storage, plain http."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Frame, expect

from tests.e2e.shop import Guest, enter, open_shop
from tests.e2e.test_widget import Place, answer, place  # noqa: F401
from tests.e2e.visit import CHROMIUM, Visits
from tests.fakes.house import Console

pytestmark = pytest.mark.asyncio(loop_scope="session")

RUDE = """
* { all: initial !important; }
hub-chat-widget, hub-chat-widget * { display: none !important; visibility: hidden !important; opacity: 0 !important; }
html, body { display: block !important; direction: rtl !important; }
iframe { display: none !important; }
"""
FORGED = """target => {
  for (const more of [{type: "logout"}, {type: "closed"}, {type: "identity", value: "a.b.c"}, {type: "hello"}])
    target.postMessage({hub: 1, ...more}, "*");
}"""
TO_HOST = """() => {
  for (const more of [{type: "close"}, {type: "unread", count: 9, text: "Send money"}, {type: "resize", full: true},
                      {type: "credential", value: "stolen", going: true}, {type: "identify"}, {type: "__proto__"}])
    parent.postMessage({hub: 1, ...more}, "*");
}"""
NO_STORAGE = """for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, {get() { throw new DOMException("denied", "SecurityError"); }});"""


async def nested(guest: Guest, address: str) -> Frame:
    """A frame that the page has put beside the chat."""
    await guest.page.evaluate(
        "address => document.body.append(Object.assign(document.createElement('iframe'), {src: address}))", address
    )
    for _ in range(50):
        found = [frame for frame in guest.page.main_frame.child_frames if frame.url == address]
        if found:
            await found[0].wait_for_load_state()
            return found[0]
        await guest.page.wait_for_timeout(100)
    raise AssertionError(f"{address} was not framed")


async def test_forged_words_are_not_listened_to(place: Place, visits: Visits) -> None:  # noqa: F811
    visits.allow("Content Security Policy", "ERR_BLOCKED_BY_CSP")
    async with open_shop() as thief:
        place.shop.frames = f"{place.shop.url} {thief.url}"
        guest = await enter(await visits.context(), place.shop)
        await guest.begin()
        await guest.say("Where is my table?")
        await expect(guest.own).to_have_text(["Where is my table?"])
        same = await nested(guest, f"{place.shop.url}/orders/7")
        await same.evaluate(
            f"({FORGED})(parent.document.querySelector('hub-chat-widget').shadowRoot.querySelector('iframe').contentWindow)"
        )
        await same.evaluate(TO_HOST)
        other = await nested(guest, f"{thief.url}/orders/7")
        await other.evaluate(TO_HOST)
        # The hub's own page, but not the frame that we made.
        twin = await nested(guest, f"{place.house.url}/chat/frame/shop?host={place.shop.url}")
        await twin.evaluate(TO_HOST)
        await guest.page.wait_for_timeout(500)
        await expect(guest.bubble).to_have_accessible_name("Close")
        await expect(guest.own).to_have_text(["Where is my table?"])
        assert "stolen" not in await guest.page.evaluate("JSON.stringify({...localStorage})")


async def test_element_that_is_taken_out_comes_back(place: Place, visits: Visits) -> None:  # noqa: F811
    guest = await enter(await visits.context(), place.shop)
    await guest.begin()
    await guest.say("Hello")
    await expect(guest.own).to_have_text(["Hello"])
    await guest.page.evaluate(
        "() => { document.querySelector('hub-chat-widget').remove(); HubChat.close(); HubChat.open(); }"
    )
    await expect(guest.own).to_have_text(["Hello"])
    # A site that replaces its body runs the scripts of the new one.
    await guest.page.evaluate(
        """hub => { document.body = document.createElement('body');
        document.body.append(Object.assign(document.createElement('script'), {src: hub + '/widget.js'})); }""",
        place.house.url,
    )
    await expect(guest.bubble).to_be_visible()
    await expect(guest.own).to_have_text(["Hello"])
    await expect(guest.page.locator("hub-chat-widget")).to_have_count(1)
    await guest.field.focus()
    await guest.say("Still here")
    await expect(guest.own).to_have_text(["Hello", "Still here"])


async def test_script_that_is_loaded_twice_draws_once(place: Place, visits: Visits) -> None:  # noqa: F811
    place.shop.extra = '<script src="HUB/widget.js" data-site="shop"></script>'
    guest = await enter(await visits.context(), place.shop)
    await guest.open()
    await expect(guest.page.locator("hub-chat-widget")).to_have_count(1)
    await expect(guest.iframe).to_have_count(1)


async def test_rude_styles_do_not_reach_the_widget(place: Place, visits: Visits) -> None:  # noqa: F811
    place.shop.sheet = RUDE
    guest = await enter(await visits.context(), place.shop)
    box = await guest.bubble.bounding_box()
    assert box is not None
    assert (round(box["x"] + box["width"]), round(box["y"] + box["height"])) == (1256, 696)
    assert await guest.bubble.evaluate("bubble => getComputedStyle(bubble).direction") == "ltr"
    await guest.open()
    frame = await guest.iframe.bounding_box()
    assert frame is not None
    assert (frame["width"], frame["height"]) == (374, 598)


async def test_script_before_the_body_waits_for_it(place: Place, visits: Visits) -> None:  # noqa: F811
    place.shop.whole = """<!doctype html><html lang="en"><head><title>Early</title><link rel="icon" href="data:,">
    <script>HubChat = []; HubChat.push(["open"])</script>
    <script src="HUB/widget.js" data-site="shop"></script></head><body><h1>Order</h1></body></html>"""
    page = await (await visits.context()).new_page()
    await page.goto(f"{place.shop.url}/whole")
    await expect(Guest(page).bubble).to_have_accessible_name("Close")
    await expect(Guest(page).chat.get_by_role("heading", name="How can we help?")).to_be_visible()


async def test_sandboxed_page_is_told_that_it_cannot(place: Place, visits: Visits) -> None:  # noqa: F811
    visits.allow("frame-ancestors", "HubChat:", "ERR_BLOCKED_BY_CSP", "Refused to frame", "sandbox", "postMessage")
    place.shop.extra = (
        f'<iframe id="box" width=900 height=600 sandbox="allow-scripts" src="{place.shop.url}/whole"></iframe>'
    )
    place.shop.frames = place.shop.url
    place.shop.whole = '<!doctype html><html lang="en"><body><script src="HUB/widget.js" data-site="shop"></script>'
    page = (await enter(await visits.context(), place.shop)).page
    box = page.frame_locator("#box")
    await box.locator("hub-chat-widget .b").click()
    await expect(box.get_by_text("We cannot be reached now.").first).to_be_visible(timeout=15_000)
    await expect(box.get_by_role("button", name="Try again")).to_be_visible()


async def test_without_storage_the_chat_lasts_as_long_as_the_page(place: Place, visits: Visits) -> None:  # noqa: F811
    context = await visits.context()
    await context.add_init_script(NO_STORAGE)
    guest = await enter(context, place.shop)
    await guest.begin()
    await guest.say("Hello")
    async with place.house.console("amara") as amara:
        await answer(amara, "Hello!")
        await expect(guest.theirs).to_have_text(["Hello!"])
        await guest.page.keyboard.press("Escape")
        await expect(guest.bubble).to_be_focused()
        await guest.bubble.click()
        await expect(guest.own).to_have_text(["Hello"])
        await guest.page.reload()
        await guest.begin()
        await expect(guest.own).to_have_count(0)


async def test_page_on_plain_http_can_chat(place: Place, visits: Visits) -> None:  # noqa: F811
    """No secure context: the browser has no crypto.randomUUID there."""
    port = urlsplit(place.shop.url).port
    await place.publish(origins=[f"http://shop.example:{port}"])
    resolve = f"--host-resolver-rules=MAP shop.example:{port} 127.0.0.1:{port}"
    old = await visits.browser.browser_type.launch(executable_path=CHROMIUM, args=["--no-sandbox", resolve])
    visits.stack.push_async_callback(old.close)
    place.shop.whole = """<!doctype html><html lang="en"><title>Old shop</title><link rel="icon" href="data:,"><body>
    <script src="HUB/widget.js" data-site="shop"></script>"""
    page = await old.new_page()
    await page.goto(f"http://shop.example:{port}/whole")
    guest = Guest(page)
    await guest.begin()
    assert not await guest.frame.evaluate("isSecureContext")
    await guest.say("Hello")
    await expect(guest.chat.get_by_text("Your place in line", exact=True)).to_be_visible()


async def test_agent_sees_the_page_without_its_secrets(place: Place, visits: Visits) -> None:  # noqa: F811
    guest = await enter(await visits.context(), place.shop)
    await guest.page.goto(f"{place.shop.url}/orders/7?key=secret#part")
    await guest.begin()
    await guest.say("Hello")
    async with place.house.console("amara") as amara:
        contact = await answer(amara, "Hello!")
        assert contact["page"] == f"{place.shop.url}/orders/7"
        await guest.page.evaluate("history.pushState(null, '', '/orders/8?session=secret')")
        await on_page(amara, f"{place.shop.url}/orders/8")
        await guest.page.goto(f"{place.shop.url}/orders/9#secret")
        await on_page(amara, f"{place.shop.url}/orders/9")
        assert "secret" not in json.dumps(amara.frames)


async def on_page(amara: Console, page: str) -> None:
    await amara.until(lambda: any(f.get("kind") == "here" and f.get("page") == page for f in amara.frames))
