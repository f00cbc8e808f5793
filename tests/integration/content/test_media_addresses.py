"""MediaUrl of a signed webhook leads nowhere but to the carrier (A5): every connection of the process is watched.

The rules alone stand in tests/unit/channels/test_media_rules.py, single redirects in
tests/contract/channels/test_twilio_media.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from channels.errors import ChannelError, Permanent
from channels.messages import MediaRef
from channels.twilio_sms.media import MediaFetcher
from channels.twilio_sms.options import TwilioSmsOptions
from tests.fakes.house import open_house
from tests.integration.content.doors import form, media_rows, post_sms

PUBLIC = "93.184.216.34"
HOSTILE = [
    "http://127.0.0.1:{port}/x",
    "http://localhost:{port}/x",
    "http://127.1:{port}/x",
    "http://0:{port}/x",
    "http://0.0.0.0:{port}/x",
    "http://2130706433:{port}/x",
    "http://0x7f000001:{port}/x",
    "http://0x7f.0.0.1:{port}/x",
    "http://0177.0.0.1:{port}/x",
    "http://017700000001:{port}/x",
    "http://127.0.0.1.:{port}/x",
    "http://[::1]:{port}/x",
    "http://[::]:{port}/x",
    "http://[::ffff:127.0.0.1]:{port}/x",
    "http://[::ffff:7f00:1]:{port}/x",
    "http://[0:0:0:0:0:ffff:7f00:1]:{port}/x",
    "http://[64:ff9b::7f00:1]:{port}/x",
    "http://[2002:7f00:1::]:{port}/x",
    "http://127.0.0.1.nip.io:{port}/x",
    "http://7f000001.nip.io:{port}/x",
    "http://localtest.me:{port}/x",
    "http://spoofed.burpcollaborator.net:{port}/x",
    "http://api.twilio.com@127.0.0.1:{port}/x",
    "http://127.0.0.1:{port}@api.twilio.com/x",
    "https://u:p@api.twilio.com/x",
    "http://api.twilio.com:80@127.0.0.1:{port}/x",
    "http://127.0.0.1:{port}#@api.twilio.com/",
    "http://127.0.0.1:{port}?api.twilio.com",
    "http://127.0.0.1:{port}\\@api.twilio.com/x",
    "http://127.0.0.1:{port}%23@api.twilio.com/",
    "http:127.0.0.1:{port}/x",
    "http:///127.0.0.1:{port}/x",
    "//127.0.0.1:{port}/x",
    "///127.0.0.1:{port}/x",
    "http:\\\\127.0.0.1:{port}\\x",
    "127.0.0.1:{port}/x",
    "https://127.0.0.1:{port}/x",
    "HTTP://127.0.0.1:{port}/x",
    "hTTps://localhost:{port}/x",
    "ws://127.0.0.1:{port}/x",
    "ftp://127.0.0.1:{port}/x",
    "gopher://127.0.0.1:{port}/_GET",
    "dict://127.0.0.1:{port}/info",
    "ldap://127.0.0.1:{port}/x",
    "tftp://127.0.0.1:{port}/x",
    "jar:http://127.0.0.1:{port}/x!/",
    "file:///etc/passwd",
    "file://localhost/etc/passwd",
    "netdoc:///etc/passwd",
    "data:text/html,x",
    "javascript:alert(1)",
    "blob:http://127.0.0.1:{port}/x",
    "view-source:http://127.0.0.1",
    "unix:///var/run/docker.sock",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/x",
    "http://①②⑦.⓪.⓪.①:{port}/x",
    "http://127。0。0。1:{port}/x",
    "http://169.254.169.254/latest/meta-data/",
    "http://metadata.google.internal/",
    "http://100.100.100.200/",
    "http://[fd00:ec2::254]/",
    "http://10.0.0.1/x",
    "http://192.168.0.1/x",
    "http://172.16.0.1/x",
    "http://[fe80::1%25lo]:{port}/x",
    "https://api.twilio.com.evil.test/",
    "https://evil.test/api.twilio.com",
    "https://api.twilio.com:{port}/x",
    "https://s3-external-1.amazonaws.com/other/x",
]
"""{port}: where somebody listens on every address of this machine."""


class Watch:
    """Where this process connects to; a connection to anywhere but `allowed` never leaves."""

    def __init__(self, *allowed: tuple[str, int]) -> None:
        self.allowed = set(allowed)
        self.refused: list[Any] = []

    def admits(self, address: Any) -> bool:
        if tuple(address[:2]) in self.allowed:
            return True
        self.refused.append(address)
        return False


@contextmanager
def watching(watch: Watch) -> Iterator[Watch]:
    """Every socket that this event loop connects goes past the watch."""
    loop = asyncio.get_running_loop()
    connect = loop.sock_connect

    async def guarded(sock: Any, address: Any) -> None:
        if not watch.admits(address):
            raise OSError(f"the test saw a connection to {address}")
        await connect(sock, address)

    loop.sock_connect = guarded  # type: ignore[method-assign]
    try:
        yield watch
    finally:
        del loop.sock_connect


def place_of(url: str) -> tuple[str, int]:
    host, _, port = url.partition("://")[2].partition(":")
    return host, int(port)


async def test_media_address_of_a_webhook_leads_nowhere(tmp_path: Path, sqlite_url: str) -> None:
    visits = 0

    async def count(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal visits
        visits += 1
        writer.close()

    listener = await asyncio.start_server(count, "0.0.0.0", 0)
    port = listener.sockets[0].getsockname()[1]
    urls = [url.replace("{port}", str(port)) for url in HOSTILE]
    assert len(urls) >= 60
    async with listener, open_house(sqlite_url, tmp_path) as house:
        with watching(Watch(place_of(house.url), place_of(house.carrier.base_url))) as watch:
            for at in range(0, len(urls), 10):
                batch = urls[at : at + 10]
                more = {f"MediaUrl{n}": url for n, url in enumerate(batch)}
                more |= {f"MediaContentType{n}": "image/png" for n in range(len(batch))}
                answer = await post_sms(house, form("See", **more, NumMedia=str(len(batch))))
                assert answer.status == 200, answer
            rows = await media_rows(house, len(urls))
    assert {(row.state, row.url) for row in rows} == {("refused", url) for url in urls}
    assert (watch.refused, visits) == ([], 0)


# ---- names that change their mind ------------------------------------------------------------------------------------
class Names:
    """A resolver that gives its answers one after the other, and the last one for good."""

    def __init__(self, *answers: str) -> None:
        self.answers, self.asked = list(answers), []
        self.log: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.log.append(host)
        return [self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]]


def fetcher(resolve: Names, **options: Any) -> MediaFetcher:
    values = {"account_sid": "AC" + "0" * 32, "auth_token": "t" * 32, "timeout_seconds": 2.0, **options}
    return MediaFetcher(TwilioSmsOptions(**values), resolve)


async def test_name_is_asked_once_and_the_answer_is_kept() -> None:
    """A second look-up would give the inner address (DNS rebinding); there is none."""
    names = Names(PUBLIC, "127.0.0.1")
    media = fetcher(names)
    await media.open()
    with watching(Watch()) as watch, pytest.raises(ChannelError):
        await media.fetch(MediaRef("https://api.twilio.com/x", "image/png"))
    assert names.log == ["api.twilio.com"]
    assert {address[0] for address in watch.refused} == {PUBLIC}


async def test_inner_address_at_the_second_fetch_is_refused_as_well() -> None:
    names = Names(PUBLIC, "127.0.0.1")
    media = fetcher(names)
    await media.open()
    with watching(Watch()) as watch:
        for expected in (ChannelError, Permanent):
            with pytest.raises(expected):
                await media.fetch(MediaRef("https://mms.twiliocdn.com/x", "image/png"))
    assert {address[0] for address in watch.refused} == {PUBLIC}


@pytest.mark.parametrize("hop", [0, 1, 2, 3])
@pytest.mark.parametrize(
    "last",
    [
        "http://127.0.0.2:{port}/x",
        "https://mms.twiliocdn.com/x",
        "//localhost:{port}/x",
        "gopher://127.0.0.1:{port}/x",
        "http://169.254.169.254/x",
    ],
)
async def test_every_hop_is_checked(hop: int, last: str) -> None:
    """The carrier leads on to itself, so many times, and then elsewhere; listed names resolve to inside."""
    asked: list[str] = []

    async def lead(request: web.Request) -> web.Response:
        asked.append(request.path)
        number = int(request.path.strip("/"))
        target = f"/{number + 1}" if number < hop else last.replace("{port}", str(port))
        return web.Response(status=(301, 302, 303, 307, 308)[number % 5], headers={"Location": target})

    app = web.Application()
    app.router.add_get("/{number}", lead)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    home = f"http://carrier.test:{port}"
    media = fetcher(Names("127.0.0.1"), api_base=home, allow_private_media=True)
    await media.open()
    try:
        with watching(Watch(("127.0.0.1", port))) as watch, pytest.raises(Permanent) as caught:
            await media.fetch(MediaRef(f"{home}/0", "image/png"))
    finally:
        await runner.cleanup()
    assert caught.value.code == ("media-address" if hop < 3 else "media-redirects")
    assert (watch.refused, asked) == ([], [f"/{number}" for number in range(hop + 1)])
