"""Do the migrations make what the tables and triggers say? `python -m workflow.store.migrations.drift` exits 1 if not.

Alembic's own comparison sees little more than column types here, so whole catalogues are compared: one database is
migrated from nothing, another is made from the tables and triggers. Not compared: the order of a table's constraints,
white space, Alembic's own table, what the planner was told.
"""

import difflib
import re
import sys
from collections.abc import Iterator

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import StaticPool

from workflow.store import triggers
from workflow.store.migrations import migrate
from workflow.store.tables import METADATA

_CATALOGUE = (
    "SELECT type, name, tbl_name, sql FROM sqlite_master"
    " WHERE tbl_name NOT IN ('alembic_version', 'sqlite_stat1', 'sqlite_stat4')"
)


def differences() -> list[str]:
    """The lines of a unified diff from the migrated catalogue to the declared one; empty where they agree."""
    migrated, declared = _in_memory(), _in_memory()
    migrate(migrated)
    with declared.begin() as connection:
        METADATA.create_all(connection)
        for statement in triggers.statements("sqlite"):
            connection.exec_driver_sql(statement)
    with migrated.connect() as ours, declared.connect() as theirs:
        return list(
            difflib.unified_diff(
                catalogue(ours),
                catalogue(theirs),
                "made by the migrations",
                "made from tables.py and triggers.py",
                lineterm="",
            )
        )


def catalogue(connection: Connection) -> list[str]:
    """Every table, index and trigger of an SQLite database as lines, in one order for one meaning."""
    held = connection.exec_driver_sql(_CATALOGUE).all()
    lines: list[str] = []
    for kind, name, table, sql in sorted(held, key=lambda row: (row[2], row[0] != "table", row[0], row[1])):
        if kind == "table":
            lines += _table(sql)
        else:
            # What a constraint brings along by itself has no text of its own.
            lines.append(f"{kind} {name} on {table}: {_plain(sql or 'made by a constraint')}")
    return lines


def _in_memory() -> Engine:
    return create_engine("sqlite://", poolclass=StaticPool)


def _plain(sql: str) -> str:
    return re.sub(r"\s+", " ", sql).strip()


def _table(sql: str) -> Iterator[str]:
    """Its first line, the columns in their order, the constraints by name, the options."""
    head, _, rest = sql.partition("(")
    body, _, options = rest.rpartition(")")
    parts = [_plain(part) for part in _split(body)]
    columns = [part for part in parts if not part.startswith("CONSTRAINT ")]
    yield _plain(head)
    for part in columns + sorted(set(parts) - set(columns)):
        yield f"    {part}"
    yield f"    options: {_plain(options)}"


def _split(body: str) -> Iterator[str]:
    """The parts between commas that stand in no bracket."""
    depth, start = 0, 0
    for at, letter in enumerate(body):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            yield body[start:at]
            start = at + 1
    yield body[start:]


def main() -> int:
    found = differences()
    for line in found:
        print(line)  # noqa: T201  a developer's command
    if found:
        print("Tables or triggers changed without a migration.")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
