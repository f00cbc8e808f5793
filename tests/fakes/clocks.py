"""Hub time that a test can move forward; between the skips it runs like the real one."""

from __future__ import annotations

import time

from interaction_hub.clock import HubClock


class SkippingClock(HubClock):
    """Wall and monotonic clock jump together, as if so much time had passed."""

    def __init__(self) -> None:
        self._skipped = 0
        super().__init__(lambda: time.time_ns() + self._skipped, lambda: time.monotonic_ns() + self._skipped)

    def skip(self, seconds: float) -> None:
        """Let so much time pass at once."""
        self._skipped += int(seconds * 1_000_000_000)
