"""Touchpoints: dated entries of the history. `claim` is unique for ever: it is what makes them exactly-once."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from interaction_hub.storage import tables
from interaction_hub.storage.lists import several
from interaction_hub.storage.unit import Tx

_touchpoint = tables.touchpoint.c
_CLAIMED = sa.select(_touchpoint.claim, _touchpoint.id, _touchpoint.contact_id).where(
    _touchpoint.claim.in_(sa.bindparam("claims", expanding=True))
)
_BY_ID = sa.select(tables.touchpoint).where(_touchpoint.id.in_(sa.bindparam("ids", expanding=True)))
_OF_INTERACTION = (
    sa.select(tables.touchpoint)
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
    sa.select(tables.touchpoint)
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
_media = tables.media.c
_MEDIA = sa.select(
    _media.id,
    _media.touchpoint_id,
    _media.name,
    _media.content_type,
    _media.claimed_type,
    _media.state,
    _media.reason,
    _media.size,
).order_by(_media.touchpoint_id, _media.place)
# Asked for whole pages of messages, most of which have none: the list is one parameter on each database.
_MEDIA_OF = {
    "sqlite": _MEDIA.where(
        _media.touchpoint_id.in_(
            sa.select(sa.func.json_each(sa.bindparam("ids")).table_valued("value", name="given").c.value)
        )
    ),
    "postgresql": _MEDIA.where(_media.touchpoint_id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.String)))),
}


def claim_of(channel: str, account: str, kind: str, source: str) -> str:
    """The unique text of a touchpoint: channel, account, kind, and the id at its source."""
    return f"{channel}/{account}/{kind}/{source}"


def digest_of(salt: bytes, text: str) -> str:
    """What the log holds of a text: useless without the salt that is erased with it."""
    return hmac.new(salt, text.encode(), hashlib.sha256).hexdigest()


def claimed(tx: Tx, claims: Iterable[str]) -> dict[str, Any]:
    """Which of the claims exist, with their touchpoints."""
    return {row.claim: row for row in tx.execute(_CLAIMED, {"claims": sorted(set(claims))})}


def by_ids(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Any]:
    """Rows by id."""
    return {row.id: row for row in connection.execute(_BY_ID, {"ids": several(ids)})}


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
    for row in connection.execute(_NEWEST, {"ids": several(ids), "most": most}) if ids else ():
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
    statement = _OF_CUSTOMER
    if before is not None:
        statement = statement.where(sa.tuple_(_touchpoint.at_us, _touchpoint.id) < sa.tuple_(*before))
    if channel is not None:
        statement = statement.where(_touchpoint.channel == channel)
    if kind is not None:
        statement = statement.where(_touchpoint.kind == kind)
    return connection.execute(statement, {"c": customer, "most": most}).all()


def change_state(
    tx: Tx, touchpoint: str, *, state: str, rank: int, code: str = "", reason: str = "", provider_id: str = ""
) -> bool:
    """Move a delivery state forward; a lower or equal rank changes nothing. Returns whether it moved."""
    parameters = {"i": touchpoint, "s": state, "k": rank, "c": code, "r": reason, "p": provider_id}
    return tx.execute(_STATE, parameters).rowcount == 1


def media_of(connection: sa.Connection, touchpoints: Iterable[str]) -> Sequence[Any]:
    """Files of the touchpoints, without their content."""
    ids = sorted(set(touchpoints))
    if not ids:
        return []
    dialect = connection.dialect.name
    given = msgspec.json.encode(ids).decode() if dialect == "sqlite" else ids
    return connection.execute(_MEDIA_OF[dialect], {"ids": given}).all()
