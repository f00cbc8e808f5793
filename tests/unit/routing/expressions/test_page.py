"""The administrator's page, docs/expressions.md, shows what the language really takes and says."""

from __future__ import annotations

import re
from pathlib import Path

from routing.expressions import ExpressionError, Kind, Schema, parse

PAGE = (Path(__file__).resolve().parents[4] / "docs" / "expressions.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
SHOP = Schema(
    contact={"value": Kind.NUMBER, "difficulty": Kind.LEVEL, "order": Kind.TEXT},
    customer={"vip": Kind.FLAG},
    agent={"team": Kind.TEXT},
    skills=["returns", "sofas", "german", "assembly", "service"],
)


def test_examples_of_the_page_parse() -> None:
    assert parse(BLOCKS[0], SHOP)
    examples = re.findall(r"`((?:has\(|NOT |contact|customer|agent|skill)[^`]* [^`]*|has\([^`]+)`", PAGE)
    shown = [text for text in examples if text not in ("NOT a", 'agent.team < "m"')]
    assert len(shown) > 20
    for text in shown:
        assert parse(text, SHOP), text


def test_errors_of_the_page_are_told_so() -> None:
    for block in BLOCKS[1:]:
        text = block.splitlines()[1].strip()
        try:
            parse(text, SHOP)
        except ExpressionError as error:
            report = error.report()
        else:
            report = "not refused"
        assert report + "\n" == block
