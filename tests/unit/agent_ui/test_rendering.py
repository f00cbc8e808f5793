"""What is written into pages cannot end where it stands; names become initials; one goes back only to own addresses."""

from __future__ import annotations

import json

import pytest

from agent_ui.pages import own_path
from agent_ui.rendering import initials, island


def test_an_island_cannot_be_left() -> None:
    value = {"text": "</script><!--<script>&amp; \u2028\u2029 陈美玲 \"'"}
    text = island(value)
    assert not set(text) & set("<>&\u2028\u2029")
    assert json.loads(text) == value


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Amara Osei", "AO"),
        ("Li", "L"),
        ("Juan Carlos de la Vega", "JV"),
        ("陈美玲", "美玲"),
        ("Ömer Ünal", "ÖÜ"),
        ("  ", "?"),
        ("<b>", "<"),
    ],
)
def test_initials(name: str, expected: str) -> None:
    assert initials(name) == expected


@pytest.mark.parametrize("path", ["/", "/work", "/work?as=play", "/login", "/a/b#c"])
def test_own_paths(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "work",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/a\r\nSet-Cookie: x",
        "/\t/evil",
        "javascript:alert(1)",
        "/a\\b",
    ],
)
def test_foreign_paths(path: str) -> None:
    assert own_path(path) == "/"
