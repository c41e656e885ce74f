"""The printed words of a date become an instant here, and nowhere else (design section 5, docs/reference/readings.md).

Days are local days of the pack's zone, instants are aware UTC. A due instant is the first one that is late: met if done
strictly before it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from workflow.rulepack import Deadline, Wording, WorkingDays

ONE_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a deadline bites.

    `due_at` is the first late instant (aware, UTC); `last_good_day` the last local day on which it can be met;
    `last_working_day` the last day on or before it that is no day off (the soft date that people are reminded on).
    `not_before` bounds a hard window (A-04), else None.
    """

    due_at: datetime
    last_good_day: date
    last_working_day: date
    not_before: datetime | None = None


def is_working(day: date, calendar: WorkingDays) -> bool:
    """Whether offices work on `day`: make-up days count, days off and weekends do not."""
    if day in calendar.worked:
        return True
    return day.weekday() < 5 and day not in calendar.off  # noqa: PLR2004  Monday to Friday


def last_working_on_or_before(day: date, calendar: WorkingDays) -> date:
    while not is_working(day, calendar):
        day -= ONE_DAY
    return day


def next_working_on_or_after(day: date, calendar: WorkingDays) -> date:
    while not is_working(day, calendar):
        day += ONE_DAY
    return day


def add_days(start: date, days: int, calendar: WorkingDays, *, working: bool) -> date:
    """`days` after `start`, the start's own day not counted (Civil Code art. 147)."""
    if not working:
        return start + timedelta(days=days)
    day = start
    while days:
        day += ONE_DAY
        days -= is_working(day, calendar)
    return day


def instant(day: date, zone: str, at: time = time(0)) -> datetime:
    """The UTC instant of a local wall time."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def local_day(moment: datetime, zone: str) -> date:
    """The local day that an aware instant falls on."""
    return moment.astimezone(ZoneInfo(zone)).date()


def micros(moment: datetime) -> int:
    """UTC microseconds since 1970, exactly. `moment` must be aware."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(value: int) -> datetime:
    return _EPOCH + timedelta(microseconds=value)


def due(rule: Deadline, *, year: int, zone: str, calendar: WorkingDays, event_on: date | None = None) -> Due | None:
    """The instants of `rule` in evaluation year `year`.

    `event_on` is the local day of the event an `after_event` rule waits for. None where no clock runs (yet): the event
    has not happened, the date is set by a paper that nobody entered, or the wording has no clock. `same_as` is resolved
    by the caller, who knows the other rule's obligation.
    """
    if rule.wording in {Wording.BEFORE, Wording.START_BEFORE}:
        day = _printed(rule, year)
        return _closing(day if rule.inclusive else day - ONE_DAY, rule, zone, calendar)
    if rule.wording in {Wording.AT_LATEST_ON, Wording.WITH_DOCUMENT, Wording.EXTERNAL} and rule.on is not None:
        return _closing(_printed(rule, year), rule, zone, calendar)
    if rule.wording is Wording.WITHIN_MONTH:
        return _month(rule, zone, calendar)
    if rule.wording is Wording.AFTER_EVENT and event_on is not None and rule.days is not None:
        if rule.hard_window:
            first = add_days(event_on, rule.days, calendar, working=rule.working_days)
            return _closing(_printed(rule, year), rule, zone, calendar, not_before=instant(first, zone))
        return _closing(add_days(event_on, rule.days, calendar, working=rule.working_days), rule, zone, calendar)
    return None


def due_on(day: date, *, zone: str, calendar: WorkingDays) -> Due:
    """A due date that somebody set: an extension, a day to be back, a date typed in. Good until 24:00 of `day`."""
    return Due(
        due_at=instant(day + ONE_DAY, zone),
        last_good_day=day,
        last_working_day=last_working_on_or_before(day, calendar),
    )


def _printed(rule: Deadline, year: int) -> date:
    if rule.on is None:
        raise ValueError(f"{rule.id}: no date")
    return date.fromisoformat(f"{year}-{rule.on}" if rule.yearly else rule.on)


def _month(rule: Deadline, zone: str, calendar: WorkingDays) -> Due:
    if rule.month is None:
        raise ValueError(f"{rule.id}: no month")
    first = date.fromisoformat(f"{rule.month}-01")
    following = (first + timedelta(days=31)).replace(day=1)
    return _closing(
        following - ONE_DAY, rule, zone, calendar, not_before=instant(first, zone) if rule.hard_window else None
    )


def _closing(
    last_day: date, rule: Deadline, zone: str, calendar: WorkingDays, *, not_before: datetime | None = None
) -> Due:
    if rule.rolls:
        last_day = next_working_on_or_after(last_day, calendar)
    due_at = instant(last_day + ONE_DAY, zone) if rule.day_end == time(0) else instant(last_day, zone, rule.day_end)
    return Due(
        due_at=due_at,
        last_good_day=last_day,
        last_working_day=last_working_on_or_before(last_day, calendar),
        not_before=not_before,
    )


def earliest(moments: Iterable[datetime | None]) -> datetime | None:
    """The earliest of those that are known."""
    return min((moment for moment in moments if moment is not None), default=None)
