"""One customer for a page of his own: who it is, what is open, the top of the whole history. Only reads."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from interaction_hub.clock import milliseconds
from interaction_hub.services import timeline
from interaction_hub.storage import interactions


def whole_customer(connection: sa.Connection, key: str) -> dict[str, Any]:
    """`{customer, open_interactions, timeline}` as in a pop (docs/live.md). Raises `NotFound`."""
    return {
        "customer": timeline.customer_view(connection, key),
        "open_interactions": [
            {
                "id": row.id,
                "subject": row.subject,
                "channel": row.channel,
                "state": row.state,
                "last_at": milliseconds(row.last_us),
            }
            for row in interactions.open_of(connection, key)
        ],
        "timeline": timeline.history(connection, key),
    }
