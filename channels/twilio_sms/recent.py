"""What this process remembers of its own sends, to tell two equal texts apart when one must be looked up."""

from __future__ import annotations

from collections import OrderedDict


class RecentSends:
    """Start times by reference, and provider ids that are spoken for. Bounded; a restart forgets it, which is safe:

    `look_up` then knows less and may take an equal earlier text for this one (see docs/channels.md).
    """

    def __init__(self, limit: int = 4096) -> None:
        self._limit = limit
        self._began: OrderedDict[str, int] = OrderedDict()
        self._taken: OrderedDict[str, str] = OrderedDict()

    def began(self, reference: str, at_us: int) -> None:
        """A first attempt starts; later attempts of the same reference keep the first time."""
        self._began.setdefault(reference, at_us)
        _trim(self._began, self._limit)

    def taken(self, provider_id: str, reference: str) -> None:
        """The provider gave this id to this message."""
        self._taken[provider_id] = reference
        _trim(self._taken, self._limit)

    def began_at(self, reference: str) -> int:
        """When the first attempt began, or 0."""
        return self._began.get(reference, 0)

    def is_other(self, provider_id: str, reference: str) -> bool:
        """True if the id is known to belong to another message of ours."""
        return self._taken.get(provider_id, reference) != reference


def _trim(table: OrderedDict[str, object] | OrderedDict[str, int] | OrderedDict[str, str], limit: int) -> None:
    while len(table) > limit:
        table.popitem(last=False)
