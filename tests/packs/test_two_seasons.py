"""Seasons under two more regulations: four shares at two moments, two recipients of one dossier, no share at all."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.files import PDF
from tests.season import (
    COUNTED,
    ISSUER,
    REGISTRAR,
    SEASON_COORDINATOR,
    Play,
    collective,
    done,
    local,
    person,
    refusals,
    units,
    warnings,
)
from tests.services.test_meetings import meeting, order
from workflow.answers import Answer
from workflow.errors import BadInput
from workflow.rosters import SubjectRow
from workflow.services import duties, milestones
from workflow.services.context import Upload
from workflow.services.tallies import Count, tally
from workflow.services.views import duties as views
from workflow.services.views.duties import Duty
from workflow.services.views.synthesis import synthesis
from workflow.words import Lead, SubjectKind

Opening = Callable[..., Play]
BOARD, COMMITTEE = "ban-dan-toc-quang-ngai-2023", "kon-tum-2024"
PLANS = Path(__file__).parents[2] / "plans"
IN_CHARGE = "lanh-dao-phu-trach"


def room(unit: str, people: int) -> Iterator[SubjectRow]:
    """A room's collective, its head (-01) and deputy (-02), and civil servants and workers up to `people`."""
    own = {"tier": "board"}
    yield collective(unit, tier="board")
    yield person(f"{unit}-01", duty="room_head", lead=Lead.HEAD, **own)
    yield person(f"{unit}-02", duty="room_deputy", **own)
    for number in range(3, people + 1):
        kind = {"category": "worker", "duty": "support"} if number == people else {"duty": "staff"}
        yield person(f"{unit}-{number:02d}", lead=Lead.NONE, **own, **kind)


def board() -> Iterator[SubjectRow]:
    """The Board's collective, the Board itself as an agency, its head and a deputy."""
    yield collective("BDT")
    yield person("BDT-CQ", kind=SubjectKind.AGENCY, category="", duty="", lead=Lead.NONE)
    yield person("BDT-01", duty="board_leader", lead=Lead.HEAD)
    yield person("BDT-02", duty="board_leader", tier="bcsd")


def the_board(opening: Opening, *rooms: tuple[str, int], pack: str = BOARD) -> Play:
    play = opening(pack, now=local("2023-11-20 09:00"))
    rows = (*units("BDT", kind="board"), *units("VPB", kind="office", parent="BDT"))
    rows += units(*(name for name, _ in rooms if name != "VPB"), kind="room", parent="BDT")
    play.bring(rows, [*board(), *(one for name, size in rooms for one in room(name, size))])
    return play


def otherwise(old: str, new: str) -> str:
    """The Board's plan read otherwise in one place."""
    text = (PLANS / f"{BOARD}.toml").read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    return text.replace(old, new)


def due(play: Play) -> list[Duty]:
    with play.looking() as look:
        return views.duties(look)


def hints(play: Play) -> dict[str, tuple[str, str]]:
    return {one.rule: (one.hint.rule, one.hint.day.isoformat()) for one in due(play) if one.hint is not None}


def told(play: Play) -> set[tuple[str, str]]:
    """What is to be told once, and to whom."""
    return {(one[2], one[3]) for one in play.table("notice")}


def in_room(play: Play, unit: str, *, excellent: tuple[str, ...], good: int) -> list[str]:
    """The room's people reviewed, voted at a meeting to which the leader in charge was invited, and closed: those
    named excellent, then so many of the others good, the rest completed. Gives their refs."""
    names = [one["subject"] for one in play.dossiers(unit) if one["kind"] == "person"]
    play.review(*names)
    play.hold(unit, kind=play.kind(names[0]))
    others = [one for one in names if one not in excellent]
    ranks = (("excellent", excellent), ("good", others[:good]), ("completed", others[good:]))
    leading = {f"{unit}-01", f"{unit}-02"}
    for chosen in (leading, {*names} - leading):  # holders of a post first
        for rank, some in ((rank, [one for one in every if one in chosen]) for rank, every in ranks):
            if some:
                play.vote(*some, rank=rank)
    play.close(unit)
    return [play.ref(one) for one in names]


