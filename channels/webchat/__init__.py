"""Web chat: customers write in their own browser, over a socket to the hub. No provider, no network of its own."""

from __future__ import annotations

from collections.abc import Mapping

from channels.account_options import OptionReader
from channels.webchat.adapter import WebchatAdapter

__all__ = ["WebchatAdapter", "create"]


def create(account: str, options: Mapping[str, object], key: bytes) -> WebchatAdapter:
    """The factory that `channels/registry.py` calls. There are no options: sites are documents. Raises `BadOption`."""
    OptionReader(account, options).done()
    return WebchatAdapter(account, key)
