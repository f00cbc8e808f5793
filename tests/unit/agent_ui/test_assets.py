"""What a build left, and what a browser may ask for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent_ui.assets import Assets, AssetsMissing, is_hashed, type_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    entry = {
        "file": "console-5KXVN2FA.js",
        "integrity": "sha384-abc",
        "imports": [{"file": "chunk-DMBE3YD6.js", "integrity": "sha384-def"}],
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"assets": {"console.js": entry}}))
    (tmp_path / "console-5KXVN2FA.js").write_text("1")
    (tmp_path.parent / "secret.txt").write_text("no")
    return tmp_path


def test_logical_names_become_addresses(folder: Path) -> None:
    assets = Assets(folder)
    assert assets.url("console.js") == "/static/console-5KXVN2FA.js"
    assert assets.integrity("console.js") == "sha384-abc"
    assert assets.preloads("console.js") == [{"url": "/static/chunk-DMBE3YD6.js", "integrity": "sha384-def"}]
    assert assets.text("console.js") == "1"
    assert assets.has("console.js")
    assert not assets.has("board.js")


def test_what_is_missing_says_how_to_make_it(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(AssetsMissing, match="make assets"):
        Assets(folder).url("board.js")
    with pytest.raises(AssetsMissing, match="make assets"):
        Assets(tmp_path / "nothing").url("console.js")


def test_a_new_build_is_seen(folder: Path) -> None:
    assets = Assets(folder)
    assert not assets.has("board.js")
    manifest = folder / "manifest.json"
    found = json.loads(manifest.read_text())
    found["assets"]["board.js"] = {"file": "board-AAAAAAAA.js", "integrity": "", "imports": []}
    before = manifest.stat().st_mtime_ns
    manifest.write_text(json.dumps(found))
    if manifest.stat().st_mtime_ns == before:  # a coarse clock
        import os

        os.utime(manifest, ns=(before + 1, before + 1))
    assert assets.url("board.js") == "/static/board-AAAAAAAA.js"


@pytest.mark.parametrize(
    "name", ["../secret.txt", "..", ".", "", "a/b", "a\\b", "/etc/passwd", ".hidden", "no.js", "console-5KXVN2FA.js\0"]
)
def test_no_way_out_of_the_folder(folder: Path, name: str) -> None:
    assert Assets(folder).path(name) is None


def test_a_built_file_is_found(folder: Path) -> None:
    assert Assets(folder).path("console-5KXVN2FA.js") == folder / "console-5KXVN2FA.js"


@pytest.mark.parametrize(
    ("name", "hashed"),
    [
        ("console-5KXVN2FA.js", True),
        ("console-5KXVN2FA.js.map", True),
        ("messages.en-1A2B3C4D.json", True),
        ("licences.txt", False),
        ("manifest.json", False),
    ],
)
def test_only_hashed_names_are_kept_for_good(name: str, hashed: bool) -> None:
    assert is_hashed(name) is hashed


def test_types() -> None:
    assert type_of("a.js") == "text/javascript; charset=utf-8"
    assert type_of("a.woff2") == "font/woff2"
    assert type_of("a.unknown") == "application/octet-stream"
