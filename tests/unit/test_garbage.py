"""Cycles are looked for as soon as memory has grown, however seldom the interpreter looks by itself."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from interaction_hub.garbage import GROWN_BYTES, Sweep, resident_bytes


class Broken:
    """Something large that knows itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _seldom() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def test_growth_ends_in_a_collection() -> None:
    held = [100 * 2**20]
    sweep = Sweep(lambda: held[0])
    lost = weakref.ref(Broken())
    held[0] += GROWN_BYTES - 1
    assert not sweep.look()
    assert lost() is not None
    held[0] += 1
    assert sweep.look()
    assert lost() is None
    assert not sweep.look()  # what stays is what there is now


def test_process_says_what_it_holds() -> None:
    assert resident_bytes() > 10 * 2**20
