"""How each database is opened so that the doors of `database` keep what they promise (design section 7, ADR 0014).

SQLite through the `pysqlite3` wheel where there is one: WAL, a full sync at every commit, writers begin with BEGIN
IMMEDIATE. PostgreSQL through psycopg: READ COMMITTED for writers, who lock first and read afterwards; one read-only
snapshot for readers.
"""

import logging
from collections.abc import Callable
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from workflow.errors import BadInput
from workflow.store.statements import Transaction
from workflow.store.types import POSTGRESQL, SQLITE

try:
    from pysqlite3 import dbapi2 as sqlite_driver
except ImportError:  # no wheel for this platform
    import sqlite3 as sqlite_driver

logging.getLogger("psycopg").addHandler(logging.NullHandler())  # of a lost connection people hear from us, once

DRIVERS = {"postgres": "postgresql+psycopg", POSTGRESQL: "postgresql+psycopg"}
"""An address as other programs write it, to the driver that Hoso uses."""

BEGIN_WRITING, BEGIN_READING = "BEGIN IMMEDIATE", "BEGIN"
"""SQLite's: writers never find out halfway that they may not write. PostgreSQL's driver begins by itself."""

_PATIENCE = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""Seconds until a server that does not answer counts as lost (libpq); an address may say otherwise."""

_NOBODY = logging.NullHandler()

WAL_SAFE_FROM = (3, 51, 3)
"""Older libraries can corrupt a database when the WAL is reset under load; they get the rollback journal."""


def read_url(url: str) -> URL:
    """The address of a database; what is no address is the path of an SQLite file. Raises `BadInput`."""
    if "://" not in url:
        return URL.create(SQLITE, database=url)
    try:
        made = make_url(url)
    except ArgumentError as error:
        raise BadInput("store.bad_url", url=url) from error
    made = made.set(drivername=DRIVERS.get(made.drivername, made.drivername))
    if made.drivername not in {SQLITE, "postgresql+psycopg"}:
        raise BadInput("store.bad_url", url=made.render_as_string(hide_password=True))
    return made


def made(url: URL, *, busy_seconds: float, writing: bool) -> Engine:
    """An engine for writers, or one for readers. Nothing is connected yet."""
    if url.get_backend_name() == SQLITE:
        engine = create_engine(url, module=sqlite_driver, connect_args={"timeout": busy_seconds})
        event.listen(engine, "connect", _prepared(sqlite_driver, writing=writing))
        event.listen(engine, "begin", _begin_immediate if writing else _begin_deferred)
        return engine
    try:
        engine = create_engine(
            url,
            paramstyle="format",
            connect_args={
                "options": _options(busy_seconds, writing=writing),
                "application_name": "hoso",
                **{name: value for name, value in _PATIENCE.items() if name not in url.query},
            },
        )
    except ModuleNotFoundError as error:
        raise BadInput("store.no_driver", url=url.render_as_string(hide_password=True)) from error
    event.listen(engine, "connect", _ids_as_text)
    for library in ("psycopg", "sqlalchemy.pool"):
        # Of a connection that is lost we tell in a sentence; where a log is kept, theirs goes there too.
        logging.getLogger(library).addHandler(_NOBODY)
    return engine


def _options(busy_seconds: float, *, writing: bool) -> str:
    """What a session is told when it begins, so that no command costs a question more."""
    settings = {
        "timezone": "UTC",
        # 0 would mean for ever.
        "lock_timeout": f"{max(1, round(busy_seconds * 1000))}",
        "default_transaction_isolation": r"read\ committed" if writing else r"repeatable\ read",
        "default_transaction_read_only": "off" if writing else "on",
        # A commit that was acknowledged is on the disk, whatever the server's own setting is.
        "synchronous_commit": "on",
    }
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def _ids_as_text(connection: Any, _: Any) -> None:
    """Ids are texts everywhere (ADR 0009); what the driver would make of them we should have to undo."""
    as_text = connection.adapters.get_loader(connection.adapters.types["text"].oid, 0)
    connection.adapters.register_loader("uuid", as_text)


def _prepared(driver: ModuleType, *, writing: bool) -> Callable[[Any, Any], None]:
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


def begin(transaction: Transaction, *, writing: bool) -> None:
    """Begin on a connection of an engine made here."""
    if transaction.dialect.name == SQLITE:
        transaction.plainly(BEGIN_WRITING if writing else BEGIN_READING)


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql(BEGIN_WRITING)


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql(BEGIN_READING)
