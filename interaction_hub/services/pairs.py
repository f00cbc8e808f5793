"""Words as the search index holds them: of a script without spaces, each character together with the next one.

A Chinese word of two characters is so one entry of the index, found as fast as an English word; two characters that
must stand side by side would make the database compare all texts that have both. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from interaction_hub.services.folding import is_spaced, words
from interaction_hub.storage.search_lookup import Query, Term


def indexed(text: str) -> str:
    """A text as the index takes it: folded, paired, with spaces between."""
    return " ".join(paired(words(text)))


def paired(single: Sequence[str]) -> list[str]:
    """The same number of words in the same places, each with its neighbour if both are single characters."""
    both = pairwise([*single, ""])
    return [word + after if is_spaced(word) and is_spaced(after) else word for word, after in both]


def paired_query(query: Query) -> Query:
    """What finds in paired texts what the query says."""
    return [[_paired_term(term) for term in either] for either in query]


def _paired_term(term: Term) -> Term:
    joined = tuple(paired(term.words))
    if not is_spaced(term.words[-1]):
        return Term(joined, term.prefix)
    # Whatever stands behind the last character may have been joined to it.
    if len(joined) > 1 and is_spaced(term.words[-2]):
        return Term(joined[:-1])
    return Term(joined, prefix=True)
