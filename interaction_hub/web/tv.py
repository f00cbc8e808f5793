"""The stream of a screen on a wall: figures of its queues for whoever has its signed link; no names of people.

The link is looked at on the opening and every few seconds after it, against the rules in use.
"""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from interaction_hub.clock import milliseconds
from interaction_hub.domain.documents import Screen
from interaction_hub.domain.permissions import public
from interaction_hub.errors import NotFound
from interaction_hub.services.hub import Hub
from interaction_hub.web.sockets import Socket, Upgraded, delta_frame, encode, open_socket, serve
from interaction_hub.web.throttle import count_frame, count_hello, seat_of_address

CHECK_SECONDS = 2.0
BEAT_SECONDS = 15.0
QUEUE_RULES = ("oldest", "nobody", "waiting", "level")
"""The alerts that name queues and nobody."""

Views = dict[tuple[str, str], Any]


class Wall(Socket):
    """An open screen: its link, and what it shows at present."""

    def __init__(self, ws: Upgraded, link: str) -> None:
        super().__init__(ws, "tv")
        self.link = link
        self.views: Views = {}


class Tv:
    """All screens of this node."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._walls: set[Wall] = set()
        hub.board.listen(self._changed)

    def routes(self) -> list[web.RouteDef]:
        """`/ws/tv?link=`."""

        @public
        async def tv(request: web.Request) -> web.WebSocketResponse:
            link = request.query.get("link", "")
            if self._hub.screens.screen_of(link) is None:
                raise NotFound("This link is not in use. Ask for the new one.", code="link")
            with seat_of_address(request):
                return await self._serve(request, link)

        return [web.get("/ws/tv", tv)]

    async def stop(self) -> None:
        """Tell every screen to come back."""
        for wall in list(self._walls):
            wall.close("stopping")
        for _ in range(20):
            if not self._walls:
                return
            await asyncio.sleep(0.05)

    def views(self, screen: Screen) -> Views:
        """What a screen shows now."""
        board, keys = self._hub.board, self._hub.screens.queues_of(screen)
        found: Views = {("totals", ""): board.totals(keys)}
        found |= {("queue", key): shown for key in keys if (shown := board.view("queue", key)) is not None}
        for alert in board.views("alert"):
            if alert["rule"] in QUEUE_RULES and alert["queue"] in keys:
                found["alert", alert["id"]] = alert
        return found

    def of_link(self, link: str) -> dict[str, Any] | None:
        """The first frame for the page of a link, None if it is not in use."""
        screen = self._hub.screens.screen_of(link)
        return None if screen is None else self._frame(screen, self.views(screen))

    def _frame(self, screen: Screen, views: Views) -> dict[str, Any]:
        return {
            "type": "snapshot",
            "stream": "tv",
            "seq": self._hub.board.position,
            "at": milliseconds(self._hub.clock.now()),
            "state": {
                "screen": {"id": screen.key, "name": screen.name},
                "definition": self._hub.board.definition(),
                "totals": views["totals", ""],
                "queues": [value for (kind, _), value in views.items() if kind == "queue"],
                "alerts": [value for (kind, _), value in views.items() if kind == "alert"],
            },
        }

    async def _serve(self, request: web.Request, link: str) -> web.WebSocketResponse:
        ws = await open_socket(request)
        wall = Wall(ws, link)
        await serve(
            wall,
            lambda frame: self._take(wall, request, frame),
            lambda: self._left(wall),
            self._guard(wall),
            count=lambda: count_frame(request),
        )
        return ws

    async def _take(self, wall: Wall, request: web.Request, frame: dict[str, Any]) -> dict[str, Any] | None:
        if frame["op"] != "hello":
            raise NotFound("A screen only says hello.", code="unknown_command")
        count_hello(request)
        screen = self._hub.screens.screen_of(wall.link)
        if screen is not None:
            wall.views = self.views(screen)
            wall.seq = self._hub.board.position
            wall.send(encode(self._frame(screen, wall.views)))
            self._walls.add(wall)
        return None

    async def _guard(self, wall: Wall) -> None:
        beats = 0.0
        while wall.cut is None:
            await asyncio.sleep(CHECK_SECONDS)
            if self._hub.screens.screen_of(wall.link) is None:
                wall.close("revoked")
                return
            beats += CHECK_SECONDS
            if beats >= BEAT_SECONDS:
                beats = 0.0
                wall.send(encode({"type": "ping", "at": milliseconds(self._hub.clock.now())}))

    async def _left(self, wall: Wall) -> None:
        self._walls.discard(wall)

    def _changed(self, _previous: int, position: int, _changes: list[dict[str, Any]]) -> None:
        at = milliseconds(self._hub.clock.now()) or 0
        for wall in list(self._walls):
            screen = self._hub.screens.screen_of(wall.link)
            if screen is None or wall.seq is None:
                continue
            fresh = self.views(screen)
            changes = _difference(wall.views, fresh)
            if changes:
                wall.send(delta_frame(wall.stream, position, wall.seq, at, encode(changes)))
                wall.views, wall.seq = fresh, position


def _difference(before: Views, after: Views) -> list[dict[str, Any]]:
    changed = [(kind, key, value) for (kind, key), value in after.items() if before.get((kind, key)) != value]
    return [
        *({"op": "put", "kind": kind, "id": key, "value": value} for kind, key, value in changed),
        *({"op": "drop", "kind": kind, "id": key, "why": ""} for kind, key in sorted(before.keys() - after.keys())),
    ]
