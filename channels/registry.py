"""Which kinds of channel there are, and where each one's factory stands. A kind is imported when it is first used."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from channels.contract import Adapter
from channels.errors import ChannelError

# kind → module; the module has `create(account, options, key) -> Adapter`. A new channel adds one line.
KINDS: Mapping[str, str] = {
    "twilio_sms": "channels.twilio_sms",
    "webchat": "channels.webchat",
}


class UnknownKind(ChannelError):
    """The configuration names a kind of channel that does not exist."""

    def __init__(self, kind: str) -> None:
        super().__init__(f'unknown kind of channel "{kind}"; known kinds: {", ".join(sorted(KINDS))}')
        self.kind = kind


def create_adapter(kind: str, account: str, options: Mapping[str, object], key: bytes) -> Adapter:
    """Build the adapter of one account. Raises `UnknownKind`, or `BadOption` that says what would be right.

    `key` is 32 bytes that only this account of this hub has, for channels that sign something of their own.
    """
    if kind not in KINDS:
        raise UnknownKind(kind)
    module = import_module(KINDS[kind])
    return cast("Adapter", module.create(account, options, key))
