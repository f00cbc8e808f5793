"""A signature ends in mid-chat: the page around the widget signs anew, or it does not, or for somebody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Route, expect

from interaction_hub.app import Variation
from interaction_hub.clock import HubClock
from tests.e2e.shop import Guest, Shop, company, enter, open_shop, signed
from tests.e2e.test_widget import answer, heard
from tests.e2e.visit import LOST_LINE, Visits
from tests.fakes.house import Console, House, open_house

pytestmark = pytest.mark.asyncio(loop_scope="session")

TOKEN_LASTS = 11 * 60
"""Longer than the token of a session, and than the signatures of these tests."""


@dataclass
class Ahead:
    """The hub's clock, which can be put on."""

    clock: HubClock = field(default_factory=HubClock)
    seconds: int = 0

    def now(self) -> int:
        """Hub time."""
        return self.clock.now() + self.seconds * 1_000_000


@dataclass
class Place:
    """Hub, shop, and the hub's clock."""

    house: House
    shop: Shop
    clock: Ahead

    def sign(self, subject: str = "meiling", **claims: Any) -> str:
        """A signature for the next ten minutes."""
        return signed(self.house, **{"sub": subject, "exp": self.clock.now() // 1_000_000 + 600, **claims})


@pytest_asyncio.fixture(loop_scope="session")
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        shop, clock = await stack.enter_async_context(open_shop()), Ahead()
        database = f"sqlite:///{tmp_path / 'hub.db'}"
        opened = open_house(database, tmp_path, rules=company(shop), variation=Variation(clock=clock))
        house = await stack.enter_async_context(opened)
        shop.hub = house.url
        yield Place(house, shop, clock)


async def talking(place: Place, visits: Visits, amara: Console) -> Guest:
    """Meiling in the middle of a chat, half a sentence typed."""
    place.shop.identity = place.sign()
    guest = await enter(await visits.context(), place.shop)
    await guest.begin()
    await guest.say("Where is my table?")
    await answer(amara, "One moment, Meiling.")
    await expect(guest.theirs).to_have_count(1)
    await guest.page.keyboard.type("half a sen")
    return guest


async def test_page_signs_anew_and_the_chat_goes_on(place: Place, visits: Visits) -> None:
    visits.allow(*LOST_LINE, "status of 401")  # a machine that is late learns from the hub that the signature has ended
    async with place.house.console("amara") as amara:
        guest = await talking(place, visits, amara)
        asked: list[str] = []

        def sign() -> str:
            asked.append("meiling")
            return place.sign()

        await guest.page.expose_function("signAnew", sign)
        await guest.page.evaluate("HubChat.on('identify', () => signAnew())")
        await guest.chat.locator(".c-log").evaluate("log => (log.dataset.same = 'yes')")
        place.clock.seconds += TOKEN_LASTS
        await _until(guest, asked)
        await guest.page.keyboard.type("tence")
        await guest.page.keyboard.press("Enter")
        await expect(guest.own).to_have_text(["Where is my table?", "half a sentence"])
        await amara.until(lambda: heard(amara) == ["Where is my table?", "half a sentence"])
        await amara.do("contact.reply", contact=next(iter(amara.contacts)), text="It comes at two.")
        await expect(guest.theirs).to_have_text(["One moment, Meiling.", "It comes at two."])
        await expect(guest.chat.locator(".c-log")).to_have_attribute("data-same", "yes")
        assert len(asked) == 1


async def _until(guest: Guest, asked: list[str]) -> None:
    for _ in range(100):
        if asked:
            return
        await guest.page.wait_for_timeout(100)
    raise AssertionError("the page was not asked")


async def test_page_without_a_new_signature_is_told(place: Place, visits: Visits) -> None:
    visits.allow(*LOST_LINE, "status of 401")
    async with place.house.console("amara") as amara:
        guest = await talking(place, visits, amara)
        place.clock.seconds += TOKEN_LASTS
        await expect(guest.chat.get_by_role("alert").get_by_text("could not be confirmed")).to_be_visible()
        # Whoever sits there now sees nothing of it, nor who was talked to.
        assert "Meiling" not in await guest.chat.locator("body").inner_text()
        assert "Amara" not in await guest.chat.locator("body").inner_text()
        await guest.chat.get_by_role("button", name="Try again").click()
        await expect(guest.chat.get_by_text("could not be confirmed")).to_be_visible()

        await guest.page.evaluate("jwt => HubChat.identify(jwt)", place.sign())
        await expect(guest.own).to_have_text(["Where is my table?"])
        await expect(guest.field).to_have_value("half a sen")
        await guest.field.press("Enter")
        await amara.until(lambda: heard(amara) == ["Where is my table?", "half a sen"])


async def test_signature_that_comes_while_the_old_one_is_refused_counts(place: Place, visits: Visits) -> None:
    visits.allow(*LOST_LINE, "status of 401")
    async with place.house.console("amara") as amara:
        guest = await talking(place, visits, amara)
        place.clock.seconds += TOKEN_LASTS
        await expect(guest.chat.get_by_role("alert").get_by_text("could not be confirmed")).to_be_visible()
        refused, go_on = asyncio.Event(), asyncio.Event()

        async def slow(route: Route) -> None:
            answer = await route.fetch()
            refused.set()
            await go_on.wait()
            await route.fulfill(response=answer)

        await guest.page.route("**/api/v1/chat/shop/sessions", slow)
        await guest.chat.get_by_role("button", name="Try again").click()
        await refused.wait()
        await guest.page.evaluate("jwt => HubChat.identify(jwt)", place.sign())
        await guest.page.wait_for_timeout(200)
        go_on.set()
        await expect(guest.own).to_have_text(["Where is my table?"])
        await expect(guest.field).to_have_value("half a sen")


async def test_next_person_sees_nothing_of_the_one_before(place: Place, visits: Visits) -> None:
    visits.allow(*LOST_LINE, "status of 401")
    async with place.house.console("amara") as amara:
        guest = await talking(place, visits, amara)
        await guest.page.expose_function("signAnew", lambda: place.sign("ruth"))
        await guest.page.evaluate("HubChat.on('identify', () => signAnew())")
        place.clock.seconds += TOKEN_LASTS
        await expect(guest.chat.get_by_role("heading", name="How can we help?")).to_be_visible()
        await guest.chat.get_by_role("button", name="Chat").first.click()
        await expect(guest.own).to_have_count(0)
        await expect(guest.theirs).to_have_count(0)
        await expect(guest.field).to_have_value("")
        assert "half a sen" not in await guest.frame.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
        await guest.say("I am Ruth")
        await expect(guest.own).to_have_text(["I am Ruth"])
        await expect(guest.theirs).to_have_count(0)


async def test_page_kept_since_yesterday_signs_at_the_first_opening(place: Place, visits: Visits) -> None:
    visits.allow("status of 401")
    place.shop.identity = place.sign(exp=1)
    guest = await enter(await visits.context(), place.shop)
    await guest.page.expose_function("signAnew", place.sign)
    await guest.page.evaluate("HubChat.on('identify', async () => signAnew())")
    await guest.begin()
    await guest.say("Good morning")
    await expect(guest.chat.get_by_text("Your place in line", exact=True)).to_be_visible()
