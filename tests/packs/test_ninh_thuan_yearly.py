"""The letter of Ninh Thuận of May 2024, which holds every year: what its pack says, and seasons under it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from states.packs import find
from tests.packs.told import clauses, reckoned, texts
from tests.season import MONITOR, Play, done, leaders, local, person, refusals, units, warnings
from workflow.rosters import SubjectRow
from workflow.rulepack import GroupBy, Mode, Per, Wording
from workflow.services.duties import assess
from workflow.services.milestones import finish
from workflow.services.registers import Affects, late_register
from workflow.services.views.petitions import provisional
from workflow.words import Lead, Track

PACK = find("ninh-thuan-yearly")
BEGIN, END = PACK.deadline("NT05-1-2"), PACK.deadline("NT05-1-3")


# — the paper —


@pytest.mark.row("NT05-0-1", "NT05-4-2")
def test_the_letter_has_a_month_and_no_number() -> None:
    letter = next(one for one in PACK.sources if one.id == PACK.document.source)
    assert (letter.number, letter.date, PACK.document.symbol) == (None, "2024-05", "/UBND-VXNV")
    assert {"number-and-date", "signatory"} <= {one.id for one in PACK.document.fields}
    assert "number-and-day" in {one.id for one in PACK.missing}


@pytest.mark.row("NT05-0-2", "NT05-4-1")
def test_the_letter_speaks_to_four_kinds_of_body_and_sends_copies_to_four() -> None:
    assert PACK.document.audience == ("department", "public_unit", "association", "district")
    assert {one.id: one.label.vi for one in PACK.vocabulary.unit_kinds}["association"] == "Tổ chức hội đặc thù"
    copies = ("lanh-dao-ubnd-tinh", "ban-to-chuc-tinh-uy", "dang-uy-khoi", "van-phong-ubnd-tinh")
    assert PACK.document.copies == copies


@pytest.mark.row("NT05-0-3", "NT05-1-1")
def test_its_basis_is_registered_with_numbers_and_dates() -> None:
    known = {one.id: (one.number, one.date) for one in PACK.sources}
    assert [known[one] for one in PACK.document.basis] == [
        ("407-TB/VPTU", "2024-03-29"),
        ("315-CV/BCSD", "2024-04-04"),
        ("81/2023/QĐ-UBND", "2023-11-08"),
    ]


@pytest.mark.row("NT05-1a-1", "NT05-1a-3", "NT05-1a-4", "NT05-1b-1", "NT05-3-1")
@pytest.mark.parametrize(
    ("row", "place"),
    [
        ("NT05-1a-1", "self_review"),
        ("NT05-1a-3", "season"),
        ("NT05-1a-4", "record_vote"),
        ("NT05-1b-1", "self_review"),
        ("NT05-3-1", "season"),
    ],
)
def test_what_no_program_executes_is_read_where_it_matters(row: str, place: str) -> None:
    assert {one.id: one.shown_at for one in PACK.guidance}[row] == place


def test_every_rule_names_a_registered_source_and_every_text_is_there_in_both_languages() -> None:
    sources = {source.id for source in PACK.sources}
    assert all(clause.source in sources and clause.at for clause in clauses(PACK))
    assert all(text.en and text.vi != text.en for text in texts(PACK))


# — dates of every year —


@pytest.mark.row("NT05-1-2", "NT05-1-3")
@pytest.mark.parametrize(
    ("year", "begun", "work_begun", "ended", "work_ended"),
    [
        (2024, "2024-11-14", "2024-11-14", "2024-12-04", "2024-12-04"),
        (2025, "2025-11-14", "2025-11-14", "2025-12-04", "2025-12-04"),
        (2026, "2026-11-14", "2026-11-13", "2026-12-04", "2026-12-04"),
        (2027, "2027-11-14", "2027-11-12", "2027-12-04", "2027-12-03"),
    ],
)
def test_the_printed_days_are_those_of_each_year(
    year: int, begun: str, work_begun: str, ended: str, work_ended: str
) -> None:
    """MATRIX 7, A-06: the bound is the first instant of the printed day; the working day before it is told."""
    first, last = reckoned(PACK, BEGIN, year), reckoned(PACK, END, year)
    assert (first.due_at, last.due_at) == (local(f"{year}-11-15"), local(f"{year}-12-05"))
    assert [first.last_good_day, last.last_good_day] == [date.fromisoformat(begun), date.fromisoformat(ended)]
    worked = [first.last_working_day, last.last_working_day]
    assert worked == [date.fromisoformat(work_begun), date.fromisoformat(work_ended)]


def test_the_beginning_is_met_by_one_review_and_the_end_by_every_decision() -> None:
    assert (BEGIN.wording, BEGIN.met_by, BEGIN.per) == (Wording.START_BEFORE, "self_review", Per.UNIT)
    assert (END.wording, END.met_by, END.per) == (Wording.BEFORE, "ratify", Per.UNIT)
    assert BEGIN.where.track == END.where.track == (Track.CIVIL_SERVANT,)


# — a season —

Opening = Callable[..., Play]


def people(unit: str) -> list[SubjectRow]:
    """Two of a unit's staff, of whom the first is a party member."""
    own: dict[str, Any] = {"unit": unit, "duty": "staff", "tier": "unit", "lead": Lead.NONE}
    return [person(f"{unit}-01", **own, party=True), person(f"{unit}-02", **own)]


