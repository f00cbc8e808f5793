"""`interaction-hub doctor` beside a real hub, the simulated carrier and a proxy that may be set up wrongly."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from interaction_hub.services.diagnosis import Finding, Verdict
from interaction_hub.settings import Database, Redis, Security, Server, Settings
from tests.fakes.house import OUR_NUMBER, TOKEN
from tests.fakes.premises import PEOPLE, ask_doctor, of, open_premises, with_option, with_server
from tests.fakes.proxy import open_proxy
from tests.fakes.servers import free_port


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_line_says_what_to_do() -> None:
    found = Finding(Verdict.FAIL, "disk", "is full\nand slow", "make room")
    assert str(found) == "fail  disk: is full and slow → make room"


async def test_well_hub_has_no_fault(database_url: str, tmp_path: Path) -> None:
    async with open_premises(database_url, tmp_path) as place:
        before = place.hub.feed.position
        findings = await place.doctor()
        (doubt,) = [finding for finding in findings if finding.verdict is not Verdict.OK]
        assert doubt.words.startswith(f"{place.proxy.url} is plain http")
        subjects = {finding.subject for finding in findings}
        assert subjects >= {"secret key", "database", "clock", "disk", "admin", "queue deliveries", "queue chat"}
        assert subjects >= {f"address {OUR_NUMBER}", "address shop", "hub", "web sockets", "account main"}
        assert (
            f"a signed test came through {place.proxy.url}/webhooks/sms/main"
            in of(findings, "webhook main", Verdict.OK).words
        )
        assert place.hub.feed.position == before, "looking leaves no trace"
        assert TOKEN not in "\n".join(map(str, findings))


async def test_wrong_token_names_the_account(sqlite_url: str, tmp_path: Path) -> None:
    async with open_premises(sqlite_url, tmp_path) as place:
        findings = await place.doctor(with_option(place.settings, auth_token="mistyped"))
        refused = of(findings, "account main")
        assert "refuses account_sid and auth_token" in refused.words
        assert "20003" in refused.words
        assert "restart" in of(findings, "webhook main").advice
        assert "other secrets" in of(findings, "webhook main").words
        assert "mistyped" not in "\n".join(map(str, findings))


async def test_public_address_on_another_port_fails(sqlite_url: str, tmp_path: Path) -> None:
    async with open_premises(sqlite_url, tmp_path) as place:
        nobody = f"http://127.0.0.1:{free_port()}"
        findings = await place.doctor(with_server(place.settings, public_url=nobody))
        assert "nobody listens" in of(findings, "public address").words
        assert "no test was posted" in of(findings, "webhook main", Verdict.WARN).words


async def test_unknown_host_does_not_resolve(sqlite_url: str, tmp_path: Path) -> None:
    async with open_premises(sqlite_url, tmp_path) as place:
        findings = await place.doctor(with_server(place.settings, public_url="https://hub.invalid"))
        assert "does not resolve" in of(findings, "public address").words


async def test_hub_with_another_idea_of_its_address(sqlite_url: str, tmp_path: Path) -> None:
    """The address has moved, and neither the hub nor the provider's console was told."""
    async with open_premises(sqlite_url, tmp_path) as place, open_proxy() as other:
        other.target = place.proxy.target
        findings = await place.doctor(with_server(place.settings, public_url=other.url))
        assert "signature refused" in of(findings, "webhook main").words
        assert f"Twilio posts messages to {place.proxy.url}" in of(findings, "account main").words
        assert f"{other.url}/webhooks/sms/main" in of(findings, "account main").advice


async def test_hub_that_believes_in_its_port(sqlite_url: str, tmp_path: Path) -> None:
    """Started before public_url was put into hub.toml: what the provider signs is refused, and why is said."""
    async with open_premises(sqlite_url, tmp_path, knows_its_address=False) as place:
        told = with_server(place.settings, public_url=place.proxy.url)
        found = of(await place.doctor(told), "webhook main")
        assert f"takes {place.proxy.target} for its address, not {place.proxy.url}" in found.words
        assert "restart it" in found.advice
        silent = await place.doctor()
        assert "no public address" in of(silent, "webhook main").words


@pytest.mark.parametrize(
    ("fault", "subject", "words"),
    [
        ({"path": lambda path: path.replace("/webhooks/sms", "/webhooks/SMS")}, "webhook main", "no account"),
        ({"path": lambda path: path + ("?x=1" if "webhooks" in path else "")}, "webhook main", "changes path or body"),
        ({"passes_upgrade": False}, "web sockets", "takes the upgrade out"),
        (
            {
                "answer": lambda path: web.Response(
                    status=308, headers={"Location": "https://www.example.com/?a=secret"}
                )
            },
            "public address",
            "redirects to https://www.example.com/; a redirected webhook loses its message",
        ),
        ({"answer": lambda path: web.Response(text="Welcome!")}, "public address", "something else than a hub"),
        ({"target": "http://127.0.0.1:9"}, "public address", "does not reach the hub"),
        (
            {"answer": lambda path: web.Response(status=401) if "webhooks" in path else None},
            "webhook main",
            "does not pass",
        ),
        (
            {"answer": lambda path: web.Response(text="ok\n") if "webhooks" in path else None},
            "webhook main",
            "another hub or another page",
        ),
    ],
)
async def test_fault_of_the_proxy_is_named(
    fault: dict[str, Any], subject: str, words: str, sqlite_url: str, tmp_path: Path
) -> None:
    async with open_premises(sqlite_url, tmp_path) as place:
        for name, value in fault.items():
            setattr(place.proxy, name, value)
        found = of(await place.doctor(), subject)
        assert words in found.words
        assert found.advice
        assert "secret" not in str(found)


