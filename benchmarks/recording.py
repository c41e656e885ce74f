"""The SQL of real commands, written down and replayed straight through the driver: the limit of a command."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from workflow.store.database import Database
from workflow.store.engines import sqlite_driver  # type: ignore[attr-defined]
from workflow.store.statements import Transaction

_INSERT = re.compile(r"INSERT INTO (?P<table>\w+) (?P<columns>\([^)]*\)) VALUES \([^)]*\)")
Said = tuple[str, Any]
"""A statement's text and its values."""


class _Cursor:
    """A cursor that writes down every statement with its values, and passes them on."""

    def __init__(self, cursor: Any, log: list[Said]) -> None:
        self._cursor, self._log = cursor, log

    def execute(self, text: str, values: Any = ()) -> Any:
        self._log.append((text, values))
        return self._cursor.execute(text, values)

    def executemany(self, text: str, rows: Any) -> Any:
        rows = list(rows)
        self._log += [(text, row) for row in rows]
        return self._cursor.executemany(text, rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


class _Connection:
    """A driver's connection whose cursors write down what they are told."""

    def __init__(self, connection: Any, log: list[Said]) -> None:
        self._connection, self._log = connection, log

    def cursor(self, **named: Any) -> _Cursor:
        return _Cursor(self._connection.cursor(**named), self._log)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


class RecordingDatabase(Database):
    """A database that remembers the SQL of every transaction."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.transactions: list[list[Said]] = []

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        log: list[Said] = []
        with super().writing() as tx:
            yield Transaction(_Connection(tx._connection, log), tx.dialect)  # noqa: SLF001  seen from outside on purpose
        self.transactions.append(log)


class Replay:
    """The driver's own connection to a database, set as the store sets its own; nothing of ours in between."""

    def __init__(self, address: str) -> None:
        self._postgres = "://" in address
        if self._postgres:
            import psycopg  # noqa: PLC0415  only where it is measured

            self.connection: Any = psycopg.connect(address.replace("+psycopg", ""))
        else:
            self.connection = sqlite_driver.connect(address, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
                self.connection.execute(f"PRAGMA {pragma}")
        self.cursor = self.connection.cursor()

    def begin(self) -> None:
        if not self._postgres:  # psycopg begins by itself, together with the first statement
            self.cursor.execute("BEGIN IMMEDIATE")

    def say(self, said: list[Said]) -> None:
        """Statement by statement, every row fetched."""
        cursor = self.cursor
        for text, values in said:
            cursor.execute(text, values)
            if cursor.description is not None:
                cursor.fetchall()

    def one(self, said: list[Said]) -> None:
        """One recorded transaction."""
        self.begin()
        self.say(said)
        self.connection.commit()

    def each(self, transactions: Sequence[list[Said]]) -> None:
        for one in transactions:
            self.one(one)

    def in_bulk(self, said: list[Said]) -> None:
        """One recorded transaction with each statement's rows together: what is asked first, then what is written."""
        rows: dict[str, list[Any]] = {}
        self.begin()
        for text, values in said:
            if text.startswith("SELECT") or "RETURNING" in text:
                self.say([(text, values)])
            else:
                rows.setdefault(text, []).append(values)
        for text, many in rows.items():
            if self._postgres and (inserted := _INSERT.fullmatch(text)):
                with self.cursor.copy(f"COPY {inserted['table']} {inserted['columns']} FROM STDIN") as copy:
                    for values in many:
                        copy.write_row(values)
            else:
                self.cursor.executemany(text, many)
        self.connection.commit()

    def close(self) -> None:
        self.connection.close()
