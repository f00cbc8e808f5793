"""Puts each waiting contact where the matcher finds it: its signature's line, one agent's slot, or aside."""

from __future__ import annotations

from routing.eligibility import held_for
from routing.floor import Floor, PlanPoint
from routing.model import ContactId, Micros
from routing.timers import Timers
from routing.waiting import Contact, Ranked


class Places:
    """Owns where contacts stand and the one timer of each: the next moment at which its place may change."""

    def __init__(self, floor: Floor, timers: Timers) -> None:
        self._floor = floor
        self._timers = timers

    def put(self, contact: Contact, now: Micros) -> bool:
        """Find the contact its place as of now. False if it does not wait, or nobody may have it at the moment."""
        self.take(contact)
        if contact.offer_id is not None:
            return False
        self._floor.waiting.setdefault(contact.queue_id, {})[contact.id] = None
        self._forget_past(contact, now)
        point = self._floor.plan(contact, now)
        if point is None:
            self._floor.parked[contact.id] = None
            return False
        self._set_timer(contact, point)
        if contact.paused_until > now:
            return False
        self._stand(contact, point, now)
        return True

    def _stand(self, contact: Contact, point: PlanPoint, now: Micros) -> None:
        line = point.signature.waiting
        agent = held_for(self._floor, contact, point, now)
        contact.order = contact.rank(first=agent is not None and contact.assigned)
        for signature in self._floor.ahead(contact, point) if contact.declined else ():
            signature.declined[contact.id] = None
            contact.declined_in.append(signature.declined)
        if agent is not None:
            slot = self._floor.slots.setdefault(agent.id, Ranked())
            slot.add(contact)
            contact.home = slot
        elif contact.declined or contact.back_off or contact.refusal:
            line.marked.add(contact)
            contact.home = line.marked
        else:
            line.add(contact)
            contact.home = line

    def take(self, contact: Contact) -> None:
        """Take the contact from wherever it stands. Do so before changing what its place depends on."""
        self._floor.points.pop(contact.id, None)
        if contact.home is not None:
            contact.home.discard(contact)
            contact.home = None
        for declined in contact.declined_in:
            declined.pop(contact.id, None)
        contact.declined_in.clear()
        waiting = self._floor.waiting.get(contact.queue_id)
        if waiting is not None:
            waiting.pop(contact.id, None)
            if not waiting:
                del self._floor.waiting[contact.queue_id]
        self._floor.parked.pop(contact.id, None)

    def forget(self, contact_id: ContactId) -> None:
        """The contact waits no more and will not come back by an offer's end."""
        contact = self._floor.contacts.pop(contact_id, None)
        if contact is not None:
            self.take(contact)
            self.unwish(contact)
            self._timers.cancel(("contact", contact_id))

    def wish(self, contact: Contact, agent_id: str | None, until: Micros, *, assigned: bool) -> None:
        """Whom the contact is to wait for, and until when."""
        self.unwish(contact)
        contact.preferred_agent, contact.preferred_until, contact.assigned = agent_id, until, assigned
        if agent_id is not None:
            self._floor.wishes.setdefault(agent_id, {})[contact.id] = None

    def unwish(self, contact: Contact) -> None:
        """The contact is to wait for nobody."""
        wishes = self._floor.wishes.get(contact.preferred_agent or "")
        if wishes is not None:
            wishes.pop(contact.id, None)
            if not wishes:
                del self._floor.wishes[contact.preferred_agent or ""]
        contact.preferred_agent, contact.preferred_until, contact.assigned = None, 0, False

    def _set_timer(self, contact: Contact, point: PlanPoint) -> None:
        times = [*contact.back_off.values()]
        if point.ends is not None:
            times.append(point.ends)
        if contact.preferred_agent is not None:
            times.append(contact.preferred_until)
        if contact.refusal is not None:
            times.append(contact.refusal.until)
        if contact.paused_until:
            times.append(contact.paused_until)
        if times:
            self._timers.set(("contact", contact.id), min(times))
        else:
            self._timers.cancel(("contact", contact.id))

    def _forget_past(self, contact: Contact, now: Micros) -> None:
        for agent_id in [name for name, until in contact.back_off.items() if until <= now]:
            del contact.back_off[agent_id]
        if contact.refusal is not None and contact.refusal.until <= now:
            contact.refusal = None
        if contact.paused_until <= now:
            contact.paused_until = 0
        if contact.preferred_until <= now:
            self.unwish(contact)
