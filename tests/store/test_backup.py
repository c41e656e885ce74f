"""A backup holds what was committed, with its attachments, in one file that appears whole or not at all."""

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.store import rows
from workflow import canonical
from workflow.errors import BadInput, ForeignDatabase, Locked
from workflow.store import archive
from workflow.store.database import Database
from workflow.store.maintenance import attachment, backup, restore
from workflow.store.migrations import HEAD


def attach(database: Database, content: bytes, *, digest: str = "") -> Path:
    """A row and its file; `digest` names it wrongly."""
    digest = digest or hashlib.sha256(content).hexdigest()
    path = attachment(database, digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    with database.engine.begin() as connection:
        rows.add(connection, "attachment", digest=digest, size=len(content))
    return path


def without_attachments(filled: Database) -> None:
    """The pattern's row names no real file."""
    with filled.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM attachment")


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def beats(file: Path) -> list[str]:
    with closing(Database(str(file))) as database, database.readers.connect() as connection:
        return list(connection.exec_driver_sql("SELECT name FROM heartbeat ORDER BY name").scalars())


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder for backups, apart from the database."""
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


def test_commits_that_lie_in_the_log_are_in_the_backup_and_not_in_a_copied_file(filled: Database, outside: Path):
    assert filled.file is not None
    driver: Any = filled.engine.dialect.dbapi
    with closing(driver.connect(str(filled.file), isolation_level=None)) as writer:
        assert writer.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
        writer.execute("INSERT INTO heartbeat VALUES ('in the log', 1)")
        assert filled.file.with_name("hoso.db-wal").stat().st_size > 0
        shutil.copy(filled.file, outside / "copied.db")
        made = backup(str(filled.file), outside / "season.zip")
    restore(made.file, str(outside / "restored.db"))
    assert beats(outside / "copied.db") == ["x"]
    assert beats(outside / "restored.db") == ["in the log", "x"]


def test_what_is_not_committed_is_not_in_it_and_the_writer_is_not_disturbed(filled: Database, outside: Path):
    with filled.engine.begin() as connection:
        rows.add(connection, "heartbeat", name="later")
        backup(str(filled.file), outside / "season.zip")
    restore(outside / "season.zip", str(outside / "restored.db"))
    assert beats(outside / "restored.db") == ["x"]
    assert filled.file is not None
    assert beats(filled.file) == ["later", "x"]


def test_it_says_what_it_holds(filled: Database, outside: Path):
    without_attachments(filled)
    attach(filled, b"%PDF-1.7 minutes")
    attach(filled, b"%PDF-1.7 letter")
    made = backup(str(filled.file), outside / "season.zip")
    assert (made.file, made.records, made.attachments) == (outside / "season.zip", 1, 2)
    assert (made.missing, made.damaged) == ((), ())
    assert made.size == made.file.stat().st_size
    assert names_in(outside) == ["season.zip"]


def test_an_attachment_of_two_seasons_is_packed_once(filled: Database, outside: Path):
    without_attachments(filled)
    path = attach(filled, b"%PDF-1.7 minutes")
    with filled.engine.begin() as connection:
        rows.add(connection, "season", id=rows.ANYTHING, code="other")
        rows.add(connection, "attachment", season=rows.ANYTHING, digest=path.name)
    assert backup(str(filled.file), outside / "season.zip").attachments == 1


def test_every_entry_has_its_checksum_in_the_manifest(filled: Database, outside: Path):
    without_attachments(filled)
    path = attach(filled, b"%PDF-1.7 minutes")
    with zipfile.ZipFile(backup(str(filled.file), outside / "season.zip").file) as packed:
        manifest = canonical.loads(packed.read("manifest.json"))
        held = {name: packed.read(name) for name in packed.namelist() if name != "manifest.json"}
    assert (manifest["product"], manifest["format"], manifest["revision"]) == ("hoso", 1, HEAD)
    assert sorted(held) == ["database.sqlite", f"files/{path.name[:2]}/{path.name}"]
    assert manifest["entries"] == {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)} for name, content in held.items()
    }


def test_the_database_inside_stands_for_itself(filled: Database, outside: Path):
    with zipfile.ZipFile(backup(str(filled.file), outside / "season.zip").file) as packed:
        (outside / "inside.db").write_bytes(packed.read("database.sqlite"))
    with closing(Database(str(outside / "inside.db"))) as database, database.readers.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"
        assert connection.exec_driver_sql("PRAGMA quick_check").scalar() == "ok"


def test_the_same_content_makes_the_same_file(filled: Database, outside: Path):
    first = backup(str(filled.file), outside / "first.zip")
    second = backup(str(filled.file), outside / "second.zip")
    assert first.file.read_bytes() == second.file.read_bytes()


def test_files_that_no_row_names_stay_out(filled: Database, outside: Path):
    without_attachments(filled)
    path = attach(filled, b"%PDF-1.7 minutes")
    path.with_name("0" * 64).write_bytes(b"left by a command that was not stored")
    assert backup(str(filled.file), outside / "season.zip").attachments == 1


def test_missing_and_damaged_attachments_are_told_and_stop_nothing(filled: Database, outside: Path):
    without_attachments(filled)
    gone = attach(filled, b"%PDF-1.7 minutes")
    gone.unlink()
    other = attach(filled, b"%PDF-1.7 letter")
    other.write_bytes(b"%PDF-1.7 changed")
    made = backup(str(filled.file), outside / "season.zip")
    assert (made.attachments, made.missing, made.damaged) == (1, (gone.name,), (other.name,))


def test_only_its_owner_may_read_it(filled: Database, outside: Path):
    assert backup(str(filled.file), outside / "season.zip").file.stat().st_mode & 0o077 == 0


# — refused —


def test_a_backup_that_is_whole_is_one_whatever_becomes_of_what_it_was_made_in(
    filled: Database, outside: Path, monkeypatch: pytest.MonkeyPatch
):
    """The archive has its name; that the copy beside it cannot be taken away is no reason to say that there is none."""
    remove = os.unlink

    def failing(path: Any, **more: Any) -> None:
        if Path(os.fsdecode(path)).name == archive.DATABASE:
            raise OSError(errno.EIO, "disk")
        remove(path, **more)

    monkeypatch.setattr(os, "unlink", failing)
    made = backup(str(filled.file), outside / "season.zip")
    monkeypatch.undo()
    again = restore(made.file, str(outside / "again" / "hoso.db"))
    assert (again.records, again.attachments) == (made.records, made.attachments)


def test_a_backup_is_never_overwritten(filled: Database, outside: Path):
    (outside / "season.zip").write_text("the last one")
    with pytest.raises(BadInput) as refused:
        backup(str(filled.file), outside / "season.zip")
    assert (refused.value.code, refused.value.figures) == ("store.backup_exists", {"path": str(outside / "season.zip")})
    assert (outside / "season.zip").read_text() == "the last one"


def test_an_archive_refuses_a_taken_name_by_itself(outside: Path):
    (outside / "season.zip").write_text("the last one")
    with pytest.raises(BadInput) as refused:
        archive.write(outside / "season.zip", [], revision=HEAD)
    assert refused.value.code == "store.backup_exists"
    assert names_in(outside) == ["season.zip"]


def test_a_folder_that_is_not_there_is_named(filled: Database, outside: Path):
    with pytest.raises(BadInput) as refused:
        backup(str(filled.file), outside / "nowhere" / "season.zip")
    assert (refused.value.code, refused.value.figures) == ("store.no_such_place", {"path": str(outside / "nowhere")})


def test_there_must_be_something_to_back_up(tmp_path: Path, outside: Path):
    (tmp_path / "zero.db").touch()
    for name in ("zero.db", "none.db"):
        with pytest.raises(BadInput) as refused:
            backup(str(tmp_path / name), outside / "season.zip")
        assert (refused.value.code, refused.value.figures) == ("store.empty", {"database": str(tmp_path / name)})
    assert names_in(outside) == []
    assert names_in(tmp_path) == ["backups", "zero.db"]


@pytest.mark.parametrize(
    "statement,code",
    [
        ("UPDATE alembic_version SET version_num = '9999'", "store.newer"),
        ("UPDATE about SET value = 'other' WHERE key = 'product'", "store.foreign"),
    ],
)
def test_a_database_that_we_do_not_know_is_not_ours_to_pack(filled: Database, outside: Path, statement: str, code: str):
    with filled.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    with pytest.raises(ForeignDatabase) as refused:
        backup(str(filled.file), outside / "season.zip")
    assert (refused.value.code, refused.value.figures["database"]) == (code, str(filled.file))
    assert names_in(outside) == []


def test_a_text_is_no_database(tmp_path: Path, outside: Path):
    (tmp_path / "letter.db").write_text("Kính gửi" * 200, encoding="utf-8")
    with pytest.raises(ForeignDatabase) as refused:
        backup(str(tmp_path / "letter.db"), outside / "season.zip")
    assert (refused.value.code, refused.value.figures) == (
        "store.not_a_database",
        {"database": str(tmp_path / "letter.db")},
    )


def test_a_database_in_memory_has_no_file(outside: Path):
    for work in (lambda: backup("sqlite://", outside / "season.zip"), lambda: restore(outside / "x", "sqlite://")):
        with pytest.raises(BadInput) as refused:
            work()
        assert refused.value.code == "store.only_sqlite"


def test_a_database_held_by_another_is_waited_for_no_longer_than_the_busy_timeout(
    filled: Database, outside: Path, monkeypatch: pytest.MonkeyPatch
):
    """The backup interface itself would try for ever."""
    monkeypatch.setattr("workflow.store.maintenance.Database", lambda url: Database(url, busy_seconds=0.02))
    with filled.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA locking_mode = EXCLUSIVE")
        connection.commit()
        with connection.begin():
            rows.add(connection, "heartbeat", name="y")
        with pytest.raises(Locked) as refused:
            backup(str(filled.file), outside / "season.zip")
    assert refused.value.figures == {"database": str(filled.file)}
    assert names_in(outside) == []


_AGAINST_THE_LIMIT = """
import resource, sys
from pathlib import Path
from workflow.errors import HosoError
from workflow.store.maintenance import backup

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    backup(sys.argv[1], Path(sys.argv[2]))
except HosoError as error:
    print(type(error).__name__, error.exit_status, error.code, error.figures["database"] == sys.argv[2])
"""


@pytest.mark.parametrize("share,said", [(0.5, "MachineFailure 6 store.io_failed"), (1.0, "DiskFull 6 store.disk_full")])
def test_a_disk_that_fills_up_leaves_no_half_backup(filled: Database, outside: Path, share: float, said: str):
    """While the copy is made, and while the archive is written."""
    assert filled.file is not None
    noise = b"".join(hashlib.sha256(bytes([one % 256, one // 256])).digest() for one in range(20_000))
    without_attachments(filled)
    attach(filled, noise)
    limit = int(filled.file.stat().st_size * share)
    filled.close()
    ran = subprocess.run(
        [sys.executable, "-c", _AGAINST_THE_LIMIT, str(filled.file), str(outside / "season.zip"), str(limit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout == f"{said} True\n", ran.stderr
    assert names_in(outside) == []
