"""A workbook of 30,000 people: tried out against reading it with calamine, brought in against writing its rows."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

import workbooks
from benchmarks.ground import LEADERS, OPERATOR, PACK, Bench, roster
from benchmarks.measuring import Figure, Taken, in_turns, timed
from benchmarks.recording import RecordingDatabase, Replay
from states import packs
from workflow.services.context import By, Context
from workflow.services.rosters import import_roster
from workflow.store.database import Database


def rosters(bench: Bench) -> list[Figure]:
    """Into a season that has a few dossiers already."""
    ground, pack = bench.season(LEADERS), packs.find(PACK)
    file = bench.folder / "people.xlsx"
    people = bench.sizes.people
    workbooks.template(file, pack.vocabulary, pack.bodies, roster(people // LEADERS))

    def brought(context: Context, by: By) -> Taken:
        return timed(lambda: _import(context, file, by))

    def on_copy(by: By) -> Taken:
        address = bench.copy(ground)
        with closing(Database(address)) as database:
            taken = brought(ground.on(database), by)
        bench.drop(address)
        return taken

    address = bench.copy(ground)
    with closing(RecordingDatabase(address)) as database:
        brought(ground.on(database), OPERATOR)
    bench.drop(address)
    (said,) = database.transactions

    def raw() -> Taken:
        address = bench.copy(ground)
        with closing(Replay(address)) as replay:
            taken = timed(lambda: replay.in_bulk(said))
        bench.drop(address)
        return taken

    rounds = min(3, bench.sizes.rounds)
    trial = replace(OPERATOR, dry_run=True)
    dry, reading, real, rows = in_turns(
        rounds, lambda: on_copy(trial), lambda: timed(lambda: _read(file)), lambda: on_copy(OPERATOR), raw
    )
    shared: dict[str, Any] = {"row": "roster", "unit": "µs per person"}
    per = 1e6 / people
    return [
        Figure(
            **shared,
            work=f"roster of {people:,} rows: dry run",
            limit_is="reading with calamine",
            ours=dry.wall * per,
            limit=reading.wall * per,
            value=dry.wall / reading.wall,
            target=6,
        ),
        Figure(
            **shared,
            work=f"roster of {people:,} rows: import",
            limit_is="its rows by executemany",
            ours=real.wall * per,
            limit=rows.wall * per,
            value=rows.wall / real.wall,
            sign="≥",
            target=0.5,
        ),
    ]


def _read(file: Path) -> list[object]:
    with CalamineWorkbook.from_path(file) as book:
        return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def _import(context: Context, file: Path, by: By) -> None:
    """What `hoso roster import` does."""
    pack = packs.find(PACK)
    answer = import_roster(context, "B0", by, workbooks.read(file, pack.vocabulary, pack.bodies))
    assert answer.changes


ROWS = {"roster": rosters}
