"""Words as often as people use them: some thousands of English and Chinese ones, drawn by Zipf's law from a seed.

The words are invented, their frequencies and shapes are not: short words are frequent, most Chinese words have two
characters, and some hundred characters are in most of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import accumulate
from random import Random

WORDS = 6_000
"""In each language."""
CHARACTERS = 2_500
"""As many as somebody who reads newspapers knows; from the first block of Han, which has no other order by use."""
_FIRST_HAN = 0x4E00
_ONSETS = [*"tscdpbmrflnwhg", "st", "tr", "pl", "gr", "br", "ch", "sh", "re", "de", "in", "con", "pro"]
_NUCLEI = ["a", "e", "i", "o", "u", "ea", "ou", "ai", "er", "or"]
_CODAS = ["", "", "n", "r", "s", "t", "l", "m", "nd", "st", "ng", "ck"]


def zipf(number: int) -> list[float]:
    """Cumulative weights of ranks by Zipf and Mandelbrot: the first word stands in half of all messages of a dozen."""
    return list(accumulate((rank + 2.7) ** -1.07 for rank in range(1, number + 1)))


class Language:
    """Words by rank, and messages made of them."""

    def __init__(self, words: list[str], gap: str, ends: tuple[str, str], length: tuple[int, int]) -> None:
        self.words = words
        self._weights = zipf(len(words))
        self._gap, self._ends, self._length = gap, ends, length

    def word(self, random: Random) -> str:
        """One of them."""
        return random.choices(self.words, cum_weights=self._weights)[0]

    def message(self, random: Random) -> str:
        """One or two sentences, or as many words as the language's bounds allow."""
        comma, full_stop = self._ends
        words = random.choices(self.words, cum_weights=self._weights, k=random.randint(*self._length))
        half = len(words) // 2
        return self._gap.join(words[:half]) + comma + self._gap.join(words[half:]) + full_stop


def languages(seed: int) -> tuple[Language, Language]:
    """English and Chinese."""
    random = Random(seed)
    english = sorted(_distinct(lambda: _english(random)), key=len)
    chinese = sorted(_distinct(_chinese(random)), key=lambda word: random.random() + (len(word) > 2))
    return (
        Language(english, " ", (", ", "."), (4, 22)),
        Language(chinese, "", ("，", "。"), (4, 22)),
    )


def texts(seed: int) -> Iterator[str]:
    """Messages without end, English and Chinese in turn; one Chinese message in ten names something in English."""
    random, (english, chinese) = Random(seed), languages(seed)
    while True:
        yield english.message(random)
        name = english.word(random) if random.random() < 0.1 else ""
        yield chinese.message(random) + name


def _distinct(draw: Callable[[], str]) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < WORDS:
        found[draw()] = None
    return list(found)


def _english(random: Random) -> str:
    syllables = random.choices((1, 2, 3), weights=(2, 5, 2))[0]
    return "".join(random.choice(part) for _ in range(syllables) for part in (_ONSETS, _NUCLEI, _CODAS))


def _chinese(random: Random) -> Callable[[], str]:
    characters = [chr(_FIRST_HAN + 4 * place) for place in random.sample(range(CHARACTERS), CHARACTERS)]
    weights = zipf(CHARACTERS)

    def draw() -> str:
        length = random.choices((1, 2, 3, 4), weights=(4, 72, 16, 8))[0]
        return "".join(random.choices(characters, cum_weights=weights, k=length))

    return draw
