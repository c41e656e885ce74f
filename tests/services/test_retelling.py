"""Obligations, rights and what commands saw are told again from history; whatever differs was made by no command."""

from typing import Any

import pytest

from tests.season import Play, at_noon, collective, done, grant, leaders, local, person, units
from tests.services.busy import keep_busy
from tests.services.tampering import attack, codes
from workflow.replay.findings import Finding
from workflow.store import commands as sql
from workflow.words import Role

# ruff: noqa: S608  an attacker's statements, made of our own names

SENDING = "rule = 'NT11-1g-3' AND scope = 'SNV'"
OPEN = f"{SENDING} AND state = 'open'"


def only(findings: tuple[Finding, ...]) -> dict[str, Any]:
    (one,) = findings
    return {"code": one.code, **one.figures}


# — rows of obligations —


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ("state = 'met'", "state"),
        ("state = 'closed'", "state"),
        ("late = 1", "late"),
        ("owner = 'so-noi-vu'", "owner"),
        ("recipient = 'bcsd-ubnd'", "recipient"),
        ("unit = 'STC'", "unit"),
        ("due_at = due_at - 86400000000", "due_at"),
        ("last_good_day = '2024-12-31'", "last_good_day"),
        ("last_working_day = '2024-12-31'", "last_working_day"),
        ("born_at = born_at + 86400000000", "born_at"),
        ("settled_at = born_at", "settled_at"),
        ("decision = '99/QĐ-UBND'", "decision"),
        ("replaces = NULL", "replaces"),
        ("scope = 'STC'", "scope"),
        ("per = 'season'", "per"),
    ],
)
def test_a_changed_obligation_is_found_with_what_history_gives(sound: Play, change: str, field: str):
    ref = sound.obligations("NT11-1g-3", "SNV", "open")[0]["ref"]
    attack(sound, f"UPDATE obligation SET {change} WHERE {OPEN}")
    found = [one.figures for one in sound.verified().findings if one.code == "audit.duty"]
    assert (ref, field) in [(one["name"], one["field"]) for one in found]


def test_an_obligation_called_met_while_it_is_open_says_both(sound: Play):
    """Nobody would be reminded again."""
    attack(sound, f"UPDATE obligation SET state = 'met', look_at = NULL WHERE {OPEN}")
    found = only(sound.verified().findings)
    assert (found["code"], found["field"], found["row"], found["history"]) == ("audit.duty", "state", "met", "open")


def test_a_met_obligation_opened_again_is_found(sound: Play):
    sound.submit("SNV-03", "SNV-04", "SNV-05", "SNV-06")
    assert sound.verified().findings == ()
    attack(sound, f"UPDATE obligation SET state = 'open', settled_at = NULL WHERE {SENDING} AND state = 'met'")
    assert {one.figures["field"] for one in sound.verified().findings} == {"state", "settled_at"}


def test_a_mark_of_lateness_taken_off_an_obligation_is_found(six: Play):
    six.to_vote("SNV")
    six.close("SNV")
    six.clock.now = at_noon("2024-12-06")
    six.submit(*[f"SNV-0{number}" for number in range(1, 7)], reason="Chờ ý kiến")
    assert six.obligation("NT11-1g-3", "SNV")["late"]
    assert six.verified().findings == ()
    attack(six, f"UPDATE obligation SET late = 0 WHERE {SENDING}")
    found = only(six.verified().findings)
    assert (found["field"], found["row"], found["history"]) == ("late", False, True)


def test_a_deleted_obligation_is_found(sound: Play):
    attack(sound, f"DELETE FROM obligation WHERE {OPEN}")
    found = [one for one in sound.verified().findings if one.code == "audit.duty_gone"]
    assert [(one.figures["rule"], one.figures["scope"]) for one in found] == [("NT11-1g-3", "SNV")]


def test_a_deleted_first_obligation_is_told_as_itself_and_not_as_its_successor(sound: Play):
    attack(sound, f"DELETE FROM obligation WHERE {SENDING} AND state = 'closed'")
    gone = [one.figures for one in sound.verified().findings if one.code == "audit.duty_gone"]
    assert [(one["rule"], one["state"]) for one in gone] == [("NT11-1g-3", "closed")]


def test_an_invented_obligation_is_found(sound: Play):
    attack(
        sound,
        "INSERT INTO obligation SELECT season, 'invented', 'VH-9999', rule, per, stream, scope, unit, owner, recipient,"
        " due_at, last_good_day, last_working_day, state, late, settled_at, born_at + 60000000, look_at, replaces,"
        f" decision, effect FROM obligation WHERE {OPEN}",
    )
    found = only(sound.verified().findings)
    assert (found["code"], found["name"], found["scope"]) == ("audit.duty_invented", "VH-9999", "SNV")


def test_a_look_at_what_is_settled_is_found(sound: Play):
    attack(sound, f"UPDATE obligation SET look_at = born_at WHERE {SENDING} AND state = 'closed'")
    found = only(sound.verified().findings)
    assert (found["field"], found["history"]) == ("look_at", None)


