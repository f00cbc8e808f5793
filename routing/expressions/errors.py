"""What is wrong with an expression: every sentence, its place in the text, and the print with a caret below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from unicodedata import combining, east_asian_width

from routing.expressions.sentences import SENTENCES

WINDOW = 100
"""How many characters of a long line are printed around the place."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the text: characters from its start (0), and how many of them."""

    start: int
    length: int

    def to(self, other: Place) -> Place:
        """From here to the end of the other."""
        return Place(self.start, other.start + other.length - self.start)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `line` and `column` count from 1, in characters; `length` is 1 at the text's end.

    `code` and `values` are for other languages: the English sentence is `SENTENCES[code]` with the values put in.
    """

    code: str
    line: int
    column: int
    length: int
    offending: str
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def words(self) -> str:
        """What is wrong and what was expected, in one sentence or two."""
        return SENTENCES[self.code].format(**self.values)

    def __str__(self) -> str:
        return f"Line {self.line}, column {self.column}: {self.words}"


class ExpressionError(ValueError):
    """An expression that is not one. `problems` has at least one entry, in the order of the text."""

    def __init__(self, text: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(" ".join(str(problem) for problem in problems))
        self.text = text
        self.problems = problems

    def report(self) -> str:
        """For a terminal: each problem with its line of the text and a caret below the place."""
        lines = self.text.split("\n")
        return "\n".join(f"{problem}\n{_pointed(lines[problem.line - 1], problem)}" for problem in self.problems)


def problem_at(text: str, place: Place, code: str, **values: str) -> Problem:
    """A problem at this place of the text."""
    line_start = text.rfind("\n", 0, place.start) + 1
    offending = text[place.start : place.start + place.length]
    line, column = text.count("\n", 0, place.start) + 1, place.start - line_start + 1
    return Problem(code, line, column, max(1, place.length), offending, MappingProxyType(values))


def _pointed(line: str, problem: Problem) -> str:
    at = problem.column - 1
    first = max(0, min(at - WINDOW // 2, len(line) - WINDOW))
    last = min(len(line), first + WINDOW)
    before, after = "…" * (first > 0), "…" * (last < len(line))
    shown = "".join(char if char.isprintable() else " " for char in line)
    lead = " " * _width(before + shown[first:at])
    carets = "^" * max(1, _width(shown[at : min(at + problem.length, last)]))
    return f"    {before}{shown[first:last].rstrip()}{after}\n    {lead}{carets}"


def _width(text: str) -> int:
    """Columns that a terminal takes: two for a Chinese character, none for an accent of its own."""
    return sum(0 if combining(char) else 1 + (east_asian_width(char) in "WF") for char in text)
