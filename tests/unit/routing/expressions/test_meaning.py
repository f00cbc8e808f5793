"""What each operator means, and what happens when something is not there."""

from __future__ import annotations

from typing import Any

import pytest

from routing.expressions import Expression, Kind, Schema, from_requires, parse
from tests.unit.routing.expressions.shop import expression, residual, serves

CONTACT = {"channel": "chat", "language": "de", "band": 2, "value": 1999.5, "difficulty": 3, "tags": ["sofa", "claim"]}
CUSTOMER = {"tier": "gold", "owner": "amara", "vip": True}
AMARA = {
    "id": "1",
    "login": "amara",
    "languages": ("de", "en"),
    "skills": {"german": 3, "zh.hans": 5},
    "language": "de",
    "desk": 12,
    "senior": False,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True),
        ("false", False),
        ("skill.german >= 3", True),
        ("skill.german > 3", False),
        ("skill.german in [1, 3]", True),
        ("5 = skill['zh.hans']", True),
        ("skill.german >= contact.difficulty", True),
        ('skill.german < skill["zh.hans"]', True),
        ('contact.channel = "chat"', True),
        ("contact.channel = 'Chat'", False),
        ('contact.channel in ["sms", "chat"]', True),
        ('contact.channel not in ["sms", "chat"]', False),
        ("contact.language in agent.languages", True),
        ('"fr" in agent.languages', False),
        ('"fr" not in agent.languages', True),
        ('"sofa" in contact.tags', True),
        ("agent.login in contact.tags", False),
        ("agent.login = customer.owner", True),
        ("agent.language = contact.language", True),
        ("agent.language != contact.language", False),
        ("contact.band <= 2 and contact.value > 1999", True),
        ("customer.vip", True),
        ("customer.vip = false", False),
        ("agent.senior", False),
        ("NOT agent.senior", True),
        ("agent.desk = 12.0", True),
        ("-1 < agent.desk", True),
        ("has(contact.value)", True),
        ("false or true and false", False),
        ("(true or true) and false", False),
        ("not false and false", False),
        ("not (false and false)", True),
    ],
)
def test_operators_mean_what_they_say(text: str, expected: bool) -> None:
    assert serves(text, CONTACT, CUSTOMER, AMARA) is expected


@pytest.mark.parametrize(
    "test",
    [
        "contact.order = 'A-1'",
        "contact.order != 'A-1'",
        "contact.order in ['A-1']",
        "contact.order not in ['A-1']",
        "contact.order = contact.order",
        "contact.value < 10",
        "contact.value >= 10",
        "contact.urgent",
        "contact.urgent = false",
        "'x' in contact.tags",
        "'x' not in contact.tags",
        "skill.sofas <= 5",
        "skill.sofas != 3",
        "agent.team != contact.order",
        "agent.team = agent.team",
        "'de' not in agent.languages",
        "has(agent.team)",
        "has(skill.sofas)",
    ],
)
def test_what_is_not_there_fulfils_nothing(test: str) -> None:
    assert serves(test, {}, {}, {}) is False
    assert serves(f"NOT {test}", {}, {}, {}) is True


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        *[("order", raw) for raw in ("", None, 7)],
        *[("value", raw) for raw in ("7", True, float("nan"), 10**15)],
        *[("difficulty", raw) for raw in (0, 6, 2.0, True)],
        *[("urgent", raw) for raw in (1, "true")],
        *[("tags", raw) for raw in ([], "sofa", [""])],
    ],
)
def test_value_of_another_kind_is_not_there(name: str, raw: Any) -> None:
    assert serves(f"has(contact.{name})", {name: raw}, {}, {}) is False


@pytest.mark.parametrize("raw", [None, 0, 6, True, 3.0, "3", [3]])
def test_odd_level_is_no_skill(raw: Any) -> None:
    for test in ("skill.german >= 1", "has(skill.german)", "skill.german != 2", "skill.german = skill.german"):
        assert serves(test, {}, {}, {"skills": {"german": raw}}) is False


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("skill.german >= 2 AND skill.german >= 3", "skill.german >= 3"),
        ("skill.german >= 2 OR skill.german >= 3", "skill.german >= 2"),
        ("skill.german > 1 AND skill.german < 4", "skill.german in [2, 3]"),
        ("has(skill.german)", "skill.german >= 1"),
        ("NOT skill.german < 3", "NOT skill.german <= 2"),
        ("skill.german = 1 AND skill.german = 2", "false"),
        ("agent.team = 'a' OR agent.team in ['b', 'a']", 'agent.team in ["a", "b"]'),
        ("has(agent.team) AND NOT agent.team = 'a'", 'agent.team != "a"'),
        ("agent.team != 'a' OR agent.team = 'a'", "has(agent.team)"),
        ("agent.senior OR NOT agent.senior", "true"),
        ("agent.desk >= 3 AND agent.desk > 3 AND has(agent.desk)", "agent.desk > 3"),
        ("agent.desk > 3 AND agent.desk < 2", "false"),
        ("NOT agent.desk > 3 AND NOT agent.desk > 5", "NOT agent.desk > 3"),
        ("agent.desk = 4 AND agent.desk > 3 AND NOT agent.desk > 5", "agent.desk = 4"),
        ("NOT (agent.desk > 3 AND agent.senior)", "NOT agent.desk > 3 OR NOT agent.senior"),
        ("agent.senior AND (agent.senior OR agent.desk = 1)", "agent.senior"),
        ("agent.senior AND (NOT agent.senior OR agent.desk = 1)", "agent.desk = 1 AND agent.senior"),
        (
            "(agent.senior OR agent.desk > 1) AND (agent.floor > 2 OR agent.desk > 1 OR agent.senior)",
            "agent.desk > 1 OR agent.senior",
        ),
        ("agent.team = agent.language AND agent.language = agent.team", "agent.language = agent.team"),
        ("agent.team = agent.team", "has(agent.team)"),
        ("contact.channel = 'sms' OR skill.sofas >= 4", "skill.sofas >= 4"),
        ("contact.channel = 'chat' OR skill.sofas >= 4", "true"),
        ("contact.language in agent.languages", '"de" in agent.languages'),
        ("agent.login in contact.tags", 'agent.login in ["claim", "sofa"]'),
        ("customer.since < agent.desk", "false"),
        ("contact.band < agent.desk", "agent.desk > 2"),
    ],
)
def test_folding_leaves_the_agent_alone(text: str, left: str) -> None:
    assert residual(text, CONTACT, CUSTOMER) == left