@pytest.mark.row("QN23-III-3", "QN23-III-4c", "QN23-II.4.2b2-4")
def test_rooms_that_each_keep_their_share_together_fail_at_the_decision(opening: Opening) -> None:
    """The worked case: rooms of 8, 9 and 9, six leaders; 14 of the 20 others reach good, three of them proposed."""
    play = the_board(opening, ("P1", 8), ("P2", 9), ("VPB", 9))
    chosen = ("P1-03", "P2-03", "VPB-03")
    refs: list[str] = []
    for unit, good in (("P1", 6), ("P2", 6), ("VPB", 5)):  # of these the head and the deputy
        refs += in_room(play, unit, excellent=(f"{unit}-03",), good=good)
        assert play.figures(unit, "QN23-III-3")[2:] == (1, 1, False)
    foreseen = [one for entry in play.records(play.group("VPB")["id"]) for one in entry.body["verdicts"]]
    figures = [one["figures"] for one in foreseen if one.get("code") == "guard.foreseen_over"]
    assert [(one["would"], one["allowance"], one["base"]) for one in figures] == [(3, 2, 14)]
    sent = play.submit(*refs, by=SEASON_COORDINATOR)
    assert warnings(sent) == ["foreseen_over"] * 3
    assert play.figures("person", "QN23-III-4c") == (20, 14, 0, 2, False)
    done(play.do("opinion", *refs, by="QD-lanh-dao-ban", body="lanh-dao-ban", rank="good"))
    assert refusals(play.decide(*chosen)) == ["decision_quota"]
    play.ratify(chosen[0], rank="good")
    play.ratify(*chosen[1:])
    assert play.figures("person", "QN23-III-4c") == (20, 14, 2, 2, False)
    assert play.verified().findings == ()


@pytest.mark.row("QN23-II.4.2b2-1")
def test_a_room_votes_on_its_leaders_before_all_others(opening: Opening) -> None:
    play = the_board(opening, ("P1", 4))
    names = [f"P1-{number:02d}" for number in range(1, 5)]
    play.review(*names)
    meeting = play.hold("P1", kind=play.kind(names[0]))
    assert "waits_for" in refusals(play.do("record_vote", "P1-03", rank="good", meeting=meeting))


@pytest.mark.row("QN23-III-3")
def test_a_room_of_four_proposes_nobody(opening: Opening) -> None:
    play = the_board(opening, ("P1", 4))
    in_room(play, "P1", excellent=("P1-03",), good=3)
    assert refusals(play.do("submit", "P1-03")) == ["quota_over"]
    play.submit("P1-04")


@pytest.mark.row("QN23-III-4a", "QN23-III-4b")
def test_one_collective_and_one_head_and_one_deputy_are_decided_excellent(opening: Opening) -> None:
    play = the_board(opening, ("P1", 5), ("P2", 5))
    leading = ("P1-TT", "P2-TT", "P1-01", "P2-02")
    for unit in ("P1", "P2"):
        names = [one["subject"] for one in play.dossiers(unit)]
        play.review(*names)
        play.hold(unit, kind=play.kind(names[0]))
        best = [one for one in names if one in leading]
        play.vote(*best, rank="excellent")
        play.vote(*(one for one in names if one not in best))
        play.close(unit)
        play.submit(*names)
    people = ("P1-01", "P1-02", "P2-01", "P2-02")
    done(play.do("opinion", *people, by="QD-lanh-dao-ban", body="lanh-dao-ban", rank="good"))
    play.ratify("P1-01", "P2-02")  # one in each group
    assert refusals(play.decide("P2-01", rank="excellent")) == ["decision_quota"]
    assert refusals(play.decide("P1-TT", "P2-TT")) == ["decision_quota"]
    play.ratify("P1-TT", rank="good")
    play.ratify("P2-TT")
    assert play.figures("collective", "QN23-III-4a")[2:] == (1, 1, False)


@pytest.mark.row("QN23-II.4.2b2-4")
def test_the_head_of_the_board_decides_nobody_without_its_leaders_opinion(opening: Opening) -> None:
    play = the_board(opening, ("P1", 5))
    play.submit(*in_room(play, "P1", excellent=(), good=5))
    assert refusals(play.decide("P1-03")) == ["opinion_missing"]
    done(play.do("opinion", "P1-03", by="QD-lanh-dao-ban", body="lanh-dao-ban", rank="good"))
    play.ratify("P1-03")


