"""A real PostgreSQL server: what it refuses, who may do what, what it is asked to remember, and how it is moved."""

# ruff: noqa: S608  the statements are made of our own names

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from sqlalchemy import Boolean, Integer, bindparam, column, func, not_, select, table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from tests.servers import Server
from tests.store import rows
from workflow.errors import ForeignDatabase, Locked, MachineFailure
from workflow.store import commands, rights, triggers
from workflow.store.database import Database
from workflow.store.health import Severity, health
from workflow.store.maintenance import standing_of
from workflow.store.migrations import Standing, migrate
from workflow.store.statements import Statement, Transaction
from workflow.store.tables import APPEND_ONLY, METADATA
from workflow.store.triggers import KEPT

Making = Callable[..., Database]

_OWN_PROCESS = Statement(select(func.pg_backend_pid().label("pid")))
_LOCKS = table("pg_locks", column("pid", Integer), column("granted", Boolean))
_WAITING = Statement(select(_LOCKS.c.pid).where(_LOCKS.c.pid == bindparam("pid"), not_(_LOCKS.c.granted)))


@pytest.fixture
def making(server: Server) -> Iterator[Making]:
    """Open a database of the server; all are closed and dropped again."""
    made: list[Database] = []

    def make(address: str | None = None, **more: Any) -> Database:
        made.append(Database(address or server.fresh(), **{"busy_seconds": 0.2, **more}))
        return made[-1]

    yield make
    addresses = {one.url.render_as_string(hide_password=False) for one in made}
    for one in made:
        one.close()
    for address in addresses:
        server.drop(address)


@pytest.fixture
def filled(making: Making) -> Database:
    """With one row in every table."""
    database = making()
    with database.engine.begin() as connection:
        rows.fill(connection)
    return database


def refused(database: Database, statement: str, state: str) -> str:
    with database.engine.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.exec_driver_sql(statement)
    cause: Any = caught.value.orig
    assert cause.sqlstate == state, cause
    return str(cause)


# — what the database itself refuses —


@pytest.mark.parametrize("name", APPEND_ONLY)
def test_an_append_only_row_stays_as_it_was_written(filled: Database, name: str):
    column = rows.plain(name)
    for statement in (
        f'UPDATE "{name}" SET {column} = {column}',
        f'DELETE FROM "{name}"',
        f'TRUNCATE "{name}" CASCADE',
    ):
        assert "append-only" in refused(filled, statement, "23001")


@pytest.mark.parametrize("name", APPEND_ONLY)
def test_a_second_row_under_a_key_is_refused_and_an_upsert_is_an_update(filled: Database, name: str):
    column = rows.plain(name)
    again = f'INSERT INTO "{name}" SELECT * FROM "{name}"'
    refused(filled, again, "23505")
    key = ", ".join(triggers.keys(METADATA.tables[name])[0])
    assert "append-only" in refused(
        filled, f"{again} ON CONFLICT ({key}) DO UPDATE SET {column} = EXCLUDED.{column}", "23001"
    )


@pytest.mark.parametrize("name", KEPT)
def test_a_kept_row_neither_goes_nor_moves(filled: Database, name: str):
    assert "kept" in refused(filled, f'DELETE FROM "{name}"', "23001")
    assert "kept" in refused(filled, f'TRUNCATE "{name}" CASCADE', "23001")
    moved = "season" if name != "obligation" else "rule"
    elsewhere = f"UPDATE \"{name}\" SET {moved} = '0193847a-0000-7000-8000-0000000000ff'"
    assert "kept" in refused(filled, elsewhere, "23001")


def test_replicated_rows_are_guarded_too(filled: Database):
    """A session that says it is a replica would pass ordinary triggers by."""
    with filled.engine.connect() as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")
        with pytest.raises(DBAPIError, match="append-only"):
            connection.exec_driver_sql("DELETE FROM history")


# — who may do what —


