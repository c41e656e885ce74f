"""A roster is imported: compared with the season, and the difference recorded (design sections 3 and 4).

New ranked subjects get their dossiers, groups and obligations; changed ones are amended on the record, and whoever
enters a closed group opens its vote in the same commit. Nobody is removed by leaving a line out: `withdraw` is a
command.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from workflow import ledger
from workflow.answers import Answer, Done, Refused
from workflow.errors import BadInput, Fault, Faulty
from workflow.rosters import RoleRow, Roster, SubjectRow, UnitRow
from workflow.routing import route_for
from workflow.services import groups, notices, obligations, votes
from workflow.services.acts import Act, answered_before, begin, next_number, no_role, remember, run
from workflow.services.context import By, Context
from workflow.services.dossiers import Case, dossier_act, judge, write_case
from workflow.services.membership import joins, leaves
from workflow.store import commands as sql
from workflow.store.statements import Row, Transaction
from workflow.words import DossierState, Lead, Role, SubjectKind, Track, new_id

SELECTING = ("kind", "category", "duty", "tier", "lead", "party")
"""What routes, quotas and deadlines choose by, besides the unit; a change of these is an amendment of the dossier."""

_PLAIN = ("unit", *SELECTING, "post", "ranked", "language", "since")
_FINAL = frozenset({DossierState.RATIFIED, DossierState.WITHDRAWN, DossierState.NOT_RANKED})


@dataclass(slots=True, kw_only=True)
class _Import:
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

    def note(self, code: str, **figures: Any) -> None:
        self.changes.append({"code": f"change.{code}", **figures})


def import_roster(context: Context, season: str | None, by: By, roster: Roster) -> Answer:
    """Bring a season in line with a roster, in one commit. `changes` say what is new and what became different.

    A second import of the same roster changes nothing. Refused to whoever is neither operator nor coordinator of
    the whole season. Raises `Faulty` where the roster and the season together cannot be (two heads, an unknown
    unit).
    """
    content = {"command": "import_roster", "roster": _content(roster)}

    def work(tx: Transaction) -> Answer:
        if (before := answered_before(context, tx, by, content)) is not None:
            return before
        act = begin(context, tx, by, season)
        roles = act.roles_within([])
        if not {Role.OPERATOR, Role.COORDINATOR} & set(roles):
            verdict = no_role(act, (Role.COORDINATOR,), scope="*")
            refused = Refused(ref=act.season["code"], kind="roster", command="import", verdicts=(verdict,))
            return Answer(act=act.id, refused=(refused,))
        answer = _imported(act, roster, roles[0])
        remember(act, content, answer)
        return answer

    return run(context, by, work)


def _content(roster: Roster) -> list[list[str]]:
    rows: list[UnitRow | SubjectRow | RoleRow] = [*roster.units, *roster.subjects, *roster.roles]
    return [[str(getattr(row, one.name)) for one in fields(row)] for row in rows]


def _imported(act: Act, roster: Roster, role: str) -> Answer:
    units = {one["code"]: one for one in act.tx.all(sql.UNITS, season=act.season_id)}
    subjects = {one["code"]: one for one in act.tx.all(sql.SUBJECTS, season=act.season_id)}
    digests = [one[name] for one in subjects.values() for name in ("name", "contact") if one[name]]
    texts = {one["digest"]: one["text"] for one in act.tx.all(sql.SECRETS, season=act.season_id, digests=digests)}
    work = _Import(act=act, units=units, subjects=subjects, names=texts, source=roster.source)
    _check_together(work, roster)
    _bring_units(work, roster.units, role)
    _bring_subjects(work, roster.subjects)
    _bring_roles(work, roster)
    absent = sorted(set(work.subjects) - {one.code for one in roster.subjects})
    if absent and roster.subjects:
        work.note("absent", subjects=absent)
    act.write_kept()
    _count_again(work)
    if any(one["code"] != "change.absent" for one in work.changes):
        work.done.append(_recorded(work, roster, role))
    return Answer(act=act.id, done=tuple(work.done), changes=tuple(work.changes))


def _check_together(work: _Import, roster: Roster) -> None:
    """What a file cannot know alone: the season's own units and heads count too."""
    where = (roster.source,)
    known = set(work.units) | {one.code for one in roster.units}
    faults = [
        Fault(code="command.roster_unknown_unit", figures={"unit": one.unit, "subject": one.code}, where=where)
        for one in roster.subjects
        if one.unit not in known
    ]
    heads = {one["code"]: one["unit"] for one in work.subjects.values() if one["lead"] == Lead.HEAD}
    for one in roster.subjects:
        heads.pop(one.code, None)
        if one.lead is Lead.HEAD:
            heads[one.code] = one.unit
    for unit in sorted(set(heads.values())):
        found = sorted(code for code, of in heads.items() if of == unit)
        if len(found) > 1:
            faults.append(
                Fault(code="command.roster_two_heads", figures={"unit": unit, "subjects": found}, where=where)
            )
    people = set(work.subjects) | {one.code for one in roster.subjects}
    faults += [
        Fault(code="command.roster_unknown_subject", figures={"subject": one.subject}, where=where)
        for one in roster.roles
        if one.subject not in people
    ]
    if faults:
        raise Faulty("command.roster_faulty", faults=faults, file=roster.source)


