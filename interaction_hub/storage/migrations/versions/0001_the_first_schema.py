"""The first schema: all tables, the head row of an empty log, and the triggers that protect the log.

Literal: what a migration did must not change with the code.
"""

import sqlalchemy as sa
from alembic import op

from interaction_hub.storage.protection import create_statements, drop_statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Literal, not chain.GENESIS: what a migration wrote must not change with the code.
GENESIS = bytes.fromhex("92763b4c88d6078d7ae58040b35f328c3796f340f46656f80cbd2a31e280a896")


def upgrade() -> None:
    op.create_table(
        "command",
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("command_id", sa.String(length=64), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("actor", "command_id", name=op.f("pk_command")),
    )
    op.create_index(op.f("ix_command_at_us"), "command", ["at_us"], unique=False)
    op.create_table(
        "customer",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("tier", sa.Text(), server_default="", nullable=False),
        sa.Column("time_zone", sa.Text(), server_default="", nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("touchpoints", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
    )
    op.create_table(
        "document",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("from_version", sa.BigInteger(), nullable=False),
        sa.Column("to_version", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "from_version", name=op.f("pk_document")),
    )
    op.create_table(
        "event",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("correlation", sa.Text(), nullable=False),
        sa.Column("subjects", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_event")),
    )
    op.create_table(
        "head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_head")),
        postgresql_with={"fillfactor": "10"},
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("node", sa.String(length=36), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "minute",
        sa.Column("queue", sa.String(length=80), nullable=False),
        sa.Column("minute", sa.BigInteger(), nullable=False),
        sa.Column("figures", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("queue", "minute", name=op.f("pk_minute")),
    )
    op.create_table(
        "node",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("started_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("alive_until_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node")),
    )
    op.create_table(
        "projection",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_projection")),
    )
    op.create_table(
        "raw",
        sa.Column("touchpoint_id", sa.String(length=36), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("touchpoint_id", name=op.f("pk_raw")),
    )
    op.create_table(
        "rules_version",
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("actor", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_rules_version")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("login", name=op.f("uq_user_account_login")),
    )
    op.create_table(
        "agent",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("presence", sa.String(length=12), server_default="offline", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("set_by", sa.String(length=12), server_default="agent", nullable=False),
        sa.Column("since_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("confirmed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("node", sa.String(length=36), server_default="", nullable=False),
        sa.Column("lost_at_us", sa.BigInteger(), nullable=True),
        sa.Column("idle_since_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("load_version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("missed_in_row", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("after_contact", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("after_reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["id"], ["user_account.id"], name=op.f("fk_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent")),
    )
    op.create_table(
        "identity",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("customer_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("verified", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_identity_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("address", name=op.f("uq_identity_address")),
    )
    op.create_index(op.f("ix_identity_customer_id"), "identity", ["customer_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("device", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("seen_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("expires_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("revoked_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_session_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_session_token_digest")),
    )
    op.create_index(op.f("ix_session_user_id"), "session", ["user_id"], unique=False)
    op.create_table(
        "interaction",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("customer_id", sa.String(length=36), nullable=False),
        sa.Column("identity_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("our_address", sa.Text(), server_default="", nullable=False),
        sa.Column("thread", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=8), server_default="open", nullable=False),
        sa.Column("opened_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("closed_us", sa.BigInteger(), nullable=True),
        sa.Column("last_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_agent", sa.String(length=36), nullable=True),
        sa.Column("due_us", sa.BigInteger(), nullable=True),
        sa.Column("owner", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_interaction_customer_id")),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name=op.f("fk_interaction_identity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction")),
    )
    op.create_index(op.f("ix_interaction_customer_id_state"), "interaction", ["customer_id", "state"], unique=False)
    op.create_index(
        op.f("ix_interaction_identity_id_account_thread_last_us"),
        "interaction",
        ["identity_id", "account", "thread", "last_us"],
        unique=False,
    )
    op.create_index(
        "ix_interaction_idle",
        "interaction",
        ["last_us"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "opt_out",
        sa.Column("identity_id", sa.String(length=36), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("at_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name=op.f("fk_opt_out_identity_id")),
        sa.PrimaryKeyConstraint("identity_id", "account", name=op.f("pk_opt_out")),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("interaction_id", sa.String(length=36), nullable=False),
        sa.Column("customer_id", sa.String(length=36), nullable=False),
        sa.Column("identity_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("thread", sa.Text(), server_default="", nullable=False),
        sa.Column("queue", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("mode", sa.String(length=8), server_default="live", nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("disposition", sa.String(length=80), nullable=True),
        sa.Column("band", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("virtual_start_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("arrival", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("entered_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("accepted_us", sa.BigInteger(), nullable=True),
        sa.Column("wrap_from_us", sa.BigInteger(), nullable=True),
        sa.Column("wrap_until_us", sa.BigInteger(), nullable=True),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.Column("held_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("held_from_us", sa.BigInteger(), nullable=True),
        sa.Column("park_at_us", sa.BigInteger(), nullable=True),
        sa.Column("agent_id", sa.String(length=36), nullable=True),
        sa.Column("preferred_agent", sa.String(length=36), nullable=True),
        sa.Column("preferred_until_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rules_version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("epoch", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unread", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("customer_waits_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_contact_customer_id")),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name=op.f("fk_contact_identity_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_contact_interaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(
        "ix_contact_agent",
        "contact",
        ["agent_id"],
        unique=False,
        sqlite_where=sa.text("state != 'ended'"),
        postgresql_where=sa.text("state != 'ended'"),
    )
    op.create_index(op.f("ix_contact_customer_id"), "contact", ["customer_id"], unique=False)
    op.create_index(op.f("ix_contact_interaction_id"), "contact", ["interaction_id"], unique=False)
    op.create_index(
        "ix_contact_park",
        "contact",
        ["park_at_us"],
        unique=False,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index(
        "ix_contact_waiting",
        "contact",
        ["queue", "arrival"],
        unique=False,
        sqlite_where=sa.text("state != 'ended'"),
        postgresql_where=sa.text("state != 'ended'"),
    )
    op.create_index(
        "ix_contact_wrap",
        "contact",
        ["wrap_until_us"],
        unique=False,
        sqlite_where=sa.text("state = 'wrapping'"),
        postgresql_where=sa.text("state = 'wrapping'"),
    )
    op.create_index(
        "uq_contact_open",
        "contact",
        ["identity_id", "account", "thread"],
        unique=True,
        sqlite_where=sa.text("state IN ('queued','offered','active')"),
        postgresql_where=sa.text("state IN ('queued','offered','active')"),
    )
    op.create_table(
        "touchpoint",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("interaction_id", sa.String(length=36), nullable=False),
        sa.Column("contact_id", sa.String(length=36), nullable=True),
        sa.Column("customer_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("at_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("direction", sa.String(length=4), nullable=False),
        sa.Column("author_kind", sa.String(length=10), nullable=False),
        sa.Column("author_id", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("rank", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("parts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("provider_id", sa.Text(), server_default="", nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_touchpoint_customer_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_touchpoint_interaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touchpoint")),
        sa.UniqueConstraint("claim", name=op.f("uq_touchpoint_claim")),
    )
    op.create_index("ix_touchpoint_timeline", "touchpoint", ["customer_id", "at_us", "id"], unique=False)
    op.create_index("uq_touchpoint_seq", "touchpoint", ["interaction_id", "seq"], unique=True)
    op.create_table(
        "media",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("touchpoint_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("claimed_type", sa.Text(), server_default="", nullable=False),
        sa.Column("content_type", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=10), server_default="waiting", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("next_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["touchpoint_id"], ["touchpoint.id"], name=op.f("fk_media_touchpoint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
    )
    op.create_index(op.f("ix_media_touchpoint_id"), "media", ["touchpoint_id"], unique=False)
    op.create_index(
        "ix_media_waiting",
        "media",
        ["next_us"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "offer",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("contact_id", sa.String(length=36), nullable=False),
        sa.Column("agent_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("epoch", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("made_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("deadline_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=False),
        sa.Column("rules_version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("back_off_until_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_offer_agent_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_offer_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    op.create_index(
        "ix_offer_agent",
        "offer",
        ["agent_id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(op.f("ix_offer_contact_id_made_us"), "offer", ["contact_id", "made_us"], unique=False)
    op.create_index(
        "uq_offer_open",
        "offer",
        ["contact_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "outbox",
        sa.Column("touchpoint_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("next_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("first_us", sa.BigInteger(), nullable=True),
        sa.Column("node", sa.String(length=36), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["touchpoint_id"], ["touchpoint.id"], name=op.f("fk_outbox_touchpoint_id")),
        sa.PrimaryKeyConstraint("touchpoint_id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["account", "next_us"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued','sending','unknown')"),
        postgresql_where=sa.text("state IN ('queued','sending','unknown')"),
    )
    head = sa.table("head", sa.column("id"), sa.column("position"), sa.column("at_us"), sa.column("hash"))
    op.execute(head.insert().values(id=1, position=0, at_us=0, hash=sa.literal(GENESIS, sa.LargeBinary)))
    for statement in create_statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in drop_statements(op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_index(
        "ix_outbox_due",
        table_name="outbox",
        sqlite_where=sa.text("state IN ('queued','sending','unknown')"),
        postgresql_where=sa.text("state IN ('queued','sending','unknown')"),
    )
    op.drop_table("outbox")
    op.drop_index(
        "uq_offer_open",
        table_name="offer",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(op.f("ix_offer_contact_id_made_us"), table_name="offer")
    op.drop_index(
        "ix_offer_agent",
        table_name="offer",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_table("offer")
    op.drop_index(
        "ix_media_waiting",
        table_name="media",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index(op.f("ix_media_touchpoint_id"), table_name="media")
    op.drop_table("media")
    op.drop_index("uq_touchpoint_seq", table_name="touchpoint")
    op.drop_index("ix_touchpoint_timeline", table_name="touchpoint")
    op.drop_table("touchpoint")
    op.drop_index(
        "uq_contact_open",
        table_name="contact",
        sqlite_where=sa.text("state IN ('queued','offered','active')"),
        postgresql_where=sa.text("state IN ('queued','offered','active')"),
    )
    op.drop_index(
        "ix_contact_wrap",
        table_name="contact",
        sqlite_where=sa.text("state = 'wrapping'"),
        postgresql_where=sa.text("state = 'wrapping'"),
    )
    op.drop_index(
        "ix_contact_waiting",
        table_name="contact",
        sqlite_where=sa.text("state != 'ended'"),
        postgresql_where=sa.text("state != 'ended'"),
    )
    op.drop_index(
        "ix_contact_park",
        table_name="contact",
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.drop_index(op.f("ix_contact_interaction_id"), table_name="contact")
    op.drop_index(op.f("ix_contact_customer_id"), table_name="contact")
    op.drop_index(
        "ix_contact_agent",
        table_name="contact",
        sqlite_where=sa.text("state != 'ended'"),
        postgresql_where=sa.text("state != 'ended'"),
    )
    op.drop_table("contact")
    op.drop_table("opt_out")
    op.drop_index(
        "ix_interaction_idle",
        table_name="interaction",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(op.f("ix_interaction_identity_id_account_thread_last_us"), table_name="interaction")
    op.drop_index(op.f("ix_interaction_customer_id_state"), table_name="interaction")
    op.drop_table("interaction")
    op.drop_index(op.f("ix_session_user_id"), table_name="session")
    op.drop_table("session")
    op.drop_index(op.f("ix_identity_customer_id"), table_name="identity")
    op.drop_table("identity")
    op.drop_table("agent")
    op.drop_table("user_account")
    op.drop_table("rules_version")
    op.drop_table("raw")
    op.drop_table("projection")
    op.drop_table("node")
    op.drop_table("minute")
    op.drop_table("lease")
    op.drop_table("head")
    op.drop_table("event")
    op.drop_table("document")
    op.drop_table("customer")
    op.drop_index(op.f("ix_command_at_us"), table_name="command")
    op.drop_table("command")
