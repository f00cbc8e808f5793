"""The command `interaction-hub`. Imports are lazy, so that `--help` and errors come at once."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from interaction_hub.errors import HubError, StartRefused

if TYPE_CHECKING:
    from interaction_hub.services.access import Access
    from interaction_hub.services.password_links import PasswordLinks
    from interaction_hub.services.rulebook import Rules
    from interaction_hub.settings import Settings
    from interaction_hub.storage.reads import Reads

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Interaction Hub: calls, SMS, mail and chat in one queue, one console, one history.",
)
user_app = typer.Typer(no_args_is_help=True, help="People who may sign in.")
config_app = typer.Typer(no_args_is_help=True, help="Queues, skills, agents and dispositions as files.")
app.add_typer(user_app, name="user")
app.add_typer(config_app, name="config")

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", envvar="HUB_CONFIG", help="hub.toml; without it ./hub.toml if there is one."),
]


def main() -> None:
    """Entry point: every expected error is one line on standard error and exit code 2."""
    try:
        app(standalone_mode=True)
    except (StartRefused, HubError) as error:
        _refuse(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def _refuse(message: str) -> NoReturn:
    print(f"interaction-hub: {message}", file=sys.stderr)
    sys.exit(2)


def _settings(config: Path | None, **options: object) -> Settings:
    from interaction_hub.logs import configure
    from interaction_hub.settings import load

    if config is None and Path("hub.toml").exists():
        config = Path("hub.toml")
    given = {key.replace("__", "."): value for key, value in options.items() if value is not None}
    settings = load(config, os.environ, given)
    configure(settings.log.level, settings.log.format)
    return settings


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run it. What the machine refuses (a folder, a file, a database's address) is one line, not a traceback."""
    from sqlalchemy.exc import DBAPIError

    os.umask(0o077)  # databases, keys and archives are their owner's alone
    try:
        return _in_loop(work)
    except DBAPIError as error:
        raise StartRefused(f"the database cannot be used: {str(error.orig).splitlines()[0]}") from error
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise StartRefused(f"{where}{error.strerror or error}") from error


def _in_loop(work: Coroutine[Any, Any, Any]) -> Any:
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def _existing(settings: Settings) -> Settings:
    """The same settings, if there is a database: only `init`, `serve` and `demo` make one."""
    from interaction_hub.storage import databases

    url = settings.database_url
    if databases.is_sqlite(url) and not databases.sqlite_path(url).exists():
        raise StartRefused(f"{databases.sqlite_path(url)}: there is no such database; `interaction-hub init` makes one")
    return settings


@app.command()
def serve(
    config: ConfigOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate chain, PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its key, PEM.")] = None,
) -> None:
    """Run the hub."""
    from interaction_hub.server import serve as run_server

    options = {"server__host": host, "server__port": port, "server__tls_cert": tls_cert, "server__tls_key": tls_key}
    _run(run_server(_settings(config, **options)))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8080,
    pace: Annotated[str, typer.Option(help="How busy the simulated people are: stopped, calm or busy.")] = "calm",
    database: Annotated[str, typer.Option(help="Another database than a throw-away file.")] = "",
) -> None:
    """Play both sides of a sample company: customers by SMS, agents, a supervisor."""
    from interaction_hub.demo.stage import run_demo

    _run(run_demo(port=port, pace=pace, database=database))


@app.command()
def init(
    config: ConfigOption = None,
    login: Annotated[str, typer.Option(help="Log-in of the first admin.")] = "admin",
    name: Annotated[str, typer.Option(help="The admin's name.")] = "Admin",
    seeds: Annotated[
        Path | None, typer.Option(help="Folder with *.toml of queues and the like; default: the examples.")
    ] = None,
) -> None:
    """Make the database, load the first queues, and let an admin in."""
    from interaction_hub.domain.permissions import Role
    from interaction_hub.services import seeding
    from interaction_hub.services.rulebook import Publish

    settings = _settings(config)
    password = _password()

    async def work() -> None:
        async with _office(settings) as office:
            rules = office.rules
            if rules.current.version == 0:
                files = sorted(seeds.glob("*.toml")) if seeds is not None else seeding.example_files()
                wanted = seeding.read(files)
                version = await rules.publish(Publish(wanted, frozenset(), "system:init"))
                print(f"{len(wanted)} documents loaded as version {version}.")
            await office.access.add_user(login, name, Role.ADMIN, password, actor="system:init")
            print(f"{login} can sign in now. Start the hub with: interaction-hub serve")

    _run(work())


