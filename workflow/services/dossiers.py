"""Advancing dossiers: one, many at once, or as many as pass (design sections 3 and 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from workflow import ledger, owing
from workflow.answers import Answer, Done, Refused
from workflow.engine import Decision, decide, foresee
from workflow.errors import BadInput
from workflow.facts import DossierFacts, Facts, MeetingFacts, Patch
from workflow.routing import reach
from workflow.rulepack import Route
from workflow.services import arguments, attachments, groups
from workflow.services.acts import Act, note_attempts, perform
from workflow.services.context import By, Context, Upload
from workflow.services.obligations import Stored
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import Lead, Role, SubjectKind

_TEXTS = ("reason",)
_SUBJECT_FIELDS = ("kind", "category", "duty", "tier", "lead", "party", "track")


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """One command for one or many dossiers.

    `args` are the command's own: `rank`, `proposed`, `meeting` (a ref), `tally` (votes by rank, with `invalid`,
    `returned`, `voters`), `to`, `letter`, `decision`, `external`, `reason` (free text), `reason_kind`, `due_back`
    (ISO day), `body`, `field`, `corrects` (a record's number). `partial` does what passes and refuses the rest.
    `package` is the unit whose package the dossiers are: what was asked for is then the package, whoever is in it.
    """

    command: str
    refs: tuple[str, ...]
    args: Mapping[str, Any] = field(default_factory=dict)
    uploads: tuple[Upload, ...] = ()
    partial: bool = False
    package: str | None = None


@dataclass(slots=True, kw_only=True)
class Case:
    """One dossier on its way through an act."""

    row: Row
    facts: Facts
    foreseen: Patch | None = None
    decision: Decision | None = None


def advance(context: Context, season: str | None, by: By, order: Advance) -> Answer:
    """Do a command on dossiers, in one commit, judged on its final state.

    Raises `BadInput` for an unknown command, dossier, rank, meeting or argument; `Conflict` where a race was lost;
    `KeyReused`, `ClockBehind`. A refusal is in the answer.
    """
    order = _checked(order)
    content = _content(order)
    return perform(context, season, by, content, lambda act: _advanced(act, order, content))


def _content(order: Advance) -> dict[str, Any]:
    return {
        "command": order.command,
        "refs": sorted(order.refs) if order.package is None else order.package,
        "args": dict(order.args),
        "partial": order.partial,
        "files": [attachments.digest_of(one) for one in order.uploads],
    }


def _checked(order: Advance) -> Advance:
    if not order.refs and order.package is None:
        raise BadInput("command.no_dossier")
    if len(set(order.refs)) != len(order.refs):
        raise BadInput("command.twice", refs=sorted({one for one in order.refs if order.refs.count(one) > 1}))
    return replace(order, args=arguments.checked(arguments.DOSSIER, order.args))


def _advanced(act: Act, order: Advance, content: Any) -> Answer:
    process = act.rules.processes["dossier"]
    if order.command not in process.steps or not process.steps[order.command].direct:
        known = [step.command for step in process.steps.values() if step.direct]
        raise BadInput("command.unknown_command", command=order.command, known=known)
    if not order.refs:
        raise BadInput("command.no_dossier")
    rows = find(act, order.refs)
    args = _committed(act, order)
    meeting = _meeting(act, order.args.get("meeting"))
    cases = [_case(act, row, order.command, args, meeting) for row in rows]
    judge(act, cases)
    refused = [one for one in cases if _decision(one).refused]
    if order.partial and refused:
        return _partly(act, cases, order, content)
    if refused:
        told = [_refused(one, order.command) for one in refused]
        note_attempts(act, content, [(one.row, tell, one.facts) for one, tell in zip(refused, told, strict=True)])
        return Answer(act=act.id, refused=tuple(told), groups=tuple(map(groups.as_note, _standings(act, cases, {}))))
    return accept(act, cases, order.uploads)


def _partly(act: Act, cases: list[Case], order: Advance, content: Any) -> Answer:
    """Drop those that fail guards of their own, then all that fail a group's, and judge again until nothing changes."""
    quotas = {one.id for one in act.rules.pack.quotas}
    left, dropped = list(cases), list[Case]()
    while left:
        judge(act, left)
        own = [one for one in left if any(verdict.rule not in quotas for verdict in _decision(one).refused)]
        out = own or [one for one in left if _decision(one).refused]
        if not out:
            break
        dropped += out
        left = [one for one in left if one not in out]
    told = [_refused(one, order.command) for one in dropped]
    note_attempts(act, content, [(one.row, tell, one.facts) for one, tell in zip(dropped, told, strict=True)])
    if not left:
        return Answer(act=act.id, refused=tuple(told))
    done = accept(act, left, order.uploads)
    return Answer(act=act.id, done=done.done, refused=tuple(told), groups=done.groups, changes=done.changes)


def find(act: Act, refs: Sequence[str]) -> list[Row]:
    """The rows of these dossiers, in the order of `refs`. Raises `BadInput` naming every unknown one."""
    found = {row["ref"]: row for row in act.tx.all(sql.DOSSIERS_BY_REF, season=act.season_id, refs=list(refs))}
    unknown = [one for one in refs if one not in found]
    if unknown:
        raise BadInput("command.unknown_dossier", refs=unknown, season=act.season["code"])
    return [found[one] for one in refs]


def _committed(act: Act, order: Advance) -> dict[str, Any]:
    args = {name: value for name, value in order.args.items() if name != "meeting"}
    for name in _TEXTS:
        if args.get(name):
            args[name] = act.keep(str(args[name]))
    if order.uploads:
        args["attachments"] = [attachments.digest_of(one) for one in order.uploads]
    return args


def _meeting(act: Act, ref: str | None) -> MeetingFacts | None:
    if ref is None:
        return None
    row = act.tx.one(sql.MEETING, season=act.season_id, ref=ref)
    if row is None:
        raise BadInput("command.unknown_meeting", meeting=ref)
    return meeting_facts(row)


def meeting_facts(row: Row) -> MeetingFacts:
    return {
        "id": row["id"],
        "ref": row["ref"],
        "unit": row["unit"],
        "state": row["state"],
        "held_on": None if row["held_on"] is None else row["held_on"].isoformat(),
        "attendees": row["attendees"],
        "invited": row["invited"],
    }


def _case(act: Act, row: Row, command: str, args: Mapping[str, Any], meeting: MeetingFacts | None) -> Case:
    route = route_of(act, row["route"])
    own = dict(args)
    if command == "submit" and "to" not in own:
        first = next((one.body for one in route.recipients if one.required), None)
        own |= {"to": first} if first else {}
    return Case(row=row, facts=dossier_act(act, row, command, own, meeting))


def dossier_act(
    act: Act, row: Row, command: str, args: Mapping[str, Any], meeting: MeetingFacts | None = None
) -> Facts:
    """The whole facts of one command on one dossier, groups left out."""
    facts = act.basic_facts("dossier", command, args, roles_over(act, row, command), row=row)
    facts["dossier"] = dossier_facts(row, outside=_is_outside(act, row))
    facts["obligations"] = owing.over_dossier(Stored(act), row)
    if meeting is not None:
        facts["meeting"] = meeting
    return facts


def dossier_facts(row: Row, *, outside: bool) -> DossierFacts:
    return {
        "id": row["id"],
        "ref": row["ref"],
        "subject": row["subject"],
        "unit": row["unit"],
        "units": row["unit_path"].split(" "),
        "unit_kind": row["unit_kind"],
        "kind": row["kind"],
        "category": row["category"],
        "duty": row["duty"],
        "tier": row["tier"],
        "lead": row["lead"],
        "party": row["party"],
        "track": row["track"],
        "seq": row["seq"],
        "state": row["state"],
        "expected": row["expected"],
        "voted": row["voted"],
        "proposed": row["proposed"],
        "decided": row["decided"],
        "route": row["route"],
        "outside": outside,
        "marks": row["marks"],
    }


def _is_outside(act: Act, row: Row) -> bool:
    ratifier = route_of(act, row["route"]).ratifier
    return ratifier is None or any(one.id == ratifier and one.external for one in act.rules.pack.bodies)


def route_of(act: Act, route: str) -> Route:
    return next(one for one in act.rules.pack.routes if one.id == route)


def roles_over(act: Act, row: Row, command: str) -> list[str]:
    """The actor's roles over this dossier. A ratifier's reach is the body that the route names, not the unit's tree."""
    path, route = row["unit_path"].split(" "), route_of(act, row["route"])
    names = [
        one["role"] for one in act.roles() if one["scope"] in reach(route, path, role=one["role"], command=command)
    ]
    if _is_subject(act, row):
        names.insert(0, Role.SUBJECT.value)
    return list(dict.fromkeys(names))


def _is_subject(act: Act, row: Row) -> bool:
    """Whether the dossier is the actor's own; a collective's is its head's."""
    if row["subject"] == act.by.actor:
        return True
    if row["kind"] == SubjectKind.PERSON or act.is_operator:
        return False
    actor = act.tx.one(sql.SUBJECT, season=act.season_id, code=act.by.actor)
    return actor is not None and actor["unit"] == row["unit"] and actor["lead"] == Lead.HEAD


def judge(act: Act, cases: Sequence[Case]) -> None:
    """Count the groups on what the cases would change, then ask every check of every case."""
    for case in cases:
        case.foreseen = foresee(act.rules, case.facts)
    standings = _standings(act, cases, {case.row["id"]: case.foreseen for case in cases if case.foreseen is not None})
    told = {group["id"]: groups.as_facts((group, figures)) for group, figures in standings}
    members = _memberships(act, cases) if told else {}
    for case in cases:
        case.facts["groups"] = [told[one] for one in members.get(case.row["id"], []) if one in told]
        case.decision = decide(act.rules, case.facts)


def _standings(act: Act, cases: Sequence[Case], patches: Mapping[str, Patch]) -> list[groups.Standing]:
    ids = [case.row["id"] for case in cases]
    rows = act.tx.all(sql.GROUPS_OF_DOSSIERS, season=act.season_id, dossiers=ids)
    return groups.stand(act, rows, patches)


def _memberships(act: Act, cases: Sequence[Case]) -> dict[str, list[str]]:
    ids = [case.row["id"] for case in cases]
    found: dict[str, list[str]] = {}
    for row in act.tx.all(sql.MEMBERSHIPS_OF_MANY, season=act.season_id, dossiers=ids):
        found.setdefault(row["dossier"], []).append(row["group_id"])
    return found


def _decision(case: Case) -> Decision:
    if case.decision is None:
        raise ValueError("not judged yet")
    return case.decision


def _refused(case: Case, command: str) -> Refused:
    decision = _decision(case)
    return Refused(
        ref=case.row["ref"], kind="dossier", command=command, verdicts=decision.refused, unknown=decision.unknown
    )


def accept(act: Act, cases: Sequence[Case], uploads: Sequence[Upload] = ()) -> Answer:
    """Write what was decided: a record and a row for each dossier, the groups' figures, and what is settled or owed."""
    act.write_kept()
    attachments.store(act, uploads)
    done = [write_case(act, case) for case in cases]
    patches = {case.row["id"]: _decision(case).patch or {} for case in cases}
    standings = _standings(act, cases, patches)
    groups.write_figures(act, standings)
    changes = owing.settle(Stored(act), [(case.row, _decision(case).to) for case in cases])
    for case in cases:
        if case.facts["command"]["name"] == "send_back":
            day = date.fromisoformat(case.facts["command"]["args"]["due_back"])
            for ref in owing.owed_again(Stored(act), case.row, day):
                changes.append(
                    {"code": "change.due_back", "ref": ref, "dossier": case.row["ref"], "day": day.isoformat()}
                )
    return Answer(act=act.id, done=tuple(done), groups=tuple(map(groups.as_note, standings)), changes=tuple(changes))


def write_case(act: Act, case: Case) -> Done:
    """Append the record of one decided case and advance its row."""
    decision, row = _decision(case), case.row
    patch = decision.patch or {}
    stream = act.seal(
        row,
        stream=row["id"],
        kind="dossier",
        facts=case.facts,
        to=decision.to,
        role=decision.role or "",
        verdicts=decision.verdicts,
        patch=patch,
    )
    fields = {name: value for name, value in patch.items() if name not in {"marks", *_SUBJECT_FIELDS}}
    marks = {**row["marks"], **patch.get("marks", {})}
    act.advance_row(sql.DOSSIER_ADVANCED, row, stream, {**fields, "marks": marks})
    return Done(
        ref=row["ref"],
        kind="dossier",
        command=case.facts["command"]["name"],
        came_from=row["state"],
        to=decision.to,
        seq=stream["seq"],
        receipt=ledger.short(stream["head"]),
        warnings=decision.warnings,
    )
