"""Texts that people take for the same fold to the same words, and nothing that is typed is syntax."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interaction_hub.services import folding
from interaction_hub.services.search_terms import BACKWARDS, customer_query, customer_words, query_of, shown_words
from interaction_hub.services.snippets import LONGEST, snippet

SCRIPTS = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("陳陈美玲退貨款々がｶﾞ한글Ａａ①㈱ﬁßøŁÉé ё\u0301\u3099-'\"*()😀"),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Trần Thị Hồng", "tran thi hong"),
        ("Großer Straßenbau, Łódź", "grosser STRASSENBAU lodz"),
        ("ＡＢＣ １２３", "abc 123"),
        ("陳美玲", "陈美玲"),
        ("張三豐", "张三丰"),
        ("ｶﾞﾗｽ", "ガラス"),
        ("Ёлка", "елка"),
        ("ΣΟΦΌΣ", "σοφος"),
        ("Đặng Ørsted", "dang orsted"),
    ],
)
def test_variants_of_writing_fold_alike(written: str, typed: str) -> None:
    assert folding.words(written) == folding.words(typed)


def test_marks_of_other_scripts_stay() -> None:
    assert folding.words("हिन्दी เชียงใหม่") == ["हिन्दी", "เชียงใหม่"]
    assert folding.words("か゛ が") != folding.words("か か")


def test_han_characters_are_words() -> None:
    assert folding.words("订单iPhone退款2次") == ["订", "单", "iphone", "退", "款", "2", "次"]


@given(SCRIPTS)
def test_fold_of_a_fold_is_itself(text: str) -> None:
    once = folding.words(text)
    assert (
        folding.words(" ".join(once)) == once or "\u0300" in text
    )  # a mark alone melts into what it comes to stand behind


@given(SCRIPTS)
def test_places_are_where_words_stand(text: str) -> None:
    end = 0
    for _, start, stop in folding.places(text):
        assert 0 <= start < stop <= len(text)
        assert stop >= end
        end = stop


@given(st.text(st.sampled_from("abé 退款陳 Straße,.-😀"), max_size=60))
def test_places_give_the_words_of_the_fold(text: str) -> None:
    assert [word for word, _, _ in folding.places(text)] == folding.words(text)


@given(SCRIPTS)
def test_terms_hold_nothing_but_words(text: str) -> None:
    for term in [*query_of(text), *(one for either in customer_query(text) for one in either)]:
        assert term.words
        for word in term.words:
            assert word
            assert not set(word) & set("\"'\\*()-+:^<>&|! \x00")


def test_last_word_may_be_a_beginning() -> None:
    first, last = query_of("Chen mei")
    assert (first.words, first.prefix, last.words, last.prefix) == (("chen",), False, ("mei",), True)
    (run,) = query_of("美玲")
    assert (run.words, run.prefix) == (("美", "玲"), False)
    assert shown_words(query_of("美玲 mei.ling")) == ["美玲", "mei ling"]


@pytest.mark.parametrize("typed", ["900456", "0456", "+44 7700 900456", "07700 900 456", "00447700900456", "+44 77"])
def test_numbers_are_found_however_typed(typed: str) -> None:
    words = customer_words("Ines", [], [("phone", "+447700900456")]).split()
    (either,) = customer_query(typed)
    assert any(word.startswith(term.words[-1]) for term in either for word in words if len(term.words) == 1)


def test_marked_digits_cannot_be_typed() -> None:
    assert folding.words(f"{BACKWARDS}654") == ["654"]


def test_snippet_shows_the_first_hit() -> None:
    text = "Hello there. " * 30 + "My Größe is wrong, please exchange 退貨 it. " + "Thanks. " * 40
    shown, marks = snippet(text, query_of("退货") + query_of("grosse"))
    assert len(shown) <= LONGEST
    assert [shown[start:stop] for start, stop in marks] == ["Größe", "退貨"]
    assert shown.startswith("…")
    assert shown.endswith("…")


def test_marks_count_as_browsers_do() -> None:
    shown, marks = snippet("😀😀 refund", query_of("refu"))
    ((start, stop),) = marks
    assert shown.encode("utf-16-le")[2 * start : 2 * stop].decode("utf-16-le") == "refund"


@given(SCRIPTS, SCRIPTS)
def test_snippet_of_anything_is_whole(text: str, typed: str) -> None:
    shown, marks = snippet(text * 5, query_of(typed))
    assert len(shown) <= LONGEST
    length = len(shown.encode("utf-16-le", "surrogatepass")) // 2
    assert all(0 <= start < stop <= length for start, stop in marks)