@user_app.command("add")
def user_add(
    login: str,
    name: Annotated[str, typer.Option(help="Name that others see; needed for a new person.")] = "",
    role: Annotated[str, typer.Option(help="agent, supervisor, admin or one of your own; default: as it is.")] = "",
    config: ConfigOption = None,
) -> None:
    """Let a person sign in, or give one a new password. All his sessions end."""
    from interaction_hub.domain.permissions import Role

    settings = _existing(_settings(config))

    async def work() -> None:
        async with _office(settings) as office:
            known = [*map(str, Role), *office.rules.current.roles]
            if role and role not in known:
                raise StartRefused(f"--role: {role} is no role; known are {', '.join(known)}")
            password = _password()
            await office.access.add_user(login, name, role or None, password, actor="system:cli")
            print(f"{login} can sign in now.")

    _run(work())


@user_app.command("setup-link")
def user_setup_link(config: ConfigOption = None) -> None:
    """Print a link with which one person becomes the first admin: once, within 24 hours."""
    settings = _existing(_settings(config))

    async def work() -> None:
        from interaction_hub.app import public_url

        async with _office(settings) as office:
            token = await office.links.for_first_admin()
            if not token:
                raise StartRefused(
                    "there is an admin already; `interaction-hub user reset-link LOGIN` lets him in again"
                )
            print(f"{public_url(settings)}/setup/{token}")

    _run(work())


@user_app.command("reset-link")
def user_reset_link(login: str, config: ConfigOption = None) -> None:
    """Print a link with which a person sets a new password: once, within 24 hours."""
    settings = _existing(_settings(config))

    async def work() -> None:
        from interaction_hub.app import public_url
        from interaction_hub.storage import users

        async with _office(settings) as office:
            row = await office.reads.run(users.by_login, login.strip().lower())
            if row is None:
                raise StartRefused(f"there is no log-in {login}; `interaction-hub user add` makes one")
            token, _ = await office.links.for_person(row.id, "system:cli")
            print(f"{public_url(settings)}/password/{token}")

    _run(work())


@config_app.command("export")
def config_export(config: ConfigOption = None) -> None:
    """Print all documents as TOML."""
    from interaction_hub.services import seeding

    settings = _existing(_settings(config))

    async def work() -> None:
        async with _office(settings) as office:
            print(seeding.export(office.rules.current))

    _run(work())


@config_app.command("import")
def config_import(
    files: list[Path],
    config: ConfigOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    waiting: Annotated[
        str, typer.Option(help="Contacts that wait: follow the new rules, or stay on theirs.")
    ] = "follow",
) -> None:
    """Show what the files change, and publish it as one version."""
    from interaction_hub.services import seeding
    from interaction_hub.services.rulebook import Publish

    if waiting not in ("follow", "stay"):
        _refuse("--waiting: must be follow or stay")
    settings = _existing(_settings(config))

    async def work() -> None:
        async with _office(settings) as office:
            rules = office.rules
            changed, removed = seeding.diff(rules.current, seeding.read(files))
            if not changed and not removed:
                print("Nothing changes.")
                return
            print(seeding.describe(rules.current, changed, removed))
            if yes or typer.confirm("Publish this?"):
                version = await rules.publish(Publish(changed, removed, "system:cli", waiting))
                print(f"Published as version {version}.")

    _run(work())


@app.command()
def verify(
    config: ConfigOption = None,
    full: Annotated[bool, typer.Option(help="The whole chain, not only what follows the last anchor.")] = False,
) -> None:
    """Check the invariants and the hash chain, also while the hub runs. Exit code 1 if something is broken."""
    from interaction_hub.storage import anchors
    from interaction_hub.storage.verify import verify as check

    settings = _existing(_settings(config))
    anchor_file = anchors.file_for(settings.database_url, settings.security.secret_key_file.parent)
    report = _run(check(settings.database_url, full=full, anchor_file=anchor_file, progress=_progress))
    print(report)
    raise typer.Exit(0 if report.ok else 1)