@pytest.mark.row("QN23-II.4.2a-1")
def test_a_room_meets_with_the_leader_in_charge_invited(opening: Opening) -> None:
    play = the_board(opening, ("P1", 4))
    play.review("P1-03", "P1-TT")
    present = {"toan-the": 4, IN_CHARGE: 1}
    assert refusals(order(play, "hold", unit="P1", by="CV-P1", present=present)) == ["not_invited"]
    done(order(play, "hold", unit="P1", by="CV-P1", present=present, invited=[IN_CHARGE]))


@pytest.mark.row("QN23-II.1.2a-1", "QN23-II.1.2b-1", "QN23-II.1.2b-2", "QN23-II.1.2b-4")
def test_the_leading_collective_votes_on_itself_by_criteria_and_then_as_a_whole(opening: Opening) -> None:
    """Two leaders, the cell committee, two heads of rooms and the union attend; two vote."""
    play = the_board(opening, ("P1", 4), ("P2", 4))
    play.review("BDT-TT")
    ref = play.hold("BDT", kind=play.kind("BDT-TT"))
    assert meeting(play, ref)["marks"]["roll"] == {"lanh-dao": 2, "truong-phong": 2}
    for step, said in (("report", {"text": "báo cáo"}), ("explanation", {"needed": False})):
        done(order(play, "note", ref=ref, by="CV-BDT", step=step, **said))
    dossier = play.ref("BDT-TT")
    two = {"issued": 2, "unused": 0, "cast": 2, "valid": 2, "invalid": 0}

    def counted(step: str, method: str, figures: dict[str, int], **more: Any) -> Answer:
        args = {"dossier": dossier, "step": step, "method": method, "figures": figures, "committee": ["Người Đếm"]}
        return tally(play.context, play.season, play.by("CV-BDT"), Count(ref=ref, args=args | more, uploads=(COUNTED,)))

    assert refusals(counted("overall", "show", {"good": 2})) == ["step_first"]
    three = {"issued": 3, "unused": 0, "cast": 3, "valid": 3, "invalid": 0, "good": 3}
    assert refusals(counted("criteria", "ballot", three)) == ["ballots_over_roll"]
    done(counted("criteria", "ballot", {**two, "good": 2}, disputed=[4]))
    assert refusals(counted("overall", "show", {"good": 2})) == ["disputed_first"]
    done(counted("disputed", "show", {"in_favour": 2}, matter=4))
    assert refusals(counted("overall", "ballot", {**two, "good": 2})) == ["other_method"]
    done(counted("overall", "show", {"good": 2}))
    done(play.do("record_vote", "BDT-TT", rank="good", meeting=ref))
    assert play.verified().findings == ()


@pytest.mark.row("QN23-II.3.2a-1", "QN23-II.3.2b-1", "QN23-II.3.2b-2", "QN23-II.3.2b-3", "QN23-II.3.2b-4")
def test_who_attends_the_review_of_a_leader_and_does_not_lead_does_not_vote(opening: Opening) -> None:
    """A-15, A-36: six attend and two vote, one of them on himself, which is told."""
    play = the_board(opening, ("P1", 4), ("P2", 4))
    play.review("BDT-02")
    ref = play.hold("BDT", kind=play.kind("BDT-02"))
    for step in ("report", "discussion", "explanation"):
        done(order(play, "note", ref=ref, by="CV-BDT", step=step, conclusion="chủ trì kết luận"))
    given = {"dossier": play.ref("BDT-02"), "step": "overall", "method": "ballot", "committee": ["Người Đếm"]}

    def counted(votes: int) -> Answer:
        ballots = {"issued": votes, "unused": 0, "cast": votes, "valid": votes, "invalid": 0, "good": votes}
        args = {**given, "figures": ballots}
        return tally(play.context, play.season, play.by("CV-BDT"), Count(ref=ref, args=args, uploads=(COUNTED,)))

    assert refusals(counted(6)) == ["ballots_over_roll"]
    assert warnings(done(counted(2))) == ["self_vote"]
    done(play.do("record_vote", "BDT-02", rank="good", meeting=ref))


