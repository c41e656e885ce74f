"""Walking a pack: every clause in it, every text that people read, a date in each of its readings."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from states.packs import working_days
from workflow.dates import Due, due
from workflow.rulepack import Clause, Deadline, Roll, RulePack, Text


def clauses(value: Any) -> Iterator[Clause]:
    """Every clause of the pack."""
    if isinstance(value, Clause):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from clauses(one)
    elif is_dataclass(value):
        for one in fields(value):
            yield from clauses(getattr(value, one.name))


def texts(value: Any) -> Iterator[Text]:
    """Every text that people read."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one)
    elif is_dataclass(value):
        for one in fields(value):
            yield from texts(getattr(value, one.name))


def reckoned(pack: RulePack, rule: Deadline, year: int) -> Due:
    """When a dated rule of the pack is due in `year`."""
    found = due(rule, year=year, zone=pack.zone, calendar=working_days([year]))
    assert found is not None
    return found


def read_otherwise(pack: RulePack, rule: Deadline, year: int) -> tuple[str, str]:
    """The last good day where the printed day counts (A-01), and where a day off moves it on (A-02)."""
    readings = (replace(rule, inclusive=True), replace(rule, roll=Roll.NEXT_WORKING_DAY))
    counted, moved = (reckoned(pack, one, year).last_good_day.isoformat() for one in readings)
    return counted, moved
