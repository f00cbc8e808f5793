"""Which fields an expression may read, and of which kind each is: those that are always there, and a company's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

from routing.expressions.kinds import Kind

BUILT_IN: Mapping[str, Mapping[str, Kind]] = MappingProxyType(
    {
        "contact": {
            "channel": Kind.TEXT,
            "queue": Kind.TEXT,
            "entry": Kind.TEXT,
            "subject": Kind.TEXT,
            "language": Kind.TEXT,
            "band": Kind.NUMBER,
        },
        "customer": {"tier": Kind.TEXT, "language": Kind.TEXT, "owner": Kind.TEXT},
        "agent": {"id": Kind.TEXT, "login": Kind.TEXT, "languages": Kind.TEXTS},
    }
)
"""The fields that every schema has. `customer.owner` is a log-in name, as `agent.login` is."""

RESERVED = frozenset({("agent", "skills"), ("customer", "name")})
"""Not to be declared: skills have words of their own, and a customer's name decides nothing."""

SKILL = "skill"
SOURCES = (*BUILT_IN, SKILL)
NAME_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Field:
    """Something that can be read: `source` is contact, customer, agent, or skill (then `name` is the skill's key)."""

    source: str
    name: str
    kind: Kind

    @property
    def of_agent(self) -> bool:
        """Whether it is the agent's, and so is still open when contact and customer are known."""
        return self.source in ("agent", SKILL)


class Schema:
    """The fields of one company. Immutable.

    `contact`, `customer` and `agent` declare its own attributes, name → kind. `skills` are the keys of its skills;
    None takes any key (for texts that were checked when they were published).
    Raises `ValueError` for a name that is taken, empty or longer than 60 characters.
    """

    __slots__ = ("_fields", "_skills")

    def __init__(
        self,
        *,
        contact: Mapping[str, Kind] = MappingProxyType({}),
        customer: Mapping[str, Kind] = MappingProxyType({}),
        agent: Mapping[str, Kind] = MappingProxyType({}),
        skills: Iterable[str] | None = None,
    ) -> None:
        self._fields = {(source, name): kind for source, known in BUILT_IN.items() for name, kind in known.items()}
        self._skills = None if skills is None else frozenset(skills)
        for source, own in (("contact", contact), ("customer", customer), ("agent", agent)):
            for name, kind in own.items():
                if (source, name) in self._fields or (source, name) in RESERVED:
                    raise ValueError(f"{source}.{name} is taken; an attribute needs a name of its own")
                if not 0 < len(name) <= NAME_LIMIT:
                    raise ValueError(f"the name of an attribute has 1 to {NAME_LIMIT} characters, not {len(name)}")
                self._fields[source, name] = Kind(kind)

    def field(self, source: str, name: str) -> Field | None:
        """The field, or None if there is none of this name."""
        if source == SKILL:
            known = 0 < len(name) <= NAME_LIMIT and (self._skills is None or name in self._skills)
            return Field(SKILL, name, Kind.LEVEL) if known else None
        kind = self._fields.get((source, name))
        return Field(source, name, kind) if kind is not None else None

    def names(self, source: str) -> list[str]:
        """The names that may follow this source, sorted."""
        if source == SKILL:
            return sorted(self._skills or ())
        return sorted(name for known, name in self._fields if known == source)

    def closest(self, source: str, name: str) -> tuple[str, str] | None:
        """The field that was probably meant: one of this source spelt alike, or one of another source spelt so."""
        if source in SOURCES:
            close = get_close_matches(name.lower(), self.names(source), 1)
            if close:
                return source, close[0]
        for other in SOURCES:
            if other != source and name in self.names(other):
                return other, name
        return None
