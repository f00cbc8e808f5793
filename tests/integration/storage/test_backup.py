"""A backup is taken while the hub works, checked before it is believed, and brings everything back."""

from __future__ import annotations

import asyncio
import io
import stat
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from interaction_hub.errors import Invalid, StartRefused
from interaction_hub.storage import anchors, archive, databases
from interaction_hub.storage.anchors import Anchor
from interaction_hub.storage.archive import MANIFEST, Manifest
from interaction_hub.storage.backup import KEY, SQLITE, backup, restore
from interaction_hub.storage.lockfile import hold
from interaction_hub.storage.verify import verify
from tests.fakes.servers import Postgres
from tests.integration.storage.company import Company, fill, open_company
from tests.integration.storage.sql import damage, fetch, value

CONTENT = (
    "SELECT position, hash FROM event ORDER BY position",
    "SELECT id, text, state FROM touchpoint ORDER BY id",
    "SELECT id, state, agent_id, epoch FROM contact ORDER BY id",
)


@pytest.fixture
async def company(hub_url: str, home: Path) -> AsyncIterator[Company]:
    async with open_company(hub_url) as company:
        await fill(company)
        yield company


@pytest.fixture
def home(hub_url: str, tmp_path: Path) -> Path:
    """Where key, anchors and files of the hub are: beside its SQLite file."""
    (tmp_path / "secret.key").write_bytes(b"k" * 32)
    blob = tmp_path / "blobs" / "ab" / ("ab" * 32)
    blob.parent.mkdir(parents=True)
    blob.write_bytes(b"a picture")
    blob.with_suffix(".123").write_bytes(b"half a pic")
    return tmp_path


@pytest.fixture
async def elsewhere(hub_url: str, server: Postgres | None, tmp_path: Path) -> str:
    """The URL of an empty database of the same kind."""
    if server is None:
        return f"sqlite:///{tmp_path / 'elsewhere' / 'hub.db'}"
    return server.url(await asyncio.to_thread(server.create_database))


