"""A node that does nothing but receive: `python -m … URL NODE MESSAGES CUSTOMERS`.

It says `ready`, begins at the first line that it is told, and says the seconds (of one clock for all processes) at
which it began and ended.
"""

from __future__ import annotations

import asyncio
import sys
import time

from tests.bench.units import arrivals, units_of


async def _receive(url: str, node: int, messages: int, customers: int) -> None:
    items = arrivals(messages, customers, node=node)
    async with units_of(url) as units:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        began = time.clock_gettime(time.CLOCK_MONOTONIC)
        await units.run("receive", items)
        print(began, time.clock_gettime(time.CLOCK_MONOTONIC), flush=True)


if __name__ == "__main__":
    asyncio.run(_receive(sys.argv[1], *map(int, sys.argv[2:5])))
