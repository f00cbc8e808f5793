"""The checks themselves see what they are for."""

from __future__ import annotations

import pytest

from tests.e2e.checks import axe_findings, findings
from tests.e2e.visit import Visits
from tests.e2e.walk import EDGES, OUT_OF_REACH

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = """<!doctype html><html lang="en"><title>A page</title><body style="background: #fff; font: 14px sans-serif">
<main><h1>Planted</h1>{}</main>"""
PLANTED = {
    "contrast": '<p style="color: #888; background: #eee">pale words</p>',
    "text of 10px": '<p style="font-size: 10px">small words</p>',
    "target of": '<button style="width: 18px; height: 18px; padding: 0">x</button>',
    "wider than its box": '<p style="width: 40px; white-space: nowrap; overflow: hidden">words that are cut</p>',
    "wider than the window": '<div style="width: 3000px">wide</div>',
    "axe": "<input>",
}


@pytest.mark.parametrize("planted", PLANTED)
async def test_planted_breach_is_found(visits: Visits, planted: str) -> None:
    page = await (await visits.context()).new_page()
    await page.set_content(PAGE.format(PLANTED[planted]))
    told = "\n".join([*await findings(page), *await axe_findings(page)])
    assert planted in told


PLANTED_NARROW = {
    "cannot be reached": '<p style="position: fixed; top: 900px"><button>A</button></p>',
    "chosen without a sign": '<button aria-pressed="true">One</button><button aria-pressed="false">Two</button>',
    "no edge": '<button class="btn" style="border: 0">Do it</button>',
}


@pytest.mark.parametrize("planted", PLANTED_NARROW)
async def test_planted_loss_is_found(visits: Visits, planted: str) -> None:
    page = await (await visits.context(size=(320, 640), forced_colors="active")).new_page()
    await page.set_content(PAGE.format(PLANTED_NARROW[planted]))
    assert planted in "\n".join([*await page.evaluate(OUT_OF_REACH), *await page.evaluate(EDGES)])


async def test_sound_page_has_no_findings(visits: Visits) -> None:
    page = await (await visits.context()).new_page()
    await page.set_content(PAGE.format("<p>Words</p><button style='min-width: 40px; min-height: 32px'>Do it</button>"))
    assert [*await findings(page), *await axe_findings(page)] == []
