"""docs/security.md has a row for each line of the checklist, and names only tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINES = 29
_ROW = re.compile(r"^\| (A\d+) \| (.+) \| (.+) \|$", re.MULTILINE)
_NAME = re.compile(r"(?=tests/|::)(tests/[\w/]+\.py)?(?:::(test_\w+))?")


def rows() -> dict[str, tuple[str, str]]:
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    return {line: (what, tests) for line, what, tests in _ROW.findall(text)}


def test_every_line_has_its_row() -> None:
    assert list(rows()) == [f"A{number}" for number in range(1, LINES + 1)]


def test_row_without_a_test_says_why() -> None:
    bare = {line: what for line, (what, tests) in rows().items() if tests.strip() == "–"}
    assert all("not apply yet" in what or line == "A29" for line, what in bare.items()), bare


def test_named_tests_are_there() -> None:
    missing = []
    for line, (_, tests) in rows().items():
        source = ""
        for file, name in _NAME.findall(tests):
            if file:
                path = ROOT / file
                source = path.read_text(encoding="utf-8") if path.is_file() else ""
            if f"def {name or 'test_'}" not in source:
                missing.append((line, file, name))
    assert missing == []