def test_every_way_in_which_obligations_come_and_go_is_told_again(play: Play):
    """Extensions, returns, moves, joiners, dates that were entered, duties that were done."""
    busy = keep_busy(play)
    states = {one["state"] for one in busy.obligations()}
    assert {"open", "met", "closed"} <= states
    assert busy.verified().findings == ()


# — acts —


def test_a_package_owed_again_after_an_extension_keeps_the_extended_day(play: Play):
    """Met once, owed again by a joiner: the day is the decision's, though the new row names no decision."""
    play.bring(units("SNV"), leaders("SNV", 2))
    done(play.extend(play.obligation("NT11-1e-1", "SNV")["ref"], "2024-12-24"))
    play.clock.now = local("2024-12-05")
    play.to_vote("SNV")
    play.close("SNV")
    play.submit("SNV-01", "SNV-02")
    play.clock.now = local("2024-12-05 15:00")
    play.bring(subjects=[person("SNV-03", lead="deputy")])
    again = play.obligation("NT11-1g-3", "SNV")
    assert (again["state"], str(again["last_good_day"]), again["decision"]) == ("open", "2024-12-24", None)
    assert play.verified().findings == ()


def test_a_meeting_that_vanished_with_its_whole_history_leaves_its_acts_missing(sound: Play):
    """No row and no stream tells of it; the acts before and after it do."""
    meeting = sound.hold("SNV")
    place = sound.records(_meeting(sound, meeting))[-1].place
    sound.submit("SNV-03")
    attack(
        sound,
        f"DELETE FROM history WHERE stream = (SELECT id FROM meeting WHERE ref = '{meeting}')",
        f"DELETE FROM meeting WHERE ref = '{meeting}'",
    )
    assert only(sound.verified().findings) == {"code": "audit.act_gone", "place": place}


def test_a_counter_of_acts_that_was_turned_back_hides_nothing_in_the_middle(sound: Play):
    meeting = sound.hold("SNV")
    sound.submit("SNV-03")
    attack(
        sound,
        f"DELETE FROM history WHERE stream = (SELECT id FROM meeting WHERE ref = '{meeting}')",
        f"DELETE FROM meeting WHERE ref = '{meeting}'",
        "UPDATE counter SET value = 1 WHERE name LIKE 'act %'",
    )
    assert codes(sound.verified().findings) == {"act_gone", "counter"}


def test_a_counter_of_acts_behind_the_history_is_found_before_it_makes_an_honest_act_look_wrong(sound: Play):
    attack(sound, "UPDATE counter SET value = value - 1 WHERE name LIKE 'act %'")
    assert codes(sound.verified().findings) == {"counter"}


def _meeting(play: Play, ref: str) -> str:
    with play.database.reading() as tx:
        rows = tx.all(sql.MEETINGS_OF_SEASON, season=play.row()["id"])
    return str(next(row["id"] for row in rows if row["ref"] == ref))


def test_refusals_and_dry_runs_take_no_place(six: Play):
    before = six.records("SNV-01")[-1].place
    assert six.do("submit", "SNV-01").refused
    six.do("self_review", "SNV-01", by=six.by("CV-SNV", dry_run=True), rank="good")
    six.review("SNV-01")
    assert six.records("SNV-01")[-1].place == before + 1
    assert six.verified().findings == ()


# — rights —


LEND = "INSERT INTO role SELECT season, 'SNV-02', 'coordinator', 'SNV' FROM roster"
TAKE_BACK = "DELETE FROM role WHERE subject = 'SNV-02' AND role = 'coordinator'"


def test_a_role_lent_by_hand_for_one_command_is_found_by_the_record_of_the_command(six: Play):
    """The table agrees with the roster's history again; the record of the command does not."""
    attack(six, LEND)
    done(six.do("withdraw", "SNV-03", by="SNV-02", reason="Chuyển công tác"))
    attack(six, TAKE_BACK)
    found = only(six.verified().findings)
    assert (found["code"], found["actor"], found["role"]) == ("audit.role_unheld", "SNV-02", "coordinator")
    assert found["stream"] == six.dossier("SNV-03")["id"]


def test_a_role_given_on_the_record_and_taken_on_the_record_is_no_finding(six: Play):
    six.bring(roles=[grant("SNV-02", Role.COORDINATOR, "SNV")])
    done(six.do("withdraw", "SNV-03", by="SNV-02", reason="Chuyển công tác"))
    assert six.verified().findings == ()


def test_a_scope_widened_by_hand_for_one_command_is_found(six: Play):
    """He coordinates another unit; for a moment he coordinated all of them."""
    six.bring(units("STC"), [person("STC-01")], [grant("STC-01", Role.COORDINATOR, "STC")])
    attack(six, "UPDATE role SET scope = '*' WHERE subject = 'STC-01'")
    done(six.do("withdraw", "SNV-03", by="STC-01", reason="Chuyển công tác"))
    attack(six, "UPDATE role SET scope = 'STC' WHERE subject = 'STC-01'")
    assert codes(six.verified().findings) == {"role_unheld"}


