"""Documents as files: reading `config/*.toml`, what an import would change, and the export that can be imported again.

Files are seeds: the truth is in the database (decisions 25). This module writes nothing; `Rules.publish` does.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from interaction_hub.domain.documents import KINDS, Document, parse
from interaction_hub.domain.rules import RuleBook
from interaction_hub.errors import Invalid

Documents = dict[tuple[str, str], Document]
SINGLE = "company"
"""The kind of which there is one, written as a table and not as a list of tables."""
EXAMPLES = ("company", "skills", "hours", "sites", "queues", "agents", "dispositions", "replies", "screens")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def example_files() -> list[Path]:
    """The sample company's files: `config/` of a checkout, or the copy inside of the installed package."""
    package = Path(__file__).parents[1]
    folder = next(path for path in (package / "config_examples", package.parent / "config") if path.is_dir())
    return [folder / f"{name}.example.toml" for name in EXAMPLES]


def read(paths: Iterable[Path]) -> Documents:
    """All documents of the files, in their order. Raises `Invalid` that names file, document and key."""
    found: Documents = {}
    origins: dict[tuple[str, str], Path] = {}
    for path in paths:
        for kind, bodies in _tables(path).items():
            for number, body in enumerate(bodies, 1):
                document = _document(kind, body, f"{path}: {kind} {body.get('key', number)}")
                identity = kind, document.key
                if identity in found:
                    raise Invalid(f"{path}: {kind} {document.key}: is already in {origins[identity]}")
                found[identity], origins[identity] = document, path
    return found


def _tables(path: Path) -> dict[str, list[dict[str, Any]]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{path}: this is not TOML: {error}") from None
    except OSError as error:
        raise Invalid(f"{path}: cannot be read: {error.strerror}") from None
    tables: dict[str, list[dict[str, Any]]] = {}
    for kind, value in content.items():
        if kind not in KINDS:
            raise Invalid(f"{path}: {kind}: there is no such kind of document; {_hint(kind, KINDS)}")
        bodies = [{"key": SINGLE, **value}] if kind == SINGLE and isinstance(value, dict) else value
        if not isinstance(bodies, list) or not all(isinstance(body, dict) for body in bodies):
            raise Invalid(f"{path}: {kind}: must be headed {_heading(kind)}")
        tables[kind] = bodies
    return tables


def _heading(kind: str) -> str:
    return f"[{kind}]" if kind == SINGLE else f"[[{kind}]]"


def _document(kind: str, body: Mapping[str, Any], where: str) -> Document:
    known = KINDS[kind].__struct_fields__
    for key in body:
        if key not in known:
            raise Invalid(f"{where}: {key}: unknown; {_hint(key, known)}")
    try:
        document = parse(kind, body, where)
    except ValueError as error:
        raise Invalid(str(error)) from None
    if kind == SINGLE and document.key != SINGLE:
        raise Invalid(f"{where}: key: must be {SINGLE!r}, or be left out")
    return document


def _hint(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), 1)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(known))}"


# ---- what an import changes ------------------------------------------------------------------------------------
def diff(current: RuleBook, wanted: Documents) -> tuple[Documents, frozenset[tuple[str, str]]]:
    """What to publish so that the documents are as wanted: (changed, removed).

    A kind of which `wanted` has nothing is left alone, so that importing queues does not dismiss the agents.
    """
    kinds = {kind for kind, _ in wanted}
    changed = {identity: doc for identity, doc in wanted.items() if current.documents.get(identity) != doc}
    return changed, frozenset(
        identity for identity in current.documents if identity[0] in kinds and identity not in wanted
    )


def describe(current: RuleBook, changed: Documents, removed: Iterable[tuple[str, str]]) -> str:
    """The difference for people: one line a document, one line more for each changed field."""
    lines: list[str] = []
    for (kind, key), document in changed.items():
        before = current.documents.get((kind, key))
        if before is None:
            lines.append(f'+ {kind} {key} "{document.name}"')
            continue
        lines.append(f'~ {kind} {key} "{document.name}"')
        for field in document.__struct_fields__:
            old, new = getattr(before, field), getattr(document, field)
            if old != new:
                lines.append(f"    {field}: {_value(old)} → {_value(new)}")
    lines += [f'- {kind} {key} "{current.documents[kind, key].name}"' for kind, key in sorted(removed)]
    return "\n".join(lines) if lines else "Nothing would change."


# ---- export ----------------------------------------------------------------------------------------------------
def export(book: RuleBook) -> str:
    """All documents as TOML that `read` takes back unchanged, every field written out."""
    parts = [f"# Rules, version {book.version}. Edit and give to: interaction-hub config import"]
    for kind in KINDS:
        for (of, _), document in book.documents.items():
            if of == kind:
                parts.append(_table(document, _heading(kind)))
    return "\n\n".join(parts) + "\n"


def _table(document: Document, heading: str) -> str:
    body = msgspec.to_builtins(document)
    order = sorted(body, key=lambda name: name not in ("key", "name"))
    return "\n".join([heading, *(f"{name} = {_value(body[name])}" for name in order)])


def _value(value: object) -> str:
    """One value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(key)} = {_value(item)}' for key, item in value.items())} }}"
    # JSON's escapes are TOML's, but for DEL, which only JSON lets through.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f") if isinstance(value, str) else str(value)


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _value(key)
