"""init, backup, restore, health: and what every other verb says of a database that is not as it should be."""

import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from app.clock import system_clock
from tests.cli.line import Line
from workflow.store import alerts
from workflow.store.database import Database
from workflow.store.migrations import HEAD

READING = [
    ["health"],
    ["season", "status"],
    ["role", "list"],
    ["meeting", "list"],
    ["roster", "template", "t.xlsx"],
    ["sweep"],
    ["serve"],
]
WRITING = [
    ["season", "open", "ninh-thuan-2024-11", "--code", "2024"],
    ["season", "close"],
    ["role", "grant", "SNV-01", "coordinator", "SNV"],
    ["role", "revoke", "SNV-01", "coordinator", "SNV"],
    ["meeting", "plan", "SNV", "--as", "SNV-01"],
    ["meeting", "hold", "SNV", "--attendees", "9", "--as", "SNV-01"],
    ["meeting", "invite", "HN-0001", "so-noi-vu", "--as", "SNV-01"],
    ["meeting", "cancel", "HN-0001", "--as", "SNV-01"],
    ["roster", "import", "roster.xlsx"],
]


def verb(argv: list[str]) -> str:
    return " ".join(argv[:2])


# — init —


def test_init_makes_the_database_with_its_folder_and_says_where(nowhere: Line):
    answer = nowhere.done("init")
    assert str(nowhere.db) in answer.out
    assert "hoso season open" in answer.out, "what to do next"
    assert nowhere.done("health").status == 0


def test_the_folder_that_init_makes_is_nobody_elses(nowhere: Line):
    nowhere.done("init")
    assert stat.S_IMODE(nowhere.db.parent.stat().st_mode) == 0o700


def test_a_second_init_changes_nothing_and_says_so(empty: Line):
    before = empty.db.read_bytes()
    answer = empty.done("init", "--json")
    assert answer.json == {"database": str(empty.db), "was": "ours"}
    assert empty.db.read_bytes() == before


def test_init_without_db_goes_to_the_users_data_directory(nowhere: Line, tmp_path: Path):
    nowhere.patch.setenv("HOSO_HOME", str(tmp_path / "mine"))
    answer = nowhere.plainly("init", "--json")
    assert answer.json["database"] == str(tmp_path / "mine" / "hoso.db")
    assert (tmp_path / "mine" / "hoso.db").is_file()


def test_the_environment_names_the_database(nowhere: Line):
    nowhere.patch.setenv("HOSO_DB", str(nowhere.db))
    assert nowhere.plainly("init", "--json").json["database"] == str(nowhere.db)


def test_init_refuses_a_place_that_can_hold_no_file(nowhere: Line, tmp_path: Path):
    (tmp_path / "letter").write_text("x")
    answer = nowhere.plainly("init", "--db", str(tmp_path / "letter" / "hoso.db"))
    assert (answer.status, answer.out) == (2, "")
    assert str(tmp_path / "letter") in answer.err


# — a database that is not there, not ours, newer, locked, on a full disk —


@pytest.mark.parametrize("argv", READING + WRITING + [["backup", "b.zip"]], ids=verb)
def test_without_a_database_every_verb_says_to_run_init(nowhere: Line, tmp_path: Path, argv: list[str]):
    nowhere.patch.chdir(tmp_path)
    answer = nowhere(*argv)
    assert (answer.status, answer.out) == (2, "")
    assert str(nowhere.db) in answer.err
    assert "hoso init" in answer.err
    assert list(tmp_path.iterdir()) == [], "nothing was made"


@pytest.mark.parametrize("argv", READING + WRITING + [["init"], ["backup", "b.zip"]], ids=verb)
def test_a_file_that_is_no_database_is_named_and_left_alone(nowhere: Line, tmp_path: Path, argv: list[str]):
    nowhere.patch.chdir(tmp_path)
    letter = tmp_path / "letter.db"
    letter.write_text("Kính gửi: Sở Nội vụ\n" * 100)
    answer = nowhere.plainly(*argv, "--db", str(letter))
    assert (answer.status, answer.out) == (2, "")
    assert str(letter) in answer.err
    assert letter.read_text() == "Kính gửi: Sở Nội vụ\n" * 100
    assert list(tmp_path.iterdir()) == [letter]


@pytest.mark.parametrize("argv", [*READING, *WRITING, ["init"]], ids=verb)
def test_a_newer_database_is_refused_by_every_verb(staffed: Line, tmp_path: Path, argv: list[str]):
    staffed.patch.chdir(tmp_path)
    with closing(Database(str(staffed.db))) as database, database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    answer = staffed.plainly(*argv, "--db", str(staffed.db), "--lang", "en")
    assert (answer.status, answer.out) == (2, "")
    assert "9999" in answer.err
    assert HEAD in answer.err


@pytest.mark.parametrize("argv", WRITING[1:-1], ids=verb)
def test_a_locked_database_is_a_matter_of_trying_again(staffed: Line, argv: list[str]):
    staffed.patch.setenv("HOSO_BUSY_SECONDS", "0.05")
    with closing(Database(str(staffed.db))) as other, other.engine.begin():
        answer = staffed(*argv, "--lang", "en")
    assert (answer.status, answer.out) == (5, "")
    assert "try again" in answer.err
    assert staffed("season", "status").status == 0