@pytest.fixture
def play(opening: Opening) -> Play:
    """Two departments in 2025, a year that the pack does not name."""
    play = opening(PACK.id, year=2025, now=local("2025-11-03 08:00"))
    play.bring(units("STC", "SYT"), [*people("STC"), *people("SYT")])
    return play


def of_track(play: Play, unit: str, track: Track) -> list[str]:
    return [one["ref"] for one in play.dossiers(unit) if one["track"] == track]


@pytest.mark.row("NT05-1-2")
def test_one_review_begins_a_units_ranking(play: Play) -> None:
    """A-37: what begins it is the first signed review; another unit's is its own."""
    done(play.do("self_review", of_track(play, "STC", Track.CIVIL_SERVANT)[0], rank="good"))
    found = {unit: play.obligation("NT05-1-2", unit) for unit in ("STC", "SYT")}
    assert {unit: one["state"] for unit, one in found.items()} == {"STC": "met", "SYT": "open"}
    assert found["SYT"]["due_at"] == local("2025-11-15")


@pytest.mark.row("NT05-1-3", "NT05-1-4")
def test_party_members_wait_until_their_whole_unit_is_ranked(play: Play) -> None:
    """A-28: per unit, all of it ratified or excused; the other unit does not matter."""
    first, second = of_track(play, "STC", Track.CIVIL_SERVANT)
    (member,) = of_track(play, "STC", Track.PARTY)
    play.review(first, second, member)
    play.vote(first, second)
    play.submit(first, second)
    play.ratify(first)
    meeting = play.meeting_for(member)
    assert refusals(play.do("record_vote", member, rank="good", meeting=meeting)) == ["waits_for"]
    assert play.obligation("NT05-1-3", "STC")["state"] == "open"
    play.ratify(second)
    assert play.obligation("NT05-1-3", "STC")["state"] == "met"
    assert play.obligation("NT05-1-3", "SYT")["state"] == "open"
    play.vote(member)
    assert play.verified().findings == ()


@pytest.mark.row("NT05-1-4")
def test_who_is_excused_is_waited_for_no_more(play: Play) -> None:
    first, second = of_track(play, "STC", Track.CIVIL_SERVANT)
    (member,) = of_track(play, "STC", Track.PARTY)
    play.review(first, member)
    play.vote(first)
    play.submit(first)
    play.ratify(first)
    done(play.do("not_ranked", second, reason="mới nhận việc", reason_kind="short_service"))
    play.vote(member)


