"""One deed on a database that is laid out anew before each death; what a death leaves; what it may leave.

Ids and salts come from a seed, so that what is left can be compared to the last byte with what was there before and
with what is there afterwards. The same thing left behind is looked into once: whether it verifies, and what the deed
comes to when it is done again, follow from it.
"""

import hashlib
import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from tempfile import mkdtemp
from threading import Thread
from typing import Any

from tests import ground
from tests.kills.deeds import SEASON, STAGES, Deed
from tests.kills.doomed import Clockwork, Doomed, Moment, fated
from tests.season import Clock, Play
from workflow import canonical
from workflow.answers import Answer
from workflow.replay.verification import verify
from workflow.services.context import Context
from workflow.store import commands as sql
from workflow.store import files
from workflow.store.maintenance import standing_of
from workflow.store.migrations import Standing

BEGINS, ACKNOWLEDGED = b".", b"!"

_SHAPE = {
    "sqlite": "SELECT type, name, tbl_name, sql FROM sqlite_master",
    "postgresql": (
        "SELECT relkind::text, relname::text, relowner::regrole::text, relacl::text FROM pg_class"
        " WHERE relnamespace = current_schema()::regnamespace"
        " UNION ALL SELECT 'trigger', tgname::text, tgrelid::regclass::text, tgenabled::text FROM pg_trigger"
        " WHERE NOT tgisinternal"
    ),
}
_TABLE = {"table", "r"}
_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

_PATIENCE = 100_000

ERRATIC = {"head", "hash", "body", "salt", "fingerprint", "digest", "act"}
"""Columns that differ from one doing to the next: what is made of ids and salts."""


class Left(StrEnum):
    """What a death leaves of a deed."""

    BEFORE = "before"
    BETWEEN = "between"
    """After some of several commits."""
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class State:
    """Everything that lies in a place: tables, triggers and rights; every row; every whole file beside the database."""

    shape: list[tuple[Any, ...]]
    rows: dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]
    """Table → its columns, its rows."""
    files: dict[str, bytes]

    def plain(self) -> dict[str, Any]:
        """Without what chance makes: how many rows, and their plain values, in one order."""
        found: dict[str, Any] = {"": self.shape}
        for table, (columns, rows) in self.rows.items():
            found[table] = sorted(str(_plain(columns, row)) for row in rows)
        return found

    def column(self, table: str, name: str) -> list[Any]:
        columns, rows = self.rows[table]
        return [row[columns.index(name)] for row in rows]


def _plain(columns: tuple[str, ...], row: tuple[Any, ...]) -> list[tuple[str, str]]:
    told = {name: str(value) for name, value in zip(columns, row, strict=True) if name not in ERRATIC}
    return sorted((name, "id" if _is_id(value) else value) for name, value in told.items())


def _is_id(value: str) -> bool:
    return len(value) in {36, 64} and set(value) <= set("0123456789abcdef-")


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
        ground.here().copy(self.pattern, self.folder)
        attached = self.folder / "hoso.db.files"
        self.database = Doomed(ground.here().address(self.folder), busy_seconds=10, files=attached)
        ground.here().hurried(self.database)

    def anew(self) -> None:
        self.database.close()
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        ground.here().copy(self.pattern, self.folder)

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
        """What is there for whoever opens the database next."""
        self.database.close()
        name = self.database.engine.dialect.name
        with closing(self.database.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:

            def ask(text: str) -> list[tuple[Any, ...]]:
                return list(map(tuple, cursor.execute(text).fetchall()))

            if name == "sqlite":
                cursor.execute("BEGIN IMMEDIATE")  # whoever died holds no lock
                assert ask("PRAGMA integrity_check") == [("ok",)]
            else:
                for _ in range(_PATIENCE):  # until the server has seen that its client died
                    connection.rollback()
                    if ask(_OTHERS) == [(0,)]:
                        break
                else:
                    raise AssertionError("Somebody else is at the database")
            shape, rows = sorted(ask(_SHAPE[name]), key=str), {}
            for table in [one[1] for one in shape if one[0] in _TABLE]:
                found = ask(f'SELECT * FROM "{table}"')  # noqa: S608
                found.sort(key=lambda row: list(map(str, row[:4])))
                rows[table] = tuple(one[0] for one in cursor.description), found
            connection.rollback()
        beside = [one for one in self.folder.rglob("*") if one.is_file() and one.parent != self.folder]
        whole = {str(one.relative_to(self.folder)): one.read_bytes() for one in beside if one.suffix != ".part"}
        return State(shape, rows, whole)

    def sound(self, state: State) -> None:
        """It is no database yet, or one of ours whose record verifies and whose attachments lie there."""
        found = standing_of(self.database)
        assert found is (Standing.OURS if state.rows else Standing.EMPTY), found
        with self.database.reading() as tx:
            season = tx.one(sql.SEASON, tenant="local", code=SEASON) if state.rows else None
            if season is None:
                return
            verified = verify(tx, season, self.play.rules())
            assert verified.findings == (), verified.findings
            for row in tx.all(sql.RECORDS_OF_SEASON, season=season["id"]):
                canonical.read(row["body"])
        assert self.database.attachments is not None
        for digest in state.column("attachment", "digest"):
            content = files.path_of(self.database.attachments, digest).read_bytes()
            assert hashlib.sha256(content).hexdigest() == digest


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