@pytest.mark.row("QN23-II.2.2a-1", "QN23-II.2.2b-2")
def test_whoever_attends_as_a_member_votes_on_the_agency(opening: Opening) -> None:
    play = the_board(opening, ("P1", 4), ("P2", 4))
    play.vote("BDT-TT", reason="họp trước khi tự kiểm điểm")
    play.vote("BDT-CQ")
    tallies = [one for ref in play.meetings.values() for one in meeting(play, ref)["tallies"].values()]
    cast = [one["figures"]["cast"] for one in tallies if one["step"] == "criteria"]
    assert sorted(cast) == [2, 6]


@pytest.mark.row("QN23-II.4.2b1-1", "QN23-II.4.2b1-2", "QN23-II.4.2b2-2", "QN23-II.4.2b2-3")
def test_all_of_a_room_vote_and_the_leader_who_was_invited_does_not(opening: Opening) -> None:
    play = the_board(opening, ("P1", 4))
    play.review("P1-TT", "P1-01")
    ref = play.hold("P1", kind=play.kind("P1-TT"))
    play.count("P1-TT", "P1-01", meeting=ref)
    five = {"issued": 5, "unused": 0, "cast": 5, "valid": 5, "invalid": 0, "good": 5}
    args = {"dossier": play.ref("P1-02"), "step": "overall", "method": "ballot", "committee": ["Người Đếm"]}
    answer = tally(play.context, play.season, play.by("CV-P1"), Count(ref=ref, args=args | {"figures": five}))
    assert "ballots_over_roll" in refusals(answer)
    assert refusals(play.do("record_vote", "P1-02", rank="good", meeting=ref, reason="vắng")) == ["tally_missing"]


@pytest.mark.row("QN23-II.1.2b-3", "QN23-II.1.2b-5", "QN23-II.2.2b-3", "QN23-II.3.2b-5", "QN23-II.4.2b1-3")
@pytest.mark.row("QN23-V.2-2", "QN23-V.2-3", "QN23-VI-1")
def test_the_boards_own_dossiers_go_to_two_bodies_and_wait_for_both(opening: Opening) -> None:
    play = the_board(opening, ("P1", 4))
    own = ["BDT-TT", "BDT-01", "BDT-02"]
    play.review(*own)
    with pytest.raises(BadInput, match="unknown_rank"):
        play.do("record_vote", *own, rank="fair")
    for name in own:
        play.vote(name)
    play.vote("BDT-CQ")
    play.submit(*own, "BDT-CQ")
    assert [one["state"] for one in play.obligations("QN23-V.2-2")] == ["met"]
    assert [one["state"] for one in play.obligations("QN23-V.2-3")] == ["open"]
    assert refusals(play.decide("BDT-02")) == ["sends_missing"]
    done(play.do("send", *own, "BDT-CQ", to="ban-to-chuc-tinh-uy", letter="12/BDT"))
    play.ratify("BDT-02")
    play.ratify("BDT-TT", "BDT-01", "BDT-CQ")
    assert [one["state"] for one in play.obligations("QN23-V.2-3")] == ["met"]
    assert play.dossier("BDT-01")["marks"]["sends"][0]["via"] == "so-noi-vu"
    assert play.verified().findings == ()
    assert ("copy", "lanh-dao-ban") in told(play)


@pytest.mark.row("QN23-V.2-1")
@pytest.mark.parametrize(("at", "late"), [("2023-11-25 23:59", False), ("2023-11-26", True)])
def test_the_review_of_the_leading_collective_is_done_when_its_meeting_was_held(
    opening: Opening, at: str, late: bool
) -> None:
    """A-38, the default: not the schedule, and no vote yet. Another meeting of the Board does not meet it."""
    play = the_board(opening)
    agency, collective_ = play.kind("BDT-CQ"), play.kind("BDT-TT")
    play.hold("BDT", kind=agency)
    assert [one["state"] for one in play.obligations("QN23-V.2-1")] == ["open"]
    play.clock.now = local(at)
    play.hold("BDT", kind=collective_)
    assert [(one["state"], one["late"]) for one in play.obligations("QN23-V.2-1")] == [("met", late)]
    assert play.states("BDT-TT") == ["drafted"]
    assert play.verified().findings == ()


