"""The plan of Đức Phổ of 2024: what its pack says, row by row of the matrix, and a season under it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from states.packs import find, working_days
from tests.files import PDF
from tests.packs.told import clauses, read_otherwise, reckoned, texts
from tests.season import MICROSECOND, MONITOR, Play, collective, done, leaders, local, opened, refusals, units, warnings
from workflow.answers import Answer
from workflow.dates import due
from workflow.errors import Faulty
from workflow.rosters import RoleRow, SubjectRow
from workflow.routing import route_for
from workflow.rulepack import Agreement, Deadline, Mode, Part, Per, Roll, Wording
from workflow.services.context import Upload
from workflow.services.duties import set_date
from workflow.services.milestones import finish, note, spare
from workflow.services.views.dossiers import sheet
from workflow.services.views.milestones import milestone
from workflow.words import Role, SubjectKind

PACK = find("duc-pho-2024")


def deadline(name: str) -> Deadline:
    return PACK.deadline(name)


# — the paper —


@pytest.mark.row("DP24-0-1", "DP24-IV-2")
def test_the_plan_has_neither_number_nor_day() -> None:
    plan = next(one for one in PACK.sources if one.id == PACK.document.source)
    assert (plan.number, plan.date) == (None, "2024")
    assert "number-and-day" in {one.id for one in PACK.missing}


@pytest.mark.row("DP24-0-2")
def test_its_basis_is_registered_and_a_date_that_is_printed_otherwise_is_kept() -> None:
    """A-34, A-25."""
    known = {one.id: (one.number, one.date) for one in PACK.sources}
    assert known["hd-25"] == ("25-HD/BTCTW", "2023-11-10")
    assert [one.printed for one in PACK.slips] == ["25-HD/BTCTW ngày 09/11/2023", "kiểm điểm năm 2023"]
    assert len(PACK.document.basis) == 7


@pytest.mark.row("DP24-I.3-1", "DP24-IV-1", "DP24-IV-2")
@pytest.mark.parametrize("field", ["responsible", "recipients", "signatory", "directing-bodies"])
def test_what_no_program_executes_can_be_read(field: str) -> None:
    assert field in {one.id for one in PACK.document.fields}


@pytest.mark.row("DP24-0-3", "DP24-I.1-1", "DP24-I.2-1", "DP24-I.4-1", "DP24-III.4-1")
def test_what_is_only_read_is_shown_where_it_matters() -> None:
    shown = {one.id: one.shown_at for one in PACK.guidance}
    assert [shown[one] for one in ("DP24-0-3", "DP24-I.1-1", "DP24-I.2-1", "DP24-III.4-1")] == ["season"] * 4
    assert shown["DP24-I.4-1"] == "record_vote"


def test_every_rule_names_a_registered_source_and_every_text_is_there_in_both_languages() -> None:
    sources = {source.id for source in PACK.sources}
    assert all(clause.source in sources and clause.at for clause in clauses(PACK))
    assert all(text.en and text.vi != text.en for text in texts(PACK))


# — dates (MATRIX 7) —


@pytest.mark.row(
    "DP24-II.1-2", "DP24-II.2-2", "DP24-II.2-4", "DP24-II.4-2", "DP24-II.7-3", "DP24-II.9-5", "DP24-III.3-3"
)
@pytest.mark.parametrize(
    ("name", "overdue", "last", "worked", "counted"),
    [
        ("DP24-II.2-2", "2024-11-08", "2024-11-07", "2024-11-07", "2024-11-08"),
        ("DP24-II.2-4", "2024-11-10", "2024-11-09", "2024-11-08", "2024-11-10"),
        ("DP24-II.4-2", "2024-11-29", "2024-11-28", "2024-11-28", None),
        ("DP24-II.1-2", "2024-12-01", "2024-11-30", "2024-11-29", None),
        ("DP24-II.7-3", "2024-12-12", "2024-12-11", "2024-12-11", "2024-12-12"),
        ("DP24-II.9-1", "2024-12-20", "2024-12-19", "2024-12-19", "2024-12-20"),
        ("DP24-III.3-3", "2025-03-01", "2025-02-28", "2025-02-28", None),
    ],
)
def test_each_printed_day_is_the_instant_that_the_words_say(
    name: str, overdue: str, last: str, worked: str, counted: str | None
) -> None:
    """`counted`: the last good day where "before" takes in the day itself (A-01)."""
    found = reckoned(PACK, deadline(name), 2024)
    assert found.due_at == local(overdue)
    assert (found.last_good_day.isoformat(), found.last_working_day.isoformat()) == (last, worked)
    if counted is not None:
        assert read_otherwise(PACK, deadline(name), 2024)[0] == counted


@pytest.mark.row("DP24-II.5-3", "DP24-II.6-5")
@pytest.mark.parametrize(
    ("finished", "three", "seven"),
    [
        ("2024-11-23", ("2024-11-26", "2024-11-26", "2024-11-27"), ("2024-11-30", "2024-12-02", "2024-12-03")),
        ("2024-11-24", ("2024-11-27", "2024-11-27", "2024-11-27"), ("2024-12-01", "2024-12-02", "2024-12-03")),
        ("2024-11-25", ("2024-11-28", "2024-11-28", "2024-11-28"), ("2024-12-02", "2024-12-02", "2024-12-04")),
        ("2024-11-26", ("2024-11-29", "2024-11-29", "2024-11-29"), ("2024-12-03", "2024-12-03", "2024-12-05")),
        ("2024-11-27", ("2024-11-30", "2024-12-02", "2024-12-02"), ("2024-12-04", "2024-12-04", "2024-12-06")),
        ("2024-11-28", ("2024-12-01", "2024-12-02", "2024-12-03"), ("2024-12-05", "2024-12-05", "2024-12-09")),
    ],
)
def test_a_span_from_the_finished_review_in_each_reading(
    finished: str, three: tuple[str, ...], seven: tuple[str, ...]
) -> None:
    """A-05: the days as they are, rolled to a working day (the default), and working days only."""
    for name, wanted in (("DP24-II.5-3", three), ("DP24-II.6-5", seven)):
        rule = deadline(name)
        readings = (replace(rule, roll=Roll.NONE), rule, replace(rule, working_days=True))
        for reading, last in zip(readings, wanted, strict=True):
            found = due(
                reading,
                year=2024,
                zone=PACK.zone,
                calendar=working_days([2024, 2025]),
                event_on=date.fromisoformat(finished),
            )
            assert found is not None
            assert found.last_good_day.isoformat() == last, (name, reading.roll)


@pytest.mark.row("DP24-II.8-5", "DP24-II.3-2")
def test_what_another_paper_dates_has_a_hint_and_no_date() -> None:
    """A-24."""
    outside = [one for one in PACK.deadlines if one.wording is Wording.EXTERNAL]
    assert {one.id for one in outside} == {"DP24-II.8-5", "DP24-II.8-4-up", "DP24-II.8-0"}
    assert {(one.on, one.hint) for one in outside} == {(None, "DP24-II.9-1")}
    assert deadline("DP24-II.3-2").wording is Wording.WITH_DOCUMENT


@pytest.mark.row("DP24-II.9-2", "DP24-II.9-3", "DP24-II.9-4", "DP24-II.9-5")
def test_all_of_item_nine_has_one_date() -> None:
    rest = [deadline(f"DP24-II.9-{number}") for number in (2, 3, 4)]
    assert {(one.wording, one.rule, one.owner) for one in rest} == {(Wording.SAME_AS, "DP24-II.9-1", "btv-thi-uy")}


# — ways, shares, meetings, papers —


def facts(**others: Any) -> dict[str, Any]:
    """A leader whom the town's standing committee manages, unless told otherwise."""
    own = {"unit_kind": "room", "unit": ["P1"], "unit_path": "P1", "category": "cadre", "duty": "leadership"}
    kind = {"kind": "person", "track": "civil_servant", "tier": "btv-thi", "lead": "head", "party": True}
    return {**own, **kind, **others}


