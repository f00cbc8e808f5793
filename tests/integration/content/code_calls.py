"""The calls that stand in the product's sources, for rules that no linter of ours knows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGES = ("interaction_hub", "routing", "channels", "agent_ui")


@dataclass(frozen=True)
class Call:
    """One call: where, in which function, by which dotted name (`sa.text`, `connection.execute`)."""

    path: str
    function: str
    name: str
    node: ast.Call

    @property
    def last(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def keywords(self) -> set[str]:
        return {word.arg for word in self.node.keywords if word.arg}

    def __str__(self) -> str:
        return f"{self.path}:{self.function}:{self.name}"


def calls() -> Iterator[Call]:
    """Every call of the four packages."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield from calls_in(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)))


def calls_in(source: str, path: str) -> Iterator[Call]:
    """Every call of one source."""
    yield from _walk(ast.parse(source), path, "")


def _walk(node: ast.AST, path: str, function: str) -> Iterator[Call]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        function = node.name
    if isinstance(node, ast.Call):
        yield Call(path, function, _dotted(node.func), node)
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, path, function)


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "…"
