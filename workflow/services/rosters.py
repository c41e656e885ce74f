"""A roster is imported: compared with the season, and the difference recorded (design sections 3 and 4).

New ranked subjects get their dossiers, groups and obligations; changed ones are amended on the record, and whoever
enters a closed group opens its vote in the same commit. Nobody is removed by leaving a line out: `withdraw` is a
command.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields

from workflow import ledger
from workflow.answers import Answer, Done
from workflow.errors import BadInput, Fault, Faulty
from workflow.rosters import RoleRow, Roster, SubjectRow, UnitRow
from workflow.services import groups, notices
from workflow.services.acts import Act, perform, refuse_role
from workflow.services.context import By, Context
from workflow.services.enrolment import Enrolment, bring_subjects
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import GRANTABLE, Lead, Role, new_id


def import_roster(context: Context, season: str | None, by: By, roster: Roster) -> Answer:
    """Bring a season in line with a roster, in one commit. `changes` say what is new and what became different.

    A second import of the same roster changes nothing. Refused to whoever is neither operator nor coordinator of
    the whole season. Raises `Faulty` where the roster and the season together cannot be (two heads, an unknown
    unit).
    """
    content = {"command": "import_roster", "roster": _content(roster)}

    def work(act: Act) -> Answer:
        role = act.acting((Role.OPERATOR, Role.COORDINATOR))
        if role is None:
            code, wanted = act.season["code"], (Role.COORDINATOR,)
            return refuse_role(
                act, roster_of(act), ref=code, kind="roster", command="import", wanted=wanted, content=content
            )
        return _imported(act, roster, role)

    return perform(context, season, by, content, work)


def _content(roster: Roster) -> list[list[str]]:
    rows: list[UnitRow | SubjectRow | RoleRow] = [*roster.units, *roster.subjects, *roster.roles]
    return [[str(getattr(row, one.name)) for one in fields(row)] for row in rows]


def _imported(act: Act, roster: Roster, role: str) -> Answer:
    units = {one["code"]: one for one in act.tx.all(sql.UNITS, season=act.season_id)}
    subjects = {one["code"]: one for one in act.tx.all(sql.SUBJECTS, season=act.season_id)}
    digests = [one[name] for one in subjects.values() for name in ("name", "contact") if one[name]]
    texts = {one["digest"]: one["text"] for one in act.tx.all(sql.SECRETS, season=act.season_id, digests=digests)}
    work = Enrolment(act=act, units=units, subjects=subjects, names=texts, source=roster.source)
    _check_together(work, roster)
    _bring_units(work, roster.units, role)
    bring_subjects(work, roster.subjects)
    _bring_roles(work, roster)
    absent = sorted(set(work.subjects) - {one.code for one in roster.subjects})
    if absent and roster.subjects:
        work.note("absent", subjects=absent)
    act.write_kept()
    _count_again(work)
    if any(one["code"] != "change.absent" for one in work.changes):
        work.done.append(_recorded(work, role))
    return Answer(act=act.id, done=tuple(work.done), changes=tuple(work.changes))


def _check_together(work: Enrolment, roster: Roster) -> None:
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
    headed: dict[str, list[str]] = {}
    for code, unit in sorted(heads.items()):
        headed.setdefault(unit, []).append(code)
    for unit, found in sorted(headed.items()):
        if len(found) > 1:
            faults.append(
                Fault(code="command.roster_two_heads", figures={"unit": unit, "subjects": found}, where=where)
            )
    people = set(work.subjects) | {one.code for one in roster.subjects}
    scopes = {"*", *known, *(one.id for one in work.act.rules.pack.bodies)}
    faults += [
        Fault(code="command.roster_unknown_subject", figures={"subject": one.subject}, where=where)
        for one in roster.roles
        if one.subject not in people
    ]
    faults += [
        Fault(code="command.unknown_scope", figures={"scope": one.scope, "subject": one.subject}, where=where)
        for one in roster.roles
        if one.scope not in scopes
    ]
    faults += [
        Fault(code="command.unknown_role", figures={"role": one.role.value, "known": sorted(GRANTABLE)}, where=where)
        for one in roster.roles
        if one.role not in GRANTABLE
    ]
    if faults:
        raise Faulty("command.roster_faulty", faults=faults, file=roster.source)


# — units —


def _bring_units(work: Enrolment, rows: Sequence[UnitRow], role: str) -> None:
    wanted = {one.code: one for one in rows}
    parents = {code: one["parent"] for code, one in work.units.items()} | {one.code: one.parent for one in rows}
    paths = {code: _path(code, parents) for code in parents}
    added, records = list[Row](), list[Row]()
    for code, path in paths.items():
        new, old = wanted.get(code), work.units.get(code)
        if old is None and new is not None:
            work.units[code], record = _new_unit(work, new, path, role)
            added.append(work.units[code])
            records.append(record)
        elif old is not None:
            work.units[code] = _changed_unit(work, old, new, path, role)
    work.act.tx.many(sql.NEW_UNIT, added)
    work.act.tx.many(sql.NEW_HISTORY, records)
    audience = work.act.rules.pack.document.audience
    notices.tell(work.act, "opened", [one["code"] for one in added if one["kind"] in audience])


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


def _new_unit(work: Enrolment, row: UnitRow, path: str, role: str) -> tuple[Row, Row]:
    """A unit that is not written yet, and its first record."""
    act = work.act
    shown = {
        "code": row.code,
        "name": row.name,
        "kind": row.kind,
        "parent": row.parent,
        "path": path,
        "email": row.email,
    }
    facts = act.basic_facts("unit", "create", {}, [role])
    record, head = act.draft(None, stream=new_id(), kind="unit", facts=facts, to=None, role=role, patch=shown)
    work.note("unit_added", unit=row.code)
    own = {name: head[name] for name in ("id", "seq", "head", "head_at")}
    return {"season": act.season_id, **shown, "marks": {}, **own}, record


def _changed_unit(work: Enrolment, old: Row, new: UnitRow | None, path: str, role: str) -> Row:
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


def _bring_roles(work: Enrolment, roster: Roster) -> None:
    act = work.act
    known = {(one["subject"], one["role"], one["scope"]) for one in act.tx.all(sql.ROLES, season=act.season_id)}
    for row in roster.roles:
        if (row.subject, row.role.value, row.scope) not in known:
            known.add((row.subject, row.role.value, row.scope))
            act.tx.change(sql.NEW_ROLE, season=act.season_id, subject=row.subject, role=row.role, scope=row.scope)
            work.roles[role_name(row)] = True
            work.note("role_granted", subject=row.subject, role=row.role.value, scope=row.scope)


def roster_of(act: Act) -> Row:
    """The row of the season's roster, which is a stream of its own."""
    row = act.tx.one(sql.ROSTER, season=act.season_id)
    if row is None:
        raise BadInput("command.unknown_season", season=act.season["code"], known=[])
    return row


def role_name(row: RoleRow) -> str:
    """How the roster's record names a grant."""
    return f"{row.subject} {row.role} {row.scope}"


def _count_again(work: Enrolment) -> None:
    act = work.act
    rows = act.tx.all(sql.GROUPS_BY_ID, season=act.season_id, ids=sorted(work.touched))
    act.tx.many(sql.GROUP_COUNTED, groups.changed_figures(act, groups.stand(act, rows)))


def _recorded(work: Enrolment, role: str) -> Done:
    """One record on the roster's own stream: what came in, and every change by code and id."""
    act = work.act
    row = roster_of(act)
    facts = act.basic_facts("roster", "import", {"changes": {"made": work.changes}}, [role])
    patch = {"subjects": work.values, "roles": work.roles}
    stream = act.seal(row, stream=row["id"], kind="roster", facts=facts, to=None, role=role, patch=patch)
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
