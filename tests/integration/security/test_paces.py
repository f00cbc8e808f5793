"""The counting behind the limits: windows that end, people who are apart, and no memory of what is over (A18)."""

from __future__ import annotations

from limits import RateLimitItemPerMinute

from interaction_hub.web.paces import Paces

THREE = RateLimitItemPerMinute(3, namespace="three")
OTHER = RateLimitItemPerMinute(3, namespace="other")


class Watch:
    """A clock that is set by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_window_ends_by_itself() -> None:
    watch = Watch()
    paces = Paces(watch)
    assert [paces.hit(THREE, "a") for _ in range(5)] == [True, True, True, False, False]
    assert not paces.test(THREE, "a")
    watch.now += 59
    assert not paces.hit(THREE, "a"), "trying on makes it no longer, and no shorter"
    watch.now += 2
    assert paces.test(THREE, "a")
    assert [paces.hit(THREE, "a") for _ in range(4)] == [True, True, True, False]


def test_people_and_deeds_are_counted_apart() -> None:
    paces = Paces(Watch())
    assert [paces.hit(THREE, "a") for _ in range(4)][-1] is False
    assert paces.hit(THREE, "b")
    assert paces.hit(OTHER, "a")
    assert paces.hit(THREE, "a", "b"), "two names are not one"
    assert paces.test(THREE, "c")
    assert len(paces) == 4, "a look keeps nothing"


def test_what_is_over_is_forgotten() -> None:
    watch = Watch()
    paces = Paces(watch)
    for number in range(100_000):
        paces.hit(THREE, f"198.18.{number}")
    assert len(paces) == 100_000
    watch.now += 61
    paces.hit(THREE, "the next")
    assert len(paces) == 1
