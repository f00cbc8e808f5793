"""The admin's pages in a browser: a queue, a reply and a site are made and used; two admins; a lost password."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from interaction_hub.domain import events
from interaction_hub.domain.documents import parse
from interaction_hub.services.rulebook import Publish
from tests.e2e.visit import Visits
from tests.fakes.house import OUR_NUMBER, House
from tests.fakes.people import make_admin

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def admin_page(house: House, visits: Visits, path: str, **options: object) -> Page:
    if "boss" not in house.users:
        await make_admin(house)
    page = await (await visits.signed_in(house, "boss", **options)).new_page()
    await page.goto(f"{house.url}{path}")
    await expect(page.locator("hub-admin h1")).to_be_visible()
    return page


async def put_in_use(page: Page) -> None:
    await page.get_by_role("button", name="Put in use").click()


async def test_queue_reply_and_site_are_made_and_used(house: House, visits: Visits) -> None:
    visits.allow("422")
    page = await admin_page(house, visits, "/admin/queues/+")
    await page.get_by_label("Name", exact=True).fill("Spare parts")
    await expect(page.get_by_label("Key", exact=True)).to_have_value("spare-parts")
    await page.get_by_label("Our addresses").fill(OUR_NUMBER)
    await page.get_by_label("Add a skill…").select_option(label="English")
    await page.get_by_role("radio", name="3").check()
    await page.get_by_role("tab", name="Order and target").click()
    await page.get_by_label("Priority").fill("12")
    await expect(page.get_by_text("A whole number from 0 to 9.")).to_be_visible()
    await put_in_use(page)
    await expect(page.get_by_label("Priority")).to_be_focused()
    await page.get_by_label("Priority").fill("1")
    await put_in_use(page)
    await expect(page).to_have_url(re.compile("/admin/queues/spare-parts"))
    await house.text("+447700900401", "A hinge, please")
    queued = (await house.logged(events.ContactQueued))[-1].body
    assert queued.queue == "spare-parts"  # type: ignore[attr-defined]

    await page.goto(f"{house.url}/admin/replies/+")
    await page.get_by_label("Name", exact=True).fill("Hinge")
    await page.get_by_role("textbox", name="Text", exact=True).fill("Dear {{customer}}, the hinge left today.")
    await expect(page.locator(".reply-preview")).to_contain_text("the hinge left today")
    await page.get_by_role("group", name="Queues").get_by_label("Spare parts").check()
    await put_in_use(page)
    await expect(page).to_have_url(re.compile("/admin/replies/hinge"))
    async with house.console("amara") as amara:
        state = next(frame["state"] for frame in amara.frames if frame["type"] == "snapshot")
        assert "hinge" in [reply["id"] for reply in state["rules"]["replies"]]

    await page.goto(f"{house.url}/admin/sites/+")
    await page.get_by_label("Name", exact=True).fill("Our shop")
    await page.get_by_label("Sites that may carry it").fill("https://shop.example.com")
    await put_in_use(page)
    await page.get_by_role("tab", name="On your site").click()
    await expect(page.locator("pre").first).to_contain_text('data-site="our-shop"')
    visitor = await (await visits.context()).new_page()
    answer = await visitor.goto(f"{house.url}/chat/our-shop")
    assert answer is not None
    assert answer.status == 200


async def test_lists_count_and_name_what_they_show(house: House, visits: Visits) -> None:
    reply = parse("reply", {"key": "gruss", "name": "Gruß", "text": "Guten Tag", "language": "de"}, "test")
    await house.hub.rules.publish(Publish({("reply", "gruss"): reply}, frozenset(), "test"))
    page = await admin_page(house, visits, "/admin/replies")
    await expect(page.get_by_role("row", name="Gruß")).to_contain_text("German")
    await page.goto(f"{house.url}/admin/roles")
    await expect(page.get_by_role("heading", name="Roles 3")).to_be_visible()


async def test_two_admins_choose_between_both_values(house: House, visits: Visits) -> None:
    visits.allow("412")
    first = await admin_page(house, visits, "/admin/queues/returns")
    second = await admin_page(house, visits, "/admin/queues/returns")
    await first.get_by_label("Name", exact=True).fill("Returns and refunds")
    await put_in_use(first)
    await expect(first.get_by_role("button", name="Put in use")).to_be_disabled()
    await second.get_by_label("Name", exact=True).fill("Goods that come back")
    await put_in_use(second)
    dialog = second.get_by_role("dialog")
    await expect(dialog).to_contain_text("Returns and refunds")
    await expect(dialog).to_contain_text("Goods that come back")
    await dialog.get_by_role("radio", name="The Boss Returns and refunds").check()
    await dialog.get_by_role("button", name="Take this over").click()
    await expect(second.get_by_label("Name", exact=True)).to_have_value("Returns and refunds")

    await second.get_by_role("tab", name="History").click()
    await expect(second.locator(".history li")).to_have_count(2)
    await second.get_by_role("button", name="Restore as draft").click()
    await put_in_use(second)
    await expect(second.locator(".admin-head .meta")).to_contain_text("version")
    await house.logged(events.RulesPublished, number=3)
    assert house.hub.rules.current.queues["returns"].name == "Returns"


async def test_unsaved_changes_are_not_lost_by_leaving(house: House, visits: Visits) -> None:
    page = await admin_page(house, visits, "/admin/queues/returns")
    asked: list[str] = []

    async def stay(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        await dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", stay)
    await page.get_by_label("Name", exact=True).click()
    await page.keyboard.type(" half written")
    await page.get_by_role("link", name="Skills", exact=True).click()
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Returns half written")
    assert asked == ["beforeunload"]


async def test_a_person_gets_in_by_a_link(house: House, visits: Visits) -> None:
    page = await admin_page(house, visits, "/admin/people/+")
    await page.get_by_label("Sign-in name").fill("noor")
    await page.get_by_label("Name", exact=True).fill("Noor Haddad")
    await page.get_by_role("button", name="Add and make a link").click()
    link = await page.locator(".copy-line").inner_text()
    visits.allow("404")
    guest = await (await visits.context()).new_page()
    await guest.goto(link)
    await guest.get_by_label("New password").fill("a long enough password")
    await guest.get_by_label("Once more").fill("a long enough passwort")
    await guest.get_by_role("button", name="Set the password and sign in").click()
    await expect(guest.get_by_text("This is not the same password.")).to_be_visible()
    await guest.get_by_label("Once more").fill("a long enough password")
    await guest.get_by_role("button", name="Set the password and sign in").click()
    await expect(guest).to_have_url(re.compile("/work"))
    late = await (await visits.context()).new_page()
    await late.goto(link)
    await expect(late.get_by_role("alert").first).to_contain_text("does not work any more")
    await page.reload()
    await page.get_by_role("button", name="End", exact=False).first.click()
    await expect(page.get_by_text("None.")).to_be_visible()
