"""Two doors: writers begin at once, readers cannot write; what the driver would do by itself is shut."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from workflow.errors import BadInput, Locked, MachineFailure, OutcomeUnknown
from workflow.store import commands as sql
from workflow.store import engines as module
from workflow.store.database import Database
from workflow.store.migrations import migrate
from workflow.store.statements import Transaction


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(str(tmp_path / "hoso.db"), busy_seconds=0.05)
    migrate(made.engine)
    yield made
    made.close()


def test_a_writer_holds_the_lock_from_the_start(database: Database) -> None:
    """The driver alone would begin at the first INSERT, and find out too late that it may not write."""
    with database.writing(), pytest.raises(Locked), database.writing():
        pass


def test_a_reader_sees_one_snapshot_while_others_write(database: Database) -> None:
    with database.reading() as reader:
        assert reader.one(sql.COUNTER, tenant="t", name="n") is None
        database.write(lambda tx: tx.one(sql.COUNT_ON, tenant="t", name="n", more=1))
        assert reader.one(sql.COUNTER, tenant="t", name="n") is None
    with database.reading() as reader:
        assert reader.one(sql.COUNTER, tenant="t", name="n") == {"value": 1}


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(MachineFailure), database.reading() as reader:
        reader.one(sql.COUNT_ON, tenant="t", name="n", more=1)


def test_an_error_rolls_everything_back(database: Database) -> None:
    def work(tx: Transaction) -> float:
        tx.one(sql.COUNT_ON, tenant="t", name="n", more=1)
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        database.write(work)
    with database.reading() as reader:
        assert reader.one(sql.COUNTER, tenant="t", name="n") is None


@pytest.mark.parametrize(
    ("library", "journal"), [((3, 51, 3), "wal"), ((3, 51, 2), "delete"), ((3, 40, 1), "delete"), ((3, 53, 4), "wal")]
)
def test_an_older_library_gets_the_rollback_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: tuple[int, int, int], journal: str
) -> None:
    """The WAL-reset corruption was mended in 3.51.3."""
    monkeypatch.setattr(vars(module)["sqlite_driver"], "sqlite_version_info", library)
    made = Database(str(tmp_path / "hoso.db"))
    with made.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == journal
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    made.close()


@pytest.mark.parametrize(
    "url", ["mysql://host/db", "sqlite+wrong:///x", "://", "postgresql+nothing://h/d", "postgresql+psycopg2://h/d"]
)
def test_an_address_that_is_none_is_bad_input(url: str) -> None:
    with pytest.raises(BadInput) as caught:
        Database(url)
    assert caught.value.code == "store.bad_url"


class _Io(module.sqlite_driver.OperationalError):  # type: ignore[name-defined, misc]
    sqlite_errorcode = 10


class _Busy(module.sqlite_driver.OperationalError):  # type: ignore[name-defined, misc]
    sqlite_errorcode = 5


@pytest.mark.parametrize(
    ("cause", "expected"),
    [(_Io("disk I/O error"), OutcomeUnknown), (_Busy("locked"), Locked)],
    ids=["an I/O error may have come after it was durable", "a lock is known to have written nothing"],
)
def test_what_a_failed_commit_says(database: Database, cause: Exception, expected: type[Exception]) -> None:
    def commit() -> Any:
        raise cause

    with pytest.raises(expected):
        database._commit(commit)
