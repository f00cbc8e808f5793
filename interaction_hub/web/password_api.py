"""Setting a password: by a link that works once, or one's own with the old one. And one's own sessions."""

from __future__ import annotations

from aiohttp import web

from interaction_hub.domain.permissions import Permission, needs, public
from interaction_hub.errors import Invalid, NotAllowed, NotFound
from interaction_hub.request_keys import PRINCIPAL
from interaction_hub.services.access import UserChange
from interaction_hub.services.hub import Hub
from interaction_hub.services.password_links import RESET, SETUP
from interaction_hub.services.people_admin import LOGIN, LOGIN_WORDS
from interaction_hub.web.addresses import client_address
from interaction_hub.web.api import json_body, json_response
from interaction_hub.web.sessions import begin_session, known_here


def routes(hub: Hub) -> list[web.RouteDef]:
    """`/api/v1/setup/{token}`, `/api/v1/password/{token}`, `/api/v1/me/password`, `/api/v1/me/sessions`."""
    links, own = _Links(hub), _Own(hub)
    return [
        web.get("/api/v1/setup/{token}", links.look_setup),
        web.post("/api/v1/setup/{token}", links.set_up),
        web.get("/api/v1/password/{token}", links.look_reset),
        web.post("/api/v1/password/{token}", links.reset),
        web.post("/api/v1/me/password", own.change),
        web.get("/api/v1/me/sessions", own.sessions),
        web.delete("/api/v1/me/sessions", own.end_others),
        web.delete("/api/v1/me/sessions/{session}", own.end),
    ]


class _Links:
    """For people who cannot sign in."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    @public
    async def look_setup(self, request: web.Request) -> web.Response:
        """Whether a set-up link works."""
        return json_response(await self._look(request, SETUP))

    @public
    async def look_reset(self, request: web.Request) -> web.Response:
        """Whose password a link sets."""
        return json_response(await self._look(request, RESET))

    @public
    async def set_up(self, request: web.Request) -> web.Response:
        """Make the first admin and sign him in."""
        given = await _texts(request, "login", "name", "password")
        login = given["login"] = given["login"].strip().lower()
        if not LOGIN.fullmatch(login):
            raise Invalid(LOGIN_WORDS, fields={"login": LOGIN_WORDS})
        return await self._use(request, SETUP, given)

    @public
    async def reset(self, request: web.Request) -> web.Response:
        """Set the password, end all sessions of that person, and sign him in."""
        return await self._use(request, RESET, await _texts(request, "password"))

    async def _look(self, request: web.Request, purpose: str) -> dict[str, object]:
        return await self._hub.links.look(request.match_info["token"], purpose, address=client_address(request))

    async def _use(self, request: web.Request, purpose: str, given: dict[str, str]) -> web.Response:
        token = await self._hub.links.use(
            request.match_info["token"],
            purpose,
            given,
            address=client_address(request),
            device=request.headers.get("User-Agent", ""),
        )
        answer = json_response({"next": "/"})
        await begin_session(self._hub, request, answer, token)
        return answer


class _Own:
    """For people who are signed in."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    @needs(Permission.SIGNED_IN)
    async def change(self, request: web.Request) -> web.Response:
        """Another password for oneself: all sessions end, and a new one begins here."""
        given, principal = await _texts(request, "old", "password"), request[PRINCIPAL]
        try:
            await self._hub.access.prove(
                principal, given["old"], address=client_address(request), known=known_here(request)
            )
        except NotAllowed:
            words = "This is not your password."
            raise Invalid(words, fields={"old": words}) from None
        login = (await self._hub.people.get(principal.user_id))["login"]
        hashed = await self._hub.access.hash(given["password"], login, principal.name)
        change = UserChange(login, "", None, hashed, f"user:{principal.user_id}")
        await self._hub.ledger.submit("change_user", change)
        self._hub.access.forget()
        token, _ = await self._hub.access.open_session(principal.user_id, request.headers.get("User-Agent", ""))
        answer = json_response({})
        await begin_session(self._hub, request, answer, token)
        return answer

    @needs(Permission.SIGNED_IN)
    async def sessions(self, request: web.Request) -> web.Response:
        """One's own open sessions."""
        principal = request[PRINCIPAL]
        found = await self._hub.people.get(principal.user_id, principal.session_id)
        return json_response({"items": found["open_sessions"]})

    @needs(Permission.SIGNED_IN)
    async def end_others(self, request: web.Request) -> web.Response:
        """End all one's sessions but this one."""
        principal = request[PRINCIPAL]
        ended = await self._hub.access.end_sessions(principal.user_id, keep=principal.session_id)
        return json_response({"ended": ended})

    @needs(Permission.SIGNED_IN)
    async def end(self, request: web.Request) -> web.Response:
        """End one of one's own sessions."""
        principal, session = request[PRINCIPAL], request.match_info["session"]
        found = await self._hub.people.get(principal.user_id)
        if session not in {one["id"] for one in found["open_sessions"]}:
            raise NotFound("There is no such session among yours.")
        return json_response({"ended": await self._hub.access.end_sessions(principal.user_id, session_id=session)})


async def _texts(request: web.Request, *names: str) -> dict[str, str]:
    """The body's fields, all of them texts and no others. Raises `Invalid`."""
    given = await json_body(request)
    words = "This is needed, as text."
    wrong = {name: words for name in names if not isinstance(given.get(name), str)}
    wrong |= {name[:60]: "There is no such field." for name in given if name not in names}
    if wrong:
        raise Invalid(f"Give {', '.join(names)} and nothing else.", fields=wrong)
    return {name: given[name] for name in names}