def test_the_review_of_the_leading_collective_read_as_its_vote_is_done_with_the_vote(opening: Opening) -> None:
    play = the_board(opening, pack=otherwise('met_by = "hold"', 'met_by = "record_vote"'))
    play.review("BDT-TT")
    play.hold("BDT", kind=play.kind("BDT-TT"))
    assert [one["state"] for one in play.obligations("QN23-V.2-1")] == ["open"]
    play.vote("BDT-TT")
    assert [one["state"] for one in play.obligations("QN23-V.2-1")] == ["met"]


def test_the_review_of_the_leading_collective_read_as_its_schedule_is_told_done_with_a_proof(opening: Opening) -> None:
    """A-38, the other reading: the Office says by its paper that the meeting is scheduled."""
    play = the_board(opening, pack=otherwise('met_by = "hold"\n', ""))
    play.hold("BDT", kind=play.kind("BDT-TT"))
    (owed,) = play.obligations("QN23-V.2-1")
    assert owed["state"] == "open"
    done(milestones.finish(play.context, play.season, play.by(SEASON_COORDINATOR), owed["ref"], proof="41/TB-VPB"))
    assert [one["state"] for one in play.obligations("QN23-V.2-1")] == ["met"]
    assert play.verified().findings == ()


@pytest.mark.row("QN23-V.1-1", "QN23-V.1-2", "QN23-V.2-4", "QN23-V.2-1")
def test_rooms_owe_without_a_date_and_are_never_late(opening: Opening) -> None:
    play = the_board(opening, ("P1", 4))
    play.clock.now = local("2024-02-01")
    found = [one for rule in ("QN23-V.1-1", "QN23-V.1-2", "QN23-V.2-4") for one in play.obligations(rule)]
    assert [one["scope"] for one in found] == ["P1", "P1", "BDT"]
    assert all(one["due_at"] is None and not one["late"] for one in found)


@pytest.mark.row("QN23-V.2-4", "QN23-V.1-1", "QN23-V.1-2")
def test_what_has_no_date_shows_the_next_dated_step_and_is_late_by_no_day(opening: Opening) -> None:
    """A-24, the default."""
    play = the_board(opening, ("P1", 4))
    assert hints(play) == {
        "QN23-V.2-4": ("QN23-V.2-2", "2023-11-29"),
        "QN23-V.1-1": ("QN23-V.2-1", "2023-11-25"),
        "QN23-V.1-2": ("QN23-V.2-1", "2023-11-25"),
    }
    play.clock.now = local("2024-02-01")
    assert all(not one.overdue and one.due_at is None for one in due(play) if one.hint)


def test_a_hint_follows_what_its_step_was_extended_to(opening: Opening) -> None:
    play = the_board(opening)
    done(play.extend(play.obligation("QN23-V.2-2", "BDT")["ref"], "2023-12-01"))
    assert hints(play)["QN23-V.2-4"] == ("QN23-V.2-2", "2023-12-01")


def test_a_date_that_somebody_enters_with_its_source_takes_the_place_of_the_hint(opening: Opening) -> None:
    """A-24, the other reading."""
    play = the_board(opening)
    ref = play.obligation("QN23-V.2-4", "BDT")["ref"]
    day = date(2023, 11, 27)
    done(duties.set_date(play.context, play.season, play.by(ISSUER), ref, day=day, source="41/TB-VPB"))
    (dated,) = [one for one in due(play) if one.rule == "QN23-V.2-4"]
    assert (dated.last_good_day, dated.undated, dated.hint) == (day, False, None)
    assert play.verified().findings == ()


# — a letter without any share —


def the_province(opening: Opening) -> Play:
    play = opening(COMMITTEE, now=local("2024-11-12 09:00"))
    rows = (*units("SNV", "SXD"), *units("BCSD", kind="committee"))
    people = [person("SXD-01", lead=Lead.HEAD), person("SXD-02", tier="bcsd"), collective("SXD")]
    play.bring(rows, people)
    return play


