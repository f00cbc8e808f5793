"""Hostile words on every page that shows them (A2): they stay text. The second wall, the policy, stands apart."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, Route, expect

from agent_ui.admin_pages import SECTIONS
from tests.e2e.demo import running_demo
from tests.e2e.evil import NUMBERS, EvilDay, Words, evil_company
from tests.e2e.shop import Guest, Shop, enter, open_shop
from tests.e2e.trap import Trap, set_trap
from tests.e2e.visit import Visits, connected
from tests.fakes.house import House, open_house
from tests.fakes.visitor import Visitor, come
from tests.integration.content.payloads import payloads

LATER = "<img data-evil src=x onerror=__hit=1>"
"""Comes while the console is open."""
pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]


@dataclass
class Place:
    """The hub after its evil day, the shop, and the trap."""

    house: House
    shop: Shop
    day: EvilDay
    trap: Trap
    visitor: Visitor

    async def visit(self, visits: Visits, login: str, **options: Any) -> Page:
        """A page of somebody who is signed in (nobody if there is no name), watched."""
        opened: BrowserContext = await (
            visits.signed_in(self.house, login, **options) if login else visits.context(**options)
        )
        return await (await self.trap.watch(opened)).new_page()

    async def look_at(self, page: Page, *paths: str) -> None:
        """Each of these addresses, until it is quiet."""
        for path in paths:
            await page.goto(self.house.url + path)
            await page.wait_for_load_state("load")
            await page.wait_for_timeout(150)
            await self.trap.look(page)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """One day for all the pages: nothing here changes it so that another page would miss something."""
    folder: Path = tmp_path_factory.mktemp("evil")
    async with AsyncExitStack() as stack:
        trap = await stack.enter_async_context(set_trap())
        shop = await stack.enter_async_context(open_shop())
        words = Words(trap.beacon)
        rules = evil_company(words, shop)
        house = await stack.enter_async_context(open_house(f"sqlite:///{folder / 'hub.db'}", folder, rules=rules))
        shop.hub = house.url
        amara = await stack.enter_async_context(house.console("amara"))
        visitor, leaver = await come(house), await come(house)
        await stack.enter_async_context(visitor.page())
        await stack.enter_async_context(leaver.page())
        day = EvilDay(house, words)
        await day.happen(amara, visitor, leaver)
        yield Place(house, shop, day, trap, visitor)


@pytest.mark.parametrize(
    "hole",
    [
        "document.body.innerHTML = '<b data-evil>'",
        "document.body.innerHTML = '<b onclick=x>'",
        "document.body.innerHTML = '<a href=javascript:x>'",
        "document.body.attachShadow({mode: 'open'}).innerHTML = '<x-evil>'",
        "document.title = 7 * 7777777",
        "globalThis.__hit = 1",
        "document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))",
    ],
)
async def test_trap_sees_a_hole(visits: Visits, hole: str) -> None:
    visits.allow("Content Security Policy")
    page = await (await Trap("http://127.0.0.1:1/hit").watch(await visits.context())).new_page()

    async def served(route: Route) -> None:
        policy = {"Content-Security-Policy": "script-src 'self'", "Content-Type": "text/html"}
        await route.fulfill(body="<body>", headers=policy)

    await page.route("**/*", served)
    await page.goto("http://hole.test/")
    trap = Trap("http://127.0.0.1:1/hit")
    await trap.look(page)
    await page.evaluate(hole)
    await page.wait_for_timeout(100)
    with pytest.raises(AssertionError):
        await trap.look(page)


async def test_console_shows_hostile_words_as_text(place: Place, visits: Visits) -> None:
    page = await place.visit(visits, "amara")
    await place.look_at(page, "/work")
    await connected(page)
    rows, most = page.locator("hub-work-list .row"), 0
    for number in range(await rows.count()):
        await rows.nth(number).click()
        await page.wait_for_timeout(200)
        await place.trap.look(page)
        most = max(most, await page.locator(".log .msg").count())
    assert most > 30
    for key in ("Control+k", "t", "s", "Shift+Slash", "Control+Shift+F2", "Control+j"):
        await leave_fields(page)
        await page.keyboard.press(key)
        await page.keyboard.type("<img")
        await page.wait_for_timeout(300)
        await place.trap.look(page)
        await page.keyboard.press("Escape")
        await page.keyboard.press("Escape")
    await place.house.text(NUMBERS[0], LATER)
    again = await come(place.house, credential=place.visitor.session["credential"])
    async with again.page():  # his first page may be longer ago than a token lasts
        await again.write(LATER)
    await page.wait_for_timeout(500)
    await place.trap.look(page)


async def leave_fields(page: Page) -> None:
    await page.evaluate("document.activeElement?.blur()")


async def test_texts_stand_there_to_the_letter(place: Place, visits: Visits) -> None:
    """Escaped and not cut out: who reads it reads what was written."""
    page = await place.visit(visits, "rk")
    await place.look_at(page, f"/board/contacts/{place.day.contacts[0]}")
    await page.locator(".msg .bubble").nth(30).wait_for()
    shown = await page.locator(".msg.is-in .bubble-text").all_text_contents()
    wanted = {flat(text) for text in [*payloads(place.trap.beacon), LATER]}
    assert len(shown) > 10
    assert {flat(text) for text in shown} <= wanted


def flat(text: str) -> str:
    """Blanks, line ends and what a screen cannot show, as one blank."""
    return re.sub(r"[\s\x00-\x1f]+", " ", text).strip()


async def test_pages_about_customers_show_them_as_text(place: Place, visits: Visits) -> None:
    page = await place.visit(visits, "amara")
    searches = [f"/customers?q={quote(text)}" for text in ("script", "img onerror", *payloads(place.trap.beacon)[::8])]
    people = [f"/customers/{customer}" for customer in dict.fromkeys(place.day.customers)]
    await place.look_at(page, "/customers", *searches, *people, "/day", "/settings", "/password")


async def test_mentions_and_follow_ups_show_them_as_text(place: Place, visits: Visits) -> None:
    page = await place.visit(visits, "daniel")
    await place.look_at(page, "/work")
    await connected(page)
    await expect(page.get_by_text("mentioned you").first).to_be_visible()
    await place.trap.look(page)


async def test_board_and_below_show_them_as_text(place: Place, visits: Visits) -> None:
    page = await place.visit(visits, "rk")
    agents = [f"/board/agents/{place.house.users[login]}" for login in ("amara", "daniel")]
    queues = [f"/board/queues/{queue}" for queue in ("deliveries", "returns", "chat")]
    contacts = [f"/board/contacts/{contact}" for contact in place.day.contacts]
    await place.look_at(page, "/board", *queues, *agents, *contacts)
    await page.goto(f"{place.house.url}/board")
    for name in ("hub-queues [aria-haspopup]", "hub-agents [aria-haspopup]", "[aria-haspopup]"):
        with contextlib.suppress(Exception):
            await page.locator(name).last.click(timeout=2_000)
        await place.trap.look(page)


async def test_wall_shows_them_as_text(place: Place, visits: Visits) -> None:
    screens = await place.house.get("/api/v1/screens", "rk")
    page = await place.visit(visits, "")
    await place.look_at(page, *(screen["path"] for screen in screens["items"]))
    await expect(page.locator("hub-tv .tv")).to_be_visible()


async def test_admin_pages_show_them_as_text(place: Place, visits: Visits) -> None:
    page = await place.visit(visits, "boss")
    await place.look_at(page, *(f"/admin/{section}" for section in sorted(SECTIONS)))
    kinds = {"queues": "deliveries", "skills": "s0", "hours": "office", "sites": "shop", "agents": "amara"}
    kinds |= {"roles": "helper", "dispositions": "d0", "replies": "r0", "screens": "floor"}
    kinds |= {"people": place.house.users["amara"]}
    await place.look_at(page, *(f"/admin/{section}/{key}" for section, key in kinds.items()))
    await place.look_at(page, *(f"/admin/replies/r{number}" for number in range(1, 9)))


async def test_visitor_sees_them_as_text(place: Place, visits: Visits) -> None:
    """The frame on the shop's page, with the conversation of the day, and the page of its own."""
    guest: Guest = await enter(await place.trap.watch(await visits.context()), place.shop)
    await guest.open()
    await place.trap.look(guest.page)
    await guest.chat.get_by_role("button", name=re.compile("Chat")).first.click()
    await expect(guest.field).to_be_focused()
    for text in payloads(place.trap.beacon)[:12]:
        await guest.field.fill(text)
        await guest.field.press("Enter")
    await expect(guest.own).to_have_count(12)
    await place.trap.look(guest.page)
    page = await place.visit(visits, "")
    await place.look_at(page, "/login")
    await page.evaluate("(kept) => localStorage.setItem('hub-chat-page:shop', kept)", f"sx {place.day.credential}")
    await place.look_at(page, "/chat/shop")
    await expect(page.locator(".c-msg:not(.is-mine) .c-bubble").first).to_be_visible()
    await expect(page.locator(".c-msg.is-mine").nth(6)).to_be_visible()
    await place.trap.look(page)


