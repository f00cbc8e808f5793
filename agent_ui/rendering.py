"""One place that turns a template into a page: language, assets, and what every page needs to know of the request."""

from __future__ import annotations

import json
from functools import cache, partial
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from agent_ui import language
from agent_ui.assets import Assets, AssetsMissing
from agent_ui.first_paint import first_paint
from interaction_hub.domain.permissions import Permission
from interaction_hub.request_keys import PRINCIPAL

TEMPLATES = Path(__file__).parent / "templates"
THEME_COOKIE = "hub_theme"
THEMES = ("light", "dark")
ASSETS = Assets()
# What could end a <script> element, begin a comment, or break a line in older parsers.
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_UNSAFE = str.maketrans(_ESCAPES)


def render(request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
    """The page as an answer. `values` go to the template; `company` is the name in the header."""
    tongue = language.of_request(request)
    try:
        text = environment(tongue).get_template(template).render(_context(request, tongue) | values)
    except AssetsMissing as error:
        raise web.HTTPInternalServerError(text=f"The pages are not built: {error}") from None
    headers = {"Content-Language": language.html_lang(tongue), "Vary": "Cookie, Accept-Language"}
    return web.Response(text=text, content_type="text/html", status=status, headers=headers)


def island(value: Any) -> Markup:
    """JSON for a `<script type="application/json">`."""
    return json_island(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str))


def json_island(text: str) -> Markup:
    """JSON that is text already. These characters stand only inside of its strings, where the escapes mean the same."""
    return Markup(text.translate(_UNSAFE))  # noqa: S704


@cache
def environment(tongue: str) -> Environment:
    """The templates in one language."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(language.translations(tongue), newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {"asset": ASSETS.url, "script": script, "messages": partial(messages, tongue)}
    made.filters |= {"initials": initials, "island": island, "first_paint": first_paint}
    return made


def messages(tongue: str) -> Markup:
    """The catalogue for words.js. English needs none: the sources are in English."""
    name = f"messages.{tongue}.json"
    return json_island(ASSETS.text(name) if ASSETS.has(name) else "{}")


def script(name: str) -> Markup:
    """The tags that load a module: it, and at the same time the chunks that it imports."""
    preload = Markup('<link rel="modulepreload" href="{}" integrity="{}">')
    lines = [preload.format(one["url"], one["integrity"]) for one in ASSETS.preloads(name)]
    module = Markup('<script type="module" src="{}" integrity="{}"></script>')
    return Markup("\n").join([*lines, module.format(ASSETS.url(name), ASSETS.integrity(name))])


def initials(name: str) -> str:
    """Two letters for the round sign of a person; of a name in Han characters its last two, the given name."""
    words = name.split()
    if not words:
        return "?"
    if len(words) == 1 and not words[0][0].isascii() and words[0][0].lower() == words[0][0].upper():
        return words[0][-2:]
    return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()


def _theme(request: web.Request) -> str:
    """The theme that the person has chosen in this browser (web/theme.js); nothing if it follows the system."""
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""


def _context(request: web.Request, tongue: str) -> dict[str, Any]:
    principal = request.get(PRINCIPAL)
    return {
        "language": tongue,
        "lang": language.html_lang(tongue),
        "languages": language.names(),
        "theme": _theme(request),
        "path": request.path,
        "here": request.path_qs,
        "company": "",
        "demo": False,
        "principal": principal,
        "may_work": principal is not None and principal.may(Permission.WORK),
        "may_watch": principal is not None and principal.may(Permission.WATCH),
        "may_configure": principal is not None and principal.may(Permission.CONFIGURE),
    }
