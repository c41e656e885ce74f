"""Full disks, locks and files that are no database, each on a real file, become words that say what would help."""

import errno
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.store import rows
from workflow import messages
from workflow.errors import BadInput, Conflict, DiskFull, ForeignDatabase, HosoError, Locked, MachineFailure
from workflow.store.database import Database
from workflow.store.faults import told, translated
from workflow.store.maintenance import require_ours, standing_of
from workflow.store.migrations import Standing, migrate
from workflow.store.tables import APPEND_ONLY

STORE = Path(messages.__file__).parent / "store"
SQLITE = sqlite.dialect()
POSTGRESQL = postgresql.dialect()


def raised(database: Database, statement: str) -> BaseException:
    """The driver's own error for `statement`."""
    with database.engine.connect() as connection, pytest.raises(DBAPIError) as failed:
        connection.exec_driver_sql(statement)
    assert failed.value.orig is not None
    return failed.value.orig


def heartbeats(database: Database) -> int:
    with database.readers.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM heartbeat").scalar_one())


# — a database that is locked —


def test_a_locked_database_is_told_after_the_waiting_time(database: Database):
    assert database.file is not None
    with closing(Database(str(database.file))) as other, other.engine.begin() as held:
        rows.add(held, "heartbeat")
        with pytest.raises(Locked) as refused, told(SQLITE, database="x.db"), database.engine.begin():
            pass
        assert (refused.value.code, refused.value.figures, refused.value.exit_status) == (
            "store.locked",
            {"database": "x.db"},
            5,
        )
        assert heartbeats(database) == 0
    assert heartbeats(database) == 1


# — a full disk —


def test_a_full_disk_takes_the_whole_transaction_back(filled: Database):
    with filled.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.commit()
        begun = connection.begin()
        rows.add(connection, "heartbeat", name="first")
        with pytest.raises(DiskFull) as refused, told(SQLITE):
            rows.add(connection, "heartbeat", name="x" * 100_000)
        begun.rollback()
    assert (refused.value.code, refused.value.exit_status) == ("store.disk_full", 6)
    assert heartbeats(filled) == 1


_AGAINST_THE_LIMIT = """
import resource, sys
from contextlib import closing
from tests.store import rows
from workflow.errors import HosoError
from workflow.store.database import Database
from workflow.store.faults import told

with closing(Database(sys.argv[1])) as database:
    with database.engine.begin() as connection:
        rows.add(connection, "heartbeat", name="before")
    limit = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        with told(database.engine.dialect, database="x.db"), database.engine.begin() as connection:
            rows.add(connection, "heartbeat", name="y")
            rows.add(connection, "heartbeat", name="z" * 1_000_000)
    except HosoError as error:
        print(type(error).__name__, error.exit_status, error)
"""


def test_a_file_that_may_not_grow_fails_in_words_and_nothing_is_lost(filled: Database):
    """A quota and a file-size limit are no ENOSPC, which alone SQLite calls a full disk."""
    assert filled.file is not None
    size = filled.file.stat().st_size
    ran = subprocess.run(
        [sys.executable, "-c", _AGAINST_THE_LIMIT, str(filled.file), str(size + 50_000)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout == "MachineFailure 6 store.io_failed {'database': 'x.db', 'number': 10}\n", ran.stderr
    assert heartbeats(filled) == 2


# — a file that is no database of ours —

HEADER = b"SQLite format 3\x00"


@pytest.mark.parametrize(
    "content",
    [b"xy", "Kế hoạch số 1\n".encode() * 200, b"PK\x03\x04" + bytes(4000), HEADER, HEADER + b"\x10" * 4080],
    ids=["two letters", "a text", "a zip", "sixteen bytes", "a header and nothing"],
)
def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path, content: bytes):
    file = tmp_path / "letter.db"
    file.write_bytes(content)
    with closing(Database(str(file))) as database:
        for work in (standing_of, require_ours, lambda one: migrate(one.engine)):
            with pytest.raises(ForeignDatabase) as refused:
                work(database)
            assert refused.value.code in {"store.not_a_database", "store.corrupt"}
            assert refused.value.figures == {"database": str(file)}
            assert refused.value.exit_status == 2
    assert file.read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["letter.db"]


def test_a_database_cut_short_is_damaged(filled: Database, tmp_path: Path):
    assert filled.file is not None
    half = tmp_path / "half.db"
    half.write_bytes(filled.file.read_bytes()[: 4096 * 3])
    with closing(Database(str(half))) as database, pytest.raises(ForeignDatabase) as refused:
        standing_of(database)
    assert refused.value.code == "store.corrupt"


@pytest.mark.parametrize("place", ["folder", "nowhere/hoso.db"])
def test_a_folder_or_a_place_that_is_not_there_cannot_be_opened(tmp_path: Path, place: str):
    (tmp_path / "folder").mkdir()
    with closing(Database(str(tmp_path / place))) as database, pytest.raises(BadInput) as refused:
        migrate(database.engine)
    assert (refused.value.code, refused.value.figures) == ("store.cannot_open", {"database": str(tmp_path / place)})
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_asking_makes_no_file(tmp_path: Path):
    with closing(Database(str(tmp_path / "typo.db"))) as database:
        assert standing_of(database) is Standing.EMPTY
        with pytest.raises(BadInput) as refused:
            require_ours(database)
    assert (refused.value.code, refused.value.figures) == ("store.empty", {"database": str(tmp_path / "typo.db")})
    assert list(tmp_path.iterdir()) == []


def test_a_foreign_database_keeps_its_journal_mode(tmp_path: Path):
    file = tmp_path / "other.db"
    with closing(SQLITE.import_dbapi().connect(str(file))) as other:
        other.execute("CREATE TABLE invoice (id INTEGER)")
    before = file.read_bytes()
    with closing(Database(str(file))) as database, pytest.raises(ForeignDatabase) as refused:
        require_ours(database)
    assert refused.value.code == "store.foreign"
    assert file.read_bytes() == before


@pytest.mark.parametrize("revision,code", [("0000", "store.older"), ("9999", "store.newer")])
def test_another_revision_is_refused_by_name(database: Database, monkeypatch: Any, revision: str, code: str):
    monkeypatch.setattr("workflow.store.migrations.REVISIONS", ("0000", "0001"))
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (revision,))
    with pytest.raises(BadInput) as refused:
        require_ours(database)
    assert refused.value.code == code


