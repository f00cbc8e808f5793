"""Changing what is known of a customer: one who saw an older version is told, and overwrites nothing."""

from __future__ import annotations

from typing import Any

import msgspec

from interaction_hub.domain import events
from interaction_hub.domain.permissions import Principal
from interaction_hub.errors import Conflict, Invalid, NotFound
from interaction_hub.services.arguments import CustomerArguments
from interaction_hub.storage import customers
from interaction_hub.storage.unit import Tx


def update_customer(tx: Tx, principal: Principal, given: CustomerArguments, correlation: str) -> dict[str, Any]:
    """Write the fields that are given, if the version is still the one that was seen."""
    row = customers.get(tx.connection, given.customer)
    if row is None:
        raise NotFound("There is no such customer.")
    values = given.model_dump(exclude={"customer", "version"}, exclude_none=True)
    if not values:
        raise Invalid("There is nothing to change.", fields={"name": "or another field is needed"})
    if "facts" in values:
        values["facts"] = msgspec.json.encode(values["facts"])
    if not customers.update(tx, given.customer, given.version, values):
        raise Conflict(
            "Somebody changed this customer meanwhile. Look at the new values, then try again.", code="version"
        )
    tx.emit(
        events.CustomerChanged(customer=given.customer, version=given.version + 1, fields=tuple(sorted(values))),
        actor=f"user:{principal.user_id}",
        correlation=correlation,
    )
    return {"version": given.version + 1}
