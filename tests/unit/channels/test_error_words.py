"""Twilio's codes in an agent's words."""

from __future__ import annotations

import pytest

from channels.twilio_sms.error_words import explain, known_codes

NAMED = [21211, 21408, 21610, 21614, 30003, 30005, 30006, 30007, 30008, 30034, 30410, 30450, 30610, 30640, 63016]


@pytest.mark.parametrize("code", NAMED)
def test_common_codes_have_words_of_their_own(code: int) -> None:
    assert explain(str(code)) != explain("99999")


def test_words_are_whole_sentences_without_the_code() -> None:
    for code in known_codes():
        words = explain(code)
        assert words[0].isupper(), code
        assert words.endswith("."), code
        assert code not in words


def test_unknown_code_falls_back_to_the_providers_words() -> None:
    assert explain("99999", "Odd fault") == "Odd fault"
    assert explain("") == "The message was not delivered."
