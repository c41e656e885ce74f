"""Does the record hold? It does as it was written; and whoever changes it, triggers dropped first, is found out."""

from datetime import timedelta

import pytest

from tests.season import Play, at_noon, leaders
from tests.services.busy import keep_busy
from tests.services.tampering import attack, codes
from workflow.ledger import chained
from workflow.replay.verification import check_heads

# ruff: noqa: S608  an attacker's statements, made of our own names


def heads(play: Play) -> tuple[tuple[str, int, str], ...]:
    return play.verified().heads


def gone(play: Play, known: tuple[tuple[str, int, str], ...]) -> list[str]:
    with play.database.reading() as tx:
        return [one.code.removeprefix("audit.") for one in check_heads(tx, play.row(), known)]


DOSSIER = "(SELECT id FROM dossier WHERE ref = 'HS-0002')"
RECORD = f"stream = {DOSSIER} AND seq ="


# — it holds —


def test_a_season_in_which_everything_happened_holds(play: Play):
    found = keep_busy(play).verified()
    assert found.findings == ()
    assert found.holds
    assert found.records == len(play.table("history"))
    assert found.streams == len({row[1] for row in play.table("history")}) == len(found.heads)


def test_verifying_writes_nothing_and_says_the_same_twice(sound: Play):
    assert sound.verified() == sound.verified()


def test_every_record_changes_the_digest(sound: Play):
    digests = [sound.verified().digest]
    for name in ("SNV-03", "SNV-04"):
        sound.submit(name)
        digests.append(sound.verified().digest)
    assert len(set(digests)) == 3


# — bytes and records —


@pytest.mark.parametrize("seq", [1, 3, 6])
def test_a_changed_body_is_found(sound: Play, seq: int):
    attack(sound, f"UPDATE history SET body = CAST(replace(body, 'SNV', 'STC') AS BLOB) WHERE {RECORD} {seq}")
    found = sound.verified()
    assert "hash" in codes(found.findings)
    assert {"stream": sound.dossier("SNV-02")["id"], "seq": seq} in [one.figures for one in found.findings]


def test_a_changed_rank_in_a_body_is_found(sound: Play):
    """One letter-for-letter change, of the same length."""
    attack(sound, f"UPDATE history SET body = CAST(replace(body, 'good', 'poor') AS BLOB) WHERE {RECORD} 3")
    assert "hash" in codes(sound.verified().findings)


def test_a_changed_hash_is_found(sound: Play):
    attack(sound, f"UPDATE history SET hash = zeroblob(32) WHERE {RECORD} 2")
    assert "hash" in codes(sound.verified().findings)


def test_a_deleted_record_in_the_middle_is_found(sound: Play):
    attack(sound, f"DELETE FROM history WHERE {RECORD} 3")
    assert "gap" in codes(sound.verified().findings)


def test_a_deleted_first_record_is_found(sound: Play):
    attack(sound, f"DELETE FROM history WHERE {RECORD} 1")
    assert "gap" in codes(sound.verified().findings)


def test_a_deleted_last_record_is_found_by_the_row_s_head(sound: Play):
    last = sound.dossier("SNV-02")["seq"]
    attack(sound, f"DELETE FROM history WHERE {RECORD} {last}")
    assert {"head", "state"} <= codes(sound.verified().findings)


def test_a_history_that_is_gone_altogether_is_found_by_its_row(sound: Play):
    attack(sound, f"DELETE FROM history WHERE stream = {DOSSIER}")
    assert "no_history" in codes(sound.verified().findings)


def test_a_row_that_is_gone_is_found_by_its_history(sound: Play):
    attack(sound, "DELETE FROM dossier WHERE ref = 'HS-0006'")
    assert "row_missing" in codes(sound.verified().findings)


def test_a_record_that_was_slipped_in_is_found(sound: Play):
    last = sound.dossier("SNV-02")["seq"]
    attack(
        sound,
        f"INSERT INTO history SELECT season, stream, {last + 1}, act, place, body, hash"
        f" FROM history WHERE {RECORD} {last}",
    )
    assert {"hash", "head"} <= codes(sound.verified().findings)


@pytest.mark.parametrize("place", [-1, 0, 1, 999_999_999_999_999])
def test_a_record_that_lies_at_another_place_than_it_bears_is_found(sound: Play, place: int):
    attack(sound, f"UPDATE history SET place = {place} WHERE {RECORD} 3")
    found = sound.verified()
    assert {"gap", "misplaced"} & codes(found.findings)
    assert len(found.findings) < 2000


def test_acts_that_changed_places_are_found(sound: Play):
    attack(sound, "UPDATE history SET place = 1000 - place")
    assert "gap" in codes(sound.verified().findings)


