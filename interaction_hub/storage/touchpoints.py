"""Touchpoints: dated entries of the history. `claim` is unique for ever: it is what makes them exactly-once."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from interaction_hub.storage import direct, tables
from interaction_hub.storage.unit import Tx

_touchpoint = tables.touchpoint.c
_CLAIMED = sa.select(_touchpoint.claim, _touchpoint.id, _touchpoint.contact_id).where(
    _touchpoint.claim.in_(sa.bindparam("claims", expanding=True))
)
_ON_THE_WAY = sa.select(_touchpoint.id, _touchpoint.provider_id).where(
    _touchpoint.account == sa.bindparam("account"),
    _touchpoint.provider_id.in_(sa.bindparam("ids", expanding=True)),
    tables.ON_THE_WAY,
)
# With EXISTS, PostgreSQL may rather read all files of the hub once and look each entry up among them.
_FILES = (
    sa.select(tables.media.c.id)
    .where(tables.media.c.touchpoint_id == _touchpoint.id)
    .limit(1)
    .scalar_subquery()
    .label("files")
)
"""One of an entry's files, if it has any: few have, and those alone are asked for all of theirs."""
_BY_ID = sa.select(tables.touchpoint, _FILES).where(_touchpoint.id.in_(sa.bindparam("ids", expanding=True)))
_OF_INTERACTION = (
    sa.select(tables.touchpoint, _FILES)
    .where(_touchpoint.interaction_id == sa.bindparam("i"), _touchpoint.seq < sa.bindparam("before"))
    .order_by(_touchpoint.seq.desc())
    .limit(sa.bindparam("most"))
)
_SHOWN = (
    _touchpoint.id,
    _touchpoint.interaction_id,
    _touchpoint.contact_id,
    _touchpoint.seq,
    _touchpoint.at_us,
    _touchpoint.channel,
    _touchpoint.kind,
    _touchpoint.direction,
    _touchpoint.author_kind,
    _touchpoint.author_id,
    _touchpoint.text,
    _touchpoint.state,
    _touchpoint.code,
    _touchpoint.reason,
    _touchpoint.parts,
    _touchpoint.details,
    _FILES,
)
"""What people are shown of an entry; its claim, its salt and the provider's id are for the machine."""
_OF_CUSTOMER = (
    sa.select(*_SHOWN)
    .where(_touchpoint.customer_id == sa.bindparam("c"))
    .order_by(_touchpoint.at_us.desc(), _touchpoint.id.desc())
    .limit(sa.bindparam("most"))
)
_interaction = tables.interaction.c
# Numbers have no gaps: whoever knows the last one knows where the newest begin.
_NEWEST = (
    sa.select(tables.touchpoint, _FILES)
    .join_from(
        tables.interaction,
        tables.touchpoint,
        sa.and_(
            _touchpoint.interaction_id == _interaction.id,
            _touchpoint.seq > _interaction.last_seq - sa.bindparam("most"),
        ),
    )
    .where(_interaction.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(_touchpoint.interaction_id, _touchpoint.seq)
)
_STATE = (
    sa.update(tables.touchpoint)
    .where(_touchpoint.id == sa.bindparam("i"), _touchpoint.rank < sa.bindparam("k"))
    .values(
        state=sa.bindparam("s"),
        rank=sa.bindparam("k"),
        code=sa.bindparam("c"),
        reason=sa.bindparam("r"),
        provider_id=sa.case(
            (sa.bindparam("p", type_=sa.Text) != "", sa.bindparam("p", type_=sa.Text)), else_=_touchpoint.provider_id
        ),
    )
)
_ALL_OF = (
    sa.select(_touchpoint.customer_id, *_SHOWN)
    .where(_touchpoint.customer_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(_touchpoint.customer_id, _touchpoint.at_us.desc(), _touchpoint.id.desc())
)
_MEDIA_OF = (
    sa.select(
        tables.media.c.id,
        tables.media.c.touchpoint_id,
        tables.media.c.name,
        tables.media.c.content_type,
        tables.media.c.claimed_type,
        tables.media.c.state,
        tables.media.c.reason,
        tables.media.c.size,
    )
    .where(tables.media.c.touchpoint_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(tables.media.c.touchpoint_id, tables.media.c.place)
)


def claim_of(channel: str, account: str, kind: str, source: str) -> str:
    """The unique text of a touchpoint: channel, account, kind, and the id at its source."""
    return f"{channel}/{account}/{kind}/{source}"


def digest_of(salt: bytes, text: str) -> str:
    """What the log holds of a text: useless without the salt that is erased with it."""
    return hmac.digest(salt, text.encode(), "sha256").hex()


def claimed(connection: sa.Connection, claims: Iterable[str]) -> dict[str, Any]:
    """Which of the claims exist, with their touchpoints."""
    return {row.claim: row for row in direct.fetch(connection, _CLAIMED, {"claims": sorted(set(claims))})}


def on_the_way(connection: sa.Connection, account: str, provider_ids: Iterable[str]) -> dict[str, str]:
    """By the provider's id, those of our messages whose end it has not reported yet."""
    given = {"account": account, "ids": sorted(set(provider_ids))}
    return {row.provider_id: row.id for row in direct.fetch(connection, _ON_THE_WAY, given)}


def by_ids(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Any]:
    """Rows by id."""
    return {row.id: row for row in direct.fetch(connection, _BY_ID, {"ids": sorted(set(ids))})}


def of_interaction(
    connection: sa.Connection, interaction: str, *, before: int = 2**62, most: int = 50
) -> Sequence[Any]:
    """The newest touchpoints of an interaction before a sequence number, in the order they happened."""
    rows = connection.execute(_OF_INTERACTION, {"i": interaction, "before": before, "most": most}).all()
    return rows[::-1]


def newest(connection: sa.Connection, interactions: Iterable[str], *, most: int) -> dict[str, list[Any]]:
    """The newest touchpoints of each interaction, in the order they happened."""
    ids = sorted(set(interactions))
    found: dict[str, list[Any]] = {key: [] for key in ids}
    for row in direct.fetch(connection, _NEWEST, {"ids": ids, "most": most}):
        found[row.interaction_id].append(row)
    return found


def of_customer(
    connection: sa.Connection,
    customer: str,
    *,
    before: tuple[int, str] | None = None,
    channel: str | None = None,
    kind: str | None = None,
    most: int = 20,
) -> Sequence[Any]:
    """The customer's history over all channels, newest first, from a keyset place (at µs, id)."""
    if before is None and channel is None and kind is None:
        return direct.fetch(connection, _OF_CUSTOMER, {"c": customer, "most": most})
    statement = _OF_CUSTOMER
    if before is not None:
        statement = statement.where(sa.tuple_(_touchpoint.at_us, _touchpoint.id) < sa.tuple_(*before))
    if channel is not None:
        statement = statement.where(_touchpoint.channel == channel)
    if kind is not None:
        statement = statement.where(_touchpoint.kind == kind)
    return connection.execute(statement, {"c": customer, "most": most}).all()


def newest_of(connection: sa.Connection, lengths: Mapping[str, int], *, most: int) -> dict[str, list[Any]]:
    """The newest touchpoints of each customer, newest first. `lengths` says how many each has.

    Short histories, nearly all, come whole in one statement; neither database can cut long ones off within it.
    """
    short = sorted(key for key, length in lengths.items() if length <= most)
    found: dict[str, list[Any]] = {key: [] for key in lengths}
    for row in direct.fetch(connection, _ALL_OF, {"ids": short}) if short else ():
        found[row.customer_id].append(row)
    long = {key: list(of_customer(connection, key, most=most)) for key in lengths.keys() - set(short)}
    return {key: rows[:most] for key, rows in (found | long).items()}


def change_state(
    tx: Tx, touchpoint: str, *, state: str, rank: int, code: str = "", reason: str = "", provider_id: str = ""
) -> bool:
    """Move a delivery state forward; a lower or equal rank changes nothing. Returns whether it moved."""
    parameters = {"i": touchpoint, "s": state, "k": rank, "c": code, "r": reason, "p": provider_id}
    return tx.execute(_STATE, parameters).rowcount == 1


def media_of(connection: sa.Connection, touchpoints: Iterable[str]) -> Sequence[Any]:
    """Files of the touchpoints, without their content."""
    ids = sorted(set(touchpoints))
    return direct.fetch(connection, _MEDIA_OF, {"ids": ids}) if ids else []
