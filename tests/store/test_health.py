"""`health` says what is good and what is not: the library, the file, the guards, the disk, the workers, the mail."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.store import rows
from tests.store.test_backup import attach, without_attachments
from tests.store.test_restore import Usage
from workflow import messages
from workflow.dates import micros
from workflow.errors import BadInput
from workflow.store import health as room
from workflow.store import triggers
from workflow.store.database import Database
from workflow.store.health import LITTLE_ROOM, STALE_AFTER, Finding, Severity, health

MICROSECOND = timedelta(microseconds=1)

GOOD = {
    "store.library_good",
    "store.sound",
    "store.no_orphans",
    "store.guarded",
    "store.room_good",
    "store.attachments_there",
    "store.worker_good",
    "store.no_messages_dead",
    "store.no_messages_waiting",
    "store.alerts_heard",
}


@pytest.fixture(autouse=True)
def _good_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room enough, and a library without the defect, whatever this machine has."""
    monkeypatch.setattr(room, "WAL_SAFE_FROM", (3, 0, 0))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, 50 * 2**30))


@pytest.fixture
def sound(filled: Database) -> Database:
    """A database with one row in every table and nothing to complain of."""
    without_attachments(filled)
    attach(filled, b"%PDF-1.7 minutes")
    return filled


def change(database: Database, *statements: str) -> None:
    """What another program might do, that cares for no foreign keys."""
    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        # Inside a transaction this pragma would do nothing.
        driver.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            driver.execute(statement)
    database.close()


def not_good(database: Database, **options: Any) -> list[Finding]:
    found = health(database, **({"now": rows.NOW} | options))
    return [one for one in found if one.severity is not Severity.GOOD]


def only(database: Database, **options: Any) -> tuple[str, Severity, dict[str, Any]]:
    (found,) = not_good(database, **options)
    return found.code, found.severity, dict(found.figures)


def test_everything_that_was_looked_at_is_told(sound: Database):
    found = health(sound, now=rows.NOW)
    assert {one.code for one in found} == GOOD
    assert {one.severity for one in found} == {Severity.GOOD}
    with sound.readers.connect() as connection:
        assert dict(found[0].figures) == {
            "version": connection.exec_driver_sql("SELECT sqlite_version()").scalar(),
            "journal": connection.exec_driver_sql("PRAGMA journal_mode").scalar(),
        }


def test_every_finding_is_a_sentence_without_holes(sound: Database):
    change(sound, "DROP TRIGGER history_no_delete", "UPDATE message SET state = 'dead'", "DELETE FROM heartbeat")
    for one in health(sound, now=rows.NOW):
        for language in messages.LANGUAGES:
            text = messages.sentence(one.code, language, **one.figures)
            assert "{" not in text, text
            assert text[0] not in "s{", text


# — the library —


@pytest.mark.parametrize(
    "journal,code,severity",
    [("DELETE", "store.library_old", Severity.NOTICE), ("WAL", "store.library_unsafe", Severity.BAD)],
)
def test_a_library_with_the_defect(sound: Database, monkeypatch: Any, journal: str, code: str, severity: Severity):
    change(sound, f"PRAGMA journal_mode = {journal}")
    monkeypatch.setattr(room, "WAL_SAFE_FROM", (99, 0, 0))
    found = only(sound)
    assert (found[0], found[1], found[2]["safe"]) == (code, severity, "99.0.0")


# — the file —


def test_a_damaged_index_is_seen(sound: Database):
    change(sound, "PRAGMA writable_schema = ON", "DELETE FROM sqlite_master WHERE name = 'ix_obligation_season_stream'")
    code, severity, figures = only(sound)
    assert (code, severity) == ("store.damaged", Severity.BAD)
    assert figures["count"] == len(figures["lines"]) > 0


def test_rows_that_point_nowhere_are_counted_by_table(sound: Database):
    change(sound, "UPDATE season SET pack = 'gone'", "UPDATE message SET season = 'gone'")
    assert only(sound) == ("store.orphans", Severity.BAD, {"count": 2, "tables": ("message", "season")})


def test_a_guard_that_somebody_took_away_is_named(sound: Database):
    change(sound, "DROP TRIGGER history_no_delete", "DROP TRIGGER pack_no_update")
    expected = {"count": 2, "triggers": ("history_no_delete", "pack_no_update")}
    assert only(sound) == ("store.unguarded", Severity.BAD, expected)
    assert set(expected["triggers"]) < triggers.names()  # type: ignore[call-overload]


def test_an_attachment_that_is_gone(sound: Database):
    gone = attach(sound, b"%PDF-1.7 letter")
    gone.unlink()
    expected = {"count": 1, "digests": (gone.name,)}
    assert only(sound) == ("store.attachments_missing", Severity.BAD, expected)


@pytest.mark.parametrize("content", [b"%PDF-1.7 talli", b"shorter", b"%PDF-1.7 tally and more", b""])
def test_an_attachment_with_other_bytes_than_its_name_says(sound: Database, content: bytes):
    other = attach(sound, b"%PDF-1.7 tally")
    other.write_bytes(content)
    expected = {"count": 1, "digests": (other.name,)}
    assert only(sound) == ("store.attachments_changed", Severity.BAD, expected)


