"""The agent's pictures: one busy quarter of an hour at Amara's desk, and the visitor's side of it."""

from __future__ import annotations

from playwright.async_api import Page, expect

from interaction_hub.demo.company import SAMPLES, Person
from tests.e2e.hands import SEND, Agent
from tests.e2e.shop import Guest
from tests.e2e.storefront import Storefront, open_storefront
from tests.e2e.studio import Studio
from tests.e2e.visit import connected

DELIVERIES, RETURNS = "+447700900101", "+447700900103"
MEILING, PRIYA, DIEGO, GRACE, TOMASZ, LEI = (sample.person for sample in SAMPLES)
ASIDE = (700, 400)
"""Off the work list, where nothing moves under a pointer."""


async def desk(studio: Studio) -> None:
    """From the visitor's first word to the end of the day; each picture on top of the one before."""
    async with open_storefront(studio.demo.url) as shop:
        await studio.change("sites", "shop", origins=[shop.url])
        shop.identity = await studio.signed(sub="customer-40318", name=MEILING.name, phone=MEILING.number)
        amara = await sit_down(studio)
        guest = await come_in(studio, shop)
        await offer(studio, amara, guest)
        await talk(studio, amara, guest)
        await fill_the_desk(studio, amara)
        await busy(studio, amara, guest)
        await palette(studio, amara)
        await wrap_up(studio, amara, guest)
        await rest(studio, amara.page)


async def sit_down(studio: Studio) -> Agent:
    """Amara signs in and is available."""
    page = await studio.page(login="amara")
    await page.goto(f"{studio.demo.url}/work")
    await connected(page)
    amara = Agent(page)
    await page.locator("body").click(position={"x": 700, "y": 20})
    return amara


async def come_in(studio: Studio, shop: Storefront) -> Guest:
    page = await studio.page()
    await page.goto(f"{shop.url}/tables/oak")
    guest = Guest(page)
    await expect(guest.bubble).to_be_visible()
    await guest.open()
    return guest


async def offer(studio: Studio, amara: Agent, guest: Guest) -> None:
    """She waits in line until Amara is free: all colleagues are in a meeting."""
    await guest.chat.get_by_role("button", name="Chat", exact=False).first.click()
    await studio.send_away()
    await guest.say("Hello, my oak table comes on Saturday morning and I will not be home. 可以改到下午吗？")
    await expect(guest.chat.get_by_text("Your place in line", exact=True)).to_be_visible()
    await studio.take(guest.page, "widget-waiting")
    await studio.send_away()
    await amara.be_available()
    await expect(amara.middle.get_by_text("left to accept")).to_be_visible()
    await studio.take(amara.page, "offer")
    await amara.accept("I will not be home")


async def talk(studio: Studio, amara: Agent, guest: Guest) -> None:
    await amara.type("Hello Meiling, I have your order 40318 here. Saturday, 13:00 to 17:00 is free. Shall I book it?")
    await amara.press("Enter")
    await expect(guest.theirs).to_contain_text("13:00 to 17:00")
    await guest.say("太好了，谢谢！ Yes please. Do they carry it up? It is the third floor.")
    await expect(amara.log).to_contain_text("third floor")
    await amara.click(amara.page.get_by_role("tab", name="Note"))
    await amara.type("Third floor, no lift: two men, as last time.")
    await amara.press(SEND)
    await amara.click(amara.page.get_by_role("tab", name="Reply"))
    await amara.type("They do: two men come, as you asked last time.")
    await amara.press("Enter")
    await expect(guest.theirs).to_have_count(2)
    await expect(amara.bubble("They do: two men")).to_have_attribute("data-state", "read")
    await amara.type("It is boo")
    await expect(guest.chat.get_by_text("is typing", exact=False).first).to_be_visible()
    await studio.take(guest.page, "widget-talking")
    await amara.reply_field.fill("")


async def take_sms(studio: Studio, amara: Agent, who: Person, to: str, text: str, answer: str) -> None:
    """Somebody writes to the company, Amara looks, accepts, and answers."""
    await studio.demo.text(who.number, to, text)
    await amara.click(amara.work.get_by_role("button", name="Look at the offer").filter(has_text=who.name))
    await amara.page.mouse.move(*ASIDE)
    await amara.accept(text)
    await amara.reply(answer)


