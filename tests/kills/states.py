"""What lies in a database and beside it, to the last byte, and whether it is sound."""

import hashlib
import re
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.kills.deeds import SEASON
from workflow import canonical
from workflow.replay.verification import verify
from workflow.services.context import Context, rules_named
from workflow.store import commands as sql
from workflow.store import files
from workflow.store.database import Database
from workflow.store.maintenance import standing_of
from workflow.store.migrations import Standing

_SHAPE = {
    "sqlite": "SELECT type, name, tbl_name, sql FROM sqlite_master",
    "postgresql": (
        "SELECT relkind::text, relname::text, relowner::regrole::text, relacl::text FROM pg_class"
        " WHERE relnamespace = current_schema()::regnamespace"
        " UNION ALL SELECT 'trigger', tgname::text, tgrelid::regclass::text, tgenabled::text FROM pg_trigger"
        " WHERE NOT tgisinternal"
    ),
}
_TABLE = {"table", "r"}
_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

_PATIENCE = 100_000

ERRATIC = {"head", "hash", "body", "salt", "fingerprint", "digest", "act"}
"""Columns that differ from one doing to the next: what is made of ids and salts."""
_MADE = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")
"""Ids and commitments, wherever they stand."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything that lies in a place: tables, triggers and rights; every row; every whole file beside the database."""

    shape: list[tuple[Any, ...]]
    rows: dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]
    """Table → its columns, its rows."""
    files: dict[str, bytes]

    def plain(self) -> dict[str, Any]:
        """Without what chance makes: how many rows, and their plain values, in one order."""
        found: dict[str, Any] = {"": self.shape}
        for table, (columns, rows) in self.rows.items():
            found[table] = sorted(str(_plain(columns, row)) for row in rows)
        return found

    def column(self, table: str, name: str) -> list[Any]:
        columns, rows = self.rows[table]
        return [row[columns.index(name)] for row in rows]


def _plain(columns: tuple[str, ...], row: tuple[Any, ...]) -> list[tuple[str, str]]:
    told = {name: str(value) for name, value in zip(columns, row, strict=True) if name not in ERRATIC}
    return sorted((name, _MADE.sub("id", value)) for name, value in told.items())


def read(database: Database, folder: Path) -> State:
    """What is there for whoever opens the database next."""
    database.close()
    name = database.engine.dialect.name
    with closing(database.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:

        def ask(text: str) -> list[tuple[Any, ...]]:
            return list(map(tuple, cursor.execute(text).fetchall()))

        if name == "sqlite":
            cursor.execute("BEGIN IMMEDIATE")  # whoever died holds no lock
            assert ask("PRAGMA integrity_check") == [("ok",)]
        else:
            for _ in range(_PATIENCE):  # until the server has seen that its client died
                connection.rollback()
                if ask(_OTHERS) == [(0,)]:
                    break
            else:
                raise AssertionError("Somebody else is at the database")
        shape, rows = sorted(ask(_SHAPE[name]), key=str), {}
        for table in [one[1] for one in shape if one[0] in _TABLE]:
            found = ask(f'SELECT * FROM "{table}"')  # noqa: S608
            found.sort(key=lambda row: list(map(str, row[:4])))
            rows[table] = tuple(one[0] for one in cursor.description), found
        connection.rollback()
    beside = [one for one in folder.rglob("*") if one.is_file() and one.parent != folder]
    whole = {str(one.relative_to(folder)): one.read_bytes() for one in beside if one.suffix != ".part"}
    return State(shape, rows, whole)


def sound(database: Database, state: State, context: Context) -> None:
    """It is no database yet, or one of ours whose record verifies and whose attachments lie there."""
    found = standing_of(database)
    assert found is (Standing.OURS if state.rows else Standing.EMPTY), found
    with database.reading() as tx:
        season = tx.one(sql.SEASON, tenant="local", code=SEASON) if state.rows else None
        if season is None:
            return
        stored = partial(rules_named, context, tx)
        verified = verify(tx, season, stored(season["pack"]), stored)
        assert verified.findings == (), verified.findings
        for row in tx.all(sql.RECORDS_OF_SEASON, season=season["id"]):
            canonical.read(row["body"])
    assert database.attachments is not None
    for digest in state.column("attachment", "digest"):
        content = files.path_of(database.attachments, digest).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest
