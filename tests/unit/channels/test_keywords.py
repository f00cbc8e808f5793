"""STOP, START and HELP: whole messages only."""

from __future__ import annotations

import pytest

from channels.messages import Consent
from channels.twilio_sms.keywords import find_consent


@pytest.mark.parametrize("word", ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"])
def test_stop_words_in_any_case(word: str) -> None:
    for text in (word, word.lower(), word.title(), f"  {word}\r\n"):
        assert find_consent(text) is Consent.STOP


@pytest.mark.parametrize("word", ["START", "YES", "UNSTOP", "start", " Yes "])
def test_start_words(word: str) -> None:
    assert find_consent(word) is Consent.START


@pytest.mark.parametrize("word", ["HELP", "INFO", "help"])
def test_help_words(word: str) -> None:
    assert find_consent(word) is Consent.HELP


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "stop texting me",
        "please stop",
        "STOP!",
        "S T O P",
        "stop.",
        "don't stop",
        "ſtop",
        "ＳＴＯＰ",
        "STOP\u200b",
        "ok",
    ],
)
def test_other_texts_are_no_keyword(text: str) -> None:
    assert find_consent(text) is None


def test_twilio_verdict_wins_over_the_text() -> None:
    assert find_consent("ARRET", "STOP") is Consent.STOP
    assert find_consent("STOP", "HELP") is Consent.HELP