@pytest.fixture
def working(server: Server, making: Making, filled: Database) -> Iterator[Database]:
    """The same database for a login that is only a member of the runtime role."""
    server.run("DROP ROLE IF EXISTS hoso_test_login; CREATE ROLE hoso_test_login LOGIN PASSWORD 'x'")
    server.run(f"GRANT {rights.RUNTIME} TO hoso_test_login")
    address = filled.url.set(username="hoso_test_login", password="x").render_as_string(hide_password=False)
    with closing(Database(address, busy_seconds=0.2)) as database:
        yield database
    server.run("DROP ROLE hoso_test_login")


@pytest.mark.parametrize("name", METADATA.tables)
def test_the_runtime_role_may_do_just_what_the_table_is_for(working: Database, name: str):
    allowed = rights.rights(name)
    column = next(iter(METADATA.tables[name].columns)).name
    asked = {
        "UPDATE": f'UPDATE "{name}" SET {column} = {column} WHERE false',
        "DELETE": f'DELETE FROM "{name}" WHERE false',
        "INSERT": f'INSERT INTO "{name}" SELECT * FROM "{name}" WHERE false',
        "SELECT": f'SELECT * FROM "{name}"',
        "TRUNCATE": f'TRUNCATE "{name}"',
    }
    for right, statement in asked.items():
        if right in allowed:
            with working.engine.connect() as connection:
                connection.exec_driver_sql(statement)
        else:
            refused(working, statement, "42501")


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE history DISABLE TRIGGER ALL",
        "DROP TRIGGER history_no_change ON history",
        "DROP TABLE history CASCADE",
        "CREATE OR REPLACE FUNCTION hoso_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "SET session_replication_role = replica",
    ],
)
def test_the_runtime_role_cannot_switch_off_the_guards(working: Database, statement: str):
    refused(working, statement, "42501")


def test_health_says_who_could_rewrite_the_record(working: Database, filled: Database):
    def about_role(database: Database) -> tuple[str, Severity]:
        found = health(database, now=rows.NOW)
        return next((one.code, one.severity) for one in found if one.code.startswith("store.role"))

    assert about_role(working) == ("store.role_good", Severity.GOOD)
    assert about_role(filled) == ("store.role_strong", Severity.NOTICE)


def test_health_misses_a_guard_that_was_taken_away(filled: Database):
    def unguarded() -> list[Any]:
        return [one.figures["triggers"] for one in health(filled, now=rows.NOW) if one.code == "store.unguarded"]

    assert unguarded() == []
    with filled.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER history_no_change ON history")
        connection.exec_driver_sql("ALTER TABLE attempt DISABLE TRIGGER attempt_no_change")
    assert unguarded() == [("attempt_no_change", "history_no_change")]


def test_init_gives_the_rights_again_that_somebody_took(filled: Database):
    def may_insert() -> Any:
        with filled.engine.connect() as connection:
            return connection.exec_driver_sql(
                "SELECT has_table_privilege('hoso_runtime', 'history', 'INSERT')"
            ).scalar()

    with filled.engine.begin() as connection:
        connection.exec_driver_sql("REVOKE ALL ON history FROM hoso_runtime")
    assert not may_insert()
    migrate(filled.engine)
    assert may_insert()


# — what it is to Hoso —


def test_a_new_database_is_empty_and_ours_after_init(server: Server, making: Making):
    database = making(server.bare())
    assert standing_of(database) is Standing.EMPTY
    migrate(database.engine)
    assert standing_of(database) is Standing.OURS
    with database.readers.connect() as connection:
        owners = connection.exec_driver_sql(
            "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
        ).scalars()
        assert list(owners) == [rights.OWNER]


def test_two_inits_at_once_make_it_once(server: Server, making: Making):
    address = server.bare()
    both = [making(address, busy_seconds=30) for _ in range(2)]
    failed: list[BaseException] = []

    def run(database: Database) -> None:
        try:
            migrate(database.engine)
        except BaseException as error:  # noqa: BLE001  told to the test
            failed.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in both]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    assert standing_of(both[0]) is Standing.OURS


def test_somebody_elses_tables_stay_as_they_are(server: Server, making: Making):
    database = making(server.bare())
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE customers (id int)")
    with pytest.raises(ForeignDatabase):
        migrate(database.engine)
    with database.engine.connect() as connection:
        names = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").scalars()
        assert list(names) == ["customers"]


