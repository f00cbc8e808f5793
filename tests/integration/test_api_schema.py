"""The API against its own description: schemathesis asks whatever the description allows, and more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.fakes.house import open_house
from tests.fakes.prober import Probe
from tests.integration.test_matching import available, number, queue_up


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_api_keeps_to_its_description(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        await queue_up(house, 1, 2, 3)
        await available(amara)
        contact = await amara.take()
        assert contact["address"] == number(1)
        # A supervisor gets 403 for all administration: test_administration.py asks as an admin.
        probe = Probe("examples,coverage,fuzzing", "^/api/v1/admin/", examples=6)
        code, said = await probe.run(house, "rk", tmp_path)
        assert code == 0, said[-6000:]
        assert re.search(r"(\d{3,}) generated, \1 passed", said), said[-1000:]
        assert (await house.history()).faults == []
        assert (await house.call("GET", "/readyz")).status == 200
