"""Naughty strings on the screen, in Chromium: shown as written; nothing runs, is asked for or breaks out.

Whether script hidden in a text runs is `tests/e2e/test_sinks.py`'s; here it is every string of the corpus.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.e2e.conftest import assets, browser, visits  # noqa: F401 - fixtures
from tests.e2e.hands import Agent
from tests.e2e.visit import Visits
from tests.fakes.house import House, documents, open_house
from tests.fuzz.corpora import some
from tests.fuzz.test_naughty_strings import chunks
from tests.fuzz.texts import Post, blank, one_line

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(600)]

CUSTOMER = "+447700900456"
OURS = re.compile(r"/(work|customers|login|static/.+|api/v1/.+|ws/.+|favicon.ico|icon.+|manifest.+)?(\?.*)?")
BREAKS_OUT = """() => [document.documentElement, ...document.querySelectorAll('.log, .bubble, .work-list, aside')]
  .filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1)
  .filter((one) => !['hidden', 'clip'].includes(getComputedStyle(one).overflowX))
  .map((one) => `${one.className}: ${one.scrollWidth} in ${one.clientWidth}: ${one.textContent.slice(0, 60)}`)"""


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Room for everybody, and time enough."""
    rules = documents(limit=200, chat={"offer_timeout": 900}, offer_timeout=900)
    async with open_house(f"sqlite:///{tmp_path / 'hub.db'}", tmp_path, rules=rules) as opened:
        yield opened


class Watchman:
    """Everything that a page does by itself: dialogs, and addresses that it asks for."""

    def __init__(self, house: House, page: Page) -> None:
        self.seen: list[str] = []
        page.on("dialog", lambda dialog: self.seen.append(f"dialog {dialog.message}"))
        page.on("request", lambda request: self._asked(house.url, request.url))
        page.on("popup", lambda popup: self.seen.append(f"popup {popup.url}"))
        page.on("download", lambda download: self.seen.append(f"download {download.url}"))

    def _asked(self, own: str, url: str) -> None:
        place = re.sub(r"^(http|ws)://[^/]+", "", url)
        if not url.replace("ws:", "http:").startswith(own) or OURS.fullmatch(place) is None:
            self.seen.append(f"request {url}")


async def test_conversation_shows_each_string(house: House, visits: Visits, naughty: list[str]) -> None:  # noqa: F811
    """All of them as a customer's words, as answers to them, and as notes: each bubble holds its text."""
    page = await visits.console(house)
    watchman, amara = Watchman(house, page), Agent(page)
    await amara.be_available()
    await house.text(CUSTOMER, "Hello")
    await amara.accept("Hello")
    post = Post(house)
    said = [text for text in naughty if not blank(text)]
    noted = some(said, 60)
    async with house.console("amara") as second:
        contact = next(iter(second.contacts))
        for group in chunks(said, 25):
            await asyncio.gather(*(post.message(CUSTOMER, text) for text in group))
        for text in noted:
            await second.do("contact.note", contact=contact, text=text)
    await expect(amara.log.locator(".msg.is-in .bubble-text")).to_have_count(len(said) + 1, timeout=60_000)
    await expect(amara.log.locator(".msg.is-note .bubble-text")).to_have_count(len(noted), timeout=60_000)
    assert sorted(await shown(amara, ".msg.is-in")) == sorted(["Hello", *said])
    assert await shown(amara, ".msg.is-note") == noted
    assert await page.evaluate(BREAKS_OUT) == []
    await page.reload()  # the first data stand in the page itself
    await expect(amara.log.locator(".bubble-text").first).to_be_visible()
    assert (await shown(amara, ".msg.is-note"))[-40:] == noted[-40:]
    assert await page.evaluate(BREAKS_OUT) == []
    assert watchman.seen == []


async def shown(amara: Agent, kind: str) -> list[str]:
    """The texts of all bubbles of a kind, as the page holds them."""
    found: list[str] = await amara.log.locator(f"{kind} .bubble-text").evaluate_all(
        "all => all.map((one) => one.textContent)"
    )
    return found


async def test_names_are_shown_on_one_line(house: House, visits: Visits, naughty: list[str]) -> None:  # noqa: F811
    """As customers' names: in the list of customers, in the rows of the work list and over the conversation."""
    post = Post(house)
    names = [text for text in some(naughty, 30)[:36] if one_line(text)]
    async with house.console("amara") as second:
        await second.do("presence.set", presence="available")
        for place, text in enumerate(names):
            await post.message(f"+44770090{place:04d}", text, ProfileName=text)
            await second.take()
    page = await visits.console(house)
    watchman, wanted = Watchman(house, page), {one_line(text)[:100] for text in names}
    work = page.locator(".row .row-name")
    await expect(work).to_have_count(len(names), timeout=30_000)
    assert set(await work.evaluate_all("all => all.map((one) => one.textContent)")) == wanted
    assert await page.evaluate(BREAKS_OUT) == []
    await page.goto(f"{house.url}/customers")
    await expect(page.locator("main a[href^='/customers/']")).to_have_count(len(names), timeout=30_000)
    listed = await page.locator("main").inner_text()
    squeezed = " ".join(listed.split())
    assert [name for name in wanted if " ".join(name.split()) not in squeezed] == []
    assert await page.evaluate(BREAKS_OUT) == []
    assert watchman.seen == []
