"""The pages: where one lands, log-in, the agent's console, static files, the choice of a language."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from aiohttp import web

from agent_ui import language
from agent_ui.assets import is_hashed, type_of
from agent_ui.rendering import ASSETS, render
from interaction_hub.domain.permissions import Permission, needs, public
from interaction_hub.request_forms import form_body
from interaction_hub.request_keys import PRINCIPAL

FOR_GOOD = "public, max-age=31536000, immutable"
A_YEAR = 365 * 24 * 3600
# A path of our own: one slash, then neither a second one nor a backslash, which browsers take for a host.
_OWN_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")


class PageReads(Protocol):
    """What these pages need to read."""

    @property
    def agent_snapshot(self) -> Callable[[str], Awaitable[dict[str, Any]]]: ...

    @property
    def company(self) -> Callable[[], str]: ...

    @property
    def demo(self) -> bool: ...


def routes(reads: PageReads) -> list[web.RouteDef]:
    """Every page but the wallboard."""

    @public
    async def home(request: web.Request) -> web.StreamResponse:
        raise web.HTTPSeeOther(_landing(request))

    @public
    async def login(request: web.Request) -> web.StreamResponse:
        if PRINCIPAL in request:
            raise web.HTTPSeeOther(_landing(request))
        error = request.query.get("error", "")
        return render(request, "login.html", error=error, company=reads.company(), demo=reads.demo)

    @needs(Permission.WORK)
    async def work(request: web.Request) -> web.StreamResponse:
        first = await reads.agent_snapshot(request[PRINCIPAL].user_id)
        return render(request, "console.html", first=first, company=reads.company(), demo=reads.demo)

    return [
        web.get("/", home),
        web.get("/login", login),
        web.get("/work", work),
        web.get("/static/{name}", static),
        web.post("/settings/language", set_language),
    ]


def _landing(request: web.Request) -> str:
    principal = request.get(PRINCIPAL)
    if principal is None:
        return "/login"
    ways = ((Permission.WATCH, "/board"), (Permission.WORK, "/work"), (Permission.CONFIGURE, "/admin"))
    return next((path for permission, path in ways if principal.may(permission)), "/password")


@public
async def static(request: web.Request) -> web.StreamResponse:
    """A built file. Its name changes with its content, so browsers keep it for good."""
    name = request.match_info["name"]
    path = ASSETS.path(name)
    if path is None:
        raise web.HTTPNotFound
    kind = type_of(name)
    cache = FOR_GOOD if is_hashed(name) else "no-cache"
    answer = web.FileResponse(path, headers={"Content-Type": kind, "Cache-Control": cache})
    if "charset" in kind:  # text; fonts are compressed already
        answer.enable_compression()
    return answer


@public
async def set_language(request: web.Request) -> web.StreamResponse:
    """Keep the choice of a language in a cookie, and go back."""
    form = await form_body(request)
    chosen = form.get("language", "")
    answer = web.HTTPSeeOther(own_path(form.get("next", "")))
    if chosen in language.LANGUAGES:
        answer.set_cookie(
            language.COOKIE, chosen, path="/", max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.secure
        )
    raise answer


def own_path(wanted: str) -> str:
    """Where to go back to; never another site."""
    return wanted if _OWN_PATH.fullmatch(wanted) else "/"


def error_page(request: web.Request, problem: dict[str, Any], *, company: str = "") -> web.Response:
    """A problem for a person who asked for a page."""
    return render(request, "error.html", status=int(problem["status"]), problem=problem, company=company)
