"""Who writes: the customer behind an address, known or new. Part of the intake's unit, set-wise like all of it.

What a customer merely says of himself never joins him to anybody; what his channel vouches for does (A15).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.messages import InboundMessage
from interaction_hub.domain import events
from interaction_hub.ids import new_id
from interaction_hub.storage import customers
from interaction_hub.storage.unit import Tx

Known = tuple[str, str]
"""Identity id, customer id."""


class Acquaintance:
    """Meets the senders of one batch, in their order; `meet` reads once and writes once."""

    def __init__(self, tx: Tx, correlations: Mapping[int, str]) -> None:
        self._tx = tx
        self._correlations = correlations
        self._known: dict[str, Known] = {}
        self._customers: list[dict[str, Any]] = []
        self._identities: list[dict[str, Any]] = []
        self.strangers: set[str] = set()
        """Identities that this batch made: nothing of theirs can stand in the database yet."""

    def meet(self, messages: Mapping[int, InboundMessage]) -> dict[int, Known]:
        """Each message's sender, by the message's number in the batch."""
        addresses = {customers.address_of(one.sender_kind, one.sender) for one in messages.values()}
        vouched = {customers.address_of(*pair) for one in messages.values() for pair in one.vouched}
        self._known = customers.by_address(self._tx, addresses | vouched)
        found = {number: self._one(number, message) for number, message in messages.items()}
        customers.insert(self._tx, self._customers, self._identities)
        return found

    def _one(self, number: int, message: InboundMessage) -> Known:
        """Known by his address, by one that the channel vouches for, or new."""
        known = self._known.get(customers.address_of(message.sender_kind, message.sender))
        if known is None:
            vouched = (self._known.get(customers.address_of(*pair)) for pair in message.vouched)
            customer = next((one[1] for one in vouched if one is not None), None)
            customer = customer or self._new_customer(number, message)
            known = self._add(number, customer, message.sender_kind, message.sender, verified=message.verified)
        for kind, value in message.vouched:
            if customers.address_of(kind, value) not in self._known:
                self._add(number, known[1], kind, value, verified=True)
        return known

    def _new_customer(self, number: int, message: InboundMessage) -> str:
        customer = new_id()
        self._customers.append(
            {
                "id": customer,
                "name": message.sender_name,
                "language": message.language,
                "facts": b"[]",
                "created_us": self._tx.now,
            }
        )
        self._emit(number, events.CustomerCreated(customer=customer))
        return customer

    def _add(self, number: int, customer: str, kind: str, value: str, *, verified: bool) -> Known:
        identity, address = new_id(), customers.address_of(kind, value)
        self._identities.append(
            {
                "id": identity,
                "customer_id": customer,
                "kind": kind,
                "value": value,
                "address": address,
                "verified": verified,
                "created_us": self._tx.now,
            }
        )
        self._emit(number, events.IdentityAdded(identity=identity, customer=customer, address_kind=kind))
        self.strangers.add(identity)
        self._known[address] = identity, customer
        return self._known[address]

    def _emit(self, number: int, body: events.Body) -> None:
        self._tx.emit(body, actor="system:intake", correlation=self._correlations[number], item=number)
