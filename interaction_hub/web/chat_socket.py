"""`/ws/chat`: the visitor's own socket. Frames that make touchpoints go through the channel's adapter like any webhook.

Each connected visitor has a pump that reads his chat anew when an event concerns it, and sends what is different.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections.abc import Sequence
from typing import Any

import structlog
from aiohttp import web
from limits import RateLimitItem, RateLimitItemPerMinute

from channels.contract import VisitorChannel
from channels.errors import BadPayload, BadSignature
from channels.messages import DeliveryReport, InboundMessage, RawRequest, Visitor
from interaction_hub.clock import milliseconds
from interaction_hub.domain import events
from interaction_hub.domain.permissions import public
from interaction_hub.domain.text import is_storable
from interaction_hub.errors import HubError, Invalid, NotAllowed, TooMany
from interaction_hub.ids import new_id
from interaction_hub.services import chat, intake
from interaction_hub.services.hub import Hub
from interaction_hub.services.visitors import Rating
from interaction_hub.storage import touchpoints
from interaction_hub.web.chat_sessions import channel_of
from interaction_hub.web.chat_watch import Watch
from interaction_hub.web.paces import Paces
from interaction_hub.web.seats import PER_VISITOR, RETRY_SECONDS
from interaction_hub.web.sockets import Socket, Upgraded, encode, open_socket, serve
from interaction_hub.web.throttle import limited, seat_of_address

HELLO_SECONDS = 10.0
CHECK_SECONDS = 2.0
BEAT_SECONDS = 15.0
GONE_AFTER_SECONDS = 3.0
"""A page that is loaded anew is not gone meanwhile."""
PLACES_SECONDS = 3.0
SOCKETS = RateLimitItemPerMinute(60)
WORDS = RateLimitItemPerMinute(60, namespace="words")
RECEIPTS = RateLimitItemPerMinute(120, namespace="receipts")
MOST_RECEIPTS = 100
FRAMES = RateLimitItemPerMinute(600, namespace="frames")
"""Of one visitor, over all his pages (A18)."""

log = structlog.get_logger("chat")


class Guest(Socket):
    """A visitor's socket; `visitor` is known from the hello on."""

    def __init__(self, ws: Upgraded) -> None:
        super().__init__(ws, "chat")
        self.visitor: Visitor | None = None
        self.token = ""