async def test_addresses_are_text_as_well(place: Place, visits: Visits) -> None:
    """What stands in an address comes back in pages: as text, or not at all."""
    visits.allow("status of 404", "status of 422", "status of 403")
    page, nobody = await place.visit(visits, "amara"), await place.visit(visits, "")
    for text in payloads(place.trap.beacon)[::16]:
        word = quote(text, safe="")
        await place.look_at(nobody, f"/login?error={word}&next={word}", f"/tv/{word}", f"/password/{word}")
        await place.look_at(nobody, f"/chat/frame/shop?language={word}&host={word}", f"/setup/{word}#{word}")
        await place.look_at(page, f"/customers?q={word}", f"/customers/{word}", f"/work?as={word}#contact={word}")
        await place.look_at(page, f"/day?date={word}", f"/{word}?{word}={word}#{word}")


AWAY = ["//evil.test", "/\\evil.test", "https://evil.test", "javascript:alert(1)", "\t//evil.test", "/\t/evil.test"]


@pytest.mark.parametrize("wanted", AWAY)
async def test_nobody_is_led_away(place: Place, visits: Visits, wanted: str) -> None:
    for path, fields in (("/settings/language", {"language": "en", "next": wanted}), ("/login", {"next": wanted})):
        answer = await place.house.call("POST", path, data=fields)
        assert answer.headers["Location"].startswith("/")
        assert not answer.headers["Location"].startswith(("//", "/\\"))


