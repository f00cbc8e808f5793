"""Files: small ones stand in their row, larger ones beside the database, named by their digest (decisions 18).

A large file is on disk, fsynced, before the unit that names it is submitted.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

INLINE = 64 * 1024
"""Bytes up to which a file stands in its row."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a file is: `content` for a small one, else only its digest (SHA-256, hex)."""

    digest: str
    content: bytes | None


class Blobs:
    """The directory of large files. Its functions block: call them on a thread."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def keep(self, content: bytes) -> Kept:
        """Make sure that it is on disk, or small enough for its row."""
        digest = hashlib.sha256(content).hexdigest()
        if len(content) <= INLINE:
            return Kept(digest, content)
        path = self._path(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            self._write(path, content)
        return Kept(digest, None)

    def read(self, digest: str) -> bytes:
        """A large file. Raises `OSError` if it is not there."""
        return self._path(digest).read_bytes()

    def _write(self, path: Path, content: bytes) -> None:
        partial = path.with_suffix(f".{os.getpid()}")
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def _path(self, digest: str) -> Path:
        return self._directory / digest[:2] / digest
