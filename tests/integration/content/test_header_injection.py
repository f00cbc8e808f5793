"""Line breaks, U+0000 and U+2028 in whatever may come near a header, a cookie, a redirect or a carrier's field (A8)."""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from interaction_hub.domain import documents as documents_module
from interaction_hub.domain.documents import parse
from tests.fakes.house import House, documents, open_house
from tests.fakes.people import make_admin
from tests.fakes.visitor import come
from tests.integration.content.doors import form, post_sms

BREAKS = ["\r\n", "\n", "\r", "\x00", "\u2028", "\u2029", "\x0b", "\x0c", "\x85", "%0d%0a", "\\r\\n"]
EVIL = [f"a{one}Set-Cookie: evil=1{one}{one}<b>" for one in BREAKS]
UNSTORABLE = "\x00"
ADDRESSES = ("/login?error={}", "/{}", "/tv/{}", "/chat/{}", "/chat/frame/shop?language={}&host={}", "/static/{}")


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(sqlite_url, tmp_path, rules=documents(chat={})) as opened:
        await make_admin(opened)
        yield opened


def is_clean(headers: Any) -> None:
    """No header that the text would have made, and no break in one that there is."""
    assert "evil=1" not in headers.get("Set-Cookie", "")
    assert not [value for value in headers.values() if set(value) & set("\r\n\x00")]


async def test_addresses_and_forms_make_no_header(house: House) -> None:
    for text in EVIL[::2]:
        word = quote(text, safe="")
        for path in (
            "/login?error={}",
            "/{}",
            "/tv/{}",
            "/chat/{}",
            "/chat/frame/shop?language={}&host={}",
            "/static/{}",
        ):
            answer = await house.call("GET", path.replace("{}", word), headers={"Accept": "text/html"})
            assert answer.status < 500, path
            is_clean(answer.headers)
        for path, fields in (
            ("/settings/language", {"language": text, "next": f"/{text}"}),
            ("/login", {"login": text, "password": text, "next": text}),
        ):
            answer = await house.call("POST", path, data=fields)
            assert answer.status < 500, path
            is_clean(answer.headers)


async def test_customers_name_and_facts_stay_one_line_or_are_refused(house: House) -> None:
    await house.text("+447700900456")
    customer = (await house.get("/api/v1/customers", "amara"))["items"][0]["id"]
    for text in EVIL:
        version = (await house.get(f"/api/v1/customers/{customer}", "amara"))["version"]
        body = {"version": version, "name": text, "facts": [{"label": text, "value": text}]}
        answer = await house.call("PATCH", f"/api/v1/customers/{customer}", "amara", json=body)
        assert answer.status == (422 if UNSTORABLE in text else 200), text
        is_clean(answer.headers)
        seen = await house.call("GET", f"/api/v1/customers/{customer}", "amara")
        assert seen.status == 200
        is_clean(seen.headers)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"], ids=ascii)
def test_break_at_the_end_of_a_documents_field_is_refused(end: str) -> None:
    """`$` in a pattern lets one line break through; origins stand in the policy of the chat's frame."""
    site = {"key": "shop", "name": "Shop"}
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("site", {**site, "origins": [f"https://evil.test{end}"]}),
        ("site", {**site, "privacy_url": f"https://evil.test{end}"}),
        ("site", {**site, "privacy_url": end}),
        ("site", {**site, "colour": f"#123456{end}"}),
        ("site", {**site, "key": f"shop{end}"}),
        ("role", {"key": f"role{end}", "name": "Role", "permissions": []}),
        ("agent", {"key": "amara", "name": "Amara", "languages": [f"en{end}"]}),
        ("hours", {"key": "x", "name": "X", "week": {"mon": [f"08:00-12:00{end}"]}}),
        ("hours", {"key": "x", "name": "X", "exceptions": {f"2026-12-25{end}": []}}),
    ]
    for kind, body in wrong:
        with pytest.raises(ValueError, match="test: "):
            parse(kind, body, "test")


def test_every_pattern_of_a_document_ends_for_good() -> None:
    patterns = re.findall(r'pattern=r"(.*?)"\)', inspect.getsource(documents_module))
    assert len(patterns) >= 8
    assert not [one for one in patterns if one.count("$") != one.count(r"$(?!\n)")]


async def test_break_in_an_origin_never_reaches_the_policy(house: House) -> None:
    body = {"key": "shop", "name": "Shop", "origins": ["https://evil.test\n"]}
    answer = await house.call("PUT", "/api/v1/admin/sites/shop", "boss", json=body, headers={"If-Match": '"1"'})
    assert answer.status == 422
    framed = await house.call("GET", "/chat/frame/shop")
    assert framed.status == 200
    is_clean(framed.headers)


async def test_fields_of_the_carrier_make_no_line(house: House) -> None:
    for text in EVIL:
        for name in ("From", "To", "ProfileName", "FromCity", "MessageSid", "NumMedia", "MediaUrl0", "OptOutType"):
            answer = await post_sms(house, form("Hello") | {name: text})
            assert answer.status < 500, name
            is_clean(answer.headers)
        answer = await post_sms(house, form(text))
        assert answer.status == (422 if UNSTORABLE in text else 200)


async def test_visitors_words_about_himself_stay_one_line(house: House) -> None:
    for text in EVIL:
        visitor = await come(house)
        async with visitor.page():
            answer = await visitor.write(
                "Hello", name=text, answer_to=text, page=f"https://x.example/{text}", language=text
            )
            assert answer["ok"] == (UNSTORABLE not in text)
            answer = await visitor.write("Hello")
            assert answer["ok"]
    names = [one["name"] for one in (await house.get("/api/v1/customers", "amara"))["items"]]
    assert not [name for name in names if set(name) & set("\r\n\x0b\x0c\x85\u2028\u2029")]


async def test_reply_is_one_field_of_the_carriers_form(house: House) -> None:
    async with house.console("amara") as amara:
        await amara.do("presence.set", presence="available")
        await house.text("+447700900456")
        contact = await amara.take()
        texts = [f"a&To=%2B1900{text}&From=x" for text in EVIL if UNSTORABLE not in text]
        for text in texts:
            await amara.do("contact.reply", contact=contact["id"], text=text)

        async def all_sent() -> list[Any]:
            found = [one for one in house.carrier.messages if one.direction != "inbound"]
            return found if len(found) >= len(texts) else []

        sent = await house.until(all_sent, 30)
    assert sorted(one.body for one in sent) == sorted(texts)
    assert {(one.to_number, one.direction) for one in sent} == {("+447700900456", "outbound-api")}


async def test_headers_of_requests_are_refused_with_breaks(house: House) -> None:
    """Written below HTTP's libraries: what a proxy would read as two requests is read as none."""
    host, port = house.url.removeprefix("http://").split(":")
    for data in (
        b"GET / HTTP/1.1\r\nHost: x\r\nX-A: b\nc\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-A: b\x00c\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-A : b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n X-A: b\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    ):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(data)
        await writer.drain()
        writer.write_eof()
        answer = await asyncio.wait_for(reader.read(), 20)
        writer.close()
        assert answer.count(b"HTTP/1.1 ") + answer.count(b"HTTP/1.0 ") <= 1, data
        assert not answer.startswith((b"HTTP/1.1 2", b"HTTP/1.1 5")), (data, answer[:100])
