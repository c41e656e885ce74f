"""What SQLModel and SQLite let through by themselves, and what our column types refuse instead."""

import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, Update, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import Field, SQLModel

from tests.store import rows
from workflow.canonical import NotCanonical
from workflow.store import commands
from workflow.store.database import Database
from workflow.store.statements import Statement
from workflow.store.tables import METADATA, Heartbeat
from workflow.words import Rank

SQLITE = sqlite.dialect()
POSTGRESQL = postgresql.dialect()
VIETNAM = timezone(timedelta(hours=7))
DAY = date(2024, 12, 5)

REFUSED = [
    ("heartbeat", "at", datetime(2024, 12, 5), TypeError),  # noqa: DTZ001  a naive instant is the test
    ("heartbeat", "at", DAY, TypeError),
    ("heartbeat", "at", 1_733_331_600, TypeError),
    ("heartbeat", "at", "2024-12-05T00:00:00Z", TypeError),
    ("obligation", "late", 1, TypeError),
    ("obligation", "late", 0, TypeError),
    ("obligation", "late", "yes", TypeError),
    ("obligation", "late", [], TypeError),
    ("obligation", "last_good_day", "2024-12-05", TypeError),
    ("obligation", "last_good_day", datetime(2024, 12, 5, tzinfo=UTC), TypeError),
    ("dossier", "marks", {"share": 0.2}, NotCanonical),
    ("dossier", "marks", {"when": DAY}, NotCanonical),
    ("dossier", "marks", {"hạn": 1}, NotCanonical),
    ("dossier", "marks", {"name": "Nguye\u0302n"}, NotCanonical),
    ("dossier", "marks", {"large": 2**53}, NotCanonical),
]


@pytest.mark.parametrize("table,column,value,why", REFUSED)
def test_a_value_of_another_kind_is_refused_at_the_door(
    filled: Database, table: str, column: str, value: Any, why: Any
):
    before = on_disk(filled, table, column)
    with filled.engine.connect() as connection, pytest.raises(StatementError) as refused:
        connection.execute(update(METADATA.tables[table]).values({column: value}))
    assert type(refused.value.orig) is why
    assert on_disk(filled, table, column) == before


# Table, column, value; what comes back where that is something else; what lies on the disk.
STORED = [
    (
        "heartbeat",
        "at",
        datetime(2024, 12, 5, tzinfo=VIETNAM),
        datetime(2024, 12, 4, 17, tzinfo=UTC),
        1_733_331_600_000_000,
    ),
    ("heartbeat", "at", datetime(2024, 12, 4, 16, 59, 59, 999_999, UTC), None, 1_733_331_599_999_999),
    ("obligation", "late", True, None, 1),
    ("obligation", "late", False, None, 0),
    ("obligation", "last_good_day", DAY, None, "2024-12-05"),
    ("obligation", "last_good_day", None, None, None),
    ("dossier", "marks", {"b": [1, None, True], "a": "Huế"}, None, '{"a":"Huế","b":[1,null,true]}'),
    ("dossier", "voted", Rank.GOOD, "good", "good"),
    ("dossier", "head", b"\x00\xff", None, b"\x00\xff"),
    ("dossier", "seq", 2**53, None, 2**53),
]


@pytest.mark.parametrize("case", STORED, ids=str)
def test_a_value_comes_back_as_it_was(filled: Database, case: tuple[str, str, Any, Any, Any]):
    table, column, value, back, raw = case
    with filled.engine.begin() as connection:
        connection.execute(update(METADATA.tables[table]).values({column: value}))
        found = connection.execute(select(METADATA.tables[table].c[column])).scalar_one()
    assert found == (value if back is None else back)
    assert type(found) is type(value if back is None else back)
    assert on_disk(filled, table, column) == raw


def on_disk(database: Database, table: str, column: str) -> Any:
    with database.readers.connect() as connection:
        return connection.exec_driver_sql(f"SELECT {column} FROM {table}").scalar_one()  # noqa: S608  our own names


def test_strict_tables_refuse_what_another_program_writes(filled: Database):
    """Affinity would keep a word in a column of numbers."""
    with filled.engine.connect() as connection, pytest.raises(IntegrityError, match="cannot store TEXT value"):
        connection.exec_driver_sql("UPDATE heartbeat SET at = 'yesterday'")


