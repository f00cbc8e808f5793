"""The command `interaction-hub doctor` as a process, beside a hub that is a process and speaks https."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from interaction_hub.demo.carrier import DEMO_SPEC, Carrier
from interaction_hub.settings import Settings
from tests.fakes.certificates import make_certificate
from tests.fakes.house import OUR_NUMBER, SID, TOKEN
from tests.fakes.premises import open_premises, with_option
from tests.fakes.servers import free_port


def write_config(folder: Path, settings: Settings, port: int, cert: Path, key: Path) -> Path:
    twilio = settings.channel[0].options
    path = folder / "hub.toml"
    path.write_text(
        f"""
[server]
port = {port}
public_url = "https://localhost:{port}"
tls_cert = "{cert}"
tls_key = "{key}"
[database]
url = "{settings.database_url}"
[security]
secret_key_file = "{settings.security.secret_key_file}"
[[channel]]
kind = "twilio_sms"
account = "main"
account_sid = "{twilio["account_sid"]}"
auth_token = "{twilio["auth_token"]}"
numbers = ["{OUR_NUMBER}"]
api_base = "{twilio["api_base"]}"
[[channel]]
kind = "webchat"
account = "web"
""",
        encoding="utf-8",
    )
    return path


async def run(config: Path, *words: str, **env: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "interaction_hub",
        *words,
        "--config",
        str(config),
        env={**os.environ, **env},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, out.decode()


async def test_command_beside_a_hub_with_https(sqlite_url: str, tmp_path: Path) -> None:
    async with open_premises(sqlite_url, tmp_path) as place:
        told = place.settings
    carrier = Carrier(DEMO_SPEC, SID, TOKEN)
    await carrier.start()
    port = free_port()
    carrier.webhook_base = f"https://localhost:{port}"
    cert, key = make_certificate(tmp_path, days=90)
    config = write_config(tmp_path, with_option(told, api_base=carrier.base_url), port, cert, key)
    trusted = {"SSL_CERT_FILE": str(cert), "HUB_CONFIG": str(config)}
    hub = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.fakes.hub_process",
        env={**os.environ, **trusted},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert hub.stderr is not None
        async with asyncio.timeout(60):
            while b"ready" not in await hub.stderr.readline():
                assert hub.returncode is None
        code, out = await run(config, "doctor", **trusted)
        lines = out.splitlines()
        assert code == 0, out
        assert [line for line in lines[:-1] if not line.startswith("ok ")] == [
            line for line in lines if "no address of the internet" in line
        ], out
        assert lines[-1].endswith("1 warn, 0 fail")
        assert any("public certificate: it holds for 90 more days" in line for line in lines)
        code, out = await run(config, "doctor", HUB_CONFIG=str(config))
        assert code == 1
        assert "the certificate does not hold" in out
    finally:
        hub.terminate()
        await hub.communicate()
        await carrier.close()


async def test_settings_that_cannot_be_read(tmp_path: Path) -> None:
    config = tmp_path / "hub.toml"
    config.write_text("[server]\nprot = 80\n", encoding="utf-8")
    code, out = await run(config, "doctor")
    assert code == 1
    assert out.startswith("fail  settings: ")
    assert "did you mean port?" in out
