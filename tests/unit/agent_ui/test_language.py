"""Which language somebody gets."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from agent_ui import language


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh_Hans"),
        ("zh", "zh_Hans"),
        ("zh-Hans-SG", "zh_Hans"),
        # Traditional is not there yet; Simplified serves them better than English.
        ("zh-TW,zh;q=0.9", "zh_Hans"),
        ("zh-HK", "zh_Hans"),
        ("zh-Hant", "zh_Hans"),
        ("de-DE,de;q=0.9", "en"),
        ("de,zh-CN;q=0.5,en;q=0.3", "zh_Hans"),
        ("en;q=0.2,zh-CN;q=0.9", "zh_Hans"),
        ("zh-CN;q=0,en", "en"),
        ("*", "en"),
        ("../../etc/passwd, en", "en"),
        (";;;,,q=1,en-x-y-z;q=oops", "en"),
        ("zh-CN;q=nan", "en"),
        ("x" * 10_000, "en"),
    ],
)
def test_accept_language(header: str, expected: str) -> None:
    assert language.accepted(header) == expected


@pytest.mark.parametrize(
    ("cookie", "expected"),
    [("zh_Hans", "zh_Hans"), ("en", "en"), ("xx", "zh_Hans"), ("../zh_Hans", "zh_Hans"), ("", "zh_Hans")],
)
def test_the_choice_stands_over_the_browser(cookie: str, expected: str) -> None:
    headers = {"Accept-Language": "zh-CN", "Cookie": f"hub_lang={cookie}"}
    assert language.of_request(make_mocked_request("GET", "/", headers=headers)) == expected


def test_html_lang() -> None:
    assert [language.html_lang(code) for code in language.LANGUAGES] == ["en", "zh-Hans"]