@pytest.mark.row("DP24-II.5-2", "DP24-II.7-1", "DP24-II.8-1", "DP24-III.3-2", "DP24-II.6-4", "DP24-II.4-1")
@pytest.mark.parametrize(
    ("who", "route", "goes", "decides"),
    [
        ({}, "DP24-II.7", ("thuong-truc-thi-uy", "ban-to-chuc-thi-uy"), "btv-thi-uy"),
        ({"kind": "collective"}, "DP24-II.7", ("thuong-truc-thi-uy", "ban-to-chuc-thi-uy"), "btv-thi-uy"),
        ({"tier": "btv-tinh"}, "DP24-II.8-1", ("btv-tinh-uy", None), "btv-tinh-uy"),
        ({"tier": "btv-tinh-giao"}, "DP24-II.8-4", ("thuong-truc-thi-uy", "ban-to-chuc-thi-uy"), "btv-thi-uy"),
        ({"tier": "btv-thi-giao"}, "DP24-II.5-1", ("unit", None), None),
        ({"tier": "unit"}, "DP24-unit", ("unit", None), "unit"),
        ({"track": "party"}, "DP24-party", ("unit", None), "unit"),
        (
            {"kind": "party_organisation", "track": "party"},
            "DP24-II.6",
            ("thuong-truc-thi-uy", "ban-to-chuc-thi-uy"),
            "btv-thi-uy",
        ),
    ],
)
def test_each_takes_one_way(who: dict[str, Any], route: str, goes: tuple[str, str | None], decides: str | None) -> None:
    found = route_for(PACK, facts(**who))
    assert (found.id, found.ratifier) == (route, decides)
    assert [(one.body, one.via) for one in found.required()] == [goes]
    heard = ("hdnd-thi-xa", "ubnd-thi-xa", "co-quan-tham-muu", "mttq-thi-xa") if route == "DP24-II.6" else ()
    assert found.opinions == heard


