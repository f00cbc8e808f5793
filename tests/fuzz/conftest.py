"""An ear at the log, the third-party data, and the settings of Hypothesis."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from interaction_hub.logs import no_http
from tests.fuzz.corpora import LONG, json_files, naughty_strings
from tests.fuzz.quiet import Quiet


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A long run takes everything where a short one takes some: its tests have the time for it."""
    for item in items if LONG else ():
        if item.path.parent == Path(__file__).parent and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[Quiet]:
    """Hears everything that is logged in the test."""
    server = logging.getLogger("aiohttp.server")
    server.addFilter(no_http)  # as `logs.configure` does in a hub that is a process of its own
    with capture_logs(processors=(structlog.processors.format_exc_info,)) as said:
        yield Quiet(said, caplog.records)
    server.removeFilter(no_http)


@pytest.fixture(scope="session")
def naughty() -> list[str]:
    """The big list of naughty strings."""
    return naughty_strings()


@pytest.fixture(scope="session")
def json_corpus() -> dict[str, bytes]:
    """JSONTestSuite: name and bytes of each file."""
    return json_files()
