"""A database whose process dies at a moment that was chosen: before or after any statement, before or after COMMIT."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from workflow.store.database import Database
from workflow.store.statements import Transaction

Moment = Callable[[str], None]
"""Told what is about to happen, by name."""


class Clockwork:
    """Counts the moments that pass and names them; at the one numbered `at` (from 0) the process is killed."""

    def __init__(self, at: int | None) -> None:
        self.at = at
        self.names: list[str] = []

    def __call__(self, name: str) -> None:
        if len(self.names) == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.names.append(name)


class _Watched(Transaction):
    """A transaction that tells each statement before it is run."""

    moment: Moment

    def _tell(self, statement: Any) -> None:
        text = statement if isinstance(statement, str) else statement.compiled(self.dialect).text
        self.moment(" ".join(text.split()[:3]))

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
    """A database that tells `moment` whatever its writers do."""

    def __init__(self, url: str, moment: Moment, **more: Any) -> None:
        super().__init__(url, **more)
        self.moment = moment

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