def test_our_own_database_passes(database: Database):
    require_ours(database)
    assert standing_of(database) is Standing.OURS


def test_a_database_that_may_only_be_read(database: Database):
    url = f"sqlite:///file:{database.file}?mode=ro&uri=true"
    with (
        closing(Database(url)) as reading,
        pytest.raises(MachineFailure) as refused,
        told(reading.engine.dialect, database="x"),
    ):
        raise raised(reading, "INSERT INTO heartbeat VALUES ('x', 1)")
    assert (refused.value.code, refused.value.exit_status) == ("store.read_only", 6)


# — keys —


@pytest.mark.parametrize("name", APPEND_ONLY)
def test_a_taken_key_of_an_append_only_table_is_a_lost_race(filled: Database, name: str):
    with filled.engine.connect() as connection, pytest.raises(IntegrityError) as failed:
        rows.add(connection, name)
    ours = translated(failed.value, SQLITE)
    assert isinstance(ours, Conflict)
    assert (ours.code, ours.figures, ours.exit_status) == ("store.key_taken", {"table": name}, 5)


def test_it_is_a_lost_race_without_the_trigger_too(filled: Database):
    with filled.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER history_no_replace")
    error = raised(filled, "INSERT INTO history SELECT * FROM history")
    assert str(error).startswith("UNIQUE constraint failed")
    assert isinstance(translated(error, SQLITE), Conflict)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history SET seq = 2",
        "DELETE FROM history",
        "DELETE FROM member",
        "INSERT INTO dossier SELECT * FROM dossier",
        "INSERT INTO heartbeat SELECT * FROM heartbeat",
        "INSERT INTO heartbeat VALUES ('x', 'a word')",
        "INSERT INTO heartbeat VALUES (NULL, 1)",
        "UPDATE season SET state = 'broken'",
        "UPDATE season SET pack = 'none'",
        "SELECT * FROM nothing",
        "SELECT",
    ],
)
def test_a_mistake_of_ours_is_no_state_of_the_world(filled: Database, statement: str):
    error = raised(filled, statement)
    assert translated(error, SQLITE) is None
    with pytest.raises(type(error)), told(filled.engine.dialect):
        raise error


# — what cannot be made to happen here —


@pytest.mark.parametrize(
    "code,expected",
    [
        (5, "store.locked"),
        (517, "store.locked"),
        (6, "store.locked"),
        (13, "store.disk_full"),
        (10, "store.io_failed"),
        (266, "store.io_failed"),
        (1034, "store.io_failed"),
        (8, "store.read_only"),
        (1032, "store.read_only"),
        (11, "store.corrupt"),
        (267, "store.corrupt"),
        (26, "store.not_a_database"),
        (14, "store.io_failed"),
        (1, None),
        (275, None),
        (19, None),
    ],
)
def test_codes_of_sqlite(code: int, expected: str | None):
    error = Exception("some words")
    error.sqlite_errorcode = code  # type: ignore[attr-defined]
    found = translated(error, SQLITE, database="x.db")
    assert (found and found.code) == expected
    if found:
        assert found.figures == {"database": "x.db"} | ({"number": code} if expected == "store.io_failed" else {})