async def test_another_hub_behind_the_address(sqlite_url: str, tmp_path: Path) -> None:
    """The same account and token, another secret key: a copy of the company on another machine."""
    (tmp_path / "other").mkdir()
    other_url = f"sqlite:///{tmp_path / 'other' / 'hub.db'}"
    async with open_premises(sqlite_url, tmp_path) as place, open_premises(other_url, tmp_path / "other") as copy:
        at_the_copy = with_server(place.settings, public_url=copy.proxy.url)
        assert "another hub" in of(await place.doctor(at_the_copy), "webhook main").words


async def test_missing_admin_comes_with_the_command(database_url: str, tmp_path: Path) -> None:
    async with open_premises(database_url, tmp_path, people=PEOPLE[:2]) as place:
        assert "interaction-hub user setup-link" in of(await place.doctor(), "admin").advice


async def test_queue_without_people_is_named(sqlite_url: str, tmp_path: Path) -> None:
    async with open_premises(sqlite_url, tmp_path, people=PEOPLE[2:]) as place:
        found = of(await place.doctor(), "queue deliveries")
        assert found.words == "amara could serve it, and cannot sign in"
        assert "interaction-hub user add amara --role agent" in found.advice


async def test_numbers_at_the_provider_are_compared(sqlite_url: str, tmp_path: Path) -> None:
    async with open_premises(sqlite_url, tmp_path) as place:
        place.carrier.posts_to[OUR_NUMBER] = "https://user:hush@old.example.com/webhooks/sms/main?key=hush"
        found = of(await place.doctor(), "account main")
        assert "posts messages to https://old.example.com/webhooks/sms/main" in found.words
        assert "hush" not in str(found)
        assert f"{place.proxy.url}/webhooks/sms/main, HTTP POST" in found.advice
        place.carrier.numbers = ("+447700900999",)
        assert f"{OUR_NUMBER} is no number of this account" in of(await place.doctor(), "account main").words
        place.carrier.numbers, place.carrier.status = (), "suspended"
        assert "suspended" in of(await place.doctor(), "account main").words


async def test_provider_that_is_away_is_no_riddle(sqlite_url: str, tmp_path: Path) -> None:
    async with open_premises(sqlite_url, tmp_path) as place:
        await place.carrier.close()
        assert "could not be asked" in of(await place.doctor(), "account main").words


async def test_wrong_option_is_a_finding(sqlite_url: str, tmp_path: Path) -> None:
    async with open_premises(sqlite_url, tmp_path) as place:
        findings = await place.doctor(with_option(place.settings, account_sid="XX"))
        assert "account_sid" in of(findings, "account main").words
        assert of(findings, "queue deliveries", Verdict.WARN).words == "no account brings sms contacts"


async def test_stopped_hub_is_looked_at_from_outside(database_url: str, tmp_path: Path) -> None:
    async with open_premises(database_url, tmp_path) as place:
        told = place.settings
    before = files_in(tmp_path)
    findings = await place.doctor(told)
    assert "was not looked at" in of(findings, "hub", Verdict.WARN).words
    assert of(findings, "database", Verdict.OK)
    assert of(findings, "admin", Verdict.OK)
    assert f"{told.server.public_url} was not called" in "\n".join(map(str, findings))
    assert files_in(tmp_path) == before


async def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    settings = Settings(
        server=Server(port=free_port()),
        database=Database(url=f"sqlite:///{tmp_path / 'hub.db'}"),  # type: ignore[arg-type]
        security=Security(secret_key_file=tmp_path / "secret.key"),
    )
    findings = await ask_doctor(settings)
    assert "interaction-hub init" in of(findings, "database").advice
    assert "is not there" in of(findings, "secret key").words
    assert files_in(tmp_path) == []


async def test_open_secret_and_lost_database(postgres_url: str, tmp_path: Path) -> None:
    async with open_premises(postgres_url, tmp_path) as place:
        told = place.settings
    key = told.security.secret_key_file
    key.chmod(0o644)
    gone = Database(url="postgresql://hub:hush@127.0.0.1:9/hub")  # type: ignore[arg-type]
    findings = await place.doctor(told.model_copy(update={"database": gone}))
    assert f"chmod 600 {key}" in of(findings, "secret key").advice
    assert "PostgreSQL hub at 127.0.0.1" in of(findings, "database").words
    assert "hush" not in "\n".join(map(str, findings))
    assert stat.S_IMODE(key.stat().st_mode) == 0o644, "nothing is mended behind anybody's back"


async def test_redis_is_asked(postgres_url: str, redis_url: str, tmp_path: Path) -> None:
    async with open_premises(postgres_url, tmp_path) as place:
        asked = Redis(url=redis_url)  # type: ignore[arg-type]
        gone = Redis(url="redis://:hush@127.0.0.1:9/0")  # type: ignore[arg-type]
        assert of(await place.doctor(place.settings.model_copy(update={"redis": asked})), "redis", Verdict.OK)
        lost = of(await place.doctor(place.settings.model_copy(update={"redis": gone})), "redis", Verdict.WARN)
        assert "hush" not in str(lost)
