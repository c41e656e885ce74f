"""docs/conformance.md, made from the rows, the shipped packs and the marks of the tests: row → rule → test.

`python -m tests.conformance` writes it; `make check` holds it up to date (tests/test_conformance.py).
"""

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from states import packs
from workflow.rulepack import Clause

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "conformance.md"
EXECUTABLE = {"GUARD", "DUE", "TRANS", "ROUTE", "TASK", "NOTIFY", "REPORT"}

HEAD = """# Conformance

*Made by `python -m tests.conformance` from docs/conformance.toml, the shipped packs and the marks of the tests; checked
in CI.*

Each row of the matrix of a regulation: what a program must do with it, the rules of the pack that carry it out, and the
tests that name it. Executable rows are those with GUARD, DUE, TRANS, ROUTE, TASK, NOTIFY or REPORT.

| row | program | what | rules | tests |
|---|---|---|---|---|
"""


def rows() -> list[dict[str, Any]]:
    """The rows, as docs/conformance.toml has them."""
    found: list[dict[str, Any]] = tomllib.loads((ROOT / "docs" / "conformance.toml").read_text(encoding="utf-8"))["row"]
    return found


def rules_by_row() -> dict[str, list[str]]:
    """Row id → ids of the shipped packs' rules whose clause names it, in the packs' order."""
    found: dict[str, list[str]] = defaultdict(list)
    for pack in packs.shipped():
        for rule, clause in _clauses(pack, pack.id):
            for row in clause.rows:
                if rule not in found[row]:
                    found[row].append(rule)
    return found


def _clauses(value: Any, name: str) -> Iterator[tuple[str, Clause]]:
    if isinstance(value, tuple):
        for one in value:
            yield from _clauses(one, name)
    elif is_dataclass(value) and not isinstance(value, type):
        name = getattr(value, "id", name)
        for one in fields(value):
            inner = getattr(value, one.name)
            if isinstance(inner, Clause):
                yield name, inner
            else:
                yield from _clauses(inner, name)


def tests_by_row() -> dict[str, list[str]]:
    """Row id → the tests marked with it, as file::test."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for name, row in _marks(tree, ()):
            found[row].append(f"{file.relative_to(ROOT / 'tests').as_posix()}::{name}")
    return found


def _marks(node: ast.AST, inherited: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _marks(child, (*inherited, *_rows_of(child)))
        elif isinstance(child, ast.FunctionDef) and child.name.startswith("test_"):
            for row in dict.fromkeys((*inherited, *_rows_of(child))):
                yield child.name, row


def _rows_of(node: ast.ClassDef | ast.FunctionDef) -> Iterator[str]:
    for mark in node.decorator_list:
        for call in ast.walk(mark):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.row":
                yield from (str(one.value) for one in call.args if isinstance(one, ast.Constant))


def is_executable(row: dict[str, Any]) -> bool:
    return bool(EXECUTABLE & set(row["program"]))


def page() -> str:
    """The whole page."""
    rules, tests = rules_by_row(), tests_by_row()
    lines = []
    for row in rows():
        told = "<br>".join(f"`{one}`" for one in tests.get(row["id"], []))
        if "later" in row:
            told = "<br>".join(filter(None, [told, f"*later:* {row['later']}"]))
        kinds = " ".join(row["program"])
        listed = ", ".join(f"`{one}`" for one in rules.get(row["id"], []))
        lines.append(f"| {row['id']} | {kinds} | {row['what']} | {listed} | {told} |")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
