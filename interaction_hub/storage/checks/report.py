"""What a verification found: bounded, one line a finding, with the total of each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

SHOWN = 20
"""Findings of one invariant that are told; the rest is counted."""
Progress = Callable[[int, int], None]
"""Told how many events were walked, and how many there are."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An invariant that does not hold, what is broken, and where: ids or positions."""

    invariant: str
    what: str
    where: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.what} ({self.where})"


@dataclass(slots=True)
class Report:
    """The outcome. `position` and `hash` are the end of the log as it was walked; `since` is where the walk began."""

    since: int = 0
    position: int = 0
    hash: bytes = b""
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    totals: Counter[str] = field(default_factory=Counter)
    looked_at: Counter[str] = field(default_factory=Counter)
    """How many rows of each kind were looked at, so that "nothing found" says something."""

    @property
    def ok(self) -> bool:
        """Whether every invariant holds."""
        return not self.totals

    def add(self, invariant: str, what: str, where: str) -> None:
        """Count a finding, and keep it if there is room."""
        self.totals[invariant] += 1
        if self.totals[invariant] <= SHOWN:
            self.findings.append(Finding(invariant, what, where))

    def note(self, text: str) -> None:
        """Something that a person should know and that is no violation."""
        if len(self.notes) < SHOWN:
            self.notes.append(text)

    def lines(self) -> list[str]:
        """The report for people."""
        lines = [str(finding) for finding in self.findings]
        lines += [
            f"{invariant}: {total} in all, {SHOWN} of them above"
            for invariant, total in sorted(self.totals.items())
            if total > SHOWN
        ]
        lines += [f"note: {note}" for note in self.notes]
        looked = ", ".join(f"{number:,} {what}" for what, number in self.looked_at.items() if number)
        begin = f" from the anchor at {self.since}" if self.since else ""
        verdict = "everything holds" if self.ok else f"{self.totals.total()} violations"
        return [*lines, f"{verdict}: {looked or 'an empty log'}; log walked{begin} to {self.position}"]

    def __str__(self) -> str:
        return "\n".join(self.lines())
