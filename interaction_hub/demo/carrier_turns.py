"""What the simulated carrier is told to do with the next messages to a number: the failure modes, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

DELIVERED = ("sent", "delivered")


@dataclass(frozen=True, slots=True)
class Turn:
    """One create's fate. `statuses` follow as callbacks, each `copies` times, after `delay` seconds each.

    A `status` that is not 201 is answered instead; the message is on the books only if `takes`. With `hangs` no answer
    ever comes. `backwards` posts the callbacks in reverse order: Twilio gives no promise about their order.
    """

    status: int = 201
    code: int = 0
    retry_after: float | None = None
    takes: bool = True
    hangs: bool = False
    statuses: tuple[str, ...] = DELIVERED
    error_code: int | None = None
    copies: int = 1
    backwards: bool = False
    delay: float = 0.0

    @classmethod
    def undelivered(cls, code: int = 30003) -> Turn:
        """Taken and sent, and then the carrier's code says why it did not arrive."""
        return cls(statuses=("sent", "undelivered"), error_code=code)

    @classmethod
    def failed(cls, code: int = 30008) -> Turn:
        """Taken, and never sent."""
        return cls(statuses=("failed",), error_code=code)

    @classmethod
    def refused(cls, code: int, status: int = 400) -> Turn:
        """Refused with a code; not taken."""
        return cls(status=status, code=code, takes=False)

    @classmethod
    def busy(cls, retry_after: float | None = 1) -> Turn:
        """429 Too Many Requests; not taken."""
        return cls(status=429, code=20429, takes=False, retry_after=retry_after)

    @classmethod
    def broken(cls, status: int = 500, *, takes: bool = False, code: int = 20500) -> Turn:
        """A server error; whether it took the message is not to be seen from outside."""
        return cls(status=status, code=code, takes=takes)

    @classmethod
    def silent(cls) -> Turn:
        """Takes the message and never answers."""
        return cls(hangs=True)
