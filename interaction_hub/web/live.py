"""Live sockets: `/ws/agent` and `/ws/supervisor`. Each stream has its place in the log and is resumable (decisions 21).

A socket has a bounded queue and a writer of its own; a reader that is too slow is cut. Permissions are looked at again
while the socket lives.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Sequence
from typing import Any

import msgspec
import structlog
from aiohttp import WSMsgType, web

from interaction_hub.clock import milliseconds
from interaction_hub.domain.events import Sealed
from interaction_hub.domain.permissions import Permission, Principal, needs
from interaction_hub.domain.text import is_storable
from interaction_hub.errors import HubError, Invalid
from interaction_hub.request_keys import PRINCIPAL
from interaction_hub.services.hub import Hub
from interaction_hub.services.workspace import Touched, Workspace
from interaction_hub.web.middleware import OPTIONS
from interaction_hub.web.problems import plain_problem, problem

MOST_FRAMES = 512
MOST_BYTES = 1024 * 1024
SEND_SECONDS = 10.0
BEAT_SECONDS = 15.0
SILENCE_SECONDS = 40.0
CHECK_SECONDS = 2.0
MOST_MESSAGE = 256 * 1024
COMMANDS_AT_ONCE = 16

log = structlog.get_logger("live")
_encode = msgspec.json.Encoder().encode


class Socket:
    """One open socket: what is to be sent, in order, and who reads it."""

    def __init__(self, ws: web.WebSocketResponse, principal: Principal, stream: str) -> None:
        self.ws, self.principal, self.stream = ws, principal, stream
        self.seq: int | None = None
        self.cut: str | None = None
        self.greeting = asyncio.Lock()
        self._held: list[tuple[int, int, bytes]] | None = None
        self._queue: asyncio.Queue[bytes] = asyncio.Queue(MOST_FRAMES)
        self._bytes = 0

    def send(self, frame: bytes) -> None:
        """Queue a frame; a reader that lets too much pile up is cut."""
        if self.cut is not None:
            return
        self._bytes += len(frame)
        if self._queue.full() or self._bytes > MOST_BYTES:
            self.close("slow")
            return
        self._queue.put_nowait(frame)

    def close(self, code: str) -> None:
        """Say good-bye and close, after what is queued if the reader keeps up."""
        if self.cut is None:
            self.cut = code
            with contextlib.suppress(asyncio.QueueFull):
                self._queue.put_nowait(_encode({"type": "bye", "code": code}))

    def hold(self) -> None:
        """Deltas wait from now on until `begin`: none may come before what the client is still to be told."""
        self._held = []

    def begin(self, seq: int, frame: bytes) -> None:
        """Send the frame that brings the client to `seq`, then what was held."""
        self.seq = seq
        self.send(frame)
        held, self._held = self._held or [], None
        for delta in held:
            self.delta(*delta)

    def delta(self, seq: int, at: int, changes: bytes) -> None:
        """Send changes that bring the stream to `seq`, unless this socket is already there."""
        if self._held is not None:
            self._held.append((seq, at, changes))
        elif self.seq is not None and seq > self.seq:
            previous, self.seq = self.seq, seq
            self.send(_delta_frame(self.stream, seq, previous, at, changes))

    async def write(self) -> None:
        """Send what is queued until the socket is cut."""
        try:
            while True:
                frame = await self._queue.get()
                self._bytes -= len(frame)
                await asyncio.wait_for(self.ws.send_str(frame.decode()), SEND_SECONDS)
                if self.cut is not None and self._queue.empty():
                    break
        except (TimeoutError, ConnectionError, RuntimeError):
            self.cut = self.cut or "slow"
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self.ws.close(code=4000, message=(self.cut or "closed").encode()), 2)


class Live:
    """All sockets of this node, and the pumps that feed them."""

    def __init__(self, hub: Hub, workspace: Workspace) -> None:
        self._hub, self._workspace = hub, workspace
        self._agents: dict[str, set[Socket]] = {}
        self._supervisors: set[Socket] = set()
        self._pumps: dict[str, asyncio.Task[None]] = {}
        self._waiting: dict[str, tuple[Touched, int]] = {}
        self._stopping = False
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

    def _everyone(self) -> list[Socket]:
        return [*self._supervisors, *(socket for sockets in self._agents.values() for socket in sockets)]

    # ---- one socket --------------------------------------------------------------------------------------------
    async def _serve(self, request: web.Request, stream: str, permission: Permission) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(max_msg_size=MOST_MESSAGE, compress=False, autoping=True, timeout=5)
        await ws.prepare(request)
        socket = Socket(ws, request[PRINCIPAL], stream)
        token = request.cookies.get(request.app[OPTIONS].cookie) or request.headers.get("Authorization", "")[7:]
        writer = asyncio.create_task(socket.write(), name="socket-writer")
        guard = asyncio.create_task(self._guard(socket, token, permission), name="socket-guard")
        try:
            await self._read(socket)
        finally:
            socket.cut = socket.cut or "closed"
            await self._left(socket)
            for task in (guard, writer):
                task.cancel()
            await asyncio.gather(guard, writer, return_exceptions=True)
            if not ws.closed:
                await ws.close()
        return ws

    async def _guard(self, socket: Socket, token: str, permission: Permission) -> None:
        """Beat, and look again whether this person may still listen."""
        beats = 0.0
        while socket.cut is None:
            await asyncio.sleep(CHECK_SECONDS)
            principal = await self._hub.access.principal(token)
            if principal is None or not principal.may(permission):
                socket.close("revoked")
                return
            beats += CHECK_SECONDS
            if beats >= BEAT_SECONDS:
                beats = 0.0
                socket.send(_encode({"type": "ping", "at": milliseconds(self._hub.clock.now())}))

    async def _read(self, socket: Socket) -> None:
        gate = asyncio.Semaphore(COMMANDS_AT_ONCE)
        running: set[asyncio.Task[None]] = set()
        while socket.cut is None:
            try:
                message = await asyncio.wait_for(socket.ws.receive(), SILENCE_SECONDS)
            except TimeoutError:
                socket.close("silent")
                break
            if message.type is WSMsgType.TEXT:
                await gate.acquire()
                task = asyncio.create_task(self._take(socket, message.data), name="socket-command")
                running.add(task)
                task.add_done_callback(running.discard)
                task.add_done_callback(lambda _done: gate.release())
            elif message.type is WSMsgType.BINARY:
                socket.send(_problem_frame(None, Invalid("Send text frames with JSON.", code="frame")))
            else:
                break
        await asyncio.gather(*running, return_exceptions=True)

    async def _take(self, socket: Socket, text: str) -> None:
        frame_id: Any = None
        try:
            frame = _parse(text)
            frame_id = frame.get("id")
            match frame.get("op"):
                case "hello":
                    await self._hello(socket, frame.get("seq"))
                case "pong":
                    return
                case str() as op:
                    result = await self._command(socket, op, frame)
                    socket.send(_encode({"type": "result", "id": frame_id, "ok": True, "result": result}))
                case _:
                    raise Invalid("A frame needs an op.", code="frame")
        except HubError as error:
            socket.send(_problem_frame(frame_id, error))
        except Exception:
            log.exception("frame_failed")
            found = plain_problem(500, "Internal error", "Something broke on our side. Try again.", "internal")
            socket.send(_encode({"type": "result", "id": _plain_id(frame_id), "ok": False, "error": found}))

    async def _command(self, socket: Socket, op: str, frame: dict[str, Any]) -> dict[str, Any]:
        command_id, arguments = frame.get("id"), frame.get("args", {})
        if not isinstance(command_id, str) or not command_id or len(command_id) > 64:
            raise Invalid("A command needs an id of at most 64 characters.", fields={"id": "required"})
        if not isinstance(arguments, dict):
            raise Invalid("args must be an object.", fields={"args": "not an object"})
        return await self._hub.commands.run(op, socket.principal, arguments, command_id)

    async def _hello(self, socket: Socket, seq: Any) -> None:
        if seq is not None and (not isinstance(seq, int) or isinstance(seq, bool) or not 0 <= seq < 2**62):
            raise Invalid("seq is the last one that you got, or null.", fields={"seq": "not a position"})
        if socket.stream == "supervisor":
            self._supervisors.add(socket)
            snapshot = self._hub.board.snapshot()
            socket.seq = snapshot["seq"]
            socket.send(_encode(snapshot))
            return
        agent = socket.principal.user_id
        async with socket.greeting:
            socket.hold()
            first = not self._agents.get(agent)
            self._agents.setdefault(agent, set()).add(socket)
            missed = self._hub.feed.since(seq) if seq is not None and socket.seq is None else None
            if seq is None or missed is None:
                snapshot = await self._workspace.snapshot(agent)
                socket.begin(snapshot["seq"], _encode(snapshot))
            else:
                await self._catch_up(socket, seq, missed)
        if first and not self._stopping:
            await self._hub.presence.console_here(agent, self._hub.node)

    async def _catch_up(self, socket: Socket, seq: int, missed: Sequence[Sealed]) -> None:
        """Send what the missed events touched, as it stands now."""
        touched = self._workspace.peek(missed, socket.principal.user_id)
        changes = _encode(await self._workspace.changes(socket.principal.user_id, touched))
        until, at = missed[-1].position if missed else seq, milliseconds(self._hub.clock.now()) or 0
        socket.begin(until, _delta_frame(socket.stream, until, seq, at, changes))

    async def _left(self, socket: Socket) -> None:
        self._supervisors.discard(socket)
        agent = socket.principal.user_id
        sockets = self._agents.get(agent)
        if sockets is None or socket not in sockets:
            return
        sockets.discard(socket)
        if not sockets:
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
            if agent not in self._pumps:
                self._pumps[agent] = asyncio.create_task(self._pump(agent), name="live-pump")

    async def _pump(self, agent: str) -> None:
        """One read for all that piled up, one encoding for all sockets of the agent."""
        try:
            while agent in self._waiting:
                touched, position = self._waiting.pop(agent)
                changes = _encode(await self._workspace.changes(agent, touched))
                at = milliseconds(self._hub.clock.now()) or 0
                for socket in list(self._agents.get(agent, ())):
                    socket.delta(position, at, changes)
        except Exception:
            log.exception("pump_failed", agent=agent)
            for socket in list(self._agents.get(agent, ())):
                socket.close("stopping")
        finally:
            self._pumps.pop(agent, None)

    def _board_changed(self, previous: int, position: int, changes: list[dict[str, Any]]) -> None:
        if not self._supervisors:
            return
        encoded, at = _encode(changes), milliseconds(self._hub.clock.now()) or 0
        for socket in list(self._supervisors):
            if socket.seq is not None and position == socket.seq:
                # Time alone changed figures (a minute turned): the place in the log is the same.
                socket.send(_delta_frame("supervisor", position, position, at, encoded))
            else:
                socket.delta(position, at, encoded)


def _delta_frame(stream: str, seq: int, previous: int, at: int, changes: bytes) -> bytes:
    header = f'{{"type":"delta","stream":"{stream}","seq":{seq},"prev":{previous},"at":{at},"changes":'
    return header.encode() + changes + b"}"


def _parse(text: str) -> dict[str, Any]:
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid("The frame is not valid JSON.", code="frame") from None
    if not isinstance(frame, dict):
        raise Invalid("A frame is a JSON object.", code="frame")
    return frame


def _plain_id(value: Any) -> str | None:
    return value if isinstance(value, str) and len(value) <= 64 and is_storable(value) else None


def _problem_frame(frame_id: Any, error: HubError) -> bytes:
    return _encode({"type": "result", "id": _plain_id(frame_id), "ok": False, "error": problem(error)})
