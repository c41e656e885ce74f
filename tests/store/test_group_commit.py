"""Many callers' commands in one commit: nobody is answered before it, nobody suffers for another."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from workflow.errors import BadInput, Conflict, DiskFull, OutcomeUnknown
from workflow.store import commands as sql
from workflow.store.database import Database
from workflow.store.group_commit import GroupWriter
from workflow.store.migrations import migrate
from workflow.store.statements import Transaction


class Counting(Database):
    """A database that counts its transactions, and holds the first one until told."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.transactions = 0
        self.go = threading.Event()
        self.go.set()

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        self.transactions += 1
        with super().writing() as tx:
            self.go.wait(20)
            yield tx


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Counting]:
    made = Counting(str(tmp_path / "hoso.db"))
    migrate(made.engine)
    yield made
    made.close()


@pytest.fixture
def writer(database: Counting) -> Iterator[GroupWriter]:
    made = GroupWriter(database)
    yield made
    made.close()


def noting(name: str) -> Callable[[Transaction], str]:
    def work(tx: Transaction) -> str:
        tx.one(sql.COUNT_ON, tenant="t", name=name, more=1)
        return name

    return work


def stored(database: Database, name: str) -> bool:
    with database.reading() as tx:
        return tx.one(sql.COUNTER, tenant="t", name=name) is not None


def test_an_answer_leaves_after_its_commit(database: Counting, writer: GroupWriter) -> None:
    assert writer.write(noting("a")) == "a"
    assert stored(database, "a")


def test_commands_that_wait_together_are_committed_together(database: Counting, writer: GroupWriter) -> None:
    database.go.clear()
    with ThreadPoolExecutor(21) as callers:
        first = callers.submit(writer.write, noting("first"))
        while database.transactions == 0:
            threading.Event().wait(0.001)
        rest = [callers.submit(writer.write, noting(f"c{number}")) for number in range(20)]
        while writer._jobs.qsize() < 20:
            threading.Event().wait(0.001)
        database.go.set()
        assert first.result(20) == "first"
        assert sorted(one.result(20) for one in rest) == sorted(f"c{number}" for number in range(20))
    assert database.transactions == 2
    assert all(stored(database, f"c{number}") for number in range(20))


def together(database: Counting, writer: GroupWriter, *works: Callable[[Transaction], Any]) -> list[Any]:
    """Run these in one group behind a command that holds the door; each one's answer or error."""
    database.go.clear()
    before = database.transactions
    with ThreadPoolExecutor(len(works) + 1) as callers:
        callers.submit(writer.write, noting("door"))
        while database.transactions == before:
            threading.Event().wait(0.001)
        told = []
        for number, work in enumerate(works):
            told.append(callers.submit(writer.write, work))
            while writer._jobs.qsize() <= number:
                threading.Event().wait(0.001)
        database.go.set()
        return [one.exception(20) or one.result(20) for one in told]


def refusing(tx: Transaction) -> None:
    noting("half")(tx)
    raise Conflict("command.lost_race", stream="x")


def losing(tx: Transaction) -> None:
    """What a full disk does inside a savepoint: the whole transaction is gone."""
    tx.plainly("ROLLBACK")
    raise Conflict("command.lost_race", stream="x")


def test_one_that_fails_leaves_nothing_and_harms_nobody(database: Counting, writer: GroupWriter) -> None:
    before, failed, after = together(database, writer, noting("before"), refusing, noting("after"))
    assert (before, after) == ("before", "after")
    assert isinstance(failed, Conflict)
    assert stored(database, "before")
    assert stored(database, "after")
    assert not stored(database, "half")


def test_when_the_whole_group_is_rolled_back_each_is_run_again_alone(database: Counting, writer: GroupWriter) -> None:
    before, failed, after = together(database, writer, noting("before"), losing, noting("after"))
    assert (before, after) == ("before", "after")
    assert isinstance(failed, Exception)
    assert stored(database, "before")
    assert stored(database, "after")


class Mute(Counting):
    """Commits, and loses the answer."""

    lost = False

    def _commit(self, commit: Callable[[], None]) -> None:
        super()._commit(commit)
        if self.lost:
            raise OutcomeUnknown("store.outcome_unknown", database="x")


def test_a_group_whose_commit_is_not_confirmed_is_not_run_again(tmp_path: Path) -> None:
    """It may be there: a command without a key would be done twice."""
    with closing(Mute(str(tmp_path / "hoso.db"))) as database:
        migrate(database.engine)
        with closing(GroupWriter(database)) as writer:
            database.lost = True
            one, failed, other = together(database, writer, noting("one"), refusing, noting("other"))
    assert [type(each) for each in (one, failed, other)] == [OutcomeUnknown, Conflict, OutcomeUnknown]
    assert one is not other
    assert database.transactions == 2
    with closing(Database(str(tmp_path / "hoso.db"))) as again:
        assert stored(again, "one")
        assert stored(again, "other")
        assert not stored(again, "half")


def test_a_full_disk_harms_only_whoever_needs_the_room(database: Counting, writer: GroupWriter) -> None:
    pages: list[int] = []

    def limited(tx: Transaction) -> None:
        (count,) = tx._cursor.execute("PRAGMA page_count").fetchone()
        tx.plainly(f"PRAGMA max_page_count = {count}")
        pages.append(count)

    def large(tx: Transaction) -> None:
        noting("large")(tx)
        tx.plainly("CREATE TABLE large AS SELECT zeroblob(1000000) AS content")

    before, _, failed, after = together(database, writer, noting("before"), limited, large, noting("after"))
    assert pages
    assert (before, after) == ("before", "after")
    assert isinstance(failed, DiskFull)
    assert [stored(database, name) for name in ("before", "after", "large")] == [True, True, False]


def test_a_closed_writer_takes_nothing_more_and_finishes_what_waits(database: Counting) -> None:
    writer = GroupWriter(database)
    assert writer.write(noting("last")) == "last"
    writer.close()
    with pytest.raises(BadInput) as caught:
        writer.write(noting("late"))
    assert caught.value.code == "store.writer_closed"
    assert not stored(database, "late")
