"""What visitors are told of the wait: nothing while their queue is closed, no time where somebody is free for them."""

from __future__ import annotations

from typing import Any

from interaction_hub.domain.documents import Queue
from interaction_hub.services import opening
from interaction_hub.services.estimates import Range
from interaction_hub.services.hub import Hub


def told(hub: Hub, conversation: dict[str, Any], queue: str) -> dict[str, Any]:
    """A conversation with its place and its likely wait, as the visitor may know them now."""
    place = conversation["place"]
    if place is None or not _is_open(hub, queue):
        return {**conversation, "place": None, "likely": None}
    return {**conversation, "likely": _likely(hub, queue, place)}


def for_newcomer(hub: Hub, queue: Queue | None) -> Range | None:
    """The likely wait of whoever came now."""
    if queue is None or not _is_open(hub, queue.key):
        return None
    view = hub.board.view("queue", queue.key)
    return _likely(hub, queue.key, (view["waiting"] if view is not None else 0) + 1)


def _likely(hub: Hub, queue: str, place: int) -> Range | None:
    view = hub.board.view("queue", queue)
    if view is not None and view["idle"] >= place:
        # What the last half hour was like says nothing where somebody sits idle for him.
        return None
    return hub.board.likely(queue, place)


def _is_open(hub: Hub, queue: str) -> bool:
    book = hub.rules.current
    return opening.of_queue(book, book.queues.get(queue), hub.clock.now()).open
