"""Schemathesis as a program of its own: it asks a running hub whatever its description allows, and more."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.fakes.house import House

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)


@dataclass(frozen=True)
class Probe:
    """How it asks: its phases, which paths it leaves out, how many examples of each operation."""

    phases: str
    left_out: str
    examples: int
    seed: int = 1
    deterministic: bool = False

    async def run(self, house: House, login: str, folder: Path) -> tuple[int, str]:
        """Ask as this person; gives the exit code and what was said."""
        options = {
            "--header": f"Authorization: Bearer {await house.sign_in(login)}",
            "--checks": CHECKS,
            "--phases": self.phases,
            "--exclude-path-regex": self.left_out,
            "--max-examples": str(self.examples),
            "--rate-limit": "1150/m",  # the hub's own limit is 1200 for a session
            "--seed": str(self.seed),
        }
        process = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            f"{house.url}/api/openapi.json",
            *(word for option in options.items() for word in option),
            *(("--generation-deterministic",) if self.deterministic else ()),
            "--no-color",
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
        said, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, said.decode(errors="replace")
