"""The words of the doctor: one finding a line, and the case that he looks at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from interaction_hub.settings import Settings


class Verdict(StrEnum):
    """`warn`: it runs, and something about it should be known. `fail`: customers or agents are kept out."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, what was found, and what to do if it is not well."""

    verdict: Verdict
    subject: str
    words: str
    advice: str = ""

    def __str__(self) -> str:
        line = f"{self.verdict:<5} {self.subject}: {self.words}"
        return " ".join((f"{line} → {self.advice}" if self.advice else line).split("\n"))


def ok(subject: str, words: str) -> Finding:
    """All is well."""
    return Finding(Verdict.OK, subject, words)


def warn(subject: str, words: str, advice: str = "") -> Finding:
    """To be known."""
    return Finding(Verdict.WARN, subject, words, advice)


def fail(subject: str, words: str, advice: str) -> Finding:
    """To be mended."""
    return Finding(Verdict.FAIL, subject, words, advice)


@dataclass(frozen=True, slots=True)
class Case:
    """What the doctor is told: the settings, and what the composition root makes of them.

    `public_url` is the configured address, or where the hub listens; `key_of` gives an account's key from the secret.
    """

    settings: Settings
    origin: str
    public_url: str
    data_directory: Path
    key_of: Callable[[bytes, str], bytes]
