"""A few lines of hub: reads webhooks by a real adapter over real HTTP, keeps what they said, and answers."""

from __future__ import annotations

from aiohttp import web

from channels.contract import Adapter
from channels.errors import BadPayload, BadSignature
from channels.messages import DeliveryReport, Inbound, InboundMessage, RawRequest


class SmallHub:
    """Listens on 127.0.0.1; `adapter` may be set after the start."""

    def __init__(self) -> None:
        self.adapter: Adapter | None = None
        self.items: list[Inbound] = []
        self.requests: list[RawRequest] = []
        self.statuses: list[int] = []
        self.answer_with: list[int] = []
        self.base_url = ""
        self._runner: web.AppRunner | None = None

    @property
    def texts(self) -> list[InboundMessage]:
        return [item for item in self.items if isinstance(item, InboundMessage)]

    @property
    def reports(self) -> list[DeliveryReport]:
        return [item for item in self.items if isinstance(item, DeliveryReport)]

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._webhook)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _webhook(self, request: web.Request) -> web.Response:
        raw = RawRequest(
            method=request.method,
            path_qs=request.raw_path,
            public_url=self.base_url + request.raw_path,
            headers={name.lower(): value for name, value in request.headers.items()},
            body=await request.read(),
        )
        self.requests.append(raw)
        response = self._answer(raw)
        self.statuses.append(response.status)
        return response

    def _answer(self, raw: RawRequest) -> web.Response:
        if self.answer_with:
            return web.Response(status=self.answer_with.pop(0))
        assert self.adapter is not None
        try:
            received = self.adapter.receive(raw)
        except BadSignature:
            return web.Response(status=403)
        except BadPayload:
            return web.Response(status=422)
        self.items.extend(received.items)
        return web.Response(
            status=received.reply_status, body=received.reply_body, content_type=received.reply_content_type
        )
