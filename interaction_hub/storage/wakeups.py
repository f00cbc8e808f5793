"""Wake-ups between nodes by Redis: "the log has grown". Losing Redis costs a quarter of a second, and nothing else.

Every call has a time-out; a failure is a line in the log, and the poll of the feed goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from interaction_hub.domain.events import Sealed

CHANNEL = "interaction-hub:log"
TIMEOUT_SECONDS = 1.0
RETRY_SECONDS = 2.0

log = structlog.get_logger("wakeups")


class Wakeups:
    """Publishes the position after each commit of this node, and calls `wake` for those of the others."""

    def __init__(self, url: str, wake: Callable[[], None]) -> None:
        self._redis = Redis.from_url(
            url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS, health_check_interval=5
        )
        self._wake = wake
        self._news = asyncio.Event()
        self._position = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to publish and to listen; Redis need not be there yet."""
        self._tasks = [
            asyncio.create_task(self._publish(), name="wakeups-publish"),
            asyncio.create_task(self._listen(), name="wakeups-listen"),
        ]

    async def stop(self) -> None:
        """End both."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(RedisError, OSError):
            await self._redis.aclose()

    def see(self, sealed: Sequence[Sealed]) -> None:
        """Follow this node's commits. Many commits become one message."""
        self._position = sealed[-1].position
        self._news.set()

    async def _publish(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self._redis.publish(CHANNEL, str(self._position))
            except (RedisError, OSError) as error:
                log.warning("redis_unreachable", error=str(error)[:200])
                await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    while True:
                        if await channel.get_message(ignore_subscribe_messages=True, timeout=TIMEOUT_SECONDS / 2):
                            self._wake()
            except (RedisError, OSError) as error:
                log.warning("redis_unreachable", error=str(error)[:200])
                await asyncio.sleep(RETRY_SECONDS)
