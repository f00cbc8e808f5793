"""Each import contract is broken once, on purpose, in a copy of the code; lint-imports must name it.

A contract that nothing can break protects nothing: a mistyped module name would go unnoticed for years.
"""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("interaction_hub", "routing", "channels", "agent_ui")
PREFIX = "importlinter:contract:"


@dataclass(frozen=True)
class Violation:
    """`module` gets the line `line`; the contract `contract` is then broken."""

    contract: str
    module: str
    line: str

    def __str__(self) -> str:
        return f"{self.contract}: {self.module}: {self.line}"


VIOLATIONS = [
    Violation("layers", "interaction_hub.storage.planted", "import interaction_hub.services"),
    Violation("layers", "interaction_hub.services.planted", "import interaction_hub.web"),
    Violation("layers", "interaction_hub.services.planted", "import agent_ui"),
    Violation("layers", "agent_ui.planted", "import interaction_hub.web"),
    Violation("layers", "interaction_hub.domain.planted", "import routing"),
    Violation("pure", "routing.planted", "import asyncio"),
    Violation("pure", "routing.planted", "import random"),
    Violation("pure", "routing.virtual.planted", "import random"),
    Violation("pure", "interaction_hub.domain.planted", "from time import monotonic"),
    Violation("pure", "interaction_hub.domain.planted", "import interaction_hub.clock"),
    Violation("leaves", "routing.planted", "import interaction_hub.errors"),
    Violation("leaves", "channels.planted", "import agent_ui"),
    Violation("strangers", "routing.planted", "import channels.messages"),
    Violation("strangers", "channels.planted", "import routing.model"),
    Violation("adapters", "channels.webchat.planted", "import channels.twilio_sms"),
    Violation("adapters", "channels.twilio_sms.planted", "import channels.webchat"),
    Violation("adapter-io", "channels.twilio_sms.planted", "import sqlalchemy"),
    Violation("vendor", "interaction_hub.services.planted", "import twilio"),
    Violation("concrete", "interaction_hub.web.planted", "from channels.webchat import pages"),
    Violation("concrete", "interaction_hub.services.planted", "import channels.twilio_sms"),
    Violation("demo", "interaction_hub.app", "import interaction_hub.demo"),
    Violation("demo", "interaction_hub.__main__", "import interaction_hub.demo"),
    Violation("carrier", "interaction_hub.demo.carrier.planted", "import channels.contract"),
    Violation("outside", "interaction_hub.demo.planted", "from channels import messages"),
    Violation("acyclic", "routing.planted", "import routing.planted_too"),
]


def contracts() -> dict[str, dict[str, str]]:
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter", encoding="utf-8")
    return {name.removeprefix(PREFIX): dict(config[name]) for name in config.sections() if name.startswith(PREFIX)}


def named_modules() -> set[str]:
    """Every module of ours that a contract names, whether it exists by now or not."""
    lists = ("layers", "source_modules", "forbidden_modules", "modules", "ancestors", "protected_modules")
    text = " ".join(options.get(key, "") for options in contracts().values() for key in lists)
    return {word for word in re.findall(r"[\w.]+", text) if word.split(".")[0] in PACKAGES}


def module_file(tree: Path, module: str) -> Path:
    """The file of a module in the copy, made with the packages above it where there is none."""
    *parents, name = module.split(".")
    folder = tree
    for parent in parents:
        if folder.joinpath(f"{parent}.py").exists():  # a module in the tree, a package in the plan
            folder.joinpath(f"{parent}.py").unlink()
        folder = folder / parent
        folder.mkdir(exist_ok=True)
        folder.joinpath("__init__.py").touch()
    if folder.joinpath(name, "__init__.py").exists():
        return folder / name / "__init__.py"
    path = folder / f"{name}.py"
    path.touch()
    return path


def lint(tree: Path, contract: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    command = [str(program), "--no-cache", "--contract", contract]
    environment = {**os.environ, "COLUMNS": "200", "PYTHONPATH": str(tree)}
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the code in which every module that a contract names exists."""
    shutil.copy(ROOT / ".importlinter", tmp_path)
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("static", "web", "locale") if package == "agent_ui" else None
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    for module in sorted(named_modules()):
        module_file(tmp_path, module)
    return tmp_path


@pytest.mark.parametrize("violation", VIOLATIONS, ids=str)
def test_planted_violation_breaks_its_contract(tree: Path, violation: Violation) -> None:
    with module_file(tree, violation.module).open("a", encoding="utf-8") as planted:
        planted.write(f"\n{violation.line}\n")
    if violation.contract == "acyclic":
        module_file(tree, "routing.planted_too").write_text(f"import {violation.module}\n", encoding="utf-8")

    result = lint(tree, violation.contract)

    name = contracts()[violation.contract]["name"]
    assert result.returncode == 1, result.stdout + result.stderr
    assert f"{name} BROKEN" in result.stdout
    assert violation.module.split(".")[-1] in result.stdout


@pytest.mark.parametrize("contract", contracts())
def test_code_as_it_stands_keeps_contract(tree: Path, contract: str) -> None:
    result = lint(tree, contract)

    assert result.returncode == 0, result.stdout + result.stderr


def test_every_contract_has_planted_violation() -> None:
    assert set(contracts()) == {violation.contract for violation in VIOLATIONS}
