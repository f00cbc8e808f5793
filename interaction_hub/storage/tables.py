"""The schema, for SQLite and PostgreSQL alike. Times are integer microseconds UTC, ids are UUIDs as text.

Every constraint has a name (alembic's batch mode drops unnamed ones). Rows of `event` are never updated or deleted.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

OPEN = "state IN ('queued','offered','active')"
"""Literally the same in the index and in every `ON CONFLICT` (decisions 1)."""


def word(value: str) -> sa.ColumnElement[str]:
    """A constant that stands in the statement itself.

    SQLite uses a partial index only if it sees its condition; for a bound one it would plan anew at each run.
    """
    return sa.literal_column(f"'{value}'", sa.String)


def _id(name: str = "id", **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.String(36), nullable=False, **options)


def _text(name: str, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="", **options)


def _micros(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable, server_default=None if nullable else "0")


def _number(name: str, default: int = 0) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default=str(default))


def _flag(name: str, *, default: bool = False) -> sa.Column[bool]:
    return sa.Column(
        name,
        sa.Boolean(create_constraint=False),
        nullable=False,
        server_default=sa.text("true" if default else "false"),
    )


# ---- the log ---------------------------------------------------------------------------------------------------
head = sa.Table(
    "head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    postgresql_with={"fillfactor": "10"},
)
event = sa.Table(
    "event",
    metadata,
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("correlation", sa.Text, nullable=False),
    sa.Column("subjects", sa.Text, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.Index(
        "ix_event_presence",
        "subjects",
        "at_us",
        sqlite_where=sa.text("kind = 'PresenceChanged'"),
        postgresql_where=sa.text("kind = 'PresenceChanged'"),
    ),
)
projection = sa.Table(
    "projection",
    metadata,
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("state", sa.LargeBinary, nullable=False),
)
lease = sa.Table(
    "lease",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("node", sa.String(36), nullable=False),
    sa.Column("epoch", sa.BigInteger, nullable=False),
    sa.Column("until_us", sa.BigInteger, nullable=False),
)
node = sa.Table(
    "node",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    _micros("started_us"),
    _micros("alive_until_us"),
)
command = sa.Table(
    "command",
    metadata,
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("command_id", sa.String(64), nullable=False),
    sa.Column("result", sa.LargeBinary, nullable=False),
    _micros("at_us"),
    sa.PrimaryKeyConstraint("actor", "command_id"),
    sa.Index(None, "at_us"),
)

# ---- people ----------------------------------------------------------------------------------------------------
user = sa.Table(
    "user_account",
    metadata,
    _id(primary_key=True),
    sa.Column("login", sa.Text, nullable=False, unique=True),
    _text("name"),
    sa.Column("role", sa.String(20), nullable=False),
    _text("password_hash"),
    _flag("active", default=True),
    _micros("created_us"),
)
session = sa.Table(
    "session",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("token_digest", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("user_id", sa.ForeignKey("user_account.id"), nullable=False, index=True),
    _text("device"),
    _micros("created_us"),
    _micros("seen_us"),
    _micros("expires_us"),
    _micros("revoked_us", nullable=True),
)
agent = sa.Table(
    "agent",
    metadata,
    sa.Column("id", sa.ForeignKey("user_account.id"), primary_key=True),
    sa.Column("presence", sa.String(12), nullable=False, server_default="offline"),
    _text("reason"),
    sa.Column("set_by", sa.String(12), nullable=False, server_default="agent"),
    sa.Column("set_by_id", sa.String(36), nullable=False, server_default=""),
    _micros("since_us"),
    _flag("confirmed"),
    sa.Column("node", sa.String(36), nullable=False, server_default=""),
    _micros("lost_at_us", nullable=True),
    _micros("idle_since_us"),
    _number("load_version"),
    _number("missed_in_row"),
    _flag("after_contact"),
    _text("after_reason"),
)
document = sa.Table(
    "document",
    metadata,
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("key", sa.String(80), nullable=False),
    sa.Column("from_version", sa.BigInteger, nullable=False),
    sa.Column("to_version", sa.BigInteger),
    _number("place"),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.PrimaryKeyConstraint("kind", "key", "from_version"),
)
rules_version = sa.Table(
    "rules_version",
    metadata,
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    _micros("at_us"),
    _text("actor"),
)

# ---- customers -------------------------------------------------------------------------------------------------
customer = sa.Table(
    "customer",
    metadata,
    _id(primary_key=True),
    _text("name"),
    _text("language"),
    _text("tier"),
    _text("time_zone"),
    sa.Column("facts", sa.LargeBinary, nullable=False),
    _number("version", 1),
    _micros("created_us"),
    _number("touchpoints"),
    _micros("last_us"),
    sa.Index("ix_customer_last", "last_us", "id"),
)
identity = sa.Table(
    "identity",
    metadata,
    _id(primary_key=True),
    sa.Column("customer_id", sa.ForeignKey("customer.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False, unique=True),
    _flag("verified"),
    _micros("created_us"),
)
opt_out = sa.Table(
    "opt_out",
    metadata,
    sa.Column("identity_id", sa.ForeignKey("identity.id"), nullable=False),
    sa.Column("account", sa.String(60), nullable=False),
    _micros("at_us"),
    sa.PrimaryKeyConstraint("identity_id", "account"),
)

# ---- work ------------------------------------------------------------------------------------------------------
interaction = sa.Table(
    "interaction",
    metadata,
    _id(primary_key=True),
    sa.Column("customer_id", sa.ForeignKey("customer.id"), nullable=False),
    sa.Column("identity_id", sa.ForeignKey("identity.id"), nullable=False),
    sa.Column("channel", sa.String(12), nullable=False),
    sa.Column("account", sa.String(60), nullable=False),
    _text("our_address"),
    _text("thread"),
    _text("subject"),
    sa.Column("state", sa.String(8), nullable=False, server_default="open"),
    _micros("opened_us"),
    _micros("closed_us", nullable=True),
    _micros("last_us"),
    _number("last_seq"),
    sa.Column("last_agent", sa.String(36)),
    _micros("due_us", nullable=True),
    sa.Column("owner", sa.String(36)),
    _text("due_note"),
    sa.Index(None, "identity_id", "account", "thread", "last_us"),
    sa.Index(
        "ix_interaction_due",
        "due_us",
        sqlite_where=sa.text("due_us IS NOT NULL"),
        postgresql_where=sa.text("due_us IS NOT NULL"),
    ),
    sa.Index(None, "customer_id", "state"),
    sa.Index("ix_interaction_channel", "customer_id", "channel"),
    sa.Index(
        "ix_interaction_idle",
        "last_us",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    ),
)
contact = sa.Table(
    "contact",
    metadata,
    _id(primary_key=True),
    sa.Column("interaction_id", sa.ForeignKey("interaction.id"), nullable=False, index=True),
    sa.Column("customer_id", sa.ForeignKey("customer.id"), nullable=False, index=True),
    sa.Column("identity_id", sa.ForeignKey("identity.id"), nullable=False),
    sa.Column("channel", sa.String(12), nullable=False),
    sa.Column("account", sa.String(60), nullable=False),
    _text("thread"),
    sa.Column("queue", sa.String(80), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("mode", sa.String(8), nullable=False, server_default="live"),
    sa.Column("outcome", sa.String(12)),
    sa.Column("disposition", sa.String(80)),
    _number("band"),
    _micros("virtual_start_us"),
    _number("arrival"),
    _micros("entered_us"),
    _micros("accepted_us", nullable=True),
    _micros("wrap_from_us", nullable=True),
    _micros("wrap_until_us", nullable=True),
    _micros("ended_us", nullable=True),
    _micros("held_us"),
    _micros("held_from_us", nullable=True),
    _micros("park_at_us", nullable=True),
    sa.Column("agent_id", sa.String(36)),
    sa.Column("preferred_agent", sa.String(36)),
    _micros("preferred_until_us"),
    _number("rules_version"),
    _number("epoch"),
    _number("unread"),
    _micros("customer_waits_us", nullable=True),
    sa.Column("visitor_node", sa.String(36), nullable=False, server_default=""),
    _micros("gone_us", nullable=True),
    sa.Column("helper_id", sa.String(36)),
    sa.Index(
        "ix_contact_gone",
        "gone_us",
        sqlite_where=sa.text("gone_us IS NOT NULL"),
        postgresql_where=sa.text("gone_us IS NOT NULL"),
    ),
    sa.Index(
        "uq_contact_open",
        "identity_id",
        "account",
        "thread",
        unique=True,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    ),
    sa.Index(
        "ix_contact_waiting",
        "queue",
        "arrival",
        sqlite_where=sa.text("state != 'ended'"),
        postgresql_where=sa.text("state != 'ended'"),
    ),
    sa.Index(
        "ix_contact_agent",
        "agent_id",
        sqlite_where=sa.text("state != 'ended'"),
        postgresql_where=sa.text("state != 'ended'"),
    ),
    sa.Index(
        "ix_contact_done",
        "agent_id",
        "ended_us",
        sqlite_where=sa.text("ended_us IS NOT NULL"),
        postgresql_where=sa.text("ended_us IS NOT NULL"),
    ),
    sa.Index(
        "ix_contact_wrap",
        "wrap_until_us",
        sqlite_where=sa.text("state = 'wrapping'"),
        postgresql_where=sa.text("state = 'wrapping'"),
    ),
    sa.Index(
        "ix_contact_park",
        "park_at_us",
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    ),
)
LIVING: sa.ColumnElement[bool] = contact.c.state != word("ended")
"""The condition of the partial indexes of contacts; SQLite does not conclude it from `state IN (…)`."""
offer = sa.Table(
    "offer",
    metadata,
    _id(primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contact.id"), nullable=False),
    sa.Column("agent_id", sa.ForeignKey("agent.id"), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    _number("epoch"),
    _micros("made_us"),
    _micros("deadline_us"),
    _micros("ended_us", nullable=True),
    _text("reason"),
    sa.Column("why", sa.LargeBinary, nullable=False),
    _number("rules_version"),
    _micros("back_off_until_us"),
    sa.Index(
        "uq_offer_open",
        "contact_id",
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    ),
    sa.Index(
        "ix_offer_agent", "agent_id", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
    ),
    sa.Index(
        "ix_offer_expired",
        "agent_id",
        "ended_us",
        sqlite_where=sa.text("state = 'expired'"),
        postgresql_where=sa.text("state = 'expired'"),
    ),
    sa.Index(
        "ix_offer_declined",
        "agent_id",
        "ended_us",
        sqlite_where=sa.text("state = 'declined'"),
        postgresql_where=sa.text("state = 'declined'"),
    ),
    sa.Index(None, "contact_id", "made_us"),
)

# ---- history ---------------------------------------------------------------------------------------------------
_ON_THE_WAY = "provider_id <> '' AND state IN ('queued', 'sending', 'unknown', 'sent')"
touchpoint = sa.Table(
    "touchpoint",
    metadata,
    _id(primary_key=True),
    sa.Column("claim", sa.Text, nullable=False, unique=True),
    sa.Column("interaction_id", sa.ForeignKey("interaction.id"), nullable=False),
    sa.Column("contact_id", sa.String(36)),
    sa.Column("customer_id", sa.ForeignKey("customer.id"), nullable=False),
    _number("seq"),
    _micros("at_us"),
    sa.Column("channel", sa.String(12), nullable=False),
    sa.Column("account", sa.String(60), nullable=False),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("direction", sa.String(4), nullable=False),
    sa.Column("author_kind", sa.String(10), nullable=False),
    _text("author_id"),
    _text("text"),
    sa.Column("state", sa.String(12), nullable=False),
    _number("rank"),
    _text("code"),
    _text("reason"),
    _number("parts"),
    _text("provider_id"),
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Index("uq_touchpoint_seq", "interaction_id", "seq", unique=True),
    sa.Index("ix_touchpoint_timeline", "customer_id", "at_us", "id"),
    sa.Index(
        "ix_touchpoint_survey",
        "at_us",
        sqlite_where=sa.text("kind = 'survey'"),
        postgresql_where=sa.text("kind = 'survey'"),
    ),
    sa.Index(
        "ix_touchpoint_on_the_way",
        "account",
        "provider_id",
        sqlite_where=sa.text(_ON_THE_WAY),
        postgresql_where=sa.text(_ON_THE_WAY),
    ),
)
ON_THE_WAY = sa.text(_ON_THE_WAY)
"""The condition of its partial index: the carrier took it, and has not said yet how it ended."""
raw = sa.Table(
    "raw",
    metadata,
    sa.Column("touchpoint_id", sa.String(36), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
media = sa.Table(
    "media",
    metadata,
    _id(primary_key=True),
    sa.Column("touchpoint_id", sa.ForeignKey("touchpoint.id"), nullable=False, index=True),
    _number("place"),
    sa.Column("url", sa.Text, nullable=False),
    _text("name"),
    _text("claimed_type"),
    _text("content_type"),
    sa.Column("state", sa.String(10), nullable=False, server_default="waiting"),
    _text("reason"),
    _number("size"),
    _text("digest"),
    sa.Column("content", sa.LargeBinary),
    _number("attempts"),
    _micros("next_us"),
    sa.Index(
        "ix_media_waiting",
        "next_us",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    ),
)
upload = sa.Table(
    "upload",
    metadata,
    _id(primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    _text("name"),
    _text("content_type"),
    _number("size"),
    _text("digest"),
    sa.Column("content", sa.LargeBinary),
    _micros("created_us"),
    _flag("used"),
    sa.Index(None, "created_us"),
)
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("touchpoint_id", sa.ForeignKey("touchpoint.id"), primary_key=True),
    sa.Column("channel", sa.String(12), nullable=False),
    sa.Column("account", sa.String(60), nullable=False),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("recipient", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    _number("attempts"),
    _micros("next_us"),
    _micros("first_us", nullable=True),
    sa.Column("node", sa.String(36), nullable=False, server_default=""),
    sa.Index(
        "ix_outbox_due",
        "account",
        "next_us",
        sqlite_where=sa.text("state IN ('queued','sending','unknown')"),
        postgresql_where=sa.text("state IN ('queued','sending','unknown')"),
    ),
)
UNSENT: sa.ColumnElement[bool] = outbox.c.state.in_([word("queued"), word("sending"), word("unknown")])
"""The condition of its partial index. What was sent stays in the table: no look may read all of it."""

# ---- what agents keep for themselves: no events (decisions 17), but for mentions ---------------------------------
draft = sa.Table(
    "draft",
    metadata,
    sa.Column("user_id", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("contact_id", sa.ForeignKey("contact.id"), nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    _text("text"),
    _micros("at_us"),
    sa.PrimaryKeyConstraint("user_id", "contact_id", "kind"),
)
preference = sa.Table(
    "preference",
    metadata,
    sa.Column("user_id", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("key", sa.String(40), nullable=False),
    sa.Column("value", sa.LargeBinary, nullable=False),
    _micros("at_us"),
    sa.PrimaryKeyConstraint("user_id", "key"),
)
mention = sa.Table(
    "mention",
    metadata,
    _id(primary_key=True),
    sa.Column("touchpoint_id", sa.ForeignKey("touchpoint.id"), nullable=False),
    sa.Column("interaction_id", sa.ForeignKey("interaction.id"), nullable=False),
    sa.Column("customer_id", sa.ForeignKey("customer.id"), nullable=False),
    sa.Column("user_id", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("author_id", sa.String(36), nullable=False),
    _micros("at_us"),
    _micros("read_us", nullable=True),
    sa.Index(
        "ix_mention_unread",
        "user_id",
        "at_us",
        sqlite_where=sa.text("read_us IS NULL"),
        postgresql_where=sa.text("read_us IS NULL"),
    ),
)
password_link = sa.Table(
    "password_link",
    metadata,
    _id(primary_key=True),
    sa.Column("token_digest", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("purpose", sa.String(8), nullable=False),
    sa.Column("user_id", sa.String(36)),
    _text("made_by"),
    _micros("created_us"),
    _micros("expires_us"),
    _micros("used_us", nullable=True),
)

# ---- projections -----------------------------------------------------------------------------------------------
minute = sa.Table(
    "minute",
    metadata,
    sa.Column("queue", sa.String(80), nullable=False),
    sa.Column("minute", sa.BigInteger, nullable=False),
    sa.Column("figures", sa.LargeBinary, nullable=False),
    sa.PrimaryKeyConstraint("queue", "minute"),
)
