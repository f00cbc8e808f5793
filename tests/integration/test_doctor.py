"""`interaction-hub doctor` beside a real hub, the simulated carrier and a proxy that may be set up wrongly."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from interaction_hub.app import HUB, build, data_directory, derived, public_url
from interaction_hub.demo.carrier import DEMO_SPEC, Carrier
from interaction_hub.domain.permissions import Role
from interaction_hub.services.access import UserChange
from interaction_hub.services.diagnosis import Case, Finding, Verdict, examine
from interaction_hub.services.rulebook import Publish
from interaction_hub.settings import ChannelAccount, Settings
from tests.fakes.house import OUR_NUMBER, PASSWORD, SID, TOKEN, documents, settings_for
from tests.fakes.proxy import Proxy, open_proxy
from tests.fakes.servers import free_port

PEOPLE = (("amara", Role.AGENT), ("daniel", Role.AGENT), ("boss", Role.ADMIN))


@dataclass
class Premises:
    """A hub behind a proxy, and what its doctor is told. `settings` are the hub's."""

    settings: Settings
    carrier: Carrier
    proxy: Proxy
    hub: Any
    seen: list[str] = field(default_factory=list)

    async def doctor(self, settings: Settings | None = None) -> list[Finding]:
        """Everything that he finds, with other settings than the hub's if some are given."""
        told = settings or self.settings
        case = Case(told, "hub.toml", public_url(told), data_directory(told), derived)
        return [finding async for finding in examine(case, self.seen.append)]


@asynccontextmanager
async def open_premises(
    database_url: str, folder: Path, *, people: tuple[tuple[str, Role], ...] = PEOPLE
) -> AsyncIterator[Premises]:
    async with AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(open_proxy())
        carrier = Carrier(DEMO_SPEC, SID, TOKEN, proxy.url)
        await carrier.start()
        stack.push_async_callback(carrier.close)
        port = free_port()
        proxy.target = f"http://127.0.0.1:{port}"
        settings = with_server(
            settings_for(database_url, folder, carrier, port), public_url=proxy.url, trusted_proxies=("127.0.0.1/32",)
        )
        app = build(settings)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        stack.push_async_callback(runner.cleanup)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await app[HUB].rules.publish(Publish(documents(chat={}), frozenset(), "system:test"))
        for login, role in people:
            await app[HUB].ledger.submit("change_user", UserChange(login, login.title(), role, "x", "system:test"))
        yield Premises(settings, carrier, proxy, app[HUB])


def with_server(settings: Settings, **changes: object) -> Settings:
    return settings.model_copy(update={"server": settings.server.model_copy(update=changes)})


def with_option(settings: Settings, **options: object) -> Settings:
    """The Twilio account with other options."""
    twilio, *rest = settings.channel
    changed = ChannelAccount(kind=twilio.kind, account=twilio.account, options={**twilio.options, **options})
    return settings.model_copy(update={"channel": (changed, *rest)})


def of(findings: list[Finding], subject: str, verdict: Verdict = Verdict.FAIL) -> Finding:
    found = [finding for finding in findings if finding.subject == subject and finding.verdict is verdict]
    assert found, "\n".join(map(str, findings))
    return found[0]


def test_line_says_what_to_do() -> None:
    found = Finding(Verdict.FAIL, "disk", "is full\nand slow", "make room")
    assert str(found) == "fail  disk: is full and slow → make room"


async def test_well_hub_has_no_fault(database_url: str, tmp_path: Path) -> None:
    async with open_premises(database_url, tmp_path) as place:
        before = place.hub.feed.position
        findings = await place.doctor()
        assert [str(f) for f in findings if f.verdict is not Verdict.OK] == [
            f"warn  public address: {place.proxy.url} is plain http: passwords and messages travel in the open"
            " → put a proxy with https in front, and name https://… as server.public_url"
        ]
        subjects = {finding.subject for finding in findings}
        assert subjects >= {"secret key", "database", "clock", "disk", "admin", "queue deliveries", "queue chat"}
        assert subjects >= {f"address {OUR_NUMBER}", "address shop", "hub", "web sockets", "account main"}
        assert f"a signed test came through {place.proxy.url}/webhooks/sms/main" in of(
            findings, "webhook main", Verdict.OK
        ).words
        assert place.hub.feed.position == before, "looking leaves no trace"
        assert TOKEN not in "\n".join(map(str, findings)) and PASSWORD not in "\n".join(map(str, findings))


