"""docs/conformance.md, made from the rows, the shipped packs and the marks of the tests: row → rule → test.

`python -m tests.conformance` writes it; `make check` holds it up to date (tests/test_conformance.py).
"""

import ast
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from states import packs
from workflow.rulepack import Clause, Guidance, Missing, Route, RulePack

ROOT = Path(__file__).parent.parent
ROWS = ROOT / "docs" / "conformance"
PAGE = ROOT / "docs" / "conformance.md"
EXECUTABLE = {"GUARD", "DUE", "TRANS", "ROUTE", "TASK", "NOTIFY", "REPORT"}

HEAD = """# Conformance

*Made by `python -m tests.conformance` from docs/conformance/, the shipped packs and the marks of the tests; checked in
CI.*

Each row of the matrix of a regulation: what a program must do with it, how it stands, the rules of the pack that name
it, and the tests that do. Executable rows are those with GUARD, DUE, TRANS, ROUTE, TASK, NOTIFY or REPORT.

- **carried out**: executable, with a rule and a test; *lacks* says what the paper leaves out of it;
- **record-only**: executable, but the paper lacks the value: it is told and recorded, never judged;
- **shown**: a person reads it, where the pack is shown (`hoso plans show`) or at the step that is named;
- **open**: not done, or not wholly; what it waits for.
"""
COLUMNS = """
| row | program | what | how it stands | rules | tests |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """What of a pack names a row: a rule, a field of the paper, or something that the paper lacks."""

    name: str
    owner: Any
    pack: RulePack


@cache
def pages() -> list[dict[str, Any]]:
    """The rows as docs/conformance/ has them, a file for each regulation."""
    return [tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(ROWS.glob("*.toml"))]


def rows() -> list[dict[str, Any]]:
    """Every row of every regulation."""
    return [row for page in pages() for row in page["row"]]


@cache
def carriers_by_row() -> dict[str, list[Carrier]]:
    """Row id → what of the shipped packs names it in its clause, in the packs' order. What a pack has from its parent
    is told with the parent."""
    found: dict[str, list[Carrier]] = defaultdict(list)
    for pack in packs.shipped():
        parent = packs.find(pack.extends) if pack.extends else None
        inherited = set() if parent is None else {id_of(one) for one, _ in _clauses(parent, parent)}
        for owner, clause in _clauses(pack, pack):
            if id_of(owner) in inherited:
                continue
            for row in clause.rows:
                if all(one.name != id_of(owner) for one in found[row]):
                    found[row].append(Carrier(name=id_of(owner), owner=owner, pack=pack))
    return found


def id_of(owner: Any) -> str:
    return str(getattr(owner, "id", owner))


def _clauses(value: Any, owner: Any) -> Iterator[tuple[Any, Clause]]:
    if isinstance(value, tuple):
        for one in value:
            yield from _clauses(one, owner)
    elif is_dataclass(value) and not isinstance(value, type):
        owner = value if hasattr(value, "id") else owner
        for one in fields(value):
            inner = getattr(value, one.name)
            if isinstance(inner, Clause):
                yield owner, inner
            else:
                yield from _clauses(inner, owner)


@cache
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


def standing(row: dict[str, Any], carriers: list[Carrier]) -> tuple[str, str]:
    """How a row stands, in a word, and what is to be said of it."""
    if "later" in row:
        return "open", row["later"]
    if not is_executable(row):
        places = [one.owner.shown_at for one in carriers if isinstance(one.owner, Guidance)]
        return "shown", "at " + ", ".join(f"`{one}`" for one in dict.fromkeys(places)) if places else "with the pack"
    lacking = list(dict.fromkeys(one for one in map(_lacking, carriers) if one))
    judged = [one for one in carriers if not _is_record_only(one.owner)]
    return ("carried out" if judged else "record-only"), "lacks: " + "; ".join(lacking) if lacking else ""


def _is_record_only(owner: Any) -> bool:
    """A route is judged all the same: who receives is known, whoever decides. What only says what is missing is not."""
    if isinstance(owner, Missing):
        return True
    return not isinstance(owner, Route) and getattr(owner, "missing", None) is not None


def _lacking(carrier: Carrier) -> str:
    name = carrier.name if isinstance(carrier.owner, Missing) else getattr(carrier.owner, "missing", None)
    return next((one.what.told("en") for one in carrier.pack.missing if one.id == name), "")


def page() -> str:
    """The whole page."""
    carriers, tests = carriers_by_row(), tests_by_row()
    told = [HEAD]
    for regulation in pages():
        stand = {row["id"]: standing(row, carriers.get(row["id"], [])) for row in regulation["row"]}
        counts = Counter(word for word, _ in stand.values())
        summed = ", ".join(f"{counts[word]} {word}" for word in _WORDS if counts[word])
        told.append(f"\n## {regulation['pack']}\n\n{packs.find(regulation['pack']).title.told('en')}. ")
        told.append(f"{len(stand)} rows: {summed}.\n{COLUMNS}")
        told += [_line(row, stand[row["id"]], carriers, tests) for row in regulation["row"]]
    return "".join(told)


_WORDS = ("carried out", "record-only", "shown", "open")


def _line(
    row: dict[str, Any], stand: tuple[str, str], carriers: dict[str, list[Carrier]], tests: dict[str, list[str]]
) -> str:
    name = row["id"]
    word, more = stand
    how = f"**{word}**: {more}" if more else f"**{word}**"
    rules = ", ".join(f"`{one.name}`" for one in carriers.get(name, []))
    proved = "<br>".join(f"`{one}`" for one in tests.get(name, []))
    return f"| {name} | {' '.join(row['program'])} | {row['what']} | {how} | {rules} | {proved} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
