"""Live sockets: `/ws/agent` and `/ws/supervisor`. Each stream has its place in the log and is resumable (decisions 21).

A socket has a bounded queue and a writer of its own; a reader that is too slow is cut. Permissions are looked at again
while the socket lives.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any

import structlog
from aiohttp import web

from interaction_hub.clock import milliseconds
from interaction_hub.domain.events import Sealed
from interaction_hub.domain.permissions import Permission, needs
from interaction_hub.errors import HubError, Invalid
from interaction_hub.request_keys import PRINCIPAL
from interaction_hub.services.hub import Hub
from interaction_hub.services.viewing import Viewing
from interaction_hub.services.workspace import Touched, Workspace
from interaction_hub.web.greetings import Greetings
from interaction_hub.web.middleware import token_of
from interaction_hub.web.session_watch import SessionWatch
from interaction_hub.web.sockets import Console, delta_frame, encode, open_socket, serve
from interaction_hub.web.throttle import count_frame, counted, seat_of_session

CROWD = 4
"""Agents told by one reading from which on the floor counts as busy."""
REST_SECONDS = 0.03
"""The longest rest of the pump on a busy floor between two readings, each of which can serve many events."""

log = structlog.get_logger("live")


class Live:
    """All sockets of this node, and the pumps that feed them."""

    def __init__(self, hub: Hub, workspace: Workspace, watch: SessionWatch) -> None:
        self._hub, self._workspace, self._watch = hub, workspace, watch
        self._agents: dict[str, set[Console]] = {}
        self._supervisors: set[Console] = set()
        self._pump: asyncio.Task[None] | None = None
        self._waiting: dict[str, tuple[Touched, int]] = {}
        self._stopping = False
        self._greetings = Greetings(workspace)
        self._viewing = Viewing(hub.signals, hub.clock, workspace.holder)
        hub.feed.subscribe(self._see)
        hub.board.listen(self._board_changed)

    @property
    def count(self) -> int:
        """Open sockets."""
        return sum(map(len, self._agents.values())) + len(self._supervisors)

    async def stop(self) -> None:
        """Tell every socket to come back, and wait a moment for it."""
        self._stopping = True
        for socket in self._everyone():
            socket.close("stopping")
        for _ in range(20):
            if not self.count:
                return
            await asyncio.sleep(0.05)

    def routes(self) -> list[web.RouteDef]:
        """The two streams."""

        @needs(Permission.WORK)
        async def agent(request: web.Request) -> web.WebSocketResponse:
            return await self._serve(request, "agent", Permission.WORK)

        @needs(Permission.WATCH)
        async def supervisor(request: web.Request) -> web.WebSocketResponse:
            return await self._serve(request, "supervisor", Permission.WATCH)

        return [web.get("/ws/agent", agent), web.get("/ws/supervisor", supervisor)]

    def _everyone(self) -> list[Console]:
        return [*self._supervisors, *(socket for sockets in self._agents.values() for socket in sockets)]

    # ---- one socket --------------------------------------------------------------------------------------------
    async def _serve(self, request: web.Request, stream: str, permission: Permission) -> web.WebSocketResponse:
        with seat_of_session(request):
            ws = await open_socket(request)
            socket = Console(ws, request[PRINCIPAL], stream)
            user = f"user:{socket.principal.user_id}"
            deaf = self._hub.signals.listen(user, lambda frame: socket.send(encode(frame)))
            try:
                with self._watch.over(socket, token_of(request), permission):
                    await serve(
                        socket,
                        lambda frame: self._take(socket, counted(request, frame)),
                        lambda: self._left(socket),
                        count=lambda: count_frame(request),
                    )
            finally:
                deaf()
        return ws

    async def _take(self, socket: Console, frame: dict[str, Any]) -> dict[str, Any] | None:
        match frame["op"]:
            case "hello":
                await self._hello(socket, frame.get("seq"))
                return None
            case "typing" | "view":
                self._viewing.take(socket.principal, frame)
                return None
            case op:
                return await run_command(self._hub, socket, op, frame)

    async def _hello(self, socket: Console, seq: Any) -> None:
        if seq is not None and (not isinstance(seq, int) or isinstance(seq, bool) or not 0 <= seq < 2**62):
            raise Invalid("seq is the last one that you got, or null.", fields={"seq": "not a position"})
        if socket.stream == "supervisor":
            self._supervisors.add(socket)
            snapshot = self._hub.board.snapshot()
            socket.seq = snapshot["seq"]
            socket.send(encode(snapshot))
            return
        agent = socket.principal.user_id
        async with socket.greeting:
            socket.hold()
            first = not self._agents.get(agent)
            self._agents.setdefault(agent, set()).add(socket)
            missed = self._hub.feed.since(seq) if seq is not None and socket.seq is None else None
            if seq is None or missed is None:
                snapshot = await self._greetings.snapshot(agent)
                socket.begin(snapshot["seq"], encode(snapshot))
            else:
                await self._catch_up(socket, seq, missed)
        if first and not self._stopping:
            await self._hub.presence.console_here(agent, self._hub.node)

    async def _catch_up(self, socket: Console, seq: int, missed: Sequence[Sealed]) -> None:
        """Send what the missed events touched, as it stands now."""
        agent = socket.principal.user_id
        touched = self._workspace.peek(missed, agent)
        changes = encode((await self._workspace.changes({agent: touched}))[agent])
        until, at = missed[-1].position if missed else seq, milliseconds(self._hub.clock.now()) or 0
        socket.begin(until, delta_frame(socket.stream, until, seq, at, changes))

    async def _left(self, socket: Console) -> None:
        self._supervisors.discard(socket)
        agent = socket.principal.user_id
        sockets = self._agents.get(agent)
        if sockets is None or socket not in sockets:
            return
        sockets.discard(socket)
        if not sockets:
            self._viewing.look(socket.principal, "")
            del self._agents[agent]
            if not self._stopping:
                with contextlib.suppress(HubError):
                    await self._hub.presence.console_gone(agent, self._hub.node)

    # ---- feeding -----------------------------------------------------------------------------------------------
    def _see(self, sealed: Sequence[Sealed]) -> None:
        position = sealed[-1].position
        for agent, touched in self._workspace.touched(sealed).items():
            if agent not in self._agents:
                continue
            waiting = self._waiting.get(agent)
            if waiting is None:
                self._waiting[agent] = (touched, position)
            else:
                waiting[0].merge(touched)
                self._waiting[agent] = (waiting[0], position)
        if self._waiting and (self._pump is None or self._pump.done()):
            self._pump = asyncio.create_task(self._feed(), name="live-pump")

    async def _feed(self) -> None:
        """One reading for all that piled up for all agents, one encoding for all sockets of an agent.

        On a busy floor it rests for as long as the last reading took: read seldom, and much at a time.
        """
        while self._waiting:
            waiting, self._waiting = self._waiting, {}
            began = monotonic()
            try:
                await self._tell(waiting)
            except Exception:
                log.exception("feed_failed", agents=len(waiting))
                await self._tell_each(waiting)
            if len(waiting) >= CROWD:
                await asyncio.sleep(min(monotonic() - began, REST_SECONDS))

    async def _tell(self, waiting: Mapping[str, tuple[Touched, int]]) -> None:
        found = await self._workspace.changes({agent: touched for agent, (touched, _) in waiting.items()})
        at = milliseconds(self._hub.clock.now()) or 0
        for agent, (_, position) in waiting.items():
            changes = encode(found[agent])
            for socket in list(self._agents.get(agent, ())):
                socket.delta(position, at, changes)

    async def _tell_each(self, waiting: Mapping[str, tuple[Touched, int]]) -> None:
        """What cannot be read for one agent costs nobody else his stream."""
        for agent, one in waiting.items():
            try:
                await self._tell({agent: one})
            except Exception:
                log.exception("pump_failed", agent=agent)
                for socket in list(self._agents.get(agent, ())):
                    socket.close("stopping")

    def _board_changed(self, previous: int, position: int, changes: list[dict[str, Any]]) -> None:
        if not self._supervisors:
            return
        encoded, at = encode(changes), milliseconds(self._hub.clock.now()) or 0
        frames: dict[int, bytes] = {}
        for socket in list(self._supervisors):
            # Time alone changes figures, too (a minute turned): the place in the log is the same then.
            if (seq := socket.seq) is None or seq > position:
                continue
            frame = frames.get(seq)
            if frame is None:  # nearly all stand at the same place: one frame for all of them
                frame = frames[seq] = delta_frame("supervisor", position, seq, at, encoded)
            socket.seq = position
            socket.send(frame)


async def run_command(hub: Hub, socket: Console, op: str, frame: dict[str, Any]) -> dict[str, Any]:
    """Carry out a command of the registry for whoever sits at the socket."""
    command_id, arguments = frame.get("id"), frame.get("args", {})
    if not isinstance(command_id, str) or not command_id or len(command_id) > 64:
        raise Invalid("A command needs an id of at most 64 characters.", fields={"id": "required"})
    if not isinstance(arguments, dict):
        raise Invalid("args must be an object.", fields={"args": "not an object"})
    return await hub.commands.run(op, socket.principal, arguments, command_id)
