"""The plan of Đức Phổ of 2024: what its pack says, row by row of the matrix, and a season under it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from states.packs import find, working_days
from tests.packs.told import clauses, read_otherwise, reckoned, texts
from tests.season import MONITOR, Play, collective, done, leaders, local, opened, refusals, units
from workflow.dates import due
from workflow.routing import route_for
from workflow.rulepack import Agreement, Deadline, Mode, Part, Per, Roll, Wording
from workflow.services.duties import finish, set_date, spare

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
@pytest.mark.parametrize("field", ["responsible", "recipients", "signatory", "directing-bodies", "four-goods"])
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
    assert [(one.body, one.via) for one in found.recipients] == [goes]
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


@pytest.mark.row("DP24-II.8-2", "DP24-II.8-3")
def test_two_papers_of_the_provinces_cadres_go_elsewhere_together_with_the_dossier() -> None:
    told = {one.kind.value: (one.recipient, one.needed_at) for one in PACK.papers}
    assert told == {"declaration": ("ubkt-tinh-uy", "submit"), "cv": ("ban-to-chuc-tinh-uy", "submit")}


@pytest.mark.row("DP24-II.1-1", "DP24-II.1-2", "DP24-II.2-2", "DP24-II.2-4", "DP24-III.3-1")
def test_the_steps_of_the_plan_are_owed_by_those_who_carry_them_out() -> None:
    assert (deadline("DP24-II.1-2").per, deadline("DP24-II.1-2").met_by) == (Per.UNIT, None)
    own = [deadline(name) for name in ("DP24-II.2-2", "DP24-II.2-4", "DP24-II.3-2", "DP24-II.6-5")]
    assert {(one.per, one.owner) for one in own} == {(Per.SEASON, "ban-to-chuc-thi-uy")}
    assert [one.id for one in PACK.deadlines if one.optional] == ["DP24-II.2-2"]


@pytest.mark.row("DP24-II.1-3")
def test_each_step_names_who_directs_it_and_who_advises() -> None:
    """The bodies of items II.1 to II.9; what III asks for has none."""
    board, committee = "thuong-truc-thi-uy", "btv-thi-uy"
    directing = {one.id.removeprefix("DP24-"): one.directed_by for one in PACK.deadlines}
    first = dict.fromkeys(("II.1-2", "II.2-2", "II.2-4", "II.3-2", "II.4-2", "II.6-5", "II.7-3"), board)
    reports = dict.fromkeys(("II.8-5", "II.8-4-up", "II.8-0"), board)
    after = dict.fromkeys(("II.9-1", "II.9-2", "II.9-3", "II.9-4"), committee)
    assert directing == {**first, "II.5-3": committee, **reports, **after, "III.1-1": None, "III.3-3": None}
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


@pytest.mark.row("DP24-II.9-2")
def test_conclusions_are_issued_with_their_paper(play: Play) -> None:
    ref = play.obligation("DP24-II.9-2", "2024")["ref"]
    answer = finish(play.context, play.season, play.by(MONITOR), ref, proof="10-KL/TU")
    assert refusals(answer) == ["duty_paper_missing"]
