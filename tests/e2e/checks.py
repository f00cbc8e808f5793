"""What every page must keep, in every state: ui.md 3 and 14 as a script, and axe."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Frame, Page

SCRIPT = (Path(__file__).parent / "checks.js").read_text(encoding="utf-8")
OUTPUT = Path(__file__).parent / "output"
GRAVE = ("serious", "critical")


async def findings(page: Page) -> list[str]:
    """Breaches of the rules of text, contrast, targets and width, in the page and its frames; one sentence each."""
    await page.evaluate("document.fonts.ready.then(() => true)")
    found: list[str] = []
    for frame in page.frames:
        found += await _of_frame(frame)
    return found


async def _of_frame(frame: Frame) -> list[str]:
    told: list[str] = await frame.evaluate(SCRIPT)
    return told


async def axe_findings(page: Page | Frame) -> list[str]:
    """Serious and critical findings of axe; it looks into frames of the same origin by itself."""
    results = await Axe().run(page, options={"resultTypes": ["violations"]})
    return [
        f"axe {violation['id']} ({violation['impact']}): {violation['help']}: {node['html'][:160]}"
        for violation in results.response["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]


async def keep_picture(page: Page, name: str) -> None:
    """For eyes: tests/e2e/output/, which git does not see."""
    OUTPUT.mkdir(exist_ok=True)
    await page.screenshot(path=OUTPUT / f"{name}.png", animations="disabled")
