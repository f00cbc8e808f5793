"""What contacts ask (signatures) against what agents can do (profiles): interned, each pair judged once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from routing.idle import IdleLine, Idler
from routing.model import AgentId, AgentProfile, ContactId, SkillLevel
from routing.waiting import WaitingLine

PRUNE_FROM = 4_096
"""Unused signatures are kept up to this number: making one anew looks at every profile."""

ProfileKey = tuple[frozenset[tuple[str, int]], int, frozenset[tuple[str, int]]]


class Signature:
    """All that is asked of an agent: a channel and skills with least levels. Holds both sides of its market."""

    __slots__ = ("channel", "declined", "idle", "needs", "staffed", "waiting")

    def __init__(self, channel: str, needs: tuple[SkillLevel, ...]) -> None:
        self.channel = channel
        self.needs = needs
        self.waiting = WaitingLine()
        self.idle = IdleLine()
        self.staffed = 0
        """Agents who are ready and serve it, busy ones included."""
        self.declined: dict[ContactId, None] = {}
        """Waiting contacts that somebody declined and whose plan comes to this signature now or later."""


class Skillset:
    """Agents with equal profiles. `serves` are the signatures that they can serve, by channel."""

    def __init__(self, profile: AgentProfile) -> None:
        self.skills = profile.skills
        self.capacity = profile.capacity
        self.per_channel = profile.per_channel
        self.members = 0
        self.ready: dict[AgentId, Idler] = {}
        self.serves: dict[str, dict[Signature, None]] = {}
        self.channels: frozenset[str] = frozenset()
        """The channels of which he can hold a contact when he holds nothing else: the keys of `serves`."""

    def weigh(self, weights: Mapping[str, int]) -> None:
        """Which channels these are with such weights."""
        most = self.per_channel.items()
        self.channels = frozenset(ch for ch, n in most if n >= 1 and weights.get(ch, 1) <= self.capacity)

    def can_serve(self, signature: Signature) -> bool:
        """Whether skills and channel will do, whatever he holds at the moment."""
        return signature in self.serves.get(signature.channel, ())

    def skilled_for(self, signature: Signature) -> bool:
        """Whether the skills will do."""
        return all(self.skills.get(need.skill, 0) >= need.level for need in signature.needs)


class Signatures:
    """Both tables and the judgements between them."""

    def __init__(self) -> None:
        self._signatures: dict[tuple[str, frozenset[SkillLevel]], Signature] = {}
        self._skillsets: dict[ProfileKey, Skillset] = {}
        self._by_skill: dict[str, dict[Skillset, None]] = {}
        self._weights: Mapping[str, int] = {}
        self._prune_at = PRUNE_FROM
        self.generation = 0
        """Rises when signatures were dropped: whoever remembers some must ask again."""

    def __len__(self) -> int:
        return len(self._signatures)

    def intern(self, channel: str, needs: Iterable[SkillLevel]) -> Signature:
        """The one signature for this channel and these skills (the highest level of each counts)."""
        levels: dict[str, int] = {}
        for need in needs:
            levels[need.skill] = max(need.level, levels.get(need.skill, 0))
        asked = frozenset(SkillLevel(skill, level) for skill, level in levels.items())
        known = self._signatures.get((channel, asked))
        return known if known is not None else self._add(channel, asked)

    def _add(self, channel: str, asked: frozenset[SkillLevel]) -> Signature:
        signature = Signature(channel, tuple(sorted(asked, key=lambda need: need.skill)))
        self._signatures[channel, asked] = signature
        for skillset in self._skilled(signature):
            self._judge(skillset, signature)
        return signature

    def _skilled(self, signature: Signature) -> Iterable[Skillset]:
        """All who can come into question: those with the rarest of the skills."""
        if not signature.needs:
            return self._skillsets.values()
        return min((self._by_skill.get(need.skill, {}) for need in signature.needs), key=len)

    def _judge(self, skillset: Skillset, signature: Signature) -> None:
        served = skillset.serves.get(signature.channel)
        if served is None or not skillset.skilled_for(signature):
            return
        served[signature] = None
        signature.staffed += len(skillset.ready)
        for agent in skillset.ready.values():
            if signature.channel in agent.open:
                signature.idle.add(agent)

    def prune(self) -> None:
        """Drop unused signatures if there are very many. Only between steps: whoever holds one loses it."""
        if len(self._signatures) < self._prune_at:
            return
        for key, signature in list(self._signatures.items()):
            if not len(signature.waiting) and not signature.declined:
                del self._signatures[key]
                for skillset in self._skillsets.values():
                    skillset.serves.get(signature.channel, {}).pop(signature, None)
        self._prune_at = max(PRUNE_FROM, 2 * len(self._signatures))
        self.generation += 1

    def enrol(self, profile: AgentProfile) -> Skillset:
        """The one skillset for this profile, with one member more."""
        key = _key(profile)
        skillset = self._skillsets.get(key)
        if skillset is None:
            skillset = self._skillsets[key] = Skillset(profile)
            for skill in profile.skills:
                self._by_skill.setdefault(skill, {})[skillset] = None
            skillset.weigh(self._weights)
            for channel in skillset.channels:
                self._open(skillset, channel)
        skillset.members += 1
        return skillset

    def leave(self, profile: AgentProfile) -> None:
        """One member less; a skillset without members is forgotten."""
        key = _key(profile)
        self._skillsets[key].members -= 1
        if not self._skillsets[key].members:
            skillset = self._skillsets.pop(key)
            for skill in profile.skills:
                del self._by_skill[skill][skillset]

    def _open(self, skillset: Skillset, channel: str) -> None:
        skillset.serves[channel] = {}
        for signature in self._signatures.values():
            if signature.channel == channel:
                self._judge(skillset, signature)

    def reweigh(self, weights: Mapping[str, int]) -> None:
        """New weights: some agents are too small for some channels now, or no longer."""
        self._weights = weights
        for skillset in self._skillsets.values():
            skillset.weigh(weights)
            for channel in skillset.serves.keys() - skillset.channels:
                self._close(skillset, channel)
            for channel in skillset.channels - skillset.serves.keys():
                self._open(skillset, channel)

    def _close(self, skillset: Skillset, channel: str) -> None:
        idle = sum(channel in agent.open for agent in skillset.ready.values())
        for signature in skillset.serves.pop(channel):
            signature.staffed -= len(skillset.ready)
            signature.idle.count -= idle


def _key(profile: AgentProfile) -> ProfileKey:
    return frozenset(profile.skills.items()), profile.capacity, frozenset(profile.per_channel.items())
