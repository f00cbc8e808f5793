"""The composition root: settings become objects, objects one aiohttp application. Start and stop order stand here.

Only this file names concrete classes.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import structlog
from aiohttp import web

from agent_ui import site
from channels.contract import Adapter
from channels.registry import create_adapter
from interaction_hub.clock import Clock, HubClock
from interaction_hub.durations import SECOND
from interaction_hub.errors import StartRefused
from interaction_hub.ids import new_id
from interaction_hub.request_keys import ERROR_PAGE
from interaction_hub.services import offering
from interaction_hub.services.access import Access
from interaction_hub.services.anchoring import Anchoring
from interaction_hub.services.attachments import Attachments
from interaction_hub.services.board import Board
from interaction_hub.services.commands import Commands
from interaction_hub.services.deadlines import Deadlines
from interaction_hub.services.desk import Desk
from interaction_hub.services.dispatch import LEASE_LASTS, Dispatcher
from interaction_hub.services.hub import Hub
from interaction_hub.services.intake import Intake
from interaction_hub.services.outbound import Outbound
from interaction_hub.services.presence import GRACE, REQUEUE_AFTER, PresenceKeeper
from interaction_hub.services.rulebook import Rules
from interaction_hub.services.steering import Steering
from interaction_hub.services.workspace import Workspace
from interaction_hub.settings import Settings, load_or_create_secret
from interaction_hub.storage import anchors, databases, eventlog
from interaction_hub.storage.eventlog import Feed
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.lockfile import hold
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.schema import upgrade
from interaction_hub.storage.wakeups import Wakeups
from interaction_hub.web.live import Live
from interaction_hub.web.middleware import ACCESS, CHAIN, OPTIONS, WebOptions
from interaction_hub.web.routes import all_routes
from interaction_hub.web.throttle import install, throttle

HUB: web.AppKey[Hub] = web.AppKey("hub", Hub)
STOP_SECONDS = 8.0
CLOCK_TOLERANCE = 60 * SECOND

log = structlog.get_logger("app")


@dataclass(frozen=True, slots=True)
class Variation:
    """What the demo and the tests may set otherwise. Production uses the defaults."""

    clock: Clock | None = None
    grace: int = GRACE
    requeue_after: int = REQUEUE_AFTER
    lease: int = LEASE_LASTS
    extra_routes: Callable[[Hub], Iterable[web.AbstractRouteDef]] | None = None
    demo: bool = False


def build_adapters(settings: Settings, secret: bytes) -> dict[str, Adapter]:
    """One adapter an account, each with a key of its own. Raises `StartRefused` for options that cannot be used."""
    adapters: dict[str, Adapter] = {}
    for number, channel in enumerate(settings.channel, 1):
        try:
            adapter = create_adapter(channel.kind, channel.account, channel.options, derived(secret, channel.account))
        except Exception as error:
            raise StartRefused(f"channel {number} ({channel.account}): {error}") from error
        if channel.account in adapters:
            raise StartRefused(f"channel {number}: the account {channel.account} is configured twice")
        adapters[channel.account] = adapter
    return adapters


def derived(secret: bytes, account: str) -> bytes:
    """The key of one channel account, from the hub's secret key: nobody can compute one from another."""
    return hmac.digest(secret, f"channel:{account}".encode(), hashlib.sha256)


def public_url(settings: Settings) -> str:
    """The address that the world uses: configured, or the one that we listen on."""
    server = settings.server
    scheme = "https" if server.tls_cert else "http"
    return server.public_url or f"{scheme}://{server.host}:{server.port}"


def build(settings: Settings, variation: Variation | None = None) -> web.Application:
    """The application; nothing is opened before it starts."""
    variation = variation or Variation()
    secret = load_or_create_secret(settings.security.secret_key_file)
    adapters = build_adapters(settings, secret)
    hub = _hub(settings, adapters, variation, secret)
    workspace = Workspace(
        hub.reads,
        hub.feed,
        hub.rules,
        hub.clock,
        hub.board,
        {account: adapter.capabilities for account, adapter in adapters.items()},
    )
    live = Live(hub, workspace)
    app = web.Application(middlewares=(*CHAIN, throttle), client_max_size=settings.limits.request_bytes)
    install(app)
    app[HUB] = hub
    app[ACCESS] = hub.access
    app[OPTIONS] = WebOptions(
        public_url=public_url(settings),
        trusted_proxies=tuple(settings.server.trusted_proxies),
        secure_cookie=not settings.server.plain_cookie,
        session_seconds=int(settings.security.session_hours * 3600),
    )
    app.add_routes(all_routes(hub, workspace, live))
    reads = site.PageReads(
        agent_snapshot=workspace.snapshot,
        board_snapshot=hub.board.snapshot,
        company=lambda: hub.rules.current.company.name,
        demo=variation.demo,
    )
    app.add_routes(site.routes(reads))
    app[ERROR_PAGE] = lambda request, problem: site.error_page(request, problem, company=reads.company())
    if variation.extra_routes is not None:
        app.add_routes(variation.extra_routes(hub))
    app.on_shutdown.append(lambda _app: _say_goodbye(hub, live))
    app.cleanup_ctx.append(lambda _app: _life(settings, hub, workspace, live))
    return app


