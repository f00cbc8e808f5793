"""The work in hand: where each living contact is (I2), its offer (I3), each agent's load (I4), what sleeps, the head.

All of it in one transaction that sees one moment; living contacts are few, however long the history is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from interaction_hub.domain.documents import AgentAbilities
from interaction_hub.domain.rules import RuleBook
from interaction_hub.domain.states import ContactState
from interaction_hub.storage import agents, chain, documents, tables
from interaction_hub.storage.checks.fold import Life
from interaction_hub.storage.checks.log import LogWalk
from interaction_hub.storage.checks.personal import check_asleep, check_mentions
from interaction_hub.storage.checks.report import Report

SLICE = 2_000
_contact, _offer = tables.contact.c, tables.offer.c
_offered = (
    sa.exists()
    .where(_offer.contact_id == _contact.id, _offer.state == "accepted")
    .correlate(tables.contact)
    .label("was_offered")
)
_ALIVE = (
    sa.select(
        _contact.id,
        _contact.state,
        _contact.queue,
        _contact.channel,
        _contact.agent_id,
        _contact.accepted_us,
        _offered,
    )
    .where(tables.LIVING, _contact.id > sa.bindparam("after"))
    .order_by(_contact.id)
    .limit(SLICE)
)
_OPEN_OFFERS = (
    sa.select(_offer.id, _offer.contact_id, _offer.agent_id, _offer.made_us)
    .where(_offer.state == tables.word("open"), _offer.contact_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(_offer.id)
)
_STRAY_OFFERS = (
    sa.select(_offer.id, _offer.contact_id, _contact.state)
    .join_from(tables.offer, tables.contact, _contact.id == _offer.contact_id, isouter=True)
    .where(_offer.state == tables.word("open"), sa.or_(_contact.state.is_(None), _contact.state == "ended"))
    .order_by(_offer.id)
)
_HEAD = sa.select(tables.head.c.position, tables.head.c.at_us, tables.head.c.hash).where(tables.head.c.id == 1)
_CHANGED = (
    sa.select(sa.func.max(tables.rules_version.c.at_us))
    .join(tables.document, tables.document.c.from_version == tables.rules_version.c.version)
    .where(
        tables.document.c.to_version.is_(None),
        sa.or_(
            sa.and_(tables.document.c.kind == "agent", tables.document.c.key == sa.bindparam("login")),
            tables.document.c.kind == "company",
        ),
    )
)
_HELD = (ContactState.ACTIVE, ContactState.WRAPPING)


@dataclass(slots=True)
class Load:
    """What an agent has in hand: contacts by channel, and when the last one was taken."""

    channels: Counter[str] = field(default_factory=Counter)
    last_taken: int = 0

    def take(self, channel: str, at: int | None) -> None:
        """One contact more."""
        self.channels[channel] += 1
        self.last_taken = max(self.last_taken, at or 0)


def check_work(connection: sa.Connection, walk: LogWalk) -> None:
    """Walk to the end of the log, then compare everything that lives, all in one moment."""
    while walk.step(connection):
        pass
    walk.finish()
    _check_head(connection, walk)
    loads: dict[str, Load] = {}
    left = dict(walk.fold.alive)
    after = ""
    while rows := connection.execute(_ALIVE, {"after": after}).all():
        _check_contacts(connection, rows, left, walk, loads)
        after = rows[-1].id
    _check_left_over(left, walk.report)
    for stray in connection.execute(_STRAY_OFFERS):
        state = stray.state or "missing"
        walk.report.add("I3", f"is open, but its contact is {state}", f"offer {stray.id}, contact {stray.contact_id}")
    _check_loads(connection, loads, walk.report)
    check_asleep(connection, walk.fold, walk.report)
    check_mentions(connection, walk.fold, walk.report)


def _check_head(connection: sa.Connection, walk: LogWalk) -> None:
    row = connection.execute(_HEAD).first()
    if row is None:
        walk.report.add("I17", "the head row is missing", "head")
        return
    end = (walk.position, walk.hash if walk.position else chain.GENESIS)
    if (row.position, bytes(row.hash)) != end or row.at_us < walk.at:
        walk.report.add("I17", f"the head says {row.position}, the last event is {walk.position}", "head")


def _check_contacts(
    connection: sa.Connection, rows: Iterable[Any], left: dict[str, Life], walk: LogWalk, loads: dict[str, Load]
) -> None:
    rows = list(rows)
    offers: dict[str, list[Any]] = {}
    for offer in connection.execute(_OPEN_OFFERS, {"ids": [row.id for row in rows]}):
        offers.setdefault(offer.contact_id, []).append(offer)
    for row in rows:
        mine = offers.get(row.id, [])
        _check_place(row, mine, walk.report)
        _check_told(row, mine, left.pop(row.id, None), walk)
        for offer in mine:
            loads.setdefault(offer.agent_id, Load()).take(row.channel, offer.made_us)
        if row.state in _HELD and row.agent_id is not None and row.was_offered:
            # What was taken by hand may go beyond the capacity; offers may not.
            loads.setdefault(row.agent_id, Load()).take(row.channel, row.accepted_us)
    walk.report.looked_at["living contacts"] += len(rows)


def _check_place(row: Any, offers: list[Any], report: Report) -> None:
    where = f"contact {row.id}"
    expected = 1 if row.state == ContactState.OFFERED else 0
    if len(offers) > 1:
        report.add("I3", f"{len(offers)} open offers at once", where)
    elif len(offers) != expected:
        report.add("I2", f"{row.state} with {len(offers)} open offers", where)
    if row.state in _HELD and row.agent_id is None:
        report.add("I2", f"{row.state} without an agent", where)
    elif row.state in (ContactState.QUEUED, ContactState.OFFERED) and row.agent_id is not None:
        report.add("I2", f"{row.state} and with an agent at once", where)
    elif row.state not in tuple(ContactState):
        report.add("I2", f"in no known state: {row.state}", where)


def _check_told(row: Any, offers: list[Any], life: Life | None, walk: LogWalk) -> None:
    where = f"contact {row.id}"
    if life is None:
        if walk.fold.complete:
            walk.report.add("I2", f"{row.state}, but the log knows of no such living contact", where)
        return
    if life.state and life.state != row.state:
        walk.report.add("I2", f"{row.state}, but {life.state} in the log", where)
    elif life.queue and life.queue != row.queue:
        walk.report.add("I2", f"in queue {row.queue}, but in {life.queue} in the log", where)
    elif row.state in _HELD and life.agent and row.agent_id not in (life.agent, None):
        walk.report.add("I2", f"with agent {row.agent_id}, but with {life.agent} in the log", where)
    elif life.offer and len(offers) == 1 and (offers[0].id, offers[0].agent_id) != (life.offer, life.agent):
        walk.report.add("I2", f"its open offer is {offers[0].id}, but {life.offer} in the log", where)


def _check_left_over(left: dict[str, Life], report: Report) -> None:
    for contact, life in left.items():
        report.add(
            "I2", f"{life.state or 'alive'} in the log, but its row has ended or is missing", f"contact {contact}"
        )


# ---- I4 --------------------------------------------------------------------------------------------------------
def _check_loads(connection: sa.Connection, loads: dict[str, Load], report: Report) -> None:
    book = documents.load(connection)
    people = agents.by_ids(connection, loads) if loads else {}
    for agent, load in sorted(loads.items()):
        if agent not in people:
            report.add("I4", "holds contacts, but is no agent", f"agent {agent}")
            continue
        login = people[agent].login
        abilities = book.agents.get(login)
        over = _over(load, abilities, book)
        if not over:
            continue
        changed = connection.execute(_CHANGED, {"login": login}).scalar() or 0
        if abilities is None or changed >= load.last_taken:
            report.note(f"agent {login}: {over}; the capacity was lowered after these were taken")
        else:
            report.add("I4", over, f"agent {agent} ({login})")


def _over(load: Load, abilities: AgentAbilities | None, book: RuleBook) -> str:
    capacity = abilities.capacity if abilities else 0
    used = sum(book.company.weights.get(channel, 1) * number for channel, number in load.channels.items())
    if used > capacity:
        return f"{used} units in hand, {capacity} allowed"
    for channel, number in sorted(load.channels.items()):
        allowed = abilities.channels.get(channel, 0) if abilities else 0
        if number > allowed:
            return f"{number} contacts of {channel} in hand, {allowed} allowed"
    return ""
