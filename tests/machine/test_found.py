"""What the machine found, each told plainly and kept."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.machine.worlds import WORLDS, member
from tests.season import Play, done, leaders, local, opened, refusals, units
from workflow.errors import BadInput
from workflow.replay.redecision import redecide
from workflow.replay.timeline import entries
from workflow.services.meetings import MeetingCommand, meet
from workflow.store import commands as sql
from workflow.words import Lead


def holds(play: Play) -> bool:
    found = play.verified()
    assert found.holds, found.findings
    return True


def redecided(play: Play) -> list[object]:
    with play.database.reading() as tx:
        records = tx.all(sql.RECORDS_OF_SEASON, season=play.row()["id"])
    return list(redecide(entries(records), play.rules()))


def test_planning_a_meeting_that_is_there_is_bad_input(tmp_path: Path) -> None:
    play = opened(tmp_path)
    play.bring(units("A"), leaders("A", 2))
    ref = play.hold("A")
    with pytest.raises(BadInput):
        meet(play.context, play.season, play.by("CV-A"), MeetingCommand(command="plan", ref=ref))


def test_who_is_edited_after_doing_it_does_not_owe_it_again(tmp_path: Path) -> None:
    play = opened(tmp_path, WORLDS["good only"].text)
    play.bring(units("A"), [member("A", 1), member("A", 2)])
    play.review("A-01", "A-02")
    assert [one["state"] for one in play.obligations("review")] == ["met", "met"]
    play.bring(subjects=[member("A", 2, tier="unit")])
    assert [one["state"] for one in play.obligations("review")] == ["met", "met"]


def test_a_unit_that_sent_everything_owes_nothing_after_an_edit(tmp_path: Path) -> None:
    play = opened(tmp_path)
    play.bring(units("A"), leaders("A", 2))
    names = play.to_vote("A")
    play.close("A")
    play.submit(*names)
    assert not play.obligations(scope="A", state="open")
    play.bring(subjects=[member("A", 2, duty="staff")])
    assert not play.obligations(scope="A", state="open")


def test_a_group_that_a_mover_stays_in_is_counted_without_his_lapsed_vote(tmp_path: Path) -> None:
    play = opened(tmp_path, WORLDS["good only"].text)
    play.bring(units("A", "B"), [*leaders("A", 3), *leaders("B", 3)])
    play.to_vote("A")
    assert play.figures("leadership")[:2] == (6, 3)
    mover = member("A", 3, duty="leadership")
    play.bring(subjects=[replace(mover, unit="B")])
    assert play.dossier("A-03")["state"] == "self_reviewed"
    assert play.figures("leadership")[:2] == (6, 2)
    assert holds(play)


def test_an_obligation_that_an_edit_leaves_without_anybody_is_not_open(tmp_path: Path) -> None:
    play = opened(tmp_path)
    play.bring(units("A"), [member("A", 1), member("A", 2)])
    assert [one["state"] for one in play.obligations("NT11-1g-3", "A")] == ["open"]
    play.bring(subjects=[member("A", 2, tier="bcsd")])
    assert [one["state"] for one in play.obligations("NT11-1g-3", "A")] != ["open"]


def test_a_clock_a_little_behind_at_a_deadline_decides_as_it_records(tmp_path: Path) -> None:
    """Up to 5 s behind, the record is dated with the stream's head: then it is judged as of that instant, too."""
    play = opened(tmp_path)
    play.bring(units("A"), leaders("A", 2))
    play.review("A-01", "A-02")
    play.clock.now = local("2024-12-05 00:00")
    names = play.to_vote("A")
    play.close("A")
    play.clock.now -= timedelta(seconds=3)
    play.submit(*names)
    assert not redecided(play)


def test_a_group_that_is_over_votes_again_whatever_another_group_of_its_key_did(tmp_path: Path) -> None:
    play = opened(tmp_path, WORLDS["same key"].text)
    others = [member("A", number, lead=Lead.NONE) for number in (3, 4, 5, 6)]
    play.bring(units("A"), [member("A", 1), member("A", 2), *others])
    play.to_vote("A", excellent=1)
    play.close("A")
    play.submit("A-01", "A-02")
    for name in ("A-03", "A-04"):
        done(play.do("correct", name, field="voted", rank="excellent", corrects=1, reason="Ghi nhầm"))
    assert play.figures("A", "others")[4]
    assert refusals(play.do("submit", "A-05")) == ["quota_over"]
    done(play.group_command("revote", "A"))
    assert play.states("A-03", "A-04", "A-05", "A-06") == ["self_reviewed"] * 4
    assert play.states("A-01", "A-02") == ["submitted"] * 2


def test_who_counts_in_a_group_is_stopped_by_its_cap_after_an_edit_too(tmp_path: Path) -> None:
    """Ratified, then no leader any more: the decision still counts among the leaders, and so does a new one."""
    play = opened(tmp_path, WORLDS["same key"].text)
    play.bring(units("A"), [member("A", number) for number in (1, 2, 3)])
    names = play.to_vote("A", excellent=1)
    play.close("A")
    play.submit(*names)
    play.ratify(*names)
    assert play.figures("A", "decided") == (3, 3, 1, 1, False)
    play.bring(subjects=[member("A", 2, lead=Lead.NONE)])
    done(play.do("adjust", "A-02", by="QD-committee", rank="excellent", reason="Theo đề nghị"))
    assert refusals(play.do("ratify", "A-02", by="QD-committee")) == ["decision_quota"]
    assert not play.group("A", "decided")["over"]