def test_same_question_is_the_same_residual() -> None:
    plan = expression("skill.german >= 2 and (customer.tier = 'gold' or contact.language in agent.languages)")
    gold, german = plan.given(CONTACT, CUSTOMER), plan.given(CONTACT, {})
    assert gold == plan.given({"language": "en"}, CUSTOMER) == expression("skill.german > 1").given({}, {})
    assert german != gold
    assert len({gold, german, plan.given({"language": "de"}, {"tier": "silver"})}) == 2


def test_remembered_residuals_do_not_mix() -> None:
    plan = expression("agent.desk = contact.value")
    for value in range(2_500):
        assert plan.given({"value": value}, {}).holds({"desk": value})
        assert not plan.given({"value": value}, {}).holds({"desk": value + 1})


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("skill.german >= 2 AND skill.sofas >= 3 AND agent.senior", {"german": 2, "sofas": 3}),
        ("skill.german in [3, 4] AND skill.german >= 2", {"german": 3}),
        ("skill.german >= 4 OR skill.german >= 2 AND skill.sofas = 1", {"german": 2}),
        ("skill.german >= 4 OR agent.senior", {}),
        ("NOT skill.german >= 4", {}),
        ("skill.german <= skill.sofas", {"german": 1, "sofas": 1}),
        ("skill.german != 1", {"german": 2}),
        ("true", {}),
    ],
)
def test_needed_skills_are_those_of_all(text: str, needed: dict[str, int]) -> None:
    assert expression(text).given({}, {}).needed_skills() == needed
    assert expression(text).needed_skills() == needed


def test_requires_table_means_at_least_these_levels() -> None:
    asked = from_requires({"sofas": 1, "german": 2})
    assert asked == expression("skill.german >= 2 and has(skill.sofas)").given({}, {})
    assert asked.needed_skills() == {"german": 2, "sofas": 1}
    assert str(asked) == "skill.german >= 2 AND skill.sofas >= 1"
    assert str(from_requires({})) == "true"
    with pytest.raises(ValueError, match="german is 6"):
        from_requires({"german": 6})


def test_contact_must_be_known_before_agents_are_asked() -> None:
    with pytest.raises(ValueError, match=r"contact\.channel"):
        expression("contact.channel = 'sms'").holds(AMARA)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("true=agent.senior and 3<=skill.german", "agent.senior AND skill.german >= 3"),
        ("agent.senior And (Not agent.senior aNd TRUE)", "agent.senior AND NOT agent.senior AND true"),
        ("(agent.senior or false) and true", "(agent.senior OR false) AND true"),
        ("NOT(agent.senior OR false)", "NOT (agent.senior OR false)"),
        ("agent['team'] NOT  IN\n['a',\t\"b\"]", 'agent.team not in ["a", "b"]'),
        (r"agent.team = 'it\'s \"\u674e\"\n'", r'agent.team = "it' + r"'s \"李\"\n" + '"'),
        ("agent.desk > -1.50 or agent.desk = 2.0", "agent.desk > -1.5 OR agent.desk = 2"),
        ("agent.desk = 0.0000001", "agent.desk = 0.0000001"),
        ('skill["german"] >= 2 or skill["zh.hans"] = 1', 'skill.german >= 2 OR skill["zh.hans"] = 1'),
    ],
)
def test_canonical_text_has_one_spelling(text: str, canonical: str) -> None:
    parsed = expression(text)
    assert str(parsed) == canonical
    assert expression(canonical) == parsed


def test_schema_refuses_names_that_are_taken() -> None:
    for taken in (
        {"agent": {"login": Kind.TEXT}},
        {"agent": {"skills": Kind.TEXTS}},
        {"customer": {"name": Kind.TEXT}},
    ):
        with pytest.raises(ValueError, match="is taken"):
            Schema(**taken)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="1 to 60"):
        Schema(contact={"x" * 61: Kind.TEXT})


def test_without_skills_in_schema_every_key_is_taken() -> None:
    assert isinstance(parse("skill.anything >= 2", Schema()), Expression)
