"""Changing what is known of a customer: one who saw an older version is told, and overwrites nothing."""

from __future__ import annotations

from typing import Any

import msgspec

from interaction_hub.clock import milliseconds
from interaction_hub.domain import events
from interaction_hub.domain.permissions import Principal
from interaction_hub.errors import ChangedMeanwhile, Invalid, NotFound
from interaction_hub.services.arguments import CustomerArguments
from interaction_hub.services.directory import Directory
from interaction_hub.services.masking import mask_cards
from interaction_hub.storage import customers, journal
from interaction_hub.storage.unit import Tx


def update_customer(tx: Tx, principal: Principal, given: CustomerArguments, correlation: str) -> dict[str, Any]:
    """Write the fields that are given, if the version is still the one that was seen."""
    row = customers.get(tx.connection, given.customer)
    if row is None:
        raise NotFound("There is no such customer.")
    values = given.model_dump(exclude={"customer", "version"}, exclude_none=True)
    if not values:
        raise Invalid("There is nothing to change.", fields={"name": "or another field is needed"})
    if "name" in values:
        values["name"] = mask_cards(values["name"])[0]
    if "facts" in values:
        facts = [{name: mask_cards(text)[0] for name, text in fact.items()} for fact in values["facts"]]
        values["facts"] = msgspec.json.encode(facts)
    if not customers.update(tx, given.customer, given.version, values):
        raise _outrun(tx, given.customer)
    tx.emit(
        events.CustomerChanged(customer=given.customer, version=given.version + 1, fields=tuple(sorted(values))),
        actor=f"user:{principal.user_id}",
        correlation=correlation,
    )
    return {"version": given.version + 1}


def _outrun(tx: Tx, customer: str) -> ChangedMeanwhile:
    """Who was faster, and when: in this very batch, or in the log."""
    actor, at = "", None
    for event in tx.events:
        if isinstance(event.body, events.CustomerChanged) and event.body.customer == customer:
            actor, at = event.actor, tx.now
    if not actor and (change := journal.last_change_of(tx.connection, customer, tx.position)):
        actor, at = change.actor, change.at
    who = actor.removeprefix("user:")
    name = Directory(tx.connection).name(who)
    words = f"{name or 'Somebody'} changed this customer meanwhile. Look at the new values, then try again."
    return ChangedMeanwhile(words, by={"id": who, "name": name} if name else None, at=milliseconds(at))