async def test_wrong_token_names_the_account(sqlite_url: str, tmp_path: Path) -> None:
    async with open_premises(sqlite_url, tmp_path) as place:
        findings = await place.doctor(with_option(place.settings, auth_token="mistyped"))
        refused = of(findings, "account main")
        assert "refuses account_sid and auth_token" in refused.words and "20003" in refused.words
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
    """Started before public_url was put into hub.toml: what the provider signs is refused."""
    async with open_premises(sqlite_url, tmp_path) as place, open_proxy() as other:
        other.target = place.proxy.target
        findings = await place.doctor(with_server(place.settings, public_url=other.url))
        # The hub believes in the first proxy's address, which the doctor cannot guess; the way here is refused, too.
        assert "signature refused" in of(findings, "webhook main").words
        assert f"Twilio posts messages to {place.proxy.url}" in of(findings, "account main").words
        assert f"{other.url}/webhooks/sms/main" in of(findings, "account main").advice


async def test_hub_that_believes_in_its_port(sqlite_url: str, tmp_path: Path) -> None:
    async with open_premises(sqlite_url, tmp_path) as place:
        local = place.proxy.target
        place.hub  # noqa: B018 - the hub's own settings stay; the doctor's differ
        told = with_server(place.settings, public_url=local)
        place.proxy.target = local
        findings = await place.doctor(told)
        assert "signature refused" in of(findings, "webhook main").words


