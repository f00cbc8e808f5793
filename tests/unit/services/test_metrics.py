"""Figures are a fold over the log: the same events give the same figures, however they are cut."""

from __future__ import annotations

import pytest

from interaction_hub.domain import events
from interaction_hub.domain.documents import parse
from interaction_hub.domain.rules import RuleBook
from interaction_hub.durations import MINUTE, SECOND
from interaction_hub.services.metrics import Figures, QueueFold

T0 = 1_000 * MINUTE
BOOK = RuleBook(1, {("queue", "q"): parse("queue", {"key": "q", "name": "Q", "channel": "sms", "target": 20}, "test")})


def fold_of(*bodies: tuple[int, events.Body]) -> QueueFold:
    """A fold over events at these seconds."""
    fold = QueueFold(lambda: BOOK)
    for position, (second, body) in enumerate(bodies, 1):
        fold.apply(events.Sealed(position, T0 + second * SECOND, "test", "", body))
    return fold


def queued(contact: str, second: int, queue: str = "q") -> tuple[int, events.Body]:
    body = events.ContactQueued(
        contact=contact,
        interaction="i",
        customer="k",
        queue=queue,
        channel="sms",
        band=5,
        virtual_start=T0 + second * SECOND,
        arrival=second,
        entered=T0 + second * SECOND,
        epoch=1,
        rules_version=1,
    )
    return second, body


def accepted(contact: str, second: int) -> tuple[int, events.Body]:
    body = events.OfferAccepted(
        offer="o", contact=contact, agent="a", queue="q", channel="sms", epoch=3, load_version=2, waited=0
    )
    return second, body


def abandoned(contact: str, second: int) -> tuple[int, events.Body]:
    return second, events.ContactEnded(contact=contact, queue="q", channel="sms", outcome="abandoned", was="queued")


def test_service_level_leaves_short_abandons_out() -> None:
    fold = fold_of(
        queued("in time", 0),
        queued("late", 0),
        queued("short", 0),
        queued("long", 0),
        abandoned("short", 4),
        accepted("in time", 20),
        accepted("late", 21),
        abandoned("long", 30),
    )
    figures = fold.total(["q"], 0)
    assert (figures.in_time, figures.counted, figures.short_abandoned) == (1, 3, 1)
    assert figures.service_level == pytest.approx(1 / 3)


def test_published_vector_of_the_field_is_met() -> None:
    figures = Figures(offered=1060, answered=1000, in_time=860, abandoned=60, short_abandoned=10)
    assert figures.service_level == pytest.approx(0.8190, abs=5e-5)


def test_nothing_counted_is_no_ratio() -> None:
    assert Figures().service_level is None
    assert Figures(offered=1, abandoned=1, short_abandoned=1).service_level is None


def test_offered_is_answered_abandoned_and_waiting() -> None:
    fold = fold_of(queued("a", 0), queued("b", 1), queued("c", 2), accepted("a", 3), abandoned("b", 60))
    figures = fold.total(["q"], 0)
    assert figures.offered == figures.answered + figures.abandoned + figures.moved_out + fold.queued["q"]


def test_move_leaves_one_queue_and_enters_the_other() -> None:
    moved = events.ContactMoved(
        contact="a", queue="r", from_queue="q", band=5, epoch=2, rules_version=1, virtual_start=T0
    )
    fold = fold_of(queued("a", 0), (30, moved))
    assert (fold.queued["q"], fold.queued["r"]) == (0, 1)
    assert fold.total(["q"], 0).moved_out == 1


def test_contact_counts_in_the_minute_of_its_arrival() -> None:
    fold = fold_of(queued("a", 50), accepted("a", 70))
    assert fold.buckets["q", T0 // MINUTE].answered == 1


def test_event_told_twice_counts_once() -> None:
    fold = fold_of(queued("a", 0))
    fold.apply(events.Sealed(1, T0, "test", "", queued("a", 0)[1]))
    assert fold.total(["q"], 0).offered == 1


def test_fold_goes_on_from_a_stored_projection() -> None:
    whole = fold_of(queued("a", 0), queued("b", 1), accepted("a", 3), accepted("b", 90))
    first = fold_of(queued("a", 0), queued("b", 1))
    second = QueueFold(lambda: BOOK)
    second.resume(first.position, first.waiting, first.buckets)
    for position, (second_, body) in enumerate([accepted("a", 3), accepted("b", 90)], 3):
        second.apply(events.Sealed(position, T0 + second_ * SECOND, "test", "", body))
    assert second.total(["q"], 0) == whole.total(["q"], 0)
