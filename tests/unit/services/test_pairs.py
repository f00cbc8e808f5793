"""What is indexed in pairs is found by the same words, side by side and in order, as without them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interaction_hub.services import folding
from interaction_hub.services.pairs import indexed, paired_query
from interaction_hub.services.search_terms import query_of
from interaction_hub.storage.search_lookup import Term

MIXED = st.text(st.sampled_from("退款货a1 b,"), max_size=12)


def test_characters_stand_with_the_next_one() -> None:
    assert indexed("我想退貨，2024 abc 款") == "我想 想退 退货 货 2024 abc 款"


@pytest.mark.parametrize(
    ("typed", "words", "prefix"),
    [
        ("退", ("退",), True),
        ("退货", ("退货",), False),
        ("退货单", ("退货", "货单"), False),
        ("退货2024", ("退货", "货", "2024"), True),
        ("no退", ("no", "退"), True),
        ("no退货", ("no", "退货"), False),
        ("refund", ("refund",), True),
    ],
)
def test_query_asks_for_pairs(typed: str, words: tuple[str, ...], prefix: bool) -> None:
    assert paired_query([query_of(typed)]) == [[Term(words, prefix)]]


@given(MIXED, MIXED)
def test_pairs_find_what_single_words_find(text: str, typed: str) -> None:
    for term in query_of(typed):
        ((paired,),) = paired_query([[term]])
        assert stands(indexed(text).split(), paired) == stands(folding.words(text), term)


def stands(words: list[str], term: Term) -> bool:
    """As both databases look."""
    *before, last = term.words
    return any(
        words[at : at + len(before)] == before
        and (words[at + len(before)].startswith(last) if term.prefix else words[at + len(before)] == last)
        for at in range(len(words) - len(before))
    )
