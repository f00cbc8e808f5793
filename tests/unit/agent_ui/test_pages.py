"""Pages over HTTP, with invented reads and an invented build."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request

from agent_ui import pages, rendering
from agent_ui.site import PageReads, routes
from interaction_hub.domain.permissions import MARK, PUBLIC, Permission, Principal, Role
from interaction_hub.request_keys import PRINCIPAL

BUILT = ("theme.js", "app.css", "login.js", "console.js", "console.css", "board.js", "board.css", "pages.js")
EVIL = "</script><script>alert(1)</script>"


@dataclass
class Site:
    """A client, and who it is signed in as."""

    client: TestClient[web.Request, web.Application]
    role: Role | None = None

    async def get(self, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
        async with self.client.get(path, headers=headers, allow_redirects=False) as answer:
            return answer.status, await answer.text(), dict(answer.headers)


async def snapshot(agent: str) -> dict[str, Any]:
    return {
        "type": "snapshot",
        "seq": 7,
        "at": 1_760_000_000_000,
        "state": {
            "me": {"id": agent, "name": EVIL, "presence": "offline", "since": 0, "capacity": [], "reason": ""},
            "contacts": [],
            "messages": {},
            "pops": {},
        },
    }


@pytest.fixture
async def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    files = {name: f"{Path(name).stem}-5KXVN2FA{Path(name).suffix}" for name in BUILT}
    files |= {
        "inter-latin-wght-normal.woff2": "inter-5KXVN2FA.woff2",
        "messages.zh_Hans.json": "messages.zh-5KXVN2FA.json",
    }
    for file in files.values():
        (tmp_path / file).write_text(json.dumps({"Sign in": f"登录{EVIL}"}, ensure_ascii=False))
    assets = {name: {"file": file, "integrity": "sha384-x", "imports": []} for name, file in files.items()}
    assets["console.js"]["imports"] = [{"file": "chunk-AAAAAAAA.js", "integrity": "sha384-y"}]
    (tmp_path / "manifest.json").write_text(json.dumps({"assets": assets}))
    (tmp_path / "licences.txt").write_text("MIT")
    monkeypatch.setattr(rendering.ASSETS, "folder", tmp_path)
    monkeypatch.setattr(rendering.ASSETS, "_stamp", 0)
    found = Site.__new__(Site)

    @web.middleware
    async def somebody(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if found.role is not None:
            request[PRINCIPAL] = Principal("u1", "Amara <b> Osei", found.role, "s1")
        return await handler(request)

    app = web.Application(middlewares=[somebody])
    reads = PageReads(agent_snapshot=snapshot, board_snapshot=lambda: {"state": {}}, company=lambda: "Harbour & Pine")
    app.add_routes(routes(reads))
    async with TestClient(TestServer(app)) as client:
        found.client, found.role = client, None
        yield found


@pytest.mark.parametrize(
    ("role", "where"), [(None, "/login"), (Role.AGENT, "/work"), (Role.SUPERVISOR, "/board"), (Role.ADMIN, "/board")]
)
async def test_where_one_lands(site: Site, role: Role | None, where: str) -> None:
    site.role = role
    status, _, headers = await site.get("/")
    assert (status, headers["Location"]) == (303, where)
    if role is not None:
        assert (await site.get("/login"))[2]["Location"] == where


async def test_the_log_in_speaks_the_language(site: Site) -> None:
    status, text, headers = await site.get("/login")
    assert status == 200
    assert '<html lang="en">' in text
    assert "Harbour &amp; Pine" in text
    assert headers["Vary"] == "Cookie, Accept-Language"
    _, text, headers = await site.get("/login", **{"Accept-Language": "zh-TW"})
    assert '<html lang="zh-Hans">' in text
    assert headers["Content-Language"] == "zh-Hans"
    assert EVIL not in text


@pytest.mark.parametrize(
    ("code", "words"), [("sign_in", "not right"), ("too_many", "Wait a minute"), ("<x>", "could not be signed in")]
)
async def test_what_went_wrong_at_the_log_in(site: Site, code: str, words: str) -> None:
    _, text, _ = await site.get(f"/login?error={code}")
    assert words in text
    assert "<x>" not in text


async def test_the_console_carries_its_first_data(site: Site) -> None:
    site.role = Role.AGENT
    status, text, _ = await site.get("/work")
    assert status == 200
    assert EVIL not in text
    found = text.partition('id="first-data">')[2].partition("</script>")[0]
    assert json.loads(found) == await snapshot("u1")
    assert '<link rel="modulepreload" href="/static/chunk-AAAAAAAA.js" integrity="sha384-y">' in text
    assert 'href="/board"' not in text
    assert "Amara &lt;b&gt; Osei" in text


async def test_pages_have_nothing_that_the_policy_forbids(site: Site) -> None:
    site.role = Role.SUPERVISOR
    for path in ("/work", "/board"):
        _, text, _ = await site.get(path)
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick=" not in text
        assert text.count("<script") == text.count("<script src=") + text.count('<script type="')


async def test_built_files(site: Site) -> None:
    _, _, headers = await site.get("/static/console-5KXVN2FA.js")
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["Content-Encoding"] in ("deflate", "gzip")
    _, _, headers = await site.get("/static/licences.txt")
    assert headers["Cache-Control"] == "no-cache"
    for name in ("nothing.js", "..%2fpages.py", "%2e%2e%2fpages.py", ".hidden", "..%5cpages.py"):
        assert (await site.get(f"/static/{name}"))[0] == 404


async def test_a_build_that_is_missing_is_named(site: Site, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").unlink()
    status, text, _ = await site.get("/login")
    assert status == 500
    assert "make assets" in text


async def test_a_problem_for_people(site: Site) -> None:
    problem = {"status": 403, "title": "Not allowed", "detail": "<b>", "code": "not_allowed"}
    answer = pages.error_page(make_mocked_request("GET", "/board"), problem, company="Harbour & Pine")
    assert answer.status == 403
    assert answer.text is not None
    assert "You may not see this page." in answer.text


@pytest.mark.parametrize(("wanted", "where"), [("/work?as=play", "/work?as=play"), ("//evil.example", "/"), ("", "/")])
async def test_the_choice_of_a_language(site: Site, wanted: str, where: str) -> None:
    form = {"language": "zh_Hans", "next": wanted}
    async with site.client.post("/settings/language", data=form, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, where)
        assert answer.cookies["hub_lang"].value == "zh_Hans"
    assert 'lang="zh-Hans"' in (await site.get("/login"))[1]


async def test_an_unknown_language_is_not_kept(site: Site) -> None:
    async with site.client.post("/settings/language", data={"language": "xx"}, allow_redirects=False) as answer:
        assert "hub_lang" not in answer.cookies


async def test_who_may_see_which_page() -> None:
    marks = {
        (route.method, route.path): getattr(route.handler, MARK)
        for route in pages.routes(PageReads(snapshot, dict, str))
        if isinstance(route, web.RouteDef)
    }
    assert marks == {
        ("GET", "/"): PUBLIC,
        ("GET", "/login"): PUBLIC,
        ("GET", "/work"): Permission.WORK,
        ("GET", "/static/{name}"): PUBLIC,
        ("POST", "/settings/language"): PUBLIC,
    }
