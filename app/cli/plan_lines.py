"""A rule pack as people look things up in it: every rule a line, with its clause, rows, readings and marks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any

from states import packs
from workflow.owing import dated
from workflow.rulepack import (
    EVERYTHING,
    Clause,
    Deadline,
    DocumentField,
    GuardRule,
    Guidance,
    Ladder,
    Mode,
    Quota,
    Route,
    RulePack,
    Text,
    WorkingDays,
)

_SECTIONS = {
    "route": "routes",
    "quota": "quotas",
    "deadline": "deadlines",
    "guard": "guards",
    "order": "orders",
    "circumstance": "circumstances",
    "ceiling": "ceilings",
    "carry_over": "carry_overs",
    "meeting": "meetings",
    "paper": "papers",
    "suggestion": "suggestions",
    "comments": "comments",
    "ladder": "ladders",
    "guidance": "guidance",
}
"""Kind of rule → where the pack has it, in the order in which they are told."""
_TOLD_APART = {"id", "clause", "text", "missing", "rungs"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One rule. `readings` are its keys and values as the pack's language has them, defaults filled in; `missing` is
    the id of what the paper lacks; `record_only` says that it is therefore not judged; `because` why it departs
    from its parent."""

    kind: str
    id: str
    clause: str
    rows: tuple[str, ...]
    inferred: bool
    evidence: str
    text: str
    readings: Mapping[str, Any]
    missing: str | None
    record_only: bool
    because: str | None


def is_record_only(rule: object) -> bool:
    """Whether a rule is told and recorded but never judged. A route is judged all the same where it names who
    decides."""
    if isinstance(rule, Route):
        return rule.ratifier is None
    if getattr(rule, "mode", None) is Mode.RECORD_ONLY:
        return True
    return getattr(rule, "missing", None) is not None


def stored_pack(pack: RulePack, year: int | None = None) -> bytes:
    """What a season that evaluates `year` under this pack stores: the pack, and the working days of that year and the
    next, in which its deadlines fall."""
    evaluated = year or pack.year
    return packs.dump(pack, packs.working_days([evaluated, evaluated + 1] if evaluated else []))


def lines(pack: RulePack, language: str) -> Iterator[Line]:
    """Every rule of the pack, kind by kind, in the pack's order."""
    calendar = packs.load(stored_pack(pack)).working_days
    for kind, section in _SECTIONS.items():
        for rule in getattr(pack, section):
            yield _line(pack, kind, rule, language, more=_more(pack, rule, calendar))
    for told in pack.document.fields:
        yield _line(pack, "field", told, language, more={})


def _more(pack: RulePack, rule: Any, calendar: WorkingDays) -> dict[str, Any]:
    """What a rule reads besides its own keys."""
    match rule:
        case Deadline():
            return _reckoned(pack, rule, calendar)
        case Ladder():
            return {one.id: plain(one) for one in rule.rungs}
    return {}


def _line(pack: RulePack, kind: str, rule: Any, language: str, *, more: Mapping[str, Any]) -> Line:
    clause: Clause = rule.clause
    text: Text | None = getattr(rule, "text", None)
    return Line(
        kind=kind,
        id=rule.id,
        clause=pack.cited(clause),
        rows=clause.rows,
        inferred=clause.inferred,
        evidence=clause.evidence.value,
        text=text.told(language) if text else "",
        readings={**_readings(rule), **more},
        missing=getattr(rule, "missing", None),
        record_only=is_record_only(rule),
        because=pack.because.get(rule.id),
    )


def _readings(rule: Route | Quota | Deadline | GuardRule | Guidance | DocumentField | Any) -> dict[str, Any]:
    found = {one.name: getattr(rule, one.name) for one in fields(rule) if one.name not in _TOLD_APART}
    return {
        name: plain(value)
        for name, value in found.items()
        if value is not None and value != EVERYTHING and not (isinstance(value, tuple | Mapping) and not value)
    }


def plain(value: Any) -> Any:
    """A value of a pack as JSON has it; what is empty is left out of a part."""
    if isinstance(value, Text):
        return value.vi
    if is_dataclass(value):
        parts = {one.name: getattr(value, one.name) for one in fields(value)}
        return {name: plain(part) for name, part in parts.items() if part not in {None, ""} and part != ()}
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if isinstance(value, date | time):
        return value.isoformat("minutes") if isinstance(value, time) else value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def _reckoned(pack: RulePack, rule: Deadline, calendar: WorkingDays) -> dict[str, Any]:
    """The day and instant that the wording comes to in the pack's own year; empty where no clock runs by itself."""
    when = None if pack.year is None else dated(pack, calendar, pack.year, rule)
    if when is None:
        return {}
    return {"last_good_day": when.last_good_day.isoformat(), "overdue_from": when.due_at.isoformat()}
