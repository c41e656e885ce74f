"""Registers read from the season as it stands: what an obligation still waits for, and the late register.

Lateness is listed and reported; nothing here lowers a rank (A-19, NT05-2-2).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from workflow.dates import ONE_DAY, from_micros, local_day
from workflow.discharge import owes
from workflow.engine import Rules
from workflow.rulepack import Per, RulePack, matches
from workflow.store import alerts as sql
from workflow.store import commands
from workflow.store.statements import Row, Transaction
from workflow.words import ObligationState, SubjectKind, Track

_MICROSECOND = timedelta(microseconds=1)


class Affects(StrEnum):
    """Whether a lateness touches the ranking of party members: the second condition of NT05-2-2, kept apart from the
    first. A person decides what follows from either."""

    YES = "yes"
    """A party ranking itself is late."""
    NO = "no"
    """No party member is concerned."""
    UNKNOWN = "unknown"
    """Party members are concerned on another track, or it is a collective's: the register cannot tell."""


class LateKind(StrEnum):
    """What a line of the register is about."""

    DOSSIER = "dossier"
    """A dossier that was late; its mark stays for good."""
    OBLIGATION = "obligation"
    """What a unit or a body owed as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateLine:
    """One lateness. `ref` is a dossier's or an obligation's; `clause` as people cite it. An obligation's reasons are
    those that came with its dossiers, each once; `reason_erased` says that one of them is gone.

    `affects_party` is what the dossiers themselves say, unless somebody judged it (`assessed`), with `effect_reason`
    (None where that was erased).

    `until` is when it ended (done, or replaced by a later date), None while it goes on. `days` are days begun since
    `due_at`: 1 at that instant. `covered_by` is the decision that extended the deadline, before or after the fact.
    """

    kind: LateKind
    ref: str
    rule: str
    clause: str
    owner: str
    unit: str | None
    subject: str | None
    due_at: datetime
    last_good_day: date
    until: datetime | None
    days: int
    reason: str | None
    reason_erased: bool
    affects_party: Affects
    covered_by: str | None
    assessed: bool = False
    effect_reason: str | None = None


def late_register(tx: Transaction, season: Row, rules: Rules, *, now: datetime) -> tuple[LateLine, ...]:
    """Every lateness of a season as of `now`, by unit (those of no unit first), last good day and ref.

    One line for each mark on a dossier, and one for each obligation that is overdue, was met late, or was overdue when
    a later date replaced it.
    """
    dossiers = list(_late_dossiers(tx, season, rules.pack))
    obligations = [
        _late_obligation(tx, rules, row, now=now, marked=dossiers)
        for row in tx.all(sql.LATE_OBLIGATIONS, season=season["id"], now=now)
    ]
    return tuple(sorted((*dossiers, *obligations), key=lambda one: (one.unit or "", one.last_good_day, one.ref)))


def still_missing(tx: Transaction, rules: Rules, obligation: Row) -> list[Row]:
    """The dossiers that an obligation still waits for, by ref; empty where it hangs on no dossier's command.

    A dossier that has a day of its own under the same rule (it was sent back) is missing there, not with its unit.
    """
    rule = rules.pack.deadline(obligation["rule"])
    if rule.met_by is None:
        return []
    rows = [row for row in _about(tx, obligation) if matches(rule.where, row) and owes(rules, rule, row)]
    if obligation["per"] == Per.DOSSIER:
        return rows
    own = tx.all(commands.OBLIGATIONS_ON, season=obligation["season"], streams=[row["id"] for row in rows])
    apart = {one["stream"] for one in own if one["rule"] == rule.id}
    return [row for row in rows if row["id"] not in apart]


def _about(tx: Transaction, obligation: Row) -> list[Row]:
    season = obligation["season"]
    if obligation["per"] == Per.SEASON:
        return tx.all(commands.DOSSIERS_OF_SEASON, season=season)
    rows = tx.all(commands.DOSSIERS_OF_UNIT, season=season, unit=obligation["unit"])
    return [row for row in rows if obligation["per"] == Per.UNIT or row["id"] == obligation["stream"]]


def days_late(due_at: datetime, at: datetime) -> int:
    """Days begun since `due_at`: 1 at that instant and for a day from it."""
    return (at - due_at) // ONE_DAY + 1


def _late_dossiers(tx: Transaction, season: Row, pack: RulePack) -> Iterable[LateLine]:
    rows = tx.all(sql.LATE_DOSSIERS, season=season["id"])
    marks = [(row, mark) for row in rows for mark in row["marks"].get("late", [])]
    texts = _texts(tx, season["id"], [mark["reason"] for _, mark in marks if mark["reason"]])
    for row, mark in marks:
        yield _late_dossier(pack, row, mark, texts)


def _late_dossier(pack: RulePack, row: Row, mark: Mapping[str, Any], texts: Mapping[str, str | None]) -> LateLine:
    rule = pack.deadline(mark["rule"])
    due_at, at = from_micros(mark["due_at"]), from_micros(mark["at"])
    reason = texts.get(mark["reason"]) if mark["reason"] else None
    return LateLine(
        kind=LateKind.DOSSIER,
        ref=row["ref"],
        rule=rule.id,
        clause=pack.cited(rule.clause),
        owner=rule.owner,
        unit=row["unit"],
        subject=row["subject"],
        due_at=due_at,
        last_good_day=local_day(due_at - _MICROSECOND, pack.zone),
        until=at,
        days=days_late(due_at, at),
        reason=reason,
        reason_erased=bool(mark["reason"]) and reason is None,
        affects_party=_affects([row]),
        covered_by=mark.get("covered_by"),
    )


def _late_obligation(tx: Transaction, rules: Rules, row: Row, *, now: datetime, marked: Sequence[LateLine]) -> LateLine:
    rule = rules.pack.deadline(row["rule"])
    goes_on = row["state"] == ObligationState.OPEN
    until = None if goes_on else row["settled_at"]
    of_it = [line for line in marked if line.rule == row["rule"] and row["unit"] in {None, line.unit}]
    with_it = [line for line in of_it if line.due_at == row["due_at"]]
    effect = row["effect"]
    derived = _affects(still_missing(tx, rules, row)) if goes_on else _as_marked(of_it)
    return LateLine(
        kind=LateKind.OBLIGATION,
        ref=row["ref"],
        rule=rule.id,
        clause=rules.pack.cited(rule.clause),
        owner=row["owner"],
        unit=row["unit"],
        subject=None,
        due_at=row["due_at"],
        last_good_day=row["last_good_day"],
        until=until,
        days=days_late(row["due_at"], now if until is None else until),
        reason="; ".join(dict.fromkeys(line.reason for line in with_it if line.reason)) or None,
        reason_erased=any(line.reason_erased for line in with_it),
        affects_party=derived if effect is None else Affects(effect["affects_party"]),
        covered_by=row["covered_by"],
        assessed=effect is not None,
        effect_reason=None if effect is None else _texts(tx, row["season"], [effect["reason"]]).get(effect["reason"]),
    )


def was_late(row: Row, now: datetime) -> bool:
    """Whether an obligation stands in the register: overdue, met late, or overdue when a later date replaced it."""
    if row["state"] == ObligationState.OPEN:
        return row["due_at"] is not None and row["due_at"] <= now
    replaced = row["state"] == ObligationState.CLOSED and row["due_at"] is not None
    return row["late"] or (replaced and row["settled_at"] >= row["due_at"])


def _texts(tx: Transaction, season: str, digests: Sequence[str]) -> dict[str, str | None]:
    return {one["digest"]: one["text"] for one in tx.all(commands.SECRETS, season=season, digests=digests)}


def _affects(dossiers: Sequence[Row]) -> Affects:
    """A guess is never made: yes and no only where the dossiers themselves say so."""
    if any(one["track"] == Track.PARTY for one in dossiers):
        return Affects.YES
    if dossiers and all(one["kind"] == SubjectKind.PERSON and not one["party"] for one in dossiers):
        return Affects.NO
    return Affects.UNKNOWN


def _as_marked(lines: Iterable[LateLine]) -> Affects:
    found = {line.affects_party for line in lines}
    if Affects.YES in found:
        return Affects.YES
    return Affects.NO if found == {Affects.NO} else Affects.UNKNOWN