def _hub(settings: Settings, adapters: dict[str, Adapter], variation: Variation, secret: bytes) -> Hub:
    url, clock, node = settings.database_url, variation.clock or HubClock(), new_id()
    ledger, reads = Ledger(url, clock, database_time=variation.clock is None), Reads(url)
    feed = Feed(reads, poll=not databases.is_sqlite(url))
    ledger.on_sealed(feed.push)
    rules = Rules(ledger, reads)
    offering.register(ledger, rules)
    desk = Desk(rules)
    presence = PresenceKeeper(ledger, rules, desk, grace=variation.grace, requeue=variation.requeue_after)
    board = Board(ledger, reads, feed, rules, clock)
    outbound = Outbound(ledger, reads, clock, adapters, node=node, callback_base=public_url(settings))
    feed.subscribe(outbound.see)
    return Hub(
        node=node,
        clock=clock,
        ledger=ledger,
        reads=reads,
        feed=feed,
        rules=rules,
        access=Access(
            ledger,
            reads,
            clock,
            secret=secret,
            session_hours=settings.security.session_hours,
        ),
        commands=Commands(ledger, desk, presence, Steering(rules)),
        intake=Intake(ledger, rules),
        outbound=outbound,
        presence=presence,
        deadlines=Deadlines(ledger, reads, clock, rules, desk, presence, node),
        dispatcher=Dispatcher(ledger, reads, feed, rules, clock, node, lease=variation.lease),
        board=board,
        anchoring=Anchoring(ledger, reads, anchors.file_for(url, data_directory(settings))),
        attachments=Attachments(ledger, reads, clock, adapters, data_directory(settings) / "blobs"),
        adapters=adapters,
    )


def data_directory(settings: Settings) -> Path:
    """Where files stand beside the database."""
    url = settings.database_url
    if databases.is_sqlite(url):
        return databases.sqlite_path(url).parent
    return Path(settings.security.secret_key_file).parent


async def _life(settings: Settings, hub: Hub, workspace: Workspace, live: Live) -> AsyncIterator[None]:
    """Start from the database upwards; stop in the other order: refuse, finish, flush, close."""
    url = settings.database_url
    async with AsyncExitStack() as stack:
        if databases.is_sqlite(url):
            stack.enter_context(hold(url))
        await upgrade(url)
        await hub.ledger.start()
        stack.push_async_callback(_stage, "reads", hub.reads.close)
        stack.push_async_callback(_stage, "ledger", hub.ledger.stop)
        await _check_clock(hub)
        await hub.feed.start()
        stack.push_async_callback(_stage, "feed", hub.feed.stop)
        if settings.redis_url and not databases.is_sqlite(url):
            wakeups = Wakeups(settings.redis_url, hub.feed.poke)
            hub.ledger.on_sealed(wakeups.see)
            await wakeups.start()
            stack.push_async_callback(_stage, "wakeups", wakeups.stop)
        await hub.rules.start()
        stack.push_async_callback(_stage, "access", hub.access.close)
        for adapter in hub.adapters.values():
            await adapter.start()
            stack.push_async_callback(_stage, f"adapter {adapter.account}", adapter.close)
        await hub.board.start()
        stack.push_async_callback(_stage, "board", hub.board.stop)
        await workspace.start()
        for name, part in _parts(hub):
            await part.start()
            stack.push_async_callback(_stage, name, part.stop)
        hub.ready = True
        log.info("ready", url=public_url(settings), database=url.partition(":")[0], position=hub.feed.position)
        yield
        hub.ready = False
    log.info("stopped")


async def _say_goodbye(hub: Hub, live: Live) -> None:
    """Before the server waits for open connections: a stream that is not told to end would hold up the stop."""
    hub.ready = False
    await _stage("sockets", live.stop)


def _parts(hub: Hub) -> Sequence[tuple[str, Anchoring | Deadlines | Dispatcher | Outbound | Attachments]]:
    return (
        ("anchoring", hub.anchoring),
        ("deadlines", hub.deadlines),
        ("dispatcher", hub.dispatcher),
        ("outbound", hub.outbound),
        ("attachments", hub.attachments),
    )


async def _stage(name: str, stop: Callable[[], object]) -> None:
    """One stage of the stop with a limit of its own; who overruns it is named."""
    try:
        await asyncio.wait_for(stop(), STOP_SECONDS)  # type: ignore[arg-type]
    except TimeoutError:
        log.error("stop_overran", stage=name, seconds=STOP_SECONDS)
    except Exception:
        log.exception("stop_failed", stage=name)


async def _check_clock(hub: Hub) -> None:
    """Refuse a clock that is far behind the log: time would stand still until it caught up (decisions 12)."""
    position, at, _ = await hub.reads.run(eventlog.head)
    behind = at - hub.clock.now()
    if position and behind > CLOCK_TOLERANCE:
        raise StartRefused(
            f"the computer's clock is {behind // SECOND} s before the last event of the log; set it and start again"
        )
