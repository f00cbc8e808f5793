"""`verify` finds nothing where nothing is broken, and each planted damage where it was planted."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from interaction_hub.domain import events
from interaction_hub.domain.documents import AgentAbilities
from interaction_hub.storage import anchors, databases, tables
from interaction_hub.storage.anchors import Anchor
from interaction_hub.storage.checks import report as reporting
from interaction_hub.storage.unit import Tx, each
from interaction_hub.storage.verify import Report, verify
from tests.fakes.servers import Postgres
from tests.integration.storage.company import Company, fill, open_company
from tests.integration.storage.sql import damage, fetch, value

MESSAGE = "(SELECT min(id) FROM touchpoint WHERE kind = 'message' AND direction = 'out')"


@pytest.fixture
async def company(hub_url: str) -> AsyncIterator[Company]:
    async with open_company(hub_url) as company:
        await fill(company)
        yield company


@pytest.fixture
async def filled(hub_url: str) -> str:
    """The same company after its hub has stopped."""
    async with open_company(hub_url) as company:
        await fill(company)
    return hub_url


WITHOUT_CLAIMS = {
    # SQLite cannot drop a constraint: the copy of a table has none.
    "sqlite": (
        "CREATE TABLE copied AS SELECT * FROM touchpoint",
        "DROP TABLE touchpoint",
        "ALTER TABLE copied RENAME TO touchpoint",
    ),
    "postgresql": ("ALTER TABLE touchpoint DROP CONSTRAINT uq_touchpoint_claim",),
}


async def full(company: Company) -> Report:
    return await verify(company.url, full=True)


def first(state: str) -> str:
    """The first contact in a state."""
    return f"(SELECT min(id) FROM contact WHERE state = '{state}')"


def agent(place: str) -> str:
    return f"(SELECT {place}(id) FROM agent)"


async def test_company_at_work_is_whole(company: Company) -> None:
    report = await full(company)
    assert report.lines()[:-1] == []
    assert report.ok
    assert report.position == await value(company.url, "SELECT count(*) FROM event")
    assert report.looked_at["touchpoints"] == await value(company.url, "SELECT count(*) FROM touchpoint")
    assert report.looked_at["living contacts"] == 7


async def test_empty_database_is_whole(hub_url: str) -> None:
    report = await verify(hub_url, full=True)
    assert report.ok
    assert str(report) == "everything holds: an empty log; log walked to 0"


_touchpoint = tables.touchpoint
LOG = [
    ("I17", "hash differs", "UPDATE event SET actor = 'agent:somebody' WHERE position = 9"),
    ("I17", "hash differs", "UPDATE event SET at_us = at_us + 1 WHERE position = 9"),
    ("I17", "time runs backwards", "UPDATE event SET at_us = 1 WHERE position = 9"),
    ("I17", "expected position 9", "DELETE FROM event WHERE position = 9"),
    ("I17", "the head says", "DELETE FROM event WHERE position = (SELECT max(position) FROM event)"),
    ("I17", "the head says", "UPDATE head SET position = position - 1"),
    ("I17", "the head says", "UPDATE head SET hash = (SELECT hash FROM event WHERE position = 3)"),
    ("I17", "the head row is missing", "DELETE FROM head"),
    ("I17", "cannot be read", "UPDATE event SET payload = hash WHERE position = 9"),
]
HISTORY = [
    ("I1", "it has no row", f"DELETE FROM touchpoint WHERE id = {MESSAGE}"),
    ("I1", "not the one that was logged", f"UPDATE touchpoint SET text = 'At three.' WHERE id = {MESSAGE}"),
    ("I1", "differ from the log", f"UPDATE touchpoint SET kind = 'note' WHERE id = {MESSAGE}"),
    ("I1", "the text was not", _touchpoint.update().where(_touchpoint.c.text != "").values(salt=b"")),
    ("I8", "touchpoints numbered", f"DELETE FROM touchpoint WHERE id = {MESSAGE}"),
    ("I8", "expected", "UPDATE touchpoint SET seq = seq + 1 WHERE seq = (SELECT max(seq) FROM touchpoint)"),
    ("I8", "expected", "UPDATE interaction SET last_seq = last_seq + 1"),
    ("I9", "counted", "UPDATE customer SET touchpoints = touchpoints + 1"),
    ("I9", "counted", f"DELETE FROM touchpoint WHERE id = {MESSAGE}"),
    ("I10", "no outbox row", f"DELETE FROM outbox WHERE touchpoint_id = {MESSAGE}"),
    ("I10", "does not exist", f"UPDATE outbox SET touchpoint_id = 'nowhere' WHERE touchpoint_id = {MESSAGE}"),
    ("I10", "does not go out", "UPDATE touchpoint SET direction = 'none' WHERE direction = 'out'"),
]
WORK = [
    ("I2", "queued with 1 open offers", "UPDATE contact SET state = 'queued' WHERE state = 'offered'"),
    ("I2", "offered with 0 open offers", "UPDATE offer SET state = 'expired' WHERE state = 'open'"),
    ("I2", "active without an agent", "UPDATE contact SET agent_id = NULL WHERE state = 'active'"),
    ("I2", "queued, but offered in the log", "UPDATE contact SET state = 'queued' WHERE state = 'offered'"),
    ("I2", "wrapping, but active in the log", "UPDATE contact SET state = 'wrapping' WHERE state = 'active'"),
    ("I2", "in queue elsewhere", "UPDATE contact SET queue = 'elsewhere' WHERE state = 'queued'"),
    ("I2", "its row has ended or is missing", "UPDATE contact SET state = 'ended' WHERE state = 'wrapping'"),
    ("I2", "its row is queued", f"UPDATE contact SET state = 'queued', thread = 'x' WHERE id = {first('ended')}"),
    ("I2", "no such living contact", f"UPDATE contact SET id = 'ghost' WHERE id = {first('wrapping')}"),
    ("I2", "and with an agent at once", f"UPDATE contact SET agent_id = {agent('min')} WHERE state = 'queued'"),
    ("I2", "with agent", f"UPDATE contact SET agent_id = {agent('max')} WHERE state = 'wrapping'"),
    ("I2", "in no known state", "UPDATE contact SET state = 'lost' WHERE state = 'wrapping'"),
    ("I2", "its open offer is other", "UPDATE offer SET id = 'other' WHERE state = 'open'"),
    ("I3", "its contact is ended", "UPDATE contact SET state = 'ended' WHERE state = 'offered'"),
    (
        "I4",
        "1 contacts of voice in hand, 0 allowed",
        f"UPDATE contact SET channel = 'voice' WHERE id = {first('active')}",
    ),
    ("I4", "is no agent", "UPDATE contact SET agent_id = 'ghost' WHERE state = 'active'"),
]


@pytest.mark.parametrize("part", [LOG, HISTORY, WORK], ids=["log", "history", "work"])
async def test_planted_damage_is_found_where_it_is(
    filled: str, server: Postgres | None, part: list[tuple[str, str, Any]]
) -> None:
    for number, (invariant, said, statement) in enumerate(part):
        url = await copy_of(filled, server, number)
        await damage(url, statement)
        report = await verify(url, full=True)
        assert any(finding.invariant == invariant and said in finding.what for finding in report.findings), (
            f"{statement}: {invariant} {said!r} is not in:\n{report}"
        )
        assert all(finding.where for finding in report.findings)
        assert not report.ok


async def copy_of(url: str, server: Postgres | None, number: int) -> str:
    """A copy of a database that nobody uses; it goes with its folder or server."""
    if server is None:
        copy = f"{url}.{number}"
        shutil.copy(databases.sqlite_path(url), databases.sqlite_path(copy))
        return copy
    name = url.rsplit("/", 1)[1]
    await asyncio.to_thread(server.execute, f"CREATE DATABASE {name}_{number} TEMPLATE {name}")
    return f"{url}_{number}"


async def test_two_open_offers_are_found(filled: str) -> None:
    row = dict((await fetch(filled, tables.offer.select().where(tables.offer.c.state == "open")))[0]._mapping)
    await damage(filled, "DROP INDEX uq_offer_open", tables.offer.insert().values(row | {"id": "second"}))
    report = await verify(filled, full=True)
    assert str(report.findings[0]) == f"I3: 2 open offers at once (contact {row['contact_id']})"


async def test_repeated_claim_is_found(filled: str) -> None:
    row = dict((await fetch(filled, f"SELECT * FROM touchpoint WHERE id = {MESSAGE}"))[0]._mapping)
    dialect = "sqlite" if filled.startswith("sqlite") else "postgresql"
    again = tables.touchpoint.insert().values(row | {"id": "again", "seq": 99})
    await damage(filled, *WITHOUT_CLAIMS[dialect], again)
    report = await verify(filled, full=True)
    said = [str(finding) for finding in report.findings]
    assert f"I9: 2 touchpoints have one claim (claim {row['claim']})" in said
    assert "I1: a row that is not in the log (touchpoint again)" in said


async def test_row_told_of_twice_is_found(company: Company) -> None:
    body = (await fetch(company.url, "SELECT payload FROM event WHERE kind = 'TouchpointAdded' LIMIT 1"))[0].payload
    company.ledger.register("again", each(lambda tx, _: tx.emit(events.decode(bytes(body)), actor="test")))
    await company.ledger.submit("again", None)
    (finding,) = (await verify(company.url, full=True)).findings
    assert finding.what == "its row is told of 2 times in the log"


async def test_second_acceptance_is_found(company: Company) -> None:
    payloads = await fetch(company.url, "SELECT payload FROM event WHERE kind = 'OfferAccepted' ORDER BY position")
    bodies = [events.decode(bytes(payloads[index].payload)) for index in (0, 1)]  # ann's has ended, bob's is active

    def accept_again(tx: Tx, body: events.Body) -> None:
        tx.emit(body, actor="test")

    company.ledger.register("again", each(accept_again))
    for body in bodies:
        await company.ledger.submit("again", body)
    ended, active = (await verify(company.url, full=True)).findings
    assert "is not alive" in ended.what
    assert active.what.startswith("accepted twice at epoch")


async def test_lowered_capacity_is_only_noted(company: Company) -> None:
    await company.publish(("agent", AgentAbilities(key="amara", name="Amara Osei", channels={"sms": 0})))
    report = await verify(company.url, full=True)
    assert report.ok
    assert report.notes == [
        "agent amara: 1 contacts of sms in hand, 0 allowed; the capacity was lowered after these were taken"
    ]


async def test_overload_under_the_rules_is_found(company: Company) -> None:
    await company.publish(("agent", AgentAbilities(key="amara", name="Amara Osei", channels={"sms": 1})))
    await company.serve("hal", "amara")
    (finding,) = (await verify(company.url, full=True)).findings
    assert (finding.invariant, finding.what) == ("I4", "2 contacts of sms in hand, 1 allowed")


async def test_erased_text_is_no_violation(filled: str) -> None:
    await damage(filled, tables.touchpoint.update().values(text="", salt=b""))
    assert (await verify(filled, full=True)).ok


async def test_output_is_bounded(filled: str) -> None:
    await damage(filled, "UPDATE event SET actor = 'x' WHERE position > 5")
    report = await verify(filled, full=True)
    assert len(report.findings) == reporting.SHOWN
    assert f"I17: {report.totals['I17']} in all, 20 of them above" in report.lines()
    assert report.totals["I17"] == report.position - 5


# ---- anchors ---------------------------------------------------------------------------------------------------
async def anchor_now(url: str, path: Path) -> Anchor:
    ((position, at, digest),) = await fetch(url, "SELECT position, at_us, hash FROM head")
    anchor = Anchor(position, bytes(digest), at)
    anchors.append(path, anchor)
    return anchor


async def test_walk_begins_at_the_last_anchor(company: Company, tmp_path: Path) -> None:
    path = tmp_path / "anchors"
    anchor = await anchor_now(company.url, path)
    await company.serve("ida", "daniel", "reply", "finish")
    await company.do("end", "amara", "bob")
    report = await verify(company.url, anchor_file=path)
    assert (report.ok, report.since) == (True, anchor.position)
    assert report.looked_at["events"] == report.position - anchor.position
    await damage(company.url, f"UPDATE contact SET state = 'active' WHERE id = '{company.contacts['bob']}'")
    (finding,) = (await verify(company.url, anchor_file=path)).findings
    assert finding.what == "active, but wrapping in the log"


async def test_log_cut_before_an_anchor_is_found(filled: str, tmp_path: Path) -> None:
    path = tmp_path / "anchors"
    anchor = await anchor_now(filled, path)
    await damage(
        filled,
        f"DELETE FROM event WHERE position > {anchor.position - 3}",
        f"UPDATE head SET position = {anchor.position - 3}, "
        f"hash = (SELECT hash FROM event WHERE position = {anchor.position - 3})",
    )
    report = await verify(filled, anchor_file=path)
    assert report.since == 0
    assert f"the log ends at {anchor.position - 3}, before an anchor" in {finding.what for finding in report.findings}


async def test_rewritten_log_differs_from_its_anchor(filled: str, tmp_path: Path) -> None:
    path = tmp_path / "anchors"
    anchors.append(path, Anchor(7, b"\x07" * 32, 1))
    (finding,) = (await verify(filled, anchor_file=path)).findings
    assert str(finding) == "I17: the hash differs from the anchor's (position 7)"


def test_torn_line_is_no_anchor(tmp_path: Path) -> None:
    path = tmp_path / "anchors"
    anchors.append(path, Anchor(1, b"\x01" * 32, 10))
    with path.open("a") as file:
        file.write("2 0202")
    assert anchors.last(path) == Anchor(1, b"\x01" * 32, 10)
    anchors.append(path, Anchor(3, b"\x03" * 32, 30))
    assert [anchor.position for anchor in anchors.read(path)] == [1, 3]


# ---- a hub at work ---------------------------------------------------------------------------------------------
async def test_running_hub_gives_no_false_alarm(company: Company) -> None:
    async def work(number: int) -> None:
        for turn in range(6):
            name = f"{number}-{turn}"
            await company.serve(name, ("amara", "daniel", "linh")[number], "reply", "finish")

    working = asyncio.gather(*(work(number) for number in range(3)))
    rounds = 0
    while not working.done() or rounds < 2:
        report = await verify(company.url, full=True)
        assert report.findings == []
        rounds += 1
    await working
    assert rounds >= 2


async def test_progress_tells_events(filled: str) -> None:
    heard: list[tuple[int, int]] = []
    report = await verify(filled, full=True, progress=lambda done, of: heard.append((done, of)))
    assert heard == [(report.position, report.position)]


async def test_verify_writes_nothing(filled: str) -> None:
    before = await fetch(filled, "SELECT * FROM head"), await value(filled, "SELECT count(*) FROM event")
    await verify(filled, full=True)
    assert before == (await fetch(filled, "SELECT * FROM head"), await value(filled, "SELECT count(*) FROM event"))
