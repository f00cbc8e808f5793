"""What the browser loads, as hatch_build.py left it: logical names become addresses of hashed files."""

from __future__ import annotations

import json
import mimetypes
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STATIC = Path(__file__).parent / "static"
PREFIX = "/static/"
# esbuild's hash, as in console-5KXVN2FA.js; messages.en-1A2B3C4D.json has its own of the same shape.
_HASHED = re.compile(r"-[0-9A-Z]{8}(\.[a-z0-9]+)+$")
# Not every machine's table of types knows these, and a module with a wrong type does not run.
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".map": "application/json; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


class AssetsMissing(RuntimeError):
    """The message is made for the person at the terminal."""


@dataclass(slots=True)
class Assets:
    """The manifest of one build. Read again when the build changed, so that `make assets` needs no restart."""

    folder: Path = STATIC
    _found: dict[str, Any] = field(default_factory=dict)
    _stamp: int = 0

    def url(self, name: str) -> str:
        """`/static/console-5KXVN2FA.js` for `console.js`."""
        return PREFIX + str(self._entry(name)["file"])

    def integrity(self, name: str) -> str:
        """The Subresource Integrity value of a file."""
        return str(self._entry(name)["integrity"])

    def preloads(self, name: str) -> list[dict[str, str]]:
        """The chunks that a module loads at once: url and integrity."""
        return [
            {"url": PREFIX + str(one["file"]), "integrity": str(one["integrity"])}
            for one in self._entry(name).get("imports", ())
        ]

    def has(self, name: str) -> bool:
        """Whether the build has it."""
        return name in self._read()

    def text(self, name: str) -> str:
        """The content of a text file, for what is written into the page."""
        return (self.folder / str(self._entry(name)["file"])).read_text(encoding="utf-8")

    def path(self, file: str) -> Path | None:
        """The file behind `/static/{file}`, None if it is not one of the build."""
        if file.startswith(".") or file != Path(file).name or "\\" in file or "\0" in file:
            return None
        path = self.folder / file
        return path if path.is_file() else None

    def _entry(self, name: str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = self._read()[name]
        except KeyError:
            raise AssetsMissing(f"{name} is not among the built files; run `make assets`") from None
        return found

    def _read(self) -> dict[str, Any]:
        manifest = self.folder / "manifest.json"
        try:
            stamp = manifest.stat().st_mtime_ns
            if stamp != self._stamp:
                self._found = json.loads(manifest.read_text(encoding="utf-8"))["assets"]
                self._stamp = stamp
        except (OSError, ValueError, KeyError):
            raise AssetsMissing(f"{manifest} is missing or broken; run `make assets`") from None
        return self._found


def is_hashed(file: str) -> bool:
    """Does the name change with the content, so that a browser may keep it for good?"""
    return _HASHED.search(file) is not None


def type_of(file: str) -> str:
    """The Content-Type of a static file."""
    suffix = Path(file).suffix.lower()
    return TYPES.get(suffix) or mimetypes.guess_type(file)[0] or "application/octet-stream"
