"""PostgreSQL's own programs for dump and restore, found on PATH. Passwords go by environment, never by argument."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from interaction_hub.errors import Invalid
from interaction_hub.storage import databases

_HEAD = "SELECT position, hash FROM head WHERE id = 1"
_OTHERS = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND application_name = 'interaction-hub' AND pid <> pg_backend_pid()"""


async def dump(url: str, target: Path) -> tuple[int, bytes]:
    """Dump a database as of one moment; gives position and hash of the log at that moment."""
    engine = databases.postgresql_async(url, pool_size=1)
    try:
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ")
            snapshot = (await connection.exec_driver_sql("SELECT pg_export_snapshot()")).scalar_one()
            row = (await connection.exec_driver_sql(_HEAD)).one()
            # The snapshot lives as long as this transaction: the dump runs inside of it.
            await _run("pg_dump", url, "--format=custom", f"--snapshot={snapshot}", f"--file={target}")
            return row.position, bytes(row.hash)
    finally:
        await engine.dispose()


async def load(url: str, source: Path, *, overwrite: bool) -> None:
    """Bring a dump into a database, all of it or nothing."""
    options = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
    options += ["--clean", "--if-exists"] if overwrite else []
    await _run("pg_restore", url, *options, str(source))


async def look(url: str) -> tuple[bool, bool]:
    """Whether a database holds tables, and whether a hub is connected to it."""
    engine = databases.postgresql_async(url, pool_size=1)
    try:
        async with engine.connect() as connection:
            others = (await connection.exec_driver_sql(_OTHERS)).scalar_one()
            return bool(await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())), bool(others)
    finally:
        await engine.dispose()


async def _run(program: str, url: str, *options: str) -> None:
    path = shutil.which(program)
    if path is None:
        raise Invalid(f"{program} is not on PATH; install PostgreSQL's client programs (Debian: postgresql-client)")
    address = make_url(url)
    env = dict(os.environ)
    if address.password:
        env["PGPASSWORD"] = str(address.password)
    target = address.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    process = await asyncio.create_subprocess_exec(
        path, f"--dbname={target}", *options, env=env, stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        lines = said.decode("utf-8", "replace").strip().splitlines()
        raise Invalid(f"{program}: {lines[-1] if lines else f'ended with {process.returncode}'}")
