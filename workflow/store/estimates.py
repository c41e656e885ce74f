"""What SQLite expects of the tables, told once when they are made (`sqlite_stat1`).

Without it the planner takes the first column of any key to leave ten rows. Every key here starts with the season, which
leaves most of the table, so it would read a whole season instead of asking the index that finds one dossier. Told, it
plans for a large season from the first day on and every day alike; `ANALYZE`, should somebody run it, counts what is
there. PostgreSQL counts by itself.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, Table

from workflow.store.tables import METADATA

_ROWS = 1_000_000
_OF_SEASON = 100_000
_FURTHER = 10
"""Rows of a table, of a season in it, and of each further column of a key; a whole key that is unique has one."""

_KEYS = 'SELECT name, "unique", origin FROM pragma_index_list(?)'
_COLUMNS = "SELECT name FROM pragma_index_info(?) ORDER BY seqno"


def tell(connection: Connection) -> None:
    """Write the estimates of every key that starts with a season, in the migration's transaction."""
    connection.exec_driver_sql("ANALYZE")
    connection.exec_driver_sql("DELETE FROM sqlite_stat1")
    for table in METADATA.sorted_tables:
        for key, counts in _estimated(connection, table):
            connection.exec_driver_sql(
                "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", (table.name, key, counts)
            )
    connection.exec_driver_sql("ANALYZE sqlite_schema")  # reads them again on this connection


def _estimated(connection: Connection, table: Table) -> Iterator[tuple[str, str]]:
    options = table.dialect_options["sqlite"]
    for name, unique, origin in connection.exec_driver_sql(_KEYS, (table.name,)).all():
        columns = connection.exec_driver_sql(_COLUMNS, (name,)).scalars().all()
        if columns[0] != "season":
            continue
        counts = [_OF_SEASON] + [_FURTHER] * (len(columns) - 1)
        if unique:
            counts[-1] = 1
        # The key of a table without rowids goes by the table's name.
        key = table.name if origin == "pk" and options["with_rowid"] is False else name
        yield key, " ".join(map(str, (_ROWS, *counts)))