# — units —


def _bring_units(work: _Import, rows: Sequence[UnitRow], role: str) -> None:
    wanted = {one.code: one for one in rows}
    parents = {code: one["parent"] for code, one in work.units.items()} | {one.code: one.parent for one in rows}
    paths = {code: _path(code, parents) for code in parents}
    for code, path in paths.items():
        new, old = wanted.get(code), work.units.get(code)
        if old is None and new is not None:
            work.units[code] = _new_unit(work, new, path, role)
        elif old is not None:
            work.units[code] = _changed_unit(work, old, new, path, role)


def _path(code: str, parents: Mapping[str, str | None]) -> str:
    path, at = [code], parents[code]
    while at is not None:
        if at in path:
            raise BadInput("command.unit_cycle", units=path)
        if at not in parents:
            raise BadInput("command.unknown_parent", unit=path[-1], parent=at)
        path.append(at)
        at = parents[at]
    return " ".join(path)


def _new_unit(work: _Import, row: UnitRow, path: str, role: str) -> Row:
    act = work.act
    shown = {
        "code": row.code,
        "name": row.name,
        "kind": row.kind,
        "parent": row.parent,
        "path": path,
        "email": row.email,
    }
    stream = act.seal(
        None,
        stream=new_id(),
        kind="unit",
        facts=act.basic_facts("unit", "create", {}, [role]),
        to=None,
        role=role,
        patch=shown,
    )
    made = {"season": act.season_id, **shown, **{name: stream[name] for name in ("id", "seq", "head", "head_at")}}
    act.tx.change(sql.NEW_UNIT, **made)
    work.note("unit_added", unit=row.code)
    if row.kind in act.rules.pack.document.audience:
        notices.tell(act, "opened", [row.code])
    return made


def _changed_unit(work: _Import, old: Row, new: UnitRow | None, path: str, role: str) -> Row:
    wanted = {"path": path}
    if new is not None:
        wanted |= {"name": new.name, "kind": new.kind, "parent": new.parent, "email": new.email}  # type: ignore[dict-item]
    changed = {name: value for name, value in wanted.items() if old[name] != value}
    if not changed:
        return old
    act = work.act
    if set(changed) & {"kind", "path"} and act.tx.all(sql.DOSSIERS_OF_UNIT, season=act.season_id, unit=old["code"]):
        # Routes and groups were chosen by the unit's kind and place; they do not change under dossiers on the way.
        raise Faulty(
            "command.roster_faulty",
            faults=[Fault(code="command.unit_fixed", figures={"unit": old["code"], "fields": sorted(changed)})],
            file=work.source,
        )
    facts = act.basic_facts("unit", "amend", {}, [role])
    stream = act.seal(old, stream=old["id"], kind="unit", facts=facts, to=None, role=role, patch=changed)
    act.advance_row(sql.UNIT_ADVANCED, old, stream, changed)
    work.note("unit_changed", unit=old["code"], fields=sorted(changed))
    return {**old, **changed, **{name: stream[name] for name in ("seq", "head", "head_at")}}


# — subjects —


def _bring_subjects(work: _Import, rows: Sequence[SubjectRow]) -> None:
    fresh = [one for one in rows if one.code not in work.subjects]
    _new_subjects(work, fresh)
    for row in rows:
        if row.code in work.subjects:
            _changed_subject(work, work.subjects[row.code], row)


def _columns(row: SubjectRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _PLAIN}


def _new_subjects(work: _Import, rows: Sequence[SubjectRow]) -> None:
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
        work.note("subject_added", subject=one["code"], unit=one["unit"])
    _open_dossiers(work, [one for one in made if one["ranked"]])


def _open_dossiers(work: _Import, subjects: Sequence[Row]) -> None:
    """The dossiers of these subjects: one on each track of the pack that is theirs, with its first record."""
    act = work.act
    wanted = [(subject, track) for subject in subjects for track in act.rules.pack.tracks if _has(subject, track)]
    if not wanted:
        return
    number = next_number(act.context, act.tx, "dossier", len(wanted))
    rows, records = [], []
    for row in _routed(work, wanted, number):
        facts = act.basic_facts("dossier", "create", {}, act.roles_within([]))
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
    obligations.owed_for(act, rows)


def _has(subject: Row, track: Track) -> bool:
    """Whether a subject is ranked on a track: party organisations only as such, others on it if they are members."""
    if subject["kind"] == SubjectKind.PARTY_ORGANISATION:
        return track is Track.PARTY
    return track is not Track.PARTY or bool(subject["party"])


def _routed(work: _Import, wanted: Sequence[tuple[Row, Track]], number: int) -> list[Row]:
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


def _dossier_row(work: _Import, subject: Row, track: Track, ref: str) -> Row:
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