# — the disk —


@pytest.mark.parametrize("short,expected", [(0, "store.room_little"), (1, "store.room_short")])
def test_room_for_a_backup(sound: Database, monkeypatch: pytest.MonkeyPatch, short: int, expected: str):
    change(sound)
    assert sound.file is not None
    size = sound.file.stat().st_size
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, 2 * size - short))
    code, _, figures = only(sound)
    assert (code, figures) == (expected, {"free": 0, "size": 1})


@pytest.mark.parametrize("short,expected", [(0, []), (1, ["store.room_little"])])
def test_little_room_is_told_in_time(sound: Database, monkeypatch: pytest.MonkeyPatch, short: int, expected: list[str]):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, LITTLE_ROOM - short))
    assert [one.code for one in not_good(sound)] == expected


# — the workers —


@pytest.mark.parametrize(
    "later,code",
    [
        (STALE_AFTER, "store.worker_good"),
        (STALE_AFTER + MICROSECOND, "store.worker_stopped"),
        (-STALE_AFTER, "store.worker_good"),
        (-STALE_AFTER - MICROSECOND, "store.worker_ahead"),
    ],
)
def test_the_age_of_a_heartbeat(sound: Database, later: timedelta, code: str):
    # The message waits as long, and is not what is asked here.
    change(sound, "DELETE FROM message")
    found = [one for one in health(sound, now=rows.NOW + later) if one.code.startswith("store.worker")]
    assert [(one.code, dict(one.figures)) for one in found] == [
        (code, {"name": "x", "at": micros(rows.NOW), "minutes": 15})
    ]


def test_every_worker_is_told_by_name_and_the_patience_is_the_callers(sound: Database):
    with sound.engine.begin() as connection:
        rows.add(connection, "heartbeat", name="another", at=rows.NOW - timedelta(minutes=2))
    code, severity, figures = only(sound, stale_after=timedelta(minutes=1))
    assert (code, severity, figures["name"], figures["minutes"]) == (
        "store.worker_stopped",
        Severity.BAD,
        "another",
        2,
    )


def test_no_worker_ever_is_worth_a_notice(sound: Database):
    change(sound, "DELETE FROM heartbeat")
    assert only(sound) == ("store.worker_never", Severity.NOTICE, {})


# — the mail —


def test_messages_that_were_given_up(sound: Database):
    change(sound, "UPDATE message SET state = 'dead'")
    assert only(sound) == ("store.messages_dead", Severity.BAD, {"count": 1})


@pytest.mark.parametrize(
    "state,waited,expected",
    [
        ("queued", STALE_AFTER, []),
        ("queued", STALE_AFTER + MICROSECOND, ["store.messages_waiting"]),
        ("queued", None, []),
        ("sent", STALE_AFTER * 2, []),
    ],
)
def test_messages_that_wait_past_their_time(sound: Database, state: str, waited: Any, expected: list[str]):
    change(sound, "DELETE FROM message")
    with sound.engine.begin() as connection:
        at = None if waited is None else rows.NOW - waited
        rows.add(connection, "message", id=rows.ANYTHING, state=state, next_at=at)
    assert [one.code for one in not_good(sound)] == expected


@pytest.mark.parametrize(
    "outcome,state,expected",
    [("nobody", "open", ["HS-1"]), ("nobody", "met", []), ("queued", "open", []), ("folded", "open", [])],
)
def test_open_obligations_that_reached_nobody(sound: Database, outcome: str, state: str, expected: list[str]):
    with sound.engine.begin() as connection:
        rows.add(connection, "obligation", id=rows.ANYTHING, ref="HS-1", state=state)
        for rung in ("day_7", "day_3"):
            rows.add(connection, "alert", obligation=rows.ANYTHING, rung=rung, outcome=outcome)
    found = [dict(one.figures) for one in not_good(sound)]
    assert found == ([{"count": 1, "refs": tuple(expected)}] if expected else [])


def test_in_a_closed_season_no_mail_waits_and_nobody_need_hear(sound: Database):
    change(sound, "DELETE FROM message")
    with sound.engine.begin() as connection:
        rows.add(connection, "message", id=rows.ANYTHING, state="queued", next_at=rows.NOW - 2 * STALE_AFTER)
        rows.add(connection, "obligation", id=rows.ANYTHING, ref="HS-1", state="open")
        rows.add(connection, "alert", obligation=rows.ANYTHING, rung="day_7", outcome="nobody")
    assert {one.code for one in not_good(sound)} == {"store.messages_waiting", "store.alerts_nobody"}
    change(sound, "UPDATE season SET state = 'closed'")
    assert not_good(sound) == []


# — what is no database of ours —


def test_there_must_be_one_to_look_at(tmp_path: Path):
    with pytest.raises(BadInput) as refused:
        health(Database(str(tmp_path / "none.db")), now=rows.NOW)
    assert refused.value.code == "store.empty"
    assert list(tmp_path.iterdir()) == []
