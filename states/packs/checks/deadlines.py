"""A deadline says what its wording needs, follows what it names, and refuses only what its owner does."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from states.guards import GuardSpec
from states.packs.keys import PackFile, Placed
from states.packs.shapes import Notes, Path, listed
from workflow.dates import due, from_micros, local_day
from workflow.discharge import SEND
from workflow.facts import MARKED
from workflow.process import Process
from workflow.rulepack import OWN_UNIT, Deadline, Late, Per, Wording, WorkingDays
from workflow.words import Role

TAKES: Mapping[Wording, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Wording.BEFORE: (("on",), ("yearly", "inclusive", "roll", "day_end")),
    Wording.START_BEFORE: (("on",), ("yearly", "inclusive", "roll", "day_end")),
    Wording.AT_LATEST_ON: (("on",), ("yearly", "roll", "day_end")),
    Wording.WITHIN_MONTH: (("month",), ("hard_window", "roll", "day_end")),
    Wording.AFTER_EVENT: (("days", "event"), ("on", "hard_window", "working_days", "roll", "day_end")),
    Wording.SAME_AS: (("rule",), ()),
    Wording.BEFORE_EVENT: (("event",), ()),
    Wording.WITH_EVENT: (("event",), ()),
    Wording.WITH_DOCUMENT: ((), ("on", "day_end")),
    Wording.EXTERNAL: ((), ("on", "roll", "day_end")),
    Wording.NONE: ((), ()),
}
"""Wording → the keys it needs, and those it may have besides."""

_TIMES = (
    "on",
    "month",
    "days",
    "event",
    "rule",
    "yearly",
    "inclusive",
    "roll",
    "working_days",
    "hard_window",
    "day_end",
)
_HINTED = (Wording.NONE, Wording.EXTERNAL)
_CLOCKLESS = (Wording.NONE, Wording.BEFORE_EVENT, Wording.WITH_EVENT)
_UNITS_OWN = frozenset({Role.SUBJECT, Role.COORDINATOR})
_ANY_YEAR = 2023  # no leap year: a yearly day must be in every year


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deadlines:
    """All deadlines of a pack by id, those found wrong by themselves marked, with what is needed to date them."""

    by_id: Mapping[str, Placed[Deadline]]
    year: int | None
    zone: str
    broken: set[str] = field(default_factory=set)


def check_deadlines(
    pack: PackFile, guards: Mapping[str, GuardSpec], processes: Mapping[str, Process], notes: Notes
) -> None:
    head = pack.pack
    among = _Deadlines(
        by_id={one.value.id: one for one in pack.deadlines},
        year=head.year if head else _ANY_YEAR,
        zone="UTC",  # only compared with each other
    )
    receiving = {each.body for route in pack.routes for each in route.value.recipients}
    for one in pack.deadlines:
        before = len(notes.faults)
        _check_send(one.value, one.at, receiving, notes)
        _check_wording(one.value, one.at, notes)
        _check_span(one.value, one.at, notes)
        _check_begun(one.value, one.at, notes)
        if head is not None:  # else its year is not known
            _check_day(one.value, one.at, among.year, notes)
        if len(notes.faults) > before:
            among.broken.add(one.value.id)
        _check_late(one.value, one.at, guards, processes, notes)
        _check_milestone(one.value, one.at, notes)
    for one in pack.deadlines:
        if one.value.id not in among.broken and _check_same(one, among, notes):
            _check_event(one, among, processes, notes)
            _check_follows(one, among, notes)
            _check_hint(one, among, notes)


def _check_wording(rule: Deadline, at: Path, notes: Notes) -> None:
    needed, taken = TAKES[rule.wording]
    for key in needed:
        if getattr(rule, key) is None:
            notes.refuse(at, "wording_needs", wording=rule.wording.value, missing=key)
    for key in _TIMES:
        if key not in needed and key not in taken and getattr(rule, key) != _DEFAULTS[key]:
            known = listed((*needed, *taken)) or None
            notes.refuse((*at, key), "not_of_wording", wording=rule.wording.value, key=key, known=known)


_DEFAULTS: Mapping[str, Any] = {one.name: one.default for one in fields(Deadline)}


def _check_span(rule: Deadline, at: Path, notes: Notes) -> None:
    """A span of days is a last day, or it opens a window that ends on a day of its own (A-05)."""
    if rule.wording is Wording.AFTER_EVENT and rule.hard_window is (rule.on is None):
        if rule.hard_window:
            notes.refuse(at, "wording_needs", wording=rule.wording.value, missing="on")
        else:
            notes.refuse((*at, "on"), "not_of_wording", wording=rule.wording.value, key="on", known="hard_window")


def _check_begun(rule: Deadline, at: Path, notes: Notes) -> None:
    """What a unit has to have begun by a day says by what it is begun (A-37)."""
    if rule.wording is Wording.START_BEFORE and rule.per is not Per.SEASON and rule.met_by is None:
        notes.refuse(at, "wording_needs", wording=rule.wording.value, missing="met_by")


def _check_day(rule: Deadline, at: Path, year: int | None, notes: Notes) -> None:
    if rule.on is None:
        if rule.month is not None and year is None:
            notes.refuse((*at, "month"), "dated_in_yearly_pack", day=rule.month)
        return
    is_full = len(rule.on) == len("YYYY-MM-DD")
    if is_full == rule.yearly:
        notes.refuse((*at, "on"), "yearly_day" if rule.yearly else "full_day", found=rule.on)
        return
    try:
        date.fromisoformat(rule.on if is_full else f"{_ANY_YEAR}-{rule.on}")
    except ValueError:
        notes.refuse((*at, "on"), "no_such_day", found=rule.on)
        return
    if is_full and year is None:
        notes.refuse((*at, "on"), "dated_in_yearly_pack", day=rule.on)
    elif is_full and year is not None and not year <= int(rule.on[:4]) <= year + 1:
        # A year is reviewed in it, and what follows is done by the next (DP24-III.3-3).
        notes.refuse((*at, "on"), "other_year", day=rule.on, year=year)


def _check_milestone(rule: Deadline, at: Path, notes: Notes) -> None:
    """What is said of a step that somebody records is said of no deadline that dossiers meet."""
    if rule.met_by is None:
        return
    if rule.paper is not None:
        notes.refuse((*at, "paper"), "paper_of_command", command=rule.met_by)
    if rule.optional:
        notes.refuse((*at, "optional"), "optional_of_dossiers", command=rule.met_by)
    for key in ("waits_for", "ranks", "announces"):
        if getattr(rule, key) != _DEFAULTS[key]:
            notes.refuse((*at, key), "milestone_key_of_dossiers", command=rule.met_by, key=key)


def _check_send(rule: Deadline, at: Path, receiving: set[str], notes: Notes) -> None:
    """What a send meets says to whom, and some route goes there."""
    if rule.met_by != SEND:
        return
    if rule.recipient is None:
        notes.refuse((*at, "met_by"), "send_to_nobody")
    elif rule.recipient not in receiving:
        figures = {"name": rule.recipient, "known": listed(sorted(receiving)) or None}
        notes.refuse((*at, "recipient"), "send_off_route", **figures)


def _check_late(
    rule: Deadline, at: Path, guards: Mapping[str, GuardSpec], processes: Mapping[str, Process], notes: Notes
) -> None:
    if rule.late is Late.FLAG:
        return
    guarded = (*guards["in_time"].commands, SEND) if "in_time" in guards else ()
    if rule.met_by is None or rule.met_by not in guarded:
        notes.refuse((*at, "late"), "late_without_command", late=rule.late.value, known=listed(guarded))
    elif rule.late is Late.REFUSE:
        step = processes["dossier"].steps.get(rule.met_by) if "dossier" in processes else None
        does = step.roles if step else frozenset()
        own = does & _UNITS_OWN if rule.owner == OWN_UNIT else does - _UNITS_OWN
        if not own:
            notes.refuse((*at, "late"), "refuses_others", command=rule.met_by, owner=rule.owner)


def _check_same(one: Placed[Deadline], among: _Deadlines, notes: Notes) -> bool:
    """Whether the rule that this one takes its date from can be found and has one."""
    seen: list[str] = []
    rule = one.value
    while rule.wording is Wording.SAME_AS and rule.rule is not None:
        seen.append(rule.id)
        if rule.rule in seen:
            if rule.rule == one.value.id:
                notes.refuse((*one.at, "rule"), "same_as_cycle", chain=listed([*seen, rule.rule]))
            return False
        if rule.rule not in among.by_id or rule.rule in among.broken:
            return False
        rule = among.by_id[rule.rule].value
    if rule is not one.value and rule.wording in _CLOCKLESS:
        notes.refuse((*one.at, "rule"), "same_as_undated", rule=rule.id, wording=rule.wording.value)
        return False
    return True


def _dated(rule: Deadline, among: _Deadlines) -> Deadline:
    """The rule that dates `rule`: itself, or the end of its chain of `same_as`, which was checked."""
    while rule.wording is Wording.SAME_AS and rule.rule is not None:
        rule = among.by_id[rule.rule].value
    return rule


def _check_event(one: Placed[Deadline], among: _Deadlines, processes: Mapping[str, Process], notes: Notes) -> None:
    """A clock that starts when the work is already done, or an order that nobody can keep."""
    rule, dated = one.value, _dated(one.value, among)
    if rule.met_by is None or dated.event is None:
        return
    process = next(
        (each for each in processes.values() if rule.met_by in each.steps and dated.event in each.steps), None
    )
    if process is None:
        return
    figures = {"event": dated.event, "command": rule.met_by}
    if dated.wording is Wording.AFTER_EVENT and not _possible_without(process, dated.event, rule.met_by):
        notes.refuse((*one.at, "met_by"), "clock_starts_late", **figures)
    elif dated.wording is Wording.BEFORE_EVENT and not _possible_without(process, rule.met_by, dated.event):
        notes.refuse((*one.at, "met_by"), "order_impossible", **figures)
    elif dated.wording in {Wording.BEFORE_EVENT, Wording.WITH_EVENT} and rule.met_by not in MARKED:
        notes.refuse((*one.at, "met_by"), "order_unmarked", known=listed(MARKED), **figures)


def _possible_without(process: Process, command: str, barred: str) -> bool:
    """Whether `command` can be given although `barred` never was."""
    if command == barred:
        return False
    seen, todo = {process.initial}, [process.initial]
    while todo:
        state = todo.pop()
        for (source, each), target in process.table.items():
            if source != state:
                continue
            if each == command:
                return True
            if each != barred and target not in seen:
                seen.add(target)
                todo.append(target)
    return False


def _check_follows(one: Placed[Deadline], among: _Deadlines, notes: Notes) -> None:
    rule = one.value
    if rule.follows is None:
        return
    if _in_circle(rule, among):
        notes.refuse((*one.at, "follows"), "follows_cycle", name=rule.follows)
        return
    first = among.by_id.get(rule.follows)
    if first is None or first.value.id in among.broken or not _check_same(first, among, Notes()):
        return
    own, other = _dated(rule, among), _dated(first.value, among)
    at = (*one.at, "follows")
    if own.wording is other.wording is Wording.AFTER_EVENT:
        comparable = own.event == other.event and own.working_days == other.working_days
        if comparable and (own.days or 0) < (other.days or 0):
            notes.refuse(at, "fewer_days_than_followed", other=rule.follows, days=own.days, first=other.days)
        return
    own_due, first_due = _due_at(own, among), _due_at(other, among)
    if own_due is not None and first_due is not None and own_due < first_due:
        notes.refuse(at, "before_followed", other=rule.follows, due=_last_day(own_due), first=_last_day(first_due))


def _check_hint(one: Placed[Deadline], among: _Deadlines, notes: Notes) -> None:
    """A hint stands beside what has no date, and has one."""
    rule = one.value
    if rule.hint is None:
        return
    at = (*one.at, "hint")
    if rule.wording not in _HINTED or rule.on is not None:
        notes.refuse(at, "hint_beside_date", wording=rule.wording.value, known=listed(_HINTED))
        return
    step = among.by_id.get(rule.hint)
    if step is None or step.value.id in among.broken or not _check_same(step, among, Notes()):
        return
    if _due_at(_dated(step.value, among), among) is None:
        notes.refuse(at, "hint_undated", name=rule.hint, wording=_dated(step.value, among).wording.value)


def _in_circle(rule: Deadline, among: _Deadlines) -> bool:
    seen: set[str] = set()
    name = rule.follows
    while name is not None and name not in seen:
        seen.add(name)
        following = among.by_id.get(name)
        name = following.value.follows if following else None
    return rule.id in seen


def _due_at(rule: Deadline, among: _Deadlines) -> datetime | None:
    found = due(rule, year=among.year or _ANY_YEAR, zone=among.zone, calendar=WorkingDays())
    return found.due_at if found else None


def _last_day(due_at: datetime) -> str:
    """The last good day of an instant that is the first late one."""
    return local_day(due_at - (from_micros(1) - from_micros(0)), "UTC").isoformat()
