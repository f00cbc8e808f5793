"""`interaction-hub backup` and `restore`: database, secret key, anchors and files, checked link by link.

SQLite is copied by VACUUM INTO while the hub runs (the stepwise backup API never finished under load, decisions 39);
PostgreSQL by its own programs.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from interaction_hub import __version__
from interaction_hub.errors import Invalid
from interaction_hub.storage import anchors, archive, databases, dumps
from interaction_hub.storage.archive import Manifest
from interaction_hub.storage.lockfile import hold
from interaction_hub.storage.verify import verify

SQLITE, POSTGRESQL, KEY, ANCHORS, BLOBS = "hub.db", "hub.dump", "secret.key", "anchors", "blobs"
REPLACED = ".before-restore"
"""What was there before a restore keeps its name with this end, once."""


async def backup(url: str, target: Path, *, secret_key_file: Path | None = None) -> str:
    """Write everything into a new folder or .tar.gz, also while the hub runs. Returns a line for people.

    Raises `Invalid` if there is nothing to save, the target exists, or a program is missing.
    """
    sqlite = databases.is_sqlite(url)
    if sqlite and not databases.sqlite_path(url).exists():
        raise Invalid(f"{databases.sqlite_path(url)}: there is no such database")
    home = _home(url, secret_key_file)
    with archive.writing(target) as folder:
        if sqlite:
            position, digest = await asyncio.to_thread(_copy_sqlite, databases.sqlite_path(url), folder / SQLITE)
        else:
            position, digest = await dumps.dump(url, folder / POSTGRESQL)
        # After the database: a file is on disk before the log names it, so that none is missing here.
        await asyncio.to_thread(_copy_files, folder, url, home, secret_key_file)
        manifest = await asyncio.to_thread(
            archive.seal,
            folder,
            version=__version__,
            database="sqlite" if sqlite else "postgresql",
            position=position,
            digest=digest,
            made=datetime.now(UTC).isoformat(timespec="seconds"),
        )
    return f"{target}: {len(manifest.files)} files, log to position {position}"


async def restore(archive_path: Path, url: str, *, secret_key_file: Path | None = None, overwrite: bool = False) -> str:
    """Check a backup and put it in place; the hub must be stopped. Returns a line for people.

    Raises `Invalid` if the archive is damaged or the target is not empty, `StartRefused` if a hub runs there.
    """
    home = _home(url, secret_key_file)
    with hold(url), archive.reading(archive_path, home) as (folder, manifest):
        wanted = "sqlite" if databases.is_sqlite(url) else "postgresql"
        if manifest.database != wanted:
            raise Invalid(f"{archive_path}: is a backup of {manifest.database}, the target is {wanted}")
        if secret_key_file is not None and not overwrite:
            _refuse_other_key(folder / KEY, secret_key_file)
        if wanted == "sqlite":
            await _restore_sqlite(folder, manifest, databases.sqlite_path(url), overwrite)
        else:
            await _restore_postgresql(folder, manifest, url, overwrite)
        await asyncio.to_thread(_put_files_back, folder, url, home, secret_key_file)
    return f"{archive_path}: restored to position {manifest.position}, made {manifest.made} by {manifest.version}"


def _home(url: str, secret_key_file: Path | None) -> Path:
    """Where files stand beside the database."""
    if databases.is_sqlite(url):
        return databases.sqlite_path(url).parent
    return secret_key_file.parent if secret_key_file is not None else Path("var")


# ---- saving ----------------------------------------------------------------------------------------------------
def _copy_sqlite(source: Path, target: Path) -> tuple[int, bytes]:
    with contextlib.closing(sqlite3.connect(source, timeout=30, isolation_level=None)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    target.chmod(0o600)
    with contextlib.closing(sqlite3.connect(target)) as copy:
        position, digest = copy.execute("SELECT position, hash FROM head WHERE id = 1").fetchone()
    return int(position), bytes(digest)


def _copy_files(folder: Path, url: str, home: Path, secret_key_file: Path | None) -> None:
    for name, source in ((KEY, secret_key_file), (ANCHORS, anchors.file_for(url, home))):
        if source is not None and source.exists():
            _copy(source, folder / name)
    for blob in _blobs(home / BLOBS):
        _copy(blob, folder / BLOBS / blob.relative_to(home / BLOBS))


def _blobs(folder: Path) -> Iterator[Path]:
    # Half-written ones have an end to their name; whole ones are named by their digest alone.
    return (path for path in folder.rglob("*") if path.is_file() and not path.suffix)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o600)
    archive.sync(target)


# ---- bringing back ---------------------------------------------------------------------------------------------
def _refuse_other_key(saved: Path, there: Path) -> None:
    if saved.exists() and there.exists() and saved.read_bytes() != there.read_bytes():
        raise Invalid(f"{there}: another secret key is there; restore with --overwrite to replace it")


async def _restore_sqlite(folder: Path, manifest: Manifest, target: Path, overwrite: bool) -> None:
    if not overwrite and _size(target):
        raise Invalid(f"{target}: is not empty; restore with --overwrite to replace it")
    fresh = target.with_name(f".{target.name}.restored")
    try:
        await asyncio.to_thread(_copy, folder / SQLITE, fresh)
        await _check_chain(f"sqlite:///{fresh}", folder, manifest)
        _replace(target, fresh)
    finally:
        for end in ("-wal", "-shm", ""):  # the first two are left by the check, which writes nothing
            fresh.with_name(fresh.name + end).unlink(missing_ok=True)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _replace(target: Path, fresh: Path) -> None:
    """Put the new file in place. The old one's WAL must go with it: beside another file it would corrupt that."""
    for end in ("-wal", "-shm", ""):
        old = target.with_name(target.name + end)
        if old.exists():
            old.replace(target.with_name(target.name + REPLACED + end))
    fresh.replace(target)
    archive.sync(target.parent)


async def _restore_postgresql(folder: Path, manifest: Manifest, url: str, overwrite: bool) -> None:
    filled, in_use = await dumps.look(url)
    if in_use:
        raise Invalid("a hub is connected to this database; stop it first")
    if filled and not overwrite:
        raise Invalid("the database is not empty; restore with --overwrite to replace its tables")
    await dumps.load(url, folder / POSTGRESQL, overwrite=filled)
    await _check_chain(url, folder, manifest)


async def _check_chain(url: str, folder: Path, manifest: Manifest) -> None:
    report = await verify(url, full=True, anchor_file=folder / ANCHORS)
    end = (report.position, report.hash.hex())
    if end != (manifest.position, manifest.hash):
        raise Invalid(f"the log in this backup ends at {end[0]}, its manifest says {manifest.position}")
    broken = [finding for finding in report.findings if finding.invariant == "I17"]
    if broken:
        raise Invalid(f"the log in this backup is broken: {broken[0]}")


def _put_files_back(folder: Path, url: str, home: Path, secret_key_file: Path | None) -> None:
    for name, target in ((KEY, secret_key_file), (ANCHORS, anchors.file_for(url, home))):
        source = folder / name
        if target is None:
            continue
        if target.exists() and (not source.exists() or source.read_bytes() != target.read_bytes()):
            if name == KEY and not source.exists():
                continue
            target.replace(target.with_name(target.name + REPLACED))
        if source.exists():
            _put(source, target)
    for blob in _blobs(folder / BLOBS):
        _put(blob, home / BLOBS / blob.relative_to(folder / BLOBS))


def _put(source: Path, target: Path) -> None:
    """Copy under another name first, so that a crash leaves the whole file or none."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.restored")
    _copy(source, partial)
    partial.replace(target)
