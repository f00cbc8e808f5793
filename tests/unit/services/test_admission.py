"""The gates before the ledger: few at once, sources in rotation, what does not fit is told so, nobody is forgotten."""

from __future__ import annotations

import asyncio

import pytest

from interaction_hub.errors import Busy
from interaction_hub.services.admission import Admission


class Crowd:
    """Those who come, and who of them is inside: each stays until he is told to go."""

    def __init__(self, admission: Admission) -> None:
        self.admission = admission
        self.inside: list[str] = []
        self._leave: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, *names: str) -> None:
        """Each name is its source's letter and a number."""
        for name in names:
            self._leave[name] = asyncio.Event()
            self._tasks[name] = asyncio.create_task(self._pass(name))
        await self.settle()

    async def go(self, *names: str) -> None:
        for name in names:
            self._leave[name].set()
        await self.settle()

    async def vanish(self, name: str) -> None:
        self._tasks[name].cancel()
        await self.settle()

    async def everybody(self) -> list[BaseException | None]:
        """All go on; what became of each."""
        for leave in self._leave.values():
            leave.set()
        return await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def settle(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    async def _pass(self, name: str) -> None:
        async with self.admission.one(name[0]):
            self.inside.append(name)
            try:
                await self._leave[name].wait()
            finally:
                self.inside.remove(name)


async def test_one_source_leaves_room_for_the_next() -> None:
    crowd = Crowd(Admission(at_once=4, of_one=3, room=10))
    await crowd.come("a1", "a2", "a3", "a4", "a5", "b1")
    assert crowd.inside == ["a1", "a2", "a3", "b1"]
    await crowd.everybody()
    assert (crowd.admission.inside, crowd.admission.waiting) == (0, 0)


async def test_sources_take_turns() -> None:
    crowd = Crowd(Admission(at_once=1, of_one=1, room=10))
    await crowd.come("a1", "a2", "a3", "a4", "b1", "c1", "b2")
    order = []
    for _ in range(7):
        order += crowd.inside
        await crowd.go(*crowd.inside)
    assert order == ["a1", "a2", "b1", "c1", "a3", "b2", "a4"]


async def test_what_does_not_fit_is_told_to_come_again() -> None:
    crowd = Crowd(Admission(at_once=2, of_one=1, room=2))
    await crowd.come("a1", "a2", "a3", "a4", "b1")
    with pytest.raises(Busy) as refused:
        crowd.admission.check("a")
    assert refused.value.retry_after
    crowd.admission.check("b")
    assert crowd.inside == ["a1", "b1"], "another source is not in his way"
    ends = await crowd.everybody()
    assert [type(end) for end in ends if end is not None] == [Busy]
    assert crowd.admission.shed == 2


async def test_who_gave_up_holds_no_gate() -> None:
    crowd = Crowd(Admission(at_once=1, of_one=1, room=10))
    await crowd.come("a1", "a2", "a3", "b1")
    await crowd.vanish("a2")
    await crowd.go("a1")
    assert len(crowd.inside) == 1
    await crowd.vanish(crowd.inside[0])
    await crowd.everybody()
    assert (crowd.admission.inside, crowd.admission.waiting) == (0, 0)


async def test_gate_given_to_one_who_is_gone_is_passed_on() -> None:
    crowd = Crowd(Admission(at_once=1, of_one=1, room=10))
    await crowd.come("a1", "a2", "a3")
    crowd._leave["a1"].set()
    await asyncio.sleep(0)  # the gate is a2's by now, who has not run yet
    crowd._tasks["a2"].cancel()
    await crowd.settle()
    assert crowd.inside == ["a3"]
    await crowd.everybody()
    assert crowd.admission.inside == 0
