"""What is on disk and in the tables of a hub on SQLite, for tests that look for what must not be there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path


def files(folder: Path, *but: str) -> dict[str, bytes]:
    """Every file below a folder, WAL and blobs among them, but those of these names."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in but
    }


def cells(database: Path) -> Iterator[tuple[str, str]]:
    """Each value of each table and index table as text, with where it stands."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            cursor = connection.execute(f'SELECT * FROM "{name}"')
            heads = [column[0] for column in cursor.description]
            for row in cursor:
                for head, value in zip(heads, row, strict=True):
                    if isinstance(value, bytes):
                        yield f"{name}.{head}", value.decode("utf-8", "replace")
                    elif value is not None:
                        yield f"{name}.{head}", str(value)


def found_in(folder: Path, needle: bytes, *but: str) -> list[str]:
    """The files that hold these bytes."""
    return [name for name, content in files(folder, *but).items() if needle in content]
