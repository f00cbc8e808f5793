"""What holds for every expression: its meaning, its canonical text, its normal form, its needed skills."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from routing.expressions import Expression, ExpressionError, parse
from tests.unit.routing.expressions.sentences_at_random import (
    AGENTS,
    CONTACTS,
    CUSTOMERS,
    TREES,
    Tree,
    text,
    truth,
)
from tests.unit.routing.expressions.shop import SCHEMA, expression

quick = settings(max_examples=int(os.environ.get("EXPRESSION_EXAMPLES", "80")), deadline=None)
Facts = dict[str, Any]


def left_over(tree: Tree, contact: Facts, customer: Facts) -> Expression:
    return expression(text(tree)).given(contact, customer)


@quick
@given(TREES, CONTACTS, CUSTOMERS, st.lists(AGENTS, min_size=1, max_size=3))
def test_residual_means_what_was_written(tree: Tree, contact: Facts, customer: Facts, agents: list[Facts]) -> None:
    asked = left_over(tree, contact, customer)
    needs = asked.needed_skills()
    for agent in agents:
        expected = truth(tree, {"contact": contact, "customer": customer, "agent": agent})
        assert asked.holds(agent) is expected, str(asked)
        if expected:
            assert all((agent["skills"].get(skill) or 0) >= level for skill, level in needs.items()), str(asked)


@quick
@given(TREES, CONTACTS, CUSTOMERS)
def test_canonical_texts_parse_back_equal(tree: Tree, contact: Facts, customer: Facts) -> None:
    written = expression(text(tree))
    for one in (written, written.given(contact, customer)):
        again = parse(str(one), SCHEMA)
        assert again == one
        assert hash(again) == hash(one)
        assert str(again) == str(one)


@quick
@given(TREES, CONTACTS, CUSTOMERS)
def test_normal_form_is_its_own(tree: Tree, contact: Facts, customer: Facts) -> None:
    asked = left_over(tree, contact, customer)
    assert asked.given(contact, customer) == asked
    assert asked.given({}, {}) == asked
    assert all(field.source in ("agent", "skill") for field in asked.reads)


@quick
@given(TREES, st.randoms(use_true_random=False), CONTACTS, CUSTOMERS)
def test_order_and_repetition_leave_no_trace(tree: Tree, random: Any, contact: Facts, customer: Facts) -> None:
    def shuffled(part: Tree) -> Tree:
        if part[0] in ("and", "or"):
            items = [shuffled(item) for item in part[1]]
            items.append(random.choice(items))
            random.shuffle(items)
            return part[0], items
        return ("not", shuffled(part[1])) if part[0] == "not" else part

    assert left_over(shuffled(tree), contact, customer) == left_over(tree, contact, customer)


@quick
@given(TREES, CONTACTS, CUSTOMERS, CONTACTS, CUSTOMERS, AGENTS)
def test_equal_residuals_answer_alike(
    tree: Tree, contact: Facts, customer: Facts, contact_2: Facts, customer_2: Facts, agent: Facts
) -> None:
    one, other = left_over(tree, contact, customer), left_over(tree, contact_2, customer_2)
    if one == other:
        assert hash(one) == hash(other)
        first = truth(tree, {"contact": contact, "customer": customer, "agent": agent})
        assert first is truth(tree, {"contact": contact_2, "customer": customer_2, "agent": agent})


PIECES = """agent . skill german ( ) NOT and or in has [ ] , "de" 3 - >= = contact language languages true ' “ login"""
WORDS = st.sampled_from([*PIECES.split(), "\\"])


def parsed_or_refused(anything: str) -> Expression | ExpressionError:
    try:
        return parse(anything, SCHEMA)
    except ExpressionError as error:
        return error


@quick
@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=25).map(" ".join), st.lists(WORDS).map("".join)))
@example("\x00")
@example("\ud800 = agent.login")
@example('agent.login = "\ud800"')
@example("²³")
@example("-")
def test_any_text_parses_or_is_refused_in_words(anything: str) -> None:
    parsed = parsed_or_refused(anything)
    if isinstance(parsed, ExpressionError):
        assert "^" in parsed.report()
        for problem in parsed.problems:
            assert problem.words
            assert problem.offending in anything
    else:
        assert parse(str(parsed), SCHEMA) == parsed
