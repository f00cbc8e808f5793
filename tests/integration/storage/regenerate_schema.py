"""Writes migration 0001 anew from storage/tables.py: `python -m tests.integration.storage.regenerate_schema`.

For the time before the first release only; afterwards a change of the tables is a migration of its own.
"""

from __future__ import annotations

import subprocess
import sys

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext

from interaction_hub.storage.schema import MIGRATIONS
from interaction_hub.storage.tables import metadata

TARGET = MIGRATIONS / "versions" / "0001_the_first_schema.py"
HEAD = '''"""The first schema: all tables, the head row of an empty log, and the triggers that protect the log.

Until the first release it is written anew by tests/integration/storage/regenerate_schema.py.
"""

import sqlalchemy as sa
from alembic import op

from interaction_hub.storage.protection import create_statements, drop_statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Literal, not chain.GENESIS: what a migration wrote must not change with the code.
GENESIS = bytes.fromhex("{genesis}")


def upgrade() -> None:
'''
TAIL = """
    head = sa.table("head", sa.column("id"), sa.column("position"), sa.column("at_us"), sa.column("hash"))
    op.execute(head.insert().values(id=1, position=0, at_us=0, hash=sa.literal(GENESIS, sa.LargeBinary)))
    for statement in create_statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in drop_statements(op.get_bind().dialect.name):
        op.execute(statement)
"""


def render() -> str:
    """The text of the migration as it ought to be, before formatting."""
    from interaction_hub.storage.chain import GENESIS

    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        script = produce_migrations(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert script.upgrade_ops is not None
    assert script.downgrade_ops is not None
    up = render_python_code(script.upgrade_ops, render_as_batch=False)
    down = render_python_code(script.downgrade_ops, render_as_batch=False)
    body = HEAD.format(genesis=GENESIS.hex()) + up + TAIL + "    " + down
    return "\n".join(line for line in body.splitlines() if "Alembic" not in line) + "\n"


def main() -> None:
    """Write the file and format it."""
    TARGET.write_text(render(), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(TARGET)], check=True)


if __name__ == "__main__":
    main()
