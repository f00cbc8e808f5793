"""A link of a screen opens that screen at that version, and nothing else."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from interaction_hub.domain.documents import Screen
from interaction_hub.domain.rules import RuleBook
from interaction_hub.services.screens import Screens

FLOOR = Screen(key="floor.1", name="Floor", link_version=3)


def screens(screen: Screen = FLOOR, secret: bytes = b"secret") -> Screens:
    rules: Any = SimpleNamespace(current=RuleBook(1, {("screen", screen.key): screen}))
    return Screens(cast("Any", rules), secret)


def test_link_leads_to_its_screen() -> None:
    assert screens().screen_of(screens().link(FLOOR)) == FLOOR


def test_new_version_ends_the_old_link() -> None:
    old = screens().link(FLOOR)
    assert screens(Screen(key="floor.1", name="Floor", link_version=4)).screen_of(old) is None


def test_link_of_another_secret_is_refused() -> None:
    assert screens().screen_of(screens(secret=b"other").link(FLOOR)) is None


@pytest.mark.parametrize("link", ["", ".", "..", "floor.1", "floor.1.3.", "floor.1.3.ü", "floor.1.٣.x", "a.99999999.x"])
def test_what_is_no_link_is_refused(link: str) -> None:
    assert screens().screen_of(link) is None


def test_signature_is_of_key_and_version_apart() -> None:
    key, version, signature = screens().link(FLOOR).rsplit(".", 2)
    assert screens().screen_of(f"{key}.{int(version) + 1}.{signature}") is None
    assert screens().screen_of(f"floor.{version}.{signature}") is None
