"""The days on which offices work: the `holidays` library, corrected by `plans/calendar.toml` (docs/glossary.md)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.packs.records import Key, Record, record
from states.packs.shapes import Many, Notes
from states.packs.text import PackText
from workflow.errors import Faulty
from workflow.rulepack import Text, WorkingDays

_COUNTRY = "VN"
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChanged:
    """A day that a decision makes a day off, or a Saturday or Sunday that it makes a working day."""

    day: date
    source: str
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayIgnored:
    """A holiday that the library lists under this name and that is not followed here."""

    name: str
    source: str
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """What the file says besides the library."""

    off: tuple[DayChanged, ...] = ()
    worked: tuple[DayChanged, ...] = ()
    ignored: tuple[HolidayIgnored, ...] = ()


def _list(name: str, kind: Any) -> Key:
    return Key(name=name, fills=name, shape=Many(each=record(kind, name=name)), required=False)


_FILE = Record(
    name="working days",
    makes=Corrections,
    keys=(_list("off", DayChanged), _list("worked", DayChanged), _list("ignored", HolidayIgnored)),
)


def read_corrections(data: bytes, *, file: str) -> Corrections:
    """The corrections of a file. Raises `Faulty` with all its faults; a worked day must be a Saturday or Sunday."""
    text, notes = PackText(data, file=file), Notes()
    found: Corrections = _FILE.read(text.values, (), notes)
    if not notes.faults:
        for position, one in enumerate(found.worked):
            if one.day.weekday() < _SATURDAY:
                notes.refuse(("worked", position, "day"), "worked_weekday", day=one.day.isoformat())
    if notes.faults:
        faults = [text.fault(note.path, note.code, dict(note.figures)) for note in notes.faults]
        raise Faulty("pack.faulty", file=file, faults=faults)
    return found


def working_days(years: Iterable[int], corrections: Corrections) -> WorkingDays:
    """Days off of `years` that are no Saturday or Sunday, and the Saturdays and Sundays worked instead."""
    import holidays  # noqa: PLC0415  a tenth of a second that only opening a season needs

    wanted = frozenset(years)
    listed = holidays.country_holidays(_COUNTRY, years=sorted(wanted), language="vi")
    ignored = tuple(one.name for one in corrections.ignored)
    off = {day for day, name in listed.items() if not name.startswith(ignored)} if ignored else set(listed)
    off |= {one.day for one in corrections.off}
    worked = {*getattr(listed, "weekend_workdays", ()), *(one.day for one in corrections.worked)}
    return WorkingDays(
        off=frozenset(day for day in off if day.year in wanted and day.weekday() < _SATURDAY and day not in worked),
        worked=frozenset(day for day in worked if day.year in wanted),
    )
