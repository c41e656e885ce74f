"""One command per commit on SQLite: one caller against the same SQL through the driver, and 8 and 64 in a server."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from typing import Any

from benchmarks.ground import COORDINATOR, Bench, Ground
from benchmarks.measuring import Figure, Taken, in_turns, percentile, timed
from benchmarks.recording import RecordingDatabase, Replay, Said
from workflow.services.context import Context
from workflow.services.dossiers import Advance, advance
from workflow.store.database import Database
from workflow.store.group_commit import GroupWriter

WORK = "one command per commit, SQLite"
LIMIT = "its SQL, replayed through the driver"
EXTRA_CPU = 150.0
"""Microseconds that a command may cost beyond its SQL."""


def review(context: Context, ref: str, season: str = "B0") -> None:
    """One self-review in a commit of its own."""
    answer = advance(context, season, COORDINATOR, Advance(command="self_review", refs=(ref,), args={"rank": "good"}))
    assert answer.done, answer.refused


def each(context: Context, refs: Sequence[str], season: str = "B0") -> None:
    for ref in refs:
        review(context, ref, season)


def recorded(bench: Bench, ground: Ground, refs: tuple[str, ...]) -> list[list[Said]]:
    """The SQL of one self-review after the other."""
    address = bench.copy(ground)
    with closing(RecordingDatabase(address)) as database:
        context = ground.on(database)
        for ref in refs:
            review(context, ref)
    bench.drop(address)
    return database.transactions


def one(bench: Bench) -> list[Figure]:
    """One caller."""
    ground, count = bench.season(bench.sizes.small), bench.sizes.commands
    first, *refs = ground.refs["B0"][: count + 1]
    said = recorded(bench, ground, (first, *refs))

    def ours() -> Taken:
        return _on_copy(bench, ground, lambda context: _each(context, first, refs))

    def limit() -> Taken:
        return _replayed(bench, ground, said)

    mine, raw = in_turns(bench.sizes.rounds, ours, limit)
    extra = (mine.cpu - raw.cpu) / count * 1e6
    shared: dict[str, Any] = {"row": "one", "limit_is": LIMIT, "unit": "µs per command"}
    work = f"{WORK}, one caller"
    ours_us, raw_us = mine.wall / count * 1e6, raw.wall / count * 1e6
    return [
        Figure(**shared, work=work, ours=ours_us, limit=raw_us, value=raw_us / ours_us, sign="≥", target=0.7),
        Figure(
            **shared,
            work=f"{work}: extra CPU",
            ours=mine.cpu / count * 1e6,
            limit=raw.cpu / count * 1e6,
            value=extra,
            target=EXTRA_CPU,
            value_unit="µs",
        ),
    ]


def _on_copy(bench: Bench, ground: Ground, work: Callable[[Context], Taken]) -> Taken:
    address = bench.copy(ground)
    with closing(Database(address)) as database:
        taken = work(ground.on(database))
    bench.drop(address)
    return taken


def _each(context: Context, first: str, refs: list[str]) -> Taken:
    review(context, first)  # opens the connection and compiles the statements
    return timed(lambda: each(context, refs))


def _replayed(bench: Bench, ground: Ground, said: list[list[Said]]) -> Taken:
    address = bench.copy(ground)
    with closing(Replay(address)) as replay:
        replay.one(said[0])
        taken = timed(lambda: replay.each(said[1:]))
    bench.drop(address)
    return taken


def callers(bench: Bench) -> list[Figure]:
    """Eight and sixty-four callers, threads of one process whose commands one writer commits in groups."""
    ground, count = bench.season(bench.sizes.small), bench.sizes.commands
    first, *refs = ground.refs["B0"][: count + 1]
    said = recorded(bench, ground, (first, *refs))
    waits: dict[str, list[float]] = {"8": [], "64": [], "turns": []}

    def limit() -> Taken:
        return _replayed(bench, ground, said)

    def turns() -> Taken:
        address = bench.copy(ground)
        with closing(Replay(address)) as replay, closing(_Turns(replay)) as door:
            replay.one(said[0])
            taken = _served(8, [lambda s=s: door.write(s) for s in said[1:]], waits["turns"])  # type: ignore[misc]
        bench.drop(address)
        return taken

    def served(threads: int) -> Callable[[], Taken]:
        def run() -> Taken:
            return _on_copy(bench, ground, lambda context: _grouped(context, first, refs, threads, waits[f"{threads}"]))

        return run

    raw, _, eight, many = in_turns(bench.sizes.rounds, limit, turns, served(8), served(64))
    figures = []
    for threads, taken, target in ((8, eight, 1.8), (64, many, 2.5)):
        ours_us, raw_us = taken.wall / count * 1e6, raw.wall / count * 1e6
        figures.append(
            Figure(
                row="callers",
                work=f"{WORK}, {threads} callers in a server",
                limit_is="the replay of one caller",
                unit="µs per command",
                ours=ours_us,
                limit=raw_us,
                value=raw_us / ours_us,
                sign="≥",
                target=target,
            )
        )
    slow, bare = percentile(waits["8"], 99) * 1e6, percentile(waits["turns"], 99) * 1e6
    figures.append(
        Figure(
            row="callers",
            work=f"{WORK}, 8 callers: how long 99 % wait at most",
            limit_is="the replay for 8 callers in turns",
            unit="µs",
            ours=slow,
            limit=bare,
            value=slow / bare,
            target=3,
        )
    )
    return figures


def _grouped(context: Context, first: str, refs: list[str], threads: int, waits: list[float]) -> Taken:
    with closing(GroupWriter(context.database)) as writer:
        served = replace(context, write=writer.write)
        review(served, first)
        return _served(threads, [lambda ref=ref: review(served, ref) for ref in refs], waits)  # type: ignore[misc]


def _served(threads: int, works: list[Callable[[], None]], waits: list[float]) -> Taken:
    """Every work once, by so many callers; how long each waited is added to `waits`."""

    def call(work: Callable[[], None]) -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: time.sleep(0.001), range(threads)))  # every thread is there
        return timed(lambda: waits.extend(pool.map(call, works)))


class _Turns:
    """Callers of a replay take turns at its one connection, in the order in which they came; each has its commit."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self._jobs: queue.SimpleQueue[tuple[list[Said], Future[None]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def write(self, said: list[Said]) -> None:
        done: Future[None] = Future()
        self._jobs.put((said, done))
        done.result()

    def close(self) -> None:
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._replay.one(job[0])
            job[1].set_result(None)


ROWS = {"one": one, "callers": callers}