@pytest.mark.row("DP24-II.6-3")
def test_a_share_that_the_plan_only_refers_to_is_recorded_and_never_judged() -> None:
    (rule,) = PACK.quotas
    assert (rule.mode, rule.percent, rule.fixed, rule.missing) == (Mode.RECORD_ONLY, None, None, "commendation-share")


@pytest.mark.row("DP24-III.2-1", "DP24-III.2-2", "DP24-III.2-3", "DP24-III.2-4")
def test_a_meetings_time_is_registered_and_agreed_and_four_are_invited() -> None:
    """A-22: both must agree."""
    (kind,) = PACK.meetings
    assert kind.registered_through == "van-phong-thi-uy"
    assert (kind.agreed_by, kind.agreement) == (("thuong-truc-thi-uy", "uy-vien-phu-trach"), Agreement.ALL)
    asked = {one.body: one.part for one in kind.parts if one.invited}
    directing = dict.fromkeys(("thuong-truc-thi-uy", "uy-vien-phu-trach", "doan-cong-tac"), Part.DIRECTOR)
    assert asked == {**directing, "co-quan-tham-muu": Part.OBSERVER}
    assert kind.quorum is None
    assert kind.threshold is None


@pytest.mark.row("DP24-II.8-2", "DP24-II.8-3", "DP24-III.3-3")
def test_two_papers_of_the_provinces_cadres_go_elsewhere_together_with_the_dossier() -> None:
    told = {one.kind.value: (one.recipient, one.needed_at) for one in PACK.papers}
    together = {"declaration": ("ubkt-tinh-uy", "submit"), "cv": ("ban-to-chuc-tinh-uy", "submit")}
    assert told == {**together, "conclusion": ("btv-thi-uy", "ratify")}


@pytest.mark.row("DP24-II.1-1", "DP24-II.1-2", "DP24-II.2-2", "DP24-II.2-4", "DP24-III.3-1")
def test_the_steps_of_the_plan_are_owed_by_those_who_carry_them_out() -> None:
    assert (deadline("DP24-II.1-2").per, deadline("DP24-II.1-2").met_by) == (Per.UNIT, None)
    own = [deadline(name) for name in ("DP24-II.2-2", "DP24-II.2-4", "DP24-II.3-2", "DP24-II.6-2", "DP24-II.6-5")]
    assert {(one.per, one.owner) for one in own} == {(Per.SEASON, "ban-to-chuc-thi-uy")}
    assert [one.id for one in PACK.deadlines if one.optional] == ["DP24-II.2-2", "DP24-II.6-2", "DP24-II.9-4"]


