"""The whole URL table of the web side. Pages are `agent_ui`'s; `app.py` joins both."""

from __future__ import annotations

from aiohttp import web

from interaction_hub.services.hub import Hub
from interaction_hub.services.workspace import Workspace
from interaction_hub.web import (
    admin_api,
    api,
    board_api,
    chat_sessions,
    customers_api,
    ops,
    password_api,
    people_api,
    sessions,
    webhooks,
)
from interaction_hub.web.chat_socket import ChatLive
from interaction_hub.web.live import Live
from interaction_hub.web.reading import Reading
from interaction_hub.web.session_watch import SessionWatch


def all_routes(hub: Hub, workspace: Workspace, live: Live, visits: ChatLive, watch: SessionWatch) -> list[web.RouteDef]:
    """Operations, sessions, API, webhooks, sockets."""
    return [
        *ops.routes(hub, live, visits),
        *sessions.routes(hub),
        *api.routes(hub, workspace),
        *board_api.routes(hub),
        *customers_api.routes(hub),
        *people_api.routes(hub),
        *admin_api.routes(hub),
        *password_api.routes(hub),
        *webhooks.routes(hub),
        *live.routes(),
        *Reading(hub, watch).routes(),
        *chat_sessions.routes(hub),
        *visits.routes(),
    ]
