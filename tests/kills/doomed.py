"""A database whose process dies at a moment that was chosen: before any statement, before or after COMMIT."""

import os
import random
import secrets
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from unittest import mock
from uuid import UUID

import uuid6
from sqlalchemy import event

from workflow.store.database import Database
from workflow.store.statements import Transaction

Moment = Callable[[str], None]
"""Told what is about to happen, by name."""

LATER = (1 << 127) | (7 << 76) | (2 << 62)
"""A UUID of version 7 that is greater than any of our time."""


class Clockwork:
    """Counts the moments that pass and names them; at the one numbered `at` (from 0) the process is killed."""

    def __init__(self, at: int | None) -> None:
        self.at = at
        self.names: list[str] = []

    def __call__(self, name: str) -> None:
        if len(self.names) == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.names.append(name)


@contextmanager
def fated(seed: int) -> Iterator[None]:
    """Inside, ids, salts and mails' boundaries come from the seed: the same deed leaves the same rows and files."""
    numbers, chance = count(), random.Random(seed)
    random.seed(seed)

    def fixed() -> UUID:
        return UUID(int=LATER + (seed << 24) + next(numbers))

    with mock.patch.object(uuid6, "uuid7", fixed), mock.patch.object(secrets, "token_bytes", chance.randbytes):
        yield


class _Watched(Transaction):
    """A transaction that tells each statement before it is run."""

    moment: Moment

    def _tell(self, statement: Any) -> None:
        self.moment(_called(statement if isinstance(statement, str) else statement.compiled(self.dialect).text))

    def _run(self, cursor: Any, statement: Any, values: Any) -> Any:
        self._tell(statement)
        return super()._run(cursor, statement, values)

    def _run_many(self, cursor: Any, statement: Any, rows: Any) -> None:
        if len(rows) > 1:
            self._tell(statement)
        super()._run_many(cursor, statement, rows)

    def plainly(self, text: str) -> None:
        self._tell(text)
        super().plainly(text)


class Doomed(Database):
    """A database that tells `moment` whatever its writers do, commands and migrations alike."""

    def __init__(self, url: str, **more: Any) -> None:
        super().__init__(url, **more)
        self.moment: Moment = lambda _: None
        # Migrations go through SQLAlchemy, commands past it.
        dialect = self.engine.dialect
        commit = dialect.do_commit
        dialect.do_commit = (  # type: ignore[method-assign]
            lambda dbapi_connection: self._commit(lambda: commit(dbapi_connection))
        )
        event.listen(self.engine, "before_cursor_execute", self._before)

    def _before(self, _: Any, __: Any, statement: str, *___: Any) -> None:
        self.moment(_called(statement))

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        self.moment("begin")
        with super().writing() as tx:
            watched = _Watched(tx._connection, tx.dialect)
            watched.moment = self.moment
            yield watched

    def _commit(self, commit: Callable[[], None]) -> None:
        self.moment("commit")
        super()._commit(commit)
        self.moment("committed")


def _called(statement: str) -> str:
    return " ".join(statement.split()[:3])
