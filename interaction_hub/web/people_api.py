"""People over HTTP: who may sign in, in which role, their sessions, and links with which they set a password."""

from __future__ import annotations

from aiohttp import web

from interaction_hub.domain.permissions import Permission, needs
from interaction_hub.errors import Invalid
from interaction_hub.request_keys import PRINCIPAL
from interaction_hub.services.hub import Hub
from interaction_hub.web.api import json_body, json_response
from interaction_hub.web.middleware import OPTIONS


def routes(hub: Hub) -> list[web.RouteDef]:
    """`/api/v1/admin/people`."""
    people = _People(hub)
    one = "/api/v1/admin/people/{person}"
    return [
        web.get("/api/v1/admin/people", people.list),
        web.post("/api/v1/admin/people", people.add),
        web.get(one, people.get),
        web.patch(one, people.change),
        web.post(f"{one}/reset-link", people.reset_link),
        web.delete(f"{one}/sessions", people.end_sessions),
        web.delete(f"{one}/sessions/{{session}}", people.end_session),
    ]


class _People:
    """The handlers."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    @needs(Permission.CONFIGURE)
    async def list(self, request: web.Request) -> web.Response:
        """Everybody, by name."""
        return json_response({"items": await self._hub.people.all()})

    @needs(Permission.CONFIGURE)
    async def get(self, request: web.Request) -> web.Response:
        """One person, with his open sessions."""
        return json_response(await self._one(request, request.match_info["person"]))

    @needs(Permission.CONFIGURE)
    async def add(self, request: web.Request) -> web.Response:
        """Let somebody sign in. The answer has a link with which he sets his password."""
        given = await json_body(request)
        unknown = [key for key in given if key not in ("login", "name", "role")]
        if unknown:
            words = "Only login, name and role can be given."
            raise Invalid(words, fields={key[:60]: words for key in unknown})
        user, token, expires = await self._hub.people.add(given, _actor(request))
        link = _link(request, token)
        return json_response({"person": await self._one(request, user), "link": link, "expires": expires}, status=201)

    @needs(Permission.CONFIGURE)
    async def change(self, request: web.Request) -> web.Response:
        """Another name or role, or whether he may sign in."""
        user = request.match_info["person"]
        await self._hub.people.change(user, await json_body(request), _actor(request))
        return json_response(await self._one(request, user))

    @needs(Permission.CONFIGURE)
    async def reset_link(self, request: web.Request) -> web.Response:
        """A link with which he sets a new password, once, within a day."""
        token, expires = await self._hub.links.for_person(request.match_info["person"], _actor(request))
        return json_response({"link": _link(request, token), "expires": expires}, status=201)

    @needs(Permission.CONFIGURE)
    async def end_sessions(self, request: web.Request) -> web.Response:
        """End all his sessions."""
        ended = await self._hub.people.end_sessions(request.match_info["person"], _actor(request))
        return json_response({"ended": ended})

    @needs(Permission.CONFIGURE)
    async def end_session(self, request: web.Request) -> web.Response:
        """End one of his sessions."""
        person, session = request.match_info["person"], request.match_info["session"]
        return json_response({"ended": await self._hub.people.end_sessions(person, _actor(request), session)})

    async def _one(self, request: web.Request, user: str) -> dict[str, object]:
        return await self._hub.people.get(user, request[PRINCIPAL].session_id)


def _actor(request: web.Request) -> str:
    return f"user:{request[PRINCIPAL].user_id}"


def _link(request: web.Request, token: str) -> str:
    return f"{request.app[OPTIONS].public_url}/password/{token}"
