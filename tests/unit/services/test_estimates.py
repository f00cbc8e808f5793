"""Likely waits follow the log, and claim nothing of a time that they have not seen."""

from __future__ import annotations

from interaction_hub.domain import events
from interaction_hub.durations import MINUTE, SECOND
from interaction_hub.services.estimates import Estimates

T0 = 10_000 * MINUTE


def answered(position: int, second: int, queue: str = "q") -> events.Sealed:
    body = events.OfferAccepted(
        offer="o", contact="c", agent="a", queue=queue, channel="sms", epoch=1, load_version=1, waited=0
    )
    return events.Sealed(position, T0 + second * SECOND, "test", "", body)


def test_nothing_is_said_without_answers() -> None:
    assert Estimates().likely(["q"], 1, T0) is None


def test_young_log_is_not_taken_for_half_an_hour() -> None:
    estimates = Estimates()
    for place in range(10):
        estimates.apply(answered(place + 1, place * 30))
    # Ten answers in five minutes: place 4 is reached in about two, not in twelve.
    found = estimates.likely(["q"], 4, T0 + 300 * SECOND)
    assert found is not None
    assert found["high_ms"] <= 4 * 60_000


def test_queues_together_answer_faster_than_one() -> None:
    estimates = Estimates()
    for place in range(40):
        estimates.apply(answered(place + 1, place * 30, "q" if place % 2 else "r"))
    now = T0 + 1200 * SECOND
    one, both = estimates.likely(["q"], 10, now), estimates.likely(["q", "r"], 10, now)
    assert one is not None
    assert both is not None
    assert both["high_ms"] < one["high_ms"]


def test_old_answers_are_forgotten() -> None:
    estimates = Estimates()
    for place in range(10):
        estimates.apply(answered(place + 1, place))
    assert estimates.likely(["q"], 1, T0 + 40 * MINUTE) is None
