"""Dates that contradict each other: at the edge, a day past it, and where nothing has to do with each other."""

from typing import Any

import pytest

from app.rehearsal.dates import Almanac, contradictions
from app.rehearsal.findings import Finding
from states import packs
from tests.season import SMALL_PACK, pack_of
from workflow.rulepack import WorkingDays

HEAD: dict[str, Any] = {
    "kind": "person",
    "unit": ["A"],
    "unit_kind": "department",
    "category": "civil_servant",
    "duty": "leadership",
    "tier": "btv",
    "lead": "head",
    "track": "civil_servant",
    "route": "only",
    "party": False,
}
COLLECTIVE = {**HEAD, "kind": "collective", "category": "", "duty": "", "lead": "none"}
NO_DAYS_OFF = WorkingDays()


def deadline(rule: str, met_by: str | None, *lines: str, where: str = "{}") -> str:
    """Owed by the unit; `lines` have its wording."""
    met = [] if met_by is None else [f'met_by = "{met_by}"']
    head = [f'id = "{rule}"', 'clause = { source = "paper", at = "7" }', 'text = "Thời hạn"', f"where = {where}"]
    return "\n".join(["", "[[deadline]]", *head, 'per = "unit"', 'owner = "unit"', *met, *lines, ""])


def on(day: str) -> tuple[str, str]:
    return 'wording = "at_latest_on"', f"on = {day}"


def found(
    *rules: str,
    rows: tuple[dict[str, Any], ...] = (HEAD, COLLECTIVE),
    more: str = "",
    calendar: WorkingDays = NO_DAYS_OFF,
) -> list[Finding]:
    """What is wrong with the dates of 2024, of which Monday 2 December is a day."""
    pack = pack_of(SMALL_PACK + "".join(rules) + more)
    return contradictions(Almanac(pack=pack, calendar=calendar, year=2024, rows=rows))


def codes(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(one.rule, one.code.removeprefix("rehearsal.")) for one in findings]


# — a step due before the one that it needs —

CHAIN = [
    ("self_review", "record_vote"),
    ("self_review", "submit"),
    ("self_review", "ratify"),
    ("hold", "record_vote"),
    ("hold", "submit"),
    ("record_vote", "submit"),
    ("record_vote", "ratify"),
    ("submit", "ratify"),
]


@pytest.mark.parametrize(("first", "then"), CHAIN)
def test_a_step_due_a_day_before_the_one_that_it_needs_is_told(first: str, then: str):
    told = found(deadline("first", first, *on("2024-12-05")), deadline("then", then, *on("2024-12-04")))
    assert codes(told) == [("then", "date_before_needed")]
    assert told[0].grave
    assert told[0].figures == {
        "day": "2024-12-04",
        "command": then,
        "other": "first",
        "other_day": "2024-12-05",
        "needed": first,
    }


@pytest.mark.parametrize(("first", "then"), CHAIN)
def test_a_step_due_a_day_after_it_is_not(first: str, then: str):
    assert found(deadline("first", first, *on("2024-12-04")), deadline("then", then, *on("2024-12-05"))) == []


def test_on_the_same_day_both_have_one_working_day():
    told = found(deadline("first", "record_vote", *on("2024-12-04")), deadline("then", "submit", *on("2024-12-04")))
    assert codes(told) == [("then", "date_crowded")]
    assert not told[0].grave
    assert told[0].figures["day"] == "2024-12-04"


def test_an_hour_on_the_same_day_is_no_other_day():
    vote = deadline("vote", "record_vote", *on("2024-12-04"))
    told = found(vote, deadline("sent", "submit", *on("2024-12-04"), 'day_end = "17:00"'))
    assert codes(told) == [("sent", "date_crowded")]


@pytest.mark.parametrize(("first", "then"), [("self_review", "hold"), ("hold", "self_review")])
def test_steps_that_do_not_need_each_other_may_be_due_as_they_like(first: str, then: str):
    assert found(deadline("first", first, *on("2024-12-10")), deadline("then", then, *on("2024-12-05"))) == []


def test_those_that_select_different_dossiers_have_nothing_to_do_with_each_other():
    persons, collectives = '{ kind = ["person"] }', '{ kind = ["collective"] }'
    vote = deadline("vote", "record_vote", *on("2024-12-05"), where=persons)
    sent = deadline("sent", "submit", *on("2024-12-04"), where=collectives)
    assert found(vote, sent) == []
    both = deadline("sent", "submit", *on("2024-12-04"))
    assert codes(found(vote, both)) == [("sent", "date_before_needed")]
    assert found(vote, both, rows=(COLLECTIVE,)) == []


def test_what_has_only_to_begin_by_a_day_waits_for_nobody():
    review = deadline("review", "self_review", *on("2024-12-05"))
    begun = deadline("begun", "submit", 'wording = "start_before"', "on = 2024-11-15")
    assert found(review, begun) == []


def test_a_span_of_days_is_reckoned_from_the_last_day_of_its_event():
    vote = deadline("vote", "record_vote", *on("2024-12-02"))
    span = deadline("span", "submit", 'wording = "after_event"', "days = 3", 'event = "record_vote"')
    for day, expected in (("2024-12-04", [("decided", "date_before_needed")]), ("2024-12-06", [])):
        assert codes(found(vote, span, deadline("decided", "ratify", *on(day)))) == expected


