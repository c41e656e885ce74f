"""Obligations within a command: which ones a dossier stands under, which are made, which a command settles.

An obligation is never moved; a successor replaces it. Those of a unit are met by its last dossier (design section 5).
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from workflow.dates import Due, due, due_on, from_micros, local_day, micros
from workflow.facts import MARKED, ObligationFacts
from workflow.rulepack import Deadline, Per, Wording, matches
from workflow.services.acts import Act, next_number
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import DossierState, ObligationState, new_id

_AFTER = {
    "self_review": frozenset(DossierState) - {DossierState.DRAFTED},
    "record_vote": frozenset(DossierState) - {DossierState.DRAFTED, DossierState.SELF_REVIEWED},
    "submit": frozenset(DossierState) - {DossierState.DRAFTED, DossierState.SELF_REVIEWED, DossierState.UNIT_VOTED},
    "ratify": frozenset({DossierState.RATIFIED, DossierState.WITHDRAWN, DossierState.NOT_RANKED}),
}
"""The states in which a dossier no longer owes a command; who left or is not ranked owes nothing."""


def deadline_of(act: Act, rule: str) -> Deadline:
    """The pack's deadline by its id."""
    return next(one for one in act.rules.pack.deadlines if one.id == rule)


def over_dossier(act: Act, row: Row) -> list[ObligationFacts]:
    """The open obligations that a dossier stands under: its own first, then its unit's and the season's.

    Its own replaces the unit's of the same rule: a dossier that was sent back is due on its return day.
    """
    streams = [row["id"], row["unit_stream"], act.season_id]
    found = act.tx.all(sql.OBLIGATIONS_ON, season=act.season_id, streams=streams)
    found.sort(key=lambda one: streams.index(one["stream"]))
    facts: dict[str, ObligationFacts] = {}
    for one in found:
        rule = deadline_of(act, one["rule"])
        if one["rule"] not in facts and matches(rule.where, row):
            facts[one["rule"]] = _as_facts(act, rule, one)
    return list(facts.values())


