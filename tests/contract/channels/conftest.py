"""A carrier, a small hub and an adapter between them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from channels.twilio_sms import TwilioSmsAdapter, TwilioSmsOptions
from interaction_hub.demo.carrier import DEMO_SPEC, Carrier
from tests.contract.channels.small_hub import SmallHub
from tests.unit.channels.twilio_requests import ACCOUNT_SID, TOKEN

OURS = "+14155550100"
CUSTOMER = "+14155550111"
KEY = b"k" * 32


@dataclass(frozen=True)
class Line:
    """Everything between a customer's phone and the adapter."""

    carrier: Carrier
    hub: SmallHub
    adapter: TwilioSmsAdapter


def options_for(base: str, **changes: object) -> TwilioSmsOptions:
    values: dict[str, object] = {
        "account_sid": ACCOUNT_SID,
        "auth_token": TOKEN,
        "numbers": (OURS,),
        "api_base": base,
        "timeout_seconds": 0.5,
        "allow_private_media": True,
        "messages_per_second": 1000.0,
        **changes,
    }
    return TwilioSmsOptions(**values)  # type: ignore[arg-type]


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    hub = SmallHub()
    await hub.start()
    carrier = Carrier(DEMO_SPEC, ACCOUNT_SID, TOKEN, hub.base_url, numbers=[OURS])
    await carrier.start()
    adapter = TwilioSmsAdapter("main", options_for(carrier.base_url), KEY)
    hub.adapter = adapter
    await adapter.start()
    yield Line(carrier, hub, adapter)
    await adapter.close()
    await carrier.close()
    await hub.close()
