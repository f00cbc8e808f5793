"""`python -m tests.fakes.hub_process`: the hub as a process that a test may kill.

Its settings come from HUB_CONFIG and the environment. HOUSE_GRACE, HOUSE_REQUEUE and HOUSE_LEASE (seconds) shorten
what a test would otherwise wait for.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from interaction_hub.app import Variation
from interaction_hub.durations import SECOND
from interaction_hub.logs import configure
from interaction_hub.server import serve
from interaction_hub.services.dispatch import LEASE_LASTS
from interaction_hub.services.presence import GRACE, REQUEUE_AFTER
from interaction_hub.settings import load


def main() -> None:
    """Serve until somebody ends it."""
    settings = load(Path(os.environ["HUB_CONFIG"]), os.environ)
    configure(settings.log.level, settings.log.format)
    asyncio.run(serve(settings, variation()))


def variation() -> Variation:
    """What the environment says of the durations."""
    return Variation(
        grace=_micros("HOUSE_GRACE", GRACE),
        requeue_after=_micros("HOUSE_REQUEUE", REQUEUE_AFTER),
        lease=_micros("HOUSE_LEASE", LEASE_LASTS),
    )


def _micros(name: str, default: int) -> int:
    return int(float(os.environ[name]) * SECOND) if name in os.environ else default


if __name__ == "__main__":
    main()
