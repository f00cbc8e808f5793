"""Search that stays fast over millions of texts, and a customer's channels without reading all his interactions."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# On SQLite the tables are made anew, empty: the next start makes the index again from the rows, whose texts come in
# another form by now. Beginnings of words get lists of their own; otherwise each look for one merges the lists of all
# words that begin so.
_SQLITE = (
    "DROP TABLE search_history",
    "DROP TABLE search_customer",
    (
        "CREATE VIRTUAL TABLE search_history USING fts5(words, touchpoint_id UNINDEXED, restricted UNINDEXED, "
        "tokenize = \"ascii\", prefix = '1 2 3 4 5')"
    ),
    (
        "CREATE VIRTUAL TABLE search_customer USING fts5(words, customer_id, tokenize = \"ascii tokenchars '-'\", "
        "prefix = '1 2 3 4 5')"
    ),
)
_SQLITE_BEFORE = (
    "DROP TABLE search_history",
    "DROP TABLE search_customer",
    (
        "CREATE VIRTUAL TABLE search_history USING fts5(words, touchpoint_id UNINDEXED, restricted UNINDEXED, "
        'tokenize = "ascii")'
    ),
    "CREATE VIRTUAL TABLE search_customer USING fts5(words, customer_id, tokenize = \"ascii tokenchars '-'\")",
)
# Each look reads what waits to be sorted into the index: 4 MB of it, if nobody says otherwise.
_POSTGRESQL = (
    "ALTER INDEX ix_search_history_words SET (gin_pending_list_limit = 256)",
    "ALTER INDEX ix_search_customer_words SET (gin_pending_list_limit = 256)",
)
_POSTGRESQL_BEFORE = (
    "ALTER INDEX ix_search_history_words RESET (gin_pending_list_limit)",
    "ALTER INDEX ix_search_customer_words RESET (gin_pending_list_limit)",
)


def upgrade() -> None:
    op.create_index("ix_interaction_channel", "interaction", ["customer_id", "channel"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.create_index("ix_search_customer_position", "search_customer", ["position"])
    for statement in _SQLITE if sqlite else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE_BEFORE if sqlite else _POSTGRESQL_BEFORE:
        op.execute(statement)
    if not sqlite:
        op.drop_index("ix_search_customer_position", table_name="search_customer")
    op.drop_index("ix_interaction_channel", table_name="interaction")
