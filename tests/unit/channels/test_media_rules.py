"""Where files may be fetched from (A5) and what they may be (A4): rules alone, no network, a scripted resolver."""

from __future__ import annotations

import pytest

from channels.errors import Permanent
from channels.messages import MediaRef
from channels.twilio_sms.media import MediaFetcher, is_public
from channels.twilio_sms.media_types import sniff
from channels.twilio_sms.options import TwilioSmsOptions
from tests.unit.channels.twilio_requests import ACCOUNT_SID, TOKEN

OPTIONS = TwilioSmsOptions(account_sid=ACCOUNT_SID, auth_token=TOKEN)

FORBIDDEN = [
    "http://api.twilio.com/x",
    "ftp://api.twilio.com/x",
    "file:///etc/passwd",
    "gopher://api.twilio.com/",
    "data:image/png;base64,AA==",
    "javascript:alert(1)",
    "//api.twilio.com/x",
    "/2010-04-01/x",
    "",
    " https://api.twilio.com/x",
    "https://api.twilio.com/x y",
    "https://api.twilio.com/x\r\nHost: evil",
    "https://api.twilio.com\\@evil.com/x",
    "https://api.twilio.com@evil.com/x",
    "https://user@api.twilio.com/x",
    "https://user:pw@api.twilio.com/x",
    "https://api.twilio.com:8443/x",
    "https://api.twilio.com:22/x",
    "https://api.twilio.com:0x50/x",
    "https://api.twilio.com:99999/x",
    "https://evil.com/api.twilio.com",
    "https://api.twilio.com.evil.com/x",
    "https://evilapi.twilio.com/x",
    "https://api-twilio.com/x",
    "https://evil.com#api.twilio.com",
    "https://evil.com?api.twilio.com",
    "https://apі.twilio.com/x",
    "https://localhost/x",
    "https://localhost:443/x",
    "https://127.0.0.1/x",
    "https://127.1/x",
    "https://2130706433/x",
    "https://0x7f000001/x",
    "https://0x7f.0.0.1/x",
    "https://0177.0.0.1/x",
    "https://017700000001/x",
    "https://0.0.0.0/x",
    "https://0/x",
    "https://[::1]/x",
    "https://[::]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[::ffff:7f00:1]/x",
    "https://[64:ff9b::7f00:1]/x",
    "https://[fe80::1%25eth0]/x",
    "https://[fc00::1]/x",
    "https://[::1",
    "https://10.0.0.1/x",
    "https://172.16.0.1/x",
    "https://192.168.1.1/x",
    "https://169.254.169.254/latest/meta-data",
    "https://metadata.google.internal/x",
    "https://100.64.0.1/x",
    "https://127.0.0.1.nip.io/x",
    "https://s3-external-1.amazonaws.com/other-bucket/x",
    "https://s3-external-1.amazonaws.com/media.twiliocdn.com/../other-bucket/x",
    "https://s3-external-1.amazonaws.com/media.twiliocdn.com.evil/x",
    "https://s3-external-1.amazonaws.com/",
    "https://s3-external-1.amazonaws.com/media.twiliocdn.com/%2e%2e/other-bucket/x",
    "https://s3.amazonaws.com/media.twiliocdn.com/x",
    "https://①②⑦.⓪.⓪.①/x",
    "https://127。0。0。1/x",
]


async def never_resolves(host: str, port: int) -> list[str]:
    raise AssertionError(f"{host} must be refused before it is looked up")


async def refused(url: str, options: TwilioSmsOptions = OPTIONS, answers: list[str] | None = None) -> str:
    async def scripted(host: str, port: int) -> list[str]:
        return answers or []

    fetcher = MediaFetcher(options, never_resolves if answers is None else scripted)
    await fetcher.open()
    with pytest.raises(Permanent) as caught:
        await fetcher.fetch(MediaRef(url, "image/png"))
    return caught.value.code


@pytest.mark.parametrize("url", FORBIDDEN)
async def test_address_is_refused_unresolved(url: str) -> None:
    assert await refused(url) == "media-address"


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["10.1.2.3"],
        ["93.184.216.34", "127.0.0.1"],
        ["::1"],
        ["::ffff:10.0.0.1"],
        ["169.254.169.254"],
        ["2002:7f00:1::"],
        ["64:ff9b::a00:1"],
        ["fe80::1%eth0"],
        ["224.0.0.1"],
        ["255.255.255.255"],
        ["0.0.0.0"],
        [],
    ],
    ids=str,
)
async def test_right_name_with_private_address_is_refused(answers: list[str]) -> None:
    assert await refused("https://api.twilio.com/x", answers=answers) == "media-address"


async def test_private_media_is_for_the_api_base_alone() -> None:
    options = TwilioSmsOptions(
        account_sid=ACCOUNT_SID, auth_token=TOKEN, api_base="http://127.0.0.1:4010", allow_private_media=True
    )
    for url in ("http://127.0.0.1:4011/x", "http://localhost:4010/x", "https://127.0.0.1:4010/x", "http://10.0.0.1/x"):
        assert await refused(url, options) == "media-address"
    assert await refused("https://api.twilio.com/x", options, ["127.0.0.1"]) == "media-address"


async def test_private_api_base_needs_the_permission() -> None:
    options = TwilioSmsOptions(account_sid=ACCOUNT_SID, auth_token=TOKEN, api_base="http://127.0.0.1:4010")
    assert await refused("http://127.0.0.1:4010/x", options) == "media-address"


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "52.216.0.1"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("content", "claimed", "found"),
    [
        (b"\xff\xd8\xff\xe0rest", "image/png", ("image/jpeg", "jpg")),
        (b"\x89PNG\r\n\x1a\nrest", "", ("image/png", "png")),
        (b"GIF89a", "image/gif", ("image/gif", "gif")),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp", ("image/webp", "webp")),
        (b"%PDF-1.7", "application/pdf", ("application/pdf", "pdf")),
        (b"\x00\x00\x00\x18ftyp3gp4", "video/3gpp", ("video/3gpp", "3gp")),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4", ("video/mp4", "mp4")),
        (b"#!AMR\n", "audio/amr", ("audio/amr", "amr")),
        (b"BEGIN:VCARD\r\n", "text/x-vcard", ("text/vcard", "vcf")),
        ("Grüße\n".encode(), "text/plain; charset=utf-8", ("text/plain", "txt")),
        (b"Hello", "image/png", None),
        (b"<script>alert(1)</script>", "text/plain", None),
        (b"<svg onload=alert(1)>", "image/svg+xml", None),
        (b"<?xml version='1.0'?><svg/>", "image/png", None),
        (b"<!DOCTYPE html>", "text/html", None),
        (b"MZ\x90\x00", "image/png", None),
        (b"\x7fELF", "application/octet-stream", None),
        (b"PK\x03\x04", "application/zip", None),
        (b"#!/bin/sh\n", "text/x-sh", None),
        (b"a\x00b", "text/plain", None),
        (b"\xff\xfe", "text/plain", None),
        (b"", "image/png", None),
    ],
    ids=repr,
)
def test_type_is_found_by_the_bytes(content: bytes, claimed: str, found: tuple[str, str] | None) -> None:
    assert sniff(content, claimed) == found
