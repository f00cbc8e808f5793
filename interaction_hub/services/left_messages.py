"""A message that a stranger left for later: what his page may still say of it, which is not its words."""

from __future__ import annotations

import sqlalchemy as sa

from interaction_hub.storage import visits


def receipt(connection: sa.Connection, contact: str) -> str | None:
    """Where the answer goes, masked; "" if it goes to no address; None if nothing was left with this contact."""
    address = visits.answer_address(connection, contact)
    return None if address is None else masked(address)


def masked(address: str) -> str:
    """Enough to find a slip of the pen, too little to learn it: `m…@example.com`, `…18`."""
    local, at, domain = address.rpartition("@")
    if at:
        return f"{local[:1]}…@{domain}"
    digits = "".join(one for one in address if one.isdigit())
    return f"…{digits[-2:]}" if len(digits) > 4 else ""
