"""The pages around the console: narrow windows, customers, settings, and what rings elsewhere."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.e2e.hands import ACCEPT, Agent
from tests.e2e.visit import Visits
from tests.fakes.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

CUSTOMER, OTHER = "+447700900456", "+447700900457"
NAME = "陈美玲 Chen Meiling"


async def one_customer(house: House) -> str:
    """A customer with a conversation behind; gives the id."""
    async with house.console("amara") as amara:
        await amara.do("presence.set", presence="available")
        await house.text(CUSTOMER, "Do you sell oak tables? 请问有橡木桌吗？")
        contact = await amara.take()
        found = amara.pops[contact["id"]]["customer"]
        facts = [{"label": "Order", "value": "40318"}]
        wanted = {"customer": found["id"], "version": found["version"], "name": NAME, "tier": "gold"}
        await amara.do("customer.update", **wanted, language="zh", time_zone="Asia/Shanghai", facts=facts)
        await amara.do("contact.reply", contact=contact["id"], text="We do, in two sizes.")
        await amara.do("contact.note", contact=contact["id"], text="Wants it on a Saturday.")
        await amara.do("contact.end", contact=contact["id"])
        await amara.do("contact.finish", contact=contact["id"], disposition="solved")
        await amara.until(lambda: not amara.contacts)
        return str(found["id"])


async def visit(house: House, visits: Visits, path: str, language: str = "en", login: str = "amara") -> Page:
    page = await (await visits.signed_in(house, login, language=language)).new_page()
    await page.goto(f"{house.url}/{path}")
    await expect(page.locator("main h1")).to_be_visible()
    await page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize("login", ["amara", "rk"])
async def test_header_holds_in_a_narrow_window(house: House, visits: Visits, login: str) -> None:
    page = await visit(house, visits, "settings", login=login)
    ways = page.get_by_role("navigation", name="Main").get_by_role("link")
    first = "Work" if login == "amara" else "Live"
    await expect(ways.first).to_have_text(first)
    await page.set_viewport_size({"width": 320, "height": 640})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.get_by_role("button", name="Menu of").click()
    await expect(page.get_by_role("link", name="My settings")).to_be_visible()


async def test_customer_page_is_readable_without_script(house: House, visits: Visits) -> None:
    key = await one_customer(house)
    context = await visits.signed_in(house, "amara", java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{house.url}/customers/{key}")
    await expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    await expect(page.get_by_text("We do, in two sizes.")).to_be_visible()


async def test_customers_and_words_are_found_by_keyboard(house: House, visits: Visits) -> None:
    await one_customer(house)
    page = await visit(house, visits, "customers")
    await expect(page.get_by_role("row", name=NAME)).to_be_visible()
    await page.keyboard.press("/")
    await page.keyboard.type("meiling")
    await expect(page.locator("table.who mark")).to_have_text("Meiling")
    await page.get_by_role("searchbox", name="Find a customer").fill("oak tables")
    await expect(page.get_by_role("heading", name="In the history")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/customers/*#entry-*")
    await expect(page.locator(".entry.is-here")).to_contain_text("oak tables")


async def test_history_of_a_customer_is_filtered_and_searched(house: House, visits: Visits) -> None:
    page = await visit(house, visits, f"customers/{await one_customer(house)}")
    history = page.locator("ol.timeline")
    await expect(history.get_by_text("We do, in two sizes.")).to_be_visible()
    await page.get_by_role("button", name="Notes").click()
    await expect(history.get_by_role("listitem")).to_have_count(1)
    await page.get_by_role("button", name="All kinds").click()
    await page.get_by_role("searchbox", name="Search within the history").fill("橡木")
    await expect(history.get_by_role("listitem")).to_have_count(1)
    await expect(history.locator("mark")).to_have_text("橡木")
    await page.get_by_role("searchbox", name="Search within the history").fill("walnut")
    await expect(page.get_by_text("No entry has “walnut”.")).to_be_visible()
    await page.get_by_role("button", name="Show all").click()
    await page.get_by_label("Go to").fill("2020-01-01")
    await expect(history.get_by_role("listitem")).to_have_count(0)
    await page.get_by_role("button", name="Newest").click()
    await expect(history.get_by_text("We do, in two sizes.")).to_be_visible()


async def test_facts_that_somebody_else_changed_are_shown_both(house: House, visits: Visits) -> None:
    visits.allow("status of 409")
    key = await one_customer(house)
    page = await visit(house, visits, f"customers/{key}")
    await page.get_by_role("button", name="Change").click()
    await page.get_by_role("textbox", name="Value of Order").fill("40400")
    async with house.console("daniel") as daniel:
        facts = [{"label": "Order", "value": "50000"}]
        await daniel.do("customer.update", customer=key, version=2, facts=facts)
    await page.get_by_role("button", name="Save").click()
    both = page.get_by_role("alert").filter(has_text="Daniel Reyes changed this")
    await expect(both).to_contain_text("50000")
    await expect(both).to_contain_text("40400")
    await page.get_by_role("button", name="Take mine").click()
    await expect(page.get_by_role("button", name="Change")).to_be_focused()
    await expect(page.locator("dl.pairs")).to_contain_text("40400")


async def test_offer_is_accepted_from_another_page(house: House, visits: Visits) -> None:
    key = await one_customer(house)
    page = await visit(house, visits, f"customers/{key}")
    await house.text(OTHER, "Is anybody there?")
    ringing = page.get_by_role("region", name="Ringing")
    await expect(ringing).to_contain_text("900457")
    await expect(page).to_have_title("(1) Ringing: +44 7700 900457")
    await page.get_by_role("searchbox", name="Search within the history").focus()
    await page.keyboard.press(ACCEPT)
    await page.wait_for_url("**/work")
    await expect(Agent(page).bubble("Is anybody there?")).to_be_visible()


async def test_lead_goes_on_to_the_next_tab(house: House, visits: Visits) -> None:
    first = await visits.console(house)
    second = await first.context.new_page()
    await second.goto(f"{house.url}/settings")
    locks = "navigator.locks.query().then(({ held, pending }) => [held.length, pending.length])"
    await expect(second.get_by_role("heading", name="Keys")).to_be_visible()
    await second.wait_for_function(f"{locks}.then(([held, pending]) => held === 1 && pending === 1)")
    await first.close()
    await second.wait_for_function(f"{locks}.then(([held, pending]) => held === 1 && pending === 0)")


async def test_sending_and_theme_are_kept_by_the_hub(house: House, visits: Visits) -> None:
    page = await visit(house, visits, "settings")
    await page.get_by_role("group", name="SMS").get_by_role("radio", name="Enter sends", exact=False).first.check()
    await expect(page.get_by_text("Saved", exact=True).first).to_be_visible()
    await page.get_by_role("radio", name="Dark").check()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    other = await visit(house, visits, "settings")
    await expect(other.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(other.get_by_role("group", name="SMS").get_by_role("radio").first).to_be_checked()
    await page.get_by_role("radio", name="Light", exact=True).check()
    await expect(other.locator("html")).to_have_attribute("data-theme", "light")
