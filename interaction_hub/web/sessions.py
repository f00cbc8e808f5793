"""Signing in and out over HTTP: the form of the log-in page, and the same in JSON for programs."""

from __future__ import annotations

import contextlib

from aiohttp import web

from interaction_hub.domain.permissions import Permission, needs, public
from interaction_hub.errors import HubError, Invalid, NotAllowed, TooMany
from interaction_hub.request_forms import form_body
from interaction_hub.request_keys import PRINCIPAL
from interaction_hub.services.hub import Hub
from interaction_hub.web.addresses import client_address
from interaction_hub.web.api import json_body, json_response
from interaction_hub.web.middleware import OPTIONS
from interaction_hub.web.throttle import seat_of_log_in

KNOWN_SECONDS = 180 * 24 * 3600
"""How long a browser remembers who signed in at it."""


def routes(hub: Hub) -> list[web.RouteDef]:
    """`POST /login`, `POST /logout`, `POST /api/v1/sessions`."""

    async def open_session(request: web.Request, login: str, password: str) -> str:
        device = request.headers.get("User-Agent", "")
        with seat_of_log_in(request):
            token, _ = await hub.access.sign_in(
                login, password, address=client_address(request), device=device, known=known_here(request)
            )
        return token

    @public
    async def sign_in_form(request: web.Request) -> web.StreamResponse:
        form = await form_body(request)
        login, password = form.get("login", ""), form.get("password", "")
        try:
            token = await open_session(request, login, password)
        except (NotAllowed, TooMany) as error:
            raise web.HTTPSeeOther(f"/login?error={error.code}") from None
        answer = web.HTTPSeeOther("/")
        await begin_session(hub, request, answer, token)
        raise answer

    @public
    async def sign_in_json(request: web.Request) -> web.Response:
        given = await json_body(request)
        login, password = given.get("login"), given.get("password")
        if not isinstance(login, str) or not isinstance(password, str):
            raise Invalid("Give login and password.", fields={"login": "text", "password": "text"})
        token = await open_session(request, login, password)
        answer = json_response({"token": token}, status=201)
        await begin_session(hub, request, answer, token)
        return answer

    @needs(Permission.SIGNED_IN)
    async def sign_out(request: web.Request) -> web.StreamResponse:
        principal = request[PRINCIPAL]
        with contextlib.suppress(HubError):  # somebody who takes no contacts has no presence
            await hub.commands.run("presence.set", principal, {"presence": "offline"})
        await hub.access.end_sessions(principal.user_id, session_id=principal.session_id)
        answer = web.HTTPSeeOther("/login")
        answer.del_cookie(request.app[OPTIONS].cookie, path="/", secure=request.app[OPTIONS].secure_cookie)
        raise answer

    return [
        web.post("/login", sign_in_form),
        web.post("/api/v1/sessions", sign_in_json),
        web.post("/logout", sign_out),
    ]


async def begin_session(hub: Hub, request: web.Request, answer: web.StreamResponse, token: str) -> None:
    """Somebody has signed in at this browser: the session that it held ends (ASVS 7.2.4), and the new one begins."""
    before = request.get(PRINCIPAL)
    if before is not None and request.app[OPTIONS].cookie in request.cookies:
        await hub.access.end_sessions(before.user_id, session_id=before.session_id)
    set_cookie(request, answer, token)
    known = await hub.access.remember(known_here(request), token)
    _set_cookie(request, answer, request.app[OPTIONS].device_cookie, known, KNOWN_SECONDS)


def set_cookie(request: web.Request, answer: web.StreamResponse, token: str) -> None:
    """Put a session's token where the middleware looks for it."""
    options = request.app[OPTIONS]
    _set_cookie(request, answer, options.cookie, token, options.session_seconds)


def known_here(request: web.Request) -> str:
    """What this browser keeps of those who signed in at it before."""
    return request.cookies.get(request.app[OPTIONS].device_cookie, "")


def _set_cookie(request: web.Request, answer: web.StreamResponse, name: str, value: str, seconds: int) -> None:
    secure = request.app[OPTIONS].secure_cookie
    answer.set_cookie(name, value, path="/", secure=secure, httponly=True, samesite="Lax", max_age=seconds)
