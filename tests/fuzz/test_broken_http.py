"""Requests that are wrong below their JSON: bytes that are no text, forms that are none, bodies that break off."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.fakes.house import PASSWORD, House, open_house
from tests.fakes.people import make_admin
from tests.fuzz.quiet import Quiet
from tests.fuzz.texts import FORM

DOORS = ("/webhooks/sms/main", "/api/v1/sessions", "/login", "/settings/language", "/api/v1/chat/shop/sessions")
FRAMING: tuple[tuple[str, bytes], ...] = (
    ("Transfer-Encoding: chunked", b"zz\r\nabc\r\n"),
    ("Transfer-Encoding: chunked", b"3\r\nabcdef\r\n0\r\n\r\n"),
    ("Transfer-Encoding: chunked", b"-1\r\n"),
    ("Transfer-Encoding: chunked", b"3\r\nab"),
    ("Content-Length: 100", b"abc"),
    ("Content-Length: -1", b""),
    ("Content-Length: x", b""),
    ("Content-Length: 99999999999", b"abc"),
    ("Content-Length: 3\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"),
    ("Transfer-Encoding: gzip, chunked", b"3\r\nabc\r\n0\r\n\r\n"),
    ("Content-Encoding: deflate\r\nContent-Length: 3", b"abc"),
    ("Expect: x\r\nContent-Length: 3", b"abc"),
)
HEADERS: tuple[bytes, ...] = (
    b"Host: \xff",
    b"Origin: http://\xff",
    b"Origin: http://[",
    "Origin: http://℀.com".encode(),
    b"Sec-Fetch-Site: \xff",
    b"User-Agent: \xff\xfe",
    b"Accept-Language: \xff;q=x, en;q=nan, zh;q=1e999",
    b"Accept: text/html; q=\xff",
    b"Authorization: Bearer \xff",
    b"Cookie: __Host-hub=\xff; hub_lang=\xff; hub_theme=\xff",
    b'Cookie: ===;;;"',
    b"Content-Type: application/json; charset=\xff",
    b"Content-Type: application/x-www-form-urlencoded; charset=none",
    b"Content-Type: multipart/form-data",
    b"Content-Type: multipart/form-data; boundary=x",
    b"Content-Type: ",
    b"Idempotency-Key: \xff",
    b"If-Match: \xff",
    b"If-None-Match: \xff",
    b"X-Forwarded-For: \xff, 300.1.1.1, ::::",
    b"X-Twilio-Signature: \xff",
    b"X-File-Name: %ff%00%ed%a0%80.txt",
    b"Upgrade: websocket\r\nSec-WebSocket-Key: \xff",
    b"Range: bytes=9-1",
)
PLACES = tuple(
    ("GET", path) for path in ("/", "/login", "/api/v1/me", "/static/x", "/ws/agent", "/ws/chat", "/chat/shop")
)
DOORS_THAT_KEEP = (("POST", "/api/v1/sessions"), ("POST", "/login"))
"""What comes in the headers of these goes into the database."""
BODY = json.dumps({"login": "daniel", "password": PASSWORD}).encode()


@pytest.mark.parametrize("kind", ["application/json", FORM])
async def test_bodies_that_break_off_leave_no_trace(sqlite_url: str, tmp_path: Path, kind: str, quiet: Quiet) -> None:
    """Wrong lengths, wrong chunks, lines that go dead: an answer below 500 or none, and no line for an admin."""
    async with open_house(sqlite_url, tmp_path) as house:
        for path in DOORS:
            for framing, body in FRAMING:
                head = (
                    f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n{framing}\r\nConnection: close\r\n\r\n"
                )
                assert await status(house, head.encode() + body, hangs_up=True) < 500, (path, framing, body)
        assert (await house.log_in("amara")).status == 201
    quiet.expect_nothing()


async def test_headers_that_are_no_text_are_stood(database_url: str, tmp_path: Path, quiet: Quiet) -> None:
    """Each header with bytes that are no UTF-8, or with a form that it cannot have, at each kind of address."""
    async with open_house(database_url, tmp_path) as house:
        for header in HEADERS:
            for method, path in (*DOORS_THAT_KEEP, *(PLACES if "sqlite" in database_url else ())):
                assert await status(house, request(method, path, header)) < 500, (method, path, header)
    quiet.expect_nothing()


async def test_device_without_a_readable_name_signs_in(database_url: str, tmp_path: Path, quiet: Quiet) -> None:
    """What the browser calls itself is kept as far as it is text."""
    async with open_house(database_url, tmp_path) as house:
        assert await status(house, request("POST", "/api/v1/sessions", b"User-Agent: Phone \xff\xfe")) == 201
        sessions = (await house.get("/api/v1/me/sessions", "daniel"))["items"]
        assert "Phone \ufffd\ufffd" in [one["device"] for one in sessions]
    quiet.expect_nothing()


@pytest.mark.parametrize("path", ["/login", "/settings/language"])
async def test_forms_that_are_none_are_refused(sqlite_url: str, tmp_path: Path, path: str, quiet: Quiet) -> None:
    """Another type, too many fields, bytes that are no text: refused in words, or as good as an empty form."""
    part = b"--x\r\nContent-Disposition: form-data; name=login\r\n\r\n\xff\r\n--x--\r\n"
    async with open_house(sqlite_url, tmp_path) as house:
        for kind, body, wanted in (
            ("multipart/form-data; boundary=x", part, 422),
            ("multipart/form-data", part, 422),
            ("text/plain", b"login=amara", 422),
            (FORM, b"&".join(b"a=1" for _ in range(60)), 422),
            (FORM, b"login=\xff&password=\xff&language=\xff&next=\xff", 303),
            (f"{FORM}; charset=none", b"login=%ff%00&password=%ed%a0%80", 303),
            (FORM, b"", 303),
        ):
            answer = await house.call("POST", path, headers={"Content-Type": kind}, data=body)
            assert answer.status == wanted, (kind, body, answer)
            assert answer.status != 422 or answer.data["detail"]
    quiet.expect_nothing()


async def test_field_names_that_are_no_text_come_back_readable(sqlite_url: str, tmp_path: Path, quiet: Quiet) -> None:
    """The answer names the field that there is not, even if its name is half a character."""
    body = '{"\\ud800": 1, "name": "x", "login": "x", "role": "agent", "old": "x", "password": "x"}'
    asked = (
        ("PUT", "/api/v1/presence"),
        ("POST", "/api/v1/admin/people"),
        ("PUT", "/api/v1/admin/skills/x"),
        ("POST", "/api/v1/me/password"),
    )
    async with open_house(sqlite_url, tmp_path) as house:
        await make_admin(house)
        headers = {"Content-Type": "application/json", "If-None-Match": "*"}
        for method, path in asked:
            answer = await house.call(
                method, path, "amara" if "presence" in path else "boss", headers=headers, data=body
            )
            assert answer.status == 422, (path, answer)
            assert set(answer.data["fields"]) & {"\ufffd", "body"}, (path, answer)
        checked = await house.call("POST", "/api/v1/admin/skills/x/check", "boss", headers=headers, data=body)
        assert (checked.status, checked.data["ok"]) == (200, False)
        assert "\ufffd" in checked.data["fields"]
    quiet.expect_nothing()


def request(method: str, path: str, header: bytes) -> bytes:
    """A log-in in JSON (whatever the address makes of it) with one more header."""
    kind = b"" if header.startswith(b"Content-Type") else b"Content-Type: application/json\r\n"
    host = b"" if header.startswith(b"Host") else b"Host: x\r\n"
    body = BODY if method == "POST" else b""
    lines = f"{method} {path} HTTP/1.1\r\n".encode() + host + kind + header
    return lines + f"\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


_asked = 0


async def status(house: House, data: bytes, *, hangs_up: bool = False) -> int:
    """The status of the answer, 0 if the line was shut; a few from each address."""
    global _asked
    _asked += 1
    host, _, port = house.url.removeprefix("http://").partition(":")
    source = f"127.1.{_asked // 20 // 250}.{2 + _asked // 20 % 250}"
    reader, writer = await asyncio.open_connection(host, int(port), local_addr=(source, 0))
    writer.write(data)
    if hangs_up:
        writer.write_eof()
    try:
        line = await asyncio.wait_for(reader.readline(), 10)
    except ConnectionError:
        line = b""
    writer.close()
    return int(line.split()[1]) if line else 0
