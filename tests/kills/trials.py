"""One deed on a database that is laid out anew before each death; what a death leaves; what it may leave.

Ids and salts come from a seed, so that what is left can be compared to the last byte with what was there before and
with what is there afterwards. The same thing left behind is looked into once: whether it verifies, and what the deed
comes to when it is done again, follow from it.
"""

import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from tempfile import mkdtemp
from threading import Thread
from typing import Any

from tests import ground
from tests.kills import states
from tests.kills.deeds import STAGES, Deed
from tests.kills.doomed import Clockwork, Doomed, Moment, fated
from tests.kills.states import State
from tests.season import Clock, Play
from workflow.answers import Answer
from workflow.services.context import Context

BEGINS, ACKNOWLEDGED = b".", b"!"


class Left(StrEnum):
    """What a death leaves of a deed."""

    BEFORE = "before"
    BETWEEN = "between"
    """After some of several commits."""
    AFTER = "after"


class Prepared:
    """The stages (or some), made once, and copied for every death."""

    def __init__(self, folder: Path, stages: Iterable[str] = STAGES) -> None:
        self.folder = folder
        self.stages: dict[str, tuple[str, Play]] = {}
        for name in stages:
            place = folder / name
            place.mkdir()
            play = STAGES[name](place)
            play.database.close()
            self.stages[name] = ground.here().kept(place), play


class Place:
    """A stage's database, and whoever works on it. It is always at the same address, whatever lies there."""

    def __init__(self, prepared: Prepared, stage: str) -> None:
        self.pattern, self.play = prepared.stages[stage]
        self.folder = Path(mkdtemp(dir=prepared.folder))
        self.attached = self.folder / "hoso.db.files"
        self._laid_out()
        self.database = Doomed(ground.here().address(self.folder), busy_seconds=10, files=self.attached)
        ground.here().hurried(self.database)

    def anew(self) -> None:
        self.database.close()
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        self._laid_out()

    def _laid_out(self) -> None:
        ground.here().copy(self.pattern, self.folder)
        there = self.play.database.attachments
        # A file's copy has what lies beside it; a server's database has only itself.
        if there is not None and there.is_dir():
            shutil.copytree(there, self.attached, dirs_exist_ok=True)

    def over(self) -> None:
        self.database.close()
        ground.here().forget(self.folder)
        shutil.rmtree(self.folder)

    def do(self, deed: Deed, seed: int, moment: Moment = lambda _: None, *, late: bool = False) -> Any:
        """Do it, in this process; `late` after what was taken by the dead is free again."""
        clock = Clock(self.play.clock.now + deed.waits) if late else self.play.clock
        context: Context = replace(self.play.context, database=self.database, write=self.database.write, clock=clock)
        self.database.moment = moment
        try:
            with fated(seed):
                return deed.work(context, self.folder / "spool")
        finally:
            self.database.moment = lambda _: None

    def read(self) -> State:
        return states.read(self.database, self.folder)

    def sound(self, state: State) -> None:
        states.sound(self.database, state, self.play.context)


class Trial:
    """One deed, what it must come to, and deaths in the middle of it."""

    def __init__(self, prepared: Prepared, deed: Deed, seed: int = 0) -> None:
        self.deed, self.seed = deed, seed
        self.place = Place(prepared, deed.stage)
        before = self.place.read()
        clockwork, began = Clockwork(None), time.monotonic()
        self.answer = self.place.do(deed, seed, clockwork)
        self.reach = 4 * (time.monotonic() - began)
        """Within how many seconds a random death comes; kept so that about half of them come too late."""
        self.moments = clockwork.names
        if isinstance(self.answer, Answer):
            assert bool(self.answer.refused) == (deed.name == "refused"), (deed.name, self.answer.refused)
        self.after = self.place.read()
        self.may_be = [(Left.AFTER, self.after), (Left.BEFORE, before)]
        commits = [at for at, name in enumerate(self.moments) if name == "committed"]
        assert not deed.keyed or len(commits) == 1, (deed.name, "a command commits once")
        for at in commits[:-1]:
            self._killed(at=at)
            self.may_be.append((Left.BETWEEN, self.place.read()))
        self.looked_into: set[tuple[Any, ...]] = set()
        """What was left, by its number in `may_be` and the files beside it."""

    def die(self, *, at: int | None = None, chance: random.Random | None = None) -> tuple[Left, bool]:
        """Die at the moment of that number, or at a random instant: what is left, and whether it had answered."""
        where = (self.deed.name, self.seed, "by chance" if at is None else self.moments[at], at)
        answered = self._killed(at=at, chance=chance)
        state = self.place.read()
        number = next((n for n, (_, known) in enumerate(self.may_be) if self._is(known, state)), None)
        assert number is not None, (where, "half a deed is there")
        left = self.may_be[number][0]
        assert not answered or left is Left.AFTER, (where, "answered, and lost")
        if (number, *state.files) not in self.looked_into:
            self._look_into(state, left, where)
            self.looked_into.add((number, *state.files))
        return left, answered

    def _is(self, known: State, state: State) -> bool:
        """The same to the last byte; files of the deed may lie there already that no row names yet."""
        return (known.shape, known.rows) == (
            state.shape,
            state.rows,
        ) and known.files.items() <= state.files.items() <= (known.files | self.after.files).items()

    def _look_into(self, state: State, left: Left, where: tuple[Any, ...]) -> None:
        """What is left verifies, and the same deed done again comes to the same, once."""
        deed, place = self.deed, self.place
        place.sound(state)
        # What has no key is done under new ids, beside what is there of it already.
        again = place.do(deed, self.seed if deed.keyed else self.seed + 1, late=True)
        then = place.read()
        if deed.keyed:
            told = replace(self.answer, repeated=left is Left.AFTER)
            assert again == told, (where, "a key forgot its answer", again, told)
        if deed.waits:
            states = Counter(then.column("message", "state"))
            assert states == Counter(self.after.column("message", "state")), (where, "a message was forgotten", states)
            assert set(then.files) == set(self.after.files), (where, "a mail is not there, or twice under two ids")
        else:
            assert then.plain() == self.after.plain(), (where, "done again it came to something else")
        place.sound(then)

    def _killed(self, *, at: int | None, chance: random.Random | None = None) -> bool:
        """Let a child do it and die; whether it had answered before."""
        self.place.anew()
        hears, tells = os.pipe()
        child = os.fork()
        if child == 0:
            # A thread's memory is its own; what the parent allocated and freed would be copied page by page.
            Thread(target=self._do_and_die, args=(tells, at)).start()
            signal.pause()
        os.close(tells)
        with os.fdopen(hears, "rb", buffering=0) as heard:
            assert heard.read(1) == BEGINS
            if chance is not None:
                time.sleep(chance.uniform(0, self.reach))
                os.kill(child, signal.SIGKILL)
            status = os.waitpid(child, 0)[1]
            answered = heard.read(1) == ACKNOWLEDGED
        if chance is not None:
            self.reach *= 0.9 if answered else 1.1
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        assert killed or (answered and at is None), (self.deed.name, at, status)
        return answered

    def _do_and_die(self, tells: int, at: int | None) -> None:
        status = 1
        try:
            os.write(tells, BEGINS)
            self.place.do(self.deed, self.seed, Clockwork(at))
            os.write(tells, ACKNOWLEDGED)
            status = 0
        finally:
            if status:
                traceback.print_exc()
                sys.stderr.flush()
            os._exit(status)
