"""Replay with full verification, against SHA-256 of the same bytes alone; and the memory it takes."""

import hashlib
import os
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

from benchmarks.ground import Bench, Ground
from benchmarks.measuring import Figure, in_turns, timed
from workflow.replay.verification import verify
from workflow.services.context import Context, find_season, rules_of
from workflow.store import commands as sql
from workflow.store.database import Database


def replaying(bench: Bench) -> list[Figure]:
    """A small season and a large one, each record's share."""
    sizes = bench.sizes
    small = _measured(bench.season(sizes.small), sizes.rounds)
    ground = bench.season(sizes.large)
    large = _measured(ground, min(2, sizes.rounds))
    memory = _memory(ground)
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


def _measured(ground: Ground, rounds: int) -> Figure:
    with closing(Database(ground.address)) as database:
        context = ground.on(database)
        with database.reading() as tx:
            season = find_season(context, tx, "B0")
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
        season = find_season(context, tx, "B0")
        answer = verify(tx, season, rules_of(context, tx, season))
    assert answer.holds, answer.findings


def _memory(ground: Ground) -> float:
    """Megabytes that `hoso audit verify` needs at its height."""
    line = [sys.executable, "-c", "from app.cli import main; main()", "audit", "verify", "--season", "B0"]
    env = {**os.environ, "HOSO_DB": ground.address}
    with subprocess.Popen(line, env=env, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)  # the only way to one child's own figures
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_maxrss / 1000


ROWS = {"replay": replaying}
