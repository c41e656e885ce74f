"""The database: one door for writers, one for readers (design section 7).

Writers never find out halfway that they may not write; readers have an engine of their own, see one snapshot and can
write nothing. How each database is made to keep that is in `engines`.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine

from workflow.errors import DiskFull, Locked, OutcomeUnknown
from workflow.store import engines
from workflow.store.faults import told, translated
from workflow.store.statements import Transaction

Result = TypeVar("Result")

BUSY_SECONDS = 30.0


class Database:
    """An open database. `url` is the path of an SQLite file or an address: `postgresql://user@host/name`.

    `files` is the folder that a server's attachments lie in; an SQLite file keeps them beside itself. `busy_seconds` is
    how long to wait for whoever else is writing. Nothing is created or checked here; `hoso init` migrates,
    `maintenance.standing_of` tells what a database is. Raises `BadInput` for an address of neither kind.
    """

    def __init__(self, url: str, *, busy_seconds: float = BUSY_SECONDS, files: Path | None = None) -> None:
        self.url = engines.read_url(url)
        self.busy_seconds = busy_seconds
        self._files = files
        self.engine = engines.made(self.url, busy_seconds=busy_seconds, writing=True)
        self.readers = engines.made(self.url, busy_seconds=busy_seconds, writing=False)

    @cached_property
    def file(self) -> Path | None:
        """The SQLite file, or None on a server."""
        return Path(self.url.database) if self.url.get_backend_name() == "sqlite" and self.url.database else None

    @cached_property
    def name(self) -> str:
        """How the database is called in messages: its file, or the server's address without password and driver."""
        if self.file is not None:
            return str(self.file)
        return self.url.set(drivername=self.url.get_backend_name()).render_as_string(hide_password=True)

    @property
    def attachments(self) -> Path | None:
        """The folder that attachments lie in; None where nobody said which, for a server."""
        if self.file is None:
            return self._files
        return self.file.with_name(self.file.name + ".files")

    def close(self) -> None:
        self.engine.dispose()
        self.readers.dispose()

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """One transaction. It is committed at the end of the block, rolled back whole by any error.

        Raises what `faults.translated` makes of a driver's error, `OutcomeUnknown` where COMMIT itself failed.
        """
        with told(self.engine.dialect, database=self.name), self._opened(self.engine) as transaction:
            engines.begin(transaction, writing=True)
            yield transaction
            self._commit(transaction.commit)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """One snapshot; nothing can be written in it."""
        with told(self.readers.dialect, database=self.name), self._opened(self.readers) as transaction:
            engines.begin(transaction, writing=False)
            yield transaction

    @contextmanager
    def _opened(self, engine: Engine) -> Iterator[Transaction]:
        """A connection of the pool. What was not committed at the end is rolled back; what cannot be rolled back any
        more (a lost connection) has nothing left to roll back, and serves nobody after us."""
        with closing(engine.raw_connection()) as connection:
            transaction = Transaction(connection.driver_connection, engine.dialect)
            try:
                yield transaction
            finally:
                try:
                    transaction.roll_back()
                except self._driver_error:
                    connection.invalidate()

    @property
    def _driver_error(self) -> type[Exception]:
        return self.engine.dialect.dbapi.Error  # type: ignore[union-attr]

    def write(self, work: Callable[[Transaction], Result]) -> Result:
        """Run `work` in a transaction of its own and return its answer after the commit."""
        with self.writing() as transaction:
            return work(transaction)

    def _commit(self, commit: Callable[[], None]) -> None:
        """A lock or a full disk is known to have written nothing. Whatever else stops a COMMIT may have come after it
        was durable, so nobody may be told that it was not."""
        try:
            commit()
        except self._driver_error as error:
            ours = translated(error, self.engine.dialect, database=self.name)
            if isinstance(ours, (Locked, DiskFull)):
                raise ours from error
            raise OutcomeUnknown("store.outcome_unknown", database=self.name) from error
