"""The list of customers, the search, and somebody's day over HTTP (docs/live.md)."""

from __future__ import annotations

from aiohttp import web

from interaction_hub.domain.permissions import Permission, needs
from interaction_hub.errors import NotAllowed
from interaction_hub.request_keys import PRINCIPAL
from interaction_hub.services import customer_list
from interaction_hub.services.day import day_of, parse_day
from interaction_hub.services.hub import Hub
from interaction_hub.services.search import Question
from interaction_hub.web.api import json_response


def routes(hub: Hub) -> list[web.RouteDef]:
    """`GET /api/v1/customers`, `/api/v1/search`, `/api/v1/day`."""

    @needs(Permission.WORK)
    async def customers(request: web.Request) -> web.Response:
        return json_response(await hub.reads.run(customer_list.page, request.query.get("cursor")))

    @needs(Permission.WORK)
    async def search(request: web.Request) -> web.Response:
        query = request.query
        question = Question(
            query.get("q", ""),
            query.get("scope") or "all",
            query.get("cursor", ""),
            restricted=request[PRINCIPAL].may(Permission.STEER),
        )
        return json_response(await hub.search.find(question))

    @needs(Permission.WORK)
    async def day(request: web.Request) -> web.Response:
        principal, book = request[PRINCIPAL], hub.rules.current
        agent = request.query.get("agent") or principal.user_id
        if agent != principal.user_id and not principal.may(Permission.WATCH):
            raise NotAllowed("You can look at your own day only.")
        wanted = parse_day(request.query.get("date", ""), book.company.time_zone, hub.clock.now())
        return json_response(await hub.reads.run(day_of, agent, wanted, book))

    return [
        web.get("/api/v1/customers", customers),
        web.get("/api/v1/search", search),
        web.get("/api/v1/day", day),
    ]
