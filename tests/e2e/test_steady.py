"""Nothing under the pointer moves while contacts come, go and change: a tape of 200 deltas (ui.md 14)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page

from tests.e2e.desk import CHEN, GRACE, NAMES, PRIYA, Day, company, visitor_of
from tests.e2e.visit import Visits
from tests.fakes.house import House, open_house
from tests.fakes.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

TAPE = (Path(__file__).parent / "tape_console.js").read_text(encoding="utf-8")
COUNT = 200
RESTLESS = """() => document.querySelector("hub-console").desk.store.addEventListener("change", () => {
  document.querySelector("main").style.paddingTop = `${performance.now() % 40}px`;
})"""
PLACES = {
    "row": f"hub-work-list .row:has-text('{NAMES[PRIYA]}')",
    "snoozed row": f"hub-work-list .row:has-text('{NAMES[GRACE]}')",
    "offer": "hub-offer .btn.primary >> nth=0",
    "transfer": "[data-act=transfer]",
    "filter": ".filters .chip >> nth=1",
}
"""Where a hand could be on its way to."""


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(f"sqlite:///{tmp_path / 'hub.db'}", tmp_path, rules=company()) as opened:
        yield opened


async def hover(page: Page, selector: str) -> tuple[float, float]:
    """Come from somewhere else and rest there."""
    box = await page.locator(selector).first.bounding_box()
    assert box is not None, selector
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(640, 5)
    await page.mouse.move(x, y, steps=3)
    return x, y


async def busy(house: House, visits: Visits, day: Day, visitor: Visitor) -> Page:
    """The console with every section in its list."""
    await day.morning()
    await day.chat(visitor)
    await day.rush()
    return await visits.console(house)


async def played(page: Page, selector: str, count: int = COUNT, first: str = "() => {}") -> list[str]:
    """What moved under a pointer that rests there, from the state that the hub has."""
    await page.reload()
    await page.locator("#presence:not([disabled])").wait_for()
    await page.locator("hub-work-list .row").filter(has_text=CHEN).first.click()
    await page.locator("hub-history .entry").first.wait_for()
    x, y = await hover(page, selector)
    await page.evaluate(first)
    moved: list[str] = await page.evaluate(TAPE, {"x": x, "y": y, "count": count})
    return moved


async def test_nothing_under_the_pointer_moves(house: House, visits: Visits) -> None:
    async with house.console("amara") as amara, (await visitor_of(house)).page() as visitor:
        page = await busy(house, visits, Day(house, amara), visitor)
        moved = {name: await played(page, selector) for name, selector in PLACES.items()}
        assert not any(moved.values()), moved


async def test_tape_sees_what_moves(house: House, visits: Visits) -> None:
    async with house.console("amara") as amara, (await visitor_of(house)).page() as visitor:
        page = await busy(house, visits, Day(house, amara), visitor)
        assert await played(page, PLACES["transfer"], 40, RESTLESS)