def _changed_subject(work: _Import, old: Row, new: SubjectRow) -> None:
    act = work.act
    changed = {name: value for name, value in _columns(new).items() if old[name] != value}
    if work.names.get(old["name"]) != new.name:
        changed["name"] = act.keep(new.name)
    if (work.names.get(old["contact"]) if old["contact"] else None) != new.email:
        changed["contact"] = act.keep(new.email) if new.email else None
    if not changed:
        return
    work.note("subject_changed", subject=new.code, fields=sorted(changed))
    moved = bool(set(changed) & {"unit", *SELECTING})
    dossiers = act.tx.all(sql.DOSSIERS_OF_SUBJECT, season=act.season_id, subject=new.code) if moved else []
    for row in dossiers:
        if row["state"] not in _FINAL:
            _amend(work, row, {name: changed[name] for name in changed if name in {"unit", *SELECTING}})
    act.tx.change(sql.SUBJECT_CHANGED, **{**old, **changed}, was_season=act.season_id, was_code=new.code)
    after = {**old, **changed}
    for row in dossiers:
        if row["state"] not in _FINAL:
            _regroup(work, row["id"])
    if new.ranked and not old["ranked"]:
        _open_dossiers(work, [after])


def _amend(work: _Import, row: Row, changed: Mapping[str, Any]) -> None:
    """Record the edit on the dossier. Who moves to another unit is voted on there: the old unit's vote lapses first."""
    act = work.act
    changes: dict[str, Any] = {name: str(value) if name != "party" else value for name, value in changed.items()}
    after = {**row, **changes}
    if "unit" in changes:
        unit = work.units[changes["unit"]]
        after |= {"unit_kind": unit["kind"], "unit_path": unit["path"], "unit_stream": unit["id"]}
    changes["route"] = route_for(act.rules.pack, {**after, "route": ""}).id
    if "unit" in changes and row["state"] in {DossierState.UNIT_VOTED, DossierState.SUBMITTED}:
        _leave_groups(work, row, after)
        row = _commanded(work, row, "revote", {})
    else:
        _leave_groups(work, row, after)
    _commanded(work, row, "amend", {"changes": changes})


def _commanded(work: _Import, row: Row, command: str, args: Mapping[str, Any]) -> Row:
    act = work.act
    case = Case(row=row, facts=dossier_act(act, row, command, args))
    judge(act, [case])
    if case.decision is None or case.decision.refused:
        raise BadInput("command.amend_refused", dossier=row["ref"], command=command)
    work.done.append(write_case(act, case))
    return act.tx.all(sql.DOSSIERS_BY_ID, season=act.season_id, ids=[row["id"]])[0]


def _regroup(work: _Import, dossier: str) -> None:
    row = work.act.tx.all(sql.DOSSIERS_BY_ID, season=work.act.season_id, ids=[dossier])[0]
    _enter_groups(work, [row], fresh=False)
    obligations.owed_for(work.act, [row])


def _leave_groups(work: _Import, row: Row, after: Row) -> None:
    for group in leaves(work.act, row, after):
        work.touched.add(group["id"])
        work.note("left_group", dossier=row["ref"], rule=group["rule"], group=group["key"])


def _enter_groups(work: _Import, rows: Sequence[Row], *, fresh: bool) -> None:
    for entered in joins(work.act, rows, fresh=fresh):
        work.touched.add(entered.group["id"])
        if entered.was_closed:
            work.done.append(votes.reopen(work.act, entered.group, Role.COORDINATOR.value))
            work.note("vote_reopened", rule=entered.group["rule"], group=entered.group["key"])


def _bring_roles(work: _Import, roster: Roster) -> None:
    act = work.act
    known = {(one["subject"], one["role"], one["scope"]) for one in act.tx.all(sql.ROLES, season=act.season_id)}
    for row in roster.roles:
        if (row.subject, row.role.value, row.scope) not in known:
            known.add((row.subject, row.role.value, row.scope))
            act.tx.change(sql.NEW_ROLE, season=act.season_id, subject=row.subject, role=row.role, scope=row.scope)
            work.note("role_granted", subject=row.subject, role=row.role.value, scope=row.scope)


def _count_again(work: _Import) -> None:
    act = work.act
    rows = act.tx.all(sql.GROUPS_BY_ID, season=act.season_id, ids=sorted(work.touched))
    groups.write_figures(act, groups.stand(act, rows, {}))


def _recorded(work: _Import, roster: Roster, role: str) -> Done:
    """One record on the roster's own stream: what came in, and every change by code and id."""
    act = work.act
    row = act.tx.one(sql.ROSTER, season=act.season_id)
    if row is None:
        raise BadInput("command.unknown_season", season=act.season["code"], known=[])
    facts = act.basic_facts("roster", "import", {"changes": {"made": work.changes}}, [role])
    counts = {"units": len(roster.units), "subjects": len(roster.subjects), "roles": len(roster.roles)}
    stream = act.seal(row, stream=row["id"], kind="roster", facts=facts, to=None, role=role, patch=counts)
    act.advance_row(sql.ROSTER_ADVANCED, row, stream, {})
    return Done(
        ref=act.season["code"],
        kind="roster",
        command="import",
        came_from=None,
        to=None,
        seq=stream["seq"],
        receipt=ledger.short(stream["head"]),
    )
