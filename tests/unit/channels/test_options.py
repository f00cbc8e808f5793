"""Options of an account: each mistake is named by its key, with what would be right, and without its value."""

from __future__ import annotations

import subprocess
import sys

import pytest

from channels.account_options import BadOption
from channels.contract import Adapter
from channels.registry import UnknownKind, create_adapter
from channels.twilio_sms import TwilioSmsAdapter
from channels.twilio_sms.options import TwilioSmsOptions, read_options
from tests.unit.channels.twilio_requests import ACCOUNT_SID, TOKEN

KEY = bytes(32)
GOOD: dict[str, object] = {"account_sid": ACCOUNT_SID, "auth_token": TOKEN, "numbers": ["+1 415 555 0100", "72345"]}


def test_account_is_built_by_its_kind() -> None:
    adapter = create_adapter("twilio_sms", "main", GOOD, KEY)
    assert isinstance(adapter, TwilioSmsAdapter)
    assert isinstance(adapter, Adapter)
    assert adapter.account == "main"


def test_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(UnknownKind, match=r'"twillio".*known kinds:.*twilio_sms'):
        create_adapter("twillio", "main", {}, KEY)


def test_options_have_their_defaults() -> None:
    options = read_options("main", GOOD)
    assert options.numbers == ("+14155550100", "72345")
    assert (options.api_base, options.timeout_seconds, options.allow_private_media) == (
        "https://api.twilio.com",
        10,
        False,
    )
    assert "api.twilio.com" in options.media_hosts


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"account_sid": None}, "account_sid"),
        ({"account_sid": "AC123"}, "account_sid"),
        ({"account_sid": "SK" + "0" * 32}, "account_sid"),
        ({"auth_token": ""}, "auth_token"),
        ({"auth_token": "  "}, "auth_token"),
        ({"auth_token": 5}, "auth_token"),
        ({"numbers": []}, "numbers"),
        ({"numbers": "+14155550100"}, "numbers"),
        ({"numbers": ["4155550100"]}, "numbers"),
        ({"numbers": [14155550100]}, "numbers"),
        ({"api_base": "api.twilio.com"}, "api_base"),
        ({"api_base": "http://api.twilio.com"}, "api_base"),
        ({"api_base": "http://10.0.0.1:4010"}, "api_base"),
        ({"api_base": "https://user:pw@api.twilio.com"}, "api_base"),
        ({"timeout_seconds": 0}, "timeout_seconds"),
        ({"timeout_seconds": 61}, "timeout_seconds"),
        ({"timeout_seconds": "10"}, "timeout_seconds"),
        ({"timeout_seconds": True}, "timeout_seconds"),
        ({"timeout_seconds": float("nan")}, "timeout_seconds"),
        ({"messages_per_second": -1}, "messages_per_second"),
        ({"allow_private_media": "yes"}, "allow_private_media"),
        ({"media_hosts": ["https://a.com"]}, "media_hosts"),
        ({"default_region": "gb"}, "default_region"),
        ({"auth_tokn": "canary"}, "auth_tokn"),
    ],
    ids=str,
)
def test_mistake_is_named_by_its_key(change: dict[str, object], key: str) -> None:
    options = {name: value for name, value in {**GOOD, **change}.items() if value is not None}
    with pytest.raises(BadOption, match=f'"main".*"{key}"') as caught:
        create_adapter("twilio_sms", "main", options, KEY)
    assert caught.value.key == key
    assert "canary" not in str(caught.value)


def test_unknown_option_lists_the_known() -> None:
    with pytest.raises(BadOption, match=r"there are: account_sid, allow_private_media, api_base, auth_token"):
        create_adapter("twilio_sms", "main", {**GOOD, "token": "x"}, KEY)


def test_every_option_can_be_read_from_the_file() -> None:
    names = TwilioSmsOptions.__slots__
    with pytest.raises(BadOption) as caught:
        create_adapter("twilio_sms", "main", {**GOOD, "nonsense": 1}, KEY)
    assert all(name in str(caught.value) for name in names)


def test_sdk_is_imported_only_on_start() -> None:
    code = "import sys, channels.registry, channels.twilio_sms; print(any(m.startswith('twilio') for m in sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "False"
