"""What an adapter may raise, named by what the caller does next."""

from __future__ import annotations


class ChannelError(Exception):
    """Base of all errors that an adapter raises on purpose."""


class BadSignature(ChannelError):
    """The request does not come from the provider: refuse it, keep nothing."""


class BadPayload(ChannelError):
    """Signed, but not what the provider documents: keep the raw request, refuse it."""


class Temporary(ChannelError):
    """Not now: try the same again after `retry_after` seconds. The provider did *not* take the message."""

    def __init__(self, message: str, *, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Permanent(ChannelError):
    """Never: the provider refused. `code` is the provider's, `reason` is for the agent."""

    def __init__(self, reason: str, *, code: str = "") -> None:
        super().__init__(f"{reason} ({code})" if code else reason)
        self.reason = reason
        self.code = code


class Ambiguous(ChannelError):
    """The request left and no answer came: the provider may have taken it. Look it up, never repeat it blindly."""


class Unsupported(ChannelError):
    """The adapter's `Capabilities` say that it cannot do this; the caller should have looked."""
