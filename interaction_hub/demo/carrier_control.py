"""The simulated carrier's control side, `/simulated/…`: people and programs play customers' phones. No part of Twilio.

Every answer says `"simulated": true`. JSON only and local host names only, so that no foreign web page can use it.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json

from aiohttp import web

from interaction_hub.demo.carrier_desk import Desk
from interaction_hub.demo.carrier_store import StoredMessage

_LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_LONGEST_WAIT = 30.0


class CarrierControl:
    """POST /simulated/texts, GET /simulated/messages?number=…, GET /simulated/thread?number=…&after=…&wait=…"""

    def __init__(self, carrier: Desk) -> None:
        self._carrier = carrier

    def add_routes(self, app: web.Application) -> None:
        """The table of addresses."""
        app.router.add_get("/simulated/numbers", self._numbers)
        app.router.add_get("/simulated/messages", self._messages)
        app.router.add_get("/simulated/thread", self._thread)
        app.router.add_post("/simulated/texts", self._text)

    async def _numbers(self, request: web.Request) -> web.Response:
        """The numbers of the company that can be written to."""
        expect_local(request)
        return _answer({"numbers": list(self._carrier.numbers)})

    async def _messages(self, request: web.Request) -> web.Response:
        """All messages of a customer's number, or of all."""
        expect_local(request)
        number = request.query.get("number", "")
        found = self._carrier.books.thread(number) if number else self._carrier.books.messages
        return self._listing(found)

    async def _thread(self, request: web.Request) -> web.Response:
        """Long poll: what is new or changed after a position, as soon as there is something, or when `wait` is over."""
        expect_local(request)
        number, after = request.query.get("number", ""), _number(request, "after", 0)
        wait = min(_number(request, "wait", 0), _LONGEST_WAIT)
        loop = asyncio.get_running_loop()
        end = loop.time() + wait
        while True:
            seen = self._carrier.books.position
            changed = [m for m in self._carrier.books.thread(number) if m.position > after]
            left = end - loop.time()
            if changed or left <= 0 or self._carrier.closing.is_set():
                return self._listing(changed)
            await self._carrier.books.wait_after(seen, left)

    async def _text(self, request: web.Request) -> web.Response:
        """Write to the company as a customer: {"from", "to", "body", "media": [{"content_type", "base64"}]}."""
        expect_local(request)
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="application/json, please")
        try:
            given = json.loads(await request.text())
            files = [(f["content_type"], base64.b64decode(f["base64"], validate=True)) for f in given.get("media", [])]
            sender, recipient, body = str(given["from"]), str(given["to"]), str(given["body"])
        except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
            raise web.HTTPBadRequest(text='an object with "from", "to" and "body" is needed') from None
        sid = await self._carrier.customer_texts(sender, recipient, body, media=files)
        message = self._carrier.books.find(sid)
        calls = message.webhooks if message else []
        return _answer({"sid": sid, "webhook_status": calls[-1].status if calls else 0})

    def _listing(self, messages: list[StoredMessage]) -> web.Response:
        return _answer({"position": self._carrier.books.position, "messages": [_shown(m) for m in messages]})


def _shown(message: StoredMessage) -> dict[str, object]:
    return {
        "sid": message.sid,
        "position": message.position,
        "from": message.from_number,
        "to": message.to_number,
        "body": message.body,
        "from_customer": message.inbound,
        "status": message.status,
        "error_code": message.error_code,
        "at": message.created.isoformat(),
        "media": len(message.media),
    }


def _answer(content: dict[str, object]) -> web.Response:
    return web.json_response({"simulated": True} | content, headers={"Cache-Control": "no-store"})


def _number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, str(default))
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise web.HTTPBadRequest(text=f"{name} must be a number")
    return int(text)


def expect_local(request: web.Request) -> None:
    """A foreign page may point its own host name at 127.0.0.1 (DNS rebinding): only our names are served."""
    if request.host.rpartition(":")[0] not in _LOCAL_HOSTS and request.host not in _LOCAL_HOSTS:
        raise web.HTTPForbidden(text="local host names only")
