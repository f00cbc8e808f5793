"""The few errors that services raise, named by what the caller does next. One middleware maps them to HTTP."""

from __future__ import annotations


class HubError(Exception):
    """Base of the errors that are an answer to the caller and no fault of ours.

    `code` is stable and for programs; the message is for people and says what to do. `retry_after` are seconds, for
    what may be asked for again as it stands.
    """

    code = "error"
    retry_after: float | None = None

    def __init__(self, message: str, *, code: str | None = None, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.fields = fields or {}


class NotFound(HubError):
    """There is no such thing, or it is not yours to see."""

    code = "not_found"


class Conflict(HubError):
    """Somebody was faster, or the thing is in another state than you thought."""

    code = "conflict"


class ChangedMeanwhile(Conflict):
    """Somebody changed the thing since it was read. `by` ({id, name}) and `at` (Unix ms) are None if unknown."""

    code = "version"

    def __init__(self, message: str, *, by: dict[str, str] | None, at: int | None) -> None:
        super().__init__(message)
        self.by, self.at = by, at


class NotAllowed(HubError):
    """You are known, and may not do this."""

    code = "not_allowed"


class Invalid(HubError):
    """The arguments cannot be used; `fields` says which and why."""

    code = "invalid"


class BadFile(HubError):
    """We do not take files of this kind, or this one is broken."""

    code = "file"


class TooLarge(HubError):
    """More bytes than we take."""

    code = "too_large"


class TooSlow(HubError):
    """What was announced did not come."""

    code = "too_slow"


class TooMany(HubError):
    """Slow down: `retry_after` seconds."""

    code = "too_many"

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Busy(HubError):
    """More comes in than can be taken at present, and nothing of this was stored: again in `retry_after` seconds."""

    code = "busy"

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class StartRefused(Exception):
    """The hub cannot start; the message is one line that says what is wrong, where, and what would be right."""