@pytest.mark.row("DP24-II.1-3")
def test_each_step_names_who_directs_it_and_who_advises() -> None:
    """The bodies of items II.1 to II.9; what III asks for has none."""
    board, committee = "thuong-truc-thi-uy", "btv-thi-uy"
    directing = {one.id.removeprefix("DP24-"): one.directed_by for one in PACK.deadlines}
    first = dict.fromkeys(
        ("II.1-2", "II.2-2", "II.2-3", "II.2-4", "II.3-2", "II.4-2", "II.6-2", "II.6-5", "II.7-3"), board
    )
    reports = dict.fromkeys(("II.8-5", "II.8-4-up", "II.8-0"), board)
    after = dict.fromkeys(("II.9-1", "II.9-2", "II.9-3", "II.9-4"), committee)
    assert directing == {
        **first,
        "II.5-3": committee,
        **reports,
        **after,
        **dict.fromkeys(("III.1-1", "III.3-3", "III.3-4")),
    }
    advising = {one.id.removeprefix("DP24-"): one.advised_by for one in PACK.deadlines}
    assert advising["II.4-2"] == ("ban-to-chuc-thi-uy", "co-quan-tham-muu")
    assert advising["II.9-3"] == ("ban-to-chuc-thi-uy", "van-phong-thi-uy")


# — a season —


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Play]:
    """Two rooms of two leaders each, whom the town's standing committee manages."""
    play = opened(tmp_path, PACK.id, now=local("2024-11-04 08:00"))
    leading: dict[str, Any] = {"tier": "btv-thi", "category": "cadre"}
    people = [one for unit in ("P1", "P2") for one in (*leaders(unit, 2, **leading), collective(unit, tier="btv-thi"))]
    play.bring(units("P1", "P2", kind="room"), people)
    yield play
    play.database.close()


@pytest.mark.row("DP24-II.2-2")
def test_suggestions_that_are_not_needed_are_recorded_so(play: Play) -> None:
    """A-23."""
    found = play.obligation("DP24-II.2-2", "2024")
    done(spare(play.context, play.season, play.by(MONITOR), found["ref"], reason="Không có vấn đề cần gợi ý"))
    assert play.obligation("DP24-II.2-2", "2024")["state"] == "void"
    assert play.verified().findings == ()


@pytest.mark.row("DP24-II.4-2", "DP24-II.5-3", "DP24-II.6-5", "DP24-III.2-2")
def test_each_units_clock_starts_with_its_own_review_and_the_boards_with_the_last(play: Play) -> None:
    """A-05."""
    play.clock.now = local("2024-11-27 09:00")
    play.to_vote("P1")
    assert play.obligation("DP24-II.5-3", "P1")["last_good_day"] == date(2024, 12, 2)
    assert play.obligation("DP24-II.5-3", "P2")["due_at"] is None
    assert play.obligation("DP24-II.6-5", "2024")["due_at"] is None
    play.clock.now = local("2024-11-29 09:00")
    late = play.dossiers("P2")
    play.review(*(one["ref"] for one in late))
    meeting = play.meeting_for(late[0]["ref"])
    told = play.do("record_vote", *(one["ref"] for one in late), rank="good", meeting=meeting)
    assert refusals(told) == ["late_reason"]
    play.vote(*(one["ref"] for one in late), meeting=meeting, reason="Chờ kết luận")
    assert play.obligation("DP24-II.5-3", "P2")["last_good_day"] == date(2024, 12, 2)
    assert play.obligation("DP24-II.6-5", "2024")["last_good_day"] == date(2024, 12, 6)
    assert play.verified().findings == ()


@pytest.mark.row("DP24-II.8-5")
def test_a_date_from_above_is_entered_with_its_source(play: Play) -> None:
    """A-24."""
    found = play.obligation("DP24-II.8-0", "2024")
    assert found["due_at"] is None
    day = date(2024, 12, 25)
    done(set_date(play.context, play.season, play.by(MONITOR), found["ref"], day=day, source="KH 300-KH/TU"))
    (now,) = [one for one in play.obligations("DP24-II.8-0") if one["state"] == "open"]
    assert (now["last_good_day"], now["due_at"]) == (day, datetime.fromisoformat("2024-12-25T17:00+00:00"))


# — steps of the plan —


