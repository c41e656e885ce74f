"""Cut the wire to PostgreSQL at every request of a command, before it arrives and after it was carried out.

    python -m tests.faults.severed FOLDER [--server ADDRESS] [--every N] [--offset K] [--deeds NAME ...]

After each cut: the error as designed, the database as before or as after, the record verifies, and the same command
with the same key comes to what it would have come to. COMMIT is cut off always. Prints one JSON document; exit status 1
where anything was found.
"""

import argparse
import json
import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp
from typing import Any

from sqlalchemy.engine import make_url

from tests import ground
from tests.faults.proxy import Cut, Proxy
from tests.kills import states
from tests.kills.deeds import DEEDS, STAGES, Deed
from tests.season import Play
from tests.servers import Server, embedded, named
from workflow.answers import Answer
from workflow.errors import HosoError, MachineFailure, OutcomeUnknown
from workflow.messages import LANGUAGES, sentence
from workflow.store.database import Database
from workflow.store.group_commit import GroupWriter


@dataclass(slots=True)
class Tally:
    """What was done: cuts by command, how each ended, and what was wrong."""

    cuts: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Stages:
    """The stages that are asked for, made once and copied for every cut."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder, self.server = folder, server
        self._made: dict[str, tuple[str, Play]] = {}

    def fresh(self, name: str) -> Play:
        if name not in self._made:
            place = self.folder / name
            place.mkdir()
            play = STAGES[name](place)
            play.database.close()
            self._made[name] = ground.here().kept(place), play
        address, play = self._made[name]
        place = Path(mkdtemp(dir=self.folder))
        ground.here().copy(address, place)
        attached = play.folder / "hoso.db.files"
        if attached.is_dir():
            copytree(attached, place / "hoso.db.files")
        return replace(play, folder=place)

    def over(self, play: Play) -> None:
        ground.here().forget(play.folder)
        rmtree(play.folder)


def do(play: Play, deed: Deed, address: str, *, grouped: bool = False) -> Any:
    """Do it through `address`; `grouped` as a server does, by the one thread that writes."""
    with ExitStack() as stack:
        database = stack.enter_context(closing(Database(address, busy_seconds=10, files=play.folder / "hoso.db.files")))
        write: Callable[..., Any] = database.write
        if grouped:
            write = stack.enter_context(closing(GroupWriter(database))).write
        return deed.work(replace(play.context, database=database, write=write), play.folder / "spool")


def read(play: Play) -> dict[str, Any]:
    """What is there, sound, without what chance makes."""
    with closing(ground.opened(play.folder, busy_seconds=10)) as database:
        found = states.read(database, play.folder)
        states.sound(database, found, play.context)
        return found.plain()


class Trial:
    """One command, and what it must come to."""

    def __init__(self, stages: Stages, deed: Deed) -> None:
        self.stages, self.deed = stages, deed
        play = stages.fresh(deed.stage)
        self.before = read(play)
        address = ground.here().address(play.folder)
        with Proxy(make_url(address)) as proxy:
            do(play, deed, proxy.address(make_url(address).database))
            self.requests = tuple(proxy.requests)
        self.after = read(play)
        stages.over(play)

    def cut(self, cut: Cut, tally: Tally) -> bool:
        """Cut there once; False where there was no such request."""
        play = self.stages.fresh(self.deed.stage)
        address = ground.here().address(play.folder)
        error: Exception | None = None
        with Proxy(make_url(address), cut) as proxy:
            try:
                do(play, self.deed, proxy.address(make_url(address).database), grouped=cut.number % 2 == 0)
            except Exception as raised:  # noqa: BLE001  judged below
                error = raised
        if proxy.met:
            tally.cuts[self.deed.name] += 1
            tally.ended[str(getattr(error, "code", error and repr(error)))] += 1
            where = f"{self.deed.name}, {cut} ({' '.join(proxy.requests[cut.number - 1].split()[:4])})"
            tally.wrong += [f"{where}: {wrong}" for wrong in self._judged(play, address, error)]
        self.stages.over(play)
        return proxy.met

    def _judged(self, play: Play, address: str, error: Exception | None) -> Iterator[str]:
        left = read(play)
        if error is not None and not isinstance(error, MachineFailure):
            yield f"ended with {error!r}"
        if isinstance(error, HosoError):
            for language in LANGUAGES:
                if "{" in sentence(error.code, language, **error.figures):
                    yield "a sentence with a gap"
        if left not in (self.before, self.after):
            yield "half of it is there"
        if error is None and left != self.after:
            yield "answered, and it is not there"
        if error is not None and not isinstance(error, OutcomeUnknown) and left != self.before:
            yield f"{error}, and it is done all the same"
        again = do(play, self.deed, address)
        if not isinstance(again, Answer) or again.repeated != (left == self.after):
            yield "again: a key forgot its answer"
        if read(play) != self.after:
            yield "again: it came to something else"


def every_request(folder: Path, server: Server, *, every: int = 1, offset: int = 0, names: Sequence[str] = ()) -> Tally:
    """Cut at every `every`-th request of all commands that take a key, on both sides of it."""
    stages, tally, number = Stages(folder, server), Tally(), count()
    for deed in DEEDS:
        if not deed.keyed or (names and deed.name not in names):
            continue
        trial = Trial(stages, deed)
        for at in count(1):
            asked = trial.requests[at - 1] if at <= len(trial.requests) else ""
            if next(number) % every == offset % every or asked == "COMMIT":
                met = [trial.cut(Cut(at, executed), tally) for executed in (False, True)]
                if not all(met):
                    break
            elif not asked:
                break
    return tally


class _Heard(logging.Handler):
    """What a library could not keep to itself."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.name}: {record.getMessage()}")


def main() -> None:
    told = argparse.ArgumentParser(prog="python -m tests.faults.severed")
    told.add_argument("folder", type=Path)
    told.add_argument("--server")
    told.add_argument("--every", type=int, default=1)
    told.add_argument("--offset", type=int, default=0)
    told.add_argument("--deeds", nargs="*", default=())
    given = told.parse_args()
    heard = _Heard(logging.ERROR)
    logging.getLogger().addHandler(heard)
    with named(given.server) if given.server else embedded() as server, ground.standing_on(server):
        tally = every_request(given.folder, server, every=given.every, offset=given.offset, names=given.deeds)
    tally.wrong += heard.said
    document = {name: getattr(tally, name) for name in ("cuts", "ended", "wrong")}
    sys.stdout.write(json.dumps({**document, "total": tally.cuts.total()}, ensure_ascii=False, indent=1) + "\n")
    sys.exit(1 if tally.wrong else 0)


if __name__ == "__main__":
    main()
