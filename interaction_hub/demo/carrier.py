"""A stand-in for Twilio's Messages API for the demo and the tests: stateful, over HTTP, strict, and clearly simulated.

It knows Twilio by its OpenAPI description and its documentation, and shares nothing with the adapter that it tests.
"""

from __future__ import annotations

import asyncio
import inspect
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

from aiohttp import web

from interaction_hub.demo.carrier_api import CarrierApi
from interaction_hub.demo.carrier_check import Specification
from interaction_hub.demo.carrier_control import CarrierControl
from interaction_hub.demo.carrier_fields import inbound_fields, status_fields
from interaction_hub.demo.carrier_store import (
    Books,
    StoredMessage,
    WebhookCall,
    as_media,
    new_sid,
    now,
)
from interaction_hub.demo.carrier_turns import Turn
from interaction_hub.demo.carrier_webhooks import WebhookSender

__all__ = ["DEMO_SPEC", "Carrier", "StoredMessage", "Turn", "WebhookCall"]

DEMO_SPEC = Path(__file__).parent / "spec" / "twilio_messages.json"

# https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out: the carrier blocks by itself, whatever the hub does.
_STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
_START_WORDS = frozenset({"START", "YES", "UNSTOP"})

Subscriber = Callable[[StoredMessage], Awaitable[None] | None]


class Carrier:
    """One account at the simulated carrier. `start`, then point the adapter's `api_base` at `base_url`.

    `webhook_base` is the hub's public address and may be set later; `sms_url` below it takes customers' messages.
    `numbers` are the company's; empty means that any sender is right.
    """

    def __init__(
        self,
        spec_path: Path,
        account_sid: str,
        auth_token: str,
        webhook_base: str = "",
        *,
        account: str = "main",
        numbers: Sequence[str] = (),
    ) -> None:
        self.specification = Specification(spec_path)
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.webhook_base = webhook_base
        self.sms_path = f"/webhooks/sms/{account}"
        self.numbers = tuple(numbers)
        self.status = "active"
        self.posts_to: dict[str, str] = {}
        """Webhooks of single numbers, where one is not the account's, as if mistyped in the console."""
        self.books = Books(account_sid)
        self.opted_out: set[tuple[str, str]] = set()
        self.default_turn = Turn()
        self.closing = asyncio.Event()
        self.api = CarrierApi(self)
        self.base_url = ""
        self._sender = WebhookSender(auth_token)
        self._turns: dict[str, deque[Turn]] = {}
        self._subscribers: list[Subscriber] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None

    def __repr__(self) -> str:
        return f"<simulated carrier {self.account_sid} at {self.base_url or 'nowhere yet'}>"

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes any free one. Afterwards `base_url` is known."""
        app = web.Application(client_max_size=8_000_000)
        self.api.add_routes(app)
        CarrierControl(self).add_routes(app)
        self.closing.clear()
        await self._sender.open()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        """Stop webhooks under way, then listening. May be called twice."""
        self.closing.set()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()
        await self._sender.close()

    # The customers' side

    async def customer_texts(
        self,
        from_number: str,
        to_number: str,
        body: str,
        media: Iterable[tuple[str, bytes]] = (),
        *,
        copies: int = 1,
    ) -> str:
        """A customer writes: posts the signed webhook (`copies` times) and returns the sid after the hub's answer."""
        message = StoredMessage(
            sid=new_sid("SM"),
            direction="inbound",
            from_number=from_number,
            to_number=to_number,
            body=body,
            status="received",
            created=now(),
            media=as_media(media),
        )
        if message.media:
            message.sid = "MM" + message.sid[2:]
        self._note_consent(message)
        await self.books.add(message)
        for _ in range(copies):
            message.webhooks.append(await self.post_inbound(message))
        return message.sid

    async def post_inbound(self, message: StoredMessage) -> WebhookCall:
        """Post a customer's message once more, late or again: the same sid, freshly signed."""
        return await self._sender.post(
            self.webhook_base_url(), inbound_fields(message, self.account_sid, self.base_url)
        )

    def webhook_base_url(self) -> str:
        """Where customers' messages are posted; a fragment with connection overrides stays at the end."""
        base, mark, fragment = self.webhook_base.partition("#")
        return base.rstrip("/") + self.sms_path + mark + fragment

    @property
    def messages(self) -> list[StoredMessage]:
        """All messages in both directions, oldest first."""
        return self.books.messages

    def message(self, sid: str) -> StoredMessage:
        """By sid. Raises KeyError."""
        found = self.books.find(sid)
        if found is None:
            raise KeyError(sid)
        return found

    def sent_to(self, number: str) -> list[StoredMessage]:
        """What the hub sent to a customer, oldest first."""
        return [message for message in self.messages if not message.inbound and message.to_number == number]

    def subscribe(self, subscriber: Subscriber) -> None:
        """Call it, or await it, with each message that the hub sends; a failing one does not stop the carrier."""
        self._subscribers.append(subscriber)

    def queue(self) -> asyncio.Queue[StoredMessage]:
        """A queue of the messages that the hub sends from now on."""
        queue: asyncio.Queue[StoredMessage] = asyncio.Queue()
        self.subscribe(queue.put_nowait)
        return queue

    def script(self, number: str, turns: Iterable[Turn]) -> None:
        """The next messages to this number fare like this, one turn each; afterwards `default_turn` again."""
        self._turns.setdefault(number, deque()).extend(turns)

    async def settled(self) -> None:
        """Wait until every webhook and subscriber that was started is through."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    # Called by the REST side

    def next_turn(self, number: str) -> Turn:
        """The scripted turn, used up, or the default."""
        turns = self._turns.get(number)
        return turns.popleft() if turns else self.default_turn

    async def take(self, message: StoredMessage, turn: Turn) -> StoredMessage:
        """Accept a message of the hub: on the books, to the customers, and its statuses on their way."""
        await self.books.add(message)
        self._spawn(self._live(message, turn), f"carrier status {message.sid}")
        for subscriber in self._subscribers:
            self._spawn(_call(subscriber, message), f"carrier subscriber {message.sid}")
        return message

    async def _live(self, message: StoredMessage, turn: Turn) -> None:
        """The statuses after `queued`; for that first one Twilio sends no callback."""
        calls = []
        for status in turn.statuses:
            await asyncio.sleep(turn.delay)
            bad = status in ("failed", "undelivered")
            await self.books.change(message, status, turn.error_code if bad else None)
            calls.append(status_fields(message, self.account_sid))
            if not turn.backwards:
                await self._report(message, calls.pop(), turn.copies)
        for params in reversed(calls):
            await self._report(message, params, turn.copies)

    async def _report(self, message: StoredMessage, params: dict[str, str], copies: int) -> None:
        if message.callback:
            for _ in range(copies):
                message.webhooks.append(await self._sender.post(message.callback, params))

    def _note_consent(self, message: StoredMessage) -> None:
        word, pair = message.body.strip().upper(), (message.to_number, message.from_number)
        if word in _STOP_WORDS:
            self.opted_out.add(pair)
        elif word in _START_WORDS:
            self.opted_out.discard(pair)

    def _spawn(self, work: Awaitable[None], name: str) -> None:
        async def run() -> None:
            await work

        task = asyncio.create_task(run(), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _call(subscriber: Subscriber, message: StoredMessage) -> None:
    result = subscriber(message)
    if inspect.isawaitable(result):
        await result
