"""The whole URL table of the web side. Pages are `agent_ui`'s; `app.py` joins both."""

from __future__ import annotations

from aiohttp import web

from interaction_hub.services.hub import Hub
from interaction_hub.services.workspace import Workspace
from interaction_hub.web import api, ops, sessions, webhooks
from interaction_hub.web.live import Live


def all_routes(hub: Hub, workspace: Workspace, live: Live) -> list[web.RouteDef]:
    """Operations, sessions, API, webhooks, sockets."""
    return [
        *ops.routes(hub, live),
        *sessions.routes(hub),
        *api.routes(hub, workspace),
        *webhooks.routes(hub),
        *live.routes(),
    ]
