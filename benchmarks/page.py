"""The page docs/performance.md and its picture, from docs/performance.json: redrawn without measuring anything.

python -m benchmarks.page
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.drawing import bars
from benchmarks.measuring import Figure

DOCS = Path(__file__).parent.parent / "docs"
KEPT, PAGE, PICTURE = "performance.json", "performance.md", "performance.svg"

_HEAD = """\
# Performance

Everything is measured against its limit *in the same run*: the median of repetitions in turns (ours, limit, ours,
limit …). The limit of a command is the SQL of that very command, its reads too, recorded and replayed straight through
the driver. Figures are ratios, so they say something on another machine as well; the absolute ones are those of this
one. `make bench` measures again, `make bench BENCH='sweep roster'` some rows.

![Each figure as a share of its target](performance.svg)
"""
_FOOT = """
## How to read it

- Why a figure misses its target, and how far it could go: [where the time goes](explanation/where-time-goes.md).
- A ratio against replayed SQL binds where that replayed commit takes 150 µs or more; elsewhere the extra CPU does.
- *Extra CPU* is the processor time of a command minus that of its replayed SQL.
- *Growth* compares the processor time of the same command in a small and in a large season. What is linear by nature
  (an import, a verification) is told for one row or one record.
- Eight callers of a replay take turns at its connection in the order in which they came, each with a commit of its own.
- The eight processes on PostgreSQL work on a season each, since a season has
  [one writer at a time](adr/0014-one-season-one-writer.md); the line without a target is all of them at one season.
- The sweep's limit changes `look_at` and nothing else; the sweep also records a rung and writes the messages.
- Nothing that is measured hurries: SQLite syncs fully at every commit, PostgreSQL forgets nothing it acknowledged.
"""


def kept(folder: Path = DOCS) -> dict[str, Any]:
    """What was measured last."""
    found: dict[str, Any] = json.loads((folder / KEPT).read_text(encoding="utf-8"))
    return found


def keep(machine: dict[str, str], day: str, figures: Iterable[Figure], folder: Path = DOCS) -> None:
    """Keep what was measured and draw it. Rows that were not measured this time stay as they were."""
    measured = [one.as_json() for one in figures]
    rows = {one["row"] for one in measured}
    before = kept(folder)["figures"] if (folder / KEPT).exists() else []
    every = [one for one in before if one["row"] not in rows] + measured
    told = {"day": day, "machine": machine, "figures": every}
    (folder / KEPT).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    draw(folder)


def draw(folder: Path = DOCS) -> None:
    told = kept(folder)
    (folder / PAGE).write_text(page(told), encoding="utf-8")
    (folder / PICTURE).write_text(picture(told), encoding="utf-8")


def page(told: dict[str, Any]) -> str:
    """The page as text."""
    lines = [_HEAD, "| work | ours | limit | | figure | target | |", "|---|--:|--:|---|--:|--:|---|"]
    lines += [_line(Figure(**one)) for one in told["figures"]]
    lines += ["", f"Measured on {told['day']}:", ""]
    lines += [f"- {name}: {said}" for name, said in told["machine"].items()]
    return "\n".join(lines) + "\n" + _FOOT


def _line(one: Figure) -> str:
    limit = "" if one.limit is None else _number(one.limit)
    target = "" if one.target is None else f"{one.sign} {one.target:g}{_unit(one)}"
    met = {None: "", True: "met", False: "**missed**"}[one.met]
    is_ = f" against {one.limit_is}" if one.limit_is else ""
    return (
        f"| {one.work}{is_} | {_number(one.ours)} | {limit} | {one.unit} | {_number(one.value)}{_unit(one)} "
        f"| {target} | {met} |"
    )


def _unit(one: Figure) -> str:
    return f" {one.value_unit}" if one.value_unit else ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004  three digits say it all


def picture(told: dict[str, Any]) -> str:
    """The figures that have a target, as bars."""
    return bars([one for one in (Figure(**one) for one in told["figures"]) if one.target is not None])


if __name__ == "__main__":
    draw()
