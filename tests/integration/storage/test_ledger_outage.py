"""PostgreSQL dies and comes back while the ledger works: nothing acknowledged is lost, nothing is stored twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa

from interaction_hub.domain import events
from interaction_hub.storage import batches
from interaction_hub.storage.ledger import LedgerUnavailable, OutcomeUnknown
from interaction_hub.storage.unit import Tx, each
from tests.fakes.servers import Postgres
from tests.integration.storage.rig import Rig


def note(tx: Tx, item: str) -> str:
    """An event and no unique row: only the log would tell that it ran twice."""
    tx.emit(events.SignedIn(user=item), actor="test")
    return item


async def submit_all(rig: Rig, names: list[str], people: int = 20) -> tuple[set[str], set[str]]:
    """Submit one after the other for each of some people; gives (acknowledged, unknown)."""
    acknowledged, unknown = set[str](), set[str]()

    async def person(mine: list[str]) -> None:
        for name in mine:
            try:
                await rig.ledger.submit("note", name)
                acknowledged.add(name)
            except OutcomeUnknown:
                unknown.add(name)
            except LedgerUnavailable:
                await asyncio.sleep(0.05)

    await asyncio.gather(*(person(names[start::people]) for start in range(people)))
    return acknowledged, unknown


async def test_killed_server_loses_and_doubles_nothing(
    postgres_rigs: tuple[Rig, Rig], postgres_server: Postgres
) -> None:
    names = [f"{number:05}" for number in range(6000)]
    for rig in postgres_rigs:
        rig.ledger.register("note", each(note))
    works = [asyncio.create_task(submit_all(rig, names[n::2])) for n, rig in enumerate(postgres_rigs)]
    try:
        for _ in range(2):
            await asyncio.sleep(0.3)
            await asyncio.to_thread(postgres_server.kill)
            await asyncio.sleep(0.2)
            await asyncio.to_thread(postgres_server.start)
        outcomes = await asyncio.wait_for(asyncio.gather(*works), 60)
    finally:
        if postgres_server.process is None:
            await asyncio.to_thread(postgres_server.start)
    acknowledged = outcomes[0][0] | outcomes[1][0]
    logged = Counter(await postgres_rigs[0].logged())
    assert max(logged.values()) == 1
    assert acknowledged <= set(logged)
    assert set(logged) - acknowledged <= outcomes[0][1] | outcomes[1][1]
    assert len(acknowledged) > 1000
    await postgres_rigs[0].assert_whole()


async def test_long_outage_refuses_and_heals(postgres_rigs: tuple[Rig, Rig], postgres_server: Postgres) -> None:
    rig = postgres_rigs[0]
    await rig.ledger.submit("mark", "a")
    await asyncio.to_thread(postgres_server.kill)
    try:
        for name in "bc":
            with pytest.raises(LedgerUnavailable):
                await asyncio.wait_for(rig.ledger.submit("mark", name), 20)
    finally:
        await asyncio.to_thread(postgres_server.start)
    assert await asyncio.wait_for(rig.ledger.submit("mark", "d"), 20) == "done d"
    assert await rig.stored() == ["a", "d"]
    await rig.assert_whole()


async def test_answer_of_commit_may_be_lost(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """F19, the line is cut after COMMIT arrived: the batch stands, and is not run again."""
    rig.ledger.register("note", each(note))
    answers = [True]

    def commit(*arguments: Any, **options: Any) -> batches.Committed:
        done = batches.commit(*arguments, **options)
        if answers and done.sealed:
            answers.clear()
            raise batches.CommitUnknown(done)
        return done

    monkeypatch.setattr("interaction_hub.storage.ledger.commit", commit)
    await note_is_stored_once(rig)


async def test_commit_itself_may_be_lost(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """F19, the line is cut before COMMIT arrived: the batch is run again."""
    rig.ledger.register("note", each(note))
    real, cuts = sa.engine.Transaction.commit, [True]

    def commit(transaction: sa.engine.Transaction) -> None:
        if cuts:
            cuts.clear()
            raise sa.exc.DBAPIError("COMMIT", None, Exception("the line is cut"))
        real(transaction)

    monkeypatch.setattr(sa.engine.Transaction, "commit", commit)
    await note_is_stored_once(rig)
    assert not cuts


async def note_is_stored_once(rig: Rig) -> None:
    assert await asyncio.wait_for(rig.ledger.submit("note", "a"), 20) == "a"
    assert await rig.logged() == ["a"]
    assert [event.position for event in rig.sealed] == [1]
    await rig.assert_whole()
