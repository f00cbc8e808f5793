"""The whole API as each role sees it, against its own description: schemathesis invents the requests."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from tests.fakes.house import House, open_house
from tests.fakes.people import make_admin
from tests.fuzz.corpora import EXAMPLES, LONG, SEED
from tests.fuzz.quiet import Quiet
from tests.integration.test_matching import available, queue_up

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)
ROLES = ("admin", "agent", "supervisor") if LONG else ("admin", "agent")
"""What a supervisor may ask is in each run: tests/integration/test_api_schema.py."""
FEW = 2
"""Requests for each operation in the short run."""


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
        code, said = await schemathesis(house, login, tmp_path)
        assert code == 0, said[-6000:]
        assert re.search(r"(\d{3,}) generated, \1 passed", said), said[-1000:]
        assert (await house.history()).faults == []
        assert (await house.call("GET", "/readyz")).status == 200
    quiet.expect_nothing()


async def schemathesis(house: House, login: str, folder: Path) -> tuple[int, str]:
    """Run it as a program of its own; gives its exit code and what it said."""
    program = Path(sys.executable).with_name("schemathesis")
    process = await asyncio.create_subprocess_exec(
        str(program),
        "run",
        f"{house.url}/api/openapi.json",
        "--header",
        f"Authorization: Bearer {await house.sign_in(login)}",
        "--checks",
        CHECKS,
        "--phases",
        "examples,coverage,fuzzing" if LONG else "examples,fuzzing",
        "--exclude-path-regex",
        "^/api/v1/me/sessions$",  # ends the session that asks
        "--max-examples",
        str(EXAMPLES // 10 or FEW),
        "--rate-limit",
        "1150/m",  # the hub's own limit is 1200 for a session
        "--seed",
        str(SEED),
        *(() if LONG else ("--generation-deterministic",)),
        "--no-color",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=folder,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode(errors="replace")
