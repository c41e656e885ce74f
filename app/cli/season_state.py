"""How a season stands, counted from one snapshot, as values: what `hoso season status` tells."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.cli.plan_lines import is_record_only
from workflow.dates import local_day
from workflow.rulepack import Deadline, GuardRule, Quota, Route, RulePack, Text, matches
from workflow.services.views.duties import Duty, duties
from workflow.services.views.look import Look, units
from workflow.services.views.quotas import groups
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import DossierState, VoteState


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """One unit with dossiers. `owes_by` is the last good day of the nearest thing that it still owes."""

    code: str
    name: str
    states: Mapping[str, int]
    total: int
    owes_by: date | None
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGroup:
    """A group whose vote is open, or that is over."""

    rule: str
    key: str
    vote: str
    size: int
    unvoted: int
    base: int
    count: int
    allowance: int
    over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLine:
    """Open obligations of one rule that are due on the same day. `last_good_day` None: no clock runs, the paper names
    no date."""

    rule: str
    text: Text
    clause: str
    last_good_day: date | None
    days_left: int | None
    overdue: bool
    scopes: tuple[str, ...]
    missing: int
    """How many dossiers they still wait for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapLine:
    """A rule that the paper leaves open somewhere, and how many dossiers it concerns; `record_only` ones are never
    judged."""

    rule: str
    clause: str
    missing: str | None
    record_only: bool
    dossiers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownUnit:
    """A body of the pack that is a unit of the roster, and the roster has none of that code: nobody acts for it."""

    body: str
    name: Text
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonState:
    """Units by code, groups by rule and key, what is due by day, gaps and bodies in the pack's order."""

    units: tuple[UnitLine, ...]
    subjects: int
    dossiers: int
    groups: tuple[OpenGroup, ...]
    due: tuple[DueLine, ...]
    gaps: tuple[GapLine, ...]
    unknown_units: tuple[UnknownUnit, ...]


def season_state(look: Look) -> SeasonState:
    """Count a season as it stands in this snapshot."""
    season = look.season["id"]
    dossiers = look.tx.all(sql.DOSSIERS_OF_SEASON, season=season)
    owed, known = duties(look), units(look)
    return SeasonState(
        units=tuple(_units(known, dossiers, owed)),
        subjects=len(look.tx.all(sql.SUBJECTS, season=season)),
        dossiers=len(dossiers),
        groups=tuple(_open_groups(look)),
        due=_due(look, owed),
        gaps=tuple(_gaps(look.rules.pack, dossiers)),
        unknown_units=tuple(_unknown_units(look, known)) if known else (),
    )


def _units(known: Mapping[str, Row], dossiers: Sequence[Row], owed: Sequence[Duty]) -> Iterator[UnitLine]:
    counts: dict[str, Counter[str]] = {}
    for one in dossiers:
        counts.setdefault(one["unit"], Counter())[one["state"]] += 1
    nearest: dict[str, Duty] = {}
    for duty in owed:  # the nearest first
        for code in {duty.unit, *(one["unit"] for one in duty.missing)} - {None}:
            nearest.setdefault(str(code), duty)
    for code, found in sorted(counts.items()):
        due = nearest.get(code)
        yield UnitLine(
            code=code,
            name=known[code]["name"],
            states={state.value: found[state] for state in DossierState},
            total=found.total(),
            owes_by=due.last_good_day if due else None,
            overdue=due is not None and due.overdue,
        )


def _open_groups(look: Look) -> Iterator[OpenGroup]:
    for one in groups(look):
        if one.vote == VoteState.OPEN or one.figures.over:
            yield OpenGroup(
                rule=one.quota.id,
                key=one.key,
                vote=one.vote,
                size=one.figures.size,
                unvoted=one.figures.unvoted,
                base=one.figures.base,
                count=one.figures.count,
                allowance=one.figures.allowance,
                over=one.figures.over,
            )


def _due(look: Look, owed: Sequence[Duty]) -> tuple[DueLine, ...]:
    pack = look.rules.pack
    together: dict[tuple[date, str], list[Duty]] = {}
    for one in owed:
        together.setdefault((one.last_good_day or date.max, one.rule), []).append(one)
    rules = {one.id: one for one in pack.deadlines}
    today = local_day(look.now, pack.zone)
    return tuple(
        DueLine(
            rule=rule,
            text=rules[rule].text,
            clause=pack.cited(rules[rule].clause),
            last_good_day=None if day == date.max else day,
            days_left=None if day == date.max else (day - today).days,
            overdue=any(one.overdue for one in found),
            scopes=tuple(one.scope for one in found),
            missing=sum(len(one.missing) for one in found),
        )
        for (day, rule), found in sorted(together.items())
    )


def _gaps(pack: RulePack, dossiers: Sequence[Row]) -> Iterator[GapLine]:
    rules: tuple[Route | Quota | Deadline | GuardRule, ...] = (
        *pack.routes,
        *pack.quotas,
        *pack.deadlines,
        *pack.guards,
    )
    for rule in rules:
        if rule.missing is None and not is_record_only(rule):
            continue
        concerned = [
            one
            for one in dossiers
            if (one["route"] == rule.id if isinstance(rule, Route) else matches(rule.where, one))
        ]
        yield GapLine(
            rule=rule.id,
            clause=pack.cited(rule.clause),
            missing=rule.missing,
            record_only=is_record_only(rule),
            dossiers=len(concerned),
        )


def _unknown_units(look: Look, known: Mapping[str, Row]) -> Iterator[UnknownUnit]:
    acting = {one["scope"] for one in look.tx.all(sql.ROLES, season=look.season["id"])}
    for one in look.rules.pack.bodies:
        if one.unit is not None and one.unit not in known and one.id not in acting:
            yield UnknownUnit(body=one.id, name=one.name, unit=one.unit)
