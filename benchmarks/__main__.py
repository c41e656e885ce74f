"""`make bench`: ratios to the physical limit, medians of interleaved repetitions."""

import hashlib
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.ground import ACTOR, Ground, RecordingDatabase, season
from states.processes import PROCESSES
from workflow.engine import decide
from workflow.replay.timeline import entries
from workflow.replay.verification import verify
from workflow.services.context import find_season, rules_of
from workflow.services.dossiers import Advance, advance
from workflow.store import commands as sql
from workflow.store.engines import sqlite_driver

ROUNDS = 7
COMMANDS = 200


def main() -> None:
    driver = f"SQLite {sqlite_driver.sqlite_version}"
    print(
        f"{platform.machine()}, {platform.system()} {platform.release()}, Python {platform.python_version()}, {driver}"
    )
    print(f"{'work':<52}{'limit':>12}{'ours':>12}{'ratio':>8}")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        ground = season(place, units=COMMANDS // 5 * (ROUNDS + 1))
        _one_command(ground, place)
        _decide(ground)
        _verify(ground)


def _row(work: str, limit: float, ours: float) -> None:
    print(f"{work:<52}{limit * 1e6:>10.1f}µs{ours * 1e6:>10.1f}µs{limit / ours:>8.2f}")


def _one_command(ground: Ground, place: Path) -> None:
    """One self-review per commit, against the SQL of the same commits replayed straight through the driver."""
    file = ground.database.file
    assert file is not None
    recording = RecordingDatabase(str(file))
    ours, limit = [], []
    for number in range(ROUNDS):
        refs = ground.refs[number * COMMANDS : (number + 1) * COMMANDS]
        ground.database.close()
        twin = place / "twin.db"
        for tail in ("", "-wal"):
            if (source := Path(f"{file}{tail}")).exists():
                shutil.copyfile(source, f"{twin}{tail}")
        recording.transactions.clear()
        context = replace(ground.context, database=recording, write=recording.write)
        ours.append(_timed(lambda refs=refs, context=context: _advance_each(context, refs)) / COMMANDS)
        limit.append(_timed(_replayed(twin, list(recording.transactions))) / COMMANDS)
        for tail in ("", "-wal", "-shm"):
            Path(f"{twin}{tail}").unlink(missing_ok=True)
    _row("one command per commit, one caller", statistics.median(limit), statistics.median(ours))


def _advance_each(context: Any, refs: tuple[str, ...]) -> None:
    for ref in refs:
        advance(context, "B", ACTOR, Advance(command="self_review", refs=(ref,), args={"rank": "good"}))


def _replayed(file: Path, transactions: list[list[tuple[str, Any]]]) -> Callable[[], None]:
    connection = sqlite_driver.connect(str(file), isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")

    def run() -> None:
        cursor = connection.cursor()
        for statements in transactions:
            cursor.execute("BEGIN IMMEDIATE")
            for text, values in statements:
                cursor.execute(text, values)
                cursor.fetchall()
            connection.commit()

    return run


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _decide(ground: Ground) -> None:
    """Facts in memory to verdicts and next state, against the Machine's bare trigger."""
    with ground.database.reading() as tx:
        found = find_season(ground.context, tx, "B")
        rules = rules_of(ground.context, tx, found)
        record = next(
            one for one in entries(tx.each(sql.RECORDS_OF_SEASON, season=found["id"])) if one.command == "self_review"
        )
    facts = record.body["facts"]
    event = PROCESSES["dossier"].machine.events["self_review"]

    class Trial:
        state = "drafted"

    def bare() -> None:
        for _ in range(2000):
            event.trigger(Trial())

    def ours() -> None:
        for _ in range(2000):
            decide(rules, facts)

    pairs = [(_timed(bare), _timed(ours)) for _ in range(ROUNDS)]
    _row("decide, against a bare trigger", *(statistics.median(side) / 2000 for side in zip(*pairs, strict=True)))


def _verify(ground: Ground) -> None:
    """Replay with full verification, against SHA-256 of the same bytes alone; per record."""
    with ground.database.reading() as tx:
        found = find_season(ground.context, tx, "B")
        rules = rules_of(ground.context, tx, found)
        bodies = [row["body"] for row in tx.all(sql.RECORDS_OF_SEASON, season=found["id"])]
        pairs = []
        for _ in range(ROUNDS):
            limit = _timed(lambda: [hashlib.sha256(one).digest() for one in bodies])
            pairs.append((limit, _timed(lambda: verify(tx, found, rules))))
    count = len(bodies)
    _row(
        "verify a season, against SHA-256 alone (per record)",
        *(statistics.median(side) / count for side in zip(*pairs, strict=True)),
    )


if __name__ == "__main__":
    main()