def _as_facts(act: Act, rule: Deadline, row: Row) -> ObligationFacts:
    window = reckoned(act, rule) if rule.hard_window else None
    return {
        "id": row["id"],
        "ref": row["ref"],
        "rule": row["rule"],
        "met_by": rule.met_by,
        "scope": row["scope"],
        "not_before": micros(window.not_before) if window and window.not_before else None,
        "due_at": None if row["due_at"] is None else micros(row["due_at"]),
        "last_good_day": _iso(row["last_good_day"]),
        "last_working_day": _iso(row["last_working_day"]),
        "late": rule.late.value,
        "extended_by": rule.extended_by.value,
        "recipient": row["recipient"],
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def reckoned(act: Act, rule: Deadline, *, event_on: date | None = None) -> Due | None:
    """When a rule of the pack is due in this season; `same_as` is followed to the rule that prints the date."""
    seen = rule
    while seen.wording is Wording.SAME_AS and seen.rule is not None:
        seen = deadline_of(act, seen.rule)
    pack = act.rules.pack
    return due(seen, year=act.season["year"], zone=pack.zone, calendar=act.rules.calendar, event_on=event_on)


def insert(
    act: Act,
    rule: Deadline,
    *,
    per: Per,
    stream: str,
    scope: str,
    unit: str | None,
    when: Due | None,
    replaces: str | None = None,
    decision: str | None = None,
    state: ObligationState = ObligationState.OPEN,
) -> Row:
    """A new row. The ladder looks at an open one at once; what has no clock is never looked at.

    What comes with the paper itself is met on its issue.
    """
    if rule.wording is Wording.WITH_DOCUMENT:
        state = ObligationState.MET
    row: Row = {
        "season": act.season_id,
        "id": new_id(),
        "ref": f"VH-{next_number(act.context, act.tx, 'obligation'):04d}",
        "rule": rule.id,
        "per": per.value,
        "stream": stream,
        "scope": scope,
        "unit": unit,
        "owner": rule.owner,
        "recipient": rule.recipient,
        "due_at": when.due_at if when else None,
        "last_good_day": when.last_good_day if when else None,
        "last_working_day": when.last_working_day if when else None,
        "state": state.value,
        "late": False,
        "settled_at": act.now if state is ObligationState.MET else None,
        "born_at": act.now,
        "look_at": act.now if when and state is ObligationState.OPEN else None,
        "replaces": replaces,
        "decision": decision,
        "effect": None,
    }
    act.tx.change(sql.NEW_OBLIGATION, **row)
    return row


def settle_row(act: Act, row: Row, *, state: ObligationState, late: bool, at: datetime) -> None:
    """Close an open row. Losing the race for it changes nothing: it was settled by somebody else."""
    act.tx.change(
        sql.OBLIGATION_SETTLED,
        season=act.season_id,
        was_id=row["id"],
        was_state=row["state"],
        state=state.value,
        late=late,
        settled_at=at,
        look_at=None,
    )


def owed_for(act: Act, dossiers: Iterable[Row]) -> None:
    """Make the obligations that new dossiers bring: one per dossier, unit or season, as each rule says."""
    made: dict[tuple[str, str], bool] = {}
    for row in dossiers:
        for rule in act.rules.pack.deadlines:
            if rule.missing and rule.wording is Wording.NONE:
                continue
            owes = row["state"] not in _AFTER.get(rule.met_by or "", frozenset())
            if owes and matches(rule.where, row):
                _owe(act, rule, row, made)


def owed_by_season(act: Act) -> None:
    """Make the obligations that hang on no dossier: a body's own, dated or not, that any season of this pack has."""
    for rule in act.rules.pack.deadlines:
        if rule.per is Per.SEASON and rule.met_by is None:
            insert(
                act,
                rule,
                per=Per.SEASON,
                stream=act.season_id,
                scope=act.season["code"],
                unit=None,
                when=reckoned(act, rule),
            )


def _owe(act: Act, rule: Deadline, row: Row, made: dict[tuple[str, str], bool]) -> None:
    if rule.per is Per.SEASON and rule.met_by is None:
        return
    stream, scope, unit = _hangs_on(act, rule.per, row)
    if (rule.id, stream) in made:
        return
    made[rule.id, stream] = True
    known = act.tx.all(sql.OBLIGATIONS_OF_RULE, season=act.season_id, stream=stream, rule=rule.id)
    if any(one["state"] == ObligationState.OPEN for one in known):
        return
    # A joiner after the unit was done: the unit owes again, by the same date.
    last = _latest(known)
    when = _extended(act, rule, stream) or reckoned(act, rule)
    insert(act, rule, per=rule.per, stream=stream, scope=scope, unit=unit, when=when, replaces=last)


def _latest(rows: Sequence[Row]) -> str | None:
    """The id of the row that no other replaces."""
    replaced = {one["replaces"] for one in rows}
    return next((one["id"] for one in rows if one["id"] not in replaced), None)


def _extended(act: Act, rule: Deadline, stream: str) -> Due | None:
    """The furthest date that this rule, or the one it follows, was extended to for the same owner."""
    rows: list[Row] = []
    seen: Deadline | None = rule
    while seen is not None:
        rows += act.tx.all(sql.OBLIGATIONS_OF_RULE, season=act.season_id, stream=stream, rule=seen.id)
        seen = deadline_of(act, seen.rule) if seen.wording is Wording.SAME_AS and seen.rule is not None else None
    extended = [one for one in rows if one["decision"] is not None and one["due_at"] is not None]
    if not extended:
        return None
    last = max(extended, key=lambda one: one["due_at"])
    return Due(due_at=last["due_at"], last_good_day=last["last_good_day"], last_working_day=last["last_working_day"])


def _hangs_on(act: Act, per: Per, row: Row) -> tuple[str, str, str | None]:
    if per is Per.DOSSIER:
        return row["id"], row["ref"], row["unit"]
    if per is Per.UNIT:
        return row["unit_stream"], row["unit"], row["unit"]
    return act.season_id, act.season["code"], None


def owed_again(act: Act, row: Row, day: date) -> list[str]:
    """After a send-back: what its submission owed is due again for this dossier alone, on its return day.

    Gives the refs of the successors. The unit's own row stays for the unit's other dossiers.
    """
    made = []
    for rule in act.rules.pack.deadlines:
        if rule.met_by != "submit" or not matches(rule.where, row):
            continue
        when = due_on(day, zone=act.rules.pack.zone, calendar=act.rules.calendar)
        earlier = act.tx.all(sql.OBLIGATIONS_OF_RULE, season=act.season_id, stream=row["id"], rule=rule.id)
        above = act.tx.all(
            sql.OBLIGATIONS_OF_RULE, season=act.season_id, stream=_hangs_on(act, rule.per, row)[0], rule=rule.id
        )
        replaced = _latest(earlier or above)
        for one in earlier:
            if one["state"] == ObligationState.OPEN:
                settle_row(act, one, state=ObligationState.CLOSED, late=False, at=act.occurred_at)
        new = insert(
            act,
            rule,
            per=Per.DOSSIER,
            stream=row["id"],
            scope=row["ref"],
            unit=row["unit"],
            when=when,
            replaces=replaced,
        )
        made.append(new["ref"])
    return made


def settle(act: Act, dossiers: Sequence[tuple[Row, str | None]]) -> list[dict[str, Any]]:
    """Settle what these dossiers no longer owe, and start the clocks that waited for them, once their rows are written.

    Each comes as it was, with the state that it is in now; None where it left its unit, whatever its state. Gives a
    change note for each row settled or started.
    """
    streams = {stream for row, _ in dossiers for stream in (row["id"], row["unit_stream"])}
    notes: list[dict[str, Any]] = []
    for one in act.tx.all(sql.OBLIGATIONS_ON, season=act.season_id, streams=[*sorted(streams), act.season_id]):
        rule = deadline_of(act, one["rule"])
        under = [(row, to) for row, to in dossiers if one["stream"] in {row["id"], row["unit_stream"], act.season_id}]
        reached = [to for row, to in under if matches(rule.where, row)]
        if _may_end(rule.met_by, reached):
            notes += _met(act, rule, one)
        elif rule.wording is Wording.AFTER_EVENT and _may_end(rule.event, reached):
            notes += _started(act, rule, one)
    return notes


def _may_end(command: str | None, reached: Sequence[str | None]) -> bool:
    """Whether dossiers that reached these states may have been the last to owe a command."""
    return command in _AFTER and any(to is None or to in _AFTER[command] for to in reached)


def _met(act: Act, rule: Deadline, obligation: Row) -> list[dict[str, Any]]:
    if rule.met_by is None:
        return []
    owing = _owing(act, rule, obligation)
    done = [one for one in owing if one["state"] in _AFTER[rule.met_by]]
    begun = rule.wording is Wording.START_BEFORE and done
    if not begun and len(done) < len(owing):
        return []
    moments = [one["marks"].get(MARKED[rule.met_by]) or one["marks"].get("left_at") for one in done]
    reached = [from_micros(moment) for moment in moments if moment is not None]
    # Late by its latest dossier, in whatever order they were entered; begun by its first.
    at = (min if begun else max)(reached, default=act.occurred_at)
    late = obligation["due_at"] is not None and at >= obligation["due_at"]
    settle_row(act, obligation, state=ObligationState.MET, late=late, at=at)
    note = {"ref": obligation["ref"], "rule": obligation["rule"], "scope": obligation["scope"], "late": late}
    return [{"code": "change.obligation_met", **note}]


def _started(act: Act, rule: Deadline, obligation: Row) -> list[dict[str, Any]]:
    """Start a clock that waited for an event, once the last of those it waits for has reached it (A-05)."""
    if rule.event is None or obligation["due_at"] is not None:
        return []
    owing = _owing(act, rule, obligation)
    if any(one["state"] not in _AFTER[rule.event] for one in owing):
        return []
    moments = [one["marks"].get(MARKED[rule.event]) for one in owing]
    last = max((from_micros(moment) for moment in moments if moment is not None), default=act.occurred_at)
    when = reckoned(act, rule, event_on=local_day(last, act.rules.pack.zone))
    settle_row(act, obligation, state=ObligationState.CLOSED, late=False, at=act.occurred_at)
    new = insert(
        act,
        rule,
        per=Per(obligation["per"]),
        stream=obligation["stream"],
        scope=obligation["scope"],
        unit=obligation["unit"],
        when=when,
        replaces=obligation["id"],
    )
    due = None if when is None else when.last_good_day.isoformat()
    return [{"code": "change.successor", "ref": obligation["ref"], "by": new["ref"], "due": due}]


def _owing(act: Act, rule: Deadline, obligation: Row) -> list[Row]:
    """The dossiers that an obligation is about, as they stand now; those with a day of their own have left it."""
    if obligation["per"] == Per.DOSSIER:
        return act.tx.all(sql.DOSSIERS_BY_ID, season=act.season_id, ids=[obligation["stream"]])
    if obligation["per"] == Per.UNIT:
        found = act.tx.all(sql.DOSSIERS_OF_UNIT, season=act.season_id, unit=obligation["unit"])
    else:
        found = act.tx.all(sql.DOSSIERS_OF_SEASON, season=act.season_id)
    about = [one for one in found if matches(rule.where, one)]
    own = act.tx.all(sql.OBLIGATIONS_ON, season=act.season_id, streams=[one["id"] for one in about])
    apart = {one["stream"] for one in own if one["rule"] == rule.id}
    return [one for one in about if one["id"] not in apart]
