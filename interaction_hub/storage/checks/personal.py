"""Snoozed interactions (I19) and unread mentions (I20): rows and log tell the same. Both are few at any time."""

from __future__ import annotations

import sqlalchemy as sa

from interaction_hub.storage import tables
from interaction_hub.storage.checks.fold import Fold
from interaction_hub.storage.checks.report import Report

SLICE = 2_000
_interaction, _mention = tables.interaction.c, tables.mention.c
_ASLEEP = (
    sa.select(_interaction.id, _interaction.owner, _interaction.due_us, _interaction.state)
    .where(_interaction.due_us.is_not(None), _interaction.id > sa.bindparam("after"))
    .order_by(_interaction.id)
    .limit(SLICE)
)
_UNREAD = (
    sa.select(_mention.id, _mention.user_id)
    .where(_mention.read_us.is_(None), _mention.id > sa.bindparam("after"))
    .order_by(_mention.id)
    .limit(SLICE)
)


def check_asleep(connection: sa.Connection, fold: Fold, report: Report) -> None:
    """I19: what is snoozed is snoozed in the log, for the same agent and until the same time, and the reverse."""
    told = dict(fold.asleep)
    after = ""
    while rows := connection.execute(_ASLEEP, {"after": after}).all():
        for row in rows:
            where = f"interaction {row.id}"
            known = row.id in told
            known_as = told.pop(row.id, None)
            if row.state != "open":
                report.add("I19", f"snoozed, but {row.state}", where)
            if known_as is not None and known_as != (row.owner, row.due_us):
                report.add("I19", "snoozed for another agent or until another time than in the log", where)
            elif known_as is None and (known or fold.complete):
                report.add("I19", "snoozed, but not in the log", where)
        report.looked_at["snoozed interactions"] += len(rows)
        after = rows[-1].id
    for interaction, known_as in told.items():
        if known_as is not None:
            report.add("I19", "snoozed in the log, but not in its row", f"interaction {interaction}")


def check_mentions(connection: sa.Connection, fold: Fold, report: Report) -> None:
    """I20: who is asked for and has not looked is so in the log, and the reverse."""
    told = dict(fold.unread)
    after = ""
    while rows := connection.execute(_UNREAD, {"after": after}).all():
        for row in rows:
            where = f"mention {row.id}"
            known = row.id in told
            person = told.pop(row.id, None)
            if person is not None and person != row.user_id:
                report.add("I20", "for somebody else than in the log", where)
            elif person is None and (known or fold.complete):
                report.add("I20", "unread, but not in the log", where)
        report.looked_at["unread mentions"] += len(rows)
        after = rows[-1].id
    for mention, person in told.items():
        if person is not None:
            report.add("I20", "unread in the log, but read or missing in the rows", f"mention {mention}")
