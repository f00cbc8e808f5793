"""The whole API as each role sees it, against its own description: schemathesis invents the requests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.fakes.house import open_house
from tests.fakes.people import make_admin
from tests.fakes.prober import Probe
from tests.fuzz.corpora import EXAMPLES, LONG, SEED
from tests.fuzz.quiet import Quiet
from tests.integration.test_matching import available, queue_up

ROLES = ("admin", "agent", "supervisor") if LONG else ("admin", "agent")
"""What a supervisor may ask is in each run: tests/integration/test_api_schema.py."""
FEW = 2
"""Requests for each operation in the short run."""
PROBE = Probe(
    "examples,coverage,fuzzing" if LONG else "examples,fuzzing",
    "^/api/v1/me/sessions$",  # ends the session that asks
    examples=EXAMPLES // 10 or FEW,
    seed=SEED,
    deterministic=not LONG,
)


@pytest.mark.slow
@pytest.mark.timeout(3600 if LONG else 170)
@pytest.mark.parametrize("role", ROLES)
async def test_whole_api_keeps_to_its_description(sqlite_url: str, tmp_path: Path, role: str, quiet: Quiet) -> None:
    """Status, type and shape of each answer are described, errors are problems, nothing breaks; for every role."""
    async with open_house(sqlite_url, tmp_path) as house, house.console("amara") as amara:
        await make_admin(house)
        await queue_up(house, 1, 2, 3)
        await available(amara)
        await amara.take()
        login = {"admin": "boss", "supervisor": "rk", "agent": "daniel"}[role]
        code, said = await PROBE.run(house, login, tmp_path)
        assert code == 0, said[-6000:]
        assert re.search(r"(\d{3,}) generated, \1 passed", said), said[-1000:]
        assert (await house.history()).faults == []
        assert (await house.call("GET", "/readyz")).status == 200
    quiet.expect_nothing()
