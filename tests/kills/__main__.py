"""Kill the process at every moment of every deed, look at what is left, and do it again.

    python -m tests.kills FOLDER [--server ADDRESS] [--every N] [--offset K] [--chance SECONDS SEED]

At every named moment (before each statement, before COMMIT, after it) a child is killed with SIGKILL, `--every` N-th of
them from the K-th on; with `--chance` children are killed from outside at random instants for so long. After each death
the database is opened anew and must be what it was before the deed, or what it is after it, and nothing else; what was
answered must be there; the same deed given again must come to the same. Prints one JSON document.
"""

import argparse
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from tests import ground
from tests.kills.deeds import DEEDS, SEASON, STAGES, Deed
from tests.kills.doomed import Clockwork, Doomed
from tests.season import Clock, Play
from tests.servers import Server, named
from workflow import canonical
from workflow.answers import Answer
from workflow.replay.verification import verify
from workflow.services.context import Context
from workflow.store import commands as sql
from workflow.store.database import Database
from workflow.store.maintenance import standing_of
from workflow.store.migrations import Standing, migrate
from workflow.store.statements import Statement
from workflow.store.tables import METADATA

ACKNOWLEDGED = b"!"
AROUND_COMMIT = {"commit", "committed"}


@dataclass(slots=True)
class Tally:
    """What happened: kills by deed, and what was found in each state."""

    kills: Counter[str] = field(default_factory=Counter)
    moments: dict[str, int] = field(default_factory=dict)
    before: int = 0
    after: int = 0
    acknowledged: int = 0


class Prepared:
    """The stages, made once, and copied for every death."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stages: dict[str, tuple[str, Play]] = {}
        for name, made in STAGES.items():
            place = folder / name
            place.mkdir()
            play = made(place)
            play.database.close()
            self.stages[name] = ground.here().kept(place), play

    def fresh(self, stage: str) -> Play:
        """The stage in a database of its own."""
        address, play = self.stages[stage]
        place = Path(mkdtemp(dir=self.folder))
        ground.here().copy(address, place)
        return replace(play, folder=place)

    def over(self, play: Play) -> None:
        ground.here().forget(play.folder)
        rmtree(play.folder)


def acting(play: Play, moment: Callable[[str], None]) -> Context:
    """A context on the play's database that tells its moments."""
    files = play.folder / "hoso.db.files"
    database = Doomed(ground.here().address(play.folder), moment, busy_seconds=10, files=files)
    ground.here().hurried(database)
    return replace(play.context, database=database, write=database.write)


def do(play: Play, deed: Deed, moment: Callable[[str], None]) -> Any:
    context = acting(play, moment)
    with closing(context.database):
        return deed.work(context, play.folder / "spool")


def killed(play: Play, deed: Deed, *, at: int | None, after: float | None = None) -> bool:
    """Let a child do it and die; whether it had answered before."""
    hears, tells = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            do(play, deed, Clockwork(at))
            os.write(tells, ACKNOWLEDGED)
        finally:
            os._exit(0)
    os.close(tells)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(hears, "rb") as heard:
        return heard.read() == ACKNOWLEDGED


ERRATIC = {"head", "hash", "body", "salt", "fingerprint", "digest", "act"}
"""What differs from one doing to the next: ids, salts, and what is made of them."""


def shape(play: Play) -> dict[str, list[Any]]:
    """Every table without what chance makes: how many rows, and their plain values, in one order."""
    database = acting(play, lambda _: None).database
    found: dict[str, list[Any]] = {}
    with closing(database), database.reading() as tx:
        for table in METADATA.sorted_tables:
            rows = tx.all(Statement(table.select()))
            found[table.name] = sorted(str(_plain(row)) for row in rows)
    return found


def _plain(row: dict[str, Any]) -> list[tuple[str, str]]:
    told = {name: value for name, value in row.items() if name not in ERRATIC}
    return sorted((name, "id" if _is_id(value) else str(value)) for name, value in told.items())


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and len(value) in {36, 64} and set(value) <= set("0123456789abcdef-")


def unsent(play: Play) -> int:
    """How many messages still wait."""
    return sum("('state', 'queued')" in one for one in shape(play)["message"])


def sound(play: Play) -> None:
    """The record verifies, and every row of an append-only table can be read."""
    context = acting(play, lambda _: None)
    with closing(context.database), context.database.reading() as tx:
        season = tx.one(sql.SEASON, tenant="local", code=SEASON)
        assert season is not None
        found = verify(tx, season, play.rules())
        assert found.findings == (), found.findings
        for row in tx.all(sql.RECORDS_OF_SEASON, season=season["id"]):
            canonical.read(row["body"])


