"""What is due: the open obligations, what is missing for each, and which of them a dossier still owes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from workflow.discharge import FORWARD, owes
from workflow.owing import dated
from workflow.rulepack import Deadline, Wording, matches
from workflow.services.views.look import Look, within
from workflow.store import commands as sql
from workflow.store import queries
from workflow.store.statements import Row
from workflow.words import ObligationState, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """The next dated step of the chain of what has no date: which rule, and its last good day here."""

    rule: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One obligation as people ask for it.

    `paper` is what whoever says that it is done hands in. `missing` are the dossiers that still owe it, empty where no
    dossier's command settles it. `undated`: the paper sets its date elsewhere or not at all, and nobody entered one
    (A-24); the pack may give a `hint` for it. Days are local; `due_at` is the first late instant.
    """

    ref: str
    rule: str
    per: str
    scope: str
    unit: str | None
    owner: str
    directed_by: str | None
    advised_by: tuple[str, ...]
    joined_by: tuple[str, ...]
    recipient: str | None
    met_by: str | None
    paper: str | None
    due_at: datetime | None
    last_good_day: date | None
    last_working_day: date | None
    state: str
    late: bool
    overdue: bool
    undated: bool
    hint: Hint | None
    replaces: bool
    decision: str | None
    extended_by: str
    missing: tuple[Row, ...]


class Owing:
    """Which open obligations each dossier stands under and has not discharged yet. `whole`: those of the season are
    read at once, otherwise those of a dossier when it is asked for."""

    def __init__(self, look: Look, *, whole: bool) -> None:
        self._look = look
        self._whole = whole
        self._by_stream: dict[str, list[Row]] = {}
        if whole:
            self._keep(look.tx.all(queries.OPEN_OBLIGATIONS, season=look.season["id"]))

    def read(self, dossiers: Iterable[Row]) -> None:
        """Read what these stand under, all in one question."""
        asked = {stream for row in dossiers for stream in self._streams(row)} - self._by_stream.keys()
        if asked and not self._whole:
            self._by_stream |= {stream: [] for stream in asked}
            season = self._look.season["id"]
            self._keep(self._look.tx.all(queries.OPEN_OBLIGATIONS_ON, season=season, streams=sorted(asked)))

    def _keep(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._by_stream.setdefault(row["stream"], []).append(row)

    def _streams(self, dossier: Row) -> tuple[str, str, str]:
        return dossier["id"], dossier["unit_stream"], self._look.season["id"]

    def of(self, dossier: Row) -> list[Row]:
        """The nearest first, those without a date last. The dossier's own replaces its unit's of the same rule."""
        self.read([dossier])
        found: dict[str, Row] = {}
        for stream in self._streams(dossier):
            for row in self._by_stream.get(stream, ()):
                rule = self._look.rules.pack.deadline(row["rule"])
                if row["rule"] not in found and matches(rule.where, dossier):
                    found[row["rule"]] = row
        owed = [row for row in found.values() if owes(self._look.rules, self._rule(row), dossier)]
        return sorted(owed, key=lambda row: (row["due_at"] is None, row["due_at"], row["rule"]))

    def _rule(self, row: Row) -> Deadline:
        return self._look.rules.pack.deadline(row["rule"])


def duties(look: Look, *, unit: str | None = None, overdue: bool = False, settled: bool = False) -> list[Duty]:
    """The obligations, by due instant; those without a date last.

    `unit`: those of this unit and the units below it (those of the whole season left out). `overdue`: only open ones
    whose instant has passed. `settled`: also those that are met, closed or void.
    """
    among = None if unit is None else set(within(look, unit))
    statement = sql.OBLIGATIONS_OF_SEASON if settled else queries.OPEN_OBLIGATIONS
    every = look.tx.all(statement, season=look.season["id"])
    rows = [
        row for row in every if (among is None or row["unit"] in among) and (not overdue or is_overdue(row, look.now))
    ]
    waiting = _waiting(look, rows)
    steps = _steps(look, every)
    found = [_duty(look, row, waiting.get(row["id"], ()), steps) for row in rows]
    return sorted(found, key=lambda one: (one.due_at is None, one.due_at, one.rule, one.scope))


def is_overdue(row: Row, now: datetime) -> bool:
    """Open, with an instant that has come."""
    return row["state"] == ObligationState.OPEN and row["due_at"] is not None and row["due_at"] <= now


def _duty(look: Look, row: Row, missing: Sequence[Row], steps: Mapping[str, Sequence[Row]]) -> Duty:
    rule = look.rules.pack.deadline(row["rule"])
    undated = row["due_at"] is None and row["state"] == ObligationState.OPEN
    return Duty(
        **{name: row[name] for name in _TAKEN},
        met_by=rule.met_by,
        directed_by=rule.directed_by,
        advised_by=rule.advised_by,
        joined_by=rule.joined_by,
        paper=None if rule.paper is None else rule.paper.value,
        overdue=is_overdue(row, look.now),
        undated=undated,
        hint=_hint(look, rule.hint, row, steps[rule.hint]) if undated and rule.hint is not None else None,
        replaces=row["replaces"] is not None,
        extended_by=rule.extended_by.value,
        missing=tuple(missing),
    )


def _steps(look: Look, every: Iterable[Row]) -> Mapping[str, list[Row]]:
    """The open, dated obligations of every rule that is somebody's hint."""
    found: dict[str, list[Row]] = {one.hint: [] for one in look.rules.pack.deadlines if one.hint is not None}
    for row in every if found else ():
        if row["rule"] in found and row["state"] == ObligationState.OPEN and row["due_at"] is not None:
            found[row["rule"]].append(row)
    return found


def _hint(look: Look, step: str, row: Row, known: Sequence[Row]) -> Hint | None:
    """The day of the step that the pack names, by whatever it was extended to for the same unit, else for anybody
    first."""
    own = [one for one in known if one["stream"] == row["stream"]] or known
    if own:
        return Hint(rule=step, day=min(one["last_good_day"] for one in own))
    pack = look.rules.pack
    printed = dated(pack, look.rules.calendar, look.season["year"], pack.deadline(step))
    return None if printed is None else Hint(rule=step, day=printed.last_good_day)


_TAKEN = (
    "ref", "rule", "per", "scope", "unit", "owner", "recipient", "due_at", "last_good_day", "last_working_day",
    "state", "late", "decision",
)  # fmt: skip


def _waiting(look: Look, rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    """Obligation → the dossiers that it still waits for."""
    wanted = [
        row for row in rows if row["state"] == ObligationState.OPEN and look.rules.pack.deadline(row["rule"]).met_by
    ]
    if not wanted:
        return {}
    dossiers = look.tx.all(
        queries.DOSSIERS,
        season=look.season["id"],
        units=within(look, None),
        states=FORWARD,
        tracks=list(Track),
    )
    owing = Owing(look, whole=True)
    found: dict[str, list[Row]] = defaultdict(list)
    for dossier in dossiers:
        for row in owing.of(dossier):
            found[row["id"]].append(dossier)
    return found


def can_be_dated(look: Look, duty: Duty) -> bool:
    """Whether somebody may enter its date: no clock runs and the wording sets none."""
    return duty.undated and look.rules.pack.deadline(duty.rule).wording in {Wording.EXTERNAL, Wording.NONE}
