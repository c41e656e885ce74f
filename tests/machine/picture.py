"""A whole database as it lies there at one moment, to be compared with another moment."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from workflow.dates import micros
from workflow.store.tables import METADATA

Line = dict[str, Any]

TABLES = tuple(sorted(METADATA.tables))
LEDGERS = frozenset({"attempt", "answer", "access"})
"""What a refusal may write to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Every row of every table, as stored: instants are microseconds, days and JSON are texts."""

    rows: Mapping[str, frozenset[tuple[Any, ...]]]
    columns: Mapping[str, tuple[str, ...]]
    _lines: dict[str, list[Line]] = field(default_factory=dict)

    def lines(self, table: str) -> list[Line]:
        """The rows of a table by column name, those with a ref in its order."""
        if table not in self._lines:
            names = self.columns[table]
            found = [dict(zip(names, row, strict=True)) for row in self.rows[table]]
            keys = [one for one in ("ref", "rule", "key", "code", "stream", "seq", "id") if one in names]
            self._lines[table] = sorted(found, key=lambda line: tuple(str(line[one]) for one in keys))
        return self._lines[table]

    def changed(self, other: "Picture") -> set[str]:
        """The tables that differ."""
        return {name for name in TABLES if self.rows[name] != other.rows[name]}

    @property
    def history(self) -> dict[tuple[str, int], Line]:
        return {(one["stream"], one["seq"]): one for one in self.lines("history")}

    def unit_paths(self) -> dict[str, list[str]]:
        return {one["code"]: one["path"].split(" ") for one in self.lines("unit")}

    def subjects(self) -> dict[str, Line]:
        return {one["code"]: one for one in self.lines("subject")}

    def dossiers(self) -> list[Line]:
        """The dossiers in the order of their refs, `marks` read."""
        return [{**one, "marks": json.loads(one["marks"])} for one in self.lines("dossier")]

    def groups(self) -> list[Line]:
        return [
            {**one, "closed_on": day(one["closed_on"]), "over": bool(one["over"])} for one in self.lines("quota_group")
        ]


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def taken(engine: Engine) -> Picture:
    """One snapshot of everything."""
    rows, columns = {}, {}
    with engine.connect() as connection, connection.begin():
        for name in TABLES:
            found = connection.exec_driver_sql(f'SELECT * FROM "{name}"')  # noqa: S608
            columns[name] = tuple(found.keys())
            rows[name] = frozenset(tuple(map(_plain, one)) for one in found)
    return Picture(rows=rows, columns=columns)


def _plain(value: Any) -> Any:
    """A value as SQLite stores it; a server has types of its own."""
    if isinstance(value, datetime):
        return micros(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return int(value) if isinstance(value, bool) else value
