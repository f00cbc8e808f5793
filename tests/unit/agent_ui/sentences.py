"""What people read in templates and scripts, as it stands in the sources.

`python -m tests.unit.agent_ui.sentences` brings the catalogues up to date and says what is to be translated.
"""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

import agent_ui

FOLDER = Path(agent_ui.__file__).parent
Sentence = str | tuple[str, str]
_TEXT = r'"(?:[^"\\\n]|\\.)*"'
# Babel's lexer loses its way in template literals that hold others, as Lit's do; calls with plain texts, all that
# words.js takes, are found as they are written.
_CALL = re.compile(rf"(?<![\w.$])(?:t\(\s*({_TEXT})|n\(\s*({_TEXT}),\s*({_TEXT}))", re.DOTALL)


def of_script(text: str) -> set[Sentence]:
    """The msgids of `t("…")` and `n("…", "…", …)`."""
    found: set[Sentence] = set()
    for single, one, many in _CALL.findall(text):
        found.add(json.loads(single) if single else (json.loads(one), json.loads(many)))
    return found


def of_template(text: str) -> set[Sentence]:
    """The msgids of a Jinja template."""
    options = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}
    keywords = ("_", "gettext", "ngettext")
    return {_plain(said) for _, _, said, _ in babel_extract(io.BytesIO(text.encode()), keywords, (), options)}


def _plain(said: str | tuple[str | None, ...]) -> Sentence:
    """Arguments of `_("…", name=…)` come as None behind the msgid."""
    if isinstance(said, str):
        return said
    one, *more = (part for part in said if part is not None)
    return (one, more[0]) if more else one


def of_python(path: Path) -> set[Sentence]:
    """The msgids of a Python file."""
    return {_plain(said) for _, said, _, _ in extract_from_file("python", path, keywords={"_": None})}


def everywhere() -> dict[Sentence, set[str]]:
    """Every sentence, and the files that say it."""
    found: dict[Sentence, set[str]] = {}
    for path in sorted(FOLDER.rglob("*")):
        if "static" in path.parts or not path.is_file():
            continue
        match path.suffix:
            case ".js":
                said = of_script(path.read_text(encoding="utf-8"))
            case ".html":
                said = of_template(path.read_text(encoding="utf-8"))
            case ".py":
                said = of_python(path)
            case _:
                continue
        for sentence in said:
            found.setdefault(sentence, set()).add(path.relative_to(FOLDER).as_posix())
    return found


def bring_up_to_date(catalogue: Path, said: dict[Sentence, set[str]]) -> list[str]:
    """Write a .po file anew: every sentence, with the translation that it had. Returns what has none."""
    head, _, _ = catalogue.read_text(encoding="utf-8").partition("\n\n")
    with catalogue.open("rb") as source:
        known = read_po(source, locale=catalogue.parent.parent.name, abort_invalid=True)
    old = {
        message.id if isinstance(message.id, str) else message.id[0]: message.string for message in known if message.id
    }
    blocks, missing = [head], []
    for sentence in sorted(said, key=lambda one: (one,) if isinstance(one, str) else one):
        one, many = (sentence, None) if isinstance(sentence, str) else sentence
        found = old.get(one, "")
        forms = [found] if isinstance(found, str) else list(found)
        if not all(forms):
            missing.append(one)
        lines = [f"msgid {_quoted(one)}"]
        if many is None:
            lines.append(f"msgstr {_quoted(forms[0])}")
        else:
            forms += [""] * (known.num_plurals - len(forms))
            lines.append(f"msgid_plural {_quoted(many)}")
            lines += [f"msgstr[{place}] {_quoted(form)}" for place, form in enumerate(forms)]
        blocks.append("\n".join(lines))
    catalogue.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")
    return missing


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":  # python -m tests.unit.agent_ui.sentences
    for po in sorted(FOLDER.glob("locale/*/LC_MESSAGES/messages.po")):
        without = bring_up_to_date(po, everywhere())
        if po.parent.parent.name != "en":
            lines = (f"{po.parent.parent.name}: {len(without)} to translate", *without)
            sys.stdout.write("\n  ".join(lines) + "\n")
