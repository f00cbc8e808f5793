"""Files that would run (A4): by each door either refused, or drawn anew, or offered as a download that nothing runs."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, PngImagePlugin

from channels.files import PICTURES
from interaction_hub.web.api import READABLE
from tests.fakes.house import OUR_NUMBER, Answer, House, documents, open_house
from tests.fakes.visitor import come
from tests.integration.content.doors import CUSTOMER, File, agent_gives, media_rows

SCRIPT = b"<script>fetch('/api/v1/me')</script>"


def picture(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 100, 50)).save(out, kind, **options)
    return out.getvalue()


def with_words() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SCRIPT.decode())
    return picture("PNG", pnginfo=info)


POLYGLOTS = [
    File(picture("PNG") + SCRIPT, "image/png", "a.png"),
    File(with_words(), "image/png", "b.png"),
    File(picture("GIF", comment=SCRIPT), "image/gif", "c.gif"),
    File(picture("GIF") + b"/*" + SCRIPT, "text/html", "d.html"),
    File(picture("JPEG", comment=SCRIPT), "image/jpeg", "e.jpg"),
    File(picture("JPEG") + b"\n<?php system($_GET[0]);" + SCRIPT, "application/x-php", "f.php"),
    File(picture("WEBP", exif=b"Exif\0\0" + SCRIPT), "image/webp", "g.svg"),
]
"""Honest pictures that are something else as well."""
DOWNLOADS = [
    File(b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>", "application/pdf", "h.pdf"),
    File(b"Hello, plain words", "text/plain", "i.txt"),
]
REFUSED = [
    File(b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "image/svg+xml", "j.svg"),
    File(b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "image/png", "k.png"),
    File(b"<!DOCTYPE html><title>x</title>" + SCRIPT, "text/html", "l.html"),
    File(SCRIPT, "image/png", "m.png"),
    File(b"<html xmlns='http://www.w3.org/1999/xhtml'>" + SCRIPT, "application/xhtml+xml", "n.xht"),
    File(b"\x89PNG\r\n\x1a\n" + SCRIPT, "image/png", "o.png"),
    File(b"GIF89a" + SCRIPT, "image/gif", "p.gif"),
    File(b"\xff\xd8\xff" + SCRIPT, "image/jpeg", "q.jpg"),
    File(b"PK\x03\x04" + b"0" * 40, "application/zip", "r.zip"),
    File(b"MZ\x90\x00", "application/x-msdownload", "s.exe"),
    File(b"alert(1)", "text/javascript", "t.js"),
]


def is_tame(answer: Answer) -> None:
    """Nothing of it can run, whoever opens it however."""
    assert answer.status == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    if answer.headers["Content-Type"] in READABLE:
        assert answer.headers["Content-Disposition"].startswith("inline;")
        assert b"script" not in answer.body
        Image.open(io.BytesIO(answer.body)).load()
    else:
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_only_what_is_drawn_anew_is_shown_in_place() -> None:
    assert frozenset(READABLE) == PICTURES


async def all_files_of(house: House, states: dict[str, int]) -> None:
    """Every file of the house: those that are kept are tame."""
    rows = await media_rows(house, sum(states.values()))
    assert {state: sum(row.state == state for row in rows) for state in states} == states
    for row in rows:
        answer = await house.call("GET", f"/api/v1/media/{row.id}", "rk")
        if row.state == "kept":
            is_tame(answer)
        else:
            assert answer.status == 404


async def test_customers_files_cannot_run(tmp_path: Path, sqlite_url: str) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        for file in [*POLYGLOTS, *DOWNLOADS, *REFUSED]:
            await house.carrier.customer_texts(CUSTOMER, OUR_NUMBER, "See", media=[(file.kind, file.content)])
        await all_files_of(house, {"kept": len(POLYGLOTS) + len(DOWNLOADS), "refused": len(REFUSED)})


async def test_visitors_files_cannot_run(tmp_path: Path, sqlite_url: str) -> None:
    async with open_house(sqlite_url, tmp_path, rules=documents(chat={})) as house:
        visitor = await come(house)
        async with visitor.page():
            for file in [*POLYGLOTS, *DOWNLOADS]:
                kept = await visitor.upload(file.content, file.kind, file.name)
                assert kept.status == 201, (file.name, kept.body)
                assert (await visitor.write("See", files=[kept.data["id"]]))["ok"]
            for file in REFUSED:
                refused = await visitor.upload(file.content, file.kind, file.name)
                assert (refused.status, refused.data["code"][:5]) == (415, "file_"), file.name
            await visitor.until(lambda: len(visitor.lines) == len(POLYGLOTS) + len(DOWNLOADS))
            for line in visitor.lines.values():
                is_tame(await visitor.file(line["files"][0]["id"]))
        await all_files_of(house, {"kept": len(POLYGLOTS) + len(DOWNLOADS)})


async def test_agents_files_are_looked_at_as_well(tmp_path: Path, sqlite_url: str) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        for file in REFUSED:
            assert (await agent_gives(house, file)).status == 415, file.name
        for file in [*POLYGLOTS, *DOWNLOADS]:
            assert (await agent_gives(house, file)).status == 201, file.name
