"""The console's budget in Chromium, its processor slowed four times: paint, weight, offers, keys, deltas, a shift.

The hub is the real one; times from commit to paint are read from one clock, since hub and browser share the machine.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import CDPSession, Page, async_playwright

import hatch_build
from interaction_hub.domain import events
from tests.bench.figures import Figure
from tests.e2e.visit import Visits, connected, launch
from tests.fakes.house import House, documents, open_house

SLOWED = 4
LINE = {"offline": False, "latency": 40, "downloadThroughput": 1_250_000, "uploadThroughput": 1_250_000}
LOADS = 5
OFFERS = 40
SEEN_SECONDS, LOADED_SECONDS = 0.5, 3.0
"""Whoever asks the page all the time whether it is there yet makes it slower: the bench looks away meanwhile."""
REST_MS, HAND_MS = 300, 600
"""What moves within half a second of a key is the hand's doing, by the definition of a layout shift."""
KEYS = 40
ROWS = 200
DELTAS = 400
SHIFT_CONTACTS, SHIFT_TALK = 540, 12
"""Nine hours at one contact a minute."""
STATIC = Path(hatch_build.__file__).parent / "agent_ui" / "static"
WATCH = """
window.marks = {shift: 0};
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) marks.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) (marks.keys ??= []).push(entry.duration);
}).observe({type: "event", durationThreshold: 16, buffered: true});
new MutationObserver(() => {
  if (!marks.usable && document.querySelector("#presence:not([disabled])")) marks.usable = performance.now();
  if (!marks.offer && document.querySelector("hub-offer .btn.primary:not([disabled])"))
    requestAnimationFrame(() => requestAnimationFrame(() => (marks.offer ??= Date.now())));
}).observe(document, {subtree: true, childList: true, attributes: true});
"""


def measure() -> Iterator[Figure]:
    """All lines of ui.md 12 that need no telephone."""
    hatch_build.build()
    yield from _weights()
    yield from asyncio.run(_run())


# ---- weight ----------------------------------------------------------------------------------------------------
def _weights() -> Iterator[Figure]:
    assets: dict[str, Any] = json.loads((STATIC / "manifest.json").read_text(encoding="utf-8"))["assets"]

    def kilobytes(*files: str) -> float:
        return sum(len(gzip.compress((STATIC / file).read_bytes(), 9)) for file in files) / 1000

    def module(name: str) -> set[str]:
        return {str(assets[name]["file"]), *(str(one["file"]) for one in assets[name]["imports"])}

    console, board = module("console.js"), module("board.js")
    for name, files, goal in (
        ("console: JavaScript, gz", console, 60.0),
        ("wallboard: JavaScript, gz", board, 83.0),
        ("widget's loader: JavaScript, gz", module("widget.js"), 4.0),
        ("widget's frame: JavaScript, gz", module("chat.js"), 30.0),
        ("screen on a wall: JavaScript, gz", module("tv.js"), 25.0),
    ):
        yield Figure(name, (kilobytes(*sorted(files)),), goal, "kB", most=True)
    sheets = tuple(kilobytes(str(asset["file"])) for name, asset in assets.items() if name.endswith(".css"))
    yield Figure("heaviest style sheet of a page, gz", sheets, 12.0, "kB", most=True, judged=max(sheets))


# ---- the page --------------------------------------------------------------------------------------------------
async def _run() -> list[Figure]:
    found: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            playwright = await stack.enter_async_context(async_playwright())
            browser = await launch(playwright)
            stack.push_async_callback(browser.close)
            visits = Visits(browser, stack)
            rules = documents(limit=50, chat={})
            house = await stack.enter_async_context(open_house(f"sqlite:///{folder}/hub.db", Path(folder), rules=rules))
            found += await _loads(house, visits)
            async with _console(house, visits) as (page, slow):
                found += await _offers(house, page)
                found += await _keys(house, page)
                found += await _deltas(page, slow)
            async with _console(house, visits) as (page, slow):
                found += await _shift(page, slow)
    return found


@asynccontextmanager
async def _console(house: House, visits: Visits) -> AsyncIterator[tuple[Page, CDPSession]]:
    # What the bench itself runs in the page is no part of what the policy allows there.
    context = await visits.signed_in(house, "amara", bypass_csp=True, reduced_motion="no-preference")
    page = await context.new_page()
    await page.add_init_script(WATCH)
    slow = await context.new_cdp_session(page)
    await slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    await slow.send("Performance.enable")
    await page.goto(f"{house.url}/work")
    await connected(page)
    yield page, slow
    await context.close()


async def _loads(house: House, visits: Visits) -> list[Figure]:
    """Cold: nothing in the cache, 10 Mbit/s and 40 ms. Warm: everything in it."""
    cold_paint, cold_usable, warm_paint = [], [], []
    for _ in range(LOADS):
        context = await visits.signed_in(house, "amara")
        page = await context.new_page()
        await page.add_init_script(WATCH)
        slow = await context.new_cdp_session(page)
        await slow.send("Network.enable")
        await slow.send("Network.emulateNetworkConditions", LINE)
        await slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        for paints, usable in ((cold_paint, cold_usable), (warm_paint, [])):
            await page.goto(f"{house.url}/work")
            await asyncio.sleep(LOADED_SECONDS)
            paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
            paints.append(await page.evaluate(paint) / 1000)
            usable.append(await page.evaluate("marks.usable") / 1000)
        await context.close()
    return [
        Figure("console: first paint, cold", tuple(cold_paint), 0.6, "s", most=True),
        Figure("console: usable, cold", tuple(cold_usable), 1.2, "s", most=True),
        Figure("console: first paint, warm", tuple(warm_paint), 0.3, "s", most=True),
    ]


