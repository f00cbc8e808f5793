"""A hub behind a proxy, with a carrier and a doctor: for tests of what stands in a customer's way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from interaction_hub.app import HUB, build, data_directory, derived, public_url
from interaction_hub.demo.carrier import DEMO_SPEC, Carrier
from interaction_hub.domain.permissions import Role
from interaction_hub.services.access import UserChange
from interaction_hub.services.diagnosis import Case, Finding, Verdict, examine
from interaction_hub.services.hub import Hub
from interaction_hub.services.rulebook import Publish
from interaction_hub.settings import ChannelAccount, Settings
from tests.fakes.house import SID, TOKEN, documents, settings_for
from tests.fakes.proxy import Proxy, open_proxy
from tests.fakes.servers import free_port

PEOPLE = (("amara", Role.AGENT), ("daniel", Role.AGENT), ("boss", Role.ADMIN))


@dataclass
class Premises:
    """A hub behind a proxy, and what its doctor is told. `settings` are the hub's."""

    settings: Settings
    carrier: Carrier
    proxy: Proxy
    hub: Hub
    seen: list[str] = field(default_factory=list)

    async def doctor(self, settings: Settings | None = None) -> list[Finding]:
        """Everything that he finds, with other settings than the hub's if some are given."""
        told = settings or self.settings
        return await ask_doctor(told, self.seen)


@asynccontextmanager
async def open_premises(
    database_url: str,
    folder: Path,
    *,
    people: tuple[tuple[str, Role], ...] = PEOPLE,
    knows_its_address: bool = True,
) -> AsyncIterator[Premises]:
    async with AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(open_proxy())
        carrier = Carrier(DEMO_SPEC, SID, TOKEN, proxy.url)
        await carrier.start()
        stack.push_async_callback(carrier.close)
        port = free_port()
        proxy.target = f"http://127.0.0.1:{port}"
        settings = with_server(
            settings_for(database_url, folder, carrier, port),
            public_url=proxy.url if knows_its_address else None,
            trusted_proxies=("127.0.0.1/32",),
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


async def ask_doctor(settings: Settings, seen: list[str] | None = None) -> list[Finding]:
    """Everything that he finds."""
    case = Case(settings, "hub.toml", public_url(settings), data_directory(settings), derived)
    heard = seen if seen is not None else []
    return [finding async for finding in examine(case, heard.append)]


def of(findings: list[Finding], subject: str, verdict: Verdict = Verdict.FAIL) -> Finding:
    found = [finding for finding in findings if finding.subject == subject and finding.verdict is verdict]
    assert found, "\n".join(map(str, findings))
    return found[0]