def test_bytes_that_are_no_record_are_found_and_the_rest_is_still_told(sound: Play):
    """The auditor gets his report, whatever was written there."""
    for junk in (b"[]", b"{}", b"\xff", b'{"v":1}'):
        attack(sound, f"UPDATE history SET body = x'{junk.hex()}' WHERE {RECORD} 6")
        found = sound.verified()
        assert not found.holds
        with sound.database.engine.connect() as connection:
            previous = connection.exec_driver_sql(f"SELECT hash FROM history WHERE {RECORD} 5").scalar()
        assert isinstance(previous, bytes)
        attack(sound, f"UPDATE history SET hash = x'{chained(previous, junk).hex()}' WHERE {RECORD} 6")
        assert not sound.verified().holds


# — rows —


@pytest.mark.parametrize(
    "change",
    [
        "state = 'submitted'",
        "expected = 'excellent'",
        "voted = 'excellent'",
        "proposed = 'excellent'",
        "decided = 'excellent'",
        "decided = NULL",
        "route = 'NT11-unit'",
        "unit = 'STC'",
        "marks = '{}'",
        "marks = json_remove(marks, '$.sends')",
        "seq = seq + 1",
        "head = zeroblob(32)",
        "ref = 'HS-0099'",
        "subject = 'VT'",
        "track = 'party'",
    ],
)
def test_a_changed_dossier_is_found(sound: Play, change: str):
    attack(sound, f"UPDATE dossier SET {change} WHERE ref = 'HS-0002'")
    assert not sound.verified().holds


@pytest.mark.parametrize(
    "change",
    [
        "vote = 'open'",
        "closed_on = '2024-11-01'",
        "size = 7",
        "base = 5",
        "count = 0",
        "would = 0",
        "allowance = 2",
        "over = 1",
        "seq = seq - 1",
        "key = 'STC'",
        "rule = 'other'",
    ],
)
def test_a_changed_group_is_found(sound: Play, change: str):
    """Its figures are counted again from history, never believed."""
    attack(sound, f"UPDATE quota_group SET {change}")
    assert not sound.verified().holds


@pytest.mark.parametrize(
    "table,change",
    [
        ("meeting", "held_on = '2024-11-01'"),
        ("meeting", "attendees = 99"),
        ("meeting", "invited = '[]'"),
        ("meeting", "state = 'planned'"),
        ("meeting", "unit = 'STC'"),
        ("unit", "name = 'Sở khác'"),
        ("unit", "kind = 'district'"),
        ("unit", "path = 'SNV UBND'"),
        ("unit", "email = 'x@y.example'"),
        ("season", "state = 'closed'"),
        ("season", "pack = 'x'"),
        ("season", "seq = 9"),
        ("season", "year = 2023"),
        ("season", "rehearsal = 1"),
        ("roster", "seq = 9"),
    ],
)
def test_another_changed_row_is_found(sound: Play, table: str, change: str):
    attack(sound, f"UPDATE {table} SET {change}")
    assert "state" in codes(sound.verified().findings) or "head" in codes(sound.verified().findings)


def test_a_changed_pack_is_found(sound: Play):
    """The bytes no longer have the hash that the season names them by."""
    attack(sound, "UPDATE pack SET body = CAST(replace(body, 'floor', 'half_up') AS BLOB)")
    assert not sound.verified().holds


@pytest.mark.parametrize(
    "change", ["lead = 'head'", "tier = 'unit'", "duty = 'staff'", "kind = 'collective'", "party = 1"]
)
def test_a_subject_changed_past_the_roster_is_found(sound: Play, change: str):
    """Routes, groups and duties are chosen by it; every import and every edit of it is on the dossier's record."""
    attack(sound, f"UPDATE subject SET {change} WHERE code = 'SNV-03'")
    assert not sound.verified().holds


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO role SELECT season, 'SNV-03', 'ratifier', '*' FROM roster",
        "DELETE FROM role WHERE subject = 'VT'",
    ],
    ids=["given", "taken"],
)
def test_a_role_given_or_taken_past_the_record_is_found(sound: Play, statement: str):
    """Design section 6: roles are on record like everything else."""
    attack(sound, statement)
    assert not sound.verified().holds


def test_an_extension_moved_past_the_record_is_found(sound: Play):
    """The successor's day is on the unit's record."""
    attack(sound, "UPDATE obligation SET due_at = due_at + 864000000000 WHERE decision IS NOT NULL")
    assert not sound.verified().holds


