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
from typing import Any, Protocol

import structlog
from aiohttp import web

from agent_ui import site
from channels.contract import Adapter
from channels.registry import create_adapter
from interaction_hub.clock import Clock, HubClock
from interaction_hub.domain.carriage import CARRIED_BY_HUB
from interaction_hub.durations import SECOND
from interaction_hub.errors import StartRefused
from interaction_hub.ids import new_id
from interaction_hub.request_keys import ERROR_PAGE
from interaction_hub.services import customer_list, offering, personal
from interaction_hub.services.access import Access, Guessing
from interaction_hub.services.administration import Administration
from interaction_hub.services.admission import Admission
from interaction_hub.services.anchoring import Anchoring
from interaction_hub.services.attachments import Attachments
from interaction_hub.services.board import Board
from interaction_hub.services.commands import Commands
from interaction_hub.services.day import day_of, parse_day
from interaction_hub.services.deadlines import Deadlines
from interaction_hub.services.desk import Desk
from interaction_hub.services.dispatch import LEASE_LASTS, Dispatcher
from interaction_hub.services.drilldown import Drilldown
from interaction_hub.services.followups import Followups
from interaction_hub.services.helping import Helping
from interaction_hub.services.hub import Hub
from interaction_hub.services.intake import Intake
from interaction_hub.services.outbound import Outbound
from interaction_hub.services.password_links import PasswordLinks
from interaction_hub.services.people_admin import PeopleAdmin
from interaction_hub.services.presence import GRACE, REQUEUE_AFTER, PresenceKeeper
from interaction_hub.services.reconciliation import EVERY_SECONDS, Doors, Reconciliation
from interaction_hub.services.rulebook import Rules
from interaction_hub.services.screens import Screens
from interaction_hub.services.search import Search
from interaction_hub.services.signals import Signals
from interaction_hub.services.steering import Steering
from interaction_hub.services.uploads import Uploads
from interaction_hub.services.verbs import Services, every_command
from interaction_hub.services.visitors import Visitors
from interaction_hub.services.whole_customer import whole_customer
from interaction_hub.services.workspace import Workspace
from interaction_hub.settings import Settings, load_or_create_secret
from interaction_hub.storage import anchors, databases, eventlog
from interaction_hub.storage.blobs import Blobs
from interaction_hub.storage.eventlog import Feed
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.lockfile import hold
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.relay import Relay
from interaction_hub.storage.schema import upgrade
from interaction_hub.storage.wakeups import Wakeups
from interaction_hub.web.arriving import arrived
from interaction_hub.web.chat_socket import ChatLive
from interaction_hub.web.live import Live
from interaction_hub.web.middleware import ACCESS, CHAIN, OPTIONS, WebOptions, authorise
from interaction_hub.web.routes import all_routes
from interaction_hub.web.session_watch import SessionWatch
from interaction_hub.web.throttle import install, throttle
from interaction_hub.web.tv import Tv

HUB: web.AppKey[Hub] = web.AppKey("hub", Hub)
STOP_SECONDS = 8.0
CLOCK_TOLERANCE = 60 * SECOND

log = structlog.get_logger("app")


