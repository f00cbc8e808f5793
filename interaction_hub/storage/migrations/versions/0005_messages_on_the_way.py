"""Messages that the carrier took and whose end it has not reported, by its own id: for a look at its books."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_CONDITION = sa.text("provider_id <> '' AND state IN ('queued', 'sending', 'unknown', 'sent')")


def upgrade() -> None:
    op.create_index(
        "ix_touchpoint_on_the_way",
        "touchpoint",
        ["account", "provider_id"],
        sqlite_where=_CONDITION,
        postgresql_where=_CONDITION,
    )


def downgrade() -> None:
    op.drop_index("ix_touchpoint_on_the_way", table_name="touchpoint")
