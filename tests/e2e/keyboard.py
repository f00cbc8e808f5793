"""An agent without a mouse: whatever a pointer does in his pages is a complaint, and fails the test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from playwright.async_api import BrowserContext, Locator, expect

from tests.e2e.hands import Agent

MOST_TABS = 120
"""The page of settings has three buttons for each of its keys."""

NO_MOUSE = """for (const type of ["pointerdown", "pointermove", "mousedown", "mousemove", "wheel", "touchstart"])
  addEventListener(type, () => console.error(`a pointer was used: ${type}`), { capture: true });"""


async def without_mouse(context: BrowserContext) -> None:
    """Every page of this context hears pointers and complains. To be said before the first page."""
    await context.add_init_script(NO_MOUSE)


@dataclass(frozen=True)
class Typist(Agent):
    """Presses keys and looks, in whatever language the page speaks."""

    async def click(self, target: Locator) -> NoReturn:
        raise AssertionError(f"there is no mouse to click {target} with")

    @property
    def field(self) -> Locator:
        """Where a reply or a note is written."""
        return self.page.locator("#composer-text")

    @property
    def selected(self) -> Locator:
        """The row of the contact in front."""
        return self.page.locator("#my-work [aria-current=true]")

    @property
    def dialog(self) -> Locator:
        return self.page.locator("dialog[open]")

    async def to(self, target: Locator, *, back: bool = False) -> None:
        """Press Tab until the target has the focus."""
        await target.wait_for()
        for _ in range(MOST_TABS):
            if await target.evaluate("element => element === document.activeElement"):
                return
            await self.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"{target} is not reached by {MOST_TABS} presses of Tab")

    async def key(self, letter: str) -> None:
        """A single letter, which acts while no field has the focus: out of the composer first, if we stand in it."""
        if await self.field.count() and await self.field.evaluate("field => field === document.activeElement"):
            await self.to(self.page.locator(".composer [role=tab][aria-selected=true]"), back=True)
        await self.press(letter)

    async def palette(self, words: str) -> None:
        """Ctrl K, the words of an action or a page, Enter."""
        await self.page.wait_for_load_state()  # a page that was just opened has its words before its keys
        await self.press("Control+k")
        await expect(self.dialog.get_by_role("combobox")).to_be_focused()
        await self.type(words)
        await expect(self.dialog.get_by_role("option", selected=True)).to_contain_text(words)
        await self.press("Enter")
        await expect(self.dialog.get_by_role("combobox")).to_be_hidden()

    async def take(self, text: str) -> None:
        """The offer with these words rings: take it by its chord. It is in front then, ready for an answer."""
        await expect(self.page.locator("hub-offer .offer:not(.is-over)")).to_have_count(1)
        await self.press("Control+Shift+Enter")
        await expect(self.bubble_with(text)).to_be_visible()
        await expect(self.field).to_be_focused()

    def bubble_with(self, text: str) -> Locator:
        """A message of the conversation in front."""
        return self.page.locator(".log .msg").filter(has_text=text)

    async def write(self, text: str, send: str) -> None:
        """Type into the field that has the focus, and send."""
        await expect(self.field).to_be_focused()
        await self.type(text)
        await self.press(send)
        await expect(self.field).to_have_value("")
