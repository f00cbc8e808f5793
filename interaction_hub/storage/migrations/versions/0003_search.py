"""The search index, and the indexes behind the list of customers and somebody's day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The search index stands in no metadata: neither virtual table nor tsvector has a counterpart on the other database.
# Texts are divided into words before they come (services/folding.py), so the tokenizers have nothing to decide.
_VIRTUAL = {
    "search_history": 'words, touchpoint_id UNINDEXED, restricted UNINDEXED, tokenize = "ascii"',
    "search_customer": "words, customer_id, tokenize = \"ascii tokenchars '-'\"",
}
_PARTIAL = (
    ("ix_offer_declined", "offer", ["agent_id", "ended_us"], "state = 'declined'"),
    ("ix_event_presence", "event", ["subjects", "at_us"], "kind = 'PresenceChanged'"),
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, definition in _VIRTUAL.items():
            op.execute(f"CREATE VIRTUAL TABLE {name} USING fts5({definition})")
    else:
        _tables()
    op.create_index("ix_customer_last", "customer", ["last_us", "id"])
    for name, table, columns, where in _PARTIAL:
        op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _tables() -> None:
    op.create_table(
        "search_history",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("touchpoint_id", sa.String(length=36), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_search_history")),
    )
    op.create_table(
        "search_customer",
        sa.Column("customer_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_search_customer")),
    )
    for table in ("search_history", "search_customer"):
        op.create_index(f"ix_{table}_words", table, ["words"], postgresql_using="gin")


def downgrade() -> None:
    for name, table, _, _ in reversed(_PARTIAL):
        op.drop_index(name, table_name=table)
    op.drop_index("ix_customer_last", table_name="customer")
    op.drop_table("search_customer")
    op.drop_table("search_history")
