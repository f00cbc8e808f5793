"""The policy of every page in the route table (A2): scripts and styles are files of ours, nothing is inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

import hatch_build
from interaction_hub.storage import tables
from tests.fakes.house import Answer, House, documents, open_house
from tests.fakes.people import make_admin

NEEDED = {"default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "base-uri": "'none'"}
PARTS = {"{site}": "shop", "{section}": "queues", "{key}": "deliveries", "{queue}": "deliveries"}
LOGINS = ("boss", "rk", "amara", "")


@pytest.fixture(scope="module", autouse=True)
def assets() -> None:
    hatch_build.build()


def pages(house: House, contact: str, customer: str) -> list[str]:
    """Addresses of every GET route that is no API, socket, file or webhook."""
    given = PARTS | {"{agent}": house.users["amara"], "{contact}": contact, "{customer}": customer}
    found = []
    for route in house.runner.app.router.routes():  # type: ignore[union-attr]
        path = route.resource.canonical if route.resource else ""
        if route.method != "GET" or path.startswith(("/api/", "/ws/", "/static/", "/webhooks/", "/metrics")):
            continue
        for name, value in given.items():
            path = path.replace(name, value)
        found.append(re.sub(r"\{.*?\}", "x", path))
    return found


def is_strict(path: str, answer: Answer) -> None:
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert NEEDED.items() <= policy.items(), path
    assert not [value for value in policy.values() if re.search(r"unsafe|\*|https?:(?!//)|strict-dynamic", value)], path
    assert "frame-ancestors" in policy, path
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    text = answer.body.decode()
    assert not re.search(r"<script(?![^>]*(\ssrc=|type=\"application/json\"))", text), path
    assert not re.search(r"<[^>]+\s(on\w+|style)=", re.sub(r"<script.*?</script>", "", text, flags=re.S)), path
    assert "<style" not in text
    assert "javascript:" not in text


async def test_every_page_has_the_strict_policy(tmp_path: Path, sqlite_url: str) -> None:
    async with open_house(sqlite_url, tmp_path, rules=documents(chat={})) as house:
        await make_admin(house)
        await house.text("+447700900456")
        customer = (await house.get("/api/v1/customers", "amara"))["items"][0]["id"]
        ((contact,),) = await house.rows(sa.select(tables.contact.c.id))
        seen = set()
        for path in pages(house, contact, customer):
            for login in LOGINS:
                answer = await house.call("GET", path, login, headers={"Accept": "text/html"})
                assert answer.status < 500, path
                if answer.headers.get("Content-Type", "").startswith("text/html"):
                    is_strict(path, answer)
                    seen.add(path)
        assert {"/login", "/work", "/board", "/chat/shop", "/chat/frame/shop", "/admin/queues", "/tv/x"} <= seen
        assert len(seen) >= 18
