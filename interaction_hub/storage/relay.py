"""Signals to the other nodes by Redis pub/sub. What is lost with Redis is a typing sign; nothing waits for it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

CHANNEL = "interaction-hub:signals"
TIMEOUT_SECONDS = 1.0
RETRY_SECONDS = 2.0
MOST_WAITING = 1_000

log = structlog.get_logger("relay")


class Relay:
    """Publishes this node's signals, and hears those of the others with `hear(topic, frame)`."""

    def __init__(self, url: str, node: str, hear: Callable[[str, dict[str, Any]], None]) -> None:
        self._redis = Redis.from_url(
            url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS, health_check_interval=5
        )
        self._node = node
        self._hear = hear
        self._out: asyncio.Queue[bytes] = asyncio.Queue(MOST_WAITING)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to publish and to listen; Redis need not be there yet."""
        self._tasks = [
            asyncio.create_task(self._publish(), name="relay-publish"),
            asyncio.create_task(self._listen(), name="relay-listen"),
        ]

    async def stop(self) -> None:
        """End both."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(RedisError, OSError):
            await self._redis.aclose()

    def send(self, topic: str, frame: dict[str, Any]) -> None:
        """Queue a signal; when Redis is gone and too many wait, the newest are dropped."""
        with contextlib.suppress(asyncio.QueueFull):
            self._out.put_nowait(msgspec.json.encode((self._node, topic, frame)))

    async def _publish(self) -> None:
        while True:
            message = await self._out.get()
            try:
                await self._redis.publish(CHANNEL, message)
            except (RedisError, OSError) as error:
                log.warning("redis_unreachable", error=str(error)[:200])
                await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    while True:
                        message = await channel.get_message(ignore_subscribe_messages=True, timeout=TIMEOUT_SECONDS / 2)
                        if message:
                            self._take(message["data"])
            except (RedisError, OSError) as error:
                log.warning("redis_unreachable", error=str(error)[:200])
                await asyncio.sleep(RETRY_SECONDS)

    def _take(self, data: bytes) -> None:
        try:
            node, topic, frame = msgspec.json.decode(data, type=tuple[str, str, dict[str, Any]])
        except msgspec.DecodeError:
            log.warning("signal_unreadable")
            return
        if node != self._node:
            self._hear(topic, frame)
