"""Replay with full verification, against SHA-256 of the same bytes alone; and the memory it takes.

The season is a long one: dossiers are voted on again and again, so most records are steps and few the roster's.
"""

import hashlib
import os
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

from benchmarks.ground import Bench
from benchmarks.long_season import CODE, long_season
from benchmarks.measuring import Figure, in_turns, timed
from workflow.replay.verification import verify
from workflow.services.context import Context, find_season, rules_of
from workflow.store import commands as sql
from workflow.store.database import Database

VOTES = 8
OF_A_COPY = 10 * (2 * VOTES + 2)
"""Records of the ten dossiers that are copied; those of their meetings and groups come on top."""

WATCHER = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(process.pid, 0)
print(used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""A child begins with as much as its parent holds, and the system counts that: so a small process starts it."""


def replaying(bench: Bench) -> list[Figure]:
    """A short history and a long one, each record's share."""
    sizes = bench.sizes
    small = _measured(_season(bench, sizes.records // 50), sizes.rounds)
    context = _season(bench, sizes.records)
    large = _measured(context, 1)
    memory = _memory(context)
    taken = replace(
        large,
        work=f"{large.work}: memory of the whole process",
        limit_is="",
        unit="MB",
        ours=memory,
        limit=None,
        value=memory,
        target=100,
        value_unit="MB",
    )
    return [small, large, taken]


def _season(bench: Bench, records: int) -> Context:
    """About so many records of dossiers that vote eight times."""
    folder = bench.folder / f"long-{records}"
    folder.mkdir()
    return long_season(folder, units=2, people=5, votes=VOTES, copies=max(1, records // OF_A_COPY))


def _measured(context: Context, rounds: int) -> Figure:
    with closing(Database(str(context.database.file))) as database:
        context = replace(context, database=database, write=database.write)
        with database.reading() as tx:
            season = find_season(context, tx, CODE)
            bodies = [row["body"] for row in tx.each(sql.RECORDS_OF_SEASON, season=season["id"])]
        mine, raw = in_turns(
            rounds,
            lambda: timed(lambda: _verified(context)),
            lambda: timed(lambda: [hashlib.sha256(one).digest() for one in bodies]),
        )
    return Figure(
        row="replay",
        work=f"replay with full verification, {len(bodies):,} records",
        limit_is="SHA-256 of the same bytes",
        unit="µs per record",
        ours=mine.wall / len(bodies) * 1e6,
        limit=raw.wall / len(bodies) * 1e6,
        value=mine.wall / raw.wall,
        target=4.5,
    )


def _verified(context: Context) -> None:
    with context.database.reading() as tx:
        season = find_season(context, tx, CODE)
        answer = verify(tx, season, rules_of(context, tx, season))
    assert answer.holds, answer.findings


def _memory(context: Context) -> float:
    """Megabytes that `hoso audit verify` needs at its height."""
    line = [sys.executable, "-c", "from app.cli import main; main()", "audit", "verify", "--season", CODE]
    env = {**os.environ, "HOSO_DB": str(context.database.file)}
    told = subprocess.run(
        [sys.executable, "-c", WATCHER, *line], env=env, check=True, stdout=subprocess.PIPE, text=True
    )
    return int(told.stdout) / 1000


ROWS = {"replay": replaying}
