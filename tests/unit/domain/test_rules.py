"""Documents of a company: what is wrong with them is said with its place."""

from __future__ import annotations

import pytest

from interaction_hub.domain.documents import Document, parse
from interaction_hub.domain.rules import RuleBook, problems


def book(*documents: tuple[str, dict[str, object]]) -> RuleBook:
    """A rule book of plain data."""
    parsed: dict[tuple[str, str], Document] = {}
    for kind, body in documents:
        parsed[kind, str(body["key"])] = parse(kind, body, "test")
    return RuleBook(1, parsed)


def queue(key: str = "sales", **more: object) -> tuple[str, dict[str, object]]:
    return "queue", {"key": key, "name": key.title(), "channel": "sms", **more}


def test_unknown_field_is_named_with_its_place() -> None:
    with pytest.raises(ValueError, match=r"queues\.toml.*taget"):
        parse("queue", {**queue()[1], "taget": 20}, "queues.toml")


@pytest.mark.parametrize("level", [0, 6, "high"])
def test_skill_level_outside_one_to_five_is_refused(level: object) -> None:
    with pytest.raises(ValueError, match="requires"):
        parse("queue", {**queue()[1], "requires": {"en": level}}, "test")


def test_our_number_leads_to_its_queue() -> None:
    rules = book(queue("sales", entries=["+441"]), queue("rest", entries=["*"]))
    assert [rules.queue_for("sms", number).key for number in ("+441", "+442")] == ["sales", "rest"]  # type: ignore[union-attr]


def test_two_queues_with_one_number_do_not_fit() -> None:
    found = problems(book(queue("a", entries=["+441"]), queue("b", entries=["+441"])))
    assert any("+441" in line for line in found)


def test_queue_that_asks_for_unknown_skill_does_not_fit() -> None:
    assert "magic" in problems(book(queue(requires={"magic": 1})))[0]


def test_dispositions_without_queues_fit_all() -> None:
    rules = book(
        queue("sales"),
        ("disposition", {"key": "solved", "name": "Solved"}),
        ("disposition", {"key": "sent", "name": "Sent", "queues": ["other"]}),
    )
    assert [doc.key for doc in rules.dispositions_of("sales")] == ["solved"]
