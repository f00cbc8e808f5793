"""What the hub is told at start: hub.toml, the environment over it, the command line over both. Never in the database.

Each error is one line that names the file, the key and what would be right. Secrets are never printed.
"""

from __future__ import annotations

import difflib
import ipaddress
import json
import os
import re
import secrets
import stat
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from channels.registry import KINDS
from interaction_hub.errors import StartRefused

PREFIX = "HUB_"
NOT_OURS = frozenset({"HUB_CONFIG"})
"""Names under our prefix that are no settings: the path of hub.toml itself."""
SECRET_BYTES = 32
_ACCOUNT = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
# Kubernetes puts such names into every pod beside a service called "hub" or "hub-redis".
_KUBERNETES = re.compile(r"HUB_(\w+_)?(SERVICE_(HOST|PORT)(_\w+)?|PORT_\d+_(TCP|UDP)(_\w+)?)")


def _public_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError
    return url.rstrip("/")


def _network(text: str) -> str:
    return str(ipaddress.ip_network(text))


def _database(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("sqlite:///", "postgresql://", "postgresql+asyncpg://")):
        raise ValueError
    return url


def _redis(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("redis://", "rediss://", "unix://")):
        raise ValueError
    return url


class Section(BaseModel):
    """A table of hub.toml. The description of a field is what its error message says would be right."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Server(Section):
    """Where the hub listens, and how it is reached."""

    host: str = Field("127.0.0.1", min_length=1, description='an address to listen on, such as "127.0.0.1"')
    port: int = Field(8080, ge=0, le=65535, description="a port from 1 to 65535, or 0 for any that is free")
    public_url: Annotated[str, AfterValidator(_public_url)] | None = Field(
        None, description='how the world reaches the hub, such as "https://hub.example.com", without a path'
    )
    trusted_proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = Field(
        (), description='a list of addresses or networks of our own proxies, such as ["127.0.0.1", "10.0.0.0/8"]'
    )
    tls_cert: Path | None = Field(None, description="the path of a certificate chain in PEM form")
    tls_key: Path | None = Field(None, description="the path of the certificate's key in PEM form")
    plain_cookie: bool = Field(False, description="true or false")


class Database(Section):
    """The one truth. The address may hold a password."""

    url: Annotated[SecretStr, AfterValidator(_database)] = Field(
        SecretStr("sqlite:///var/hub.db"),
        description='"sqlite:///path/hub.db" or "postgresql://user:password@host/name"',
    )


class Redis(Section):
    """Wake-ups between nodes; nothing that was acknowledged is in it."""

    url: Annotated[SecretStr, AfterValidator(_redis)] | None = Field(
        None, description='such as "redis://127.0.0.1:6379/0"'
    )


class Security(Section):
    """Keys and sessions."""

    secret_key_file: Path = Field(Path("var/secret.key"), description="the path of the file that holds the secret key")
    session_hours: float = Field(12, gt=0, le=24 * 365, description="a number of hours above 0, a year at the most")


class Limits(Section):
    """What one peer may ask for."""

    request_bytes: int = Field(
        1_000_000, ge=1_000, le=100_000_000, description="a whole number of bytes from 1000 to 100000000"
    )
    login_tries: int = Field(10, ge=1, le=1_000, description="a whole number from 1 to 1000")
    login_minutes: float = Field(15, gt=0, le=1_440, description="a number of minutes above 0, a day at the most")


class Log(Section):
    """What the hub says about itself on standard error."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description='"debug", "info", "warning" or "error"'
    )
    format: Literal["text", "json"] = Field("text", description='"text" or "json"')


class ChannelAccount(Section):
    """One account at a provider: `options` go to the channel's own code as they stand, secrets among them."""

    kind: str
    account: str
    options: Mapping[str, Any] = Field(default_factory=dict, repr=False)


