"""`make bench`: one line a figure (name, value, goal, `holds` or `falls short`); exit 1 when one falls short.

Figures are ratios against a yardstick that stands beside what it measures, taken in alternation, medians with range.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Iterable

from tests.bench.figures import Figure

BENCHES = ("intake", "ledger", "console")


def main() -> int:
    """Run the named bench, or all of them."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=BENCHES, help="one bench; default: all")
    chosen = parser.parse_args().name
    short = 0
    for name in (chosen,) if chosen else BENCHES:
        figures: Iterable[Figure] = importlib.import_module(f"tests.bench.{name}").measure()
        for figure in figures:
            print(figure.line(), flush=True)
            short += not figure.holds
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