def test_a_database_that_is_not_there_and_a_server_that_does_not_answer(server: Server, making: Making, tmp_path: Path):
    with closing(Database(server.address("nowhere"))) as missing, pytest.raises(MachineFailure) as caught:
        standing_of(missing)
    assert caught.value.code == "store.unreachable"
    assert '"nowhere"' in str(caught.value.figures["reason"])
    nobody = make_url(f"postgresql://postgres@/postgres?host={tmp_path}").render_as_string()
    with closing(Database(nobody)) as silent, pytest.raises(MachineFailure) as gone:
        standing_of(silent)
    assert gone.value.code == "store.unreachable"


def test_a_password_is_never_shown(server: Server):
    with closing(Database("postgresql://lan:secret@db.example/hoso")) as database:
        assert "secret" not in database.name


# — locks and snapshots —


def test_whoever_waits_too_long_for_a_season_is_told_so(filled: Database, making: Making):
    other = making(filled.url.render_as_string(hide_password=False))
    with filled.writing() as first:
        season = first.all(commands.SEASONS, tenant="x")[0]
        assert first.one(commands.SEASON_LOCKED, tenant="x", code=season["code"]) is not None
        with pytest.raises(Locked) as caught, other.writing() as second:
            second.one(commands.SEASON_LOCKED, tenant="x", code=season["code"])
    assert caught.value.exit_status == 5


def test_whoever_waited_reads_what_the_first_one_wrote(filled: Database, making: Making):
    """Locks first, facts second: the statement after the lock sees the newest commit."""
    other = making(filled.url.render_as_string(hide_password=False), busy_seconds=30)
    locked, seen = threading.Event(), list[Any]()

    def wait() -> None:
        with other.writing() as second:
            locked.set()
            season = second.one(commands.SEASON_LOCKED, tenant="x", code=code)
            seen.append((season, second.all(commands.UNITS, season=season["id"] if season else "")))

    with filled.writing() as first:
        season = first.all(commands.SEASONS, tenant="x")[0]
        code = season["code"]
        first.one(commands.SEASON_LOCKED, tenant="x", code=code)
        thread = threading.Thread(target=wait)
        thread.start()
        locked.wait(30)
        first.plainly("UPDATE unit SET name = 'Tên mới'")
        first.plainly("UPDATE season SET seq = seq + 1")
    thread.join()
    ((row, units),) = seen
    assert row["seq"] == season["seq"] + 1
    assert {one["name"] for one in units} == {"Tên mới"}


@pytest.mark.parametrize(
    ("statement", "key", "question"),
    [
        (
            commands.KNOCK,
            {"actor": "A-01", "minute": 28_867_800},
            "SELECT knocks AS told FROM access WHERE actor = 'A-01'",
        ),
        (commands.COUNT_ON, {"name": "new", "more": 1}, "SELECT value AS told FROM counter WHERE name = 'new'"),
    ],
    ids=["knock", "counter"],
)
def test_two_who_want_the_first_row_at_once_are_both_counted(
    filled: Database, making: Making, statement: Statement, key: dict[str, Any], question: str
):
    """No season's lock covers these rows: whoever comes second waits for the first one's commit and adds to it."""
    other = making(filled.url.render_as_string(hide_password=False), busy_seconds=30)
    known, changed = Queue[int](), list[int]()

    def second() -> None:
        with other.writing() as tx:
            known.put(tx.all(_OWN_PROCESS)[0]["pid"])
            changed.append(tx.change(statement, tenant="local", **key))

    thread = threading.Thread(target=second)
    with filled.writing() as first:
        first.change(statement, tenant="local", **key)
        thread.start()
        pid = known.get(timeout=30)
        while not first.all(_WAITING, pid=pid):
            assert thread.is_alive()
    thread.join()
    assert changed == [1]
    with filled.engine.connect() as connection:
        assert connection.exec_driver_sql(question).scalars().all() == [2]


