"""The demo's parent: the code of `serve` on a throw-away database, with the simulated people in a process beside it.

Production never comes here: only the command `demo` imports this package.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import typer
from aiohttp import web

from interaction_hub.app import HUB, Variation
from interaction_hub.demo.company import ACCOUNT, ACCOUNT_SID, ADMIN, FOLDER_PREFIX, NEWCOMER, PACES, SUPERVISOR
from interaction_hub.demo.past import PastClock
from interaction_hub.demo.play import Play
from interaction_hub.demo.troupe import Troupe
from interaction_hub.domain.documents import Document, Queue
from interaction_hub.domain.permissions import Role
from interaction_hub.domain.rules import RuleBook
from interaction_hub.errors import StartRefused
from interaction_hub.logs import configure
from interaction_hub.server import serve
from interaction_hub.services import seeding
from interaction_hub.services.hub import Hub
from interaction_hub.services.rulebook import Publish
from interaction_hub.settings import ChannelAccount, Settings, load

HOST = "127.0.0.1"
PORTS_TRIED = 50
SEED = "harbour"
CHAT = ChannelAccount(kind="webchat", account="web")


async def run_demo(*, port: int = 8080, pace: str = "calm", database: str = "") -> None:
    """Run until Ctrl-C or SIGTERM. Raises `StartRefused`. Port 0 takes any that is free."""
    if pace not in PACES:
        raise StartRefused(f"--pace: {pace} is no pace; known are {', '.join(PACES)}")
    configure("warning", "text")
    # A closed terminal is an end like any other, so that nothing stays behind.
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, os.kill, os.getpid(), signal.SIGTERM)
    folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
    try:
        await Stage(folder, pace, database).run(port)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Secrets:
    """Made anew for each run; nothing of it is worth anything tomorrow."""

    password: str
    token: str


class Stage:
    """One run of the demo."""

    def __init__(self, folder: Path, pace: str, database: str) -> None:
        self._folder, self._database = folder, database or f"sqlite:///{folder / 'hub.db'}"
        self._throw_away = not database
        self._past = PastClock(Random(SEED)) if self._throw_away else None
        self._secrets = Secrets(f"harbour-{secrets.token_hex(4)}", secrets.token_hex(16))
        self._troupe = Troupe(
            {
                "seed": SEED,
                "pace": pace,
                "account_sid": ACCOUNT_SID,
                "auth_token": self._secrets.token,
                "folder": str(folder),
            }
        )
        self._tasks: list[asyncio.Task[None]] = []
        self._failure: BaseException | None = None
        self._opened = asyncio.Event()
        self._url = ""

    async def run(self, port: int) -> None:
        """Start people and hub, serve, and stop both."""
        try:
            await self._troupe.start()
            await self._serve(port)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._troupe.stop()
        if self._failure is not None:
            raise self._failure

    async def _serve(self, wanted: int) -> None:
        """On the port that is wanted, or on the next one that nobody has."""
        for port in _candidates(wanted):
            if not _is_free(port):
                continue
            settings, self._url = self._settings(port), f"http://{HOST}:{port}"
            if wanted and port != wanted:
                typer.echo(f"Port {wanted} is taken; this demo takes {port}.")
            try:
                variation = Variation(clock=self._past, demo=True, extra_routes=self._routes)
                await serve(settings, variation, ready=self._begin)
            except StartRefused:
                if _is_free(port):
                    raise
                continue  # another demo was faster
            return
        raise StartRefused(f"no port from {wanted} to {wanted + PORTS_TRIED - 1} is free; choose one with --port")

    def _settings(self, port: int) -> Settings:
        options = {
            "server.host": HOST,
            "server.port": port,
            "database.url": self._database,
            "security.secret_key_file": self._folder / "secret.key",
            "log.level": "warning",
        }
        account = ChannelAccount(
            kind="twilio_sms",
            account=ACCOUNT,
            options={
                "account_sid": ACCOUNT_SID,
                "auth_token": self._secrets.token,
                "numbers": list(_numbers(seeding.read(seeding.example_files()).values())),
                "api_base": self._troupe.carrier,
                "messages_per_second": 100,
                "allow_private_media": True,
            },
        )
        return load(None, {}, options).model_copy(update={"channel": (account, CHAT)})

    def _routes(self, hub: Hub) -> Iterable[web.AbstractRouteDef]:
        return Play(hub, self._troupe, self._opened).routes()

    async def _begin(self, app: web.Application) -> None:
        """The hub serves: the rest goes on beside it, so that Ctrl-C works from the first moment."""
        task = asyncio.create_task(self._set_up(app[HUB]), name="demo set-up")
        task.add_done_callback(self._set_up_ended)
        self._tasks.append(task)

    def _set_up_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self._failure = task.exception()
            os.kill(os.getpid(), signal.SIGTERM)

    async def _set_up(self, hub: Hub) -> None:
        fresh = hub.rules.current.version == 0
        if self._past is not None:
            hub.feed.subscribe(self._past.follow)
        if fresh:
            wanted = seeding.read(seeding.example_files())
            await hub.rules.publish(Publish(wanted, frozenset(), "system:demo"))
        book = hub.rules.current
        cast = {
            "hub": self._url,
            "password": self._secrets.password,
            "agents": [key for key in book.agents if key not in (NEWCOMER, SUPERVISOR)],
            "newcomer": NEWCOMER,
            "newcomer_name": book.agents[NEWCOMER].name if NEWCOMER in book.agents else "",
            "numbers": {key: entry for key, queue in book.queues.items() for entry in _entries(queue)},
            "site": next(iter(book.sites), ""),
            "history": fresh,
        }
        playing: asyncio.Task[None] | None = None
        for login, name, role in _staff(book):
            await hub.access.add_user(login, name, role, self._secrets.password, actor="system:demo")
            playing = playing or asyncio.create_task(self._troupe.go(cast), name="demo history")
        if playing is not None:
            await playing
        if self._past is not None:
            self._past.arrive()
        await self._troupe.enter()
        self._tasks.append(asyncio.create_task(self._troupe.keep(), name="demo people"))
        self._opened.set()
        self._announce()

    def _announce(self) -> None:
        """What a newcomer needs to know, and no more."""
        lines = (
            "Interaction Hub, demo. Everybody but you is simulated; nothing leaves this computer.",
            "",
            f"  Play both sides   {self._url}/play",
            f"  Agent console     {self._url}/work",
            f"  Wallboard         {self._url}/play/board",
            "",
            f"  Log-ins           {NEWCOMER} (agent), {SUPERVISOR} (supervisor), {ADMIN} (admin)",
            f"  Password of each  {self._secrets.password}",
            "",
            "Ctrl-C stops it and throws the data away." if self._throw_away else "Ctrl-C stops it.",
        )
        typer.echo("\n".join(lines))


def _staff(book: RuleBook) -> Iterable[tuple[str, str, Role]]:
    """Log-in, name and role; the newcomer's agent first, for whom the history waits."""
    for login in sorted(book.agents, key=lambda login: login != NEWCOMER):
        yield login, book.agents[login].name, Role.SUPERVISOR if login == SUPERVISOR else Role.AGENT
    yield ADMIN, "Admin", Role.ADMIN


def _numbers(documents: Iterable[Document]) -> Iterable[str]:
    for document in documents:
        if isinstance(document, Queue):
            yield from _entries(document)


def _entries(queue: Queue) -> Iterable[str]:
    """Our numbers that lead to a queue."""
    return (entry for entry in queue.entries if queue.channel == "sms" and entry != "*")


def _candidates(wanted: int) -> Iterable[int]:
    if wanted:
        return range(wanted, min(wanted + PORTS_TRIED, 65536))
    return (_any_port() for _ in range(PORTS_TRIED))


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    """Whether nobody listens there. Those that only wait for late packets of an earlier run do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
