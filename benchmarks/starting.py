"""Whole processes from the prompt to the answer, against importing what they cannot do without."""

import os
import resource
import subprocess
import sys
import time
from contextlib import closing

from benchmarks.ground import Bench
from benchmarks.measuring import Figure, Taken, in_turns
from workflow.store.database import Database

HOSO = [sys.executable, "-c", "from app.cli import main; main()"]


def starting(bench: Bench) -> list[Figure]:
    """`hoso --help` against importing typer, `hoso dossier show` against importing sqlmodel."""
    figures = [_against(bench, [*HOSO, "--help"], "typer", work="hoso --help", address="")]
    shown = {}
    for size in (bench.sizes.small, bench.sizes.large):
        ground = bench.season(size)
        address = bench.copy(ground)
        with closing(Database(address)):
            line = [*HOSO, "dossier", "show", ground.refs["B0"][size // 2]]
            shown[size] = _against(bench, line, "sqlmodel", work="hoso dossier show", address=address)
        bench.drop(address)
    small, large = shown.values()
    grown = Figure(
        row="starting",
        work=f"hoso dossier show in a season of {bench.sizes.large:,} dossiers",
        limit_is=f"the same in one of {bench.sizes.small:,}",
        unit="ms",
        ours=large.ours,
        limit=small.ours,
        value=large.ours / small.ours,
        target=1.2,
    )
    return [*figures, small, grown]


def _against(bench: Bench, line: list[str], library: str, *, work: str, address: str) -> Figure:
    env = {**os.environ, "HOSO_DB": address, "HOSO_HOME": str(bench.folder)}
    imported = [sys.executable, "-c", f"import {library}"]
    for one in (line, imported):
        subprocess.run(one, env=env, check=True, stdout=subprocess.PIPE)
    rounds = 1 if bench.sizes.rounds == 1 else bench.sizes.rounds * 3
    mine, raw = in_turns(rounds, lambda: _run(line, env), lambda: _run(imported, env))
    return Figure(
        row="starting",
        work=work,
        limit_is=f"importing {library}",
        unit="ms",
        ours=mine.cpu * 1e3,
        limit=raw.cpu * 1e3,
        value=mine.cpu / raw.cpu,
        target=1.3,
    )


def _run(line: list[str], env: dict[str, str]) -> Taken:
    """A process from its start to its end; its CPU is the system's own account of it."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(line, env=env, check=True, stdout=subprocess.PIPE)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Taken(wall=wall, cpu=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


ROWS = {"starting": starting}
