"""From the wallboard down to a queue, an agent and a conversation, by keyboard alone; and the wallboard on a wall."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from interaction_hub.domain import events
from interaction_hub.domain.documents import parse
from interaction_hub.services.rulebook import Publish
from tests.e2e.hands import Agent
from tests.e2e.visit import LARGE, SMALL, Visits
from tests.fakes.house import Console, House

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST, SECOND, THIRD = "+447700900456", "+447700900457", "+447700900458"
ENDED = "This screen’s link is no longer in use."
FIRST_SHOWN, SECOND_SHOWN = "+44 7700 900456", "+44 7700 900457"


async def talk(house: House, daniel: Console) -> dict[str, Any]:
    """One conversation that goes on; two wait."""
    await daniel.do("presence.set", presence="available")
    await house.text(THIRD, "Where is my table?")
    contact = await daniel.take()
    await daniel.do("contact.reply", contact=contact["id"], text="It comes at two.")
    await daniel.do("presence.set", presence="away", reason="lunch")
    await house.text(FIRST, "And mine?")
    await house.text(SECOND, "And mine too?")
    return contact


async def screen_path(house: House) -> str:
    document = parse("screen", {"key": "floor", "name": "Floor"}, "test")
    await house.hub.rules.publish(Publish({("screen", "floor"): document}, frozenset(), "test"))
    (screen,) = (await house.get("/api/v1/screens", "rk"))["items"]
    return str(screen["path"])


async def opened(house: House, visits: Visits, path: str, **options: Any) -> Page:
    page = await (await visits.signed_in(house, "rk", **options)).new_page()
    await page.goto(f"{house.url}{path}")
    return page


async def test_all_the_way_down_by_keyboard(house: House, visits: Visits) -> None:
    async with house.console("daniel") as daniel:
        contact = await talk(house, daniel)
        hand = Agent(await visits.board(house))
        page = hand.page
        row = page.locator(".board-queues tbody tr")
        await hand.tab_to(row.first)
        if "Deliveries" not in await row.first.inner_text():
            await hand.press("ArrowDown")
        await hand.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Deliveries")
        await expect(page).to_have_url(f"{house.url}/board/queues/deliveries")
        line = page.locator(".board-line tbody tr")
        await expect(line).to_have_count(2)
        await hand.tab_to(line.first)
        await hand.press("ArrowDown")
        await expect(page.locator(".board-actbar")).to_contain_text(SECOND_SHOWN)
        await hand.press("p")
        await expect(page.get_by_role("radio", name="5", exact=True)).to_be_focused()
        await hand.press("ArrowLeft", "Enter")
        # The focus is in the table: the row keeps its place on the page, and says what it is in the line.
        await expect(line.filter(has_text=SECOND_SHOWN).locator(".board-number")).to_have_text("1")
        await expect(page.get_by_role("button", name="Order changed: sort")).to_be_visible()
        await hand.tab_to(page.locator(".board-agents").get_by_role("link", name="Daniel Reyes"))
        await hand.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Daniel Reyes")
        await hand.press("m")
        await expect(page).to_have_url(f"{house.url}/board/contacts/{contact['id']}")
        await expect(page.get_by_role("log")).to_contain_text("Where is my table?")
        await expect(page.get_by_text("You read silently: nobody sees it; the log does.")).to_be_visible()
        assert len(await house.logged(events.ConversationRead)) == 1
        await hand.tab_to(page.get_by_role("button", name="Back", exact=True))
        await hand.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Daniel Reyes")


async def test_whisper_step_in_and_take_over(house: House, visits: Visits) -> None:
    async with house.console("daniel") as daniel:
        contact = await talk(house, daniel)
        hand = Agent(await opened(house, visits, f"/board/contacts/{contact['id']}#whisper"))
        page = hand.page
        await expect(page.get_by_role("textbox", name="Whisper to Daniel Reyes")).to_be_focused()
        await hand.type("Offer him Monday.")
        await hand.press("Control+Enter")
        await expect(page.get_by_role("log")).to_contain_text("Offer him Monday.")
        await daniel.until(
            lambda: any(m["whisper"] and m["text"] == "Offer him Monday." for m in daniel.messages.values())
        )
        await hand.click(page.get_by_role("button", name="Step in"))
        await expect(page.get_by_text("You have stepped in")).to_be_visible()
        await hand.click(page.get_by_role("textbox", name="Reply"))
        await hand.type("This is Ravi, good morning.")
        await hand.press("Control+Enter")
        await expect(page.get_by_role("log")).to_contain_text("This is Ravi, good morning.")
        await hand.click(page.get_by_role("button", name="Step out"))
        await expect(page.get_by_text("You read silently")).to_be_visible()
        await hand.click(page.get_by_role("button", name="Take over…"))
        await expect(page.get_by_role("dialog")).to_contain_text("ends as transferred")
        await hand.click(page.get_by_role("button", name="Take over", exact=True))
        await expect(page).to_have_url(f"{house.url}/work")
        await daniel.until(lambda: contact["id"] not in daniel.contacts)


async def test_conversation_ends_under_a_reply(house: House, visits: Visits) -> None:
    async with house.console("daniel") as daniel:
        contact = await talk(house, daniel)
        hand = Agent(await opened(house, visits, f"/board/contacts/{contact['id']}"))
        page = hand.page
        await hand.click(page.get_by_role("button", name="Step in"))
        await hand.click(page.get_by_role("textbox", name="Reply"))
        await hand.type("One more thing:")
        reply, send = page.get_by_role("textbox", name="Reply"), page.get_by_role("button", name="Send")
        for step in ("contact.end", "contact.finish"):
            await daniel.do(step, contact=contact["id"], **({"disposition": "solved"} if "finish" in step else {}))
            await expect(page.get_by_text("The conversation has ended.")).to_be_visible()
            await expect(page.get_by_text("You have stepped in")).to_have_count(0)
            await expect(reply).to_have_value("One more thing:")
            await expect(reply).not_to_be_editable()
            await expect(send).to_be_disabled()
        await expect(page.locator(".board-meta", has_text="· ended")).to_be_visible()


async def test_conversation_that_is_not_there(house: House, visits: Visits) -> None:
    visits.allow("WebSocket connection to", "Failed to load resource")
    async with house.console("daniel") as daniel:
        contact = await talk(house, daniel)
        page = await opened(house, visits, "/board/contacts/nothing")
        await expect(page.get_by_role("heading", level=1)).to_have_text("There is no such conversation.")
        await page.goto(f"{house.url}/board/contacts/{contact['id']}")
        await expect(page.get_by_role("log")).to_contain_text("Where is my table?")
        # From here on the page and its stream are refused, as after a change of role.
        await page.route("**/board/contacts/*", lambda route: route.fulfill(status=404))
        await page.route_web_socket("**/ws/supervisor/contacts/*", lambda ws: ws.close())
        await page.evaluate("dispatchEvent(new Event('offline'))")
        await expect(page.get_by_role("heading", level=1)).to_have_text("This conversation cannot be read")


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_screen_shows_all_at_once(house: House, visits: Visits, size: tuple[int, int]) -> None:
    async with house.console("daniel") as daniel:
        await talk(house, daniel)
        page = await (await visits.context(size=size)).new_page()
        await page.goto(f"{house.url}{await screen_path(house)}")
        await expect(page.get_by_text("live", exact=True)).to_be_visible()
        await expect(page.locator(".tv-queues tbody tr")).to_have_count(2)
        await expect(page.locator(".tv-hero dd").nth(1)).to_have_text("2")
        fits = (
            "document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth"
        )
        assert await page.evaluate(fits)
        figures = "[...document.querySelectorAll('.tv td, .tv dd, .tv-ratio')]"
        assert await page.evaluate(f"{figures}.filter(one => one.scrollWidth > one.clientWidth + 1).length") == 0
        text = await page.locator("body").inner_text()
        for name in ("Daniel", "Amara", "7700"):
            assert name not in text


async def test_screen_wakes_by_itself(house: House, visits: Visits) -> None:
    visits.allow("WebSocket connection to", "Failed to load resource")
    context = await visits.context()
    page = await context.new_page()
    await page.goto(f"{house.url}{await screen_path(house)}")
    await expect(page.get_by_text("live", exact=True)).to_be_visible()
    await house.text(FIRST)
    await expect(page.locator(".tv-hero dd").nth(1)).to_have_text("1")
    document = parse("screen", {"key": "floor", "name": "Floor", "link_version": 2}, "test")
    await house.hub.rules.publish(Publish({("screen", "floor"): document}, frozenset(), "test"))
    await expect(page.get_by_role("heading", level=1)).to_have_text(ENDED, timeout=20_000)
    answer = await page.reload()
    assert answer is not None
    assert answer.status == 404
    await expect(page.get_by_role("heading", level=1)).to_have_text(ENDED)
    await expect(page.locator(".tv-ended")).to_be_visible()