@pytest.mark.row("NT05-1a-2")
def test_a_share_that_the_letter_only_refers_to_stops_nobody_and_is_told(play: Play) -> None:
    """A-30: no figure is guessed."""
    (rule,) = PACK.quotas
    assert (rule.mode, rule.percent, rule.missing, rule.group_by) == (Mode.RECORD_ONLY, None, "share", (GroupBy.UNIT,))
    refs = of_track(play, "STC", Track.CIVIL_SERVANT)
    play.review(*refs, rank="excellent")
    play.vote(*refs, rank="excellent")
    done(play.do("submit", *refs))
    told = play.records(refs[0])[-1].body["verdicts"]
    assert [one["status"] for one in told if one["rule"] == "NT05-1a-2"] == ["unknown"]


@pytest.mark.row("NT05-1a-8")
def test_what_changes_later_is_adjusted_and_the_old_decision_is_kept(play: Play) -> None:
    """A-29."""
    refs = of_track(play, "STC", Track.CIVIL_SERVANT)
    play.review(*refs)
    play.vote(*refs)
    play.submit(*refs)
    play.ratify(*refs)
    decider = play.records(refs[0])[-1].body["facts"]["actor"]["id"]
    assert refusals(play.do("adjust", refs[0], by=decider, rank="completed")) == ["reason_missing"]
    done(play.do("adjust", refs[0], by=decider, rank="completed", reason="giải ngân thấp hơn"))
    play.ratify(refs[0])
    row = play.dossier(refs[0])
    assert (row["decided"], row["marks"]["adjusted"]) == ("completed", True)
    assert [one.body["set"].get("decided") for one in play.records(refs[0]) if one.command == "ratify"] == [
        "good",
        "completed",
    ]


INDICATORS = ("cai-cach-hanh-chinh", "giai-ngan-dau-tu-cong", "giai-ngan-muc-tieu-quoc-gia")


@pytest.mark.row("NT05-1a-5", "NT05-1a-6", "NT05-1a-7")
def test_an_indicator_that_is_not_known_yet_stops_nobody_and_the_heads_level_is_provisional(opening: Opening) -> None:
    """A-29: ranked in time by other criteria, what is missing is listed; nothing is provisional once it is known."""
    play = opening(PACK.id, year=2025, now=local("2025-11-03 08:00"))
    own: dict[str, Any] = {"unit": "STC", "tier": "unit"}
    head = person("STC-01", **own, duty="leadership", lead=Lead.HEAD)
    play.bring(units("STC"), [head, person("STC-02", **own, duty="staff", lead=Lead.NONE)])
    play.review("STC-01", "STC-02")
    meeting = play.meeting_for("STC-01")
    told = done(play.do("record_vote", "STC-01", "STC-02", rank="good", meeting=meeting))
    assert {one.ref: [w.code for w in one.warnings] for one in told.done} == {
        play.ref("STC-01"): ["guard.level_provisional"] * 3,
        play.ref("STC-02"): [],
    }

    def lacking() -> tuple[str, ...]:
        return provisional(PACK, {**play.dossier("STC-01"), "route": play.dossier("STC-01")["route"]})

    assert lacking() == INDICATORS
    empty = play.do("record_circumstance", "STC-01", circumstance=INDICATORS[0])
    assert refusals(empty) == ["circumstance_untold"]
    done(play.do("record_circumstance", "STC-01", circumstance=INDICATORS[0], text="Xếp thứ 5"))
    assert lacking() == INDICATORS[1:]
    play.submit("STC-01")
    assert [one.code for one in done(play.decide("STC-01", decision="9/QĐ")).done[0].warnings] == [
        "guard.level_provisional"
    ] * 2
    for one in INDICATORS[1:]:
        done(play.do("record_circumstance", "STC-01", circumstance=one, letter="12/BC-STC"))
    assert lacking() == ()
    refused = play.do("record_circumstance", "STC-02", circumstance=INDICATORS[0], text="x")
    assert refusals(refused) == ["circumstance_elsewhere"]
    assert play.verified().findings == ()


