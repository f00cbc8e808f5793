"""Files and bodies that are too much (A6): counted while they come, never unpacked, named harmlessly, rationed."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import aiohttp
import pytest

from interaction_hub.services import uploads
from tests.fakes.house import OUR_NUMBER, House, documents, open_house
from tests.fakes.visitor import Visitor, come
from tests.integration.content.doors import CUSTOMER, File, agent_gives, form, media_rows, post_sms
from tests.unit.channels.test_webchat_files import FLOODS

MOST = 10_000_000
PIECE = b"x" * 65_536
BOMB_BYTES = 200_000_000
NAMES = [
    ("../../etc/passwd.txt", "passwd.txt"),
    ("..\\..\\windows\\win.ini.txt", "win.ini.txt"),
    ("a\u200b.h\u200btaccess.txt", "a.htaccess.txt"),
    ("\u200b.htaccess", "htaccess.txt"),
    ("\u202etxt.exe", "txt.txt"),
    ("con.txt", "_con.txt"),
    ("AUX", "_AUX.txt"),
    ("lpt1.tar.txt", "_lpt1.tar.txt"),
    ("a\x00.txt.exe", "a.txt.txt"),
    ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie_ x=1.txt"),
    ("\u2028\u2029.txt", "file.txt"),
    ("..", "file.txt"),
    (".", "file.txt"),
    ("", "file.txt"),
    ("~/.ssh/authorized_keys", "authorized_keys.txt"),
    ("x.php%00.txt", "x.php%00.txt"),
    ('"><img src=x onerror=alert(1)>.txt', "___img src=x onerror=alert(1)_.txt"),
    ("／etc／passwd.txt", "passwd.txt"),
    ("a" * 300 + ".txt", "a" * 95 + ".txt"),
]


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(sqlite_url, tmp_path, rules=documents(chat={})) as opened:
        yield opened


# ---- size ------------------------------------------------------------------------------------------------------------
async def test_endless_upload_is_cut_while_it_comes(house: House) -> None:
    """Chunked, without a length, a hundred times too much: the hub says no after what it may take."""
    visitor, given = await come(house), 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        while given < 100 * MOST:
            given += len(PIECE)
            yield PIECE

    headers = {"Authorization": f"Bearer {visitor.session['token']}", "Content-Type": "text/plain"}
    try:
        answer = await house.call("POST", "/api/v1/chat/shop/uploads", headers=headers, data=endless())
        assert answer.status == 413
    except aiohttp.ClientConnectionError:
        pass  # it answered and closed while we were still sending
    assert given < 2 * MOST
    assert (await visitor.upload(b"Hello", "text/plain", "a.txt")).status == 201


def packed() -> dict[str, bytes]:
    """Three hundred megabytes of nothing, by each packing that servers know."""
    nothing = b"\0" * 10_000_000
    plain, raw = zlib.compressobj(9), zlib.compressobj(9, zlib.DEFLATED, -15)
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=9) as file:
        for _ in range(BOMB_BYTES // len(nothing)):
            file.write(nothing)
    pieces = [[packer.compress(nothing) for _ in range(BOMB_BYTES // len(nothing))] for packer in (plain, raw)]
    return {
        "gzip": out.getvalue(),
        "deflate": b"".join(pieces[0]) + plain.flush(),
        "deflate ": b"".join(pieces[1]) + raw.flush(),
        "br": b"\xcf\xff\xff\xff\xff" * 1000,
        "zstd": b"\x28\xb5\x2f\xfd" + b"\0" * 1000,
        "gzip, gzip": gzip.compress(out.getvalue()),
    }


DOORS: list[tuple[str, str, str]] = [
    ("POST", "/api/v1/sessions", "application/json"),
    ("POST", "/login", "application/x-www-form-urlencoded"),
    ("POST", "/settings/language", "application/x-www-form-urlencoded"),
    ("PUT", "/api/v1/presence", "application/json"),
    ("PUT", "/api/v1/settings/keys", "application/json"),
    ("POST", "/api/v1/uploads", "text/plain"),
    ("POST", "/api/v1/chat/shop/sessions", "application/json"),
    ("POST", "/api/v1/chat/shop/uploads", "text/plain"),
    ("POST", "/webhooks/sms/main", "application/x-www-form-urlencoded"),
    ("POST", "/api/v1/setup/x", "application/json"),
]


def peak() -> int:
    """The most memory that this process held since the last `calm`, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def calm() -> int:
    """Begin to watch anew; gives what is held now."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="memory is looked up in Linux's /proc")
async def test_packed_body_is_never_unpacked(house: House) -> None:
    visitor = await come(house)
    bombs = packed()
    before = calm()
    for method, path, kind in DOORS:
        for coding, bomb in bombs.items():
            headers = {"Content-Type": kind, "Content-Encoding": coding.strip()}
            login = "" if "/chat/" in path or path.startswith(("/login", "/webhooks", "/api/v1/se")) else "amara"
            if "/chat/shop/uploads" in path:
                headers["Authorization"] = f"Bearer {visitor.session['token']}"
            status = await given(house, method, path, login, headers, bomb)
            assert status in (415, 499), (path, coding, status)
    assert peak() - before < 50_000_000
    assert (await house.call("GET", "/healthz")).status == 200


async def given(house: House, method: str, path: str, login: str, headers: dict[str, str], body: bytes) -> int:
    """The status; 499 if the hub hung up, which is a refusal, too."""
    try:
        data = io.BytesIO(body)
        return (await house.call(method, path, login, headers=headers, data=data, skip_auto_headers=())).status
    except aiohttp.ClientConnectionError:
        return 499


async def test_pixel_flood_is_refused_at_every_door(house: House) -> None:
    """A few hundred bytes that say they are billions of pixels."""
    visitor = await come(house)
    before = calm()
    for flood in FLOODS.values():
        await is_refused_everywhere(house, visitor, flood)
    rows = await media_rows(house, len(FLOODS))
    assert {(row.state, row.content) for row in rows} == {("refused", None)}
    assert all("pixels" in row.reason for row in rows)
    assert peak() - before < 200_000_000


async def is_refused_everywhere(house: House, visitor: Visitor, flood: bytes) -> None:
    refused = await visitor.upload(flood, "image/png", "a.png")
    assert (refused.status, refused.data["code"]) == (415, "file_pixels")
    assert (await agent_gives(house, File(flood, "image/png"))).status == 415
    await house.carrier.customer_texts(CUSTOMER, OUR_NUMBER, "See", media=[("image/png", flood)])


# ---- names -----------------------------------------------------------------------------------------------------------
async def test_hostile_name_becomes_a_file_name(house: House) -> None:
    visitor = await come(house)
    async with visitor.page():
        for name, clean in NAMES:
            kept = await visitor.upload(b"Hello", "text/plain", quote(name))
            assert (kept.status, kept.data["name"]) == (201, clean), name
            assert (await visitor.write("See", files=[kept.data["id"]]))["ok"]
        await visitor.until(lambda: len(visitor.lines) == len(NAMES))
        files = [line["files"][0] for line in visitor.lines.values()]
        assert sorted(file["name"] for file in files) == sorted(clean for _, clean in NAMES)
        for file in files:
            await is_offered_as(visitor, file)


async def is_offered_as(visitor: Visitor, file: dict[str, Any]) -> None:
    """One header, in ASCII, that holds the name and nothing beside it."""
    answer = await visitor.file(file["id"])
    disposition = answer.headers["Content-Disposition"]
    start, _, name = disposition.partition("filename*=UTF-8''")
    assert start == "attachment; "
    assert name.isascii()
    assert not set(name) & set("\";' \r\n\\/")
    assert unquote(name) == file["name"]
    assert "Set-Cookie" not in answer.headers


# ---- rations ---------------------------------------------------------------------------------------------------------
async def test_unsent_files_are_rationed(house: House) -> None:
    visitor = await come(house)
    statuses = [(await visitor.upload(b"Hello", "text/plain", "a.txt")).status for _ in range(uploads.MOST_WAITING + 1)]
    assert statuses == [201] * uploads.MOST_WAITING + [429]


async def test_day_of_one_visitor_is_rationed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent or not: what he has given in 24 hours counts, files and bytes; nobody else is touched by it."""
    monkeypatch.setitem(uploads.A_DAY, "visitor", (6, 1_000))
    visitor, other = await come(house), await come(house)
    async with visitor.page():
        for _ in range(2):
            kept = await visitor.upload(b"x" * 300, "text/plain", "a.txt")
            assert (await visitor.write("See", files=[kept.data["id"]]))["ok"]
        assert (await visitor.upload(b"x" * 500, "text/plain", "a.txt")).status == 429
        assert [(await visitor.upload(b"x", "text/plain", "a.txt")).status for _ in range(5)] == [201] * 4 + [429]
    assert (await other.upload(b"x" * 300, "text/plain", "a.txt")).status == 201
    assert (await agent_gives(house, File(b"x" * 5_000, "text/plain"))).status == 201


async def test_files_of_one_message_are_few(house: House) -> None:
    visitor = await come(house)
    async with visitor.page():
        ids = [(await visitor.upload(b"Hello", "text/plain", "a.txt")).data["id"] for _ in range(6)]
        assert not (await visitor.write("See", files=ids))["ok"]
        assert (await visitor.write("See", files=ids[:5]))["ok"]
    many = {f"MediaUrl{n}": f"{house.carrier.base_url}/x" for n in range(11)}
    assert (await post_sms(house, form("See", **many, NumMedia="11"))).status == 422
