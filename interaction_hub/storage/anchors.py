"""Anchors: the hash of the log at a position, kept in a file outside of the database, so that a cut end is found too.

One line an anchor: position, hash in hex, hub time in µs. Lines are only ever appended.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from interaction_hub.storage import databases

_LINE = re.compile(r"(\d{1,19}) ([0-9a-f]{64}) (\d{1,19})")


@dataclass(frozen=True, slots=True)
class Anchor:
    """What the log's hash was at a position. `at` is hub time in µs."""

    position: int
    hash: bytes
    at: int


def file_for(url: str, folder: Path = Path("var")) -> Path:
    """Where the anchors of a database are: beside a SQLite file; for PostgreSQL in `folder`, by the database's name."""
    if databases.is_sqlite(url):
        path = databases.sqlite_path(url)
        return path.with_name(path.name + ".anchors")
    return folder / f"{make_url(url).database}.anchors"


def append(path: Path, anchor: Anchor) -> None:
    """Write one more, on disk when this returns. Blocks for an fsync."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    line = f"{anchor.position} {anchor.hash.hex()} {anchor.at}\n"
    with path.open("ab") as file:
        if file.tell() and not path.read_bytes().endswith(b"\n"):
            line = "\n" + line  # a crash tore the line before this one
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        _sync_folder(path.parent)


def read(path: Path) -> list[Anchor]:
    """All anchors in the order of their positions; [] without a file. A torn line is no anchor."""
    if not path.exists():
        return []
    matches = map(_LINE.fullmatch, path.read_text(encoding="ascii", errors="replace").splitlines())
    found = [Anchor(int(m[1]), bytes.fromhex(m[2]), int(m[3])) for m in matches if m is not None]
    return sorted(found, key=lambda anchor: anchor.position)


def last(path: Path) -> Anchor | None:
    """The anchor with the highest position, or None."""
    return next(reversed(read(path)), None)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
