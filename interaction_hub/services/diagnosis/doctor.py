"""The order of the checks: from this machine outwards. What depends on something broken is left out, and it is said."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from channels.contract import Adapter, SelfTesting
from interaction_hub.services.diagnosis import accounts, company, machine, reach, store
from interaction_hub.services.diagnosis.findings import Case, Finding, fail, warn
from interaction_hub.services.diagnosis.visits import Visitor, open_visitor
from interaction_hub.services.diagnosis.webhooks import Trial, try_webhook
from interaction_hub.storage import databases


async def examine(case: Case, begin: Callable[[str], None]) -> AsyncIterator[Finding]:
    """Every finding as soon as it is there; `begin` hears what is looked at next, for what takes long."""
    for finding in machine.look_at_settings(case):
        yield finding
    found, secret = machine.look_at_secret(case.settings.security.secret_key_file)
    yield found
    server = case.settings.server
    if server.tls_cert is not None and server.tls_key is not None:
        yield machine.look_at_certificate(server.tls_cert, server.tls_key)
    begin("the database")
    findings, stored = await store.look_at_database(case.settings.database_url)
    for finding in findings:
        yield finding
    yield machine.look_at_disk(case.data_directory)
    sqlite = databases.is_sqlite(case.settings.database_url)
    if case.settings.redis_url:
        yield await store.look_at_redis(case.settings.redis_url, sqlite=sqlite)
    wrong, adapters = accounts.make_adapters(case, secret)
    for finding in wrong:
        yield finding
    if stored is not None:
        yield company.look_at_admin(stored, sqlite=sqlite)
        for finding in _company(case, stored, adapters):
            yield finding
    async with open_visitor() as visitor:
        async for finding in _outside(case, visitor, adapters, secret, begin):
            yield finding


def _company(case: Case, stored: store.Stored, adapters: list[Adapter]) -> list[Finding]:
    found = company.look_at_queues(stored, {adapter.capabilities.channel for adapter in adapters})
    for adapter in adapters:
        found += company.look_at_addresses(stored.book, adapter, case.public_url)
    return found


async def _outside(
    case: Case, visitor: Visitor, adapters: list[Adapter], secret: bytes | None, begin: Callable[[str], None]
) -> AsyncIterator[Finding]:
    local = reach.local_url(case)
    begin("the hub")
    finding, running = await reach.look_for_hub(visitor, local)
    yield finding
    begin(case.public_url)
    findings, reached = await reach.look_at_public_address(visitor, case, running=running)
    for finding in findings:
        yield finding
    for adapter in adapters:
        if not isinstance(adapter, SelfTesting):
            continue
        begin(f"the provider of {adapter.account}")
        async for finding in accounts.ask_provider(adapter, case.public_url):
            yield finding
        trial = Trial(visitor, adapter, case.public_url, local)
        if case.settings.server.public_url is None:
            words = "the provider cannot post to this hub: it has no public address"
            yield fail(trial.subject, words, 'set server.public_url = "https://…", behind a proxy or a tunnel')
        elif not reached or secret is None:
            yield warn(trial.subject, "no test was posted: see what is wrong above", "mend that and ask again")
        else:
            begin(f"the webhook of {adapter.account}")
            yield await try_webhook(trial)
