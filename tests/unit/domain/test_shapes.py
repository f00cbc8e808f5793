"""Wrong fields of documents: all of them at once, each with words for what is right."""

from __future__ import annotations

from typing import Any

import pytest

from interaction_hub.domain.shapes import read

QUEUE = {"key": "parts", "name": "Parts", "channel": "sms"}


@pytest.mark.parametrize(
    ("kind", "field", "value", "words"),
    [
        ("queue", "band", 10, "A whole number from 0 to 9."),
        ("queue", "goal", 0, "A number above 0, 1 at the most."),
        ("queue", "goal", float("nan"), "A number above 0, 1 at the most."),
        ("queue", "requires", {"en": 6}, "A whole number from 1 to 5."),
        ("queue", "entries", "x", "A list."),
        ("queue", "name", "", "This is needed."),
        ("queue", "name", "x" * 121, "At most 120 characters."),
        ("queue", "name", "a\x00", "Characters that no database can keep (U+0000, half a surrogate pair)."),
        ("hours", "week", {"mon": ["8-12"]}, "Times such as 08:00-12:30."),
        ("hours", "week", {"someday": []}, "One of fri, mon, sat, sun, thu, tue, wed."),
        ("hours", "exceptions", {"Christmas": []}, "Dates such as 2026-12-25."),
        ("site", "origins", ["https://a.example/path"], "Scheme and host alone, such as https://www.example.com."),
        ("site", "colour", "red", "A colour such as #4640C6."),
        ("site", "privacy_url", "javascript:x", "An address that begins with https://."),
        ("site", "files", "yes", "Yes or no."),
        ("agent", "languages", ["?"], "Language tags such as en or zh-Hans."),
    ],
)
def test_wrong_field_says_what_is_right(kind: str, field: str, value: Any, words: str) -> None:
    body = QUEUE if kind == "queue" else {"key": "one", "name": "One"}
    document, wrong = read(kind, {**body, field: value})
    assert document is None
    assert {name: one.words for name, one in wrong.items()} == {field: words}


def test_all_wrong_fields_are_told_at_once() -> None:
    _, wrong = read("queue", {"key": "A B", "band": -1, "taget": 3})
    assert set(wrong) == {"key", "name", "channel", "band", "taget"}
    assert "target" in wrong["taget"].words


def test_right_body_becomes_the_document() -> None:
    document, wrong = read("queue", {**QUEUE, "target": 90})
    assert wrong == {}
    assert document is not None
    assert (document.key, document.name) == ("parts", "Parts")
