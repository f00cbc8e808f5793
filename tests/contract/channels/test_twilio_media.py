"""Customers' files, fetched over HTTP from the simulated carrier and from servers that misbehave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web

from channels.errors import Permanent, Temporary
from channels.messages import MediaRef
from channels.twilio_sms import TwilioSmsAdapter
from tests.contract.channels.conftest import CUSTOMER, OURS, Line, options_for
from tests.contract.channels.raw_server import raw_server, stall

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100
Answer = Callable[[web.Request], web.StreamResponse]


class Store:
    """A server in the place of Twilio's, with any answer."""

    def __init__(self) -> None:
        self.answer: Answer = lambda request: web.Response(body=PNG)
        self.requests: list[web.Request] = []
        self.base = ""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        return self.answer(request)


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    made = Store()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@pytest.fixture
async def adapter(store: Store) -> AsyncIterator[TwilioSmsAdapter]:
    made = TwilioSmsAdapter("main", options_for(store.base, media_max_bytes=1000))
    await made.start()
    yield made
    await made.close()


async def test_customers_picture_is_fetched_whole(line: Line) -> None:
    await line.carrier.customer_texts(CUSTOMER, OURS, "See", media=[("image/gif", PNG)])
    (ref,) = line.hub.texts[0].media
    media = await line.adapter.fetch_media(ref)
    assert (media.content, media.content_type, media.extension) == (PNG, "image/png", "png")


async def test_password_goes_to_the_api_and_not_along_a_redirect(store: Store, adapter: TwilioSmsAdapter) -> None:
    def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/a":
            return web.Response(status=307, headers={"Location": "/b"})
        return web.Response(body=PNG)

    store.answer = answer
    await adapter.fetch_media(MediaRef(f"{store.base}/a", "image/png"))
    assert ["Authorization" in request.headers for request in store.requests] == [True, False]


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:1/x",
        "http://169.254.169.254/latest",
        "https://evil.example/x",
        "file:///etc/passwd",
        "//evil.example/x",
        "https://api.twilio.com@127.0.0.1/x",
    ],
)
async def test_redirect_elsewhere_is_refused(location: str, store: Store, adapter: TwilioSmsAdapter) -> None:
    store.answer = lambda request: web.Response(status=302, headers={"Location": location})
    with pytest.raises(Permanent) as caught:
        await adapter.fetch_media(MediaRef(f"{store.base}/a", "image/png"))
    assert caught.value.code == "media-address"
    assert len(store.requests) == 1


@pytest.mark.parametrize("location", ["/a", ""])
async def test_redirect_in_circles_ends(location: str, store: Store, adapter: TwilioSmsAdapter) -> None:
    store.answer = lambda request: web.Response(status=302, headers={"Location": location})
    with pytest.raises(Permanent) as caught:
        await adapter.fetch_media(MediaRef(f"{store.base}/a", "image/png"))
    assert caught.value.code == "media-redirects"
    assert len(store.requests) == 4


async def test_too_large_file_is_refused_by_its_header(store: Store, adapter: TwilioSmsAdapter) -> None:
    store.answer = lambda request: web.Response(body=PNG + b"x" * 1000)
    with pytest.raises(Permanent, match="too large"):
        await adapter.fetch_media(MediaRef(f"{store.base}/a", "image/png"))


async def test_too_large_stream_is_cut_while_reading() -> None:
    sent = 0

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + PNG)
        while True:
            writer.write(b"x" * 65536)
            sent += 65536
            await writer.drain()

    async with raw_server(endless) as base:
        adapter = TwilioSmsAdapter("main", options_for(base, media_max_bytes=100_000, timeout_seconds=10.0))
        await adapter.start()
        with pytest.raises(Permanent, match="too large"):
            await adapter.fetch_media(MediaRef(f"{base}/a", "image/png"))
        await adapter.close()
    assert sent < 50_000_000


async def test_compressed_answer_is_refused(store: Store, adapter: TwilioSmsAdapter) -> None:
    """A deflated bomb must not be blown up: we ask for none, and take none."""

    def answer(request: web.Request) -> web.StreamResponse:
        response = web.Response(body=PNG * 9)
        response.enable_compression(web.ContentCoding.gzip)
        return response

    store.answer = answer
    with pytest.raises(Permanent):
        await adapter.fetch_media(MediaRef(f"{store.base}/a", "image/png"))
    assert store.requests[0].headers["Accept-Encoding"] == "identity"


async def test_unlisted_type_is_refused_whatever_it_claims(store: Store, adapter: TwilioSmsAdapter) -> None:
    store.answer = lambda request: web.Response(body=b"<svg onload=alert(1)>", content_type="image/png")
    with pytest.raises(Permanent, match="type of file"):
        await adapter.fetch_media(MediaRef(f"{store.base}/a", "image/png"))


@pytest.mark.parametrize(("status", "kind"), [(404, Permanent), (401, Permanent), (429, Temporary), (503, Temporary)])
async def test_status_is_judged(status: int, kind: type[Exception], store: Store, adapter: TwilioSmsAdapter) -> None:
    store.answer = lambda request: web.Response(status=status)
    with pytest.raises(kind):
        await adapter.fetch_media(MediaRef(f"{store.base}/a", "image/png"))


async def test_slow_store_is_temporary() -> None:
    async with raw_server(stall) as base:
        slow = TwilioSmsAdapter("main", options_for(base, timeout_seconds=0.2))
        await slow.start()
        with pytest.raises(Temporary):
            await slow.fetch_media(MediaRef(f"{base}/a", "image/png"))
        await slow.close()