async def test_play_page_shows_them_as_text(visits: Visits) -> None:
    """The demo: what the newcomer types in the telephone stands there and in the console beside it."""
    async with set_trap() as trap, running_demo() as demo:
        page = await (await trap.watch(await visits.context())).new_page()
        await page.goto(f"{demo.url}/play")
        for text in payloads(trap.beacon)[:12]:
            await demo.text("+447700900999", "+447700900101", text)
        await page.wait_for_timeout(1_000)
        await trap.look(page)
        await page.goto(f"{demo.url}/play/board")
        await page.wait_for_timeout(500)
        await trap.look(page)
        await page.context.close()  # before the demo goes: its pages would miss it


# ---- the second wall -------------------------------------------------------------------------------------------------
PLANT = """(beacon) => {
  const add = (name, values = {}, text = "") => {
    const made = Object.assign(document.createElement(name), values);
    made.textContent = text;
    document.body.append(made);
    return made;
  };
  add("script", {}, "globalThis.__hit = 'inline script'");
  add("script", {src: beacon + "/script"});
  add("script", {src: "data:text/javascript,globalThis.__hit='data script'"});
  add("script", {type: "module"}, "globalThis.__hit = 'inline module'");
  add("img", {src: beacon + "/img"}).setAttribute("onerror", "globalThis.__hit = 'handler'");
  add("b").setAttribute("onclick", "globalThis.__hit = 'click'");
  document.body.lastElementChild.click();
  add("a", {href: "javascript:globalThis.__hit='link'"}).click();
  add("iframe", {srcdoc: "<script>parent.__hit = 'frame'</scr" + "ipt>"});
  add("iframe", {src: beacon + "/frame"});
  add("object", {data: beacon + "/object"});
  add("link", {rel: "stylesheet", href: beacon + "/sheet"});
  add("style", {}, `@import "${beacon}/import"`);
  document.head.prepend(Object.assign(document.createElement("base"), {href: beacon}));
  const form = add("form", {action: beacon + "/form", method: "post"});
  form.submit();
  fetch(beacon + "/fetch").catch(() => {});
  navigator.sendBeacon(beacon + "/beacon");
  try { new WebSocket(beacon.replace("http", "ws") + "/socket"); } catch {}
  try { new Worker(beacon + "/worker"); } catch {}
  // Later: what a debugger evaluates may, as long as it runs.
  setTimeout(() => {
    try { (0, eval)("globalThis.__hit = 'eval'"); } catch {}
    try { new Function("globalThis.__hit = 'function'")(); } catch {}
    try { setTimeout("globalThis.__hit = 'timer'", 0); } catch {}
  }, 50);
}"""


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("", "/login"),
        ("", "/chat/shop"),
        ("", "/chat/frame/shop"),
        ("amara", "/work"),
        ("amara", "/customers"),
        ("rk", "/board"),
        ("boss", "/admin/queues"),
        ("amara", "/no-such-page"),
    ],
)
async def test_planted_script_does_not_run(place: Place, visits: Visits, login: str, path: str) -> None:
    """If the first wall had a hole, this one would hold: nothing inline runs, nothing foreign is asked."""
    visits.allow("Content Security Policy", "status of 404", "violates", "ERR_", "blocked")
    page = await (await (visits.signed_in(place.house, login) if login else visits.context())).new_page()
    # A blocked request is still announced; what matters is that nobody was called, and the trap's listener tells.
    await page.goto(place.house.url + path)
    await page.wait_for_timeout(300)
    await page.evaluate(PLANT, place.trap.beacon)
    await page.wait_for_timeout(500)
    assert await page.evaluate("globalThis.__hit") is None
    assert page.url.startswith(place.house.url)
    assert not place.trap.sprung
