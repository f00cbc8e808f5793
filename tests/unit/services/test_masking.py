"""Card numbers are masked; telephone and order numbers are not."""

from __future__ import annotations

from urllib.parse import quote_plus

import pytest

from interaction_hub.services.masking import mask_cards, mask_raw

CARDS = ["4111111111111111", "4111 1111 1111 1111", "5500-0000-0000-0004", "340000000000009", "6011000000000004"]


@pytest.mark.parametrize("card", CARDS)
def test_card_number_keeps_its_last_four(card: str) -> None:
    masked, found = mask_cards(f"my card is {card}, thanks")
    assert card not in masked
    assert found[0][0] == card
    assert "".join(character for character in masked if character.isdigit()) == card[-4:]


@pytest.mark.parametrize(
    "text",
    ["+447700900456", "+8613800138000", "order 40318", "4111111111111112", "SM4111111111111111", "2026-11-22 10:15"],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask_cards(text) == (text, [])


@pytest.mark.parametrize("card", CARDS)
def test_raw_payload_is_masked_as_it_is_encoded(card: str) -> None:
    _, found = mask_cards(f"pay {card} now")
    raw = f"From=%2B447700900456&Body={quote_plus(f'pay {card} now')}".encode()
    masked = mask_raw(raw, found)
    assert quote_plus(card).encode() not in masked
    assert b"%2B447700900456" in masked
