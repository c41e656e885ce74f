"""Printed words become instants: the readings, row by row, typed from that table and from nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states import packs
from workflow import dates
from workflow.rulepack import Clause, Deadline, Per, Roll, Text, Wording, WorkingDays

ZONE = "Asia/Ho_Chi_Minh"
CALENDAR = packs.working_days(range(2023, 2029))
MICROSECOND = timedelta(microseconds=1)


def rule(wording: Wording, **more: Any) -> Deadline:
    given: dict[str, Any] = {"id": "r", "clause": Clause(source="s", at="1"), "text": Text(vi="r"), "per": Per.UNIT}
    return Deadline(wording=wording, **{**given, "owner": "unit", "met_by": None, **more})


def due(deadline: Deadline, *, year: int = 2024, event_on: date | None = None) -> dates.Due:
    found = dates.due(deadline, year=year, zone=ZONE, calendar=CALENDAR, event_on=event_on)
    assert found is not None
    return found


def day(text: str) -> date:
    return date.fromisoformat(text)


def midnight(text: str) -> datetime:
    """00:00 in Vietnam: the previous day at 17:00 in UTC."""
    return datetime.combine(day(text) - timedelta(days=1), time(17), UTC)


def before(on: str, **more: Any) -> Deadline:
    return rule(Wording.BEFORE, on=on, **more)


def day_after(text: str) -> str:
    return (day(text) + timedelta(days=1)).isoformat()


NOV_28 = rule(Wording.AT_LATEST_ON, on="2024-11-28")
IN_NOV = rule(Wording.WITHIN_MONTH, month="2024-11")
IN_FEB = rule(Wording.WITHIN_MONTH, month="2025-02")
STARTED = rule(Wording.START_BEFORE, on="11-15", yearly=True)
FINISHED = before("12-05", yearly=True)

# Row, year, words, due_at (local midnight), last good day, last working day on or before it, due_at if inclusive.
TABLE: list[tuple[str, int, Deadline, str, str, str, str]] = [
    ("QN23-V.2-1", 2023, before("2023-11-26"), "2023-11-26", "2023-11-25", "2023-11-24", "2023-11-27"),
    ("QN23-V.2-2", 2023, before("2023-11-30"), "2023-11-30", "2023-11-29", "2023-11-29", "2023-12-01"),
    ("QN23-V.2-3", 2023, before("2023-12-05"), "2023-12-05", "2023-12-04", "2023-12-04", "2023-12-06"),
    ("DP24-II.2-2", 2024, before("2024-11-08"), "2024-11-08", "2024-11-07", "2024-11-07", "2024-11-09"),
    ("DP24-II.2-4", 2024, before("2024-11-10"), "2024-11-10", "2024-11-09", "2024-11-08", "2024-11-11"),
    ("KT24-4b-1", 2024, before("2024-11-10"), "2024-11-10", "2024-11-09", "2024-11-08", "2024-11-11"),
    ("NT05-1-2", 2024, STARTED, "2024-11-15", "2024-11-14", "2024-11-14", "2024-11-16"),
    ("KT24-3-2", 2024, before("2024-11-25"), "2024-11-25", "2024-11-24", "2024-11-22", "2024-11-26"),
    ("KT24-3-3", 2024, before("2024-11-25"), "2024-11-25", "2024-11-24", "2024-11-22", "2024-11-26"),
    ("DP24-II.4-2", 2024, NOV_28, "2024-11-29", "2024-11-28", "2024-11-28", "2024-11-29"),
    ("DP24-II.1-2", 2024, IN_NOV, "2024-12-01", "2024-11-30", "2024-11-29", "2024-12-01"),
    ("KT24-4a-2", 2024, before("2024-12-01"), "2024-12-01", "2024-11-30", "2024-11-29", "2024-12-02"),
    ("NT11-1e-1", 2024, before("2024-12-05"), "2024-12-05", "2024-12-04", "2024-12-04", "2024-12-06"),
    ("NT11-1g-3", 2024, before("2024-12-05"), "2024-12-05", "2024-12-04", "2024-12-04", "2024-12-06"),
    ("NT11-2b-1", 2024, before("2024-12-05"), "2024-12-05", "2024-12-04", "2024-12-04", "2024-12-06"),
    ("NT05-1-3", 2024, FINISHED, "2024-12-05", "2024-12-04", "2024-12-04", "2024-12-06"),
    ("DP24-II.7-3", 2024, before("2024-12-12"), "2024-12-12", "2024-12-11", "2024-12-11", "2024-12-13"),
    ("DP24-II.9-5", 2024, before("2024-12-20"), "2024-12-20", "2024-12-19", "2024-12-19", "2024-12-21"),
    ("DP24-III.3-3", 2024, IN_FEB, "2025-03-01", "2025-02-28", "2025-02-28", "2025-03-01"),
    ("NT05-1-2", 2025, STARTED, "2025-11-15", "2025-11-14", "2025-11-14", "2025-11-16"),
    ("NT05-1-2", 2026, STARTED, "2026-11-15", "2026-11-14", "2026-11-13", "2026-11-16"),
    ("NT05-1-2", 2027, STARTED, "2027-11-15", "2027-11-14", "2027-11-12", "2027-11-16"),
    ("NT05-1-3", 2025, FINISHED, "2025-12-05", "2025-12-04", "2025-12-04", "2025-12-06"),
    ("NT05-1-3", 2026, FINISHED, "2026-12-05", "2026-12-04", "2026-12-04", "2026-12-06"),
    ("NT05-1-3", 2027, FINISHED, "2027-12-05", "2027-12-04", "2027-12-03", "2027-12-06"),
]
LINES = [pytest.param(*one[1:], id=f"{one[0]} in {one[1]}", marks=pytest.mark.row(one[0])) for one in TABLE]


@pytest.mark.parametrize("year,deadline,due_on,last_day,last_working,inclusive", LINES)
def test_every_dated_row_has_the_instants_of_the_table(
    *, year: int, deadline: Deadline, due_on: str, last_day: str, last_working: str, inclusive: str
):
    found = due(deadline, year=year)
    assert found.due_at == midnight(due_on)
    assert found.last_good_day == day(last_day)
    assert found.last_working_day == day(last_working)
    assert found.not_before is None
    assert dates.local_day(found.due_at - MICROSECOND, ZONE) == day(last_day)
    assert dates.local_day(found.due_at, ZONE) == day(day_after(last_day))


@pytest.mark.parametrize("year,deadline,due_on,last_day,last_working,inclusive", LINES)
def test_every_dated_row_read_inclusively_has_the_instant_of_the_table(
    *, year: int, deadline: Deadline, due_on: str, last_day: str, last_working: str, inclusive: str
):
    """ "Chậm nhất trong ngày" and "trong tháng" include their last day already: for them the columns agree."""
    says_before = deadline.wording in {Wording.BEFORE, Wording.START_BEFORE}
    found = due(replace(deadline, inclusive=says_before), year=year)
    assert found.due_at == midnight(inclusive)
    assert day_after(found.last_good_day.isoformat()) == inclusive


@pytest.mark.row("NT11-1e-1")
def test_before_5_december_is_over_at_1700_utc_of_the_4th():
    assert due(before("2024-12-05")).due_at == datetime(2024, 12, 4, 17, tzinfo=UTC)


# Event, then +3 raw, rolled, in working days, then +7 raw, rolled, in working days.
RELATIVE = [
    ("2024-11-23", "2024-11-26", "2024-11-26", "2024-11-27", "2024-11-30", "2024-12-02", "2024-12-03"),
    ("2024-11-24", "2024-11-27", "2024-11-27", "2024-11-27", "2024-12-01", "2024-12-02", "2024-12-03"),
    ("2024-11-25", "2024-11-28", "2024-11-28", "2024-11-28", "2024-12-02", "2024-12-02", "2024-12-04"),
    ("2024-11-26", "2024-11-29", "2024-11-29", "2024-11-29", "2024-12-03", "2024-12-03", "2024-12-05"),
    ("2024-11-27", "2024-11-30", "2024-12-02", "2024-12-02", "2024-12-04", "2024-12-04", "2024-12-06"),
    ("2024-11-28", "2024-12-01", "2024-12-02", "2024-12-03", "2024-12-05", "2024-12-05", "2024-12-09"),
]
READINGS: tuple[dict[str, Any], ...] = ({"roll": Roll.NONE}, {}, {"working_days": True})


@pytest.mark.row("DP24-II.5-3", "DP24-II.6-5")
@pytest.mark.parametrize("days,at", [(3, 1), (7, 4)])
@pytest.mark.parametrize("reading", range(3), ids=["raw", "rolled", "working"])
@pytest.mark.parametrize("line", RELATIVE, ids=[one[0] for one in RELATIVE])
def test_days_after_the_review_was_finished(line: tuple[str, ...], reading: int, days: int, at: int):
    deadline = rule(Wording.AFTER_EVENT, days=days, event="ratify", **READINGS[reading])
    found = due(deadline, event_on=day(line[0]))
    assert found.last_good_day == day(line[at + reading])
    assert found.due_at == midnight(day_after(line[at + reading]))
    if not reading:
        rolled = due(replace(deadline, roll=Roll.NEXT_WORKING_DAY), event_on=day(line[0]))
        assert rolled.last_good_day == day(line[at + 1])  # what is the default, said aloud


@pytest.mark.row("DP24-II.5-3")
def test_a_late_review_starts_the_clock_at_its_real_finish():
    """It may pass the 12/12 of DP24-II.7-3; nobody shortens it."""
    found = due(rule(Wording.AFTER_EVENT, days=7, event="ratify"), event_on=day("2024-12-10"))
    assert found.last_good_day == day("2024-12-17")


# — words without a clock, and those whose date comes from elsewhere —


@pytest.mark.parametrize("event_on", [None, day("2024-11-20")])
@pytest.mark.parametrize(
    "deadline",
    [
        rule(Wording.NONE),
        rule(Wording.EXTERNAL),
        rule(Wording.BEFORE_EVENT, event="self_review"),
        rule(Wording.WITH_EVENT, event="submit"),
        rule(Wording.SAME_AS, rule="other"),
        rule(Wording.WITH_DOCUMENT),
    ],
    ids=lambda one: one.wording.value if isinstance(one, Deadline) else None,
)
def test_words_without_a_day_of_their_own_have_no_instant(deadline: Deadline, event_on: date | None):
    assert dates.due(deadline, year=2024, zone=ZONE, calendar=CALENDAR, event_on=event_on) is None


def test_before_its_event_a_relative_date_is_unknown_not_overdue():
    deadline = rule(Wording.AFTER_EVENT, days=3, event="ratify")
    assert dates.due(deadline, year=2024, zone=ZONE, calendar=CALENDAR) is None


@pytest.mark.parametrize("wording", [Wording.EXTERNAL, Wording.WITH_DOCUMENT])
def test_a_day_that_was_printed_after_all_is_good_until_its_end(wording: Wording):
    assert due(rule(wording, on="2024-11-28")).due_at == midnight("2024-11-29")


def test_a_date_that_somebody_set_is_good_until_its_end():
    found = dates.due_on(day("2024-12-15"), zone=ZONE, calendar=CALENDAR)
    assert found.due_at == midnight("2024-12-16")
    assert found.last_good_day == day("2024-12-15")
    assert found.last_working_day == day("2024-12-13")  # the 15th is a Sunday


# — readings that a pack may choose —


@pytest.mark.parametrize(
    "on,last_day",
    [
        ("2024-11-25", "2024-11-25"),  # the 24th is a Sunday
        ("2024-12-01", "2024-12-02"),  # the 30th is a Saturday
        ("2024-12-05", "2024-12-04"),  # the 4th is a Wednesday
    ],
)
def test_a_pack_may_roll_the_last_good_day_forward(on: str, last_day: str):
    """A-02: off by default, as the table above holds."""
    found = due(before(on, roll=Roll.NEXT_WORKING_DAY))
    assert found.last_good_day == found.last_working_day == day(last_day)
    assert found.due_at == midnight(day_after(last_day))


def test_a_day_may_end_with_the_office():
    """A-03: 17:00 on the 28th itself, 10:00 in UTC."""
    found = due(replace(NOV_28, day_end=time(17)))
    assert found.due_at == datetime(2024, 11, 28, 10, tzinfo=UTC)
    assert found.last_good_day == day("2024-11-28")


def test_a_hard_month_has_a_first_instant_too():
    """A-04."""
    found = due(replace(IN_NOV, hard_window=True))
    assert found.not_before == midnight("2024-11-01")
    assert found.due_at == midnight("2024-12-01")


@pytest.mark.parametrize(
    "month,end",
    [("2024-02", "2024-03-01"), ("2025-02", "2025-03-01"), ("2024-04", "2024-05-01"), ("2024-12", "2025-01-01")],
)
def test_a_month_ends_with_its_last_day(month: str, end: str):
    assert due(rule(Wording.WITHIN_MONTH, month=month)).due_at == midnight(end)


@pytest.mark.parametrize("wording", [Wording.BEFORE, Wording.START_BEFORE, Wording.WITHIN_MONTH])
def test_a_dated_wording_without_its_date_is_our_mistake(wording: Wording):
    with pytest.raises(ValueError, match="r: no"):
        due(rule(wording))


# — days —


@pytest.mark.parametrize(
    "text,works",
    [
        ("2024-11-22", True),
        ("2024-11-23", False),
        ("2024-11-24", False),
        ("2024-11-25", True),
        ("2024-01-01", False),
        ("2024-09-02", False),  # National Day
        ("2024-04-29", False),  # off between two days off
        ("2024-05-04", True),  # the Saturday worked for it
    ],
)
def test_days_on_which_offices_work(text: str, works: bool):
    assert dates.is_working(day(text), CALENDAR) is works


def test_a_worked_saturday_counts_and_a_weekday_off_does_not():
    calendar = WorkingDays(off=frozenset({day("2024-12-04")}), worked=frozenset({day("2024-11-30")}))
    assert dates.last_working_on_or_before(day("2024-12-01"), calendar) == day("2024-11-30")
    assert dates.last_working_on_or_before(day("2024-12-04"), calendar) == day("2024-12-03")
    assert dates.next_working_on_or_after(day("2024-12-04"), calendar) == day("2024-12-05")
    assert dates.add_days(day("2024-11-29"), 1, calendar, working=True) == day("2024-11-30")
    assert dates.add_days(day("2024-12-03"), 1, calendar, working=True) == day("2024-12-05")


@pytest.mark.parametrize("working", [True, False])
def test_no_days_after_an_event_is_its_own_day(working: bool):
    assert dates.add_days(day("2024-11-23"), 0, CALENDAR, working=working) == day("2024-11-23")


@given(st.dates(date(2023, 2, 1), date(2027, 11, 30)), st.integers(0, 30))
def test_so_many_working_days_are_so_many_days_on_which_offices_work(start: date, count: int):
    last = dates.add_days(start, count, CALENDAR, working=True)
    passed = [start + timedelta(days=one) for one in range(1, (last - start).days + 1)]
    assert sum(dates.is_working(one, CALENDAR) for one in passed) == count
    assert not passed or dates.is_working(last, CALENDAR)


@given(st.dates(date(2023, 2, 1), date(2027, 11, 30)), st.booleans(), st.sampled_from(Roll))
def test_a_deadline_is_met_until_the_end_of_its_last_good_day(on: date, inclusive: bool, roll: Roll):
    found = due(before(on.isoformat(), inclusive=inclusive, roll=roll))
    assert dates.local_day(found.due_at - MICROSECOND, ZONE) == found.last_good_day
    assert dates.local_day(found.due_at, ZONE) == found.last_good_day + timedelta(days=1)
    assert found.last_working_day <= found.last_good_day
    assert dates.is_working(found.last_working_day, CALENDAR)


# — instants —


@given(st.datetimes(timezones=st.timezones()))
def test_microseconds_are_exact_and_utc(moment: datetime):
    assert dates.from_micros(dates.micros(moment)) == moment.astimezone(UTC)


def test_microseconds_around_their_zero():
    assert dates.micros(datetime(1970, 1, 1, 7, tzinfo=timezone(timedelta(hours=7)))) == 0
    assert dates.micros(datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)) == -1


def test_a_naive_instant_has_no_microseconds():
    with pytest.raises(TypeError):
        dates.micros(datetime(2024, 12, 5))  # noqa: DTZ001  naive on purpose


def test_the_earliest_of_those_known():
    early, late = midnight("2024-11-15"), midnight("2024-12-05")
    assert dates.earliest([late, None, early]) == early
    assert dates.earliest([None]) is None
    assert dates.earliest([]) is None
