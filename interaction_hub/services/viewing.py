"""Who writes and who looks, among colleagues: the signs that keep two people from answering one customer.

Nothing is stored. Each node keeps the table of viewers itself, from what all nodes say on the topic `viewers`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from interaction_hub.clock import Clock
from interaction_hub.domain.permissions import Principal
from interaction_hub.domain.text import is_storable
from interaction_hub.durations import SECOND
from interaction_hub.errors import Invalid
from interaction_hub.services.signals import Signals

FADES_AFTER = 45 * SECOND
"""A viewer who does not repeat himself (each 20 s) looks no more."""
MOST_ID = 64


@dataclass(slots=True)
class _Look:
    name: str
    typing: bool
    until: int


class Viewing:
    """Takes the operations `typing` and `view` of consoles. `holds(contact)` is the agent who has a contact, or ""."""

    def __init__(self, signals: Signals, clock: Clock, holds: Callable[[str], str]) -> None:
        self._signals, self._clock, self._holds = signals, clock, holds
        self._looks: dict[str, dict[str, _Look]] = {}
        self._at: dict[str, str] = {}
        signals.listen("viewers", self._hear)

    def take(self, principal: Principal, frame: dict[str, Any]) -> None:
        """One sign of a person. Raises `Invalid` for a malformed one."""
        if frame["op"] == "typing":
            self._typing(principal, _id(frame, "contact"), frame.get("on") is True)
        else:
            self.look(principal, _id(frame, "customer"), typing=frame.get("typing") is True)

    def look(self, principal: Principal, customer: str, *, typing: bool = False) -> None:
        """He looks at this customer now, or ("") at nobody."""
        before = self._at.pop(principal.user_id, "")
        person = {"id": principal.user_id, "name": principal.name, "typing": typing}
        if before and before != customer:
            self._signals.publish("viewers", {"customer": before, "person": person, "looks": False})
        if customer:
            self._at[principal.user_id] = customer
            self._signals.publish("viewers", {"customer": customer, "person": person, "looks": True})

    def _typing(self, principal: Principal, contact: str, on: bool) -> None:
        if contact and self._holds(contact) == principal.user_id:
            said = {"type": "signal", "kind": "typing", "contact": contact, "on": on, "by": principal.user_id}
            self._signals.publish(f"contact:{contact}", {**said, "name": principal.name})

    def _hear(self, frame: dict[str, Any]) -> None:
        customer, person, now = frame["customer"], frame["person"], self._clock.now()
        looks = self._looks.setdefault(customer, {})
        before = {key: (look.name, look.typing) for key, look in looks.items()}
        for key in [key for key, look in looks.items() if look.until <= now]:
            del looks[key]
        if frame["looks"]:
            looks[person["id"]] = _Look(person["name"], person["typing"], now + FADES_AFTER)
        else:
            looks.pop(person["id"], None)
        if not looks:
            del self._looks[customer]
        if before != {key: (look.name, look.typing) for key, look in looks.items()}:
            self._tell(customer, {*looks, *before})

    def _tell(self, customer: str, people: set[str]) -> None:
        looks = self._looks.get(customer, {})
        for user in people:
            others = [
                {"id": key, "name": look.name, "typing": look.typing} for key, look in looks.items() if key != user
            ]
            frame = {"type": "signal", "kind": "viewers", "customer": customer, "people": others}
            self._signals.hear(f"user:{user}", frame)


def _id(frame: dict[str, Any], name: str) -> str:
    found = frame.get(name) or ""
    if not isinstance(found, str) or len(found) > MOST_ID or not is_storable(found):
        raise Invalid(f"{name} must be an id.", fields={name: "not an id"})
    return found
