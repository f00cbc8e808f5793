"""Places in a line without sorting it: the same as sorting it each time."""

from __future__ import annotations

import random

from interaction_hub.services.lines import Lines, Waiting


def test_places_are_those_of_the_sorted_line() -> None:
    chance = random.Random(7)
    lines, known = Lines(), dict[str, Waiting]()
    for turn in range(2_000):
        key = str(chance.randrange(300))
        if key in known and chance.random() < 0.5:
            assert lines.take(key) == known.pop(key)
        else:
            start = chance.randrange(1_000)
            waiting = Waiting(chance.choice("ab"), start + 5, 0, False, chance.randrange(3), start, turn)
            known[key] = waiting
            lines.put(key, waiting)
    assert lines.contacts == known
    for queue in "ab":
        mine = [key for key in known if known[key].queue == queue]
        mine.sort(key=lambda key: (known[key].band, known[key].virtual_start, known[key].arrival))
        assert lines.of_queue(queue, 1_000) == mine
        assert [lines.place(key) for key in mine] == list(range(1, len(mine) + 1))
        assert lines.oldest(queue) == min(known[key].entered for key in mine)
    longest = sorted(known, key=lambda key: (known[key].virtual_start, known[key].arrival))
    assert lines.longest(50) == longest[:50]


def test_whoever_does_not_wait_is_not_taken() -> None:
    lines = Lines()
    assert lines.take("x") is None
    assert (lines.longest(5), lines.of_queue("q", 5), lines.oldest("q")) == ([], [], None)
