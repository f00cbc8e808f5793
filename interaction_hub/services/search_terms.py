"""From what was typed to terms of the index, and from a customer to the words by which he is found. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby

import phonenumbers

from interaction_hub.services import folding
from interaction_hub.services.pairs import paired
from interaction_hub.storage.search_lookup import Query, Term

BACKWARDS = "\ue000"
"""Stands before a telephone number's digits in reversed order. Folding gives no such character: nobody can type it."""
LEAST_DIGITS = 3
TRUNK_DIGITS = 6
"""From so many digits on a 0 at the front may be the one of national numbers, and is not part of the number."""
_NUMBERLIKE = re.compile(r"[\d+().\-/]*\d[\d+().\-/]*")


def query_of(text: str) -> list[Term]:
    """One term for each word typed; of the last word its beginning is enough. Empty if nothing can be searched."""
    found = [tuple(folding.words(chunk)) for chunk in text.split()]
    terms = [Term(words) for words in found if words]
    return [*terms[:-1], _begun(terms[-1])] if terms else []


def customer_query(text: str) -> Query:
    """The same with telephone numbers: digits that stand together are one number, whatever is typed between them."""
    query: list[list[Term]] = []
    chunks = text.split()
    for numberlike, run in groupby(chunks, key=_is_numberlike):
        part = list(run)
        numbers = _numbers("".join(part)) if numberlike else []
        if numbers:
            side_by_side = Term(tuple(word for chunk in part for word in folding.words(chunk)), prefix=True)
            query.append([side_by_side, *numbers])
        else:
            query += [[Term(words)] for chunk in part if (words := tuple(folding.words(chunk)))]
    if query:
        query[-1] = [_begun(term) for term in query[-1]]
    return query


def shown_words(terms: Iterable[Term]) -> list[str]:
    """The folded words for whoever highlights them himself."""
    return [("" if all(map(folding.is_spaced, term.words)) else " ").join(term.words) for term in terms]


def customer_words(name: str, facts: Iterable[str], identities: Iterable[tuple[str, str]]) -> str:
    """Everything by which a customer is found, as the index holds it. `identities` are pairs of kind and value."""
    words = folding.words(name)
    for value in facts:
        words += folding.words(value)
    for kind, value in identities:
        words += _number_words(value) if kind == "phone" else folding.words(value)
    words = paired(words)
    return " ".join(dict.fromkeys(words) if len(words) > 500 else words)


def _begun(term: Term) -> Term:
    """A character that is a word is always whole."""
    return term if folding.is_spaced(term.words[-1]) else Term(term.words, prefix=True)


def _is_numberlike(chunk: str) -> bool:
    return _NUMBERLIKE.fullmatch(unicodedata.normalize("NFKC", chunk)) is not None


def _digits(text: str) -> str:
    return "".join(str(unicodedata.digit(one)) for one in text if one.isdecimal())


def _numbers(typed: str) -> list[Term]:
    """By its last digits, or from its front on; with the 0 of national numbers and of 00, or without."""
    digits = _digits(typed)
    forms = [digits]
    bare = digits.lstrip("0")
    if bare != digits and len(bare) >= TRUNK_DIGITS:
        forms.append(bare)
    if len(digits) < LEAST_DIGITS:
        return []
    return [Term((word,), prefix=True) for form in forms for word in (form, BACKWARDS + form[::-1])]


def _number_words(value: str) -> list[str]:
    digits = _digits(value)
    if not digits:
        return folding.words(value)
    found = [digits, BACKWARDS + digits[::-1]]
    try:
        national = phonenumbers.national_significant_number(phonenumbers.parse(value, None))
    except phonenumbers.NumberParseException:
        return found
    return [*found, national] if national not in found else found
