"""Which channels the hub carries itself: the commit is the sending, no outbox row is written (decisions 30)."""

from __future__ import annotations

CARRIED_BY_HUB = frozenset({"chat"})
"""Channels of adapters whose capabilities say `carried_by_hub`; `app.py` refuses to start when both disagree."""
