"""How long, how deep and how wide an expression may be; nothing that is allowed overflows the stack."""

from __future__ import annotations

from itertools import pairwise

import pytest

from routing.expressions import Kind, Schema, parse
from tests.unit.routing.expressions.shop import expression, refusal


def test_text_of_two_thousand_characters_is_the_longest() -> None:
    assert expression("agent.senior" + " " * 1988)
    (problem,) = refusal("agent.senior" + " " * 1989).problems
    assert problem.words == "The expression has 2001 characters; at most 2000 are allowed."
    (problem,) = refusal("agent.desk=1 or " * 124 + "agent.desk=11").problems
    assert problem.words == (
        "With its spaces written out the expression has 2247 characters; at most 2000 are allowed."
    )


@pytest.mark.parametrize(("before", "after"), [("(", ")"), ("not ", ""), ("NOT(", ")"), ("(true and ", ")")])
def test_twenty_are_the_deepest_nesting(before: str, after: str) -> None:
    times = 20 // (before.count("(") + before.lower().count("not"))
    deepest = expression(before * times + "agent.senior" + after * times)
    assert expression(str(deepest)) == deepest
    (problem,) = refusal(before * (times + 1) + "agent.senior" + after * (times + 1)).problems
    assert problem.words == "Parentheses and NOT are nested more than 20 deep here; split the expression into steps."
    assert refusal((before * 2000)[:2000]).problems[0].code == "too_deep"


def test_two_hundred_entries_are_the_longest_list() -> None:
    entries = ",".join(["1"] * 200)
    assert expression(f"agent.desk in [{entries}]")
    (problem,) = refusal(f"agent.desk in [{entries},1]").problems
    assert problem.words == "This list has more than 200 entries; that is the most a list may have."


def test_long_chains_do_not_nest() -> None:
    expression("not agent.senior and " * 90 + "true").given({}, {})
    flags = [f"f{n}" for n in range(60)]
    steps = [f"(agent.{after} or not agent.{before})" for before, after in pairwise(flags)]
    chain = parse(" and ".join(["agent.f0", *steps]), Schema(agent=dict.fromkeys(flags, Kind.FLAG)))
    assert chain.given({}, {}).holds(dict.fromkeys(flags, True))
    assert str(chain.given({}, {})).count("AND") == 59