async def fill_the_desk(studio: Studio, amara: Agent) -> None:
    """One sleeps, one is in wrap-up, one waits for an answer."""
    await take_sms(studio, amara, GRACE, DELIVERIES, "Are the swatches on their way?", "They left today, Grace.")
    await amara.leave_field()
    await amara.press("s")
    await expect(amara.page.get_by_role("radio", name="In one hour")).to_be_focused()
    await amara.page.get_by_role("textbox", name="Note for then").fill("Have the swatches arrived?")
    await amara.press("Enter")
    await expect(amara.work.get_by_role("heading", name="Snoozed")).to_be_visible()
    await take_sms(studio, amara, PRIYA, RETURNS, "The label does not print.", "I am sending it once more, Priya.")
    await take_sms(
        studio, amara, LEI, DELIVERIES, "层板到了，谢谢！ The shelf is here.", "太好了！ Thank you, Wang Lei."
    )
    await amara.click(amara.middle.get_by_role("button", name="End", exact=True))
    await amara.page.mouse.move(*ASIDE)
    await expect(amara.work.get_by_role("heading", name="Wrapping")).to_be_visible()
    await studio.demo.text(PRIYA.number, RETURNS, "It prints now. Any box will do?")
    await expect(amara.row("Priya")).to_contain_text("Any box")


async def busy(studio: Studio, amara: Agent, guest: Guest) -> None:
    """Everything at once, the chat in the middle; and the same in the dark."""
    await amara.click(amara.row("Meiling"))
    await amara.page.mouse.move(*ASIDE)
    await amara.reply_field.focus()
    await studio.demo.text(DIEGO.number, DELIVERIES, "Any news about the wardrobe? The gate is in Mill Lane.")
    await expect(amara.work.get_by_role("heading", name="Ringing")).to_be_visible()
    await amara.type("Saturday, 13:00 to 17:00 is yours. The driver rings half an hour before")
    await guest.field.click()
    await guest.page.keyboard.type("One more")
    await expect(amara.row("Meiling")).to_contain_text("typing")
    await studio.take(amara.page, "console")
    await amara.page.emulate_media(color_scheme="dark")
    await studio.take(amara.page, "console-dark")
    await amara.page.emulate_media(color_scheme="light")


async def palette(studio: Studio, amara: Agent) -> None:
    await amara.press("Control+k")
    await amara.type("re")
    await expect(amara.page.locator(".palette [role=option]").first).to_be_visible()
    await amara.page.wait_for_timeout(600)  # customers come from the hub after a pause in typing
    await studio.take(amara.page, "palette")
    await amara.press("Escape")


async def wrap_up(studio: Studio, amara: Agent, guest: Guest) -> None:
    """The chat ends: a disposition here, a rating there."""
    await amara.reply_field.press("Enter")
    await guest.field.fill("")
    await amara.click(amara.middle.get_by_role("button", name="End", exact=True))
    await expect(amara.place.get_by_role("searchbox", name="Find a disposition")).to_be_focused()
    await amara.type("deliv")
    await studio.take(amara.page, "wrap-up")
    await guest.chat.get_by_role("radio", name="5").click()
    await guest.chat.get_by_label("What should we know?").fill("Quick, and in two languages.")
    await studio.take(guest.page, "widget-ended")
    await guest.chat.get_by_role("button", name="Send").click()
    await amara.press(SEND)


async def rest(studio: Studio, page: Page) -> None:
    """Meiling's page, and what the day was."""
    await page.goto(f"{studio.demo.url}/customers")
    await page.get_by_role("link", name="Meiling", exact=False).first.click()
    await expect(page.locator("#whole-head")).to_be_visible()
    await studio.take(page, "customer")
    await page.goto(f"{studio.demo.url}/day")
    await expect(page.get_by_role("heading", name="Presence")).to_be_visible()
    await studio.take(page, "my-day")
