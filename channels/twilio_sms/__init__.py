"""SMS and MMS by Twilio: signed webhooks in, REST requests out. Imports the twilio SDK only when it is started."""

from __future__ import annotations

from collections.abc import Mapping

from channels.twilio_sms.adapter import TwilioSmsAdapter
from channels.twilio_sms.options import TwilioSmsOptions, read_options

__all__ = ["TwilioSmsAdapter", "TwilioSmsOptions", "create"]


def create(account: str, options: Mapping[str, object], key: bytes) -> TwilioSmsAdapter:
    """The factory that `channels/registry.py` calls. Twilio signs with its own token; `key` answers our own tests.

    Raises `BadOption`.
    """
    return TwilioSmsAdapter(account, read_options(account, options), key)
