"""Parts of a text by 3GPP TS 23.038: a table derived by hand from its rules, and its laws over random texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.twilio_sms.segments import GSM_BASIC, GSM_EXTENSION, measure_text

EURO, WAVE, HAN = "€", "👋", "好"


def test_alphabet_has_the_size_of_the_standard() -> None:
    """128 places, one of them the escape; ten extension characters (the euro and the form feed among them)."""
    assert len(GSM_BASIC) == 127
    assert len(GSM_EXTENSION) == 10
    assert not GSM_BASIC & GSM_EXTENSION


@pytest.mark.parametrize(
    ("text", "units", "parts", "free"),
    [
        ("", 0, 0, 160),
        ("a", 1, 1, 159),
        ("a" * 160, 160, 1, 0),
        ("a" * 161, 161, 2, 145),
        ("a" * 306, 306, 2, 0),
        ("a" * 307, 307, 3, 152),
        (EURO * 80, 160, 1, 0),
        (EURO * 81, 162, 2, 143),  # 76 pairs fill 152 of 153: the odd place stays free, 5 pairs go on
        ("a" + EURO * 80, 161, 2, 145),  # 1 + 76 pairs = 153 exactly, 4 pairs go on
        ("a" * 152 + EURO + "a" * 10, 164, 2, 141),  # the pair does not fit into place 153: both halves go on
        ("a" * 151 + EURO + "a" * 10, 163, 2, 143),  # it fits exactly: the rest goes on
        ("a" * 152 + EURO + "a" * 151 + "a", 306, 3, 152),  # the lost place costs a third part
        ("a" * 159 + EURO, 161, 2, 145),
        ("a" * 158 + EURO, 160, 1, 0),
        ("\n\r", 2, 1, 158),
        ("\f", 2, 1, 158),
        ("^{}\\[~]|€", 18, 1, 142),
        ("é" * 160, 160, 1, 0),
        ("ÄÖÜßñàÇ", 7, 1, 153),
        ("ΔΦΓΛΩΠΨΣΘΞ", 10, 1, 150),
    ],
)
def test_gsm_text_is_counted_in_septets(text: str, units: int, parts: int, free: int) -> None:
    found = measure_text(text)
    assert (found.encoding, found.offenders) == ("GSM-7", ())
    assert (found.units, found.parts, found.free) == (units, parts, free)


@pytest.mark.parametrize(
    ("text", "units", "parts", "free"),
    [
        (HAN, 1, 1, 69),
        (HAN * 70, 70, 1, 0),
        (HAN * 71, 71, 2, 63),
        (HAN * 134, 134, 2, 0),
        (HAN * 135, 135, 3, 66),
        (WAVE, 2, 1, 68),
        (WAVE * 35, 70, 1, 0),
        (WAVE * 36, 72, 2, 61),  # 33 pairs fill 66 of 67, 3 go on
        ("a" * 66 + WAVE + "a" * 3, 71, 2, 62),  # the pair does not fit into place 67
        ("a" * 65 + WAVE + "a" * 4, 71, 2, 63),  # it fits exactly
        ("a" * 66 + WAVE + "a" * 65 + "a", 134, 3, 66),  # the lost place costs a third part
        ("ç", 1, 1, 69),
        ("ć", 1, 1, 69),
        ("’", 1, 1, 69),
        (EURO + HAN, 2, 1, 68),  # in UCS-2 the euro is one unit
        ("[" * 69 + HAN, 70, 1, 0),
        ("\x1b", 1, 1, 69),  # the escape itself is no character
        ("e\u0301", 2, 1, 68),
        ("\t", 1, 1, 69),
    ],
)
def test_other_text_is_counted_in_utf16_units(text: str, units: int, parts: int, free: int) -> None:
    found = measure_text(text)
    assert (found.encoding, found.units, found.parts, found.free) == ("UCS-2", units, parts, free)


def test_offenders_are_named_once_in_order() -> None:
    assert measure_text("a’b–c’👋").offenders == ("’", "–", "👋")


def test_one_offender_makes_the_text_longer() -> None:
    assert measure_text("a" * 100).parts == 1
    assert measure_text("a" * 99 + "’").parts == 2


@given(st.text(max_size=700))
def test_units_equal_the_encoded_length(text: str) -> None:
    found = measure_text(text)
    if found.encoding == "UCS-2":
        assert found.units == len(text.encode("utf-16-be", "surrogatepass")) // 2
    else:
        assert found.units == len(text) + sum(character in GSM_EXTENSION for character in text)


@given(st.text(st.sampled_from("a€[好👋é"), max_size=500))
def test_parts_hold_the_text_and_no_more_than_needed(text: str) -> None:
    """At most one unit is lost at each border, and the last part is never empty."""
    found = measure_text(text)
    capacity = found.parts * found.per_part
    assert (
        capacity - found.free - (found.parts - 1) <= found.units <= capacity - found.free if text else found.parts == 0
    )
    if found.parts > 1:
        assert 0 <= found.free < found.per_part


@given(st.text(st.sampled_from("ab€👋"), max_size=300), st.sampled_from("a€👋"))
def test_more_text_never_means_fewer_parts(text: str, more: str) -> None:
    assert measure_text(text + more).parts >= measure_text(text).parts