class Part(Protocol):
    """Something that runs beside the requests."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Variation:
    """What the demo and the tests may set otherwise. Production uses the defaults."""

    clock: Clock | None = None
    grace: int = GRACE
    requeue_after: int = REQUEUE_AFTER
    lease: int = LEASE_LASTS
    reconcile_seconds: float = EVERY_SECONDS
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
        if adapter.capabilities.carried_by_hub != (adapter.capabilities.channel in CARRIED_BY_HUB):
            raise StartRefused(f"channel {number} ({channel.account}): domain/carriage.py does not know who carries it")
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
    watch = SessionWatch(hub.access, hub.clock)
    live, visits, tv = Live(hub, workspace, watch), ChatLive(hub), Tv(hub)
    app = web.Application(
        middlewares=(*CHAIN, throttle, authorise, arrived), client_max_size=settings.limits.request_bytes
    )
    install(app)
    app[HUB] = hub
    app[ACCESS] = hub.access
    app[OPTIONS] = WebOptions(
        public_url=public_url(settings),
        trusted_proxies=tuple(settings.server.trusted_proxies),
        secure_cookie=not settings.server.plain_cookie,
        session_seconds=int(settings.security.session_hours * 3600),
    )
    app.add_routes([*all_routes(hub, workspace, live, visits, watch), *tv.routes()])
    reads = site.PageReads(
        agent_snapshot=workspace.snapshot,
        board_snapshot=hub.board.snapshot,
        queue=hub.drilldown.queue,
        agent=hub.drilldown.agent,
        conversation=hub.drilldown.conversation,
        screen=tv.of_link,
        company=lambda: hub.rules.current.company.name,
        demo=variation.demo,
        site=lambda key: hub.rules.current.sites.get(key),  # noqa: PLW0108 - the rules change
        sites=lambda: list(hub.rules.current.sites.values()),
        customer=lambda key: hub.reads.run(whole_customer, key),
        customers=lambda cursor: hub.reads.run(customer_list.page, cursor),
        day=lambda user, date: _day(hub, user, date),
        settings=lambda user: hub.reads.run(personal.settings_of, user),
    )
    app.add_routes(site.routes(reads))
    app[ERROR_PAGE] = lambda request, problem: site.error_page(request, problem, company=reads.company())
    if variation.extra_routes is not None:
        app.add_routes(variation.extra_routes(hub))
    app.on_shutdown.append(lambda _app: _say_goodbye(hub, live, visits))
    app.on_shutdown.append(lambda _app: _stage("screens", tv.stop))
    app.cleanup_ctx.append(lambda _app: _life(settings, hub, workspace, visits))
    return app


def _hub(settings: Settings, adapters: dict[str, Adapter], variation: Variation, secret: bytes) -> Hub:
    url, clock, node = settings.database_url, variation.clock or HubClock(), new_id()
    ledger, reads = Ledger(url, clock, database_time=variation.clock is None), Reads(url)
    feed = Feed(reads, poll=not databases.is_sqlite(url))
    ledger.on_sealed(feed.push)
    rules = Rules(ledger, reads)
    rules.follow(feed)
    offering.register(ledger, rules)
    desk = Desk(rules)
    presence = PresenceKeeper(ledger, rules, desk, grace=variation.grace, requeue=variation.requeue_after)
    board = Board(ledger, reads, feed, rules, clock)
    outbound = Outbound(ledger, reads, clock, adapters, node=node, callback_base=public_url(settings))
    feed.subscribe(outbound.see)
    blobs = Blobs(data_directory(settings) / "blobs")
    signals = Signals()
    verbs = every_command(Services(desk, presence, Steering(rules), Followups(rules), Helping(rules)))
    access = Access(
        ledger,
        reads,
        clock,
        secret=secret,
        session_hours=settings.security.session_hours,
        guessing=Guessing(settings.limits.login_tries, settings.limits.login_minutes),
        roles=lambda: rules.current.roles,
    )
    links = PasswordLinks(ledger, reads, clock, access)
    intake, admission = Intake(ledger, rules), Admission()
    dispatcher = Dispatcher(ledger, reads, feed, rules, clock, node, lease=variation.lease)
    reconciliation = Reconciliation(
        ledger,
        reads,
        clock,
        adapters,
        Doors(intake, admission, outbound),
        lambda: dispatcher.leading,
        every_seconds=variation.reconcile_seconds,
    )
    return Hub(
        node=node,
        clock=clock,
        ledger=ledger,
        reads=reads,
        feed=feed,
        rules=rules,
        access=access,
        administration=Administration(ledger, reads, rules),
        links=links,
        people=PeopleAdmin(ledger, reads, clock, rules, access, links, presence),
        commands=Commands(ledger, clock, verbs, signals.publish),
        signals=signals,
        intake=intake,
        outbound=outbound,
        reconciliation=reconciliation,
        presence=presence,
        deadlines=Deadlines(ledger, reads, clock, rules, desk, presence, node),
        dispatcher=dispatcher,
        board=board,
        drilldown=Drilldown(board, reads, rules, clock),
        screens=Screens(rules, secret),
        search=Search(ledger, reads, feed),
        anchoring=Anchoring(ledger, reads, anchors.file_for(url, data_directory(settings))),
        attachments=Attachments(ledger, reads, clock, adapters, blobs),
        uploads=Uploads(ledger, reads, rules, clock, blobs),
        visitors=Visitors(ledger, reads, clock, rules, desk, node),
        adapters=adapters,
        admission=admission,
    )


async def _day(hub: Hub, agent: str, given: str) -> dict[str, Any]:
    """ "My day" for the page: the same as the API's."""
    book = hub.rules.current
    return await hub.reads.run(day_of, agent, parse_day(given, book.company.time_zone, hub.clock.now()), book)


def data_directory(settings: Settings) -> Path:
    """Where files stand beside the database."""
    url = settings.database_url
    if databases.is_sqlite(url):
        return databases.sqlite_path(url).parent
    return Path(settings.security.secret_key_file).parent


async def _life(settings: Settings, hub: Hub, workspace: Workspace, visits: ChatLive) -> AsyncIterator[None]:
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
            relay = Relay(settings.redis_url, hub.node, hub.signals.hear)
            hub.signals.relay_to(relay.send)
            await relay.start()
            stack.push_async_callback(_stage, "relay", relay.stop)
        await hub.rules.start()
        stack.push_async_callback(_stage, "rules", hub.rules.stop)
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
        await visits.start()
        hub.ready = True
        log.info("ready", url=public_url(settings), database=url.partition(":")[0], position=hub.feed.position)
        yield
        hub.ready = False
    log.info("stopped")


async def _say_goodbye(hub: Hub, live: Live, visits: ChatLive) -> None:
    """Before the server waits for open connections: a stream that is not told to end would hold up the stop."""
    hub.ready = False
    await _stage("sockets", live.stop)
    await _stage("visitors' sockets", visits.stop)


def _parts(hub: Hub) -> Sequence[tuple[str, Part]]:
    return (
        ("anchoring", hub.anchoring),
        ("deadlines", hub.deadlines),
        ("dispatcher", hub.dispatcher),
        ("outbound", hub.outbound),
        ("reconciliation", hub.reconciliation),
        ("attachments", hub.attachments),
        ("uploads", hub.uploads),
        ("visitors", hub.visitors),
        ("search", hub.search),
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
