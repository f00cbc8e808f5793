"""The drill-down and the screens over HTTP, for those who may watch (docs/live.md)."""

from __future__ import annotations

from aiohttp import web

from interaction_hub.domain.permissions import Permission, needs
from interaction_hub.services.hub import Hub
from interaction_hub.web.api import json_response


def routes(hub: Hub) -> list[web.RouteDef]:
    """`GET /api/v1/queues/{queue}`, `GET /api/v1/agents/{agent}`, `GET /api/v1/screens`."""

    @needs(Permission.WATCH)
    async def queue(request: web.Request) -> web.Response:
        return json_response(await hub.drilldown.queue(request.match_info["queue"]))

    @needs(Permission.WATCH)
    async def agent(request: web.Request) -> web.Response:
        return json_response(await hub.drilldown.agent(request.match_info["agent"]))

    @needs(Permission.WATCH)
    async def screens(_request: web.Request) -> web.Response:
        items = [
            {
                "id": screen.key,
                "name": screen.name,
                "queues": list(screen.queues),
                "path": f"/tv/{hub.screens.link(screen)}",
            }
            for screen in hub.screens.all()
        ]
        return json_response({"items": items})

    return [
        web.get("/api/v1/queues/{queue}", queue),
        web.get("/api/v1/agents/{agent}", agent),
        web.get("/api/v1/screens", screens),
    ]