# — the traps of the bricks (design section 10) —


class Loose(SQLModel, table=True):
    """A table as SQLModel makes it by itself."""

    metadata = MetaData()
    __table_args__ = {"sqlite_strict": True}
    id: int = Field(primary_key=True)
    name: str
    at: datetime


def test_a_table_model_of_sqlmodel_validates_nothing():
    values: dict[str, Any] = {"id": "no number", "name": None, "at": "yesterday"}
    assert Loose(**values).model_dump(warnings=False) == values
    beat: dict[str, Any] = {"name": 5, "at": "yesterday"}
    assert Heartbeat(**beat).model_dump(warnings=False) == beat


def test_strict_refuses_the_types_that_sqlmodel_emits_by_itself(filled: Database):
    with filled.engine.connect() as connection, pytest.raises(OperationalError, match=r"unknown datatype.*VARCHAR"):
        Loose.metadata.create_all(connection)


@pytest.mark.parametrize("name", METADATA.tables)
def test_our_tables_are_text_integer_and_blob_and_native_on_postgresql(name: str):
    here = {one.type.compile(dialect=SQLITE) for one in METADATA.tables[name].columns}
    there = {one.type.compile(dialect=POSTGRESQL) for one in METADATA.tables[name].columns}
    assert here <= {"TEXT", "INTEGER", "BLOB"}
    # Without a length VARCHAR is TEXT there; what names things is ordered by code points, what is JSON by nothing.
    assert there <= {
        "VARCHAR",
        'VARCHAR COLLATE "C"',
        "UUID",
        "BIGINT",
        "BOOLEAN",
        "TIMESTAMP WITH TIME ZONE",
        "DATE",
        "BYTEA",
    }


def test_one_name_bound_twice_in_an_update_is_one_value():
    """So a compare-and-set would compare with what it sets. Expected values are bound as `was_*`."""
    table = METADATA.tables["season"]
    wrong = update(table).where(table.c.seq == bindparam("seq")).values(seq=bindparam("seq"))
    compiled = wrong.compile(dialect=SQLITE)
    assert isinstance(compiled, SQLCompiler)
    assert compiled.positiontup == ["seq", "seq"]
    assert list(compiled.params) == ["seq"]


UPDATES = {
    name: one for name, one in vars(commands).items() if isinstance(one, Statement) and isinstance(one._clause, Update)
}


@pytest.mark.parametrize("name", UPDATES)
def test_no_update_of_ours_binds_one_name_twice(name: str):
    compiled = UPDATES[name]._clause.compile(dialect=SQLITE)  # type: ignore[attr-defined]
    assert [bound for bound, times in Counter(compiled.positiontup).items() if times > 1] == []


def test_a_season_advances_only_from_where_it_was(filled: Database):
    """Compare-and-set on real rows: the second of two that saw seq 1 changes nothing."""
    values = rows.row("season")
    changed = {"was_id": rows.SEASON, "was_seq": 1} | {key: values[key] for key in ("state", "pack", "head", "head_at")}
    with filled.writing() as transaction:
        assert transaction.change(commands.SEASON_ADVANCED, **changed, seq=2) == 1
        assert transaction.change(commands.SEASON_ADVANCED, **changed, seq=2) == 0


def test_the_driver_begins_nothing_for_a_table_or_a_select_so_we_do(tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "plain.db")) as plain:
        plain.execute("CREATE TABLE t (a)")
        plain.rollback()
        assert plain.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)
        assert not plain.in_transaction
    with closing(Database(str(tmp_path / "ours.db"))) as ours:
        with ours.engine.connect() as connection:
            connection.exec_driver_sql("CREATE TABLE t (a)")
            connection.rollback()
            assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar() == 0
        with ours.readers.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
            assert connection.connection.driver_connection.in_transaction  # type: ignore[union-attr]


def test_sentences_and_errors_come_without_sqlmodel():
    """Importing it takes half a second, and `hoso --help` says sentences too."""
    lines = "import sys, workflow.messages, workflow.errors, workflow.words\n"
    lines += "print([name for name in sys.modules if name.partition('.')[0] in {'sqlmodel', 'sqlalchemy', 'pydantic'}])"
    ran = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("[]\n", "")
