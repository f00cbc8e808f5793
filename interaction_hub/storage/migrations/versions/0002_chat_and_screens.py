"""Web chat, drafts, mentions, preferences, snoozing, files with names, links to set a password."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.String(length=36)


def upgrade() -> None:
    _columns()
    _tables()


def _columns() -> None:
    op.add_column("interaction", sa.Column("due_note", sa.Text(), server_default="", nullable=False))
    op.create_index(
        "ix_interaction_due",
        "interaction",
        ["due_us"],
        sqlite_where=sa.text("due_us IS NOT NULL"),
        postgresql_where=sa.text("due_us IS NOT NULL"),
    )
    op.add_column("contact", sa.Column("visitor_node", ID, server_default="", nullable=False))
    op.add_column("contact", sa.Column("gone_us", sa.BigInteger(), nullable=True))
    op.add_column("contact", sa.Column("helper_id", ID, nullable=True))
    op.create_index(
        "ix_contact_gone",
        "contact",
        ["gone_us"],
        sqlite_where=sa.text("gone_us IS NOT NULL"),
        postgresql_where=sa.text("gone_us IS NOT NULL"),
    )
    op.add_column("agent", sa.Column("set_by_id", ID, server_default="", nullable=False))
    _indexes_of_the_day()
    op.add_column("media", sa.Column("name", sa.Text(), server_default="", nullable=False))


def _indexes_of_the_day() -> None:
    """What an agent did today, missed today, and was rated this week, without a walk over the whole history."""
    for name, table, columns, where in (
        ("ix_contact_done", "contact", ["agent_id", "ended_us"], "ended_us IS NOT NULL"),
        ("ix_offer_expired", "offer", ["agent_id", "ended_us"], "state = 'expired'"),
        ("ix_touchpoint_survey", "touchpoint", ["at_us"], "kind = 'survey'"),
    ):
        op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _tables() -> None:
    op.create_table(
        "upload",
        sa.Column("id", ID, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("content_type", sa.Text(), server_default="", nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("used", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_created_us"), "upload", ["created_us"])
    op.create_table(
        "draft",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("at_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_draft_contact_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_draft_user_id")),
        sa.PrimaryKeyConstraint("user_id", "contact_id", "kind", name=op.f("pk_draft")),
    )
    op.create_table(
        "preference",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_preference_user_id")),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_preference")),
    )
    op.create_table(
        "mention",
        sa.Column("id", ID, nullable=False),
        sa.Column("touchpoint_id", ID, nullable=False),
        sa.Column("interaction_id", ID, nullable=False),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("at_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("read_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_mention_customer_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_mention_interaction_id")),
        sa.ForeignKeyConstraint(["touchpoint_id"], ["touchpoint.id"], name=op.f("fk_mention_touchpoint_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_mention_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
    )
    op.create_index(
        "ix_mention_unread",
        "mention",
        ["user_id", "at_us"],
        sqlite_where=sa.text("read_us IS NULL"),
        postgresql_where=sa.text("read_us IS NULL"),
    )
    op.create_table(
        "password_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("made_by", sa.Text(), server_default="", nullable=False),
        sa.Column("created_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("expires_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("used_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_link")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_password_link_token_digest")),
    )


def downgrade() -> None:
    op.drop_table("password_link")
    op.drop_index("ix_mention_unread", table_name="mention")
    op.drop_table("mention")
    op.drop_table("preference")
    op.drop_table("draft")
    op.drop_index(op.f("ix_upload_created_us"), table_name="upload")
    op.drop_table("upload")
    op.drop_column("media", "name")
    op.drop_index("ix_touchpoint_survey", table_name="touchpoint")
    op.drop_index("ix_offer_expired", table_name="offer")
    op.drop_index("ix_contact_done", table_name="contact")
    op.drop_column("agent", "set_by_id")
    op.drop_index("ix_contact_gone", table_name="contact")
    for column in ("helper_id", "gone_us", "visitor_node"):
        op.drop_column("contact", column)
    op.drop_index("ix_interaction_due", table_name="interaction")
    op.drop_column("interaction", "due_note")
