"""A furniture shop's page for the pictures of the widget: on another port, a foreign origin, with our one line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

SHEET = """*{box-sizing:border-box}body{margin:0;font:16px/1.6 Georgia,serif;background:#F7F3EC;color:#2B2722}
header{display:flex;gap:40px;align-items:baseline;padding:22px 56px;border-bottom:1px solid #E3DACB}
header b{font-size:22px;margin-right:auto}header span{color:#6B6257;font-size:15px}
main{display:grid;grid-template-columns:440px 1fr;gap:48px;padding:40px 56px}
h1{margin:0 0 4px;font-size:32px;line-height:1.2;font-weight:400}p{margin:10px 0;max-width:300px}
.price{font-size:20px}.buy{display:inline-block;margin-top:14px;padding:12px 26px;background:#3E4A3B;color:#fff}
.table{display:block;width:440px;height:330px;background:#EBE2D3}"""
TABLE = """<svg class="table" viewBox="0 0 440 330" role="img" aria-label="A table of oak">
<path fill="#C9A876" d="M60 128 120 96h240l30 32Z"/><path fill="#A98553" d="M60 128h330v16H60Z"/>
<path fill="#94713F" d="M72 144h18v128H72ZM360 144h18v128h-18Z"/>
<path fill="#7E5F34" d="M128 144h13v92h-13ZM308 144h13v92h-13Z"/>
</svg>"""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Oak dining table</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/site.css"></head><body>
<header><b>Harbour &amp; Pine</b><span>Tables</span><span>Chairs</span><span>Orders</span></header>
<main>{table}<div><h1>Oak dining table</h1><p class="price">£1,090</p>
<p>Solid oak, oiled by hand. Carried up to your room by two men, Monday to Saturday.</p>
<span class="buy">Add to basket</span></div></main>
<script async src="{hub}/widget.js" data-site="shop"{identity}></script></body></html>"""


@dataclass
class Storefront:
    """The shop; `identity` is what its server signs for whoever has logged in there."""

    hub: str
    url: str = ""
    identity: str = ""

    async def page(self, _request: web.Request) -> web.Response:
        identity = f' data-identity="{self.identity}"' if self.identity else ""
        text = PAGE.format(table=TABLE, hub=self.hub, identity=identity)
        return web.Response(text=text, content_type="text/html")


async def _sheet(_request: web.Request) -> web.Response:
    return web.Response(text=SHEET, content_type="text/css")


@asynccontextmanager
async def open_storefront(hub: str) -> AsyncIterator[Storefront]:
    """The shop on a free port."""
    shop = Storefront(hub)
    app = web.Application()
    app.add_routes([web.get("/tables/oak", shop.page), web.get("/site.css", _sheet)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    shop.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield shop
    finally:
        await runner.cleanup()