def test_the_lock_is_told_as_json_too(staffed: Line):
    staffed.patch.setenv("HOSO_BUSY_SECONDS", "0.05")
    with closing(Database(str(staffed.db))) as other, other.engine.begin():
        answer = staffed("season", "close", "--json")
    assert (answer.status, answer.json["error"]["code"]) == (5, "store.locked")


def test_readers_do_not_wait_for_a_writer(staffed: Line):
    staffed.patch.setenv("HOSO_BUSY_SECONDS", "0.05")
    with closing(Database(str(staffed.db))) as other, other.engine.begin():
        assert staffed("season", "status").status == 0


def test_on_a_full_disk_nothing_is_half_written(opened: Line, roster_file: Path):
    def full(connection, _):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(Engine, "connect", full)
    try:
        answer = opened("roster", "import", str(roster_file))
    finally:
        event.remove(Engine, "connect", full)
    assert (answer.status, answer.out) == (6, "")
    assert opened("season", "status", "--json").json["subjects"] == 0


# — backup and restore —


def test_a_backup_comes_back_elsewhere_with_everything_in_it(staffed: Line, tmp_path: Path):
    made = staffed.done("backup", str(tmp_path / "b.zip"), "--json").json
    assert made["records"] > 0
    assert (made["missing"], made["damaged"]) == ([], [])
    other = Line(db=tmp_path / "other" / "hoso.db", patch=staffed.patch, always=staffed.always)
    back = other.done("restore", str(tmp_path / "b.zip"), "--json").json
    assert back == {"database": str(other.db), "records": made["records"], "attachments": 0, "older": False}
    assert other("season", "status", "--json").json == staffed("season", "status", "--json").json


def test_a_backup_is_never_overwritten(staffed: Line, tmp_path: Path):
    (tmp_path / "b.zip").write_text("mine")
    answer = staffed("backup", str(tmp_path / "b.zip"))
    assert (answer.status, (tmp_path / "b.zip").read_text()) == (2, "mine")


def test_a_backup_that_lacks_an_attachment_is_written_and_told_as_unsound(staffed: Line, tmp_path: Path):
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(b"%PDF-1.7 made up")
    ref = staffed.done("dossier", "list", "--json").json["dossiers"][0]["ref"]
    staffed.done("dossier", "advance", ref, "self_review", "--rank", "good", "--as", "TH", "--attach", f"paper={paper}")
    held = [one for one in Path(f"{staffed.db}.files").rglob("*") if one.is_file()]
    assert len(held) == 1
    held[0].unlink()
    answer = staffed("backup", str(tmp_path / "b.zip"), "--json")
    assert (answer.status, answer.json["missing"]) == (4, [held[0].name])
    assert held[0].name in answer.err
    assert (tmp_path / "b.zip").is_file()


def test_restoring_never_overwrites(staffed: Line, tmp_path: Path):
    staffed.done("backup", str(tmp_path / "b.zip"))
    before = staffed.db.read_bytes()
    answer = staffed("restore", str(tmp_path / "b.zip"))
    assert (answer.status, staffed.db.read_bytes()) == (2, before)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04" + bytes(50)], ids=["empty", "text", "cut short"])
def test_what_is_no_backup_is_refused(nowhere: Line, tmp_path: Path, content: bytes):
    (tmp_path / "b.zip").write_bytes(content)
    answer = nowhere("restore", str(tmp_path / "b.zip"))
    assert (answer.status, nowhere.db.exists()) == (2, False)
    assert "b.zip" in answer.err


def test_a_backup_that_is_not_there_is_refused(nowhere: Line):
    assert nowhere("restore", "nosuch.zip").status == 2


# — health —


def test_health_tells_library_journal_workers_letters_and_disk(staffed: Line):
    codes = {one["code"]: one for one in staffed.done("health", "--json").json["findings"]}
    library = next(one for code, one in codes.items() if code.startswith("store.library_"))
    assert {"version", "journal"} <= set(library["figures"])
    assert {"store.worker_never", "store.no_messages_dead", "store.guarded", "store.sound"} <= set(codes)
    assert any(code.startswith("store.room_") for code in codes)


def test_a_stopped_worker_is_bad_health(staffed: Line):
    with closing(Database(str(staffed.db))) as database:
        database.write(lambda tx: tx.change(alerts.BEAT, name="scheduler", at=system_clock().replace(year=2024)))
    answer = staffed.plainly("health", "--db", str(staffed.db), "--json")
    bad = [one["code"] for one in answer.json["findings"] if one["severity"] == "bad"]
    assert (answer.status, answer.json["well"], bad) == (6, False, ["store.worker_stopped"])


def test_a_record_that_lost_its_guards_does_not_verify(staffed: Line):
    with closing(Database(str(staffed.db))) as database, database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER history_no_update")
    answer = staffed("health")
    assert answer.status == 4
    assert "history_no_update" in answer.out
