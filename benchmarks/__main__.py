"""`make bench`: every row against its limit in the same run. `make bench BENCH='sweep roster'` measures some rows.

    python -m benchmarks [ROW…] [--quick] [--profile] [--day DAY] [--docs DIR] [--server ADDRESS]

What was measured is kept in docs/performance.json; the page and the picture beside it are drawn from that. A quick run
keeps nothing unless a folder is named, nor does one that also tells where the time goes.
"""

import argparse
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from benchmarks import bulk, commands, deciding, growth, postgres, replaying, rosters, starting, sweeping
from benchmarks.ground import FULL, QUICK, Bench
from benchmarks.machine import described, last_commit_day
from benchmarks.measuring import PROFILING, Figure
from benchmarks.page import DOCS, keep
from benchmarks.profiling import Profile
from tests.servers import Server, named

ROOMS = (commands, postgres, bulk, deciding, replaying, sweeping, rosters, starting, growth)
ROWS = {name: row for room in ROOMS for name, row in room.ROWS.items()}


def main(argv: Sequence[str] | None = None, server: Server | None = None) -> None:
    """Measure. `server` is a PostgreSQL server that somebody else has started already."""
    asked = _asked(argv)
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as folder, ExitStack() as stack:
        if asked.server is not None:
            server = stack.enter_context(named(asked.server))
        bench = stack.enter_context(closing(Bench(Path(folder), QUICK if asked.quick else FULL, server)))
        for name in asked.rows or ROWS:
            PROFILING[:] = [Profile()] if asked.profile else []
            for figure in ROWS[name](bench):
                figures.append(figure)
                _show(figure)
            for profile in PROFILING:
                print(*profile.lines(), sep="\n", flush=True)
        machine = described(bench.folder, bench.postgresql)
    if asked.docs is not None:
        keep(machine, asked.day or last_commit_day(), figures, asked.docs)


def _asked(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", choices=[[], *ROWS], help=", ".join(ROWS))
    parser.add_argument("--quick", action="store_true", help="everything once and small: does it run?")
    parser.add_argument("--profile", action="store_true", help="where the processor's time goes, by module")
    parser.add_argument("--day", help="the day to write on the page; default: that of the last commit")
    parser.add_argument("--docs", type=Path, help="the folder of the page; default: docs/, none for a quick run")
    parser.add_argument("--server", help="a PostgreSQL server of ours; default: one out of the wheel")
    asked = parser.parse_args(argv)
    if asked.docs is None and not (asked.quick or asked.profile):
        asked.docs = DOCS
    return asked


def _show(figure: Figure) -> None:
    target = "" if figure.target is None else f"{figure.sign} {figure.target:g}"
    met = {None: "", True: "met", False: "MISSED"}[figure.met]
    against = "" if figure.limit is None else f"{figure.limit:,.1f}"
    print(
        f"{figure.work:<64}{figure.ours:>12,.1f}{against:>12} {figure.unit:<18}"
        f"{figure.value:>9.2f} {figure.value_unit:<3}{target:>8} {met}",
        flush=True,
    )


if __name__ == "__main__":
    main()
