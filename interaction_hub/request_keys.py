"""Typed keys under which middleware leaves things on a request, shared by `web` and `agent_ui`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from interaction_hub.domain.permissions import Principal

PRINCIPAL: web.RequestKey[Principal] = web.RequestKey("principal", Principal)
ErrorPage = Callable[[web.Request, dict[str, Any]], web.StreamResponse]
ERROR_PAGE: web.AppKey[ErrorPage] = web.AppKey("error_page", Callable)  # type: ignore[arg-type]
CORRELATION: web.RequestKey[str] = web.RequestKey("correlation", str)
