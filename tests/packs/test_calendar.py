"""The days on which offices work."""

from datetime import date, timedelta

import pytest

from states.packs import working_days
from states.packs.calendar import Corrections, read_corrections
from states.packs.calendar import working_days as days_with
from workflow.dates import is_working, last_working_on_or_before
from workflow.errors import Faulty

FILE = "days.toml"


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 1, 1), False),  # New Year
        (date(2024, 2, 12), False),  # Lunar New Year
        (date(2024, 4, 18), False),  # Hùng Kings
        (date(2024, 4, 29), False),  # swapped
        (date(2024, 5, 4), True),  # worked for it, a Saturday
        (date(2024, 9, 3), False),  # National Day
        (date(2025, 4, 26), True),
        (date(2025, 5, 2), False),
        (date(2026, 1, 2), False),  # corrected by the file
        (date(2026, 1, 10), True),
        (date(2026, 1, 17), False),
        (date(2024, 11, 30), False),  # a Saturday
        (date(2024, 12, 4), True),
    ],
)
def test_days_off_and_worked(day: date, works: bool) -> None:
    assert is_working(day, working_days([2024, 2025, 2026])) is works


def test_the_review_season_of_2024_has_no_day_off_but_weekends() -> None:
    calendar = working_days([2024])
    days = [date(2024, 11, 1) + timedelta(days=number) for number in range(50)]
    assert all(is_working(day, calendar) is (day.weekday() < 5) for day in days)


def test_culture_day_is_no_day_off_until_it_is_known_to_be_enacted() -> None:
    calendar = working_days([2026, 2027, 2029])
    assert is_working(date(2026, 11, 24), calendar)
    assert is_working(date(2027, 11, 24), calendar)
    assert is_working(date(2029, 11, 26), calendar)  # a Monday, its compensatory day
    followed = days_with([2026], Corrections())
    assert followed.off >= working_days([2026]).off - {date(2026, 1, 2)}


def test_only_the_years_asked_for_are_told() -> None:
    calendar = working_days([2026])
    assert {day.year for day in calendar.off | calendar.worked} == {2026}
    assert working_days([]).off == frozenset()


def test_weekends_are_not_listed_as_days_off() -> None:
    assert all(day.weekday() < 5 for day in working_days(range(2023, 2028)).off)
    assert all(day.weekday() >= 5 for day in working_days(range(2023, 2028)).worked)


def test_the_last_working_day_steps_over_a_holiday() -> None:
    assert last_working_on_or_before(date(2025, 5, 4), working_days([2025])) == date(2025, 4, 29)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("[[of]]\nday = 2026-01-02", "unknown_key", ("line 1", "of")),
        ("[[off]]\nday = 2026-01-02", "missing_key", ("line 1", "off 1")),
        ("[[off]]\nday = '2/1/2026'\nsource = 'x'", "not_day", ("line 2", "off 1", "day")),
        ("[[worked]]\nday = 2026-01-09\nsource = 'x'", "worked_weekday", ("line 2", "worked 1", "day")),
        ("off = 3", "not_list", ("line 1", "off")),
    ],
)
def test_faults_of_the_file_name_their_place(text: str, code: str, place: tuple[str, ...]) -> None:
    with pytest.raises(Faulty) as caught:
        read_corrections(text.encode(), file=FILE)
    assert caught.value.faults[0].code == f"pack.{code}"
    assert caught.value.faults[0].where == (FILE, *place)


def test_a_worked_sunday_is_taken() -> None:
    found = read_corrections(b"[[worked]]\nday = 2026-01-11\nsource = 'x'", file=FILE)
    assert is_working(date(2026, 1, 11), days_with([2026], found))
