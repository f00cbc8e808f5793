"""The walls around the event log inside of the database: triggers that forbid to change, delete or truncate events.

They stop mistakes and careless SQL; what gets around them (the owner of the file) is found by the hash chain.
"""

from __future__ import annotations

REFUSAL = "events are never changed or deleted"

_SQLITE = tuple(
    f"CREATE TRIGGER event_no_{act} BEFORE {act.upper()} ON event BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for act in ("update", "delete")
)
_REFUSE = f"BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END"
_POSTGRESQL = (
    f"CREATE FUNCTION event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {_REFUSE} $$",
    # Row triggers do not see TRUNCATE: it has one of its own.
    "CREATE TRIGGER event_no_update BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION event_refuse()",
    "CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION event_refuse()",
)
_DROP = {
    "sqlite": ("DROP TRIGGER IF EXISTS event_no_update", "DROP TRIGGER IF EXISTS event_no_delete"),
    "postgresql": (
        "DROP TRIGGER IF EXISTS event_no_update ON event",
        "DROP TRIGGER IF EXISTS event_no_truncate ON event",
        "DROP FUNCTION IF EXISTS event_refuse()",
    ),
}


def create_statements(dialect: str) -> tuple[str, ...]:
    """The statements that put the triggers up, for `sqlite` or `postgresql`."""
    return _SQLITE if dialect == "sqlite" else _POSTGRESQL


def drop_statements(dialect: str) -> tuple[str, ...]:
    """The statements that take them down: for migrations and for tests that plant damage."""
    return _DROP[dialect]
