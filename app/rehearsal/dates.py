"""Dates that contradict each other, as the pack reckons them in one year: a step due before the one that it needs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from app.rehearsal.findings import Finding, Kind, found
from workflow.dates import Due, is_working
from workflow.discharge import HOLD, SEND, goes_up
from workflow.owing import dated
from workflow.rulepack import Deadline, Mode, RulePack, Where, Wording, WorkingDays, matches

_UP_TO_THE_VOTE = ("self_review", HOLD)
_UP_TO_SENDING = (*_UP_TO_THE_VOTE, "record_vote")
NEEDED: Mapping[str, tuple[str, ...]] = {
    "record_vote": _UP_TO_THE_VOTE,
    "submit": _UP_TO_SENDING,
    SEND: _UP_TO_SENDING,
    "ratify": (*_UP_TO_SENDING, "submit", SEND),
}
"""Step of a dossier → the steps that come before it on any way."""

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Almanac:
    """A pack's deadlines with their dates in one year. `rows` are the dossiers that they are about, once there are any;
    without them no event starts a clock."""

    pack: RulePack
    calendar: WorkingDays
    year: int
    rows: Rows = ()

    @cached_property
    def rules(self) -> Sequence[Deadline]:
        """The deadlines that are judged."""
        off = {Mode.OFF, Mode.RECORD_ONLY}
        return [one for one in self.pack.deadlines if one.mode not in off and one.missing is None]

    @cached_property
    def due(self) -> Mapping[str, Due]:
        """Rule → when it is due; a clock that an event starts by the last day on which that event is in time."""
        reckoned = {one.id: self._due(one, ()) for one in self.rules}
        return {rule: due for rule, due in reckoned.items() if due is not None}

    def _due(self, rule: Deadline, seen: tuple[str, ...]) -> Due | None:
        printed = dated(self.pack, self.calendar, self.year, rule)
        while rule.wording is Wording.SAME_AS and rule.rule is not None:
            rule = self.pack.deadline(rule.rule)
        if printed is not None or rule.wording is not Wording.AFTER_EVENT or rule.id in seen:
            return printed
        starting = [one for one in self.rules if one.met_by == rule.event and self.together(one.where, rule.where)]
        known = [due.last_good_day for one in starting if (due := self._due(one, (*seen, rule.id))) is not None]
        return dated(self.pack, self.calendar, self.year, rule, event_on=max(known)) if known else None

    def together(self, one: Where, other: Where) -> bool:
        """Whether there is a dossier that both select."""
        return any(matches(one, row) and matches(other, row) for row in self.rows)

    def of(self, command: str, where: Where) -> Iterator[Deadline]:
        """The dated deadlines that a command meets, of dossiers that `where` selects."""
        for rule in self.rules:
            if rule.met_by == command and rule.id in self.due and self.together(rule.where, where):
                yield rule


def contradictions(almanac: Almanac) -> list[Finding]:
    """What is wrong with the dates, the graver first. A pair of rules is told once."""
    every = [*_in_turn(almanac), *_followed(almanac), *_ordered(almanac), *_windows(almanac), *_too_soon(almanac)]
    every += [*_days_off(almanac), *_crowded(almanac)]
    once: dict[tuple[str, str | None, bool], Finding] = {}
    for one in every:
        once.setdefault((one.rule, one.figures.get("other"), one.grave), one)
    return sorted(once.values(), key=lambda one: not one.grave)


Pairs = Iterator[tuple[Deadline, Deadline]]
"""Of each two deadlines the second needs the first."""


def _pairs(almanac: Almanac) -> Pairs:
    """Deadlines of one dossier: as the process has it, or as a rule says that one step waits for another."""
    for rule in almanac.rules:
        if rule.id in almanac.due and rule.wording is not Wording.START_BEFORE:
            for command in NEEDED.get(rule.met_by or "", ()):
                before = (first for first in almanac.of(command, rule.where) if not goes_up(almanac.pack, first))
                yield from ((first, rule) for first in before)
        if rule.wording in {Wording.BEFORE_EVENT, Wording.WITH_EVENT} and rule.met_by and rule.event:
            yield from product(almanac.of(rule.met_by, rule.where), almanac.of(rule.event, rule.where))


def _reversed(almanac: Almanac, pairs: Pairs) -> Pairs:
    """Those whose second has its last good day before the first."""
    due = almanac.due
    return ((one, other) for one, other in pairs if due[other.id].last_good_day < due[one.id].last_good_day)


def _day(almanac: Almanac, rule: Deadline) -> str:
    return almanac.due[rule.id].last_good_day.isoformat()


def _in_turn(almanac: Almanac) -> Iterator[Finding]:
    for first, then in _reversed(almanac, _pairs(almanac)):
        told = {
            "day": _day(almanac, then),
            "command": then.met_by,
            "other": first.id,
            "other_day": _day(almanac, first),
            "needed": first.met_by,
        }
        yield found("date_before_needed", almanac.pack, Kind.DATES, then, figures=told)


def _followed(almanac: Almanac) -> Iterator[Finding]:
    """`follows` is read with the days off of the year, by which a day may have moved."""
    rules = [one for one in almanac.rules if one.id in almanac.due]
    pairs = ((one, other) for one, other in product(rules, rules) if other.follows == one.id)
    for first, then in _reversed(almanac, pairs):
        told = {"day": _day(almanac, then), "other": first.id, "other_day": _day(almanac, first)}
        yield found("date_before_followed", almanac.pack, Kind.DATES, then, figures=told)


def _ordered(almanac: Almanac) -> Iterator[Finding]:
    """What others wait for by an order is due after what waits."""
    for order in almanac.pack.orders:
        if order.mode is not Mode.ENFORCE:
            continue
        pairs = product(almanac.of(order.reached, order.first), almanac.of(order.command, order.then))
        for first, then in _reversed(almanac, pairs):
            told = {
                "day": _day(almanac, then),
                "command": order.command,
                "then": then.id,
                "other": first.id,
                "other_day": _day(almanac, first),
                "needed": order.reached,
            }
            yield found("date_before_order", almanac.pack, Kind.DATES, order, figures=told)


def _windows(almanac: Almanac) -> Iterator[Finding]:
    """What is not taken before a month begins is due before it."""
    for rule, other in product(almanac.rules, almanac.rules):
        opens = None if rule.id not in almanac.due else almanac.due[rule.id].not_before
        waits = rule.met_by is not None and rule.met_by in {other.met_by, *NEEDED.get(other.met_by or "", ())}
        if opens is None or not waits or other.id not in almanac.due or not almanac.together(rule.where, other.where):
            continue
        due = almanac.due[other.id]
        if due.due_at <= opens:
            told = {
                "month": rule.month,
                "command": rule.met_by,
                "other": other.id,
                "day": due.last_good_day.isoformat(),
            }
            yield found("window_after_due", almanac.pack, Kind.DATES, rule, figures=told)


def _too_soon(almanac: Almanac) -> Iterator[Finding]:
    for rule in almanac.rules:
        due = almanac.due.get(rule.id)
        if due is not None and due.last_good_day < almanac.pack.valid_from:
            told = {"day": due.last_good_day.isoformat(), "begins": almanac.pack.valid_from.isoformat()}
            yield found("date_before_pack", almanac.pack, Kind.DATES, rule, figures=told)


# — worth a look —


def _days_off(almanac: Almanac) -> Iterator[Finding]:
    for rule in almanac.rules:
        due = almanac.due.get(rule.id)
        printed = due is not None and rule.wording is not Wording.SAME_AS
        if due is not None and printed and not is_working(due.last_good_day, almanac.calendar):
            told = {"day": due.last_good_day.isoformat(), "working": due.last_working_day.isoformat()}
            yield found("date_off", almanac.pack, Kind.DATES, rule, figures=told, grave=False)


def _crowded(almanac: Almanac) -> Iterator[Finding]:
    """Whoever takes the time that the first of two steps has, has no working day left for the second."""
    for first, then in _pairs(almanac):
        one, other = almanac.due[first.id], almanac.due[then.id]
        if one.last_good_day <= other.last_good_day and other.last_working_day <= one.last_working_day:
            day = other.last_working_day.isoformat()
            told = {"command": then.met_by, "needed": first.met_by, "other": first.id, "day": day}
            yield found("date_crowded", almanac.pack, Kind.DATES, then, figures=told, grave=False)
