"""The channel accounts: their options, what their providers say of them, and the way back from there."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator

from channels.contract import Adapter, SelfTesting
from channels.errors import ChannelError, Permanent
from channels.registry import create_adapter
from interaction_hub.services.diagnosis.findings import Case, Finding, fail, ok, warn

PATIENCE_SECONDS = 60.0
"""For one account; each request to the provider has its own, shorter limit."""


def make_adapters(case: Case, secret: bytes | None) -> tuple[list[Finding], list[Adapter]]:
    """One adapter an account, and a finding for each whose options cannot be used."""
    found: list[Finding] = []
    adapters: list[Adapter] = []
    stand_in = secret or secrets.token_bytes(32)  # only for looking: tests are not posted without the real one
    for channel in case.settings.channel:
        key = case.key_of(stand_in, channel.account)
        try:
            adapters.append(create_adapter(channel.kind, channel.account, channel.options, key))
        except ChannelError as error:
            advice = "correct it in hub.toml or its environment; channels.example.toml has every option"
            found.append(fail(f"account {channel.account}", str(error), advice))
    return found, adapters


async def ask_provider(adapter: SelfTesting, public_url: str) -> AsyncIterator[Finding]:
    """What the provider says: by reads, each with the account's time-out."""
    subject = f"account {adapter.account}"
    url = f"{public_url}/webhooks/{adapter.capabilities.channel}/{adapter.account}"
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await adapter.start()
            state = await adapter.inspect(url)
    except Permanent as error:
        reason = f"{error.reason} ({error.code})" if error.code else error.reason
        yield fail(subject, reason, f"then restart the hub; doctor reads {subject} from the same hub.toml")
        return
    except (ChannelError, TimeoutError) as error:
        words = f"the provider could not be asked: {str(error) or 'it did not answer in time'}"
        yield fail(subject, words, "see that this machine reaches the internet, and the provider's status page")
        return
    finally:
        await adapter.close()
    for words in state.wrong:
        what, _, advice = words.partition("; ")
        yield fail(subject, what, advice)
    for words in state.doubtful:
        yield warn(subject, words)
    if not state.wrong:
        yield ok(subject, state.words)
