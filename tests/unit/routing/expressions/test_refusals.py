"""What an administrator reads when an expression is wrong: the sentence, the place, and the print with its caret."""

from __future__ import annotations

import pytest

from routing.expressions import SENTENCES, ExpressionError, parse
from tests.unit.routing.expressions.refused import REFUSED
from tests.unit.routing.expressions.shop import SCHEMA, refusal


@pytest.mark.parametrize(("text", "line", "column", "offending", "words"), REFUSED)
def test_problem_is_told_with_its_place(text: str, line: int, column: int, offending: str, words: str) -> None:
    (problem,) = refusal(text).problems
    assert (problem.line, problem.column, problem.offending, problem.words) == (line, column, offending, words)
    assert problem.length == max(1, len(offending))


SEVERAL = """\
agent.langauges = 'de' AND
\tskill.germn > 7 AND skill.german >= 9
OR agent.team = '李静' and agent.desk
AND skill.german in [6, 2, '3']
"""
REPORT = """\
Line 1, column 1: There is no field agent.langauges. Did you mean agent.languages?
    agent.langauges = 'de' AND
    ^^^^^^^^^^^^^^^
Line 2, column 2: There is no skill germn. Did you mean skill.german?
     skill.germn > 7 AND skill.german >= 9
     ^^^^^^^^^^^
Line 2, column 38: A level is a whole number from 1 to 5, not 9.
     skill.germn > 7 AND skill.german >= 9
                                         ^
Line 3, column 26: agent.desk is a number; alone it says neither yes nor no. Compare it, or write has(agent.desk).
    OR agent.team = '李静' and agent.desk
                               ^^^^^^^^^^
Line 4, column 22: A level is a whole number from 1 to 5, not 6.
    AND skill.german in [6, 2, '3']
                         ^
Line 4, column 28: The entries of this list are compared with skill.german, which is a level, but "3" is a text.
    AND skill.german in [6, 2, '3']
                               ^^^"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_all_problems_of_names_and_kinds_are_told(newline: str) -> None:
    error = refusal(SEVERAL.replace("\n", newline))
    assert error.report() == REPORT
    assert str(error).startswith("Line 1, column 1: There is no field agent.langauges. Did you mean")


def test_long_line_is_shown_around_the_place() -> None:
    text = "agent.senior AND " * 30 + "agent.junior" + " AND agent.senior" * 30
    _, line, carets = refusal(text).report().split("\n")
    assert len(line) < 110
    assert line.startswith("    …")
    assert line.endswith("…")
    assert line[carets.index("^") : carets.rindex("^") + 1] == "agent.junior"


def test_every_sentence_can_be_said() -> None:
    said = {problem.code for text, *_ in REFUSED for problem in refusal(text).problems}
    assert set(SENTENCES) - said == {"too_long", "too_long_written_out", "too_deep", "list_too_long"}


def test_error_is_a_value_error_with_its_text() -> None:
    with pytest.raises(ValueError, match="Line 1, column 1") as caught:
        parse("zzz", SCHEMA)
    assert isinstance(caught.value, ExpressionError)
    assert caught.value.text == "zzz"
