"""Search over a million documents, half English and half Chinese, as the palette asks: `Search.find` itself.

Words are asked that everybody writes, that few write and that nobody does: what is slow for one of them shows in p99.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from random import Random

from interaction_hub.clock import HubClock
from interaction_hub.services.search import Question, Search
from interaction_hub.storage.eventlog import Feed
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from tests.bench.corpus import stores
from tests.bench.corpus.shape import Shape
from tests.bench.corpus.vocabulary import Language, languages
from tests.bench.figures import ROUNDS, Figure, stepwise

SHAPE = Shape("search", touchpoints=1_000_000, light=100_000, heavy=1_000, long=20_000, texts=1_000_000, indexed=True)
ASKED = 120
"""Questions of a kind in each round, none of them twice."""
LONGER = 5.0
MOST_MS = {"SQLite": 10.0, "PostgreSQL": 50.0}

Asks = Callable[[Random], str]


def measure() -> Iterator[Figure]:
    """For each database: words of two characters over longer ones, then every kind of question in milliseconds."""
    yield from stepwise(_measure("SQLite", stores.sqlite(SHAPE)))
    with stores.postgresql(SHAPE) as url:
        yield from stepwise(_measure("PostgreSQL", url))


async def _measure(name: str, url: str) -> AsyncIterator[Figure]:
    reads = Reads(url)
    search = Search(Ledger(url, HubClock()), reads, Feed(reads, poll=False))
    try:
        kinds = _kinds()
        p99 = {kind: await _rounds(search, kind, asks) for kind, asks in kinds.items()}
        ratios = [two / longer for two, longer in zip(p99[TWO], p99[LONG], strict=True)]
        yield Figure(f"search: {TWO} / {LONG}, p99, {name}", tuple(ratios), LONGER, most=True)
        for kind, values in p99.items():
            yield Figure(f"search: {kind}, p99, {name}", values, MOST_MS[name], "ms", most=True)
    finally:
        await reads.close()


async def _rounds(search: Search, kind: str, asks: Asks) -> tuple[float, ...]:
    """p99 in milliseconds of each round; the first one is a warm-up."""
    random = Random(kind)
    found = []
    for _ in range(ROUNDS + 1):
        times = [await _timed(search, Question(asks(random), SCOPES.get(kind, "history"))) for _ in range(ASKED)]
        found.append(statistics.quantiles(times, n=100)[98] * 1000)
    return tuple(found[1:])


async def _timed(search: Search, question: Question) -> float:
    started = time.perf_counter()
    await search.find(question)
    return time.perf_counter() - started


# ---- questions -----------------------------------------------------------------------------------------------------
TWO, LONG = "Chinese word of two characters", "longer one"
SCOPES = {"name or number": "customers", "palette": "all"}


def _kinds() -> dict[str, Asks]:
    """Kinds of questions; each asks for common, middling, rare and absent words alike."""
    english, chinese = languages(SHAPE.seed)
    two = [word for word in chinese.words if len(word) == 2]
    longer = [word for word in chinese.words if len(word) > 2]
    characters = list(dict.fromkeys("".join(chinese.words)))

    def absent(length: int) -> Asks:
        """Characters that are common, side by side as in no word."""
        return lambda random: "".join(random.choices(characters[:300], k=length))

    def word(random: Random) -> str:
        return _ranked(english.words, random)

    return {
        TWO: _mixed(lambda random: _ranked(two, random), absent(2)),
        LONG: _mixed(lambda random: _ranked(longer, random), absent(3)),
        "one character": lambda random: _ranked(characters, random),
        "English word": _mixed(word, lambda random: word(random) + "zqx"),
        "beginning of a word": lambda random: word(random)[: random.randint(1, 4)],
        "two English words": lambda random: f"{word(random)} {word(random)}",
        "word and a letter": lambda random: f"{word(random)} {random.choice('abcdefghilmnoprstuw')}",
        "two Chinese words": lambda random: f"{_ranked(two, random)} {_ranked(two, random)}",
        "both languages": lambda random: f"{word(random)} {_ranked(two, random)}",
        "name or number": _mixed(lambda random: _either(english, chinese, random), _number),
        "palette": lambda random: _either(english, chinese, random),
    }


def _mixed(present: Asks, absent: Asks) -> Asks:
    """One of four is not there."""
    return lambda random: (absent if random.random() < 0.25 else present)(random)


def _ranked(words: Sequence[str], random: Random) -> str:
    """From all ranks alike on a logarithmic scale: as many common words as rare ones."""
    return words[int(len(words) ** random.random()) - 1]


def _either(english: Language, chinese: Language, random: Random) -> str:
    return _ranked(random.choice((english, chinese)).words, random)


def _number(random: Random) -> str:
    """A part of a telephone number, from its front or its end."""
    digits = f"07{random.randrange(10**9):09d}"
    length = random.randint(3, 8)
    return random.choice((digits[:length], digits[-length:]))