def party_organisation(unit: str) -> SubjectRow:
    return replace(collective(unit, tier="btv-thi"), code=f"{unit}-DU", kind=SubjectKind.PARTY_ORGANISATION)


def step(play: Play, rule: str, scope: str = "2024") -> str:
    return str(play.obligation(rule, scope)["ref"])


def finished(play: Play, *refs: str, paper: str | None = None) -> Answer:
    uploads = () if paper is None else (Upload(kind=paper, name="tai-lieu.pdf", content=PDF),)
    return finish(play.context, play.season, play.by(MONITOR), *refs, proof="10-CV/TU", uploads=uploads)


def decided(play: Play, **ranks: str) -> None:
    """Every dossier decided: good, or as `ranks` says by subject."""
    play.clock.now = local("2024-11-26 09:00")
    for unit in ("P1", "P2"):
        everyone = [one["ref"] for one in play.dossiers(unit)]
        play.review(*everyone)
        play.vote(*everyone, meeting=play.meeting_for(everyone[0]))
    play.clock.now = local("2024-11-28 09:00")
    for one in play.dossiers():
        play.submit(one["ref"])
    play.clock.now = local("2024-12-09 09:00")
    for one in play.dossiers():
        done(play.decide(one["ref"], rank=ranks.get(one["subject"].replace("-", "_"), "good")))


@pytest.mark.row("DP24-II.2-1")
def test_what_is_suggested_from_above_stands_on_the_dossier_it_is_about(play: Play) -> None:
    told = play.do("suggest", "P1-01", by=MONITOR, body="btv-thi-uy", on="2024-11-04", text="Giải ngân chậm")
    done(told)
    assert [one["body"] for one in play.dossier("P1-01")["marks"]["suggestions"]] == ["btv-thi-uy"]
    done(finished(play, step(play, "DP24-II.2-2")))
    assert play.verified().findings == ()


@pytest.mark.row("DP24-II.2-3", "DP24-II.2-4")
def test_delegations_are_decided_and_named_for_each_unit(play: Play) -> None:
    assert refusals(finished(play, step(play, "DP24-II.2-4"))) == ["duty_paper_missing"]
    done(finished(play, step(play, "DP24-II.2-4"), paper="decision"))
    named = [step(play, "DP24-II.2-3", unit) for unit in ("P1", "P2")]
    assert {play.obligation("DP24-II.2-3", unit)["last_good_day"] for unit in ("P1", "P2")} == {date(2024, 11, 9)}
    done(note(play.context, play.season, play.by(MONITOR), named[0], words="Đoàn số 1, trưởng đoàn là Phó Bí thư"))
    done(finished(play, *named))
    assert {one["state"] for one in play.obligations("DP24-II.2-3")} == {"met"}
    assert play.verified().findings == ()


@pytest.mark.row("DP24-II.1-1", "DP24-III.1-1")
def test_each_unit_draws_up_one_plan_whichever_item_names_it(play: Play) -> None:
    """Bodies in both items owe one; what only advises owes it by III.1, without a day."""
    play.bring(units("BTC", kind="advisory"), [collective("BTC", tier="btv-thi")])
    assert [one["scope"] for one in play.obligations("DP24-II.1-2")] == ["P1", "P2"]
    assert [(one["scope"], one["due_at"]) for one in play.obligations("DP24-III.1-1")] == [("BTC", None)]
    assert refusals(finished(play, step(play, "DP24-III.1-1", "BTC"))) == ["duty_paper_missing"]
    done(finished(play, step(play, "DP24-III.1-1", "BTC"), paper="work_plan"))


@pytest.mark.row("DP24-II.6-1")
def test_the_appraisal_waits_for_the_last_review_and_names_whom_it_consults(play: Play) -> None:
    ref = step(play, "DP24-II.6-5")
    assert refusals(finished(play, ref)) == ["step_too_early"]
    assert deadline("DP24-II.6-5").joined_by == ("hdnd-thi-xa", "ubnd-thi-xa", "mttq-thi-xa")
    decided(play)
    done(finished(play, step(play, "DP24-II.6-5")))


@pytest.mark.row("DP24-II.6-2")
def test_excellent_organisations_are_listed_to_be_put_forward(play: Play) -> None:
    both = [party_organisation("P1"), party_organisation("P2")]
    play.bring((), both)
    decided(play, P1_DU="excellent")
    with play.looking() as look:
        found = milestone(look, step(play, "DP24-II.6-2"))
    assert [one["subject"] for one in found.listed] == ["P1-DU"]


