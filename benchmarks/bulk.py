"""Many dossiers in one commit, against the same rows written by the driver alone, those of one statement together."""

from contextlib import closing
from dataclasses import replace

from benchmarks.commands import review
from benchmarks.ground import COORDINATOR, Bench, Ground
from benchmarks.measuring import Figure, Taken, in_turns, timed
from benchmarks.recording import RecordingDatabase, Replay, Said
from tests.servers import Server
from workflow.services.context import Context
from workflow.services.dossiers import Advance, advance
from workflow.store.database import Database


def bulk(bench: Bench) -> list[Figure]:
    """On SQLite, in a small season and in a large one."""
    small, large = (
        _measured(
            bench, bench.season(size), work=f"bulk, {bench.sizes.bulk:,} dossiers in one commit, SQLite", target=0.6
        )
        for size in (bench.sizes.small * 2, bench.sizes.large)
    )
    grown = replace(
        large,
        work=f"bulk in a season of {bench.sizes.large:,} dossiers",
        limit_is=f"the same in one of {bench.sizes.small * 2:,}",
        limit=small.ours,
        value=large.ours / small.ours,
        sign="≤",
        target=1.2,
    )
    return [small, grown]


def bulk_on_postgresql(bench: Bench) -> list[Figure]:
    """The same on PostgreSQL, where rows go in by COPY."""
    with bench.running() as server:
        ground = bench.season(bench.sizes.small * 2, server=server)
        work = f"bulk, {bench.sizes.bulk:,} dossiers in one commit, PostgreSQL"
        return [_measured(bench, ground, work=work, target=0.7, server=server)]


def _measured(bench: Bench, ground: Ground, *, work: str, target: float, server: Server | None = None) -> Figure:
    first, *refs = ground.refs["B0"][: bench.sizes.bulk + 1]
    said = _recorded(bench, ground, first, refs, server)

    def ours() -> Taken:
        address = bench.copy(ground, server)
        with closing(Database(address)) as database:
            context = ground.on(database)
            review(context, first)
            taken = timed(lambda: _at_once(context, refs))
        bench.drop(address, server)
        return taken

    def limit() -> Taken:
        address = bench.copy(ground, server)
        with closing(Replay(address)) as replay:
            replay.one(said[0])
            taken = timed(lambda: replay.in_bulk(said[1]))
        bench.drop(address, server)
        return taken

    mine, raw = in_turns(bench.sizes.rounds, ours, limit)
    ours_us, raw_us = (one.wall / len(refs) * 1e6 for one in (mine, raw))
    return Figure(
        row="bulk" if server is None else "bulk-pg",
        work=work,
        limit_is="its rows by executemany" if server is None else "its rows by COPY and pipelined updates",
        unit="µs per dossier",
        ours=ours_us,
        limit=raw_us,
        value=raw_us / ours_us,
        sign="≥",
        target=target,
    )


def _at_once(context: Context, refs: list[str]) -> None:
    order = Advance(command="self_review", refs=tuple(refs), args={"rank": "good"})
    answer = advance(context, "B0", COORDINATOR, order)
    assert len(answer.done) == len(refs), answer.refused


def _recorded(bench: Bench, ground: Ground, first: str, refs: list[str], server: Server | None) -> list[list[Said]]:
    address = bench.copy(ground, server)
    with closing(RecordingDatabase(address)) as database:
        context = ground.on(database)
        review(context, first)
        _at_once(context, refs)
    bench.drop(address, server)
    return database.transactions


ROWS = {"bulk": bulk, "bulk-pg": bulk_on_postgresql}
