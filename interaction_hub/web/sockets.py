"""One open web socket: frames out in order through a bounded queue, frames in under limits, whatever is in them.

A reader that is too slow is cut; whoever says nothing for long is taken for gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import msgspec
import structlog
from aiohttp import WSMsgType, web

from interaction_hub.domain.permissions import Principal
from interaction_hub.domain.text import is_storable
from interaction_hub.errors import HubError, Invalid
from interaction_hub.web.problems import plain_problem, problem

MOST_FRAMES = 512
MOST_BYTES = 1024 * 1024
SEND_SECONDS = 10.0
CLOSE_SECONDS = 2.0
SILENCE_SECONDS = 40.0
MOST_MESSAGE = 256 * 1024
FRAMES_AT_ONCE = 16
TOO_MANY_SECONDS = 0.05
SMALL_FRAME = 16 * 1024
"""Well below what a pipe takes before it asks to wait (64 KiB)."""

log = structlog.get_logger("sockets")
encode = msgspec.json.Encoder().encode


class Upgraded(web.WebSocketResponse):
    """An upgraded connection that shows its pipe."""

    pipe: asyncio.Transport


class Socket:
    """One open socket: what is to be sent, in order, and who reads it."""

    def __init__(self, ws: Upgraded, stream: str) -> None:
        self.ws, self.stream = ws, stream
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
        if self._queue.empty() and self._passed(frame):
            return
        self._bytes += len(frame)
        if self._queue.full() or self._bytes > MOST_BYTES:
            self.close("slow")
            return
        self._queue.put_nowait(frame)

    def _passed(self, frame: bytes) -> bool:
        """Write a small frame at once if the pipe is empty. Waking the writer costs as much as the writing itself."""
        if len(frame) > SMALL_FRAME or self.ws.pipe.get_write_buffer_size():
            return False
        # Into an empty pipe it is written without waiting, so that this is one step; whatever it would wait for
        # comes after the writing.
        sending = self.ws.send_frame(frame, WSMsgType.TEXT)
        try:
            sending.send(None)
        except StopIteration:
            return True
        except (ConnectionError, RuntimeError):
            return False  # the writer meets the same, and ends the socket
        sending.close()
        return True

    def close(self, code: str) -> None:
        """Say good-bye and close, after what is queued if the reader keeps up."""
        if self.cut is None:
            self.cut = code
            with contextlib.suppress(asyncio.QueueFull):
                self._queue.put_nowait(encode({"type": "bye", "code": code}))

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
            self.send(delta_frame(self.stream, seq, previous, at, changes))

    async def write(self) -> None:
        """Send what is queued until the socket is cut."""
        try:
            while True:
                frame = await self._queue.get()
                self._bytes -= len(frame)
                # Not wait_for: it makes a task of every frame.
                async with asyncio.timeout(SEND_SECONDS):
                    await self.ws.send_frame(frame, WSMsgType.TEXT)
                if self.cut is not None and self._queue.empty():
                    break
        except (TimeoutError, ConnectionError, RuntimeError):
            self.cut = self.cut or "slow"
        with contextlib.suppress(Exception):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.ws.close(code=4000, message=(self.cut or "closed").encode())


class Console(Socket):
    """A socket of somebody who is signed in."""

    def __init__(self, ws: Upgraded, principal: Principal, stream: str) -> None:
        super().__init__(ws, stream)
        self.principal = principal


# ---- serving ---------------------------------------------------------------------------------------------------
Take = Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]]
"""Carries out one frame; what it gives is the `result`, None needs no answer."""


async def open_socket(request: web.Request) -> Upgraded:
    """The upgraded connection. Raises `ConnectionResetError` if the other side has left meanwhile."""
    if request.transport is None:
        raise ConnectionResetError
    ws = Upgraded(max_msg_size=MOST_MESSAGE, compress=False, autoping=False, timeout=5)
    ws.pipe = request.transport
    try:
        await ws.prepare(request)
    except ValueError:  # its key is no base64
        raise web.HTTPBadRequest(text="This is no handshake of a web socket.") from None
    return ws


async def serve(
    socket: Socket,
    take: Take,
    left: Callable[[], Awaitable[None]],
    guard: Coroutine[Any, Any, None] | None = None,
    *,
    count: Callable[[], None],
) -> None:
    """Read and write until either side ends. `left` runs at the end; `guard`, if any, runs beside it and may close.

    `count` is called for each frame before a byte of it is looked at, and raises `TooMany`.
    """
    tasks = [asyncio.create_task(socket.write(), name="socket-writer")]
    if guard is not None:
        tasks.append(asyncio.create_task(guard, name="socket-guard"))
    try:
        await _read(socket, take, count)
    finally:
        socket.cut = socket.cut or "closed"
        await left()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await _hang_up(socket.ws)


async def _hang_up(ws: Upgraded) -> None:
    """Close, and let go of what nobody fetches: a line with something in its buffer would stay for ever."""
    try:
        with contextlib.suppress(TimeoutError, ConnectionError, RuntimeError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await ws.close()
    finally:  # aiohttp raises CancelledError for a drain that was broken off with its writer
        if ws.pipe.get_write_buffer_size():
            ws.pipe.abort()


async def _read(socket: Socket, take: Take, count: Callable[[], None]) -> None:
    gate = asyncio.Semaphore(FRAMES_AT_ONCE)
    running: set[asyncio.Task[None]] = set()
    while socket.cut is None:
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                message = await socket.ws.receive()
        except TimeoutError:
            socket.close("silent")
            break
        if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.PING, WSMsgType.PONG):
            break
        await asyncio.sleep(0)  # frames that came together are read without a pause: others are served between them
        if message.type is WSMsgType.PING:
            with contextlib.suppress(ConnectionError):
                await socket.ws.pong(message.data)
        if message.type in (WSMsgType.PING, WSMsgType.PONG):
            continue
        try:
            count()
        except HubError as error:
            socket.send(problem_frame(_id_of(message.data), error))
            await asyncio.sleep(TOO_MANY_SECONDS)  # nobody reads on meanwhile: whoever floods waits for himself
            continue
        if message.type is WSMsgType.BINARY:
            socket.send(problem_frame(None, Invalid("Send text frames with JSON.", code="frame")))
            continue
        await gate.acquire()
        task = asyncio.create_task(_answer(socket, take, message.data), name="socket-frame")
        running.add(task)
        task.add_done_callback(running.discard)
        task.add_done_callback(lambda _done: gate.release())
    await asyncio.gather(*running, return_exceptions=True)


async def _answer(socket: Socket, take: Take, text: str) -> None:
    frame_id: Any = None
    try:
        frame = parse_frame(text)
        frame_id = frame.get("id")
        if not isinstance(frame.get("op"), str):
            raise Invalid("A frame needs an op.", code="frame")
        if frame["op"] == "pong":
            return
        result = await take(frame)
        if result is not None:
            socket.send(encode({"type": "result", "id": plain_id(frame_id), "ok": True, "result": result}))
    except HubError as error:
        socket.send(problem_frame(frame_id, error))
    except Exception:
        log.exception("frame_failed")
        found = plain_problem(500, "Internal error", "Something broke on our side. Try again.", "internal")
        socket.send(encode({"type": "result", "id": plain_id(frame_id), "ok": False, "error": found}))


# ---- frames ----------------------------------------------------------------------------------------------------
def delta_frame(stream: str, seq: int, previous: int, at: int, changes: bytes) -> bytes:
    """Changes, already encoded, that lead a stream from `previous` to `seq`."""
    header = f'{{"type":"delta","stream":"{stream}","seq":{seq},"prev":{previous},"at":{at},"changes":'
    return header.encode() + changes + b"}"


def parse_frame(text: str) -> dict[str, Any]:
    """The JSON object of a frame. Raises `Invalid`."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid("The frame is not valid JSON.", code="frame") from None
    if not isinstance(frame, dict):
        raise Invalid("A frame is a JSON object.", code="frame")
    return frame


def _id_of(data: str | bytes) -> Any:
    """The id of a frame that is not carried out, if it is a small one: whoever asks waits for its answer."""
    if not isinstance(data, str) or len(data) > SMALL_FRAME:
        return None
    try:
        return parse_frame(data).get("id")
    except Invalid:
        return None


def plain_id(value: Any) -> str | None:
    """An id that may be given back, or None."""
    return value if isinstance(value, str) and len(value) <= 64 and is_storable(value) else None


def problem_frame(frame_id: Any, error: HubError) -> bytes:
    """The answer to a frame that could not be carried out."""
    return encode({"type": "result", "id": plain_id(frame_id), "ok": False, "error": problem(error)})