class ChatLive:
    """All visitors of this node."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._watches: dict[str, Watch] = {}
        self._places: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._moved: set[str] = set()
        self._stopping = False
        self._paces = Paces()
        hub.feed.subscribe(self._see)

    @property
    def count(self) -> int:
        """Open sockets."""
        return sum(len(watch.sockets) for watch in self._watches.values())

    async def start(self) -> None:
        """Begin to tell those who wait their place."""
        self._places = asyncio.create_task(self._tell_places(), name="chat-places")

    async def stop(self) -> None:
        """Tell every page to come back."""
        self._stopping = True
        if self._places is not None:
            self._places.cancel()
        for watch in self._watches.values():
            for socket in watch.sockets:
                socket.close("stopping")
        for _ in range(20):
            if not self.count:
                break
            await asyncio.sleep(0.05)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def routes(self) -> list[web.RouteDef]:
        """The one stream."""

        @public
        async def visitor(request: web.Request) -> web.WebSocketResponse:
            limited(request, SOCKETS, "chat-socket")
            channel = channel_of(self._hub)
            with seat_of_address(request):
                ws = await open_socket(request)
                socket = Guest(ws)
                await serve(
                    socket,
                    lambda frame: self._take(socket, channel, frame),
                    lambda: self._left(socket),
                    self._guard(socket, channel),
                    count=lambda: self._slow_down(FRAMES, socket),
                )
            return ws

        return [web.get("/ws/chat", visitor)]

    # ---- one socket --------------------------------------------------------------------------------------------
    async def _guard(self, socket: Guest, channel: VisitorChannel) -> None:
        """Beat, and look again whether the token holds and the site is still there."""
        passed, beats = 0.0, 0.0
        while socket.cut is None:
            await asyncio.sleep(CHECK_SECONDS)
            passed, beats = passed + CHECK_SECONDS, beats + CHECK_SECONDS
            if socket.visitor is None:
                if passed >= HELLO_SECONDS:
                    socket.close("silent")
                continue
            if socket.visitor.until <= self._hub.clock.now():
                socket.close("expired")
            elif socket.visitor.site not in self._hub.rules.current.sites:
                socket.close("revoked")
            elif beats >= BEAT_SECONDS:
                beats = 0.0
                socket.send(encode({"type": "ping", "at": milliseconds(self._hub.clock.now())}))

    async def _take(self, socket: Guest, channel: VisitorChannel, frame: dict[str, Any]) -> dict[str, Any] | None:
        op = frame["op"]
        if op == "hello":
            await self._hello(socket, channel, frame)
            return None
        visitor = socket.visitor
        if visitor is None:
            raise NotAllowed("Say hello with a token first.", code="signed_out")
        match op:
            case "message" | "ack":
                return await self._hand_over(socket, channel, frame)
            case "typing":
                self._typing(visitor, frame.get("on") is True)
                return None
            case "page":
                self._moved_on(visitor, channel.page(frame.get("page")))
                return None
            case "token":
                return self._renew(socket, channel, frame)
            case "older":
                return await self._older(visitor, _id(frame, "before"))
            case "end":
                await self._hub.visitors.end(visitor.value)
                return {}
            case "rate":
                return await self._rate(visitor, channel, frame)
        raise Invalid(f"There is no operation {op[:60]!r}.", code="unknown_command")

    async def _hello(self, socket: Guest, channel: VisitorChannel, frame: dict[str, Any]) -> None:
        seq = frame.get("seq")
        if seq is not None and (not isinstance(seq, int) or isinstance(seq, bool) or not 0 <= seq < 2**62):
            raise Invalid("seq is the last one that you got, or null.", fields={"seq": "not a position"})
        visitor = self._prove(channel, frame)
        if socket.visitor is not None and socket.visitor.value != visitor.value:
            raise NotAllowed("Open a socket of its own for another visitor.", code="signed_out")
        watch = self._watches.get(visitor.value)
        if watch is None:
            watch = self._watches[visitor.value] = Watch(self._hub, visitor, self._tell_here)
        elif len(watch.sockets - {socket}) >= PER_VISITOR:
            raise TooMany("This chat is open in too many windows. Close some of them.", retry_after=RETRY_SECONDS)
        socket.token, socket.visitor = str(frame["token"]), visitor
        watch.verified = visitor.verified
        watch.page = channel.page(frame.get("page")) or watch.page
        watch.sockets.add(socket)
        await watch.greet(socket, seq)
        if watch.identity and not self._stopping:
            await self._here(watch)

    def _prove(self, channel: VisitorChannel, frame: dict[str, Any]) -> Visitor:
        token = frame.get("token")
        try:
            visitor = channel.visitor(token if isinstance(token, str) else "", now=self._hub.clock.now())
        except BadSignature:
            raise NotAllowed("The token of this chat is over; ask for a fresh one.", code="signed_out") from None
        if visitor.site not in self._hub.rules.current.sites:
            raise NotAllowed("There is no chat here any more.", code="signed_out")
        return visitor

    def _renew(self, socket: Guest, channel: VisitorChannel, frame: dict[str, Any]) -> dict[str, Any]:
        visitor = self._prove(channel, frame)
        if socket.visitor is None or visitor.value != socket.visitor.value:
            raise NotAllowed("This token is another visitor's.", code="signed_out")
        socket.token, socket.visitor = str(frame["token"]), visitor
        return {"until": milliseconds(visitor.until)}

    async def _hand_over(self, socket: Guest, channel: VisitorChannel, frame: dict[str, Any]) -> dict[str, Any] | None:
        """As a webhook does for other channels: the adapter verifies and reads, the ledger commits, we answer."""
        try:
            body = json.dumps(frame, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise Invalid("This cannot be taken: lone surrogates are no text.", code="payload") from None
        raw = RawRequest("POST", "/ws/chat", "", {"authorization": f"Bearer {socket.token}"}, body)
        try:
            items = channel.receive(raw).items
        except BadSignature:
            raise NotAllowed("The token of this chat is over; ask for a fresh one.", code="signed_out") from None
        except BadPayload as error:
            raise Invalid(f"This cannot be taken: {error}.", code="payload") from None
        reports = [item for item in items if isinstance(item, DeliveryReport)]
        if reports:
            self._slow_down(RECEIPTS, socket)
            if len(reports) > MOST_RECEIPTS:
                raise Invalid(f"Acknowledge {MOST_RECEIPTS} messages at the most in one frame.", code="payload")
            await self._hub.outbound.reports(reports)
            return None
        self._slow_down(WORDS, socket)
        messages = [item for item in items if isinstance(item, InboundMessage)]
        arrivals = [intake.arrival(message, body, new_id()) for message in messages]
        async with self._hub.admission.one(channel.account):
            (taken,) = await self._hub.intake.receive(arrivals)
        await self._wrote(messages[0].sender, messages[0].page)
        return {"message": taken.touchpoint}

    async def _wrote(self, value: str, page: str) -> None:
        watch = self._watches.get(value)
        if watch is not None:
            watch.page = page or watch.page
            watch.touch()
            await watch.settled()
            if not self._stopping:
                await self._here(watch)

    async def _here(self, watch: Watch) -> None:
        if watch.identity:
            await self._hub.visitors.here(watch.identity)
            self._tell_here(watch)

    async def _left(self, socket: Guest) -> None:
        watch = self._watches.get(socket.visitor.value) if socket.visitor is not None else None
        if watch is None or socket not in watch.sockets:
            return
        watch.sockets.discard(socket)
        if not watch.sockets and not self._stopping:
            task = asyncio.create_task(self._gone(watch), name="chat-gone")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _gone(self, watch: Watch) -> None:
        await asyncio.sleep(GONE_AFTER_SECONDS)
        if watch.sockets or self._watches.get(watch.value) is not watch:
            return
        del self._watches[watch.value]
        watch.close()
        if watch.identity:
            with contextlib.suppress(HubError):
                await self._hub.visitors.gone(watch.identity)
            self._sign(watch, {"kind": "here", "here": False})

    def _slow_down(self, pace: RateLimitItem, socket: Guest) -> None:
        """A visitor does not do more than this, over all his pages; who does is told to wait, and sends it again."""
        who = socket.visitor.value if socket.visitor is not None else str(id(socket))
        if not self._paces.hit(pace, who):
            raise TooMany("You write faster than we can read. Wait a moment; nothing is lost.", retry_after=5)

    # ---- operations --------------------------------------------------------------------------------------------
    def _typing(self, visitor: Visitor, on: bool) -> None:
        watch = self._watches.get(visitor.value)
        if watch is not None:
            self._sign(watch, {"kind": "typing", "on": on, "by": "customer"})

    def _moved_on(self, visitor: Visitor, page: str) -> None:
        watch = self._watches.get(visitor.value)
        if watch is not None and page and page != watch.page:
            watch.page = page
            self._tell_here(watch)

    def _tell_here(self, watch: Watch) -> None:
        self._sign(watch, {"kind": "here", "here": True, "page": watch.page})

    def _sign(self, watch: Watch, sign: dict[str, Any]) -> None:
        """Tell the agent, and whoever else follows the conversation."""
        if watch.contact:
            frame = {"type": "signal", "contact": watch.contact, **sign}
            self._hub.signals.publish(f"contact:{watch.contact}", frame)
            if watch.agent:
                self._hub.signals.publish(f"user:{watch.agent}", frame)

    async def _older(self, visitor: Visitor, before: str) -> dict[str, Any]:
        lines, more = await self._hub.reads.run(
            chat.older, visitor.value, before, verified=visitor.verified, book=self._hub.rules.current
        )
        return {"messages": lines, "more": more}

    async def _rate(self, visitor: Visitor, channel: VisitorChannel, frame: dict[str, Any]) -> dict[str, Any]:
        score, text = frame.get("score"), frame.get("text", "")
        if not isinstance(score, int) or isinstance(score, bool) or not isinstance(text, str):
            raise Invalid("A rating is a whole number from 1 to 5.", fields={"score": "1 to 5"})
        if not is_storable(text):
            raise Invalid("text: U+0000 and lone surrogates are no text.", fields={"text": "not a text"})
        claim = touchpoints.claim_of(
            channel.capabilities.channel, channel.account, "survey", f"{visitor.value}/{_id(frame, 'id')}"
        )
        return {"message": await self._hub.visitors.rate(Rating(visitor.value, claim, score, text))}

    # ---- following ---------------------------------------------------------------------------------------------
    def _see(self, sealed: Sequence[events.Sealed]) -> None:
        if not self._watches:
            return
        by_customer: dict[str, list[Watch]] = {}
        by_contact: dict[str, list[Watch]] = {}
        for watch in self._watches.values():
            by_customer.setdefault(watch.customer, []).append(watch)
            by_contact.setdefault(watch.contact, []).append(watch)
        for event in sealed:
            body: Any = event.body
            for watch in by_customer.get(getattr(body, "customer", "") or "?", ()):
                watch.touch()
            for watch in by_contact.get(getattr(body, "contact", "") or "?", ()):
                watch.touch()
            if queue := getattr(body, "queue", ""):
                self._moved.add(queue)

    async def _tell_places(self) -> None:
        """The place in the line moves with others' contacts: look now and then for those who wait."""
        while True:
            await asyncio.sleep(PLACES_SECONDS)
            moved, self._moved = self._moved, set()
            for watch in list(self._watches.values()):
                if watch.waiting and watch.queue in moved:
                    watch.touch()


def _id(frame: dict[str, Any], name: str) -> str:
    try:
        return str(uuid.UUID(frame.get(name)))
    except (ValueError, TypeError, AttributeError):
        raise Invalid(f"{name} must be a UUID.", fields={name: "not a UUID"}) from None
