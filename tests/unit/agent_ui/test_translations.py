"""Everything that people read is translated, and the translations fit their sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from agent_ui.language import LANGUAGES, LOCALES
from tests.unit.agent_ui.sentences import Sentence, everywhere, of_script, of_template

SAID = everywhere()
_PLACE = re.compile(r"%\(\w+\)s|\{\w+\}")


def catalogue(language: str) -> dict[str, Sentence]:
    """What the .po file has, by msgid; a fuzzy one counts as absent, as it does in the build."""
    found: dict[str, Sentence] = {}
    with (LOCALES / language / "LC_MESSAGES" / "messages.po").open("rb") as source:
        for message in read_po(source, locale=language, abort_invalid=True):
            if message.id and not message.fuzzy:
                found[message.id if isinstance(message.id, str) else message.id[0]] = message.string
    return found


def key(sentence: Sentence) -> str:
    return sentence if isinstance(sentence, str) else sentence[0]


def test_the_sources_are_read() -> None:
    assert len(SAID) > 300
    assert of_script(
        'html`<p>${t("One")} ${ok ? html`<b>${n("{count} a", "{count} b", x)}</b>` : t("T\\"wo", {})}</p>`'
    ) == {
        "One",
        'T"wo',
        ("{count} a", "{count} b"),
    }
    assert of_template('{{ _("A %(b)s", b=c) }}{% trans %}D{% endtrans %}') == {"A %(b)s", "D"}


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_each_sentence_is_translated(language: str) -> None:
    found = catalogue(language)
    missing = {sentence: files for sentence, files in SAID.items() if not found.get(key(sentence))}
    assert not missing


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_the_catalogue_has_nothing_that_nobody_says(language: str) -> None:
    assert set(catalogue(language)) == {key(sentence) for sentence in SAID}


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_translations_fill_in_what_their_sentences_fill_in(language: str) -> None:
    said = {key(sentence): sentence for sentence in SAID}
    for msgid, string in catalogue(language).items():
        sentence = said[msgid]
        places = set(_PLACE.findall(msgid if isinstance(sentence, str) else " ".join(sentence)))
        for form in [string] if isinstance(string, str) else string:
            assert set(_PLACE.findall(form)) == places, msgid


def test_chinese_uses_its_own_punctuation() -> None:
    for msgid, string in catalogue("zh_Hans").items():
        for form in [string] if isinstance(string, str) else string:
            assert not re.search(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]", form), msgid


def test_one_msgid_is_not_both_single_and_plural() -> None:
    singles = {sentence for sentence in SAID if isinstance(sentence, str)}
    assert not singles & {sentence[0] for sentence in SAID if not isinstance(sentence, str)}


def test_nothing_stands_outside_of_the_sources() -> None:
    languages = {path.name for path in Path(LOCALES).iterdir() if path.is_dir()}
    assert languages == set(LANGUAGES)
