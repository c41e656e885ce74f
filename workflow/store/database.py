"""The database: one door for writers, one for readers (design section 7).

SQLite through the `pysqlite3` wheel where there is one. Writers begin with BEGIN IMMEDIATE, so a transaction never
finds out halfway that it may not write; readers have an engine of their own and see one snapshot.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from workflow.errors import BadInput, DiskFull, Locked, OutcomeUnknown
from workflow.store.faults import told, translated
from workflow.store.statements import Transaction

try:
    from pysqlite3 import dbapi2 as sqlite_driver
except ImportError:  # no wheel for this platform
    import sqlite3 as sqlite_driver

Result = TypeVar("Result")

BUSY_SECONDS = 30.0
WAL_SAFE_FROM = (3, 51, 3)
"""Older libraries can corrupt a database when the WAL is reset under load; they get the rollback journal."""


class Database:
    """An open database. `url` is an SQLAlchemy URL or the path of an SQLite file.

    Nothing is created or checked here; `hoso init` migrates, `maintenance.standing` tells what a file is.
    """

    def __init__(self, url: str, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.url = _read_url(url)
        self.busy_seconds = busy_seconds
        self.engine = self._made(writing=True)
        self.readers = self._made(writing=False)

    @property
    def file(self) -> Path | None:
        """The SQLite file, or None on a server."""
        return Path(self.url.database) if self.url.get_backend_name() == "sqlite" and self.url.database else None

    @property
    def name(self) -> str:
        """How the database is called in messages: its file, or the server's address without the password."""
        return str(self.file) if self.file is not None else self.url.render_as_string(hide_password=True)

    @property
    def attachments(self) -> Path | None:
        """The folder beside the database that attachments lie in."""
        return None if self.file is None else self.file.with_name(self.file.name + ".files")

    def close(self) -> None:
        self.engine.dispose()
        self.readers.dispose()

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """One transaction. It is committed at the end of the block, rolled back whole by any error.

        Raises what `faults.translated` makes of a driver's error, `OutcomeUnknown` where COMMIT itself failed.
        """
        with told(self.engine.dialect, database=self.name), self.engine.connect() as connection:
            begun = connection.begin()
            try:
                yield Transaction(_cursor(connection), connection.dialect)
            except BaseException:
                begun.rollback()
                raise
            self._commit(begun.commit)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """One snapshot; nothing can be written in it."""
        with told(self.readers.dialect, database=self.name), self.readers.connect() as connection, connection.begin():
            yield Transaction(_cursor(connection), connection.dialect)

    def write(self, work: Callable[[Transaction], Result]) -> Result:
        """Run `work` in a transaction of its own and return its answer after the commit."""
        with self.writing() as transaction:
            return work(transaction)

    def _commit(self, commit: Callable[[], None]) -> None:
        """A lock or a full disk is known to have written nothing. Whatever else stops a COMMIT may have come after it
        was durable, so nobody may be told that it was not."""
        try:
            commit()
        except DBAPIError as error:
            ours = translated(error, self.engine.dialect, database=self.name)
            if isinstance(ours, (Locked, DiskFull)):
                raise ours from error
            raise OutcomeUnknown("store.outcome_unknown", database=self.name) from error

    def _made(self, *, writing: bool) -> Engine:
        if self.url.get_backend_name() != "sqlite":
            return create_engine(self.url)
        engine = create_engine(self.url, module=sqlite_driver, connect_args={"timeout": self.busy_seconds})
        event.listen(engine, "connect", _prepare(sqlite_driver, writing=writing))
        event.listen(engine, "begin", _begin_immediate if writing else _begin_deferred)
        return engine


def _read_url(url: str) -> URL:
    if "://" not in url:
        return URL.create("sqlite", database=url)
    try:
        made = make_url(url)
        made.get_dialect()
    except (ArgumentError, NoSuchModuleError) as error:
        raise BadInput("store.bad_url", url=url) from error
    # The tables and statements speak PostgreSQL too; nothing has been proved on it yet.
    if made.get_backend_name() != "sqlite":
        raise BadInput("store.bad_url", url=made.render_as_string(hide_password=True))
    return made


def _cursor(connection: Connection) -> Any:
    return connection.connection.cursor()


def _prepare(driver: ModuleType, *, writing: bool) -> Callable[[Any, Any], None]:
    journal = "WAL" if driver.sqlite_version_info >= WAL_SAFE_FROM else "DELETE"

    def prepare(connection: Any, _: Any) -> None:
        # The driver must not begin by itself: it would not for a SELECT, and lock too late.
        connection.isolation_level = None
        cursor = connection.cursor()
        if writing:
            cursor.execute(f"PRAGMA journal_mode = {journal}")
            cursor.execute("PRAGMA synchronous = FULL")
        else:
            cursor.execute("PRAGMA query_only = ON")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    return prepare


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
