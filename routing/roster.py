"""Keeps the agents' side of the indexes true: who is ready, idle, and for which signatures. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable

from routing.eligibility import NOTHING, is_ready, room
from routing.floor import Agent, Floor, Held
from routing.model import AgentProfile, ContactId, Micros
from routing.signatures import Signature


class Roster:
    """`recheck` is told of contacts that became free for somebody because somebody else left."""

    def __init__(self, floor: Floor, recheck: Callable[[ContactId], None]) -> None:
        self._floor = floor
        self._recheck = recheck

    def refresh(self, agent: Agent, now: Micros) -> None:
        """Bring the indexes up to what the agent's record says now."""
        ready = is_ready(agent)
        channels = room(self._floor, agent, now) if ready else NOTHING
        if (ready, channels, agent.idle_since) == (agent.ready, agent.open, agent.indexed_since):
            return
        self._leave_lines(agent)
        self._set_ready(agent, ready)
        agent.open, agent.indexed_since = channels, agent.idle_since
        for channel in channels:
            for signature in self._served(agent, channel):
                signature.idle.add(agent)

    def change_profile(self, agent: Agent, profile: AgentProfile) -> None:
        """Take the agent out of all indexes and give him another profile; refresh him afterwards."""
        self._leave_lines(agent)
        self._set_ready(agent, False)
        skillset = self._floor.signatures.enrol(profile)
        if agent.profile is not None:
            self._floor.signatures.leave(agent.profile)
        agent.profile, agent.skillset = profile, skillset

    def hold(self, agent: Agent, contact_id: ContactId, held: Held) -> None:
        """The contact is with this agent from now on; whoever had it was released before."""
        agent.held[contact_id] = held
        self._floor.holder[contact_id] = agent.id

    def release(self, contact_id: ContactId) -> Agent | None:
        """The contact is with nobody any more; the agent that had it, or None."""
        name = self._floor.holder.pop(contact_id, None)
        if name is None:
            return None
        agent = self._floor.agents[name]
        agent.held.pop(contact_id, None)
        return agent

    def _served(self, agent: Agent, channel: str) -> dict[Signature, None]:
        return agent.skillset.serves.get(channel, {}) if agent.skillset is not None else {}

    def _leave_lines(self, agent: Agent) -> None:
        for channel in agent.open:
            for signature in self._served(agent, channel):
                signature.idle.discard()
        agent.stamp += 1
        agent.open = frozenset()

    def _set_ready(self, agent: Agent, ready: bool) -> None:
        if agent.ready == ready or agent.skillset is None:
            return
        agent.ready = ready
        if ready:
            agent.skillset.ready[agent.id] = agent
        else:
            del agent.skillset.ready[agent.id]
        for served in agent.skillset.serves.values():
            for signature in served:
                signature.staffed += 1 if ready else -1
                if not ready and signature.declined:
                    self._recheck_declined(signature)

    def _recheck_declined(self, signature: Signature) -> None:
        # The last agent who had not declined may have gone: those who declined are asked again.
        for contact_id in signature.declined:
            contact = self._floor.contacts[contact_id]
            if len(contact.declined) >= signature.staffed:
                self._recheck(contact_id)
