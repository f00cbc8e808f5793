"""Two rules over the sources: SQL is never put together from variables (A16), nobody waits without a limit (A28)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.integration.content.code_calls import Call, calls, calls_in

# ---- SQL -----------------------------------------------------------------------------------------------------------
RAW_SQL = frozenset({"text", "exec_driver_sql", "literal_column", "executescript", "executemany", "DDL"})
DRIVERS = ("cursor.execute", "connection.execute", "tx.execute", "copy.execute", "op.execute")
ALLOWED_SQL = {
    "interaction_hub/services/day.py::sa.literal_column": "two states, constants of that line",
    "interaction_hub/storage/databases.py:_pragmas:cursor.execute": "constants of that file",
    "interaction_hub/storage/migrations/versions/0003_search.py:upgrade:op.execute": "constants of that file",
    "interaction_hub/storage/schema.py:_copy_aside:connection.exec_driver_sql": "the path of our own file, quoted",
    "interaction_hub/storage/tables.py:word:sa.literal_column": "each of its callers gives a constant; the test below",
    "interaction_hub/storage/contacts.py::sa.text": "a constant of tables.py behind the table's name",
}
"""Where text is put together all the same, and why nobody's input can be in it."""


def unsafe_sql(found: Iterator[Call]) -> Iterator[Call]:
    """Calls that take SQL as text, given something else than a constant or a plain name."""
    for call in found:
        raw = call.last in RAW_SQL and (call.last != "text" or call.name in ("sa.text", "text", "sqlalchemy.text"))
        if (raw or call.name in DRIVERS) and call.node.args and is_composed(call.node.args[0]):
            yield call


def is_composed(node: ast.expr) -> bool:
    """An f-string with something in it, a % or + with a variable, `.format`, `.join`, `.replace`."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Mod | ast.Add) and not all(_is_text(side) for side in (node.left, node.right))
    methods = ("format", "join", "replace", "format_map")
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in methods


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) and _is_text(node.right)
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_sql_is_never_put_together() -> None:
    found = {str(call) for call in unsafe_sql(calls())}
    assert found - set(ALLOWED_SQL) == set(), "bind the values, or say in ALLOWED_SQL why no input can be there"
    assert set(ALLOWED_SQL) - found == set(), "these stand no longer in the sources"


def test_words_of_a_statement_are_constants() -> None:
    """`tables.word` writes its value into the statement: only what stands in the sources may be given to it."""
    given = [call for call in calls() if call.name == "tables.word"]
    assert given
    assert [str(call) for call in given if not (call.node.args and _is_text(call.node.args[0]))] == []


@pytest.mark.parametrize(
    "source",
    [
        "sa.text(f'SELECT {x}')",
        "sa.text('SELECT %s' % x)",
        "sa.text('SELECT ' + x)",
        "sa.text('SELECT {}'.format(x))",
        "connection.exec_driver_sql(f'SELECT {x}')",
        "sa.literal_column(f'{x}')",
        "cursor.execute(f'PRAGMA {x}')",
        "tx.execute(', '.join(x))",
    ],
)
def test_rule_sees_composed_sql(source: str) -> None:
    assert list(unsafe_sql(calls_in(source, "here")))


# ---- time-outs -----------------------------------------------------------------------------------------------------
LIMITS: dict[str, frozenset[str]] = {
    "aiohttp.ClientSession": frozenset({"timeout"}),
    "ClientSession": frozenset({"timeout"}),
    "Redis.from_url": frozenset({"socket_timeout", "socket_connect_timeout"}),
    "websockets.connect": frozenset({"open_timeout"}),
    "asyncpg.connect": frozenset({"timeout", "command_timeout"}),
    "asyncpg.create_pool": frozenset({"timeout", "command_timeout"}),
    "subprocess.run": frozenset({"timeout"}),
    "subprocess.check_output": frozenset({"timeout"}),
    "urlopen": frozenset({"timeout"}),
    "urllib.request.urlopen": frozenset({"timeout"}),
    "socket.create_connection": frozenset({"timeout"}),
    "smtplib.SMTP": frozenset({"timeout"}),
}
"""Clients, and what each must be given."""
CONNECTS = frozenset({"create_async_engine", "create_engine"})
BOUNDED_BY_CALLER = {
    "interaction_hub/storage/dumps.py:_run:asyncio.create_subprocess_exec": "pg_dump takes as long as the database is "
    "large; a person at the command line waits for it, and Ctrl-C ends it",
    "interaction_hub/demo/troupe.py:start:asyncio.create_subprocess_exec": "the demo's people live as long as it does; "
    "each answer of theirs is waited for with a limit",
    "interaction_hub/services/diagnosis/visits.py:certificate_ends:asyncio.open_connection": "inside asyncio.timeout",
}
"""Where the limit stands elsewhere, or where there must be none."""
STARTS = frozenset({"create_subprocess_exec", "create_subprocess_shell", "open_connection", "Popen"})


def boundless(found: Iterator[Call]) -> Iterator[Call]:
    """Clients without a limit of their own."""
    for call in found:
        missing = LIMITS.get(call.name, frozenset()) - call.keywords
        engine = call.last in CONNECTS and not _engine_is_limited(call)
        if missing or engine or call.last in STARTS or _is_unlimited(call):
            yield call


def _engine_is_limited(call: Call) -> bool:
    given = next((word.value for word in call.node.keywords if word.arg == "connect_args"), None)
    if not isinstance(given, ast.Dict):
        return False
    return "timeout" in {key.value for key in given.keys if isinstance(key, ast.Constant)}


def _is_unlimited(call: Call) -> bool:
    """`timeout=None`, in words."""
    return call.last in ("get", "post", "put", "request", "ClientSession", "connect") and any(
        word.arg == "timeout" and isinstance(word.value, ast.Constant) and word.value.value is None
        for word in call.node.keywords
    )


def test_no_client_waits_without_limit() -> None:
    found = {str(call) for call in boundless(calls())}
    assert found - set(BOUNDED_BY_CALLER) == set(), "give it a time-out, or say in BOUNDED_BY_CALLER where its limit is"
    assert set(BOUNDED_BY_CALLER) - found == set(), "these stand no longer in the sources"


@pytest.mark.parametrize(
    "source",
    [
        "aiohttp.ClientSession()",
        "session.get(url, timeout=None)",
        "Redis.from_url(url, socket_timeout=1)",
        "subprocess.run(['x'])",
        "asyncio.create_subprocess_exec('x')",
        "create_async_engine(url, connect_args={'server_settings': {}})",
        "websockets.connect(url)",
    ],
)
def test_rule_sees_boundless_client(source: str) -> None:
    assert list(boundless(calls_in(source, "here")))
