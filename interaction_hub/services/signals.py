"""Signs of life between people: who types, who looks, whose page is open. Nothing is stored, nothing is repeated.

They are no events (decisions 17): a lost one costs a sign on a screen. Topics: `user:<id>` reaches a person's consoles,
`contact:<id>` whoever follows a conversation, `viewers` the nodes that keep who looks at whom.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Frame = dict[str, Any]
Listener = Callable[[Frame], None]
Relay = Callable[[str, Frame], None]


class Signals:
    """Hands a frame to those who listen to its topic on this node, and to a relay that knows the other nodes."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = {}
        self._relay: Relay | None = None

    def listen(self, topic: str, listener: Listener) -> Callable[[], None]:
        """Get the frames of a topic from now on; returns how to stop that. A listener must not block or raise."""
        self._listeners.setdefault(topic, set()).add(listener)

        def stop() -> None:
            found = self._listeners.get(topic)
            if found is not None:
                found.discard(listener)
                if not found:
                    del self._listeners[topic]

        return stop

    def publish(self, topic: str, frame: Frame) -> None:
        """Tell everybody who listens, on every node."""
        self.hear(topic, frame)
        if self._relay is not None:
            self._relay(topic, frame)

    def hear(self, topic: str, frame: Frame) -> None:
        """Tell those of this node: what another node published arrives here."""
        for listener in list(self._listeners.get(topic, ())):
            listener(frame)

    def relay_to(self, relay: Relay) -> None:
        """From now on the other nodes hear, too."""
        self._relay = relay