def test_a_span_whose_event_has_no_date_has_none():
    span = deadline("span", "submit", 'wording = "after_event"', "days = 3", 'event = "record_vote"')
    assert found(span, deadline("decided", "ratify", *on("2024-11-04"))) == []


def test_what_is_the_same_as_another_has_its_date():
    vote = deadline("vote", "record_vote", *on("2024-12-05"))
    report = deadline("report", None, *on("2024-12-03"))
    sent = deadline("sent", "submit", 'wording = "same_as"', 'rule = "report"')
    assert codes(found(vote, report, sent)) == [("sent", "date_before_needed")]


def test_a_rule_that_is_off_or_lacks_its_date_is_not_judged():
    vote = deadline("vote", "record_vote", *on("2024-12-05"))
    for last in ('mode = "off"', 'mode = "record_only"'):
        assert found(vote, deadline("sent", "submit", *on("2024-12-04"), last)) == []


def test_a_step_that_a_rule_wants_before_another_is_due_before_it():
    order = deadline("order", "hold", 'wording = "before_event"', 'event = "self_review"')
    held = deadline("held", "hold", *on("2024-12-05"))
    assert codes(found(order, held, deadline("review", "self_review", *on("2024-12-04")))) == [
        ("review", "date_before_needed")
    ]
    assert found(order, held, deadline("review", "self_review", *on("2024-12-06"))) == []


ORDER = """
[[order]]
id = "collectives-first"
clause = { source = "paper", at = "5" }
text = "Tập thể trước"
first = { kind = ["collective"] }
reached = "record_vote"
then = { kind = ["person"] }
command = "record_vote"
"""


def test_who_waits_by_an_order_is_due_after_whom_they_wait_for():
    collectives = deadline("collectives", "record_vote", *on("2024-12-05"), where='{ kind = ["collective"] }')
    for day, expected in (("2024-12-04", [("collectives-first", "date_before_order")]), ("2024-12-05", [])):
        persons = deadline("persons", "record_vote", *on(day), where='{ kind = ["person"] }')
        told = found(collectives, persons, more=ORDER)
        assert codes(told) == expected
        assert [one.figures["then"] for one in told] == ["persons"] * len(expected)
        assert found(collectives, persons, more=ORDER + 'mode = "warn"\n') == []


# — follows, with the days off of the year —


def test_what_follows_a_day_that_moved_may_come_before_it():
    """Both are printed on New Year's day, which lint does not know to be a day off; the first moves to the next."""
    first = deadline("first", None, *on("2025-01-01"), 'roll = "next_working_day"')
    calendar = packs.working_days([2024, 2025])
    for day, expected in (("2025-01-01", ["date_before_followed"]), ("2025-01-02", [])):
        then = deadline("then", None, *on(day), 'follows = "first"')
        told = [one for one in found(first, then, calendar=calendar) if one.grave]
        assert [one.code.removeprefix("rehearsal.") for one in told] == expected
        assert not any(one.grave for one in found(first, then))


# — windows —


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-11-30", [("gate", "date_before_needed"), ("vote", "window_after_due")]),
        ("2024-12-02", [("gate", "date_before_needed")]),
        ("2025-01-02", []),
    ],
)
def test_what_is_not_taken_before_a_month_cannot_be_due_before_it(day: str, expected: list[tuple[str, str]]):
    vote = deadline("vote", "record_vote", 'wording = "within_month"', 'month = "2024-12"', "hard_window = true")
    told = found(vote, deadline("gate", "submit", *on(day)))
    assert [one for one in codes(told) if one[1] not in {"date_off", "date_crowded"}] == expected


def test_a_window_that_is_not_hard_opens_nothing():
    vote = deadline("vote", "record_vote", 'wording = "within_month"', 'month = "2024-12"')
    told = codes(found(vote, deadline("gate", "record_vote", *on("2024-11-29"))))
    assert "window_after_due" not in {code for _, code in told}


# — the paper itself, and the calendar —


@pytest.mark.parametrize(("begins", "grave"), [("2024-12-05", True), ("2024-12-04", False)])
def test_nothing_is_due_before_the_pack_holds(begins: str, grave: bool):
    pack = pack_of(SMALL_PACK.replace("2024-01-01", begins) + deadline("sent", "submit", *on("2024-12-04")))
    told = contradictions(Almanac(pack=pack, calendar=NO_DAYS_OFF, year=2024, rows=(HEAD,)))
    assert codes(told) == ([("sent", "date_before_pack")] if grave else [])


@pytest.mark.parametrize(
    ("day", "working"), [("2024-12-06", None), ("2024-12-07", "2024-12-06"), ("2024-12-08", "2024-12-06")]
)
def test_a_last_day_that_is_a_day_off_is_worth_a_look(day: str, working: str | None):
    told = found(deadline("sent", "submit", *on(day)))
    assert [one.figures.get("working") for one in told] == ([] if working is None else [working])
    assert not any(one.grave for one in told)


def test_a_holiday_and_a_saturday_that_is_worked_are_read_from_the_calendar_of_the_year():
    pack = pack_of(SMALL_PACK.replace("year = 2024", "year = 2025") + deadline("sent", "submit", *on("2025-09-02")))
    told = contradictions(Almanac(pack=pack, calendar=packs.working_days([2025]), year=2025, rows=(HEAD,)))
    assert [(one.code, one.figures["day"]) for one in told] == [("rehearsal.date_off", "2025-09-02")]