@app.command()
def doctor(config: ConfigOption = None) -> None:
    """Look for what stands between a customer and an agent, also while the hub runs. Exit code 1 if something does."""
    from interaction_hub.app import data_directory, derived, public_url
    from interaction_hub.services.diagnosis import Case, Finding, Verdict, examine

    try:
        settings = _settings(config)
    except StartRefused as refused:
        print(Finding(Verdict.FAIL, "settings", str(refused), "the hub does not start before this is right"))
        raise typer.Exit(1) from None
    origin = str(config) if config else "hub.toml" if Path("hub.toml").exists() else "no hub.toml here, the defaults"
    case = Case(settings, origin, public_url(settings), data_directory(settings), derived)
    counts = dict.fromkeys(Verdict, 0)

    async def work() -> None:
        async for finding in examine(case, _looking):
            counts[finding.verdict] += 1
            _looking("")
            print(finding, flush=True)

    _run(work())
    print(", ".join(f"{number} {verdict}" for verdict, number in counts.items()))
    raise typer.Exit(1 if counts[Verdict.FAIL] else 0)


@app.command()
def backup(target: Path, config: ConfigOption = None) -> None:
    """Write database, key and anchors into a folder or .tar.gz, also while the hub runs."""
    from interaction_hub.storage.backup import backup as write

    settings = _settings(config)
    print(_run(write(settings.database_url, target, secret_key_file=settings.security.secret_key_file)))


@app.command()
def restore(
    archive: Path,
    config: ConfigOption = None,
    overwrite: Annotated[bool, typer.Option(help="Replace what is there.")] = False,
) -> None:
    """Bring a backup back, checked file by file and link by link. The hub must be stopped."""
    from interaction_hub.storage.backup import restore as bring_back

    settings = _settings(config)
    print(
        _run(
            bring_back(
                archive, settings.database_url, secret_key_file=settings.security.secret_key_file, overwrite=overwrite
            )
        )
    )


@dataclass(frozen=True, slots=True)
class Office:
    """What commands need that work on the database alone."""

    rules: Rules
    access: Access
    links: PasswordLinks
    reads: Reads


@asynccontextmanager
async def _office(settings: Settings) -> AsyncIterator[Office]:
    """The database without the rest of the hub. Refused while a hub runs on the same SQLite file."""
    from interaction_hub.clock import HubClock
    from interaction_hub.services.access import Access
    from interaction_hub.services.password_links import PasswordLinks
    from interaction_hub.services.rulebook import Rules
    from interaction_hub.settings import load_or_create_secret
    from interaction_hub.storage import databases
    from interaction_hub.storage.ledger import Ledger
    from interaction_hub.storage.lockfile import hold
    from interaction_hub.storage.reads import Reads
    from interaction_hub.storage.schema import upgrade

    url, clock = settings.database_url, HubClock()
    async with AsyncExitStack() as stack:
        if databases.is_sqlite(url):
            stack.enter_context(hold(url))
        await upgrade(url)
        ledger, reads = Ledger(url, clock), Reads(url)
        rules = Rules(ledger, reads)
        access = Access(ledger, reads, clock, secret=load_or_create_secret(settings.security.secret_key_file))
        links = PasswordLinks(ledger, reads, clock, access)
        await ledger.start()
        stack.push_async_callback(reads.close)
        stack.push_async_callback(ledger.stop)
        stack.push_async_callback(access.close)
        await rules.start()
        yield Office(rules, access, links, reads)


def _password() -> str:
    given = os.environ.get("INTERACTION_HUB_PASSWORD")
    if given:
        return given
    found: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return found


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:,} of {total:,} events", end="" if done < total else "\n", file=sys.stderr)


def _looking(what: str) -> None:
    """One line that comes and goes, for somebody who watches."""
    if sys.stderr.isatty():
        print(f"\r\033[K{f'looking at {what} …' if what else ''}", end="", file=sys.stderr, flush=True)
