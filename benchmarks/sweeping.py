"""The sweep: what is due among a million obligations, against a bare claim of the same rows; and nothing due at all."""

import shutil
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from benchmarks.ground import Bench, Ticking
from benchmarks.measuring import Figure, Taken, in_turns, timed
from benchmarks.recording import RecordingDatabase, Replay
from notifications.sweep import sweep
from workflow.dates import from_micros, micros
from workflow.services.context import Context
from workflow.store.database import Database

BATCH = 100
_MANY = """
INSERT INTO obligation ({columns})
WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < :times)
SELECT {values} FROM obligation, number WHERE rule = :rule AND state = 'open'
"""
_DUE = """
SELECT id, look_at FROM obligation WHERE season = ? AND state = 'open' AND look_at <= ? ORDER BY look_at, ref LIMIT ?
"""
_CLAIM = "UPDATE obligation SET look_at = ? WHERE season = ? AND id = ? AND state = 'open' AND look_at = ?"


def sweeping(bench: Bench) -> list[Figure]:
    """A thousand due among a million, and nothing due among as many and among few."""
    figures = []
    idle = {}
    for size in (bench.sizes.small, bench.sizes.obligations):
        ground = bench.season(bench.sizes.small)
        address = bench.copy(ground)
        with closing(Database(address)) as database, closing(Replay(address)) as replay:
            crowd = _Crowd(replay, ground.on(database), size)
            idle[size] = _idle(bench, crowd)
            if size == bench.sizes.obligations:
                figures += [_due(bench, crowd), _own(bench, crowd, address)]
        bench.drop(address)
    few, many = idle.values()
    nothing: dict[str, Any] = {"row": "sweep", "unit": "ms CPU", "ours": many, "target": 1.0}
    return [
        *figures,
        Figure(
            **nothing,
            work=f"sweep: nothing due among {bench.sizes.obligations:,}",
            limit_is=f"the same among {bench.sizes.small:,}",
            limit=few,
            value=many,
            value_unit="ms",
        ),
    ]


class _Crowd:
    """A season with so many obligations on the rule that most dossiers stand under; nobody looks at them soon."""

    def __init__(self, replay: Replay, context: Context, size: int) -> None:
        self.replay, self.clock = replay, Ticking()
        self.context = replace(context, clock=self.clock)
        self.clock.now += timedelta(minutes=1)
        sweep(self.context)  # the season's own, as far as the ladder goes today
        told = replay.connection.execute
        # A rule of every unit, at the first of its rungs that is still to come.
        self.rule, count, next_rung = told(
            "SELECT rule, count(*), min(look_at) FROM obligation WHERE state = 'open' AND per = 'unit' AND look_at > ?"
            " GROUP BY rule ORDER BY 2 DESC, 3 DESC, 1 LIMIT 1",
            (micros(self.clock.now),),
        ).fetchone()
        names = [row[1] for row in told("PRAGMA table_info(obligation)")]
        far = micros(self.clock.now + timedelta(days=3650))
        fresh = {
            "id": "printf('%08d-0000-7000-8000-', i) || substr(id, -12)",
            "ref": "'VX-' || i || ref",
            "look_at": str(far),
        }
        told(
            _MANY.format(columns=", ".join(names), values=", ".join(fresh.get(name, name) for name in names)),
            {"times": max(1, size // count), "rule": self.rule},
        )
        self.season = told("SELECT id FROM season").fetchone()[0]
        self.ids = [row[0] for row in told("SELECT id FROM obligation WHERE look_at = ? ORDER BY ref", (far,))]
        self.far = far
        self.clock.now = from_micros(next_rung)

    def due(self, ids: Sequence[str]) -> None:
        """Their moment has come, and nobody has looked yet."""
        self.replay.begin()
        self.replay.cursor.executemany(
            "UPDATE obligation SET look_at = ? WHERE season = ? AND id = ?",
            [(micros(self.clock.now), self.season, one) for one in ids],
        )
        self.replay.connection.commit()


def _due(bench: Bench, crowd: _Crowd) -> Figure:
    count = bench.sizes.due
    step = max(1, len(crowd.ids) // (2 * count * bench.sizes.rounds + 1))
    lots = (
        iter([crowd.ids[at::step][:count] for at in range(2 * bench.sizes.rounds)])
        if step > 2 * bench.sizes.rounds
        else None
    )
    fresh = iter(crowd.ids)

    def lot() -> list[str]:
        return list(next(lots)) if lots is not None else [next(fresh) for _ in range(count)]

    def ours() -> Taken:
        crowd.due(lot())
        looked: list[int] = []
        taken = timed(lambda: looked.append(sweep(crowd.context).looked))
        assert looked == [count], looked
        return taken

    def limit() -> Taken:
        crowd.due(lot())
        return timed(lambda: _claimed(crowd, crowd.clock.now))

    sweep(crowd.context)  # whatever else is due at this instant
    mine, raw = in_turns(bench.sizes.rounds, ours, limit)
    return Figure(
        row="sweep",
        work=f"sweep: {count:,} due among {len(crowd.ids):,}",
        limit_is=f"a bare claim in batches of {BATCH}",
        unit="µs per obligation",
        ours=mine.wall / count * 1e6,
        limit=raw.wall / count * 1e6,
        value=mine.wall / raw.wall,
        target=1.3,
    )


def _own(bench: Bench, crowd: _Crowd, address: str) -> Figure:
    """A sweep against its own SQL: the rungs that it records and the messages that it writes are its work too."""
    count = bench.sizes.due
    crowd.due(crowd.ids[-count:])
    crowd.replay.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    twin = bench.folder / "twin.db"
    shutil.copyfile(address, twin)
    with closing(RecordingDatabase(address)) as database:
        context = replace(crowd.context, database=database, write=database.write)
        mine = timed(lambda: sweep(context))
    with closing(Replay(str(twin))) as replay:
        raw = timed(lambda: replay.each(database.transactions))
    bench.drop(str(twin))
    return Figure(
        row="sweep",
        work=f"sweep: {count:,} due, against all that it writes",
        limit_is="its own SQL, replayed",
        unit="µs per obligation",
        ours=mine.wall / count * 1e6,
        limit=raw.wall / count * 1e6,
        value=mine.wall / raw.wall,
    )


def _claimed(crowd: _Crowd, now: datetime) -> None:
    """Take what is due, a batch to a commit: whoever changes the row has it."""
    replay, cursor = crowd.replay, crowd.replay.cursor
    while True:
        replay.begin()
        rows = cursor.execute(_DUE, (crowd.season, micros(now), BATCH)).fetchall()
        for one, look_at in rows:
            cursor.execute(_CLAIM, (crowd.far, crowd.season, one, look_at))
        replay.connection.commit()
        if len(rows) < BATCH:
            return


def _idle(bench: Bench, crowd: _Crowd) -> float:
    """Milliseconds of CPU for a look at which nothing is due, the heartbeat's commit included."""
    context = replace(crowd.context, virtual=False)
    sweep(context)
    times = 20 if bench.sizes.rounds > 1 else 2
    start = time.process_time()
    for _ in range(times):
        assert sweep(context).looked == 0
    return (time.process_time() - start) / times * 1e3


ROWS = {"sweep": sweeping}
