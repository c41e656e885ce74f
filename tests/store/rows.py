"""One row in every table, tied to each other as the foreign keys ask; values by the columns' types."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Table

from workflow.store import triggers
from workflow.store.tables import METADATA
from workflow.store.types import Blob, Day, Flag, Id, Instant, Json, Number

NOW = datetime(2024, 12, 2, 1, 0, tzinfo=UTC)

SEASON, DOSSIER, GROUP, DUTY = (f"0193847a-0000-7000-8000-00000000000{digit}" for digit in "1234")
ANYTHING = "0193847a-0000-7000-8000-00000000000f"

_TIES: dict[str, dict[str, Any]] = {
    "about": {"key": "tenant"},
    "season": {"id": SEASON, "state": "open"},
    "dossier": {"id": DOSSIER, "state": "drafted"},
    "quota_group": {"id": GROUP, "vote": "open"},
    "obligation": {"id": DUTY, "state": "open"},
    "alert": {"obligation": DUTY, "outcome": "queued"},
    "member": {"group_id": GROUP, "dossier": DOSSIER},
    "meeting": {"state": "planned"},
    "message": {"state": "queued"},
    "notice": {"kind": "opened", "outcome": None},
}
_NAMED = {"season": SEASON, "unit": "U1", "subject": "P1", "pack": "h"}
_CODES = {"unit": "U1", "subject": "P1", "pack": "h"}
_BY_TYPE: dict[type, Any] = {
    Id: ANYTHING,
    Blob: b"\x01",
    Number: 1,
    Flag: False,
    Instant: NOW,
    Day: date(2024, 12, 2),
    Json: [],
}


def table(name: str) -> Table:
    return METADATA.tables[name]


def row(name: str, /, **values: Any) -> dict[str, Any]:
    """A whole row for table `name`; `values` replace what would stand there."""
    made = {column.name: _value(name, column) for column in table(name).columns}
    return made | values


def _value(name: str, column: Any) -> Any:
    ties = _TIES.get(name, {})
    if column.name in ties:
        return ties[column.name]
    if column.name in {"code", "hash"} and name in _CODES:
        return _CODES[name]
    if column.name in _NAMED and column.name != name:
        return _NAMED[column.name]
    return None if column.nullable else _BY_TYPE.get(type(column.type), "x")


def add(connection: Connection, name: str, /, **values: Any) -> dict[str, Any]:
    """Insert one row into table `name`; the row."""
    made = row(name, **values)
    connection.execute(table(name).insert(), made)
    return made


def fill(connection: Connection) -> None:
    """One row in every table."""
    for one in METADATA.sorted_tables:
        add(connection, one.name)


def plain(name: str) -> str:
    """A column that is in no key of table `name`."""
    in_keys = {column for key in triggers.keys(METADATA.tables[name]) for column in key}
    return next(column.name for column in METADATA.tables[name].columns if column.name not in in_keys)
