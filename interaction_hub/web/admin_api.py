"""The company's documents over HTTP: `/api/v1/admin/{kind}`, each with its version as ETag."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

import structlog
from aiohttp import web

from channels.contract import VisitorChannel
from interaction_hub.domain.permissions import GRANTS, Permission, needs
from interaction_hub.errors import Invalid, NotFound
from interaction_hub.request_keys import PRINCIPAL
from interaction_hub.services.administration import Stale, Unfit, kind_of
from interaction_hub.services.hub import Hub
from interaction_hub.web.api import json_body, json_response
from interaction_hub.web.problems import plain_problem, problem, response

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
log = structlog.get_logger("admin")


def routes(hub: Hub) -> list[web.RouteDef]:
    """Lists, single documents with checks and histories, and what the forms choose from."""
    documents = _Documents(hub)
    one = "/api/v1/admin/{kind}/{key}"
    return [
        web.get("/api/v1/admin/options", documents.options),
        web.get("/api/v1/admin/sites/{key}/secret", documents.secret),
        web.get("/api/v1/admin/screens/{key}/link", documents.link),
        web.get("/api/v1/admin/{kind}", documents.list),
        web.get(one, documents.get),
        web.put(one, documents.put),
        web.delete(one, documents.remove),
        web.get(f"{one}/history", documents.history),
        web.post(f"{one}/check", documents.check),
    ]


def _admin(handler: Callable[[_Documents, web.Request], Awaitable[web.StreamResponse]]) -> Any:
    """For those who may configure. What is stale or wrong is answered with all that a form needs."""

    @wraps(handler)
    async def run(self: _Documents, request: web.Request) -> web.StreamResponse:
        try:
            return await handler(self, request)
        except Stale as error:
            found = problem(error) | {"status": 412, "title": "Changed meanwhile", "current": error.current}
            return response(found)
        except Unfit as error:
            wrong = {field: {"code": one.code, "values": dict(one.values)} for field, one in error.wrong.items()}
            return response(problem(error) | {"wrong": wrong})

    return needs(Permission.CONFIGURE)(run)


class _Documents:
    """The handlers."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    @_admin
    async def list(self, request: web.Request) -> web.StreamResponse:
        """All documents of a kind."""
        kind = kind_of(request.match_info["kind"])
        return json_response({"kind": kind, "items": await self._hub.administration.all(kind)})

    @_admin
    async def get(self, request: web.Request) -> web.StreamResponse:
        """One document, with its version as ETag."""
        kind, key = _named(request)
        found = await self._hub.administration.get(kind, key)
        return _with_etag(request, {"kind": kind, **found}, found["version"])

    @_admin
    async def put(self, request: web.Request) -> web.StreamResponse:
        """Use a document from now on: `If-Match` with what was seen, or `If-None-Match: *` for a new one."""
        kind, key = _named(request)
        body = await json_body(request)
        if request.query.get("dry_run") == "1":
            return json_response(await self._hub.administration.check(kind, key, body))
        seen = _seen(request)
        if seen is None:
            return _precondition()
        waiting = request.query.get("waiting", "follow")
        if waiting not in ("follow", "stay"):
            raise Invalid("waiting is follow or stay.", fields={"waiting": "One of follow, stay."})
        fresh = await self._hub.administration.put(kind, key, body, seen=seen, actor=_actor(request), waiting=waiting)
        found = await self._hub.administration.get(kind, key)
        answer = json_response({"kind": kind, **found}, status=201 if fresh else 200)
        answer.headers["ETag"] = f'"{found["version"]}"'
        return answer

    @_admin
    async def remove(self, request: web.Request) -> web.StreamResponse:
        """Use a document no longer, unless something still names it."""
        kind, key = _named(request)
        seen = _seen(request)
        if seen is None:
            return _precondition()
        await self._hub.administration.remove(kind, key, seen=seen, actor=_actor(request))
        return json_response({})

    @_admin
    async def check(self, request: web.Request) -> web.StreamResponse:
        """What a change would do, without doing it."""
        kind, key = _named(request)
        return json_response(await self._hub.administration.check(kind, key, await json_body(request)))

    @_admin
    async def history(self, request: web.Request) -> web.StreamResponse:
        """Its versions, the newest first."""
        kind, key = _named(request)
        return json_response({"kind": kind, "items": await self._hub.administration.history(kind, key)})

    @_admin
    async def secret(self, request: web.Request) -> web.StreamResponse:
        """The secret with which a site's own server signs who its visitors are. Reading it is logged."""
        site = self._hub.rules.current.sites.get(request.match_info["key"])
        channel = next((one for one in self._hub.adapters.values() if isinstance(one, VisitorChannel)), None)
        if site is None or channel is None:
            raise NotFound("There is no such site, or no web chat is configured in hub.toml.")
        log.info("site_secret_read", site=site.key, version=site.secret_version, by=request[PRINCIPAL].user_id)
        return json_response({"secret": channel.secret(site.key, site.secret_version), "version": site.secret_version})

    @_admin
    async def link(self, request: web.Request) -> web.StreamResponse:
        """The signed link of a wall screen."""
        screen = self._hub.rules.current.screens.get(request.match_info["key"])
        if screen is None:
            raise NotFound("There is no such screen.")
        return json_response({"link": self._hub.screens.link(screen), "version": screen.link_version})

    @_admin
    async def options(self, request: web.Request) -> web.StreamResponse:
        """What forms choose from: channels with their accounts, permissions, the roles of the hub itself."""
        accounts = [
            {"account": account, "channel": adapter.capabilities.channel}
            for account, adapter in self._hub.adapters.items()
        ]
        return json_response(
            {
                "accounts": accounts,
                "permissions": [str(one) for one in Permission],
                "roles": [
                    {"key": str(role), "permissions": [str(one) for one in Permission if one in may]}
                    for role, may in GRANTS.items()
                ],
            }
        )


def _named(request: web.Request) -> tuple[str, str]:
    return kind_of(request.match_info["kind"]), request.match_info["key"]


def _actor(request: web.Request) -> str:
    return f"user:{request[PRINCIPAL].user_id}"


def _seen(request: web.Request) -> int | None:
    """The version that the caller saw: 0 for none, None if he does not say."""
    if request.headers.get("If-None-Match", "").strip() == "*":
        return 0
    etag = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not etag:
        return None
    if not etag.isascii() or not etag.isdigit() or len(etag) > 18:
        raise Invalid("If-Match must be an ETag that this API gave.", fields={"If-Match": "malformed"})
    return int(etag)


def _precondition() -> web.Response:
    detail = "Say what you saw: If-Match with the ETag of the document, or If-None-Match: * for a new one."
    return response(plain_problem(428, "Precondition required", detail, "precondition"))


def _with_etag(request: web.Request, found: dict[str, Any], version: int) -> web.Response:
    etag = f'"{version}"'
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    return json_response(found, headers={"ETag": etag})
