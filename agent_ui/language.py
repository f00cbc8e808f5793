"""Which language a page is in: the person's choice, else what the browser asks for, else English."""

from __future__ import annotations

import gettext
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from aiohttp import web
from babel import Locale
from babel.core import UnknownLocaleError

COOKIE = "hub_lang"
FALLBACK = "en"
# As each language calls itself: whoever cannot read the page must find his own.
LANGUAGES = {"en": "English", "zh_Hans": "简体中文"}
LOCALES = Path(__file__).parent / "locale"
# A header longer than this is no browser's.
MOST_WISHES = 20


def of_request(request: web.BaseRequest) -> str:
    """The language of the answer to this request."""
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else accepted(request.headers.get("Accept-Language", ""))


def accepted(header: str) -> str:
    """The best of our languages for an `Accept-Language` header."""
    for wish in wishes(header):
        if found := match(wish):
            return found
    return FALLBACK


def wishes(header: str) -> list[str]:
    """Language tags, the most wanted first; those with q=0 are refused."""
    ranked: list[tuple[float, str]] = []
    for part in header.split(",")[:MOST_WISHES]:
        tag, _, parameters = part.strip().partition(";")
        weight = quality(parameters)
        if tag and weight > 0:
            ranked.append((weight, tag.strip()))
    return [tag for _, tag in sorted(ranked, key=lambda pair: -pair[0])]


def quality(parameters: str) -> float:
    """The q of a wish: 1 where none is given, 0 where it cannot be read."""
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


@cache
def match(tag: str) -> str | None:
    """Our language for a BCP 47 tag. Likely subtags tell that zh-CN is Hans; zh-HK and zh-TW are Hant, which we do
    not have yet, and are better served in Hans than in English."""
    try:
        locale = Locale.parse(tag.replace("-", "_"), resolve_likely_subtags=True)
    except (UnknownLocaleError, ValueError, TypeError):
        return None
    exact = f"{locale.language}_{locale.script}" if locale.script else locale.language
    for candidate in (exact, locale.language):
        if candidate in LANGUAGES:
            return candidate
    return "zh_Hans" if locale.language == "zh" else None


def html_lang(language: str) -> str:
    """The value of `<html lang>`: zh_Hans → zh-Hans."""
    return language.replace("_", "-")


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The compiled catalogue. English is what the sources say; its catalogue may be empty or absent."""
    return gettext.translation("messages", LOCALES, languages=[language], fallback=True)


def names() -> Sequence[tuple[str, str]]:
    """What a person can choose from: code and own name."""
    return tuple(LANGUAGES.items())
