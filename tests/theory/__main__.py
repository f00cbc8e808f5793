"""The long comparison: `python -m tests.theory [row …] [--contacts 1000000]`; about two minutes a row and million."""

from __future__ import annotations

import argparse
import sys
import time
from multiprocessing import Pool

from routing.virtual.run import run
from tests.theory.rows import LONG_ROWS, Row
from tests.theory.samples import batches, compare, samples

RUNS = 10
"""Each with a seed of its own; five batches of each, after one to warm up."""


def main() -> int:
    """Prints each figure beside theory's; 1 if one is off by more than four standard errors."""
    parser = argparse.ArgumentParser(prog="python -m tests.theory", description=__doc__)
    parser.add_argument("rows", nargs="*", help=f"of {', '.join(map(str, LONG_ROWS))}; default: all")
    parser.add_argument("--contacts", type=int, default=1_000_000, help="all runs of a row together, without warm-up")
    parser.add_argument("--processes", type=int, default=1)
    chosen = parser.parse_args()
    wrong = 0
    with Pool(chosen.processes) as pool:
        for row in [row for row in LONG_ROWS if not chosen.rows or str(row) in chosen.rows]:
            told = pool.starmap(measure, [(row, chosen.contacts // RUNS * 6 // 5, seed) for seed in range(1, RUNS + 1)])
            spent = sum(seconds for _, seconds in told)
            print(
                f"{row}  ({spent / chosen.contacts / 1.2 * 100_000:.1f} s of processor per 100,000 contacts)",
                flush=True,
            )
            off = compare(samples(span for spans, _ in told for span in spans), row.theory(), print)
            wrong += any(abs(errors) > 4 for errors in off.values())
    return 1 if wrong else 0


def measure(row: Row, contacts: int, seed: int) -> tuple[list[dict[str, float]], float]:
    """The batches of one run, and the seconds of processor time that the run took."""
    began = time.process_time()
    found = run(row.scenario(contacts), seed=seed)
    spent = time.process_time() - began
    return list(batches(found, "line", ["crew"], 5)), spent


if __name__ == "__main__":
    sys.exit(main())
