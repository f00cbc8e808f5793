"""What a person does at the console: looks by role, label and text, and presses keys."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import FrameLocator, Locator, Page, expect

ACCEPT = "Control+Shift+Enter"
DECLINE = "Control+Shift+Backspace"
SEND = "Control+Enter"
MOST_TABS = 60


@dataclass(frozen=True)
class Agent:
    """An agent in front of one tab, or of the console in the demo's frame; the keyboard is the tab's."""

    page: Page
    frame: FrameLocator | None = None

    @property
    def place(self) -> Page | FrameLocator:
        """Where the console is drawn."""
        return self.frame or self.page

    # ---- what there is to see ----------------------------------------------------------------------------------------
    @property
    def presence(self) -> Locator:
        return self.place.locator("#presence")

    @property
    def work(self) -> Locator:
        return self.place.get_by_role("complementary", name="My work")

    @property
    def middle(self) -> Locator:
        return self.place.get_by_role("main", name="Conversation")

    @property
    def customer(self) -> Locator:
        return self.place.get_by_role("complementary", name="Customer")

    @property
    def log(self) -> Locator:
        return self.place.get_by_role("log", name="Conversation")

    @property
    def reply_field(self) -> Locator:
        return self.place.get_by_role("textbox", name="Reply")

    @property
    def note_field(self) -> Locator:
        return self.place.get_by_role("textbox", name="Note", exact=True)

    @property
    def history(self) -> Locator:
        return self.customer.get_by_role("list", name="History")

    def row(self, name: str) -> Locator:
        """The row of one of my contacts."""
        return self.work.get_by_role("button").filter(has_text=name)

    def bubble(self, text: str) -> Locator:
        """A message in the conversation, with what became of it."""
        return self.log.locator(".msg").filter(has_text=text)

    # ---- what a person does ------------------------------------------------------------------------------------------
    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    async def type(self, text: str) -> None:
        await self.page.keyboard.type(text)

    async def click(self, target: Locator) -> None:
        """Go there with the pointer, as a hand does, and press: what shifts under a still pointer is not pressed."""
        await expect(target).to_be_enabled()
        await target.scroll_into_view_if_needed()
        box = await target.bounding_box()
        assert box is not None, f"{target} is not to be seen"
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        await self.page.mouse.move(x + 40, y + 30)
        await self.page.mouse.move(x, y, steps=6)
        await target.click()

    async def tab_to(self, target: Locator, *, back: bool = False) -> None:
        """Press Tab until the target has the focus."""
        await target.wait_for()
        for _ in range(MOST_TABS):
            await self.press("Shift+Tab" if back else "Tab")
            if await target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"{target} is not reached by {MOST_TABS} presses of Tab")

    async def leave_field(self) -> None:
        """To the tab above the field: single letters are keys there."""
        await self.tab_to(self.place.get_by_role("tab", selected=True), back=True)

    async def be_available(self) -> None:
        """By the key A, from a page that nobody has touched."""
        await self.press("a")
        await expect(self.presence).to_have_accessible_name("Presence: Available")

    async def accept(self, text: str) -> None:
        """The offer whose last words these are is in the middle; take it by its chord."""
        await expect(self.middle.get_by_text("left to accept")).to_be_visible()
        await expect(self.middle.get_by_text(text)).to_be_visible()
        await self.press(ACCEPT)
        await expect(self.reply_field).to_be_focused()

    async def finish(self, digit: str) -> None:
        """End the conversation and file it under the disposition of this digit."""
        await self.click(self.middle.get_by_role("button", name="End", exact=True))
        await expect(self.place.get_by_role("searchbox", name="Find a disposition")).to_be_focused()
        await self.press(digit, SEND)
        await expect(self.place.get_by_role("searchbox", name="Find a disposition")).to_be_hidden()

    async def reply(self, text: str) -> None:
        await expect(self.reply_field).to_be_focused()
        await self.type(text)
        await self.press(SEND)
        await expect(self.reply_field).to_have_value("")
