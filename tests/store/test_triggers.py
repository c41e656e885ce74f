"""The database itself refuses to change the record, whatever statement is tried and whatever pragma is set."""

# ruff: noqa: S608  the statements are made of our own names

import re
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Index, Integer, MetaData, Table, UniqueConstraint, create_engine, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError

from tests.store import rows
from workflow.store import triggers
from workflow.store.database import Database
from workflow.store.tables import APPEND_ONLY, METADATA

PRAGMAS = ("off", "on")


def quoted(name: str) -> str:
    return sqlite.dialect().identifier_preparer.quote(name)


def listed(columns: Any) -> str:
    return ", ".join(quoted(one.name) for one in columns)


def pragma(connection: Connection, setting: str) -> None:
    """Before the transaction begins: some settings are ignored inside one."""
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA {setting}")


def contents(connection: Connection, name: str) -> list[Any]:
    return list(connection.exec_driver_sql(f"SELECT * FROM {quoted(name)}").all())


def again(name: str, how: str) -> str:
    """A statement that writes the row there is once more, `how` being the verb."""
    columns = METADATA.tables[name].columns
    return f"{how} INTO {quoted(name)} ({listed(columns)}) SELECT {listed(columns)} FROM {quoted(name)}"


def changes(name: str) -> dict[str, str]:
    """Every way to change or replace the one row of table `name`."""
    table, other = quoted(name), quoted(rows.plain(name))
    updates = {f"update {one.name}": f"UPDATE {table} SET {quoted(one.name)} = NULL" for one in METADATA.tables[name].c}
    return updates | {
        "same value": f"UPDATE {table} SET {other} = {other}",
        "update or replace": f"UPDATE OR REPLACE {table} SET {other} = {other}",
        "update or ignore": f"UPDATE OR IGNORE {table} SET {other} = {other}",
        "delete": f"DELETE FROM {table}",
        "insert": again(name, "INSERT"),
        "insert or replace": again(name, "INSERT OR REPLACE"),
        "replace": again(name, "REPLACE"),
        "insert or ignore": again(name, "INSERT OR IGNORE"),
        "upsert": f"{again(name, 'INSERT')} WHERE true ON CONFLICT DO UPDATE SET {other} = {other}",
    }


EVERY_CHANGE = [(name, how) for name in APPEND_ONLY for how in changes(name)]


@pytest.mark.parametrize("recursive", PRAGMAS)
@pytest.mark.parametrize("name,how", EVERY_CHANGE)
def test_an_append_only_row_stays_as_it_was_written(filled: Database, name: str, how: str, recursive: str):
    with filled.engine.connect() as connection:
        pragma(connection, f"recursive_triggers = {recursive}")
        before = contents(connection, name)
        with pytest.raises(IntegrityError, match=f"hoso: (append-only|key taken in append-only) {name}"):
            connection.exec_driver_sql(changes(name)[how])
        assert contents(connection, name) == before
        assert len(before) == 1


@pytest.mark.parametrize("name", APPEND_ONLY)
def test_a_new_key_is_still_appended(filled: Database, name: str):
    key = next(
        column.name for column in METADATA.tables[name].primary_key if column.name not in {"season", "obligation"}
    )
    fresh = 2 if key == "seq" else "0193847a-0000-7000-8000-0000000000aa"
    with filled.engine.begin() as connection:
        rows.add(connection, name, **{key: fresh})
        assert len(contents(connection, name)) == 2


@pytest.mark.parametrize("recursive", PRAGMAS)
@pytest.mark.parametrize("how", ["DELETE", "INSERT OR REPLACE", "REPLACE"])
@pytest.mark.parametrize("name", triggers.KEPT)
def test_a_kept_row_is_neither_deleted_nor_replaced(filled: Database, name: str, how: str, recursive: str):
    with filled.engine.connect() as connection:
        pragma(connection, "foreign_keys = OFF")
        pragma(connection, f"recursive_triggers = {recursive}")
        before = contents(connection, name)
        statement = f"DELETE FROM {name}" if how == "DELETE" else again(name, how)
        with pytest.raises(IntegrityError, match=f"hoso: (kept|key taken in kept) {name}"):
            connection.exec_driver_sql(statement)
        assert contents(connection, name) == before


EVERY_FIXED = [(name, column) for name in triggers.KEPT for column in triggers.fixed(METADATA.tables[name])]


@pytest.mark.parametrize("verb", ["UPDATE", "UPDATE OR REPLACE"])
@pytest.mark.parametrize("name,column", EVERY_FIXED)
def test_what_is_fixed_never_changes(filled: Database, name: str, column: str, verb: str):
    with filled.engine.connect() as connection:
        pragma(connection, "foreign_keys = OFF")
        kind = METADATA.tables[name].c[column].type.compile(dialect=connection.dialect)
        other = "7" if kind == "INTEGER" else "'another'"
        with pytest.raises(IntegrityError, match=f"hoso: kept {name}: no change of .*{column}"):
            connection.exec_driver_sql(f"{verb} {name} SET {column} = {other}")


def test_an_obligation_fixes_its_rule_its_thing_and_its_instants():
    fixed = set(triggers.fixed(METADATA.tables["obligation"]))
    assert fixed == {"season", "id", "due_at", "rule", "scope", "born_at", "replaces"}


