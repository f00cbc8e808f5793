"""The simulated carrier against Twilio's whole OpenAPI description, and a plain client that is not our adapter."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from interaction_hub.demo.carrier import Carrier

ACCOUNT_SID = "AC" + "0a" * 16
TOKEN = "carrier-test-token"
OURS = "+14155550100"
CUSTOMER = "+14155550111"
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages"


@pytest.fixture(scope="session")
def whole_spec() -> Path:
    """`HUB_SPECS`, or ../shared/specs beside the repository."""
    beside = Path(__file__).parents[4] / "shared" / "specs"
    path = Path(os.environ.get("HUB_SPECS", beside)) / "twilio_api_v2010.json"
    if not path.exists():
        missing = f"Twilio's OpenAPI description is not there: {path}"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return path


@dataclass
class Hook:
    """Takes webhooks and answers as told."""

    base_url: str = ""
    answers: list[int | str] = field(default_factory=list)
    received: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)

    async def serve(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.received.append((request.raw_path, form, dict(request.headers)))
        answer = self.answers.pop(0) if self.answers else 200
        if answer == "cut":
            assert request.transport is not None
            request.transport.abort()
        return web.Response(status=answer if isinstance(answer, int) else 500, text="<Response/>")


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    made = Hook()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@pytest.fixture
async def carrier(whole_spec: Path, hook: Hook) -> AsyncIterator[Carrier]:
    made = Carrier(whole_spec, ACCOUNT_SID, TOKEN, hook.base_url, numbers=[OURS])
    await made.start()
    yield made
    await made.close()


@dataclass
class Client:
    """Plain HTTP with the account's password."""

    session: aiohttp.ClientSession
    base: str
    headers: dict[str, str]

    async def call(self, method: str, path: str, form: object = None, **options: Any) -> tuple[int, Any]:
        """Status and JSON, or None if there is none."""
        headers = options.pop("headers", self.headers)
        async with self.session.request(
            method, self.base + path, data=form, headers=headers, allow_redirects=False, **options
        ) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text.startswith("{") else None

    async def create(self, **form: str) -> tuple[int, Any]:
        return await self.call("POST", f"{MESSAGES}.json", form)


@pytest.fixture
async def client(carrier: Carrier) -> AsyncIterator[Client]:
    limit = aiohttp.ClientTimeout(total=10)
    headers = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT_SID, TOKEN)}
    async with aiohttp.ClientSession(timeout=limit) as session:
        yield Client(session, carrier.base_url, headers)
