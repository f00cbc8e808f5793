"""Big databases under build/bench, one of each kind: made once, found again by their key, never half.

PostgreSQL has a cluster of its own there, started for a bench and stopped after it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from interaction_hub.services import folding
from interaction_hub.storage import schema
from tests.bench.corpus.filling import Progress, fill
from tests.bench.corpus.shape import Shape
from tests.fakes.servers import Postgres, make_cluster, postgres_binaries

FOLDER = Path(__file__).parents[3] / "build" / "bench" / "corpus"
_SCHEMA = sorted((schema.MIGRATIONS / "versions").glob("*.py"))
_LIKE_A_USER = {
    # A quarter of the memory, as PostgreSQL's own manual advises; the rest is left to the system's cache.
    "shared_buffers": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') // 4 // 2**20}MB",
    "effective_cache_size": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') // 2 // 2**20}MB",
    "random_page_cost": "1.1",
    "work_mem": "16MB",
    "jit": "on",
    "max_wal_size": "8GB",
    # Data that can be made again; and nobody writes while a bench reads.
    "fsync": "off",
    # A path under build/ may be too long for a socket.
    "unix_socket_directories": "",
}

_WARM = (
    # A server that has been up for a day has in its buffers what people ask for.
    "CREATE EXTENSION IF NOT EXISTS pg_prewarm",
    "SELECT count(pg_prewarm(oid)) FROM pg_class WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace",
)


def sqlite(shape: Shape) -> str:
    """The URL of a SQLite file with this population."""
    path = FOLDER / f"{_key(shape)}.db"
    if path.exists():
        asyncio.run(schema.upgrade(f"sqlite:///{path}"))
        for copy in FOLDER.glob(f"{path.stem}.before-*"):
            copy.unlink()
    else:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for old in FOLDER.glob(f"*{shape.name}_*.db*"):
            old.unlink()
        unfinished = FOLDER / f"unfinished-{path.name}"
        asyncio.run(_make(f"sqlite:///{unfinished}", shape, "SQLite"))
        unfinished.rename(path)
    return f"sqlite:///{path}"


@contextmanager
def postgresql(shape: Shape) -> Iterator[str]:
    """The URL of a PostgreSQL database with this population, as long as its server runs."""
    server = Postgres(_reachable(FOLDER / "postgresql"), postgres_binaries(), settings=_LIKE_A_USER)
    if not (server.folder / "data" / "PG_VERSION").exists():
        shutil.rmtree(server.folder, ignore_errors=True)
        server.folder.mkdir(parents=True)
        make_cluster(server)
    server.start()
    try:
        key = _key(shape)
        if server.execute(f"SELECT 1 FROM pg_database WHERE datname = '{key}'"):
            asyncio.run(schema.upgrade(server.url(key)))
        else:
            for old in server.execute("SELECT datname FROM pg_database").split():
                if old.startswith(("unfinished", f"{shape.name}_")):
                    server.drop_database(old)
            server.execute("CREATE DATABASE unfinished TEMPLATE template0")
            asyncio.run(_make(server.url("unfinished"), shape, "PostgreSQL"))
            server.execute(f"ALTER DATABASE unfinished RENAME TO {key}")
        for statement in _WARM:
            server.execute(statement, key)
        yield server.url(key)
    finally:
        server.stop()


async def _make(url: str, shape: Shape, what: str) -> None:
    await schema.upgrade(url)
    await fill(url, shape, Progress(f"making {shape.name} on {what}"))


def _key(shape: Shape) -> str:
    """Another shape is another database; so is another form of the search index, which no migration fills."""
    parts = [shape.key]
    if shape.indexed:
        parts += [str(folding.VERSION), *(path.read_text(encoding="utf-8") for path in _SCHEMA)]
    return f"{shape.name}_{sha256(chr(0).join(parts).encode()).hexdigest()[:12]}"


def _reachable(folder: Path) -> Path:
    """PostgreSQL runs as a user of its own if we are root, who may not look into every checkout."""
    closed = any(not parent.stat().st_mode & 0o001 for parent in folder.parents if parent.exists())
    if os.geteuid() != 0 or not closed:
        return folder
    return Path(tempfile.gettempdir()) / f"hub-bench-{sha256(str(folder).encode()).hexdigest()[:12]}"