@pytest.mark.parametrize("role", ["issuer", "coordinator"])
def test_a_role_lent_for_an_extension_or_a_vote_is_found(six: Play, role: str):
    six.to_vote("SNV")
    attack(six, f"INSERT INTO role SELECT season, 'SNV-02', '{role}', '*' FROM roster")
    if role == "issuer":
        done(six.extend(six.obligation("NT11-1g-3", "SNV")["ref"], "2024-12-15", by="SNV-02"))
    else:
        done(six.group_command("close_vote", "SNV", by="SNV-02"))
    attack(six, f"DELETE FROM role WHERE subject = 'SNV-02' AND role = '{role}'")
    assert codes(six.verified().findings) == {"role_unheld"}


def test_a_subject_s_own_review_and_a_collective_s_by_its_head_were_given_rightly(play: Play):
    play.bring(units("SNV"), [*leaders("SNV", 3), collective("SNV")])
    done(play.do("self_review", "SNV-02", by="SNV-02", rank="good"))
    done(play.do("self_review", "SNV-TT", by="SNV-01", rank="good"))
    assert play.verified().findings == ()


@pytest.mark.parametrize(
    ("actor", "lent", "own", "where"),
    [
        ("SNV-02", "subject SET lead = 'head'", "subject SET lead = 'deputy'", "code = 'SNV-02'"),
        ("STC-01", "subject SET unit = 'SNV'", "subject SET unit = 'STC'", "code = 'STC-01'"),
    ],
    ids=["a deputy", "the head of another unit"],
)
def test_a_collective_s_review_given_in_a_place_lent_by_hand_is_found(
    play: Play, actor: str, lent: str, own: str, where: str
):
    play.bring(units("SNV", "STC"), [*leaders("SNV", 3), collective("SNV"), *leaders("STC", 1)])
    attack(play, f"UPDATE {lent} WHERE {where}")
    done(play.do("self_review", "HS-0004", by=actor, rank="good"))
    attack(play, f"UPDATE {own} WHERE {where}")
    found = [one.figures for one in play.verified().findings if one.code == "audit.role_unheld"]
    assert [(one["actor"], one["role"]) for one in found] == [(actor, "subject")]


def test_a_review_of_a_dossier_lent_by_hand_is_found_by_what_it_saw(six: Play):
    attack(six, "UPDATE dossier SET subject = 'GS' WHERE ref = 'HS-0003'")
    done(six.do("self_review", "HS-0003", by="GS", rank="good"))
    attack(six, "UPDATE dossier SET subject = 'SNV-03' WHERE ref = 'HS-0003'")
    found = [one.figures for one in six.verified().findings if one.code == "audit.seen"]
    assert ("subject", "GS", "SNV-03") in [(one["field"], one["row"], one["history"]) for one in found]


# — what commands saw —


def test_a_dossier_changed_acted_on_and_changed_back_is_found(sound: Play):
    """Its row agrees with its history again; the record keeps what was seen."""
    attack(sound, "UPDATE dossier SET proposed = 'completed' WHERE ref = 'HS-0003'")
    sound.submit("SNV-03")
    attack(sound, "UPDATE dossier SET proposed = 'good' WHERE ref = 'HS-0003'")
    found = [one.figures for one in sound.verified().findings if one.code == "audit.seen"]
    assert [(one["field"], one["row"], one["history"]) for one in found] == [("proposed", "completed", "good")]


def test_a_date_put_off_for_one_command_is_found(six: Play):
    """Sent in time, as the record says; by a date that no decision gave."""
    six.to_vote("SNV")
    six.close("SNV")
    six.clock.now = at_noon("2024-12-06")
    attack(six, f"UPDATE obligation SET due_at = due_at + 864000000000 WHERE {SENDING}")
    six.submit("SNV-03")
    attack(six, f"UPDATE obligation SET due_at = due_at - 864000000000 WHERE {SENDING}")
    found = only(six.verified().findings)
    assert (found["code"], found["field"]) == ("audit.seen", "due_at")


def test_an_obligation_taken_away_for_one_command_is_found(six: Play):
    six.to_vote("SNV")
    six.close("SNV")
    attack(six, f"UPDATE obligation SET state = 'void' WHERE {SENDING}")
    six.submit("SNV-03")
    attack(six, f"UPDATE obligation SET state = 'open' WHERE {SENDING}")
    found = only(six.verified().findings)
    assert (found["code"], found["history"]) == ("audit.seen", "NT11-1g-3")


def test_a_meeting_moved_for_one_vote_is_found(six: Play):
    six.review("SNV-01")
    meeting = six.hold("SNV")
    attack(six, "UPDATE meeting SET attendees = 99")
    six.vote("SNV-01", meeting=meeting)
    attack(six, "UPDATE meeting SET attendees = 12")
    found = only(six.verified().findings)
    assert (found["field"], found["row"], found["history"]) == ("attendees", 99, 12)


def test_a_vote_closed_by_hand_for_one_submission_is_found(six: Play):
    six.to_vote("SNV")
    attack(six, "UPDATE quota_group SET vote = 'closed'")
    six.submit("SNV-01")
    attack(six, "UPDATE quota_group SET vote = 'open'")
    assert "seen" in codes(six.verified().findings)