def test_a_member_taken_out_of_its_group_is_found(sound: Play):
    """The next count would be without him; history knows who belongs."""
    attack(sound, "DELETE FROM member WHERE dossier = (SELECT id FROM dossier WHERE ref = 'HS-0001')")
    assert not sound.verified().holds


# — against heads written down earlier —


def test_heads_written_down_earlier_are_still_there_as_the_season_goes_on(sound: Play):
    known = heads(sound)
    sound.submit("SNV-03")
    sound.clock.now = at_noon("2024-12-20")
    sound.bring(subjects=leaders("SNV", 7)[6:])
    assert gone(sound, known) == []


def test_a_cut_end_is_found_by_a_head_written_down_earlier(sound: Play):
    """Row and history cut back together agree with each other; the report that was sent upward does not."""
    last = sound.dossier("SNV-02")["seq"]
    known = heads(sound)
    attack(
        sound,
        f"DELETE FROM history WHERE {RECORD} {last}",
        f"UPDATE dossier SET state = 'submitted', decided = NULL, seq = {last - 1},"
        f" marks = json_remove(marks, '$.ratified_at'), head = (SELECT hash FROM history WHERE {RECORD} {last - 1})"
        " WHERE ref = 'HS-0002'",
    )
    assert codes(sound.verified().findings) == {"act_gone"}
    attack(sound, "UPDATE counter SET value = value - 1 WHERE name LIKE 'act %'")
    assert sound.verified().findings == ()
    assert gone(sound, known) == ["record_gone"]


def test_a_dossier_that_vanished_with_its_history_is_found_by_a_head_written_down_earlier(six: Play):
    known = heads(six)
    attack(
        six,
        "DELETE FROM member WHERE dossier = (SELECT id FROM dossier WHERE ref = 'HS-0006')",
        "DELETE FROM history WHERE stream = (SELECT id FROM dossier WHERE ref = 'HS-0006')",
        "DELETE FROM dossier WHERE ref = 'HS-0006'",
    )
    assert gone(six, known) == ["record_gone"]


def test_a_record_rewritten_with_its_hash_and_head_is_found_by_a_head_written_down_earlier(sound: Play):
    last = sound.dossier("SNV-02")["seq"]
    known = heads(sound)
    with sound.database.engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT seq, body, hash FROM history WHERE {RECORD} {last - 1}").one()
        body = connection.exec_driver_sql(f"SELECT body FROM history WHERE {RECORD} {last}").scalar()
    assert isinstance(body, bytes)
    forged = body.replace(b"os-user:lan", b"os-user:lam")
    assert forged != body
    digest = chained(found[2], forged).hex()
    attack(
        sound,
        f"UPDATE history SET body = x'{forged.hex()}', hash = x'{digest}' WHERE {RECORD} {last}",
        f"UPDATE dossier SET head = x'{digest}' WHERE ref = 'HS-0002'",
    )
    assert sound.verified().findings == ()
    assert gone(sound, known) == ["record_changed"]


def test_triggers_stop_accidents(sound: Play):
    """The same statements without dropping them first."""
    for statement in (f"UPDATE history SET seq = seq + 0 WHERE {RECORD} 2", f"DELETE FROM history WHERE {RECORD} 2"):
        with sound.database.engine.connect() as connection, pytest.raises(Exception, match="append-only history"):
            connection.exec_driver_sql(statement)
    assert sound.verified().findings == ()


# — what lies beside the history —


def test_a_changed_reason_is_found(sound: Play):
    attack(sound, "UPDATE secret SET text = 'khác' WHERE text IS NOT NULL AND rowid = (SELECT min(rowid) FROM secret)")
    assert codes(sound.verified().findings) == {"text"}


def test_a_printed_date_moved_in_the_table_is_found(sound: Play):
    attack(sound, "UPDATE obligation SET due_at = due_at + 86400000000 WHERE decision IS NULL AND due_at IS NOT NULL")
    assert codes(sound.verified().findings) == {"duty"}


def test_a_record_dated_before_a_report_that_does_not_have_it_is_found(sound: Play):
    """A clock that was set back: no single stream shows it, a report made meanwhile does."""
    known = heads(sound)
    made_at = sound.clock.now + timedelta(hours=1)
    sound.submit("SNV-03")
    with sound.database.reading() as tx:
        found = check_heads(tx, sound.row(), known, made_at=made_at)
        later = check_heads(tx, sound.row(), known, made_at=sound.clock.now - timedelta(hours=1))
    assert codes(found) == {"dated_back"}
    assert later == []


def test_where_a_chain_is_broken_it_is_told_that_the_rest_was_not_compared(sound: Play):
    assert sound.verified().retold
    attack(sound, f"UPDATE history SET body = hash WHERE {RECORD} 2")
    assert not sound.verified().retold
