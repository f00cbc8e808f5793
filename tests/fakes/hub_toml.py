"""The hub.toml of a hub that runs as a process of its own."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.house import OUR_NUMBER, SID, TOKEN


def write_config(folder: Path, port: int, database_url: str, channel: str = "") -> Path:
    """Write the hub.toml of a hub with one SMS account; `channel` are more lines of that account."""
    path = folder / "hub.toml"
    path.write_text(
        f"""
[server]
port = {port}
[database]
url = "{database_url}"
[security]
secret_key_file = "{folder / "secret.key"}"
[[channel]]
kind = "twilio_sms"
account = "main"
account_sid = "{SID}"
auth_token = "{TOKEN}"
numbers = ["{OUR_NUMBER}"]
{channel}
""",
        encoding="utf-8",
    )
    return path
