"""Many dossiers in one commit, against the same rows written by the driver alone, those of one statement together."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import cached_property

from benchmarks.commands import review
from benchmarks.ground import COORDINATOR, Bench, Ground
from benchmarks.measuring import Figure, Taken, in_turns, timed
from benchmarks.recording import RecordingDatabase, Replay, Said
from tests.servers import Server
from workflow.services.context import Context
from workflow.services.dossiers import Advance, advance
from workflow.store.database import Database


def bulk(bench: Bench) -> list[Figure]:
    """On SQLite, in a small season and a large one; all in turns, since moments of the machine differ more than
    the seasons do."""
    small, large = (_Bulk(bench, bench.season(size)) for size in (bench.sizes.small * 2, bench.sizes.large))
    mine, raw, grown = in_turns(bench.sizes.rounds, small.ours, small.limit, large.ours)
    work = f"bulk, {bench.sizes.bulk:,} dossiers in one commit, SQLite"
    figure = small.figure(mine, raw, row="bulk", work=work, limit_is="its rows by executemany", target=0.6)
    ours = large.each(grown)
    growth = replace(
        figure,
        work=f"bulk in a season of {bench.sizes.large:,} dossiers",
        limit_is=f"the same in one of {bench.sizes.small * 2:,}",
        ours=ours,
        limit=figure.ours,
        value=ours / figure.ours,
        sign="≤",
        target=1.2,
    )
    return [figure, growth]


def bulk_on_postgresql(bench: Bench) -> list[Figure]:
    """The same on PostgreSQL, where rows go in by COPY."""
    with bench.running() as server:
        many = _Bulk(bench, bench.season(bench.sizes.small * 2, server=server), server)
        work = f"bulk, {bench.sizes.bulk:,} dossiers in one commit, PostgreSQL"
        mine, raw = in_turns(bench.sizes.rounds, many.ours, many.limit)
        limit_is = "its rows by COPY and pipelined updates"
        return [many.figure(mine, raw, row="bulk-pg", work=work, limit_is=limit_is, target=0.7)]


class _Bulk:
    """Many dossiers of one unit of a season, reviewed in one commit after a first one."""

    def __init__(self, bench: Bench, ground: Ground, server: Server | None = None) -> None:
        self._bench, self._ground, self._server = bench, ground, server
        self._first, *self._refs = ground.refs["B0"][: bench.sizes.bulk + 1]

    def ours(self) -> Taken:
        with self._copied() as address, closing(Database(address)) as database:
            context = self._ground.on(database)
            review(context, self._first)
            return timed(lambda: _at_once(context, self._refs))

    def limit(self) -> Taken:
        before, written = self._said
        with self._copied() as address, closing(Replay(address)) as replay:
            replay.one(before)
            return timed(lambda: replay.in_bulk(written))

    @cached_property
    def _said(self) -> list[list[Said]]:
        """The SQL of both commits."""
        with self._copied() as address, closing(RecordingDatabase(address)) as database:
            context = self._ground.on(database)
            review(context, self._first)
            _at_once(context, self._refs)
            return database.transactions

    @contextmanager
    def _copied(self) -> Iterator[str]:
        address = self._bench.copy(self._ground, self._server)
        yield address
        self._bench.drop(address, self._server)

    def each(self, taken: Taken) -> float:
        """Microseconds per dossier."""
        return taken.wall / len(self._refs) * 1e6

    def figure(self, mine: Taken, raw: Taken, *, row: str, work: str, limit_is: str, target: float) -> Figure:
        ours, limit = self.each(mine), self.each(raw)
        return Figure(
            row=row,
            work=work,
            limit_is=limit_is,
            unit="µs per dossier",
            ours=ours,
            limit=limit,
            value=limit / ours,
            sign="≥",
            target=target,
        )


def _at_once(context: Context, refs: list[str]) -> None:
    order = Advance(command="self_review", refs=tuple(refs), args={"rank": "good"})
    answer = advance(context, "B0", COORDINATOR, order)
    assert len(answer.done) == len(refs), answer.refused


ROWS = {"bulk": bulk, "bulk-pg": bulk_on_postgresql}