class Trial:
    """One deed, and what it must come to."""

    def __init__(self, prepared: Prepared, deed: Deed) -> None:
        self.prepared, self.deed = prepared, deed
        play = prepared.fresh(deed.stage)
        self.before = shape(play)
        clockwork = Clockwork(None)
        answer = do(play, deed, clockwork)
        if isinstance(answer, Answer):
            assert bool(answer.refused) == (deed.name == "refused"), (deed.name, answer.refused)
        self.moments = clockwork.names
        self.after = shape(play)
        sound(play)
        prepared.over(play)
        self.between = self._between()

    def _between(self) -> list[dict[str, list[Any]]]:
        """What a deed of several commits may leave: its state after each of them."""
        found = []
        commits = [at for at, name in enumerate(self.moments) if name == "committed"]
        for at in commits[:-1]:
            play = self.prepared.fresh(self.deed.stage)
            killed(play, self.deed, at=at)
            found.append(shape(play))
            self.prepared.over(play)
        return found

    def die(self, tally: Tally, *, at: int | None, after: float | None = None) -> None:
        deed, play = self.deed, self.prepared.fresh(self.deed.stage)
        answered = killed(play, deed, at=at, after=after)
        left = shape(play)
        where = (deed.name, at if at is None else self.moments[at], at)
        assert left in (self.before, self.after, *self.between), (where, "half a deed is there")
        assert not answered or left == self.after, (where, "answered, and lost")
        sound(play)
        if deed.waits:
            clock = Clock(play.clock.now + deed.waits)
            play = replace(play, clock=clock, context=replace(play.context, clock=clock))
        again = do(play, deed, lambda _: None)
        if deed.keyed:
            assert isinstance(again, Answer)
            assert again.repeated == (left == self.after), (where, "a key forgot its answer")
        if deed.waits:
            assert unsent(play) == 0, (where, "a message was forgotten")
        else:
            assert shape(play) == self.after, (where, "done again it came to something else")
        sound(play)
        self.prepared.over(play)
        tally.kills[deed.name] += 1
        tally.acknowledged += answered
        tally.after += left == self.after
        tally.before += left == self.before


def every_moment(folder: Path, *, every: int = 1, offset: int = 0) -> Tally:
    """Die at every `every`-th moment of all deeds, from the `offset`-th on, and before and after every COMMIT."""
    prepared, tally, number = Prepared(folder), Tally(), 0
    for deed in DEEDS:
        trial = Trial(prepared, deed)
        tally.moments[deed.name] = len(trial.moments)
        for at, name in enumerate(trial.moments):
            number += 1
            if number % every == offset % every or name in AROUND_COMMIT:
                trial.die(tally, at=at)
    return tally


def by_chance(folder: Path, *, seconds: float, seed: int) -> Tally:
    """Die at random instants, also within a COMMIT, for so long."""
    chance, prepared, tally = random.Random(seed), Prepared(folder), Tally()
    trials = [Trial(prepared, deed) for deed in DEEDS]
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        chance.choice(trials).die(tally, at=None, after=chance.uniform(0, 0.06))
        _init_dies(folder, tally, after=chance.uniform(0, 0.3))
    return tally


def _init_dies(folder: Path, tally: Tally, *, after: float) -> None:
    """A migration is whole or not at all, and goes on when it is asked again."""
    place = Path(mkdtemp(dir=folder))
    address = ground.here().bare(place)
    child = os.fork()
    if child == 0:
        try:
            with closing(Database(address)) as database:
                migrate(database.engine)
        finally:
            os._exit(0)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with closing(Database(address)) as database:
        found = standing_of(database)
        assert found in {Standing.EMPTY, Standing.OURS}, found
        migrate(database.engine)
        assert standing_of(database) is Standing.OURS
    ground.here().forget(place)
    rmtree(place)
    tally.kills["init"] += 1


def main() -> None:
    told = argparse.ArgumentParser(prog="python -m tests.kills")
    told.add_argument("folder", type=Path)
    told.add_argument("--server")
    told.add_argument("--every", type=int, default=1)
    told.add_argument("--offset", type=int, default=0)
    told.add_argument("--chance", type=float, nargs=2, metavar=("SECONDS", "SEED"))
    given = told.parse_args()

    def run() -> Tally:
        if given.chance:
            return by_chance(given.folder, seconds=given.chance[0], seed=int(given.chance[1]))
        return every_moment(given.folder, every=given.every, offset=given.offset)

    if given.server:
        with named(given.server) as server:
            tally = _on(server, run)
    else:
        tally = run()
    document = {name: getattr(tally, name) for name in ("kills", "moments", "before", "after", "acknowledged")}
    sys.stdout.write(json.dumps({**document, "total": tally.kills.total()}) + "\n")


def _on(server: Server, run: Callable[[], Tally]) -> Tally:
    with ground.standing_on(server):
        return run()


if __name__ == "__main__":
    main()
