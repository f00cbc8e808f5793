"""Files that customers send by MMS: fetched from the carrier by the hub, kept, and shown from our side alone."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from tests.fakes.house import OUR_NUMBER, open_house

CUSTOMER = "+447700900457"


def picture() -> bytes:
    """The smallest honest PNG: one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


async def test_picture_of_a_customer_is_kept_and_shown(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        await amara.do("presence.set", presence="available")
        await house.carrier.customer_texts(CUSTOMER, OUR_NUMBER, "It is broken.", [("image/png", picture())])
        await amara.offer()
        files = await amara.until(
            lambda: next((m["media"] for m in amara.messages.values() if m["media"] and m["media"][0]["url"]), None)
        )
        assert files[0]["type"] == "image/png"
        headers = {"Authorization": f"Bearer {await house.sign_in('amara')}"}
        async with house.http.get(house.url + files[0]["url"], headers=headers) as answer:
            assert answer.status == 200
            assert await answer.read() == picture()
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_file_that_lies_about_its_type_is_never_shown_in_place(database_url: str, tmp_path: Path) -> None:
    script = b"<html><script>alert(1)</script></html>"
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        await amara.do("presence.set", presence="available")
        await house.carrier.customer_texts(CUSTOMER, OUR_NUMBER, "Look.", [("image/png", script)])
        await amara.offer()
        file = await amara.until(
            lambda: next(
                (m["media"][0] for m in amara.messages.values() if m["media"] and m["media"][0]["state"] != "waiting"),
                None,
            )
        )
        if file["url"] is None:
            assert file["state"] == "refused"
            return
        headers = {"Authorization": f"Bearer {await house.sign_in('amara')}"}
        async with house.http.get(house.url + file["url"], headers=headers) as answer:
            assert answer.headers["Content-Type"] == "application/octet-stream"
            assert answer.headers["Content-Disposition"].startswith("attachment")
