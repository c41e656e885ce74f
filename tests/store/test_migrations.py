"""What a database is, how it comes to the newest revision, and that migrations and tables agree."""

# ruff: noqa: S608  the statements are made of our own names

import ast
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Column, Integer, MetaData, Table, create_engine

from workflow.errors import DiskFull, ForeignDatabase, Locked
from workflow.store import migrations, triggers
from workflow.store.database import Database
from workflow.store.migrations import HEAD, REVISIONS, Standing, draft, drift, migrate, revision_of, standing
from workflow.store.tables import APPEND_ONLY, METADATA

VERSIONS = Path(migrations.__file__).parent / "versions"


def standing_in(database: Database) -> Standing:
    with database.readers.connect() as connection, connection.begin():
        return standing(connection)


def made_by_others(file: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(file)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return file


def changed(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def catalogue_of(database: Database) -> list[str]:
    with database.readers.connect() as connection:
        return drift.catalogue(connection)


# — standing —


def test_a_file_of_zero_bytes_is_empty(tmp_path: Path):
    (tmp_path / "zero.db").touch()
    with closing(Database(str(tmp_path / "zero.db"))) as database:
        assert standing_in(database) is Standing.EMPTY
        with database.readers.connect() as connection:
            assert revision_of(connection) is None


def test_a_migrated_database_is_ours_at_the_newest_revision(database: Database):
    assert standing_in(database) is Standing.OURS
    with database.readers.connect() as connection:
        assert revision_of(connection) == HEAD
        assert connection.exec_driver_sql("SELECT key, value FROM about").all() == [("product", "hoso")]


def test_an_earlier_revision_that_we_know_is_older(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(migrations, "REVISIONS", ("0000", *REVISIONS))
    changed(database, "UPDATE alembic_version SET version_num = '0000'")
    assert standing_in(database) is Standing.OLDER


def test_a_revision_that_we_do_not_know_is_newer(database: Database):
    changed(database, "UPDATE alembic_version SET version_num = '9999'")
    assert standing_in(database) is Standing.NEWER


FOREIGN = {
    "another program": ["CREATE TABLE invoice (id INTEGER PRIMARY KEY)"],
    "only a view": ["CREATE VIEW one AS SELECT 1 AS a"],
    "somebody else's alembic": ["CREATE TABLE alembic_version (version_num TEXT)"],
    "an about of other columns": ["CREATE TABLE about (text TEXT)", "CREATE TABLE alembic_version (version_num TEXT)"],
    "another product": [
        "CREATE TABLE about (key TEXT, value TEXT)",
        "INSERT INTO about VALUES ('product', 'other')",
        "CREATE TABLE alembic_version (version_num TEXT)",
        f"INSERT INTO alembic_version VALUES ('{HEAD}')",
    ],
}


@pytest.mark.parametrize("statements", FOREIGN.values(), ids=FOREIGN)
def test_other_tables_are_foreign_and_stay_as_they_are(tmp_path: Path, statements: list[str]):
    file = made_by_others(tmp_path / "other.db", *statements)
    with closing(Database(str(file))) as database:
        before = catalogue_of(database)
        assert standing_in(database) is Standing.FOREIGN
        with pytest.raises(ForeignDatabase) as refused:
            migrate(database.engine)
        assert refused.value.code == "store.foreign"
        assert refused.value.figures == {"database": str(file)}
        assert catalogue_of(database) == before


@pytest.mark.parametrize("statement", ["DELETE FROM alembic_version", "INSERT INTO alembic_version VALUES ('0002')"])
def test_no_revision_or_two_are_nothing_that_we_wrote(database: Database, statement: str):
    changed(database, statement)
    assert standing_in(database) is Standing.FOREIGN
    with database.readers.connect() as connection:
        assert revision_of(connection) is None


# — migrate —


def test_migrating_twice_changes_nothing(database: Database):
    before = catalogue_of(database)
    migrate(database.engine)
    assert catalogue_of(database) == before
    assert standing_in(database) is Standing.OURS


def test_a_newer_database_is_refused_and_left_alone(database: Database):
    changed(database, "UPDATE alembic_version SET version_num = '9999'")
    before = catalogue_of(database)
    with pytest.raises(ForeignDatabase) as refused:
        migrate(database.engine)
    assert refused.value.code == "store.newer"
    assert refused.value.figures == {"database": str(database.file), "revision": "9999", "head": HEAD}
    assert catalogue_of(database) == before


def test_a_migration_that_does_not_fit_leaves_nothing(tmp_path: Path):
    with closing(Database(str(tmp_path / "small.db"))) as database:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 20")
            connection.commit()
        with pytest.raises(DiskFull) as refused:
            migrate(database.engine)
        assert refused.value.code == "store.disk_full"
        assert standing_in(database) is Standing.EMPTY
        changed(database, "PRAGMA max_page_count = 100000")
        migrate(database.engine)
        assert standing_in(database) is Standing.OURS


def test_migrating_waits_for_the_other_writer_and_gives_up_in_words(tmp_path: Path):
    file = tmp_path / "busy.db"
    with closing(Database(str(file))) as other, other.engine.begin() as held:
        held.exec_driver_sql("CREATE TABLE mine (a)")
        with closing(Database(str(file), busy_seconds=0.02)) as database, pytest.raises(Locked) as refused:
            migrate(database.engine)
        assert refused.value.figures == {"database": str(file)}


def test_alembic_is_imported_only_to_migrate():
    lines = """
        import sys
        from sqlalchemy import create_engine
        from workflow.store import maintenance, migrations
        with create_engine("sqlite://").connect() as connection:
            assert migrations.standing(connection) == "empty"
        assert not [name for name in sys.modules if name.partition(".")[0] == "alembic"], "imported too early"
        migrations.migrate(create_engine("sqlite://"))
        assert "alembic" in sys.modules
    """
    ran = subprocess.run([sys.executable, "-c", _dedented(lines)], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def _dedented(lines: str) -> str:
    return "\n".join(line.removeprefix("        ") for line in lines.splitlines())


# — what the migrations make —


def test_the_known_revisions_are_those_of_the_files():
    scripts = ScriptDirectory(str(VERSIONS.parent))
    assert tuple(reversed([script.revision for script in scripts.walk_revisions()])) == REVISIONS
    assert scripts.get_heads() == [HEAD]


def test_every_constraint_has_a_name(database: Database):
    ours = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    with database.readers.connect() as connection:
        texts = connection.exec_driver_sql(ours).scalars().all()
    assert len(texts) == len(METADATA.tables) + 1
    unnamed = re.compile(r"(?<!CONSTRAINT )\b(?:PRIMARY KEY|FOREIGN KEY|UNIQUE|CHECK)\b")
    for sql in texts:
        named = re.sub(r"CONSTRAINT \w+ (PRIMARY KEY|FOREIGN KEY|UNIQUE|CHECK)", "", sql)
        assert not unnamed.findall(named), sql


def test_every_table_is_strict_and_the_append_only_ones_have_no_rowid(database: Database):
    with database.readers.connect() as connection:
        found = {row[1]: (bool(row[4]), bool(row[5])) for row in connection.exec_driver_sql("PRAGMA table_list")}
    for name in METADATA.tables:
        without_rowid, strict = found[name]
        assert strict, name
        assert without_rowid or name not in APPEND_ONLY


def test_no_migration_uses_batch_mode():
    for file in [*VERSIONS.glob("*.py"), VERSIONS.parent / "env.py"]:
        names = {node.attr for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Attribute)}
        assert "batch_alter_table" not in names
    assert list(VERSIONS.glob("*.py"))


def test_batch_mode_loses_triggers_without_a_word_and_unnamed_checks_with_a_warning():
    """The reason for the rule above, seen on Alembic 1.20 (earlier ones lose both without a word)."""
    engine = create_engine("sqlite://")
    table = Table("book", MetaData(), Column("id", Integer), CheckConstraint("id > 0"))
    with engine.begin() as connection:
        table.create(connection)
        connection.exec_driver_sql("CREATE TRIGGER kept BEFORE DELETE ON book BEGIN SELECT RAISE(ABORT, 'no'); END")
        operations = Operations(MigrationContext.configure(connection))
        with (
            pytest.warns(UserWarning, match="Unnamed CHECK"),
            operations.batch_alter_table("book", recreate="always") as batch,
        ):
            batch.add_column(Column("more", Integer))
        left = connection.exec_driver_sql("SELECT type, sql FROM sqlite_master").all()
    assert [kind for kind, _ in left] == ["table"]
    assert "CHECK" not in left[0][1]


# — drift —


@pytest.mark.drift
def test_migrations_make_what_tables_and_triggers_say():
    assert drift.differences() == []


@pytest.mark.drift
def test_the_first_migration_is_what_the_draft_writes():
    """Also its PostgreSQL half, which no SQLite catalogue shows. After `python -m workflow.store.migrations.draft`."""
    assert ast.dump(ast.parse(draft.FILE.read_text(encoding="utf-8"))) == ast.dump(ast.parse(draft.drafted()))


def test_drift_sees_a_trigger_that_no_migration_makes(monkeypatch: pytest.MonkeyPatch, capsys: Any):
    less = triggers.statements("sqlite")[1:]
    monkeypatch.setattr(triggers, "statements", lambda _: less)
    assert drift.main() == 1
    said = capsys.readouterr().out
    assert "-trigger pack_no_update on pack:" in said
    assert said.endswith("Tables or triggers changed without a migration.\n")


def _with(**changes: Any) -> MetaData:
    """The tables, with one more or other thing in `heartbeat`."""
    changed_tables = MetaData(naming_convention=METADATA.naming_convention)
    for table in METADATA.sorted_tables:
        table.to_metadata(changed_tables)
    heartbeat = changed_tables.tables["heartbeat"]
    for what in changes.values():
        if isinstance(what, CheckConstraint | Column):
            heartbeat.append_constraint(what) if isinstance(what, CheckConstraint) else heartbeat.append_column(what)
        else:
            heartbeat.dialect_options["sqlite"]["strict"] = what
    return changed_tables


@pytest.mark.parametrize(
    "tables,line",
    [
        (
            _with(check=CheckConstraint("name <> ''", name="named")),
            "+    CONSTRAINT ck_heartbeat_named CHECK (name <> '')",
        ),
        (_with(column=Column("pid", Integer)), "+    pid INTEGER"),
        (_with(strict=False), "-    options: STRICT"),
    ],
)
def test_drift_sees_what_alembic_does_not(monkeypatch: pytest.MonkeyPatch, tables: MetaData, line: str):
    monkeypatch.setattr(drift, "METADATA", tables)
    assert line in drift.differences()


def test_drift_does_not_mind_the_order_of_constraints():
    one = "CREATE TABLE t (\n a INTEGER,\n CONSTRAINT b CHECK (a IN (1, 2)),\n CONSTRAINT a UNIQUE (a)\n) STRICT"
    other = "CREATE TABLE t (a  INTEGER, CONSTRAINT a UNIQUE (a), CONSTRAINT b CHECK (a IN (1, 2))) STRICT"
    assert list(drift._table(one)) == list(drift._table(other))


def test_drift_ends_well_where_all_agree(capsys: Any):
    assert drift.main() == 0
    assert capsys.readouterr().out == ""