@pytest.mark.row("NT05-1-5")
def test_the_emulation_summing_up_comes_after_the_ranking_or_says_that_it_does_not(play: Play) -> None:
    ref = play.obligation("NT05-1-5", "STC")["ref"]
    assert play.obligation("NT05-1-5", "STC")["due_at"] is None
    answer = done(finish(play.context, play.season, play.by(MONITOR), ref, proof="3/BC"))
    assert warnings(answer) == ["step_too_early"]
    refs = of_track(play, "SYT", Track.CIVIL_SERVANT)
    play.review(*refs)
    play.vote(*refs)
    play.submit(*refs)
    play.ratify(*refs)
    ref = play.obligation("NT05-1-5", "SYT")["ref"]
    assert warnings(done(finish(play.context, play.season, play.by(MONITOR), ref, proof="3/BC"))) == []


@pytest.mark.row("NT05-2-1", "NT05-2-2", "NT05-2-3")
def test_who_is_late_climbs_the_ladder_and_people_judge_whether_it_affects_party_members(play: Play) -> None:
    """A-19: no rank is lowered by itself."""
    rungs = {one.id: (one.days, one.register) for ladder in PACK.ladders for one in ladder.rungs}
    assert rungs["three-days-after"] == (3, True)
    play.clock.now = local("2025-12-05 09:00")
    late = play.obligation("NT05-1-3", "SYT")
    judged = assess(
        play.context, play.season, play.by(MONITOR), late["ref"], affects_party="yes", reason="01 đảng viên"
    )
    done(judged)
    with play.database.reading() as tx:
        found = late_register(tx, play.row(), play.rules(), now=play.clock.now)
    told = {(one.ref, one.affects_party) for one in found}
    assert (late["ref"], Affects.YES) in told
    assert {one["decided"] for one in play.dossiers("SYT")} == {None}
    done(play.do("self_review", *of_track(play, "SYT", Track.CIVIL_SERVANT), rank="excellent", reason="chậm"))


@pytest.mark.row("NT05-1-3")
def test_it_stands_beside_the_letter_of_november_in_one_year(opening: Opening) -> None:
    """A-31: two obligations on 05/12 of different subjects; both are shown, none is merged."""
    yearly = opening(PACK.id, year=2024, code="hang-nam")
    letter = opening("ninh-thuan-2024-11", code="2024-11")
    yearly.bring(units("STC"), people("STC"))
    letter.bring(units("STC"), leaders("STC", 2))
    found = [one.obligation(rule, "STC") for one, rule in ((yearly, "NT05-1-3"), (letter, "NT11-1g-3"))]
    assert {one["due_at"] for one in found} == {local("2024-12-05")}
    assert len({one["season"] for one in found}) == 2


@pytest.mark.row("NT05-1-4")
def test_party_members_wait_for_their_unit_in_the_letter_of_november_too(opening: Opening) -> None:
    """A-28: the leaders whom the other letter ranks are of the unit as well; their season is named."""
    yearly = opening(PACK.id, year=2024, code="hang-nam")
    letter = opening("ninh-thuan-2024-11", code="2024-11")
    staff: dict[str, Any] = {"unit": "STC", "duty": "staff", "tier": "unit", "lead": Lead.NONE}
    yearly.bring(units("STC"), [person("STC-11", **staff, party=True)])
    letter.bring(units("STC"), leaders("STC", 1))
    first, member = (of_track(yearly, "STC", track)[0] for track in (Track.CIVIL_SERVANT, Track.PARTY))
    yearly.review(first, member)
    yearly.vote(first)
    yearly.submit(first)
    yearly.ratify(first)
    meeting = yearly.meeting_for(member)
    refused = yearly.do("record_vote", member, rank="good", meeting=meeting)
    assert refusals(refused) == ["waits_beyond"]
    assert refused.refused[0].verdicts[0].figures["seasons"] == ["2024-11"]
    done(letter.do("withdraw", "STC-01", reason="nghỉ hưu"))
    yearly.vote(member)
    assert yearly.verified().findings == ()
