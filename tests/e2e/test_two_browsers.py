"""A visitor on somebody's site and an agent at the console, each at the end of a wire of his own, say numbered lines to
each other while pages are loaded anew, lines break, a tab is closed and a laptop sleeps. Nothing is lost or doubled.

A sleeping laptop is played by three things at once: its sockets fall silent without a word (`Wire.sleep`), the page's
clock jumps ten minutes in which no timer ran (playwright's `fast_forward`, made for this), and the hub's clock goes on
by the same ten minutes. What is not played: the browser's own freezing of the process.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa
from playwright.async_api import BrowserContext, expect

from interaction_hub.app import Variation
from interaction_hub.domain import events
from interaction_hub.storage import tables
from tests.e2e.hands import ACCEPT, Agent
from tests.e2e.shop import Guest, Shop, company, enter, open_shop, signed
from tests.e2e.visit import LOST_LINE, Visits, connected
from tests.e2e.wire import Wire, wire_to
from tests.fakes.clocks import SkippingClock
from tests.fakes.house import House, open_house

pytestmark = pytest.mark.asyncio(loop_scope="session")

ALL = 30
BACK_MS = 30_000
"""Whoever is cut off tries again after 15 s at the latest."""
SLEEP = 600
UNCONFIRMED = 3
SHOWN = """(selectors) => [...document.querySelectorAll(selectors.line)].map((line) =>
  [line.matches(selectors.visitor) ? "visitor" : "agent", line.querySelector(selectors.text).textContent.trim()])"""
IN_WIDGET = {"line": ".c-msg", "visitor": ".is-mine", "text": ".c-bubble"}
IN_CONSOLE = {"line": ".log .msg", "visitor": ".is-in", "text": ".bubble-text"}
STORED = """async () => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie,
  await indexedDB.databases(), await caches.keys(), window.name, location.href])"""
CREDENTIAL = "Object.values(localStorage).map((one) => JSON.parse(one).credential).find(Boolean).split(' ')[1]"
Lines = list[tuple[str, str]]


def line(who: str, number: int) -> str:
    """A numbered line of the visitor ("v") or the agent ("a")."""
    return f"{who}{number:02} of {ALL}"


@dataclass
class Two:
    """Both people, what they have said so far, and their wires."""

    house: House
    shop: Shop
    clock: SkippingClock
    visitors_wire: Wire
    agents_wire: Wire
    browser: BrowserContext
    guest: Guest
    amara: Agent
    said: dict[str, int] = field(default_factory=lambda: {"v": 0, "a": 0})

    def next(self, who: str, count: int) -> list[str]:
        """The next numbered lines of one of them."""
        first = self.said[who]
        self.said[who] = min(first + count, ALL)
        return [line(who, number) for number in range(first + 1, self.said[who] + 1)]

    async def visitor_says(self, count: int) -> None:
        await self.guest.say(*self.next("v", count))

    async def agent_says(self, count: int) -> None:
        await expect(self.amara.reply_field).to_be_focused()
        for text in self.next("a", count):
            await self.amara.type(text)
            await self.amara.press("Enter")

    async def both_say(self, count: int) -> None:
        await asyncio.gather(self.visitor_says(count), self.agent_says(count))

    async def both_see(self) -> None:
        """The newest line of each stands on both sides, once, and is on its way no more."""
        for who in ("v", "a"):
            text = line(who, self.said[who])
            await expect(self.guest.chat.locator(".c-bubble").filter(has_text=text)).to_have_count(1, timeout=BACK_MS)
            await expect(self.amara.bubble(text)).to_have_count(1, timeout=BACK_MS)
        await expect(self.guest.chat.locator(".is-pending")).to_have_count(0, timeout=BACK_MS)
        await expect(self.amara.page.locator(".msg[data-state=kept], .msg[data-state=sending]")).to_have_count(
            0, timeout=BACK_MS
        )

    async def taken(self, who: str) -> None:
        """The hub has the newest line of this one, whatever he himself has heard of it."""

        async def there() -> bool:
            message = tables.touchpoint.c
            newest = sa.select(message.id).where(message.text == line(who, self.said[who]))
            return bool(await self.house.rows(newest))

        await self.house.until(there)


@pytest_asyncio.fixture(loop_scope="session")
async def two(tmp_path: Path, visits: Visits) -> AsyncIterator[Two]:
    """The visitor stands on a page of the shop, Amara is available; nobody has said anything."""
    visits.allow(*LOST_LINE, "net::ERR_", "HubChat:")
    async with AsyncExitStack() as stack:
        shop, clock = await stack.enter_async_context(open_shop()), SkippingClock()
        database = f"sqlite:///{tmp_path / 'hub.db'}"
        opening = open_house(database, tmp_path, rules=company(shop), variation=Variation(clock=clock))
        house = await stack.enter_async_context(opening)
        visitors_wire = await stack.enter_async_context(wire_to(house.url))
        agents_wire = await stack.enter_async_context(wire_to(house.url))
        shop.hub = visitors_wire.url
        browser = await visits.context()
        desk = await visits.signed_in(house, "amara")
        for context in (browser, desk):
            await context.clock.install()
        page = await desk.new_page()
        await page.goto(f"{agents_wire.url}/work")
        await connected(page)
        amara = Agent(page)
        await amara.be_available()
        guest = await enter(browser, shop)
        yield Two(house, shop, clock, visitors_wire, agents_wire, browser, guest, amara)


async def test_sixty_lines_survive_everything(two: Two) -> None:
    await begin(two)
    for trouble in (
        visitor_loads_anew,
        agent_loads_anew,
        visitor_is_cut_off,
        visitor_hears_nothing,
        agent_is_cut_off,
        agent_hears_nothing,
        visitor_closes_the_tab,
        visitor_sleeps,
    ):
        await trouble(two)
        await two.both_see()
    await two.both_say(ALL)
    await two.both_see()
    await expect_the_same_everywhere(two)
    await next_visitor_finds_nothing(two)


async def test_agent_who_slept_long_keeps_his_words(two: Two) -> None:
    """His customer went back to the queue meanwhile. What he wrote stands in the field when he gets him again."""
    await begin(two)
    await two.visitor_says(1)
    await two.both_see()
    two.agents_wire.sleep()
    await two.agent_says(1)
    await two.amara.type("and half a sentence")
    two.agents_wire.cut()  # by now the hub has given up the silent socket, too
    # Available, confirmed, unconfirmed; then away; then those who wait for an answer wait for anybody.
    for presences in (UNCONFIRMED, UNCONFIRMED + 1):
        await two.house.logged(events.PresenceChanged, number=presences)
        two.clock.skip(SLEEP / 2)
    await two.house.logged(events.ContactQueued, number=2)
    two.agents_wire.mend()
    await two.amara.page.context.clock.fast_forward(SLEEP * 1000)
    again = two.amara.page.get_by_role("button", name="Available again")
    await expect(again).to_be_visible(timeout=BACK_MS)
    await expect(two.amara.page.get_by_text("went to somebody else before your words were sent").first).to_be_visible()
    await two.amara.tab_to(again)
    await two.amara.press("Enter")
    await expect(two.amara.middle.get_by_text("left to accept")).to_be_visible()
    await two.amara.press(ACCEPT)
    await expect(two.amara.reply_field).to_have_value(f"{line('a', 2)}\nand half a sentence")
    await two.amara.type(", now whole")
    await two.amara.press("Enter")
    await two.both_see()
    await expect(two.guest.theirs).to_have_count(2)


async def begin(two: Two) -> None:
    """A first line of each."""
    await two.guest.begin()
    await two.visitor_says(1)
    await expect(two.amara.middle.get_by_text(line("v", 1))).to_be_visible()
    await two.amara.press(ACCEPT)
    await two.agent_says(1)


# ---- what goes wrong -------------------------------------------------------------------------------------------------
async def visitor_loads_anew(two: Two) -> None:
    await two.visitor_says(2)
    await asyncio.gather(two.guest.page.reload(), two.agent_says(2))
    await two.guest.open()
    await two.both_say(1)


async def agent_loads_anew(two: Two) -> None:
    await two.agent_says(2)
    await asyncio.gather(two.amara.page.reload(), two.visitor_says(2))
    await connected(two.amara.page)
    await two.amara.press("r")
    await two.both_say(1)


async def visitor_is_cut_off(two: Two) -> None:
    two.visitors_wire.cut()
    await two.both_say(2)
    await expect(two.guest.chat.get_by_text("No connection.")).to_be_visible()
    await expect(two.guest.chat.locator(".is-pending")).to_have_count(2)
    two.visitors_wire.mend()
    await two.both_say(1)


async def visitor_hears_nothing(two: Two) -> None:
    """What he writes arrives, the answers are lost with the line: he sends it again."""
    two.visitors_wire.deaf = True
    await two.visitor_says(1)
    await two.taken("v")
    await two.agent_says(2)
    two.visitors_wire.cut()
    await two.visitor_says(1)
    two.visitors_wire.mend()
    await two.both_say(1)


async def agent_is_cut_off(two: Two) -> None:
    two.agents_wire.cut()
    await two.both_say(2)
    await expect(two.amara.page.get_by_text("Connection to the hub lost")).to_be_visible()
    two.agents_wire.mend()
    await two.both_say(1)


async def agent_hears_nothing(two: Two) -> None:
    two.agents_wire.deaf = True
    await two.agent_says(1)
    await two.taken("a")
    await two.visitor_says(2)
    two.agents_wire.cut()
    await two.agent_says(1)
    two.agents_wire.mend()
    await two.both_say(1)


async def visitor_closes_the_tab(two: Two) -> None:
    await two.visitor_says(2)
    await two.guest.page.close()
    await two.agent_says(2)
    two.guest = await enter(two.browser, two.shop)
    await two.guest.open()
    await two.both_say(1)


async def visitor_sleeps(two: Two) -> None:
    two.visitors_wire.sleep()
    await two.agent_says(2)
    two.clock.skip(SLEEP)
    two.visitors_wire.mend()
    await two.browser.clock.fast_forward(SLEEP * 1000)
    await two.visitor_says(2)
    await two.both_say(1)


# ---- at the end ------------------------------------------------------------------------------------------------------
async def expect_the_same_everywhere(two: Two) -> None:
    """In the database each line once, each side's in order; both pages show that, as they stand and loaded anew."""
    message = tables.touchpoint.c
    found = await two.house.rows(
        sa.select(message.author_kind, message.text, message.claim)
        .where(message.kind == "message")
        .order_by(message.seq)
    )
    kept: Lines = [("agent" if kind == "agent" else "visitor", text) for kind, text, _ in found]
    assert len(kept) == len({claim for _, _, claim in found}) == 2 * ALL
    for who, mark in (("visitor", "v"), ("agent", "a")):
        assert [text for by, text in kept if by == who] == [line(mark, number) for number in range(1, ALL + 1)]
    await expect_shown(two, kept)
    await asyncio.gather(two.guest.page.reload(), two.amara.page.reload())
    await two.guest.open()
    await expect(two.guest.own.last).to_contain_text(line("v", ALL))
    await expect(two.amara.bubble(line("a", ALL))).to_be_visible()
    await two.guest.chat.get_by_role("button", name="Earlier messages").click()
    await expect(two.guest.chat.get_by_role("region", name="Conversation")).to_be_focused()
    await two.amara.click(two.amara.log.get_by_role("button", name="Older messages"))
    await expect_shown(two, kept)