@pytest.mark.row("KT24-3-1", "KT24-3-2", "KT24-3-7")
def test_everybody_may_be_excellent_and_a_dossier_with_two_recipients_waits_for_both(opening: Opening) -> None:
    play = the_province(opening)
    names = ["SXD-01", "SXD-02", "SXD-TT"]
    play.review(*names)
    play.vote(*names, rank="excellent")
    play.submit(*names)
    assert play.table("quota_group") == []
    assert play.dossier("SXD-01")["marks"]["sends"][0]["to"] == "ban-to-chuc-tinh-uy"
    assert refusals(play.do("ratify", "SXD-01", by=REGISTRAR)) == ["sends_missing"]
    assert [one["state"] for one in play.obligations("KT24-3-7-board")] == ["met"]
    assert [one["state"] for one in play.obligations("KT24-3-2")] == ["open"]
    done(play.do("send", "SXD-01", to="so-noi-vu", letter="31/SXD"))
    assert [one["state"] for one in play.obligations("KT24-3-2")] == ["met"]
    play.ratify("SXD-01")
    play.ratify("SXD-02")
    play.ratify("SXD-TT")
    assert play.states(*names) == ["ratified"] * 3
    assert play.verified().findings == ()


@pytest.mark.row("KT24-4a-3")
def test_results_are_summed_up_of_those_managed_by_the_committee_and_above(opening: Opening) -> None:
    play = the_province(opening)
    play.bring(subjects=[collective("SNV", tier="")])
    with play.looking() as look:
        every, some = synthesis(look), synthesis(look, ["btv", "bcsd"])
        assert "SNV-TT" in {one.row["subject"] for one in every.ranked}
        assert {one.row["subject"] for one in some.ranked} == {"SXD-01", "SXD-02", "SXD-TT"}
        assert {one.tier for one in some.shares} == {"btv", "bcsd"}
        assert {one["subject"] for one in some.unsent} == {"SXD-01", "SXD-02", "SXD-TT"}
        with pytest.raises(BadInput, match="unknown_tier"):
            synthesis(look, ["province"])


@pytest.mark.row("KT24-3-2")
@pytest.mark.parametrize("at,codes", [("2024-11-24 23:59", []), ("2024-11-25", ["late_reason"])])
def test_a_dossier_is_late_from_the_first_instant_of_25_november(opening: Opening, at: str, codes: list[str]) -> None:
    play = the_province(opening)
    play.review("SXD-02")
    play.vote("SXD-02")
    play.clock.now = local(at)
    answer = play.do("submit", "SXD-02")
    assert (refusals(answer) if answer.refused else []) == codes


@pytest.mark.row("KT24-3-3", "KT24-3-7", "KT24-4a-2", "KT24-4b-1")
def test_units_and_home_affairs_owe_what_the_letter_says(opening: Opening) -> None:
    play = the_province(opening)
    owed = {(one["rule"], one["scope"]): one["last_good_day"].isoformat() for one in play.obligations()}
    assert owed == {
        ("KT24-3-2", "SXD"): "2024-11-24",
        ("KT24-3-3", "SXD"): "2024-11-24",
        ("KT24-3-7-board", "SXD"): "2024-11-24",
        ("KT24-4a-2", "2024"): "2024-11-30",
        ("KT24-4b-1", "2024"): "2024-11-09",
    }


@pytest.mark.row("KT24-3-3")
def test_a_unit_has_sent_its_results_once_the_short_report_is_handed_in(opening: Opening) -> None:
    play = the_province(opening)
    ref = play.obligation("KT24-3-3", "SXD")["ref"]

    def finish(*kinds: str) -> Answer:
        files = [Upload(kind=one, name=f"{one}.pdf", content=PDF + one.encode()) for one in kinds]
        return milestones.finish(play.context, play.season, play.by("CV-SXD"), ref, proof="9/BC-SXD", uploads=files)

    for kinds in ((), ("report",)):
        assert refusals(finish(*kinds)) == ["duty_paper_missing"]
        assert (play.obligation("KT24-3-3", "SXD")["state"], play.table("attachment")) == ("open", [])
    done(finish("summary"))
    assert play.obligation("KT24-3-3", "SXD")["state"] == "met"
    assert len(play.table("attachment")) == 1
    assert play.verified().findings == ()


@pytest.mark.row("KT24-0-2", "KT24-6-1")
def test_the_units_that_the_letter_addresses_and_those_on_its_list_are_told(opening: Opening) -> None:
    play = the_province(opening)
    assert told(play) == {("opened", "SNV"), ("opened", "SXD"), ("copy", "thanh-vien-bcsd"), ("copy", "so-noi-vu")}
