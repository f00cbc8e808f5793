"""Links of wallboards on walls: signed, read-only, ended by a new version of their document.

A link is `{screen}.{version}.{signature}`; whoever has it sees figures of queues, and nobody's name.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from interaction_hub.domain.documents import Screen
from interaction_hub.services.rulebook import Rules

_SIGNATURE_BYTES = 24


class Screens:
    """Makes links and tells whose they are, by the rules in use."""

    def __init__(self, rules: Rules, secret: bytes) -> None:
        self._rules = rules
        self._key = hmac.digest(secret, b"screen-link", hashlib.sha256)

    def link(self, screen: Screen) -> str:
        """The link of a screen's present version."""
        return f"{screen.key}.{screen.link_version}.{self._signature(screen.key, screen.link_version)}"

    def screen_of(self, link: str) -> Screen | None:
        """The screen of a link; None if it was never one, or is one no longer."""
        key, _, rest = link.rpartition(".")[0].rpartition(".")
        signature = link.rpartition(".")[2]
        if not key or not rest.isascii() or not rest.isdigit() or len(rest) > 7 or not signature.isascii():
            return None
        if not hmac.compare_digest(signature, self._signature(key, int(rest))):
            return None
        screen = self._rules.current.screens.get(key)
        return screen if screen is not None and screen.link_version == int(rest) else None

    def queues_of(self, screen: Screen) -> list[str]:
        """The queues that it shows: those of its document that there still are, or all."""
        known = self._rules.current.queues
        return [key for key in screen.queues if key in known] if screen.queues else list(known)

    def all(self) -> list[Screen]:
        """Every screen."""
        return list(self._rules.current.screens.values())

    def _signature(self, key: str, version: int) -> str:
        digest = hmac.digest(self._key, f"{key}\0{version}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:_SIGNATURE_BYTES]).decode()
