"""One command per commit on PostgreSQL, against its SQL replayed statement by statement: one connection, and eight
processes, each on a season of its own or all on one."""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any

from benchmarks.commands import EXTRA_CPU, LIMIT, each, review
from benchmarks.ground import Bench, Ground
from benchmarks.measuring import Figure, Taken, in_turns, timed
from benchmarks.recording import RecordingDatabase, Replay, Said
from tests.servers import Server
from workflow.store.database import Database

WORK = "one command per commit, PostgreSQL"
Share = tuple[str, Sequence[str]]
"""A season, and the dossiers of it that one process advances."""


def postgresql(bench: Bench) -> list[Figure]:
    """One connection."""
    with bench.running() as server:
        ground = bench.season(bench.sizes.small, server=server)
        refs = ground.refs["B0"][: bench.sizes.commands + 1]
        said = _recorded(bench, server, ground, ("B0", refs))

        def ours() -> Taken:
            address = bench.copy(ground, server)
            with closing(Database(address)) as database:
                context = ground.on(database)
                review(context, refs[0])
                taken = timed(lambda: each(context, refs[1:]))
            bench.drop(address, server)
            return taken

        def limit() -> Taken:
            address = bench.copy(ground, server)
            with closing(Replay(address)) as replay:
                replay.one(said[0])
                taken = timed(lambda: replay.each(said[1:]))
            bench.drop(address, server)
            return taken

        mine, raw = in_turns(bench.sizes.rounds, ours, limit)
    count = len(refs) - 1
    shared: dict[str, Any] = {"row": "postgresql", "limit_is": LIMIT, "unit": "µs per command"}
    work = f"{WORK}, one connection"
    return [
        _figure(mine, raw, count, work=work, target=1.0),
        Figure(
            **shared,
            work=f"{work}: extra CPU",
            ours=mine.cpu / count * 1e6,
            limit=raw.cpu / count * 1e6,
            value=(mine.cpu - raw.cpu) / count * 1e6,
            target=EXTRA_CPU,
            value_unit="µs",
        ),
    ]


def _figure(mine: Taken, raw: Taken, count: int, *, work: str, target: float | None) -> Figure:
    ours_us, raw_us = (one.wall / count * 1e6 for one in (mine, raw))
    return Figure(
        row="postgresql" if "one connection" in work else "processes",
        work=work,
        limit_is=LIMIT,
        unit="µs per command",
        ours=ours_us,
        limit=raw_us,
        value=raw_us / ours_us,
        sign="≥",
        target=target,
    )


def _recorded(bench: Bench, server: Server, ground: Ground, share: Share) -> list[list[Said]]:
    address = bench.copy(ground, server)
    with closing(RecordingDatabase(address)) as database:
        context = ground.on(database)
        for ref in share[1]:
            review(context, ref, share[0])
    bench.drop(address, server)
    return database.transactions


def processes(bench: Bench) -> list[Figure]:
    """Eight processes: eight seasons, and one that they share."""
    with bench.running() as server:
        every = bench.sizes.processes
        ground = bench.season(bench.sizes.small, seasons=every, server=server)
        count = bench.sizes.commands // every + 2
        apart = [(season, refs[:count]) for season, refs in sorted(ground.refs.items())]
        refs = ground.refs["B0"]
        together = [("B0", refs[number * count : (number + 1) * count]) for number in range(every)]
        figures = []
        ways = [(apart, "a season each", 1.0), (together, "one season", None)]
        for shares, name, target in ways if every > 1 else ways[:1]:
            said = [_recorded(bench, server, ground, share) for share in shares]
            mine, raw = in_turns(
                bench.sizes.rounds,
                lambda shares=shares: _at_once(bench, server, ground, _advancing, shares),  # type: ignore[misc]
                lambda said=said: _at_once(bench, server, ground, _replaying, said),  # type: ignore[misc]
            )
            work = f"{WORK}, {every} processes, {name}"
            figures.append(_figure(mine, raw, every * (count - 1), work=work, target=target))
    return figures


def _at_once(bench: Bench, server: Server, ground: Ground, work: Callable[..., None], shares: Sequence[Any]) -> Taken:
    """Eight processes begin together; the wall clock from then until the last one is done."""
    address = bench.copy(ground, server)
    context = multiprocessing.get_context("spawn")
    barrier, told = context.Barrier(len(shares) + 1), context.Queue()
    workers = [
        context.Process(target=work, args=(address, ground.context.tenant, share, barrier, told)) for share in shares
    ]
    for one in workers:
        one.start()
    barrier.wait(120)
    start = time.perf_counter()
    cpu = sum(told.get(timeout=600) for _ in workers)
    wall = time.perf_counter() - start
    for one in workers:
        one.join()
    bench.drop(address, server)
    return Taken(wall=wall, cpu=cpu)


def _advancing(address: str, tenant: str, share: Share, barrier: Barrier, told: "Queue[float]") -> None:
    """A process of ours: it opens everything with its first command, then does the rest at the sign."""
    from benchmarks.ground import opened_on  # noqa: PLC0415

    season, refs = share
    with closing(Database(address)) as database:
        context = opened_on(database, tenant)
        review(context, refs[0], season)
        barrier.wait(120)
        told.put(timed(lambda: each(context, refs[1:], season)).cpu)


def _replaying(address: str, _: str, said: list[list[Said]], barrier: Barrier, told: "Queue[float]") -> None:
    with closing(Replay(address)) as replay:
        replay.one(said[0])
        barrier.wait(120)
        told.put(timed(lambda: replay.each(said[1:])).cpu)


ROWS = {"postgresql": postgresql, "processes": processes}