@pytest.mark.parametrize(
    ("place", "code"),
    [("", "cannot_open"), (".", "cannot_open"), ("no/x.db", "cannot_open"), ("x.db", "io_failed")],
)
def test_a_file_that_does_not_open_is_the_persons_mistake_only_where_the_path_is(tmp_path: Path, place: str, code: str):
    """SQLite keeps to itself why."""
    error = Exception("some words")
    error.sqlite_errorcode = 14  # type: ignore[attr-defined]
    assert _code(translated(error, SQLITE, database=str(tmp_path / place))) == f"store.{code}"


@pytest.mark.parametrize(
    "number,expected",
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EFBIG, DiskFull),
        (errno.EACCES, MachineFailure),
        (errno.EROFS, MachineFailure),
        (errno.ENOENT, BadInput),
        (errno.EISDIR, BadInput),
        (errno.EIO, MachineFailure),
        (errno.ESTALE, MachineFailure),
        (errno.EMFILE, MachineFailure),
        (errno.EINVAL, type(None)),
    ],
)
def test_errors_of_the_system(number: int, expected: type[object]):
    assert type(translated(OSError(number, "words"), SQLITE)) is expected


def test_the_systems_own_file_is_the_one_that_is_told():
    found = translated(FileNotFoundError(errno.ENOENT, "words", "/a/file"), SQLITE, database="x.db")
    assert found is not None
    assert found.figures == {"path": "/a/file"}


@pytest.mark.parametrize(
    "state,expected",
    [
        ("55P03", "store.locked"),
        ("40001", "store.raced"),
        ("40P01", "store.raced"),
        ("53100", "store.disk_full"),
        ("25006", "store.read_only"),
        ("XX001", "store.corrupt"),
        ("3D000", "store.cannot_open"),
        ("08006", "store.unreachable"),
        ("57P01", "store.unreachable"),
        ("57P05", "store.unreachable"),
        ("25P03", "store.unreachable"),
        ("25P04", "store.unreachable"),
        ("53200", "store.server_failed"),
        ("53300", "store.server_failed"),
        ("58030", "store.server_failed"),
        ("42501", "store.server_failed"),
        ("XX000", "store.server_failed"),
        ("23505", None),
        ("23514", None),
        ("42P01", None),
    ],
)
def test_states_of_postgresql(state: str, expected: str | None):
    found = translated(_from_postgresql(state, "dossier"), POSTGRESQL, database="x")
    assert (found and found.code) == expected


def test_a_taken_key_on_postgresql_and_a_server_that_never_answered():
    taken = translated(_from_postgresql("23505", "history"), POSTGRESQL)
    assert isinstance(taken, Conflict)
    assert taken.figures == {"table": "history"}
    gone = type("OperationalError", (Exception,), {"sqlstate": None})()
    assert _code(translated(gone, POSTGRESQL)) == "store.unreachable"
    assert translated(ValueError("ours"), POSTGRESQL) is None


def _from_postgresql(state: str, table: str) -> Exception:
    error = Exception("words")
    error.sqlstate, error.diag = state, SimpleNamespace(table_name=table)  # type: ignore[attr-defined]
    return error


def _code(error: HosoError | None) -> str | None:
    return None if error is None else error.code


def test_told_lets_our_own_errors_pass():
    mine = BadInput("store.empty")
    with pytest.raises(BadInput) as refused, told(SQLITE):
        raise mine
    assert refused.value is mine


# — sentences —

CODES = sorted(
    {code for file in STORE.glob("*.py") for code in re.findall(r'"(store\.\w+)"', file.read_text("utf-8"))}
    | {"store.newer", "store.foreign"}
)


def placeholders(code: str, language: str) -> set[str]:
    text = messages._catalogue("store", language).gettext(code)
    # One word or another by the count is still the count.
    return set(re.findall(r"\{(\w+(?::\w+)?)\}", re.sub(r"\{(\w+):[^{}|]*\|[^{}]*\}", r"{\1}", text)))


@pytest.mark.parametrize("code", CODES)
def test_every_code_of_the_store_is_told_in_both_languages(code: str):
    assert messages.knows(code, "vi")
    assert messages.knows(code, "en")
    assert placeholders(code, "vi") == placeholders(code, "en")


def test_the_catalogue_has_no_sentence_that_nobody_says():
    text = (messages.LOCALE / "vi" / "LC_MESSAGES" / "store.po").read_text("utf-8")
    assert sorted(re.findall(r'^msgid "(store\.\w+)"$', text, re.MULTILINE)) == CODES


def test_a_sentence_names_the_database_and_what_would_help():
    told_of = messages.sentence("store.locked", "en", database="/srv/hoso.db")
    assert "/srv/hoso.db" in told_of
    assert "try again" in told_of
    assert "{" not in messages.sentence("store.newer", database="x", revision="0002", head="0001")