@pytest.mark.row("DP24-II.8-0", "DP24-II.9-3")
def test_results_are_reported_with_the_report(play: Play) -> None:
    for rule in ("DP24-II.8-0", "DP24-II.9-3"):
        assert refusals(finished(play, step(play, rule))) == ["duty_paper_missing"]
        done(finished(play, step(play, rule), paper="report"))


@pytest.mark.row("DP24-II.9-1")
def test_announcing_tells_every_subject_and_warns_before_all_are_decided(play: Play) -> None:
    decided(play)
    assert refusals(finished(play, step(play, "DP24-II.9-1"))) == ["duty_paper_missing"]
    assert warnings(done(finished(play, step(play, "DP24-II.9-1"), paper="conclusion"))) == []
    told = sorted(row[3] for row in play.table("notice") if row[2] == "result")
    assert told == ["P1", "P1-01", "P1-02", "P2", "P2-01", "P2-02"], "a collective's by its unit"


@pytest.mark.row("DP24-II.9-2")
def test_a_conclusion_is_issued_on_each_individual_after_the_decision(play: Play) -> None:
    ref = step(play, "DP24-II.9-2", play.ref("P1-01"))
    assert refusals(finished(play, ref, paper="conclusion")) == ["step_too_early"]
    assert refusals(finished(play, ref)) == ["duty_paper_missing", "step_too_early"]
    decided(play)
    done(finished(play, ref, paper="conclusion"))
    assert {one["scope"] for one in play.obligations("DP24-II.9-2")} == {
        play.ref(one) for one in ("P1-01", "P1-02", "P2-01", "P2-02")
    }
    assert play.verified().findings == ()


@pytest.mark.row("DP24-II.9-4")
def test_the_weak_are_listed_to_be_followed_up(play: Play) -> None:
    """Committees, cells and members: nobody's dossier as a civil servant."""
    cell = party_organisation("P1")
    play.bring((), [cell])
    decided(play, P2_02="not_completed", **{cell.code.replace("-", "_"): "not_completed"})
    with play.looking() as look:
        found = milestone(look, step(play, "DP24-II.9-4"))
    assert [one["subject"] for one in found.listed] == [cell.code]
    done(note(play.context, play.season, play.by(MONITOR), found.duty.ref, words="Kèm cặp trong 6 tháng"))


# — after the decision —


@pytest.fixture
def opening_for(tmp_path: Path) -> Iterator[Callable[[str], Play]]:
    """A room of two leaders of this tier, on the day before its review."""
    plays: list[Play] = []

    def open_one(tier: str) -> Play:
        play = opened(tmp_path, PACK.id, now=local("2024-11-26 09:00"))
        plays.append(play)
        play.bring(units("P3", kind="room"), leaders("P3", 2, tier=tier, category="cadre"))
        return play

    yield open_one
    for play in plays:
        play.database.close()


def to_decide(play: Play, *names: str) -> None:
    play.review(*names)
    play.vote(*names, meeting=play.meeting_for(names[0]))
    play.submit(*names)


@pytest.mark.row("DP24-II.8-4", "DP24-III.3-3")
@pytest.mark.parametrize(
    ("tier", "goes", "owed"),
    [
        ("btv-tinh-giao", ("btv-tinh-uy", "ban-to-chuc-tinh-uy"), ("DP24-II.8-4-up", "2024")),
        ("btv-thi-giao", ("btv-thi-uy", "ban-to-chuc-thi-uy"), ("DP24-III.3-3", "P3")),
    ],
)
def test_delegated_dossiers_go_up_with_their_result(
    opening_for: Callable[[str], Play], tier: str, goes: tuple[str, str], owed: tuple[str, str]
) -> None:
    """Not before the decision, and not to anybody else after it; the duty is met by the last of them."""
    play, everyone, (to, via) = opening_for(tier), ["P3-01", "P3-02"], goes
    to_decide(play, *everyone)
    assert refusals(play.do("send", "P3-01", to=to)) == ["send_after_decision"]
    for one in everyone:
        done(play.decide(one))
        assert play.obligation(*owed)["state"] == "open"
    route = next(one for one in play.pack.routes if one.id == play.dossier("P3-01")["route"])
    assert "send_before_decision" in refusals(play.do("send", "P3-01", to=route.required()[0].body))
    with play.looking() as look:
        assert [step.remedy.args["to"] for step in sheet(look, play.ref("P3-01")).steps] == [to]
    done(play.do("send", "P3-01", to=to, letter="3/CV"))
    assert play.obligation(*owed)["state"] == "open"
    done(play.do("send", "P3-02", to=to, letter="3/CV"))
    assert play.obligation(*owed)["state"] == "met"
    assert [one["via"] for one in play.dossier("P3-02")["marks"]["sends"] if one["to"] == to] == [via]
    assert play.states(*everyone) == ["ratified", "ratified"]
    assert play.verified().findings == ()


