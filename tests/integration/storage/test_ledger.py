"""The ledger on both databases: what is acknowledged is stored, once, in order; a failing unit hurts nobody else."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from interaction_hub.clock import HubClock
from interaction_hub.storage import databases
from interaction_hub.storage.ledger import Ledger, LedgerUnavailable
from tests.integration.storage.rig import COUNT, Rig
from tests.integration.storage.sql import fetch, value


async def test_result_comes_after_the_commit(rig: Rig) -> None:
    assert await rig.ledger.submit("mark", "a") == "done a"
    assert await rig.stored() == ["a"]
    assert [event.kind for event in rig.sealed] == ["SignedIn"]


async def test_rows_are_invisible_before_commit(rig: Rig) -> None:
    """The pysqlite trap: SAVEPOINT as the outermost transaction would have committed at RELEASE."""
    _, inside = await rig.together(("mark", "a"), ("peek", None))
    assert inside == 1
    assert rig.seen_outside == [0]
    assert rig.rows_outside() == 1


def test_sqlite_rollback_takes_released_savepoints_along(sqlite_url: str) -> None:
    engine = databases.sqlite_writer(sqlite_url)
    with engine.connect() as connection:
        with connection.begin():
            connection.exec_driver_sql("CREATE TABLE node (id)")
        transaction = connection.begin()
        dbapi = connection.connection.dbapi_connection
        assert dbapi is not None
        for statement in ("SAVEPOINT unit", "INSERT INTO node VALUES (1)", "RELEASE SAVEPOINT unit"):
            dbapi.cursor().execute(statement)
        transaction.rollback()
        assert connection.execute(sa.text(COUNT)).scalar_one() == 0
    engine.dispose()


async def test_failing_unit_spares_its_neighbours(rig: Rig) -> None:
    results = await rig.together(("mark", "a"), ("mark", "bad"), ("mark_set", "b"), ("mark", "c"))
    assert isinstance(results[1], ValueError)
    assert [results[0], *results[2:]] == ["done a", "b", "done c"]
    assert await rig.stored() == ["a", "b", "c"]
    assert await rig.logged() == ["a", "b", "c"]
    assert rig.ledger.stats.reruns == 3


async def test_database_error_spares_its_neighbours(rig: Rig) -> None:
    results = await rig.together(("mark", "a"), ("mark", "a"), ("mark", "b"), ("mark_set", "c"))
    assert isinstance(results[1], IntegrityError)
    assert [results[0], *results[2:]] == ["done a", "done b", "c"]
    assert await rig.stored() == ["a", "b", "c"]
    await rig.assert_whole()


async def test_failing_deferred_row_falls_back(rig: Rig) -> None:
    await rig.ledger.submit("mark", "b")
    results = await rig.together(("mark_set", "a"), ("mark_set", "b"), ("mark_set", "c"))
    assert isinstance(results[1], IntegrityError)
    assert [results[0], results[2]] == ["a", "c"]
    assert await rig.stored() == ["a", "b", "c"]
    assert await rig.logged() == ["b", "a", "c"]


async def test_log_keeps_arrival_over_mixed_kinds(rig: Rig) -> None:
    names = [f"{number:02}" for number in range(40)]
    await rig.together(*(("mark" if number % 3 else "mark_set", name) for number, name in enumerate(names)))
    assert await rig.logged() == names
    assert [event.position for event in rig.sealed] == list(range(1, 41))
    assert len({event.at for event in rig.sealed}) == 1


async def test_people_are_served_before_machines(rig: Rig) -> None:
    await rig.together(("machine", "m"), ("mark", "p"))
    assert await rig.logged() == ["p", "m"]


async def test_cancelled_waiter_changes_nothing(rig: Rig) -> None:
    futures = await rig.submit_together(("mark", "a"), ("mark", "b"), ("mark", "c"))
    futures[1].cancel()
    assert [await futures[0], await futures[2]] == ["done a", "done c"]
    assert await rig.stored() == ["a", "b", "c"]


async def test_two_thousand_submissions_make_one_chain(rig: Rig) -> None:
    names = [f"{number:04}" for number in range(2000)]
    kinds = ("mark", "mark_set", "machine")

    async def person(start: int) -> None:
        for number in range(start, 2000, 50):
            await rig.ledger.submit(kinds[number % 3], names[number])

    await asyncio.gather(*(person(start) for start in range(50)))
    assert await rig.assert_whole() == 2000
    assert await rig.stored() == names
    assert sorted(await rig.logged()) == names
    assert [event.position for event in rig.sealed] == list(range(1, 2001))


async def test_time_in_the_log_never_runs_back(rig: Rig) -> None:
    class Backwards:
        def now(self) -> int:
            self.at = getattr(self, "at", 10**9) - 1000
            return self.at

    ledger = Ledger(rig.url, Backwards(), database_time=False)
    ledger.register("mark", rig.ledger._kinds["mark"].run)
    await ledger.start()
    for name in "abc":
        await ledger.submit("mark", name)
    await ledger.stop()
    times = [at for (at,) in await fetch(rig.url, "SELECT at_us FROM event ORDER BY position")]
    assert times == sorted(times)
    await rig.assert_whole()


async def test_stop_commits_what_waits(rig: Rig) -> None:
    futures = [rig.ledger.submit("mark", f"{number}") for number in range(250)]
    await rig.ledger.stop()
    assert all(future.done() and not future.exception() for future in futures)
    assert await value(rig.url, COUNT) == 250
    with pytest.raises(LedgerUnavailable):
        await rig.ledger.submit("mark", "late")


async def test_kind_cannot_be_registered_twice(rig: Rig) -> None:
    with pytest.raises(ValueError, match="registered twice"):
        rig.ledger.register("mark", rig.ledger._kinds["mark"].run)


async def test_listener_that_fails_stops_nobody(rig: Rig) -> None:
    rig.ledger._on_sealed.insert(0, _broken)
    for name in "ab":
        await asyncio.wait_for(rig.ledger.submit("mark", name), 10)
    assert [event.position for event in rig.sealed] == [1, 2]


def _broken(_sealed: object) -> None:
    raise RuntimeError("a listener's bug")


@pytest.mark.parametrize(
    ("spoil", "heal"),
    [
        ("query_only=ON", "query_only=OFF"),
        ("max_page_count=1", "max_page_count=1000000"),
    ],
    ids=["read-only", "disk full"],
)
async def test_sqlite_that_cannot_write_is_unavailable(sqlite_rig: Rig, spoil: str, heal: str) -> None:
    await sqlite_rig.ledger.submit("mark", "a")
    await sqlite_rig.ledger.submit("spoil", None)
    sqlite_rig.pragma(spoil)
    big = [sqlite_rig.ledger.submit("mark", f"{number:03}" + "x" * 5000) for number in range(5)]
    results = await asyncio.gather(*big, return_exceptions=True)
    assert [type(result) for result in results] == [LedgerUnavailable] * 5
    sqlite_rig.pragma(heal)
    assert await sqlite_rig.ledger.submit("mark", "b") == "done b"
    assert await sqlite_rig.stored() == ["a", "b"]
    await sqlite_rig.assert_whole()


async def test_two_ledgers_share_one_postgresql(postgres_rigs: tuple[Rig, Rig]) -> None:
    async def work(rig: Rig, lead: str) -> None:
        await asyncio.gather(*(rig.ledger.submit("mark", f"{lead}{number:03}") for number in range(500)))

    one, other = postgres_rigs
    await asyncio.gather(work(one, "a"), work(other, "b"))
    assert await one.assert_whole() == 1000
    assert len(await one.stored()) == 1000
    positions = [event.position for event in one.sealed], [event.position for event in other.sealed]
    assert sorted(positions[0] + positions[1]) == list(range(1, 1001))
    assert [sorted(own) == own for own in positions] == [True, True]


async def test_clock_of_the_hub_is_used_on_request(hub_url: str) -> None:
    class Fixed(HubClock):
        def now(self) -> int:
            return 12345

    rig_ledger = Ledger(hub_url, Fixed(), database_time=False)
    rig_ledger.register("now", lambda tx, items: [tx.now for _ in items])
    await rig_ledger.start()
    assert await rig_ledger.submit("now", None) == 12345
    await rig_ledger.stop()
