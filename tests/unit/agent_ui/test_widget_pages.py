"""The pages of the web chat over HTTP, with invented sites and an invented build."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from agent_ui import rendering, widget_pages
from interaction_hub.domain.documents import Site, parse
from interaction_hub.domain.permissions import MARK, PUBLIC

EVIL = "</script><script>alert(1)</script>"
ORIGINS = ("https://shop.example", "http://127.0.0.1:8080")
Client = TestClient[web.Request, web.Application]


class Reads:
    """Sites by key."""

    def __init__(self, *keys: str) -> None:
        self.found = {key: site(key) for key in keys}

    def site(self, key: str) -> Site | None:
        return self.found.get(key)

    def sites(self) -> list[Site]:
        return list(self.found.values())

    def company(self) -> str:
        return "Harbour & Pine"


def site(key: str, **more: Any) -> Site:
    body = {"key": key, "name": f"Shop {EVIL}", "origins": list(ORIGINS), **more}
    found = parse("site", body, "test")
    assert isinstance(found, Site)
    return found


@pytest.fixture
def reads() -> Reads:
    return Reads("shop")


@pytest.fixture
async def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reads: Reads) -> AsyncIterator[Client]:
    texts = {
        "chat.js": r'n("End it"),n("Write \u2026"),n(\'Say "yes"\')',
        "chat.css": "",
        "widget.js": "(()=>{})()",
        "messages.zh_Hans.json": json.dumps({"End it": "结束", "Write …": EVIL, 'Say "yes"': "是", "Queue": "队列"}),
    }
    assets = {}
    for name, text in texts.items():
        file = f"{Path(name).stem}-5KXVN2FA{Path(name).suffix}"
        (tmp_path / file).write_text(text, encoding="utf-8")
        assets[name] = {"file": file, "integrity": "sha384-x", "imports": []}
    (tmp_path / "manifest.json").write_text(json.dumps({"assets": assets}))
    monkeypatch.setattr(rendering.ASSETS, "folder", tmp_path)
    monkeypatch.setattr(rendering.ASSETS, "_stamp", 0)
    widget_pages._said_in.cache_clear()
    app = web.Application()
    app.add_routes(widget_pages.routes(reads))
    async with TestClient(TestServer(app)) as found:
        yield found
    widget_pages._said_in.cache_clear()


def policy_of(answer: Any) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


async def test_frame_is_for_the_origins_of_the_site(client: Client) -> None:
    async with client.get("/chat/frame/shop") as answer:
        policy = policy_of(answer)
        assert answer.status == 200
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert policy["frame-ancestors"] == "'self' https://shop.example http://127.0.0.1:8080"
    assert policy["connect-src"] == "'self'"
    assert policy["img-src"] == "'self' data: blob:"
    assert "unsafe" not in " ".join(policy.values())


@pytest.mark.parametrize("path", ["/chat/shop", "/chat/nothing", "/chat/frame/nothing"])
async def test_nobody_frames_the_other_pages(client: Client, path: str) -> None:
    async with client.get(path) as answer:
        assert policy_of(answer)["frame-ancestors"] == "'none'"
        assert "Cross-Origin-Resource-Policy" not in answer.headers


async def test_unknown_site_says_so(client: Client) -> None:
    for path in ("/chat/nothing", "/chat/frame/nothing"):
        async with client.get(path) as answer:
            assert answer.status == 404
            assert "There is no chat at this address." in await answer.text()


async def test_names_are_only_text(client: Client) -> None:
    for path in ("/chat/shop", "/chat/frame/shop"):
        async with client.get(path, headers={"Accept-Language": "zh-CN"}) as answer:
            assert EVIL not in await answer.text()


async def test_one_site_is_shown_at_once_and_several_as_a_list(client: Client, reads: Reads) -> None:
    async with client.get("/chat", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "/chat/shop")
    reads.found["other"] = site("other")
    async with client.get("/chat") as answer:
        text = await answer.text()
        assert 'href="/chat/shop"' in text
        assert 'href="/chat/other"' in text
    reads.found.clear()
    async with client.get("/chat") as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    ("query", "header", "lang"),
    [
        ("", "", "en"),
        ("", "zh-CN,zh;q=0.9", "zh-Hans"),
        ("?language=zh-Hans", "en", "zh-Hans"),
        ("?language=en-GB", "zh", "en"),
        ("?language=xx", "zh", "zh-Hans"),
        ("?language=%3Cscript%3E", "en", "en"),
    ],
)
async def test_language_is_that_of_the_embedding_page(client: Client, query: str, header: str, lang: str) -> None:
    async with client.get(f"/chat/frame/shop{query}", headers={"Accept-Language": header}) as answer:
        assert f'<html lang="{lang}">' in await answer.text()
        assert answer.headers["Content-Language"] == lang


async def test_page_carries_only_the_words_of_its_scripts(client: Client) -> None:
    async with client.get("/chat/shop", headers={"Accept-Language": "zh-CN"}) as answer:
        text = await answer.text()
    words = json.loads(text.split('id="messages">')[1].split("</script>")[0])
    assert set(words) == {"End it", "Write …", 'Say "yes"'}
    async with client.get("/chat/shop") as answer:
        assert 'id="messages">{}</script>' in await answer.text()


async def test_loader_keeps_its_address(client: Client) -> None:
    async with client.get("/widget.js") as answer:
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.content_type == "text/javascript"
        assert await answer.text() == "(()=>{})()"


async def test_page_says_nothing_of_the_inside(client: Client) -> None:
    async with client.get("/chat/shop") as answer:
        first = json.loads((await answer.text()).split('id="first-data">')[1].split("</script>")[0])
    assert set(first) == {"site", "company", "framed", "origins"}
    assert not {"secret_version", "secret_overlap", "anonymous"} & set(first["site"])


def test_everybody_may_see_them(reads: Reads) -> None:
    for route in widget_pages.routes(reads):
        assert getattr(route.handler, MARK) == PUBLIC
