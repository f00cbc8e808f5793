"""The form of a backup: a folder or a .tar.gz of plain files with a manifest that holds the digest of each.

Nothing appears under its final name before it is complete and on disk. All of it is for its owner alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from interaction_hub.errors import Invalid

FORMAT = 1
MANIFEST = "manifest.json"
_CHUNK = 1 << 20


class Manifest(msgspec.Struct, frozen=True):
    """What an archive holds: the log's end, and the SHA-256 of each file by its name."""

    format: int
    version: str
    database: str
    position: int
    hash: str
    made: str
    files: dict[str, str]


def sha256_of(path: Path) -> str:
    """The digest of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()


@contextlib.contextmanager
def writing(target: Path) -> Iterator[Path]:
    """A private folder to fill, which becomes the archive at the end. Raises `Invalid` if the target exists."""
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise Invalid(f"{target}: is there already; choose another name")
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    try:
        yield folder
        for path in folder.rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)
            sync(path)
        if target.name.endswith((".tar.gz", ".tgz")):
            _pack(folder, target)
        else:
            folder.rename(target)
        sync(target.parent)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pack(folder: Path, target: Path) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    os.close(handle)
    partial = Path(name)
    try:
        with tarfile.open(partial, "w:gz", compresslevel=6) as archive:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    archive.add(path, arcname=str(path.relative_to(folder)), recursive=False)
        sync(partial)
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Have a file, or a folder's list of names, on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def seal(folder: Path, *, version: str, database: str, position: int, digest: bytes, made: str) -> Manifest:
    """Write the manifest over the files that are in the folder now."""
    files = {str(path.relative_to(folder)): sha256_of(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    manifest = Manifest(FORMAT, version, database, position, digest.hex(), made, files)
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2))
    return manifest


@contextlib.contextmanager
def reading(source: Path, scratch: Path) -> Iterator[tuple[Path, Manifest]]:
    """The archive as a checked folder: every file is there, is named, and has its digest. Raises `Invalid` else.

    A .tar.gz is unpacked below `scratch`, which should be on the disk that the files go to.
    """
    if not source.exists():
        raise Invalid(f"{source}: there is no such file or folder")
    scratch.mkdir(parents=True, exist_ok=True)
    unpacked = Path(tempfile.mkdtemp(dir=scratch, prefix=".restore-"))
    try:
        if source.is_file():
            _unpack(source, unpacked)
        folder = unpacked if source.is_file() else source
        yield folder, _checked(source, folder)
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)


def _unpack(source: Path, folder: Path) -> None:
    try:
        with tarfile.open(source, "r:gz") as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isreg() else None
                path = folder / member.name
                # Plain files inside of the folder alone; `filter="data"` is not in every Python 3.11.
                if content is None or ".." in path.parts or not path.is_relative_to(folder):
                    raise Invalid(f"{source}: {member.name} does not belong into a backup")
                path.parent.mkdir(parents=True, exist_ok=True)
                with content, path.open("xb") as file:
                    shutil.copyfileobj(content, file, _CHUNK)
    except (tarfile.TarError, zlib.error, OSError, EOFError) as error:
        raise Invalid(f"{source}: is damaged or no backup: {error}") from None


def _checked(source: Path, folder: Path) -> Manifest:
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError):
        raise Invalid(f"{source}: has no {MANIFEST} that can be read: this is no backup") from None
    if manifest.format != FORMAT:
        raise Invalid(f"{source}: is of format {manifest.format}; this version reads {FORMAT}")
    present = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    for name in sorted(present ^ set(manifest.files)):
        raise Invalid(f"{source}: {name} is {'not in the manifest' if name in present else 'missing'}")
    for name, digest in manifest.files.items():
        if sha256_of(folder / name) != digest:
            raise Invalid(f"{source}: {name} is damaged: it has not the digest of the manifest")
    return manifest