def test_a_reader_sees_one_snapshot_and_writes_nothing(filled: Database):
    with filled.reading() as looking:
        before = looking.all(commands.SEASONS, tenant="x")
        with filled.writing() as tx:
            tx.plainly("UPDATE season SET seq = seq + 1")
        assert looking.all(commands.SEASONS, tenant="x") == before
    with pytest.raises(MachineFailure) as caught, filled.reading() as looking:
        looking.plainly("UPDATE season SET seq = seq + 1")
    assert caught.value.code == "store.read_only"


def test_an_instant_comes_back_to_the_microsecond_and_in_utc(filled: Database):
    with filled.reading() as tx:
        at = tx.all(commands.SEASONS, tenant="x")[0]["head_at"]
    assert at.utcoffset() == timedelta(0)
    with filled.writing() as tx:
        tx.plainly("UPDATE season SET head_at = '2024-12-04 23:59:59.999999+07'")
    with filled.reading() as tx:
        found = tx.all(commands.SEASONS, tenant="x")[0]["head_at"]
    assert found.isoformat() == "2024-12-04T16:59:59.999999+00:00"


def test_names_are_ordered_by_code_points_whatever_the_server_speaks(filled: Database):
    with filled.writing() as tx:
        tx.plainly("INSERT INTO counter VALUES ('t', 'b', 1), ('t', 'B', 1), ('t', 'ă', 1), ('t', 'a', 1)")
    with filled.readers.connect() as connection:
        found = connection.exec_driver_sql("SELECT name FROM counter WHERE tenant = 't' ORDER BY name").scalars()
        assert list(found) == ["B", "a", "b", "ă"]


def test_a_large_table_is_read_piece_by_piece(filled: Database):
    """Only what is asked for is brought: a cursor of the server's own."""
    with filled.reading() as tx:
        each = iter(tx.each(commands.SEASONS, tenant="x"))
        assert next(each)["tenant"] == "x"
        open_cursors = tx._connection.execute("SELECT count(*) FROM pg_cursors").fetchone()
        assert open_cursors == (1,)


@pytest.mark.parametrize("door", ["writing", "reading"])
def test_a_lost_server_is_told_once_and_the_next_command_works(
    filled: Database, server: Server, door: str, caplog: pytest.LogCaptureFixture
):
    def cut_off() -> None:
        with getattr(filled, door)() as tx:
            ((pid,),) = tx._connection.execute("SELECT pg_backend_pid()").fetchall()
            server.run(f"SELECT pg_terminate_backend({pid})")
            tx.all(commands.SEASONS, tenant="x")

    with pytest.raises(MachineFailure) as caught:
        cut_off()
    assert caught.value.code == "store.unreachable"
    assert caplog.text == "", "the pool talks past our own sentences"
    with getattr(filled, door)() as tx:
        assert tx.all(commands.SEASONS, tenant="x")


def test_a_statement_that_the_server_cuts_off_is_told(filled: Database):
    def too_long(tx: Transaction) -> None:
        tx.plainly("SET LOCAL statement_timeout = 1")
        tx.plainly("SELECT pg_sleep(5)")

    with pytest.raises(Locked):
        filled.write(too_long)


# — drift —

CATALOGUE = """\
SELECT 'column', c.relname, a.attname,
       format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' || coalesce(o.collname, '')
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_collation o ON o.oid = a.attcollation
 WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'trigger', tgrelid::regclass::text, tgname, tgenabled::text || ' ' || pg_get_triggerdef(oid)
  FROM pg_trigger WHERE NOT tgisinternal
 ORDER BY 1, 2, 3"""


def test_the_migrations_make_what_the_tables_and_triggers_say(server: Server, making: Making):
    """Alembic's own comparison sees little more than column types, so whole catalogues are compared."""

    def catalogue(database: Database) -> list[tuple[Any, ...]]:
        with database.engine.connect() as connection:
            found = [tuple(one) for one in connection.exec_driver_sql(CATALOGUE)]
        return [one for one in found if one[1] != "alembic_version"]

    declared = making(server.bare())
    with declared.engine.begin() as connection:
        METADATA.create_all(connection)
        for statement in triggers.statements("postgresql"):
            connection.exec_driver_sql(statement)
    assert catalogue(making()) == catalogue(declared)
    assert {kind for kind, *_ in catalogue(declared)} == {"column", "constraint", "index", "trigger"}