def test_a_due_instant_is_not_given_later_nor_taken_away(filled: Database):
    with filled.engine.begin() as connection:
        rows.add(connection, "obligation", id=rows.ANYTHING, due_at=rows.NOW)
    for statement in (
        f"UPDATE obligation SET due_at = 1 WHERE id = '{rows.DUTY}'",
        f"UPDATE obligation SET due_at = NULL WHERE id = '{rows.ANYTHING}'",
    ):
        with filled.engine.connect() as connection, pytest.raises(IntegrityError, match="no change of"):
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE obligation SET state = 'met', late = 1, settled_at = 5, look_at = NULL, owner = 'y'",
        "UPDATE obligation SET state = 'closed', due_at = due_at, rule = rule",
        "UPDATE dossier SET state = 'self_reviewed', seq = 2, unit = unit, ref = ref",
        "UPDATE member SET dossier = dossier",
    ],
)
def test_what_is_not_fixed_changes_and_the_same_value_is_no_change(filled: Database, statement: str):
    with filled.engine.begin() as connection:
        assert connection.exec_driver_sql(statement).rowcount == 1


def test_a_refused_statement_takes_back_itself_alone(filled: Database):
    """RAISE(ABORT): a command's refusal inside a savepoint leaves the rest of its group."""
    with filled.engine.connect() as connection, connection.begin() as transaction:
        rows.add(connection, "heartbeat", name="mine")
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.exec_driver_sql("DELETE FROM history")
        transaction.commit()
    with filled.readers.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM heartbeat").scalar() == 2


def test_raise_rollback_would_end_the_whole_group_and_is_not_used():
    with create_engine("sqlite://").connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.isolation_level = None
        driver.execute("CREATE TABLE t (a)")
        driver.execute("CREATE TRIGGER r BEFORE DELETE ON t BEGIN SELECT RAISE(ROLLBACK, 'no'); END")
        driver.execute("BEGIN")
        driver.execute("INSERT INTO t VALUES (1)")
        with pytest.raises(Exception, match="no"):
            driver.execute("DELETE FROM t")
        assert not driver.in_transaction
        assert driver.execute("SELECT count(*) FROM t").fetchone() == (0,)
    assert "ROLLBACK" not in " ".join(triggers.statements("sqlite"))


def test_every_unique_key_is_looked_up():
    """Also of tables that do not exist yet: primary key, unique constraint, unique index; a plain index is no key."""
    table = Table(
        "book",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("a", Integer),
        Column("b", Integer),
        Column("order", Integer),
        UniqueConstraint("a", "b", name="uq_book_a_b"),
        Index("ix_book_order", "order", unique=True),
        Index("ix_book_b", "b"),
    )
    assert triggers.keys(table) == (("id",), ("a", "b"), ("order",))
    write = triggers._Writer(sqlite.dialect().identifier_preparer, differs="IS NOT")
    with create_engine("sqlite://").connect() as connection:
        table.create(connection)
        connection.execute(text(write.sqlite(table, "no_replace", "INSERT", "taken", when=write.taken(table))))
        connection.execute(table.insert(), {"id": 1, "a": 1, "b": 1, "order": 1})
        for values in ("(1, 2, 2, 2)", "(2, 1, 1, 2)", "(2, 2, 2, 1)"):
            with pytest.raises(IntegrityError, match="taken"):
                connection.exec_driver_sql(f"INSERT OR REPLACE INTO book VALUES {values}")
        connection.exec_driver_sql("INSERT INTO book VALUES (2, 1, 2, 2), (3, NULL, NULL, NULL), (4, NULL, NULL, NULL)")
        assert connection.exec_driver_sql("SELECT count(*) FROM book").scalar() == 4


def test_the_migrated_database_has_every_trigger(database: Database):
    with database.readers.connect() as connection:
        held = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    assert set(held) == triggers.names()
    assert len(held) == 3 * len(APPEND_ONLY) + 3 * len(triggers.KEPT)


def test_append_only_tables_have_no_rowid_to_be_replaced_by(database: Database):
    with database.readers.connect() as connection:
        found = {row[1]: row[4] for row in connection.exec_driver_sql("PRAGMA table_list")}
    assert [found[name] for name in APPEND_ONLY] == [1] * len(APPEND_ONLY)


@pytest.mark.parametrize("name", [*APPEND_ONLY, *triggers.KEPT])
def test_postgresql_guards_every_table_always_and_against_truncate(name: str):
    every = triggers.statements("postgresql")
    made = {one.split()[2]: one for one in every if re.search(rf"^BEFORE .* ON {name}$", one, re.MULTILINE)}
    events = " ".join(re.findall(r"^BEFORE (.*) ON", "\n".join(made.values()), re.MULTILINE))
    assert {"UPDATE", "DELETE", "TRUNCATE"} <= set(events.split())
    for trigger in made:
        assert f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {trigger}" in every


def test_postgresql_fixes_the_same_columns():
    moves = [one for one in triggers.statements("postgresql") if "UPDATE OF" in one]
    assert len(moves) == len(triggers.KEPT)
    for name, move in zip(triggers.KEPT, moves, strict=True):
        assert re.findall(r"NEW\.(\w+) IS DISTINCT FROM OLD\.\1", move) == list(triggers.fixed(METADATA.tables[name]))


def test_postgresql_text_can_be_run_by_a_driver_that_reads_percent_signs():
    assert "%" not in "".join(triggers.statements("postgresql"))
