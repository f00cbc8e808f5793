"""A browser for the session, a hub and fresh contexts for each test. What the browser complains about fails the test.

Async fixtures live in the session's event loop, as the browser does; modules here say so with `pytestmark`.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

import hatch_build
from tests.e2e.visit import CHROMIUM, Visits, launch
from tests.fakes.house import House, open_house

# A slow machine is no fault of the page; what must be quick is measured by `make bench`.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def assets() -> None:
    """What the pages load, built if a source has changed since."""
    hatch_build.build()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(assets: None) -> AsyncIterator[Browser]:
    """One Chromium for all tests of this process."""
    if not os.access(CHROMIUM, os.X_OK):
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing: apt-get install chromium", pytrace=False)
        pytest.skip("Chromium is missing: apt-get install chromium")
    async with async_playwright() as playwright:
        chromium = await launch(playwright)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visits(browser: Browser) -> AsyncIterator[Visits]:
    """Opens contexts and pages; at the end none of them may have complained."""
    async with AsyncExitStack() as stack:
        found = Visits(browser, stack)
        yield found
        found.expect_no_complaints()


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The hub with the small company of `documents()`."""
    async with open_house(f"sqlite:///{tmp_path / 'hub.db'}", tmp_path) as opened:
        yield opened
