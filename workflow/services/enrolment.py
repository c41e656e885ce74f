"""Subjects enter a season, change in it, and move: dossiers, groups and obligations follow, on the record.

Part of a roster's import (`rosters`), in its one commit.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflow import owing
from workflow.answers import Done
from workflow.errors import BadInput, Fault, Faulty
from workflow.rosters import SubjectRow
from workflow.routing import route_for
from workflow.services import votes
from workflow.services.acts import Act, next_number
from workflow.services.dossiers import Case, Hearing, write_cases
from workflow.services.membership import joins, leaves
from workflow.services.obligations import Brought, Stored
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import DossierState, SubjectKind, Track, new_id

SELECTING = ("kind", "category", "duty", "tier", "lead", "party")
"""What routes, quotas and deadlines choose by, besides the unit; a change of these is an amendment of the dossier."""

_PLAIN = ("unit", *SELECTING, "post", "ranked", "language", "since")
_FINAL = frozenset({DossierState.RATIFIED, DossierState.WITHDRAWN, DossierState.NOT_RANKED})


@dataclass(slots=True, kw_only=True)
class Enrolment:
    """An import under way: what is there, and what was done so far."""

    act: Act
    units: dict[str, Row]
    subjects: dict[str, Row]
    names: Mapping[str, str | None]
    source: str
    changes: list[dict[str, Any]] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    """Groups to count again."""
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Subject → what was set of it, as the roster's record keeps it: terms and commitments, no names."""
    roles: dict[str, bool] = field(default_factory=dict)
    """"SUBJECT ROLE SCOPE" → granted."""

    def note(self, code: str, **figures: Any) -> None:
        self.changes.append({"code": f"change.{code}", **figures})


def bring_subjects(work: Enrolment, rows: Sequence[SubjectRow]) -> None:
    """Enrol subjects that are new, amend those that changed."""
    fresh = [one for one in rows if one.code not in work.subjects]
    _new_subjects(work, fresh)
    for row in rows:
        if row.code in work.subjects:
            _changed_subject(work, work.subjects[row.code], row)


def _columns(row: SubjectRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _PLAIN}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """A subject's columns as a record keeps them."""
    kept = {name: value for name, value in values.items() if name in {*_PLAIN, "name", "contact"}}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in kept.items()}


def _new_subjects(work: Enrolment, rows: Sequence[SubjectRow]) -> None:
    act = work.act
    made = [
        {
            "season": act.season_id,
            "id": new_id(),
            "code": row.code,
            **_columns(row),
            "name": act.keep(row.name),
            "contact": act.keep(row.email) if row.email else None,
        }
        for row in rows
    ]
    act.tx.many(sql.NEW_SUBJECT, made)
    for one in made:
        work.values[one["code"]] = _plain(one)
        work.note("subject_added", subject=one["code"], unit=one["unit"])
    _open_dossiers(work, [one for one in made if one["ranked"]])


def _open_dossiers(work: Enrolment, subjects: Sequence[Row], *, known: Collection[str] = ()) -> None:
    """The dossiers of these subjects: one on each track of the pack that is theirs and not `known`, with its record."""
    act = work.act
    tracks = [one for one in act.rules.pack.tracks if one not in known]
    wanted = [(subject, track) for subject in subjects for track in tracks if _has(subject, track)]
    if not wanted:
        return
    number = next_number(act.context, act.tx, "dossier", len(wanted))
    rows, records = [], []
    facts = act.basic_facts("dossier", "create", {}, act.roles_within([]))
    for row in _routed(work, wanted, number):
        shown = {name: row[name] for name in ("ref", "subject", "unit", "track", "route", "state", *SELECTING)}
        record, head = act.draft(
            None,
            stream=row["id"],
            kind="dossier",
            facts=facts,
            to=row["state"],
            role=facts["actor"]["roles"][0],
            patch={**shown, "marks": {}},
        )
        rows.append({**row, **head})
        records.append(record)
    act.tx.many(sql.NEW_DOSSIER, rows)
    act.tx.many(sql.NEW_HISTORY, records)
    for row in rows:
        work.note("dossier_opened", dossier=row["ref"], subject=row["subject"], unit=row["unit"])
    _enter_groups(work, rows, fresh=True)
    book = Brought(act, {act.season_id, *(row["unit_stream"] for row in rows)})
    owing.owed_for(book, rows)
    book.write()


def _has(subject: Row, track: Track) -> bool:
    """Whether a subject is ranked on a track: party organisations only as such, others on it if they are members."""
    if subject["kind"] == SubjectKind.PARTY_ORGANISATION:
        return track is Track.PARTY
    return track is not Track.PARTY or bool(subject["party"])


