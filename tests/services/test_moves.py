"""Roster edits that touch groups on their way: who joins, who leaves, and what is counted where afterwards."""

import pytest

from tests.season import Play, at_noon, done, leaders, local, person, refusals, units
from workflow.words import Lead


@pytest.fixture
def two(play: Play) -> Play:
    """Two departments of six leaders, all voted good, both votes closed on 20/11; it is the 22nd."""
    play.bring(units("SNV", "STC"), [*leaders("SNV", 6), *leaders("STC", 6)])
    play.clock.now = at_noon("2024-11-22")
    for unit in ("SNV", "STC"):
        play.hold(unit, held_on="2024-11-20")
        play.to_vote(unit, excellent=1)
        play.close(unit)
    return play


def move(play: Play, name: str, unit: str = "STC", **changes: object):
    return done(play.bring(subjects=[person(name, unit=unit, **changes)]))


def test_a_mover_leaves_one_group_and_joins_another_in_one_commit(two: Play):
    answer = move(two, "SNV-06")
    codes = {(one["code"], one.get("group")) for one in answer.changes}
    assert {("change.left_group", "SNV"), ("change.vote_reopened", "STC")} <= codes
    row = two.dossier("SNV-06")
    assert (row["unit"], row["state"], row["voted"], row["proposed"]) == ("STC", "self_reviewed", None, None)
    assert (two.group("SNV")["vote"], two.group("STC")["vote"]) == ("closed", "open")
    assert two.group("STC")["size"] == 7
    assert len({two.records("SNV-06")[-1].act, two.records(two.group("STC")["id"])[-1].act}) == 1


def test_a_mover_after_the_vote_day_stays_in_size_and_base_of_the_group_he_leaves(two: Play):
    move(two, "SNV-06")
    assert two.figures("SNV") == (6, 6, 1, 1, False)


def test_the_excellent_mover_frees_the_place_and_no_more(two: Play):
    move(two, "SNV-02")
    assert two.figures("SNV") == (6, 6, 1, 1, False)
    move(two, "SNV-01", lead=Lead.DEPUTY)
    assert two.figures("SNV") == (6, 6, 0, 1, False)


@pytest.mark.parametrize("name", ["SNV-01", "SNV-06"], ids=["the excellent one", "a good one"])
def test_after_a_move_history_gives_the_same_figures_as_the_rows(two: Play, name: str):
    """The rank that he had on leaving stands on the record before the edit that moves him."""
    move(two, name, lead=Lead.DEPUTY)
    assert two.verified().findings == ()


def test_what_becomes_of_a_mover_in_his_new_unit_changes_nothing_in_the_old_one(two: Play):
    """Not ranked there, he was still good here on the day of the vote."""
    move(two, "SNV-06")
    done(two.do("not_ranked", "SNV-06", by="CV-STC", reason="ốm dài ngày"))
    two.submit("SNV-02")
    assert two.figures("SNV") == (6, 6, 1, 1, False)
    done(two.do("not_ranked", "SNV-05", reason="ốm dài ngày"))
    assert two.figures("SNV") == (6, 5, 1, 1, False)
    assert two.verified().findings == ()


def test_a_mover_before_any_vote_leaves_everything(play: Play):
    play.bring(units("SNV", "STC"), [*leaders("SNV", 6), *leaders("STC", 3)])
    move(play, "SNV-06")
    assert (play.group("SNV")["size"], play.group("STC")["size"]) == (5, 4)
    assert play.verified().findings == ()


def test_a_mover_may_come_back(two: Play):
    move(two, "SNV-06")
    move(two, "SNV-06", "SNV")
    assert two.group("SNV")["vote"] == "open"
    assert two.group("SNV")["size"] == 6
    assert two.dossier("SNV-06")["unit"] == "SNV"
    assert two.verified().findings == ()


def test_a_submitted_mover_is_taken_back_and_voted_on_where_he_goes(two: Play):
    two.submit("SNV-02", "SNV-06")
    move(two, "SNV-06")
    assert two.states("SNV-06") == ["self_reviewed"]
    assert [one.command for one in two.records("SNV-06")][-2:] == ["revote", "amend"]
    assert refusals(two.do("submit", "STC-02")) == ["vote_open"]
    two.to_vote("STC")
    two.close("STC")
    two.submit("SNV-06", "STC-02")
    assert two.verified().findings == ()


@pytest.mark.parametrize("state", ["ratified", "withdrawn", "not_ranked"])
def test_what_is_finished_stays_where_it_was_finished(two: Play, state: str):
    if state == "ratified":
        two.submit("SNV-06")
        two.ratify("SNV-06")
    else:
        done(two.do("withdraw" if state == "withdrawn" else "not_ranked", "SNV-06", reason="nghỉ"))
    figures = two.figures("SNV")
    two.bring(subjects=[person("SNV-06", unit="STC")])
    row = two.dossier("SNV-06")
    assert (row["state"], row["unit"]) == (state, "SNV")
    assert two.figures("SNV") == figures
    assert two.group("STC")["vote"] == "closed"
    assert two.verified().findings == ()


def test_a_deputy_who_steps_down_leaves_his_group(two: Play):
    done(two.bring(subjects=[person("SNV-06", lead=Lead.NONE, duty="staff", tier="unit")]))
    assert two.figures("SNV") == (6, 6, 1, 1, False)
    assert two.dossier("SNV-06")["route"] == "NT11-unit"
    assert two.verified().findings == ()


def test_a_group_may_be_over_because_its_member_moved_before_the_vote_day(play: Play):
    """Recorded late: he moved on the 19th, the vote was on the 20th; ten become nine, and two are one too many."""
    play.bring(units("SNV", "STC"), [*leaders("SNV", 10), *leaders("STC", 3)])
    play.clock.now = at_noon("2024-11-22")
    play.hold("SNV", held_on="2024-11-20")
    play.to_vote("SNV", excellent=2)
    play.close("SNV")
    by = play.by("TH", occurred_at=at_noon("2024-11-19"))
    done(play.bring(subjects=[person("SNV-10", unit="STC")], by=by))
    assert play.figures("SNV") == (9, 9, 2, 1, True)
    assert refusals(play.do("submit", "SNV-03")) == ["quota_over"]
    assert play.verified().findings == ()


def test_a_joiner_in_the_same_roster_as_a_mover_opens_the_vote_once(two: Play):
    answer = done(two.bring(subjects=[person("STC-07"), person("SNV-06", unit="STC")]))
    assert [one["code"] for one in answer.changes].count("change.vote_reopened") == 1
    assert two.group("STC")["size"] == 8
    assert two.verified().findings == ()


def test_the_record_of_a_join_says_who_brought_him(two: Play):
    """An operator's edit is an operator's: the record claims no role that nobody had."""
    two.bring(subjects=[person("STC-07")])
    record = two.records(two.group("STC")["id"])[-1]
    assert (record.command, record.actor, record.role) == ("join", "os-user:lan", "operator")
    assert record.recorded_at == int(local("2024-11-22 12:00").timestamp()) * 1_000_000
