"""Secrets (A19): what is configured never reaches the database, what the hub makes is kept as a digest alone."""

from __future__ import annotations

import base64
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from channels.webchat.adapter import WebchatAdapter
from interaction_hub.domain.documents import parse
from interaction_hub.storage.backup import backup
from tests.fakes.house import PASSWORD, TOKEN, House, documents, open_house
from tests.fakes.people import make_admin
from tests.fakes.visitor import Visitor, come
from tests.integration.content.stored import cells, files, found_in

OPTIONS = {"previous_auth_token": "canary-previous-auth-token-0123", "webhook_shared_key": "canary-shared-key-0123456"}
NEW_PASSWORD = "a canary of a password 5719"
KEY = "secret.key"
TOLD_BY_DESIGN = {
    "/api/v1/admin/sites/shop/secret": "the site's secret, to an admin, who has to give it to the site's server",
    "/api/v1/admin/screens/floor/link": "the link of a wall screen, to an admin",
    "/api/v1/screens": "the links of wall screens, to those who may watch",
}


async def planted(house: House, folder: Path) -> dict[str, str]:
    """Everything that is secret, by name, after it has been used once."""
    await make_admin(house)
    session = await house.log_in("amara")
    made = await house.call(
        "POST", "/api/v1/admin/people", "boss", json={"login": "new", "name": "New", "role": "agent"}
    )
    link = str(made.data["link"]).rpartition("/")[2]
    person = made.data["person"]["id"]
    used = await house.call("POST", f"/api/v1/admin/people/{person}/reset-link", "boss")
    spent = str(used.data["link"]).rpartition("/")[2]
    assert (await house.call("POST", f"/api/v1/password/{spent}", json={"password": NEW_PASSWORD})).status < 300
    visitor = await come(house)
    await written(visitor)
    webchat = house.hub.adapters["web"]
    assert isinstance(webchat, WebchatAdapter)
    key = (folder / KEY).read_bytes()
    return {
        "auth token": TOKEN,
        **OPTIONS,
        "password": PASSWORD,
        "new password": NEW_PASSWORD,
        "session": session.data["token"],
        "unused link": link,
        "used link": spent,
        "visitor's token": visitor.session["token"],
        "visitor's credential": visitor.session["credential"],
        "site's secret": webchat.secret("shop", 1),
        "screen's link": house.hub.screens.link(house.hub.rules.current.screens["floor"]).rpartition(".")[2],
        "key in hex": key.hex(),
        "key in base64": base64.b64encode(key).decode(),
        "key in base64url": base64.urlsafe_b64encode(key).decode().rstrip("="),
    }


async def written(visitor: Visitor) -> None:
    async with visitor.page():
        assert (await visitor.write("Hello"))["ok"]


async def answers(house: House) -> Mapping[str, bytes]:
    """Every address that can be read without a parameter, as the admin, the supervisor, the agent and nobody."""
    found: dict[str, bytes] = {}
    paths = {resource.canonical for resource in house.runner.app.router.resources()}  # type: ignore[union-attr]
    given = {"{kind}": "sites", "{key}": "shop", "{site}": "shop", "{section}": "sites", "{queue}": "deliveries"}
    for canonical in sorted(paths):
        path = canonical
        for name, value in given.items():
            path = path.replace(name, value)
        if "{" in path or path.startswith(("/ws/", "/static")):
            continue
        for login in ("boss", "rk", "amara", ""):
            answer = await house.call("GET", path, login)
            assert answer.status < 500, path
            found[f"{path} as {login or 'nobody'}"] = answer.body + repr(answer.headers).encode()
    extra = ("/api/v1/admin/screens/floor/link", "/api/v1/admin/screens", "/api/v1/admin/roles", "/api/v1/admin/people")
    for path in extra:
        found[f"{path} as boss"] = (await house.call("GET", path, "boss")).body
    return found


async def test_secrets_stand_nowhere(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rules = documents(chat={})
    rules["screen", "floor"] = parse("screen", {"key": "floor", "name": "Floor"}, "test")
    url = f"sqlite:///{tmp_path / 'hub.db'}"
    async with open_house(url, tmp_path, rules=rules, options=OPTIONS) as house:
        secrets = await planted(house, tmp_path)
        told = await answers(house)
        for path in ("/healthz", "/readyz", "/metrics", "/api/openapi.json"):
            assert f"{path} as nobody" in told
        leaks = [
            (name, where) for name, value in secrets.items() for where, body in told.items() if value.encode() in body
        ]
        assert {where.partition(" as ")[0] for _, where in leaks} <= set(TOLD_BY_DESIGN)
        assert not [where for _, where in leaks if where.endswith(("as nobody", "as amara"))]
        assert all(len(value) >= 16 for value in secrets.values())
        assert not [where for where, body in told.items() if b"$argon2" in body]
        saved = tmp_path / "saved"
        await backup(url, saved, secret_key_file=tmp_path / KEY)
        on_disk = {name: found_in(tmp_path, value.encode(), KEY) for name, value in secrets.items()}
        assert {name: where for name, where in on_disk.items() if where} == {}
        key = (tmp_path / KEY).read_bytes()
        # A backup without the key could not be brought back: it holds it, in the one file that is named so.
        assert [name for name, content in files(saved).items() if key in content] == [KEY]
        assert not [
            path for path in saved.rglob("*") if path.is_file() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        ]
        hashes = [text for where, text in cells(tmp_path / "hub.db") if where == "user_account.password_hash" and text]
        assert hashes
        assert all(one.startswith("$argon2id$") for one in hashes)
    said = "".join(capfd.readouterr())
    assert not [name for name, value in secrets.items() if value in said]


async def test_settings_never_print_their_secrets(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path / 'hub.db'}", tmp_path, options=OPTIONS, people=False) as house:
        shown: list[Any] = [*house.hub.adapters.values(), house.hub, house.hub.access, house.hub.screens]
        for secret in (TOKEN, *OPTIONS.values()):
            assert not [one for one in shown if secret in repr(one)]
