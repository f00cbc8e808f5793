"""One customer for a page of his own: who it is, what is open, the top of the whole history. Only reads."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from interaction_hub.services import timeline
from interaction_hub.services.pops import open_interactions


def whole_customer(connection: sa.Connection, key: str) -> dict[str, Any]:
    """`{customer, open_interactions, timeline}` as in a pop (docs/live.md). Raises `NotFound`."""
    return {
        "customer": timeline.customer_view(connection, key),
        "open_interactions": open_interactions(connection, [key])[key],
        "timeline": timeline.history(connection, key),
    }
