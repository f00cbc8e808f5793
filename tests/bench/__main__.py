"""`make bench`: one line a figure (name, value, goal, `holds` or `falls short`); exit 1 when one falls short.

Figures are ratios against a yardstick that stands beside what it measures, taken in alternation, medians with range.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure

BENCHES = ("intake", "ledger", "fanout", "panel", "search", "flood", "console")
RECORDS = Path(__file__).parents[2] / "build" / "bench"
"""Where each bench leaves its figures as JSON, with the machine that they were made on."""


def main() -> int:
    """Run the named bench, or all of them."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=BENCHES, help="one bench; default: all")
    chosen = parser.parse_args().name
    short = 0
    for name in (chosen,) if chosen else BENCHES:
        figures: Iterable[Figure] = importlib.import_module(f"tests.bench.{name}").measure()
        kept = []
        for figure in figures:
            print(figure.line(), flush=True)
            short += not figure.holds
            kept.append(figure.record())
            _keep(name, kept)
    return 1 if short else 0


def _keep(name: str, figures: list[dict[str, Any]]) -> None:
    """Written anew with each figure: a bench that is broken off leaves what it has found."""
    RECORDS.mkdir(parents=True, exist_ok=True)
    machine = {"python": platform.python_version(), "system": platform.platform(), "processors": os.cpu_count()}
    found = {"bench": name, "machine": machine, "figures": figures}
    (RECORDS / f"{name}.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
