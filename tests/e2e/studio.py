"""Where the pictures of the guides are taken: the running demo, its staff over the API, and pages of a browser.

It draws nothing and invents nothing: what a picture shows has happened in the demo.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

from tests.e2e.demo import Demo
from tests.e2e.pictures import write_png
from tests.e2e.visit import SMALL, give_session

FOLDER = Path(__file__).parents[2] / "docs" / "images"
WAIT_MS = 30_000


@dataclass
class Studio:
    """One demo and one browser; `taken` is what lies in docs/images now, with its size in bytes."""

    demo: Demo
    browser: Browser
    taken: dict[Path, int] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)

    # ---- pages -------------------------------------------------------------------------------------------------------
    async def page(self, *, login: str = "", size: tuple[int, int] = SMALL) -> Page:
        """An empty page of a fresh context, signed in if a log-in is given."""
        width, height = size
        context = await self.browser.new_context(
            viewport={"width": width, "height": height},
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
            color_scheme="light",
        )
        context.set_default_timeout(WAIT_MS)
        if login:
            await give_session(context, self.demo.url, await self.token(login))
        return await context.new_page()

    async def take(self, page: Page, name: str) -> None:
        """Once fonts are there and nothing moves."""
        await page.evaluate("document.fonts.ready.then(() => true)")
        path = FOLDER / f"{name}.png"
        picture = await page.screenshot(animations="disabled", caret="initial")
        self.taken[path] = write_png(path, picture)

    # ---- staff -------------------------------------------------------------------------------------------------------
    async def token(self, login: str) -> str:
        """A session of somebody of the demo."""
        if login not in self._tokens:
            given = {"login": login, "password": self.demo.password}
            async with self.demo.http.post(f"{self.demo.url}/api/v1/sessions", json=given) as answer:
                answer.raise_for_status()
                self._tokens[login] = (await answer.json())["token"]
        return self._tokens[login]

    async def ask(self, login: str, method: str, path: str, body: object = None, **headers: str) -> Any:
        """A request over the API as somebody; gives what came, with the ETag beside it if there is one."""
        given = {"Authorization": f"Bearer {await self.token(login)}", **headers}
        url = f"{self.demo.url}/api/v1/{path}"
        async with self.demo.http.request(method, url, json=body, headers=given) as answer:
            found = await answer.json()
            assert answer.status < 300, (path, answer.status, found)
            return found

    async def change(self, kind: str, key: str, **values: Any) -> None:
        """Put a document in use that differs in these values, as the admin's page does."""
        seen = await self.ask("admin", "GET", f"admin/{kind}/{key}")
        body = {**seen["document"], **values}
        await self.ask("admin", "PUT", f"admin/{kind}/{key}", body, **{"If-Match": f'"{seen["version"]}"'})

    async def send_away(self) -> None:
        """The supervisor sends everybody who is available into a meeting; simulated agents come back by themselves."""
        for agent in (await self.ask("rk", "GET", "board"))["state"]["agents"]:
            if agent["presence"] == "available":
                away = {"presence": "away", "reason": "meeting"}
                await self.ask("rk", "PUT", f"agents/{agent['id']}/presence", away)

    async def signed(self, **claims: Any) -> str:
        """What the shop's own server signs for a visitor who has logged in there (docs/guides/widget.md)."""
        secret = (await self.ask("admin", "GET", "admin/sites/shop/secret"))["secret"]
        parts = ({"alg": "HS256", "typ": "JWT"}, {"exp": int(time.time()) + 3600, **claims})
        text = ".".join(_base64(json.dumps(part).encode()) for part in parts)
        return f"{text}.{_base64(hmac.digest(secret.encode(), text.encode(), hashlib.sha256))}"

    def too_large(self, most: int) -> Iterable[Path]:
        return (path for path, size in self.taken.items() if size >= most)


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
