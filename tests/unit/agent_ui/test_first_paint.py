"""What of the console is readable before a script runs."""

from __future__ import annotations

from typing import Any

from agent_ui.first_paint import duration, first_paint, language_of

NOW = 1_000_000


def contact(key: str, state: str = "active", **values: Any) -> dict[str, Any]:
    return {
        "id": key,
        "state": state,
        "customer": {"name": "陈美玲"},
        "address": "+44",
        "accepted_at": NOW - 600_000,
        "entered_at": NOW - 600_000,
        "wrap_until": None,
        "customer_waits_since": None,
        "target_ms": 60_000,
        "last": None,
        **values,
    }


def paint(*contacts: dict[str, Any], messages: dict[str, Any] | None = None) -> dict[str, Any]:
    return first_paint({"at": NOW, "state": {"me": None, "contacts": list(contacts), "messages": messages or {}}})


def test_rows_stand_by_arrival() -> None:
    found = paint(contact("b", accepted_at=NOW - 1), contact("a"), contact("c", "wrapping", wrap_until=NOW + 42_000))
    assert [row["id"] for row in found["active"]] == ["a", "b"]
    assert (found["selected"]["id"], found["wrapping"][0]["clock"]) == ("a", "0:42")


def test_clock_of_a_waiting_customer_has_a_tone() -> None:
    waited = [contact(str(ms), customer_waits_since=NOW - ms) for ms in (10_000, 30_000, 60_000)]
    assert {row["clock"]: row["tone"] for row in paint(*waited)["active"]} == {
        "0:10": "",
        "0:30": "warn",
        "1:00": "bad",
    }


def test_offer_is_looked_at_only_without_a_contact() -> None:
    ringing = contact("r", "offered")
    assert paint(ringing)["preview"]["id"] == "r"
    assert paint(ringing, contact("a"))["preview"] is None


def test_messages_stand_in_order_with_their_language() -> None:
    lines = [
        {"id": str(seq), "seq": seq, "kind": "message", "direction": side, "text": text}
        for seq, side, text in ((2, "out", "Yes"), (1, "in", "可以吗？"), (3, "in", ""))
    ]
    shown = paint(contact("a"), messages={"a": lines})["messages"]
    assert [(one["text"], one["lang"], one["side"]) for one in shown] == [
        ("可以吗？", "zh-Hans", "is-in"),
        ("Yes", "", "is-out"),
    ]


def test_durations_and_languages() -> None:
    assert (duration(-5), duration(59_999), duration(3_600_000)) == ("0:00", "0:59", "")
    assert (language_of("ありがとう"), language_of("Dzięki")) == ("ja", "")
