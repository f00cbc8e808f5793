"""The pages of the web chat: the frame that other sites embed, the stand-alone page, and the loader at /widget.js.

Visitors are strangers here: these pages need no session, hold nothing about anybody, and say by their policy who may
frame them (docs/webchat.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol

from aiohttp import web
from markupsafe import Markup

from agent_ui import language
from agent_ui.assets import AssetsMissing, type_of
from agent_ui.rendering import ASSETS, environment, json_island
from interaction_hub.domain.documents import Site
from interaction_hub.domain.permissions import public

# Short: a site that embeds us gets a mended loader within minutes.
LOADER_CACHE = "public, max-age=300"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors "
)


class ChatReads(Protocol):
    """What these pages need to read."""

    @property
    def site(self) -> Callable[[str], Site | None]: ...

    @property
    def sites(self) -> Callable[[], Sequence[Site]]: ...

    @property
    def company(self) -> Callable[[], str]: ...


def routes(reads: ChatReads) -> list[web.RouteDef]:
    """`/widget.js`, `/chat`, `/chat/{site}` and `/chat/frame/{site}`, for everybody."""

    @public
    async def every_site(request: web.Request) -> web.StreamResponse:
        sites = list(reads.sites())
        if len(sites) == 1:
            raise web.HTTPFound(f"/chat/{sites[0].key}")
        return _render(request, "chat_sites.html", reads, status=200 if sites else 404, sites=sites)

    @public
    async def page(request: web.Request) -> web.StreamResponse:
        return _chat(request, reads, framed=False)

    @public
    async def frame(request: web.Request) -> web.StreamResponse:
        return _chat(request, reads, framed=True)

    return [
        web.get("/widget.js", loader),
        web.get("/chat", every_site),
        web.get("/chat/{site}", page),
        web.get("/chat/frame/{site}", frame),
    ]


@public
async def loader(request: web.Request) -> web.StreamResponse:
    """The script that a site puts into its pages. Its address stays; its content changes with our releases."""
    try:
        path = ASSETS.path(ASSETS.url("widget.js").rsplit("/", 1)[1])
    except AssetsMissing as error:
        raise web.HTTPInternalServerError(text=f"The loader is not built: {error}") from None
    if path is None:
        raise web.HTTPNotFound
    headers = {
        "Content-Type": type_of("widget.js"),
        "Cache-Control": LOADER_CACHE,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    answer = web.FileResponse(path, headers=headers)
    answer.enable_compression()
    return answer


def _chat(request: web.Request, reads: ChatReads, *, framed: bool) -> web.Response:
    site = reads.site(request.match_info["site"])
    if site is None:
        return _render(request, "chat_missing.html", reads, status=404)
    first = {"site": _told(site), "company": reads.company(), "framed": framed, "origins": site.origins}
    ancestors = " ".join(("'self'", *site.origins)) if framed else "'none'"
    answer = _render(request, "chat.html", reads, ancestors=ancestors, site=site, framed=framed, first=first)
    if framed:
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _told(site: Site) -> dict[str, Any]:
    """What anybody may know of a site: enough to draw the page before the first answer of the hub."""
    return {
        "key": site.key,
        "name": site.name,
        "greeting": site.greeting,
        "languages": site.languages,
        "colour": site.colour,
        "side": site.side,
        "files": site.files,
        "offline": site.offline,
        "rating": site.rating,
        "privacy_url": site.privacy_url,
        "privacy_note": site.privacy_note,
    }


def _render(
    request: web.Request,
    template: str,
    reads: ChatReads,
    *,
    status: int = 200,
    ancestors: str = "'none'",
    **values: Any,
) -> web.Response:
    tongue = tongue_of(request)
    values |= {"lang": language.html_lang(tongue), "company": reads.company()}
    try:
        values["messages"] = sentences(tongue)
        text = environment(tongue).get_template(template).render(values)
    except AssetsMissing as error:
        raise web.HTTPInternalServerError(text=f"The pages are not built: {error}") from None
    headers = {
        "Content-Language": language.html_lang(tongue),
        "Content-Security-Policy": POLICY + ancestors,
        "Vary": "Accept-Language",
    }
    return web.Response(text=text, content_type="text/html", status=status, headers=headers)


def tongue_of(request: web.Request) -> str:
    """The language that the embedding page says it is in, else what the browser asks for."""
    return language.match(request.query.get("language", "")) or language.accepted(
        request.headers.get("Accept-Language", "")
    )


def sentences(tongue: str) -> Markup:
    """The part of the catalogue that the chat's scripts say: a visitor need not load the words of the console."""
    name = f"messages.{tongue}.json"
    if tongue == language.FALLBACK or not ASSETS.has(name):
        return json_island("{}")
    files = [ASSETS.url("chat.js"), *(one["url"] for one in ASSETS.preloads("chat.js"))]
    return _said_in(tuple(url.rsplit("/", 1)[1] for url in files), ASSETS.url(name), name)


@lru_cache(maxsize=8)
def _said_in(files: tuple[str, ...], _address: str, name: str) -> Markup:
    """Keyed by names that change with the content, so that a new build is read anew."""
    paths = [path for file in files if (path := ASSETS.path(file))]
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    found = {key: text for key, text in json.loads(ASSETS.text(name)).items() if _in_script(key) in scripts}
    return json_island(json.dumps(found, ensure_ascii=False, separators=(",", ":")))


def _in_script(sentence: str) -> str:
    """As esbuild writes a string: ASCII alone, the rest escaped; it chooses quotes that need no escape."""
    return json.dumps(sentence)[1:-1].replace('\\"', '"')
