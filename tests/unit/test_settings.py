"""Settings: where values come from, and the one line that a wrong one gets."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from interaction_hub.errors import StartRefused
from interaction_hub.settings import Settings, check_listening, load, load_or_create_secret

CONFIG = Path(__file__).parents[2] / "config"
ACCOUNT = """
[[channel]]
kind = "twilio_sms"
account = "support-uk"
account_sid = "AC00000000000000000000000000000000"
numbers = ["+447700900101"]
"""


def refusal(tmp_path: Path, text: str, env: dict[str, str] | None = None) -> str:
    file = tmp_path / "hub.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(StartRefused) as caught:
        load(file, env or {})
    line = str(caught.value)
    assert "\n" not in line
    return line.replace(str(file), "hub.toml")


def loaded(tmp_path: Path, text: str, env: dict[str, str] | None = None) -> Settings:
    file = tmp_path / "hub.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, env or {})


def test_defaults_need_no_file() -> None:
    settings = load(None, {})
    assert (settings.server.host, settings.server.port) == ("127.0.0.1", 8080)
    assert settings.database_url == "sqlite:///var/hub.db"
    assert settings.redis_url is None


def test_example_file_holds_the_defaults(tmp_path: Path) -> None:
    text = (CONFIG / "hub.example.toml").read_text(encoding="utf-8")
    found = loaded(tmp_path, text)
    assert found.model_copy(update={"channel": ()}) == load(None, {})
    assert [(channel.kind, channel.account) for channel in found.channel] == [("webchat", "web")]


def test_commented_examples_are_accepted_too(tmp_path: Path) -> None:
    seen: set[str] = set()
    lines = []
    for line in (CONFIG / "hub.example.toml").read_text(encoding="utf-8").splitlines():
        key = line.removeprefix("# ").split(" = ")[0]
        if line.startswith("["):
            seen.clear()
        if line.startswith("# ") and " = " in line and key.replace("_", "").isalpha() and key not in seen:
            seen.add(key)
            lines.append(line.removeprefix("# "))
        else:
            lines.append(line)
    settings = loaded(tmp_path, "\n".join(lines))
    assert settings.server.public_url == "https://hub.example.com"
    assert settings.redis_url == "redis://127.0.0.1:6379/0"


def test_environment_wins_over_the_file(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "[server]\nport = 9000\n", {"HUB_SERVER__PORT": "9001", "PATH": "/bin"})
    assert settings.server.port == 9001


def test_command_line_wins_over_both(tmp_path: Path) -> None:
    file = tmp_path / "hub.toml"
    file.write_text("[server]\nport = 9000\n")
    settings = load(file, {"HUB_SERVER__PORT": "9001"}, {"server.port": 9002, "server.tls_key": Path("key.pem")})
    assert (settings.server.port, settings.server.tls_key) == (9002, Path("key.pem"))


@pytest.mark.parametrize("value", ['["10.0.0.0/8", "127.0.0.1"]', "10.0.0.0/8, 127.0.0.1"])
def test_environment_takes_lists_both_ways(value: str) -> None:
    proxies = load(None, {"HUB_SERVER__TRUSTED_PROXIES": value}).server.trusted_proxies
    assert proxies == ("10.0.0.0/8", "127.0.0.1/32")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[sever]\nport = 1\n", "hub.toml: sever: unknown; did you mean server?"),
        ("[server]\nprot = 1\n", "hub.toml: server.prot: unknown; did you mean port?"),
        ("server = 1\n", "hub.toml: server: must be a table, [server]"),
        ('[server]\nport = "8080"\n', "hub.toml: server.port: must be a port from 1 to 65535"),
        ("[server]\nport = true\n", "hub.toml: server.port: must be a port"),
        ("[server]\nport = 70000\n", "hub.toml: server.port: must be a port"),
        ('[server]\nplain_cookie = "yes"\n', "hub.toml: server.plain_cookie: must be true or false"),
        ('[server]\npublic_url = "hub.example.com"\n', "hub.toml: server.public_url: must be how the world"),
        (
            '[server]\ntrusted_proxies = ["localhost"]\n',
            "hub.toml: server.trusted_proxies: must be a list of addresses",
        ),
        ('[database]\nurl = "mysql://x/y"\n', 'hub.toml: database.url: must be "sqlite:///path/hub.db" or'),
        ('[log]\nlevel = "loud"\n', 'hub.toml: log.level: must be "debug", "info"'),
        ("[server]\nport = = 1\n", "hub.toml: this is not TOML: Invalid value (at line 2, column 8)"),
        ("channel = 1\n", "hub.toml: channel: must be a list of tables, each headed [[channel]]"),
        ('[[channel]]\nkind = "twillio_sms"\n', "hub.toml: channel 1: kind: did you mean twilio_sms?"),
        ('[[channel]]\nkind = "twilio_sms"\naccount = "A b"\n', "hub.toml: channel 1: account: must be a name"),
        (ACCOUNT + ACCOUNT, "hub.toml: channel 2: account: support-uk is taken"),
    ],
)
def test_wrong_file_gets_one_line(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(tmp_path, text)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("HUB_SERVER_PORT", "environment HUB_SERVER_PORT: unknown; did you mean HUB_SERVER__PORT?"),
        ("HUB_SERVER__PROT", "environment HUB_SERVER__PROT: unknown; did you mean HUB_SERVER__PORT?"),
        ("HUB_CHANNEL__SALES__AUTH_TOKEN", "environment HUB_CHANNEL__SALES__AUTH_TOKEN: unknown"),
        ("HUB_SERVER__PORT", "environment HUB_SERVER__PORT: server.port: must be a port"),
    ],
)
def test_wrong_environment_gets_one_line(tmp_path: Path, name: str, said: str) -> None:
    assert said in refusal(tmp_path, ACCOUNT, {name: "eighty"})


def test_names_of_others_are_ignored() -> None:
    others = {"HUB_CONFIG": "hub.toml", "HUB_PORT": "tcp://10.0.0.1:80", "HUB_REDIS_SERVICE_HOST": "10.0.0.2"}
    assert load(None, others | {"HUB_PORT_80_TCP_ADDR": "10.0.0.1", "HUBRIS": "1"}) == load(None, {})


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match=r"absent\.toml: there is no such file"):
        load(tmp_path / "absent.toml", {})


def test_channel_options_arrive_untouched(tmp_path: Path) -> None:
    (channel,) = loaded(tmp_path, ACCOUNT, {"HUB_CHANNEL__SUPPORT_UK__AUTH_TOKEN": "from outside"}).channel
    assert (channel.kind, channel.account) == ("twilio_sms", "support-uk")
    assert channel.options == {
        "account_sid": "AC00000000000000000000000000000000",
        "numbers": ["+447700900101"],
        "auth_token": "from outside",
    }


def test_secrets_are_never_printed(tmp_path: Path) -> None:
    text = ACCOUNT + 'auth_token = "canary"\n[database]\nurl = "postgresql://hub:canary@db/hub"\n'
    settings = loaded(tmp_path, text + '[redis]\nurl = "redis://:canary@cache"\n')
    assert "canary" not in f"{settings!r} {settings!s} {settings.channel!r}"
    assert "canary" in settings.database_url
    assert "canary" not in refusal(tmp_path, '[database]\nurl = "mysql://hub:canary@db/hub"\n')


def test_secret_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret.key"
    secret = load_or_create_secret(path)
    assert len(secret) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_create_secret(path) == secret
    assert list(path.parent.iterdir()) == [path]


def test_secret_open_to_all_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    load_or_create_secret(path)
    path.chmod(0o644)
    with pytest.raises(StartRefused, match="chmod 600"):
        load_or_create_secret(path)


def test_secret_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    path.write_bytes(b"short")
    path.chmod(0o600)
    with pytest.raises(StartRefused, match="does not hold 32 bytes"):
        load_or_create_secret(path)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "hub.lan"])
def test_plain_http_off_box_is_refused(host: str) -> None:
    with pytest.raises(StartRefused, match=r"set server\.tls_cert"):
        check_listening(load(None, {"HUB_SERVER__HOST": host}))


@pytest.mark.parametrize(
    "env",
    [
        {"HUB_SERVER__HOST": "::1"},
        {"HUB_SERVER__HOST": "localhost"},
        {"HUB_SERVER__HOST": "0.0.0.0", "HUB_SERVER__PLAIN_COOKIE": "true"},
        {"HUB_SERVER__HOST": "0.0.0.0", "HUB_SERVER__PUBLIC_URL": "https://hub.example.com"},
    ],
)
def test_safe_ways_to_listen_are_accepted(env: dict[str, str]) -> None:
    check_listening(load(None, env))


def test_certificate_needs_its_key(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match=r"server\.tls_key: is missing"):
        check_listening(load(None, {"HUB_SERVER__TLS_CERT": str(tmp_path / "cert.pem")}))
