"""Browser contexts for tests: signed in or not, in a language, a theme and a size, with an ear for complaints."""

from __future__ import annotations

import os
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright

from tests.fakes.house import House

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SESSION_COOKIE = "__Host-hub"
LANGUAGE_COOKIE = "hub_lang"
SMALL = (1280, 720)
LARGE = (1920, 1080)
LOST_LINE = ("WebSocket connection to", "Failed to load resource: net::ERR_")
"""What a browser says by itself when the line to the hub is down."""


async def launch(playwright: Playwright) -> Browser:
    """Chromium as installed by the system."""
    return await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


@dataclass
class Visits:
    """Opens contexts, closes them at the end, and remembers what their pages complained about."""

    browser: Browser
    stack: AsyncExitStack
    complaints: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def allow(self, *parts: str) -> None:
        """A complaint with one of these parts belongs to what the test does."""
        self.allowed.extend(parts)

    async def context(
        self, *, size: tuple[int, int] = SMALL, theme: str = "light", language: str = "en", **options: Any
    ) -> BrowserContext:
        """A fresh browser context: no cookies, no storage. `language` is the one that the person has chosen."""
        width, height = size
        settings: dict[str, Any] = {
            "viewport": {"width": width, "height": height},
            "color_scheme": theme,
            "locale": language.replace("_", "-"),
            "reduced_motion": "reduce",
            "timezone_id": "Europe/London",
        }
        context = await self.browser.new_context(**settings | options)
        self.stack.push_async_callback(context.close)
        context.set_default_timeout(10_000)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.complaints.append(f"page error: {error.error}"))
        return context

    async def signed_in(self, house: House, login: str, **options: Any) -> BrowserContext:
        """A context with a session of this person."""
        context = await self.context(**options)
        await give_session(context, house.url, await house.sign_in(login))
        return context

    async def console(self, house: House, login: str = "amara", **options: Any) -> Page:
        """An agent's console, connected."""
        page = await (await self.signed_in(house, login, **options)).new_page()
        await page.goto(f"{house.url}/work")
        await connected(page)
        return page

    async def board(self, house: House, login: str = "rk", **options: Any) -> Page:
        """The wallboard, connected."""
        page = await (await self.signed_in(house, login, **options)).new_page()
        await page.goto(f"{house.url}/board")
        await page.locator(".board-live:not(.is-old)").first.wait_for()
        return page

    def expect_no_complaints(self) -> None:
        """Errors in the console, errors of scripts, breaches of the content security policy."""
        found = [line for line in self.complaints if not any(part in line for part in self.allowed)]
        assert not found, "the browser complained:\n" + "\n".join(found)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") or "Content Security Policy" in message.text:
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")


async def give_session(context: BrowserContext, url: str, token: str) -> None:
    """Put a session's token where the browser would keep it after a log-in."""
    # Chromium takes a __Host- cookie from http://127.0.0.1, but lets nobody else put one there.
    secure = url.replace("http:", "https:")
    await context.add_cookies(
        [{"name": SESSION_COOKIE, "value": token, "url": secure, "httpOnly": True, "sameSite": "Lax"}]
    )


async def connected(page: Page) -> None:
    """Wait until the console has its line: presence can be chosen then."""
    await page.locator("#presence:not([disabled])").wait_for()