@pytest.mark.row("DP24-III.3-4")
def test_what_was_decided_elsewhere_is_kept_in_the_cadres_file(opening_for: Callable[[str], Play]) -> None:
    play = opening_for("btv-thi-giao")
    ref = step(play, "DP24-III.3-4", play.ref("P3-01"))
    assert play.obligation("DP24-III.3-4", play.ref("P3-01"))["owner"] == "ban-to-chuc-thi-uy"
    assert refusals(finished(play, ref)) == ["step_too_early"]
    to_decide(play, "P3-01")
    done(play.decide("P3-01"))
    done(finished(play, ref))


TABLE = """
[pack]
schema = 1
id = "duc-pho-2024-table"
version = "1"
title = "Đức Phổ 2024, có bảng phân cấp"
year = 2024
valid_from = 2024-10-10
extends = "duc-pho-2024"
tracks = ["civil_servant", "party"]

[document]
source = "bang"
symbol = "-PC/TU"
issuing_role = "Ban Thường vụ Thị ủy"
subject = "Phân cấp"
basis = ["qd-2386"]
audience = ["room"]
copies = []
archive = []
signatory_post = "Phó Bí thư"

[[source]]
id = "bang"
kind = "bảng phân cấp"
number = "01-PC/TU"
issuer = "Thị ủy"
title = "Bảng phân cấp"
"""
DELEGATED = """
[[route]]
id = "{name}"
clause = {{ source = "bang", at = "dòng {name}" }}
text = "Giao {body} nhận xét, kết luận"
where = {{ kind = ["person"], tier = ["btv-thi-giao"], track = ["civil_servant"], unit_kind = ["{kind}"] }}
recipients = [{{ body = "{body}" }}, {{ body = "btv-thi-uy", via = "ban-to-chuc-thi-uy", afterwards = true }}]
ratifier = "{body}"
overrides = ["DP24-II.5-1"]
"""


@pytest.mark.row("DP24-II.5-1")
def test_a_table_of_delegation_is_filled_in_by_a_pack_that_extends_this_one(tmp_path: Path) -> None:
    """Each line of the table is a route: who concludes on whom. Nobody concludes on themselves."""
    lines = [("hoi-dong", "hdnd-thi-xa", "council"), ("uy-ban", "ubnd-thi-xa", "room")]
    text = TABLE + "".join(DELEGATED.format(name=name, body=body, kind=kind) for name, body, kind in lines)
    play = opened(tmp_path, text, now=local("2024-11-26 09:00"))
    try:
        people = [
            *leaders("HDND", 2, tier="btv-thi-giao", category="cadre"),
            *leaders("P4", 1, tier="btv-thi-giao", category="cadre"),
        ]
        rows = [*units("HDND", kind="council"), *units("P4", kind="room")]
        play.bring(rows, people, [RoleRow(subject="HDND-01", role=Role.RATIFIER, scope="hdnd-thi-xa")])
        assert [play.dossier(one)["route"] for one in ("HDND-01", "P4-01")] == ["hoi-dong", "uy-ban"]
        to_decide(play, "HDND-01", "HDND-02")
        assert refusals(play.do("ratify", "HDND-01", by="HDND-01")) == ["own_dossier"]
        assert "no_role" in refusals(play.do("ratify", "HDND-02", by="QD-ubnd-thi-xa"))
        done(play.do("ratify", "HDND-02", by="HDND-01"))
        assert play.verified().findings == ()
    finally:
        play.database.close()


