"""What the hub wrote into its log while it was being hurt: no error and no trace of a stack may be among it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

LOUD = ("error", "critical", "exception")


@dataclass
class Quiet:
    """The lines of the hub's own log, and of the libraries under it."""

    own: Sequence[Any]
    records: Sequence[logging.LogRecord]

    def faults(self) -> list[str]:
        """Whatever an admin would be woken up by."""
        found = [str(line) for line in self.own if line["log_level"] in LOUD or "exception" in line]
        for record in self.records:
            if record.levelno >= logging.ERROR or record.exc_info:
                found.append(f"{record.name}: {record.getMessage()} {(record.exc_info or ('', ''))[1]!r}")
        return found

    def expect_nothing(self) -> None:
        """Fails with what was said."""
        found = self.faults()
        assert not found, "the hub complained:\n" + "\n".join(found[:20])
