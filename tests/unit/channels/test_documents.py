"""What the documents say of the channels is what the code does."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from channels.registry import KINDS, create_adapter
from tests.unit.channels.twilio_requests import ACCOUNT_SID

ROOT = Path(__file__).parents[3]


KEY = bytes(range(32))


def example_blocks() -> dict[str, dict[str, object]]:
    """The commented examples by their kind, with the comment marks taken off."""
    lines = (ROOT / "config" / "channels.example.toml").read_text(encoding="utf-8").splitlines()
    start = lines.index("# [[channel]]")
    settings = [line[2:] for line in lines[start:] if line.startswith("# ") and ("=" in line or "[[" in line)]
    return {block["kind"]: block for block in tomllib.loads("\n".join(settings))["channel"]}


@pytest.mark.parametrize(("kind", "account"), [("twilio_sms", "main"), ("webchat", "web")])
def test_example_of_the_configuration_is_accepted(kind: str, account: str) -> None:
    block = example_blocks()[kind]
    options = {key: value for key, value in block.items() if key not in ("kind", "account")}
    assert create_adapter(kind, str(block["account"]), options, KEY).account == account


def test_example_shows_every_option() -> None:
    from channels.twilio_sms import TwilioSmsOptions

    assert set(TwilioSmsOptions.__slots__) == example_blocks()["twilio_sms"].keys() - {"kind", "account"}


@pytest.mark.parametrize("kind", KINDS)
def test_capability_table_tells_the_truth(kind: str) -> None:
    options = {"twilio_sms": {"account_sid": ACCOUNT_SID, "auth_token": "x", "numbers": ["+14155550100"]}}
    can = create_adapter(kind, "main", options.get(kind, {}), KEY).capabilities
    text = (ROOT / "docs" / "channels.md").read_text(encoding="utf-8")
    (row,) = [line for line in text.splitlines() if line.startswith(f"| `{kind}` |")]

    def word(flag: bool) -> str:
        return "yes" if flag else "no"

    assert [cell.strip() for cell in row.strip("|").split("|")] == [
        f"`{kind}`",
        can.channel,
        str(can.address_kind),
        word(can.deferred),
        f"{can.max_text:,}",
        f"{word(can.media_in)} / {word(can.media_out)}",
        f"{word(can.delivery_reports)} / {word(can.read_reports)}",
        word(can.typing),
        word(can.counts_parts),
        word(can.consent_keywords),
        "the hub" if can.carried_by_hub else "provider",
    ]