@pytest.mark.row("DP24-I.4-2", "DP24-II.7-2")
def test_the_four_goods_result_stands_on_party_organisations_and_is_seen_at_the_decision(play: Play) -> None:
    play.bring((), [party_organisation("P1")])
    organisation = next(one["ref"] for one in play.dossiers("P1") if one["track"] == "party")
    play.clock.now = local("2024-11-26 09:00")
    play.review(organisation)
    told = play.vote(organisation, meeting=play.meeting_for(organisation))
    assert warnings(told) == ["level_provisional"]
    refused = play.do("record_circumstance", "P1-01", circumstance="bon-tot", text="Đạt")
    assert refusals(refused) == ["circumstance_elsewhere"]
    done(play.do("record_circumstance", organisation, circumstance="bon-tot", text="Đạt chi bộ bốn tốt"))
    play.submit(organisation)
    with play.looking() as look:
        found = sheet(look, organisation)
    assert found.line.provisional == ()
    assert "Đạt chi bộ bốn tốt" in found.texts.values()
    assert "level_provisional" not in warnings(done(play.decide(organisation)))


# — other readings of the two spans —


def read_as(play_text: tuple[str, str], folder: Path, **more: Any) -> Play:
    old, new = play_text
    text = (Path(__file__).parents[2] / "plans" / "duc-pho-2024.toml").read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    return opened(folder, text.replace(old, new), **more)


SPAN = 'wording = "after_event"\ndays = 3\nevent = "record_vote"\nper = "unit"\n'


def two_rooms(play: Play) -> None:
    leading: dict[str, Any] = {"tier": "btv-thi", "category": "cadre"}
    play.bring(units("P1", "P2", kind="room"), [one for unit in ("P1", "P2") for one in leaders(unit, 1, **leading)])


@pytest.mark.row("DP24-II.5-3")
def test_one_clock_may_run_for_the_whole_town_from_its_last_unit(tmp_path: Path) -> None:
    """A-05 (c)."""
    play = read_as((SPAN, SPAN.replace('"unit"', '"season"')), tmp_path, now=local("2024-11-25 09:00"))
    try:
        two_rooms(play)
        play.to_vote("P1")
        assert play.obligation("DP24-II.5-3", play.season)["due_at"] is None
        play.clock.now = local("2024-11-27 09:00")
        play.to_vote("P2")
        assert play.obligation("DP24-II.5-3", play.season)["last_good_day"] == date(2024, 12, 2)
        assert play.verified().findings == ()
    finally:
        play.database.close()


@pytest.mark.row("DP24-II.5-3", "DP24-II.6-5")
def test_a_span_may_be_read_as_the_first_day_instead_of_the_last(tmp_path: Path) -> None:
    """A-05 (d) and (e): not before the third day is there, and up to a day of its own."""
    window = SPAN.replace("days = 3\n", "days = 3\nhard_window = true\non = 2024-12-11\n")
    play = read_as((SPAN, window), tmp_path, now=local("2024-11-25 09:00"))
    try:
        two_rooms(play)
        play.to_vote("P1")
        assert play.obligation("DP24-II.5-3", "P1")["last_good_day"] == date(2024, 12, 11)
        play.clock.now = local("2024-11-28 00:00") - MICROSECOND
        assert refusals(play.do("submit", "P1-01")) == ["too_early"]
        play.clock.now = local("2024-11-28 00:00")
        play.to_vote("P2")
        play.submit("P1-01")
        assert refusals(play.do("submit", "P2-01")) == ["too_early"], "each unit's own review opens its own window"
        play.clock.now = local("2024-12-12 00:00")
        assert refusals(play.do("submit", "P2-01")) == ["late_reason"]
        assert play.verified().findings == ()
    finally:
        play.database.close()


@pytest.mark.parametrize("keys", ["hard_window = true\n", "on = 2024-12-11\n"])
def test_a_window_that_an_event_opens_says_when_it_ends(tmp_path: Path, keys: str) -> None:
    with pytest.raises(Faulty):
        read_as((SPAN, SPAN.replace("days = 3\n", f"days = 3\n{keys}")), tmp_path)
