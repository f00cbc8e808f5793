"""Somebody's web site with our chat on it, and what its visitors do there. Its port is another: a foreign origin."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from playwright.async_api import BrowserContext, Frame, FrameLocator, Locator, Page, expect

from channels.webchat.adapter import WebchatAdapter
from interaction_hub.domain.documents import parse
from tests.fakes.house import House, Rules, documents

SHEET = "body{margin:0;padding:40px;font:16px system-ui;background:#F7F3EC;color:#2B2722}button{padding:12px}"
PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Order 40318</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/site.css"></head><body>
<main><h1>Order 40318</h1><p>Oak dining table. <button>Move the delivery</button></p></main>
{extra}<script async src="{hub}/widget.js" data-site="shop"{identity}></script></body></html>"""


@dataclass
class Shop:
    """What the site puts into its pages. Its policy allows scripts and frames of the hub, and no style of anybody."""

    url: str = ""
    hub: str = ""
    language: str = "en"
    identity: str = ""
    extra: str = ""
    """More of the page, before the script."""
    frames: str = ""
    """More that the page may frame."""
    sheet: str = ""
    """More of the site's style."""

    whole: str = ""
    """The page under /whole, as it stands."""

    async def page(self, _request: web.Request) -> web.Response:
        identity = f' data-identity="{self.identity}"' if self.identity else ""
        text = PAGE.format(
            lang=self.language, hub=self.hub, identity=identity, extra=self.extra.replace("HUB", self.hub)
        )
        policy = (
            f"default-src 'self' data:; script-src {self.hub}; frame-src {self.hub} {self.frames}; style-src 'self'"
        )
        return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": policy})


@asynccontextmanager
async def open_shop() -> AsyncIterator[Shop]:
    """The site on a free port."""
    shop = Shop()

    async def sheet(_request: web.Request) -> web.Response:
        return web.Response(text=SHEET + shop.sheet, content_type="text/css")

    async def whole(_request: web.Request) -> web.Response:
        return web.Response(text=shop.whole.replace("HUB", shop.hub), content_type="text/html")

    app = web.Application()
    app.add_routes(
        [
            web.get("/whole", whole),
            web.get("/", shop.page),
            web.get("/orders/{order}", shop.page),
            web.get("/site.css", sheet),
        ]
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    shop.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield shop
    finally:
        await runner.cleanup()


def company(shop: Shop, *, closed: bool = False, public_name: str = "Amara", **site: Any) -> Rules:
    """The small company with the chat of this shop."""
    found = documents(chat={"name": "Deliveries", "hours": "chat"})
    body = {
        "key": "shop",
        "name": "Harbour & Pine",
        "origins": [shop.url],
        "languages": ["en", "zh"],
        "privacy_note": "We keep this conversation for 2 years.",
        "privacy_url": "https://shop.example/privacy",
        **site,
    }
    agent = {"skills": {"en": 5}, "capacity": 1000, "channels": {"sms": 4, "chat": 4}}
    week = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    found["site", "shop"] = parse("site", body, "test")
    found["hours", "chat"] = parse("hours", {"key": "chat", "name": "Chat", "week": week, "closed": closed}, "test")
    face = {"key": "amara", "name": "Amara Osei", "public_name": public_name, "languages": ["en", "zh"]}
    found["agent", "amara"] = parse("agent", {**agent, **face}, "test")
    return found


def signed(house: House, *, secret: str = "", **claims: Any) -> str:
    """What the site's own server signs for a visitor."""
    adapter = house.hub.adapters["web"]
    assert isinstance(adapter, WebchatAdapter)
    parts = [{"alg": "HS256", "typ": "JWT"}, {"exp": int(time.time()) + 3600, **claims}]
    text = ".".join(_base64(json.dumps(part).encode()) for part in parts)
    key = secret or adapter.secret("shop", 1)
    return f"{text}.{_base64(hmac.digest(key.encode(), text.encode(), hashlib.sha256))}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True)
class Guest:
    """A visitor in front of a page of the shop."""

    page: Page

    @property
    def bubble(self) -> Locator:
        return self.page.locator("hub-chat-widget .b")

    @property
    def teaser(self) -> Locator:
        return self.page.locator("hub-chat-widget .t")

    @property
    def iframe(self) -> Locator:
        return self.page.locator("hub-chat-widget iframe")

    @property
    def chat(self) -> FrameLocator:
        return self.page.frame_locator("hub-chat-widget iframe")

    @property
    def field(self) -> Locator:
        return self.chat.get_by_role("textbox", name="Your message")

    @property
    def own(self) -> Locator:
        return self.chat.locator(".c-msg.is-mine .c-bubble")

    @property
    def theirs(self) -> Locator:
        return self.chat.locator(".c-msg:not(.is-mine) .c-bubble")

    @property
    def frame(self) -> Frame:
        return next(frame for frame in self.page.frames if "/chat/frame/" in frame.url)

    async def open(self) -> None:
        await self.bubble.click()
        await expect(self.chat.get_by_role("main")).to_be_visible()

    async def begin(self) -> None:
        """To the empty conversation."""
        await self.open()
        await self.chat.get_by_role("button", name="Chat", exact=False).first.click()
        await expect(self.field).to_be_focused()

    async def say(self, *texts: str) -> None:
        """Type and press Enter, as a hand does."""
        await expect(self.field).to_be_focused()
        for text in texts:
            await self.page.keyboard.type(text)
            await self.page.keyboard.press("Enter")


async def enter(context: BrowserContext, shop: Shop) -> Guest:
    """Somebody comes to the shop."""
    page = await context.new_page()
    await page.goto(shop.url)
    guest = Guest(page)
    await expect(guest.bubble).to_be_visible()
    return guest