@pytest.mark.parametrize(
    ("fault", "subject", "words"),
    [
        ({"path": lambda path: path.replace("/webhooks/sms", "/webhooks/SMS")}, "webhook main", "no account"),
        ({"path": lambda path: path + ("?x=1" if "webhooks" in path else "")}, "webhook main", "changes path or body"),
        ({"passes_upgrade": False}, "web sockets", "takes the upgrade out"),
        (
            {"answer": lambda path: web.Response(status=308, headers={"Location": "https://www.example.com/?a=secret"})},
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
        assert found.advice and "secret" not in str(found)


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
        assert "hush" not in str(found) and f"{place.proxy.url}/webhooks/sms/main, HTTP POST" in found.advice
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
        told, carrier = place.settings, place.carrier
    carrier_is_gone = replace(place)
    before = sorted(path.name for path in tmp_path.iterdir())
    findings = await carrier_is_gone.doctor(told)
    assert "was not looked at" in of(findings, "hub", Verdict.WARN).words
    assert of(findings, "database", Verdict.OK) and of(findings, "admin", Verdict.OK)
    assert "was not called" in of(findings, "public address", Verdict.WARN).words
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert carrier.base_url


async def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    settings = Settings.model_validate_json(
        '{"database": {"url": "sqlite:///%s/hub.db"}, "security": {"secret_key_file": "%s/secret.key"},'
        ' "server": {"port": %d}}' % (tmp_path, tmp_path, free_port())
    )
    case = Case(settings, "hub.toml", public_url(settings), data_directory(settings), derived)
    findings = [finding async for finding in examine(case, lambda what: None)]
    assert "interaction-hub init" in of(findings, "database").advice
    assert "is not there" in of(findings, "secret key").words
    assert list(tmp_path.iterdir()) == []


async def test_open_secret_and_lost_database(postgres_url: str, tmp_path: Path) -> None:
    async with open_premises(postgres_url, tmp_path) as place:
        told = place.settings
    key = told.security.secret_key_file
    key.chmod(0o644)
    gone = Settings.model_validate_json('{"database": {"url": "postgresql://hub:hush@127.0.0.1:9/hub"}}').database
    findings = await replace(place).doctor(told.model_copy(update={"database": gone}))
    assert f"chmod 600 {key}" in of(findings, "secret key").advice
    assert "PostgreSQL hub at 127.0.0.1" in of(findings, "database").words
    assert "hush" not in "\n".join(map(str, findings))
    assert stat.S_IMODE(key.stat().st_mode) == 0o644, "nothing is mended behind anybody's back"


async def test_redis_is_asked(postgres_url: str, redis_url: str, tmp_path: Path) -> None:
    async with open_premises(postgres_url, tmp_path) as place:
        asked = Settings.model_validate_json(f'{{"redis": {{"url": "{redis_url}"}}}}').redis
        gone = Settings.model_validate_json('{"redis": {"url": "redis://:hush@127.0.0.1:9/0"}}').redis
        assert of(await place.doctor(place.settings.model_copy(update={"redis": asked})), "redis", Verdict.OK)
        lost = of(await place.doctor(place.settings.model_copy(update={"redis": gone})), "redis", Verdict.WARN)
        assert "hush" not in str(lost)


# ---- the command itself, with https ------------------------------------------------------------------------------
def make_certificate(folder: Path, *, days: int) -> tuple[Path, Path]:
    """A self-signed certificate for localhost that ends in so many days (below 0: it has ended)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=100))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, secret = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return cert, secret


def write_config(folder: Path, settings: Settings, port: int, cert: Path, key: Path) -> Path:
    twilio = settings.channel[0].options
    path = folder / "hub.toml"
    path.write_text(
        f"""
[server]
port = {port}
public_url = "https://localhost:{port}"
tls_cert = "{cert}"
tls_key = "{key}"
[database]
url = "{settings.database_url}"
[security]
secret_key_file = "{settings.security.secret_key_file}"
[[channel]]
kind = "twilio_sms"
account = "main"
account_sid = "{twilio["account_sid"]}"
auth_token = "{twilio["auth_token"]}"
numbers = ["{OUR_NUMBER}"]
api_base = "{twilio["api_base"]}"
[[channel]]
kind = "webchat"
account = "web"
""",
        encoding="utf-8",
    )
    return path


async def run(config: Path, *words: str, **env: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "interaction_hub",
        *words,
        "--config",
        str(config),
        env={**os.environ, **env},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, out.decode()


async def test_command_beside_a_hub_with_https(sqlite_url: str, tmp_path: Path) -> None:
    async with open_premises(sqlite_url, tmp_path) as place:
        told = place.settings
    carrier = Carrier(DEMO_SPEC, SID, TOKEN)
    await carrier.start()
    port = free_port()
    carrier.webhook_base = f"https://localhost:{port}"
    cert, key = make_certificate(tmp_path, days=90)
    config = write_config(tmp_path, with_option(told, api_base=carrier.base_url), port, cert, key)
    trusted = {"SSL_CERT_FILE": str(cert), "HUB_CONFIG": str(config)}
    hub = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.fakes.hub_process",
        env={**os.environ, **trusted},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert hub.stderr is not None
        async with asyncio.timeout(60):
            while b"ready" not in await hub.stderr.readline():
                assert hub.returncode is None
        code, out = await run(config, "doctor", **trusted)
        lines = out.splitlines()
        assert code == 0, out
        assert [line for line in lines[:-1] if not line.startswith("ok ")] == [
            line for line in lines if "no address of the internet" in line
        ], out
        assert lines[-1].endswith("1 warn, 0 fail")
        assert any("public certificate: it holds for 90 more days" in line for line in lines)
        code, out = await run(config, "doctor", HUB_CONFIG=str(config))
        assert code == 1 and "the certificate does not hold" in out
    finally:
        hub.terminate()
        await hub.communicate()
        await carrier.close()


async def test_certificate_that_is_over(tmp_path: Path) -> None:
    from interaction_hub.services.diagnosis.machine import look_at_certificate

    cert, key = make_certificate(tmp_path, days=-1)
    assert look_at_certificate(cert, key).words == f"{cert} is over"
    shutil.copy(key, tmp_path / "other.pem")
    make_certificate(tmp_path, days=5)
    assert look_at_certificate(cert, key).words == f"{cert} ends in 5 days"
    assert "cannot be used together" in look_at_certificate(cert, tmp_path / "other.pem").words


async def test_settings_that_cannot_be_read(tmp_path: Path) -> None:
    config = tmp_path / "hub.toml"
    config.write_text("[server]\nprot = 80\n", encoding="utf-8")
    code, out = await run(config, "doctor")
    assert code == 1 and out.startswith("fail  settings: ") and "did you mean port?" in out