async def expect_shown(two: Two, kept: Lines) -> None:
    await expect(two.guest.chat.locator(".c-msg")).to_have_count(len(kept))
    await expect(two.amara.log.locator(".msg")).to_have_count(len(kept))
    assert [tuple(one) for one in await two.guest.frame.evaluate(SHOWN, IN_WIDGET)] == kept
    assert [tuple(one) for one in await two.amara.page.evaluate(SHOWN, IN_CONSOLE)] == kept


async def next_visitor_finds_nothing(two: Two) -> None:
    """He leaves a draft and words that never got out. Whoever signs in after him finds neither, nor his lines."""
    credential = str(await two.guest.page.evaluate(CREDENTIAL))
    two.visitors_wire.cut()
    await two.guest.field.click()
    await two.guest.say("secret and unsent")
    await two.guest.page.keyboard.type("secret draft")
    await two.guest.page.wait_for_timeout(1_000)
    assert (await stored(two.guest)).count("secret") == 2
    await two.guest.page.evaluate("HubChat.logout()")
    await expect(two.guest.own).to_have_count(0)
    await nothing_is_kept(two.guest, credential)
    two.visitors_wire.mend()
    await two.guest.page.evaluate("jwt => HubChat.identify(jwt)", signed(two.house, sub="ruth", name="Ruth Adler"))
    await two.guest.chat.get_by_role("button", name="Chat").first.click(timeout=BACK_MS)
    await expect(two.guest.field).to_have_value("")
    await expect(two.guest.own).to_have_count(0)
    await two.guest.say("I am Ruth")
    await expect(two.guest.own).to_have_text(["I am Ruth"])
    await two.guest.page.reload()
    await two.guest.open()
    await nothing_is_kept(two.guest, credential)
    texts = await two.house.rows(sa.select(tables.touchpoint.c.text).where(tables.touchpoint.c.text.contains("secret")))
    assert not texts


async def stored(guest: Guest) -> str:
    """Everything that the browser keeps for the shop's page and for our frame in it."""
    return " ".join([str(await frame.evaluate(STORED)) for frame in guest.page.frames])


async def nothing_is_kept(guest: Guest, credential: str) -> None:
    kept = await stored(guest)
    for trace in ("secret", credential, f"of {ALL}"):
        assert trace not in kept, kept
    shown = await guest.frame.evaluate("document.body.innerText")
    assert f"of {ALL}" not in shown
