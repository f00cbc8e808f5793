"""Typed keys under which middleware leaves things on a request, shared by `web` and `agent_ui`."""

from __future__ import annotations

from aiohttp import web

from interaction_hub.domain.permissions import Principal

PRINCIPAL: web.RequestKey[Principal] = web.RequestKey("principal", Principal)
CORRELATION: web.RequestKey[str] = web.RequestKey("correlation", str)