def _routed(work: Enrolment, wanted: Sequence[tuple[Row, Track]], number: int) -> list[Row]:
    """The rows of new dossiers. Raises `Faulty` with every subject that has no one route."""
    rows, faults = [], []
    for offset, (subject, track) in enumerate(wanted):
        try:
            rows.append(_dossier_row(work, subject, track, f"HS-{number + offset:04d}"))
        except BadInput as error:
            faults.append(Fault(code=error.code, figures=error.figures))
    if faults:
        raise Faulty("command.roster_faulty", faults=faults, file=work.source)
    return rows


def _dossier_row(work: Enrolment, subject: Row, track: Track, ref: str) -> Row:
    unit = work.units[subject["unit"]]
    row: Row = {
        "season": work.act.season_id,
        "id": new_id(),
        "tenant": work.act.context.tenant,
        "ref": ref,
        "subject": subject["code"],
        "unit": subject["unit"],
        "track": track.value,
        "state": DossierState.DRAFTED.value,
        "expected": None,
        "voted": None,
        "proposed": None,
        "decided": None,
        "marks": {},
        **{name: subject[name] for name in SELECTING},
        "unit_kind": unit["kind"],
        "unit_path": unit["path"],
        "unit_stream": unit["id"],
    }
    return {**row, "route": route_for(work.act.rules.pack, row).id}


def _changed_subject(work: Enrolment, old: Row, new: SubjectRow) -> None:
    act = work.act
    changed = {name: value for name, value in _columns(new).items() if old[name] != value}
    if work.names.get(old["name"]) != new.name:
        changed["name"] = act.keep(new.name)
    if (work.names.get(old["contact"]) if old["contact"] else None) != new.email:
        changed["contact"] = act.keep(new.email) if new.email else None
    if not changed:
        return
    work.note("subject_changed", subject=new.code, fields=sorted(changed))
    work.values[new.code] = _plain(changed)
    selecting = {name: value for name, value in changed.items() if name in {"unit", *SELECTING}}
    dossiers = act.tx.all(sql.DOSSIERS_OF_SUBJECT, season=act.season_id, subject=new.code)
    pending = [one for one in dossiers if selecting and one["state"] not in _FINAL]
    for row in pending:
        _amend(work, row, selecting)
    after = {**old, **changed}
    act.tx.change(sql.SUBJECT_CHANGED, **after, was_season=act.season_id, was_code=new.code)
    for row in pending:
        _regroup(work, row["id"])
    if selecting:
        work.changes += owing.settle(Stored(act), [(row, None) for row in pending])
    if new.ranked:
        _open_dossiers(work, [after], known={one["track"] for one in dossiers})


def _amend(work: Enrolment, row: Row, changed: Mapping[str, Any]) -> None:
    """Record the edit on the dossier. Who moves to another unit is voted on there: the old unit's vote lapses."""
    act = work.act
    changes: dict[str, Any] = {name: str(value) if name != "party" else value for name, value in changed.items()}
    after = {**row, **changes}
    if "unit" in changes:
        unit = work.units[changes["unit"]]
        after |= {"unit_kind": unit["kind"], "unit_path": unit["path"], "unit_stream": unit["id"]}
    changes["route"] = route_for(act.rules.pack, {**after, "route": ""}).id
    _leave_groups(work, row, after)
    if "unit" in changes and row["state"] in {DossierState.UNIT_VOTED, DossierState.SUBMITTED}:
        row = _commanded(work, row, "revote", {})
    _commanded(work, row, "amend", {"changes": changes})


def _commanded(work: Enrolment, row: Row, command: str, args: Mapping[str, Any]) -> Row:
    act = work.act
    hearing = Hearing(act, [row])
    case = Case(row=row, facts=hearing.facts(row, command, args))
    hearing.judge([case])
    work.touched |= {group["id"] for group in case.facts["groups"]}
    if case.decision is None or case.decision.refused:
        raise BadInput("command.amend_refused", dossier=row["ref"], command=command)
    work.done += write_cases(act, [case])
    return act.tx.all(sql.DOSSIERS_BY_ID, season=act.season_id, ids=[row["id"]])[0]


def _regroup(work: Enrolment, dossier: str) -> None:
    row = work.act.tx.all(sql.DOSSIERS_BY_ID, season=work.act.season_id, ids=[dossier])[0]
    _enter_groups(work, [row], fresh=False)
    owing.owed_for(Stored(work.act), [row])


def _leave_groups(work: Enrolment, row: Row, after: Row) -> None:
    for group in leaves(work.act, row, after):
        work.touched.add(group["id"])
        work.note("left_group", dossier=row["ref"], rule=group["rule"], group=group["key"])


def _enter_groups(work: Enrolment, rows: Sequence[Row], *, fresh: bool) -> None:
    for entered in joins(work.act, rows, fresh=fresh):
        work.touched.add(entered.group["id"])
        if entered.was_closed:
            work.done.append(votes.reopen(work.act, entered.group))
            work.note("vote_reopened", rule=entered.group["rule"], group=entered.group["key"])
