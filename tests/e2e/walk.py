"""Walks a page in one state through sizes, themes and languages, and tells what it breaks of ui.md 3, 10 and 14.

A covering choice, not every combination: LOOKS has each language, theme and size twice and each pair of them once. Axe
reads the page once; windows of 640 and 320 px and forced colours come once, the narrow ones in one language
each. The state is reached once a language; sizes and themes change under it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.async_api import Page

from tests.e2e.checks import axe_findings, findings, keep_picture
from tests.e2e.english import VISIBLE, english
from tests.e2e.visit import LANGUAGE_COOKIE, LARGE, SMALL

Theme = Literal["light", "dark"]
Reach = Callable[[Page], Awaitable[None]]
LOOKS: dict[str, tuple[tuple[Theme, tuple[int, int]], ...]] = {
    "en": (("light", SMALL), ("dark", LARGE)),
    "zh_Hans": (("dark", SMALL), ("light", LARGE)),
}
NARROW = {"en": (640, 360), "zh_Hans": (320, 640)}
"""1280 × 720 at 200 %, and the narrowest window of WCAG 1.4.10."""
PICTURES = bool(os.environ.get("PICTURES"))
"""With it set, every look is kept for eyes; else only one that breaks a rule."""
FIGURES = re.compile(r"\d[\d:.,]*")
RESTLESS = "kbd, hub-timer, time, .finder, .c-time, .chead .meta"
"""Caps of keys, which a narrow window has no room for, and what changes by itself: clocks, the visitor's page."""
OUT_OF_REACH = (Path(__file__).parent / "reach.js").read_text(encoding="utf-8")
EDGES = (Path(__file__).parent / "edges.js").read_text(encoding="utf-8")


@dataclass
class Walk:
    """One page of a browser that goes through many states; `data` is what people have written in them.

    `hides` are parts of words that a narrow window puts away on purpose.
    """

    page: Page
    url: str
    data: Iterable[str] = ()
    hides: Iterable[str] = ()
    languages: tuple[str, ...] = tuple(LOOKS)
    translated: bool = True
    found: list[str] = field(default_factory=list)

    async def through(
        self, name: str, path: str, reach: Reach | None = None, leave: Reach | None = None, *, stacks: bool = True
    ) -> None:
        """All looks of the state that `reach` makes of the page at this path; without `stacks` none is narrow."""
        for language in self.languages:
            looks = LOOKS[language]
            await self.speak(language)
            await self.look(looks[0])
            await self.page.goto("about:blank")  # an address that differs by its hash alone is not loaded again
            await self.page.goto(self.url + path)
            if reach:
                await reach(self.page)
            await self.looks(f"{name}-{language}", language, stacks)
            if leave:
                await leave(self.page)

    async def speak(self, language: str) -> None:
        """The next pages are in this language."""
        await self.page.context.add_cookies([{"name": LANGUAGE_COOKIE, "value": language, "url": self.url}])

    async def look(self, look: tuple[Theme, tuple[int, int]]) -> None:
        theme, (width, height) = look
        await self.page.emulate_media(color_scheme=theme, reduced_motion="reduce", forced_colors="none")
        await self.page.set_viewport_size({"width": width, "height": height})
        await self.page.evaluate("new Promise(requestAnimationFrame)")

    async def looks(self, name: str, language: str, stacks: bool) -> None:
        looks = LOOKS[language]
        for theme, size in looks:
            await self.look((theme, size))
            told = await findings(self.page)
            if size == SMALL:
                if language == self.languages[0]:
                    told += await axe_findings(self.page)
                if language != "en" and self.translated:
                    told += [f"English: {text!r}" for text in sorted(await english(self.page, self.data))]
                words = await self.words()
            await self.keep(f"{name}-{theme}-{size[0]}", told)
        if stacks:
            await self.narrow(f"{name}-{NARROW[language][0]}", looks[0][0], NARROW[language], words)
        if language == "en":
            await self.forced(f"{name}-forced")
        await self.look(looks[0])

    async def narrow(self, name: str, theme: Theme, size: tuple[int, int], words: set[str]) -> None:
        """Stacked: nothing of the wide window is gone, and all of it can be brought into the window."""
        await self.look((theme, size))
        told = await findings(self.page)
        gone = words - await self.words()
        told += [f"gone: {text!r}" for text in sorted(gone) if not any(part in text for part in self.hides)]
        told += await self.page.evaluate(OUT_OF_REACH)
        await self.keep(name, told)

    async def forced(self, name: str) -> None:
        await self.page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
        await self.page.emulate_media(forced_colors="active")
        await self.keep(name, [*await findings(self.page), *await self.page.evaluate(EDGES)])

    async def words(self) -> set[str]:
        """What is written on the page, and behind the button that a narrow window puts the customer behind."""
        await self.page.evaluate("document.querySelector('hub-console')?.drawer?.(true)")
        shown = await self.page.evaluate(VISIBLE, RESTLESS)
        found = {FIGURES.sub("#", text) for text in shown if len(text) > 2}
        await self.page.evaluate("document.querySelector('hub-console')?.drawer?.(false)")
        return found

    async def keep(self, name: str, told: list[str]) -> None:
        if told or PICTURES:
            await keep_picture(self.page, name)
        self.found += [f"{name}: {finding}" for finding in told]

    def done(self) -> None:
        assert not self.found, "\n" + "\n".join(self.found)
