"""One stored form for each address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.errors import BadPayload
from channels.twilio_sms.address import can_receive, normalise_address, provider_address


@pytest.mark.parametrize(
    ("written", "region", "stored"),
    [
        ("+14155550111", "", "+14155550111"),
        (" +1 (415) 555-0111 ", "", "+14155550111"),
        ("+44 (0)20 7946 0958", "", "+442079460958"),
        ("＋４４ ２０ ７９４６ ０９５８", "", "+442079460958"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("72345", "", "72345"),
        ("72345", "GB", "72345"),
        ("MyBank", "", "MyBank"),
        ("O2 UK", "", "O2 UK"),
        ("91234567", "SG", "+6591234567"),
    ],
)
def test_number_is_stored_in_one_form(written: str, region: str, stored: str) -> None:
    assert normalise_address(written, region) == stored


@pytest.mark.parametrize(
    ("written", "region"),
    [
        ("020 7946 0958", "US"),
        ("020 7946 0958", ""),
        ("4155550111", ""),
        ("+1415555011", ""),
        ("+141555501111111", ""),
        ("+999123", ""),
        ("whatsapp:+14155550111", ""),
        ("client:alice", ""),
        ("sip:+14155550111@example.com", ""),
        ("tel:+14155550111;ext=5", ""),
        ("", "GB"),
        ("+", ""),
        ("12", ""),
        ("ThisNameIsTooLong", ""),
        ("a@b.c", ""),
        ("+1415555\x000111", ""),
    ],
)
def test_what_is_no_number_is_refused(written: str, region: str) -> None:
    with pytest.raises(BadPayload):
        normalise_address(written, region)


@given(st.text(max_size=30), st.sampled_from(["", "GB", "US", "CN"]))
def test_normalising_twice_changes_nothing(written: str, region: str) -> None:
    try:
        once = normalise_address(written, region)
    except BadPayload:
        return
    assert provider_address(once) == once


def test_providers_word_is_taken_for_unknown_numbers() -> None:
    assert provider_address("+9991234567") == "+9991234567"
    with pytest.raises(BadPayload):
        provider_address("whatsapp:+14155550111")


def test_names_cannot_receive() -> None:
    assert can_receive("+14155550111")
    assert can_receive("72345")
    assert not can_receive("MyBank")
