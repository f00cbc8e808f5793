"""The API against its own description: schemathesis asks whatever the description allows, and more."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from tests.fakes.house import House, open_house
from tests.integration.test_matching import available, number, queue_up

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_api_keeps_to_its_description(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        await queue_up(house, 1, 2, 3)
        await available(amara)
        contact = await amara.take()
        assert contact["address"] == number(1)
        code, said = await schemathesis(house, "rk", tmp_path)
        assert code == 0, said[-6000:]
        assert re.search(r"(\d{3,}) generated, \1 passed", said), said[-1000:]
        assert (await house.history()).faults == []
        assert (await house.call("GET", "/readyz")).status == 200


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
        "examples,coverage,fuzzing",
        "--exclude-path-regex",
        "^/api/v1/admin/",  # a supervisor gets 403 for all of it: test_administration.py asks as an admin
        "--max-examples",
        "6",
        "--rate-limit",
        "1150/m",  # the hub's own limit is 1200 for a session
        "--seed",
        "1",
        "--no-color",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=folder,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode(errors="replace")