def files_below(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


async def content(url: str) -> list[object]:
    return [[tuple(row) for row in await fetch(url, query)] for query in CONTENT]


@pytest.mark.parametrize("name", ["saved", "saved.tar.gz"])
async def test_everything_comes_back(company: Company, home: Path, elsewhere: str, name: str) -> None:
    anchor_file = anchors.file_for(company.url, home)
    ((position, digest),) = await fetch(company.url, "SELECT position, hash FROM head")
    anchors.append(anchor_file, Anchor(position, bytes(digest), 1))
    said = await backup(company.url, home / name, secret_key_file=home / "secret.key")
    assert f"log to position {position}" in said
    key = home / "elsewhere" / "new.key"
    said = await restore(home / name, elsewhere, secret_key_file=key)
    assert f"restored to position {position}" in said
    assert await content(elsewhere) == await content(company.url)
    assert key.read_bytes() == b"k" * 32
    assert anchors.read(anchors.file_for(elsewhere, key.parent)) == anchors.read(anchor_file)
    assert (key.parent / "blobs" / "ab" / ("ab" * 32)).read_bytes() == b"a picture"
    assert (await verify(elsewhere, full=True)).ok


async def test_backup_under_load_is_whole(company: Company, home: Path, elsewhere: str) -> None:
    stop = asyncio.Event()

    async def work(number: int) -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            await company.writes(f"{number}-{turn % 3}")

    working = asyncio.gather(*(work(number) for number in range(5)))
    try:
        await backup(company.url, home / "saved", secret_key_file=home / "secret.key")
    finally:
        stop.set()
        await working
    manifest = msgspec.json.decode((home / "saved" / MANIFEST).read_bytes(), type=Manifest)
    assert manifest.position < await value(company.url, "SELECT max(position) FROM event")
    await restore(home / "saved", elsewhere, secret_key_file=home / "elsewhere" / "new.key")
    report = await verify(elsewhere, full=True)
    assert (report.ok, report.position, report.hash.hex()) == (True, manifest.position, manifest.hash)


async def test_restored_hub_works_on(company: Company, home: Path, elsewhere: str) -> None:
    await backup(company.url, home / "saved")
    await restore(home / "saved", elsewhere)
    with pytest.raises(Exception, match="never changed or deleted"):
        async with asyncio.timeout(10):
            await fetch(elsewhere, "UPDATE event SET actor = 'x' RETURNING 1")


@pytest.mark.parametrize("name", ["saved", "saved.tar.gz"])
async def test_backup_is_for_its_owner_alone(company: Company, home: Path, name: str) -> None:
    await backup(company.url, home / name, secret_key_file=home / "secret.key")
    paths = [home / name, *files_below(home / name)]
    assert [path for path in paths if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077] == []
    assert stat.S_IMODE(paths[0].stat().st_mode) in (0o700, 0o600)
    assert [path.name for path in files_below(home) if path.name.startswith(".saved")] == []


async def test_backup_overwrites_nothing(company: Company, home: Path) -> None:
    (home / "saved").mkdir()
    (home / "saved" / "thesis.txt").write_text("important")
    with pytest.raises(Invalid, match="is there already"):
        await backup(company.url, home / "saved")
    assert [path.name for path in (home / "saved").iterdir()] == ["thesis.txt"]


async def test_backup_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no such database"):
        await backup(f"sqlite:///{tmp_path / 'absent.db'}", tmp_path / "saved")
    assert files_below(tmp_path) == []


async def test_restore_spares_a_filled_database(company: Company, home: Path) -> None:
    await backup(company.url, home / "saved")
    await company.ledger.stop()
    await company.reads.close()
    before = await content(company.url)
    with pytest.raises(Invalid, match="is not empty"):
        await restore(home / "saved", company.url)
    assert await content(company.url) == before


async def test_restore_overwrites_on_request(company: Company, home: Path) -> None:
    await backup(company.url, home / "saved")
    before = await content(company.url)
    await company.writes("zoe")
    await company.ledger.stop()
    await company.reads.close()
    await restore(home / "saved", company.url, overwrite=True)
    assert await content(company.url) == before
    if company.url.startswith("sqlite"):
        assert (home / "hub.db.before-restore").exists()


async def test_restore_is_refused_while_a_hub_runs(company: Company, home: Path) -> None:
    await backup(company.url, home / "saved")
    with hold(company.url), pytest.raises((StartRefused, Invalid), match=r"a hub .*; stop it first"):
        await restore(home / "saved", company.url, overwrite=True)


async def test_other_key_is_not_replaced_silently(saved: Path, tmp_path: Path) -> None:
    key = tmp_path / "elsewhere" / "secret.key"
    key.parent.mkdir()
    key.write_bytes(b"o" * 32)
    with pytest.raises(Invalid, match="another secret key"):
        await restore(saved, f"sqlite:///{key.parent / 'hub.db'}", secret_key_file=key)
    assert key.read_bytes() == b"o" * 32


# ---- damaged archives ------------------------------------------------------------------------------------------
@pytest.fixture
async def sqlite_company(sqlite_rig_url: str) -> str:
    async with open_company(sqlite_rig_url) as company:
        await fill(company)
    return sqlite_rig_url


@pytest.fixture
async def saved(sqlite_company: str, tmp_path: Path) -> Path:
    (tmp_path / "secret.key").write_bytes(b"k" * 32)
    await backup(sqlite_company, tmp_path / "saved", secret_key_file=tmp_path / "secret.key")
    return tmp_path / "saved"


async def refusal(saved: Path) -> str:
    target = saved.parent / "elsewhere" / "hub.db"
    with pytest.raises(Invalid) as caught:
        await restore(saved, f"sqlite:///{target}")
    assert not target.exists()
    assert "\n" not in str(caught.value)
    return str(caught.value)


async def test_flipped_bit_is_found(saved: Path) -> None:
    content = bytearray((saved / SQLITE).read_bytes())
    content[len(content) // 2] ^= 1
    (saved / SQLITE).write_bytes(content)
    assert "hub.db is damaged" in await refusal(saved)


async def test_missing_and_foreign_files_are_found(saved: Path) -> None:
    (saved / KEY).unlink()
    assert "secret.key is missing" in await refusal(saved)
    (saved / KEY).write_bytes(b"k" * 32)
    (saved / "another").write_text("?")
    assert "another is not in the manifest" in await refusal(saved)


async def test_folder_without_manifest_is_no_backup(saved: Path) -> None:
    (saved / MANIFEST).unlink()
    assert "this is no backup" in await refusal(saved)


async def test_forged_log_is_found(saved: Path) -> None:
    """Someone who can edit the database can renew the manifest, but not the chain."""
    manifest = msgspec.json.decode((saved / MANIFEST).read_bytes(), type=Manifest)
    await damage(f"sqlite:///{saved / SQLITE}", "UPDATE event SET actor = 'x' WHERE position = 5")
    (saved / MANIFEST).unlink()
    archive.seal(
        saved, version="0", database="sqlite", position=manifest.position, digest=bytes.fromhex(manifest.hash), made=""
    )
    assert "the log in this backup is broken: I17: hash differs" in await refusal(saved)


async def test_cut_archive_is_found(sqlite_company: str, tmp_path: Path) -> None:
    target = tmp_path / "saved.tar.gz"
    await backup(sqlite_company, target)
    target.write_bytes(target.read_bytes()[: target.stat().st_size // 2])
    assert "is damaged or no backup" in await refusal(target)


@pytest.mark.parametrize("name", ["../evil", "/tmp/hub-evil"])
async def test_archive_cannot_write_outside(tmp_path: Path, name: str) -> None:
    target = tmp_path / "saved.tar.gz"
    with tarfile.open(target, "w:gz") as packed:
        member = tarfile.TarInfo(name)
        member.size = 4
        packed.addfile(member, io.BytesIO(b"evil"))
    assert "does not belong into a backup" in await refusal(target)
    assert [path for path in files_below(tmp_path) if path.name.endswith("evil")] == []


async def test_backup_of_the_other_database_is_refused(saved: Path, postgres_url: str) -> None:
    with pytest.raises(Invalid, match="is a backup of sqlite, the target is postgresql"):
        await restore(saved, postgres_url)


async def test_missing_program_is_named(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from interaction_hub.storage import schema

    await schema.upgrade(postgres_url)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Invalid, match="pg_dump is not on PATH; install"):
        await backup(postgres_url, tmp_path / "saved")
    assert not (tmp_path / "saved").exists()


# ---- the lock --------------------------------------------------------------------------------------------------
def test_second_hub_is_refused(sqlite_url: str) -> None:
    with hold(sqlite_url), pytest.raises(StartRefused, match=r"hub\.db: a hub \(process \d+\) already runs"):
        hold(sqlite_url).__enter__()
    with hold(sqlite_url):
        pass


def test_lock_dies_with_its_process(sqlite_url: str) -> None:
    code = (
        "import sys, time\nfrom interaction_hub.storage.lockfile import hold\n"
        f"with hold({sqlite_url!r}):\n    print('held', flush=True)\n    time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(StartRefused, match=f"process {process.pid}"):
            hold(sqlite_url).__enter__()
    finally:
        process.kill()
        process.communicate()
    with hold(sqlite_url):
        pass


def test_lock_stands_beside_the_database(sqlite_url: str) -> None:
    with hold(sqlite_url):
        assert databases.sqlite_path(sqlite_url).with_name("hub.db.lock").exists()
