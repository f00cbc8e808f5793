"""Statements straight to the driver: the same rows, types and errors as through Core, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from interaction_hub.storage import direct, tables
from interaction_hub.storage.unit import Tx, each, insert_into
from tests.integration.storage.rig import Rig, row
from tests.integration.storage.sql import fetch

USER, NODE = tables.user, tables.node
_SOME = sa.select(USER.c.id, USER.c.active, USER.c.name).where(
    USER.c.id.in_(sa.bindparam("ids", expanding=True)), USER.c.role == "agent", USER.c.created_us >= sa.bindparam("at")
)
_SOME = _SOME.order_by(USER.c.id)
_LATER = (
    sa.update(NODE).where(NODE.c.id == sa.bindparam("i")).values(started_us=7, alive_until_us=NODE.c.started_us + 1)
)


def person(key: str, *, active: bool = True) -> dict[str, Any]:
    return {"id": key, "login": key, "role": "agent", "active": active, "created_us": 5}


async def ask(rig: Rig, unit: Any) -> Any:
    """Run a function over the transaction as a unit of its own."""
    rig.ledger.register(unit.__name__, each(unit))
    return await rig.ledger.submit(unit.__name__, None)


@pytest.mark.parametrize("keys", [[], ["a"], ["a", "c"], ["c", "a", "it's", "none", "ü"]])
async def test_lists_of_any_length_are_found(rig: Rig, keys: list[str]) -> None:
    def unit(tx: Tx, _item: None) -> list[Any]:
        tx.write(insert_into(USER), [person("a"), person("b"), person("c", active=False), person("it's")])
        return tx.fetch(_SOME, {"ids": keys, "at": 5})

    found = await ask(rig, unit)
    assert [one.id for one in found] == sorted(set(keys) & {"a", "c", "it's"})
    for one in found:
        assert one.active is (one.id != "c")
        assert one.name == ""  # the database's own default


async def test_values_of_the_statement_are_bound(rig: Rig) -> None:
    def unit(tx: Tx, _item: None) -> None:
        tx.write(insert_into(NODE), [row("a"), row("b")])
        tx.write(_LATER, [{"i": "a"}, {"i": "b"}])

    await ask(rig, unit)
    assert await fetch(rig.url, "SELECT id, started_us, alive_until_us FROM node ORDER BY id") == [
        ("a", 7, 1),
        ("b", 7, 1),
    ]


async def test_rows_must_name_what_the_statement_needs(rig: Rig) -> None:
    def unit(tx: Tx, _item: None) -> None:
        tx.write(_LATER, [{"other": "a"}])

    with pytest.raises(ValueError, match="do not name i"):
        await ask(rig, unit)


async def test_violation_is_an_integrity_error(rig: Rig) -> None:
    def unit(tx: Tx, _item: None) -> None:
        tx.write(insert_into(NODE), [row("secret-value"), row("secret-value")])

    with pytest.raises(IntegrityError) as caught:
        await ask(rig, unit)
    assert "parameters hidden" in str(caught.value) or "secret-value" not in str(caught.value)
    assert await rig.stored() == []


async def test_unit_that_fails_alone_leaves_nothing(rig: Rig) -> None:
    with pytest.raises(ValueError, match="bad"):
        await rig.ledger.submit("mark", "bad")
    assert await rig.ledger.submit("mark", "good") == "done good"
    assert (await rig.stored(), await rig.logged()) == (["good"], ["good"])
    await rig.assert_whole()


async def test_reading_begins_a_transaction_of_its_own(rig: Rig) -> None:
    """Or each statement of a reading would see another moment."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        assert not connection.in_transaction()
        direct.fetch(connection, sa.select(sa.literal(1).label("one")), {})
        assert connection.in_transaction()
    engine.dispose()