class Settings(Section):
    """Everything that is read once, at start."""

    server: Server = Server()
    database: Database = Database()
    redis: Redis = Redis()
    security: Security = Security()
    limits: Limits = Limits()
    log: Log = Log()
    channel: tuple[ChannelAccount, ...] = ()

    @property
    def database_url(self) -> str:
        """The database's address, password included: for the driver, never for a log."""
        return self.database.url.get_secret_value()

    @property
    def redis_url(self) -> str | None:
        """The address of Redis, password included, or None."""
        return self.redis.url.get_secret_value() if self.redis.url else None


SECTIONS: dict[str, type[Section]] = {
    name: field.annotation
    for name, field in Settings.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
}


def load(path: Path | None, env: Mapping[str, str], options: Mapping[str, object] | None = None) -> Settings:
    """Read the file (if one is named), then the environment, then the command line's `options` ("server.port": 80).

    Raises `StartRefused` with one line for the first thing that is wrong.
    """
    tables = _read(path) if path is not None else {}
    origins: dict[str, str] = {}
    accounts = _accounts(tables.pop("channel", []), str(path))
    _check_names(tables, str(path))
    for name, value in _ours(env):
        _overlay(tables, accounts, origins, name, value)
    for dotted, option in (options or {}).items():
        section, key = dotted.split(".")
        tables.setdefault(section, {})[key] = str(option) if isinstance(option, Path) else option
        origins[dotted] = "command line"
    try:
        # Through JSON: strict about types there, and yet a text may become a path or a secret.
        settings = Settings.model_validate_json(json.dumps(tables, default=str))
    except ValidationError as error:
        raise StartRefused(_explain(error, origins, str(path))) from None
    return settings.model_copy(update={"channel": tuple(accounts)})


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StartRefused(f"{path}: there is no such file; copy config/hub.example.toml to begin with") from None
    except tomllib.TOMLDecodeError as error:
        raise StartRefused(f"{path}: this is not TOML: {error}") from None
    except UnicodeDecodeError as error:
        raise StartRefused(f"{path}: this is not UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise StartRefused(f"{path}: cannot be read: {error.strerror}") from None


def _check_names(tables: Mapping[str, Any], where: str) -> None:
    for section, table in tables.items():
        if section not in SECTIONS:
            raise StartRefused(f"{where}: {section}: unknown; {nearest(section, [*SECTIONS, 'channel'])}")
        if not isinstance(table, dict):
            raise StartRefused(f"{where}: {section}: must be a table, [{section}]")
        for key in table:
            if key not in SECTIONS[section].model_fields:
                known = SECTIONS[section].model_fields
                raise StartRefused(f"{where}: {section}.{key}: unknown; {nearest(key, known)}")


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown name: the one that was probably meant, or all that there are."""
    known = list(known)
    found = difflib.get_close_matches(name, known, 1)
    return f"did you mean {found[0]}?" if found else f"known are {', '.join(sorted(known))}"


# ---- channels --------------------------------------------------------------------------------------------------
def _accounts(blocks: object, where: str) -> list[ChannelAccount]:
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise StartRefused(f"{where}: channel: must be a list of tables, each headed [[channel]]")
    accounts: list[ChannelAccount] = []
    for number, block in enumerate(blocks, 1):
        rest = dict(block)
        kind, account = rest.pop("kind", None), rest.pop("account", None)
        place = f"{where}: channel {number}"
        if not isinstance(kind, str) or kind not in KINDS:
            hint = nearest(kind, KINDS) if isinstance(kind, str) else f"must be one of {', '.join(sorted(KINDS))}"
            raise StartRefused(f"{place}: kind: {hint}")
        if not isinstance(account, str) or not _ACCOUNT.fullmatch(account):
            raise StartRefused(f'{place}: account: must be a name of small letters, digits, - and _, such as "main"')
        if any(other.account == account for other in accounts):
            raise StartRefused(f"{place}: account: {account} is taken by another channel; every account needs its own")
        accounts.append(ChannelAccount.model_construct(kind=kind, account=account, options=rest))
    return accounts


# ---- environment -----------------------------------------------------------------------------------------------
def _ours(env: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, value in sorted(env.items())
        if name.startswith(PREFIX)
        and name not in NOT_OURS
        and not _KUBERNETES.fullmatch(name)
        and not value.startswith("tcp://")
    ]


def _overlay(
    tables: dict[str, Any], accounts: list[ChannelAccount], origins: dict[str, str], name: str, value: str
) -> None:
    """Put one variable over the file: HUB_SECTION__KEY, or HUB_CHANNEL__ACCOUNT__OPTION for an account's secret."""
    for place, channel in enumerate(accounts):
        lead = f"{PREFIX}CHANNEL__{channel.account.upper().replace('-', '_')}__"
        if name.startswith(lead):
            merged = {**channel.options, name.removeprefix(lead).lower(): value}
            accounts[place] = channel.model_copy(update={"options": merged})
            return
    known = {f"{PREFIX}{s}__{k}".upper(): (s, k) for s, model in SECTIONS.items() for k in model.model_fields}
    if name not in known:
        raise StartRefused(f"environment {name}: unknown; {nearest(name, known)}")
    section, key = known[name]
    tables.setdefault(section, {})[key] = _typed(SECTIONS[section].model_fields[key].annotation, value)
    origins[f"{section}.{key}"] = f"environment {name}"


def _typed(annotation: Any, value: str) -> object:
    """Numbers, flags and lists as TOML writes them; lists also with commas alone. The model judges the result."""
    if annotation not in (int, float, bool) and "tuple" not in str(annotation):
        return value
    try:
        return tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return [part.strip() for part in value.split(",") if part.strip()] if "tuple" in str(annotation) else value


def _explain(error: ValidationError, origins: Mapping[str, str], path: str) -> str:
    """One line for the first error. The value is not repeated: it may be a secret."""
    section, key = (str(part) for part in error.errors(include_input=False)[0]["loc"][:2])
    dotted = f"{section}.{key}"
    description = SECTIONS[section].model_fields[key].description
    return f"{origins.get(dotted, path)}: {dotted}: must be {description}"


# ---- what start looks at besides the values ----------------------------------------------------------------------
def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address to listen on."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_listening(settings: Settings) -> None:
    """Refuse what browsers would not stand: over plain http from another machine they drop our session cookie.

    A `__Host-` cookie is kept on 127.0.0.1 and silently dropped on http://LAN-address (decisions 28).
    """
    server = settings.server
    if (server.tls_cert is None) != (server.tls_key is None):
        missing = "tls_key" if server.tls_key is None else "tls_cert"
        raise StartRefused(f"server.{missing}: is missing; tls_cert and tls_key go together")
    for key, path in (("tls_cert", server.tls_cert), ("tls_key", server.tls_key)):
        if path is not None and not os.access(path, os.R_OK):
            raise StartRefused(f"server.{key}: {path} cannot be read; name a file in PEM form")
    behind_tls = server.tls_cert is not None or (server.public_url or "").startswith("https://")
    if not is_loopback(server.host) and not behind_tls and not server.plain_cookie:
        raise StartRefused(
            f"server.host: {server.host} over plain http makes browsers drop the session cookie: set server.tls_cert "
            'and server.tls_key, or server.public_url = "https://…" behind a proxy, or server.plain_cookie = true on '
            "a network that you trust"
        )


def load_or_create_secret(path: Path) -> bytes:
    """The 32 random bytes behind tokens. Made once, readable by their owner; refused if everybody may read them."""
    try:
        if not path.exists():
            _create_secret(path)
        if path.stat().st_mode & stat.S_IRWXO:
            raise StartRefused(f"security.secret_key_file: {path} is open to everybody; run: chmod 600 {path}")
        secret = path.read_bytes()
    except OSError as error:
        raise StartRefused(f"security.secret_key_file: {path}: {error.strerror}") from None
    if len(secret) != SECRET_BYTES:
        raise StartRefused(f"security.secret_key_file: {path} does not hold {SECRET_BYTES} bytes; restore it")
    return secret


def _create_secret(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp gives mode 0600; the link appears whole or not at all, and loses against another process's.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".secret-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return
    finally:
        Path(temporary).unlink()
