"""Third-party data to throw at the hub, read from where it lies and never copied, and how much of it.

`FUZZ_EXAMPLES` (by `make fuzz`) makes a run long; without it everything is short and the same each time.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
"""Invented examples for each test; 0 is the short run."""
LONG = EXAMPLES > 0
SEED = int(os.environ.get("FUZZ_SEED", "1"))
FOLDER = Path(os.environ.get("HUB_CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))


def naughty_strings() -> list[str]:
    """All of the big list of naughty strings."""
    found = json.loads(_present("naughty-strings/blns.json").read_text(encoding="utf-8"))
    return [str(one) for one in found]


def json_files() -> dict[str, bytes]:
    """All of JSONTestSuite by name; y_ is JSON, n_ is none, i_ is as one likes."""
    return {file.name: file.read_bytes() for file in sorted(_present("json").glob("*.json"))}


def some(texts: list[str], number: int) -> list[str]:
    """Every so-manieth of them, from the first to the last; all of them in a long run."""
    step = max(1, len(texts) // number)
    return texts if LONG else texts[::step]


def _present(name: str) -> Path:
    path = FOLDER / name
    if path.exists():
        return path
    missing = f"the test data {name} are not in {FOLDER} (HUB_CORPORA names another folder)"
    if os.environ.get("CI") == "true":
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)