async def _offers(house: House, page: Page) -> list[Figure]:
    """From the commit of the offer to the frame that shows its card; all but the last are taken and filed.

    The agent takes them by the keyboard, as a person does: after he has seen the card come to rest.
    """
    principal = await house.hub.access.principal(await house.sign_in("amara"))
    assert principal is not None
    await page.wait_for_function("Boolean(customElements.get('hub-preview'))")
    await page.keyboard.press("a")
    await page.wait_for_timeout(REST_MS)
    await page.evaluate("marks.shift = 0")
    times: list[float] = []
    for number in range(OFFERS):
        await page.evaluate("marks.offer = null")
        committed = asyncio.create_task(_next_offer(house))
        await house.text(f"+4477009{number:05d}", "Where is my table?")
        offered, at = await committed
        await asyncio.sleep(SEEN_SECONDS)
        await page.wait_for_function("marks.offer")
        times.append(await page.evaluate("marks.offer") - at * 1000)
        await page.keyboard.press("Control+Shift+Enter")
        await page.wait_for_function("!document.querySelector('hub-offer .btn.primary')")
        await page.wait_for_timeout(HAND_MS)
        if number >= 6:
            await _finish(page, offered.contact)
    shift = await page.evaluate("marks.shift")
    worst = statistics.quantiles(times, n=100)[98]
    return [
        Figure("offer committed, card painted (p99)", tuple(times), 100, "ms", most=True, judged=worst),
        Figure("layout shift without a hand (CLS)", (shift,), 0.0, most=True),
    ]


async def _finish(page: Page, contact: str) -> None:
    """By the keyboard alone, too."""
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("e")
    await page.wait_for_function("document.activeElement.id === 'disposition-filter'")
    await page.keyboard.press("1")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_function(
        "id => !document.querySelector(`hub-row[data-id='${id}'], li[data-id='${id}']`)", arg=contact
    )
    await page.wait_for_timeout(HAND_MS)


async def _next_offer(house: House) -> tuple[events.ContactOffered, float]:
    found: asyncio.Future[tuple[events.ContactOffered, float]] = asyncio.get_running_loop().create_future()

    def see(sealed: Any) -> None:
        for event in sealed:
            if isinstance(event.body, events.ContactOffered) and not found.done():
                found.set_result((event.body, time.time()))

    house.hub.feed._subscribers.insert(0, see)
    try:
        return await found
    finally:
        house.hub.feed._subscribers.remove(see)


async def _keys(house: House, page: Page) -> list[Figure]:
    """Event Timing: from the key to the next paint, in steps of 8 ms; J and K go from contact to contact."""
    del house
    await page.evaluate("document.activeElement?.blur()")
    await page.evaluate("marks.keys = []")
    for number in range(KEYS):
        await page.keyboard.press("j" if number % 8 < 4 else "k")
        await page.wait_for_timeout(60)
    switches = await page.evaluate("marks.keys") or [8]
    await page.keyboard.press("r")
    await page.evaluate("marks.keys = []")
    for letter in "the courier rings half an hour before it comes":
        await page.keyboard.press("Space" if letter == " " else letter)
        await page.wait_for_timeout(30)
    typed = await page.evaluate("marks.keys") or [8]
    return [
        Figure("contact switched, painted", tuple(switches), 80, "ms", most=True),
        Figure("key pressed, painted", tuple(typed), 50, "ms", most=True),
    ]


async def _deltas(page: Page, slow: CDPSession) -> list[Figure]:
    await page.add_script_tag(content=Path(__file__).with_name("console_page.js").read_text(encoding="utf-8"))
    one = await _script_ms(slow, page, f"bench.deltas({DELTAS}, 6, 1)") / DELTAS
    busy = await page.evaluate(f"bench.deltas({DELTAS}, 6, 4)")  # 4 a frame are more than 200 a second
    await page.evaluate(f"bench.fill({ROWS})")
    long = await _script_ms(slow, page, f"bench.deltas({DELTAS}, 6, 1)") / DELTAS
    return [
        Figure("one delta: script", (one,), 1.0, "ms", most=True),
        Figure("frames a second at 200 deltas a second", (busy["frames"] / busy["seconds"],), 50.0),
        Figure(f"one delta in a list of {ROWS} rows: script", (long,), 4.0, "ms", most=True),
    ]


async def _shift(page: Page, slow: CDPSession) -> list[Figure]:
    """Heap and nodes before and after; a short warm-up first, so that what is made once does not count."""
    await page.add_script_tag(content=Path(__file__).with_name("console_page.js").read_text(encoding="utf-8"))
    await page.evaluate("bench.shift(40, 6)")
    before = await _memory(slow)
    await page.evaluate(f"bench.shift({SHIFT_CONTACTS}, {SHIFT_TALK})")
    after = await _memory(slow)
    return [
        Figure("a shift of 9 h: growth of the heap", ((after[0] - before[0]) / 1e6,), 20.0, "MB", most=True),
        Figure("a shift of 9 h: growth in nodes", (after[1] - before[1],), 50.0, most=True),
    ]


async def _script_ms(slow: CDPSession, page: Page, work: str) -> float:
    before = (await _metrics(slow))["ScriptDuration"]
    await page.evaluate(work)
    return ((await _metrics(slow))["ScriptDuration"] - before) * 1000


async def _memory(slow: CDPSession) -> tuple[float, float]:
    await slow.send("HeapProfiler.collectGarbage")
    found = await _metrics(slow)
    return found["JSHeapUsedSize"], found["Nodes"]


async def _metrics(slow: CDPSession) -> dict[str, float]:
    found = await slow.send("Performance.getMetrics")
    return {one["name"]: one["value"] for one in found["metrics"]}
