"""From one shape of the tables to the next (Alembic from the first table), and what a database is before it is touched.

Every constraint has a name, and batch mode is never used: on append-only tables it would drop the triggers without a
word, and unnamed checks. A migration that was released is never edited. Before the first release `draft` writes 0001
anew from the tables; `drift` says whether tables, triggers and migrations still agree.

Alembic is imported only when there is something to migrate.
"""

from enum import StrEnum

from sqlalchemy import Connection, Engine

from workflow.errors import ForeignDatabase
from workflow.store import rights
from workflow.store.faults import told
from workflow.store.types import POSTGRESQL

PRODUCT = "hoso"
"""What `about` says under "product" in a database of ours. The first migration writes it."""

REVISIONS = ("0001",)
"""Every revision that this Hoso knows, oldest first."""

HEAD = REVISIONS[-1]

_ALONE = "SELECT pg_advisory_xact_lock(hashtext('hoso migrates'))"

_MARKS = {("about", "key"), ("about", "value"), ("alembic_version", "version_num")}

_COLUMNS_SQLITE = (
    "SELECT held.name, has.name FROM sqlite_master AS held LEFT JOIN pragma_table_info(held.name) AS has"
    " WHERE held.type IN ('table', 'view') AND held.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
)
_COLUMNS_POSTGRESQL = (
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
)


class Standing(StrEnum):
    """What a database is to this Hoso."""

    EMPTY = "empty"
    """No table at all: a new file, or one of zero bytes."""
    OURS = "ours"
    """At `HEAD`."""
    OLDER = "older"
    """Ours, of an earlier revision: `migrate` brings it forward."""
    NEWER = "newer"
    """Ours, of a revision that this Hoso does not know."""
    FOREIGN = "foreign"
    """Somebody else's tables."""


def standing(connection: Connection) -> Standing:
    """What the database behind `connection` is. Reads only; driver's errors come as they are (no database, damaged)."""
    columns = _columns(connection)
    if not columns:
        return Standing.EMPTY
    if not columns >= _MARKS or _product(connection) != PRODUCT:
        return Standing.FOREIGN
    revision = revision_of(connection)
    if revision is None:
        return Standing.FOREIGN
    if revision == HEAD:
        return Standing.OURS
    return Standing.OLDER if revision in REVISIONS else Standing.NEWER


def revision_of(connection: Connection) -> str | None:
    """The one revision that the database says it has; None where there is none, or more than one."""
    if ("alembic_version", "version_num") not in _columns(connection):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    return str(found[0]) if len(found) == 1 else None


def migrate(engine: Engine) -> None:
    """Bring the database to `HEAD`, whole or not at all; at `HEAD` nothing happens.

    `engine` is the writers' one: everything runs in one transaction that nobody else can begin beside it (BEGIN
    IMMEDIATE on SQLite, an advisory lock on PostgreSQL), so of two at once the second finds the work done. On
    PostgreSQL the roles are made and the rights given, each time anew. Raises `ForeignDatabase` for a newer or foreign
    database, which stays as it is, and what `faults.translated` makes of a driver's error.
    """
    server = engine.dialect.name == POSTGRESQL
    with told(engine.dialect, database=engine.url.database), engine.begin() as connection:
        if server:
            connection.exec_driver_sql(_ALONE)
        found = standing(connection)
        refuse_foreign(found, connection, engine.url.database)
        if server:
            rights.become_owner(connection)
        if found is not Standing.OURS:
            _upgrade(connection)
            if not server:
                from workflow.store import estimates  # noqa: PLC0415  as slow as the tables that it reads

                estimates.tell(connection)
        if server:
            rights.grant(connection)


def refuse_foreign(found: Standing, connection: Connection, name: str | None) -> None:
    """Raise `ForeignDatabase` where `found` says that the database (`name` in the sentence) is newer, or not ours."""
    if found is Standing.NEWER:
        raise ForeignDatabase("store.newer", database=name, revision=revision_of(connection), head=HEAD)
    if found is Standing.FOREIGN:
        raise ForeignDatabase("store.foreign", database=name)


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  slow to import, and most runs migrate nothing
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "workflow.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)


def _columns(connection: Connection) -> set[tuple[str, str]]:
    text = _COLUMNS_POSTGRESQL if connection.dialect.name == POSTGRESQL else _COLUMNS_SQLITE
    return {(table, column) for table, column in connection.exec_driver_sql(text)}


def _product(connection: Connection) -> str | None:
    return connection.exec_driver_sql("SELECT value FROM about WHERE key = 'product'").scalar()
