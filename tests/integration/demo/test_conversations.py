"""Simulated people understand each other, and do the same again for the same seed."""

from __future__ import annotations

from random import Random

import pytest

from interaction_hub.demo.company import ITEMS, MOST_PEOPLE, SAMPLES, somebody
from interaction_hub.demo.conversations import SCRIPTS, Script, choose, language_of, recognise


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.key)
def test_each_line_is_recognised(script: Script) -> None:
    name = "赵雅琴" if script.language == "zh" else "Ruth Adler"
    for place, (line, _) in enumerate(script.turns):
        heard = recognise(line.format(name=name, order="40123", item=ITEMS[script.language][0]))
        assert heard is not None
        assert (heard.script.key, heard.turn) == (script.key, place)
        answer = heard.answer("")
        assert "{" not in answer
        assert ("{name}" not in line) or heard.name == name


def test_free_words_are_nobodys_line() -> None:
    assert recognise("My cat sleeps on your table.") is None
    assert (language_of("My cat"), language_of("我的猫")) == ("en", "zh")


def test_same_seed_gives_same_people() -> None:
    first = [somebody(index, Random(f"seed:{index}")) for index in range(500)]
    assert first == [somebody(index, Random(f"seed:{index}")) for index in range(500)]
    assert len({person.number for person in first}) == 500
    assert somebody(MOST_PEOPLE, Random(1)).number == first[0].number
    assert not {person.number for person in first} & {sample.person.number for sample in SAMPLES}


def test_every_language_has_matters() -> None:
    for language in ("en", "zh"):
        for again in (True, False):
            assert choose(language, Random(1), again=again).language == language
