"""A demo for all tests of a module that do it no harm, and a way to start more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.demo.run import Demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Nobody but the agents is there: no customers come by themselves."""
    run = Demo(tmp_path_factory.mktemp("demo"))
    try:
        yield run.wait_until_ready()
    finally:
        run.close()


@pytest.fixture
def start_demo(tmp_path: Path) -> Iterator[Callable[..., Demo]]:
    """Start demos of one's own; they end with the test."""
    runs: list[Demo] = []

    def start(**options: Any) -> Demo:
        runs.append(Demo(tmp_path, **options))
        return runs[-1].wait_until_ready()

    yield start
    for run in runs:
        run.close()
