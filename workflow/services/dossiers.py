"""Advancing dossiers: one, many at once, or as many as pass (design sections 3 and 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from workflow import ledger, owing
from workflow.answers import Answer, Done, Refused
from workflow.engine import Decision, decide, foresee
from workflow.errors import BadInput, Conflict
from workflow.facts import DossierFacts, Facts, MeetingFacts, Patch
from workflow.papers import formed
from workflow.routing import reach
from workflow.rulepack import RulePack
from workflow.services import arguments, attachments, groups, notices, papers
from workflow.services.acts import Act, note_attempts, perform
from workflow.services.beside import Beside
from workflow.services.context import By, Context, Upload
from workflow.services.obligations import Stored
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.tallies import counted_on
from workflow.words import Role, SubjectKind

_TEXTS = ("reason", "text")
_OF_BODIES = ("suggest", "comment")
_SUBJECT_FIELDS = ("kind", "category", "duty", "tier", "lead", "party", "track")


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """One command for one or many dossiers.

    `args` are the command's own: `rank`, `proposed`, `meeting` (a ref), `tally` (votes by rank, with `invalid`,
    `returned`, `voters`), `to`, `letter`, `decision`, `external`, `reason` (free text), `reason_kind`, `due_back`
    (ISO day), `body`, `field`, `corrects` (a record's number), of a paper `form`, `sections` and `new_version`, of a
    suggestion or comment `on` (ISO day), `text` and `none`, of a `circumstance` (its id) `months`, `letter`, `text`
    and `none`, of a `fault` (its number) or a `carried` one (its name) `mended`, `text`, `letter` and `none`, of a
    petition's answer `outcome` ("kept", "changed").
    `partial` does what passes and refuses the rest. `package` is the unit whose package the dossiers are: what was
    asked for is then the package, whoever is in it.
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


class Hearing:
    """What commands on these dossiers are judged on: their obligations, and their groups with all members. Read once
    under the season's lock; only this act can change it."""

    def __init__(self, act: Act, rows: Sequence[Row]) -> None:
        self.act = act
        dossiers = [row["id"] for row in rows]
        streams = [act.season_id, *{one: None for row in rows for one in (row["id"], row["unit_stream"])}]
        owed, of_them, members = act.tx.together(
            (sql.OBLIGATIONS_ON, {"season": act.season_id, "streams": streams}),
            (sql.GROUPS_OF_DOSSIERS, {"season": act.season_id, "dossiers": dossiers}),
            (sql.MEMBERS_BESIDE, {"season": act.season_id, "dossiers": dossiers}),
        )
        self.book = Stored(act, streams, owed)
        self.roll = groups.Roll(act.rules, dossiers, of_them, members)
        self._beside = Beside(act, rows)
        self._meetings: dict[str, MeetingFacts] = {}
        self._stood: tuple[Mapping[str, Patch], list[groups.Standing]] = {}, []

    def facts(self, row: Row, command: str, args: Mapping[str, Any], meeting: Row | None = None) -> Facts:
        """The whole facts of one command on one dossier, groups left out."""
        act = self.act
        facts = act.basic_facts("dossier", command, args, roles_over(act, row, command, args), row=row)
        facts["dossier"] = dossier_facts(row, outside=_is_outside(act, row))
        facts["obligations"] = owing.over_dossier(self.book, row)
        if act.rules.pack.meetings and command == "correct" and args.get("field") == "voted":
            meeting = self._voted_at(row)
        if meeting is not None:
            rule = act.rules.pack.kind_of(meeting["kind"])
            if meeting["id"] not in self._meetings:  # mostly one for all of an act
                self._meetings[meeting["id"]] = meeting_facts(meeting)
            facts["meeting"] = self._meetings[meeting["id"]]
            if rule is not None and rule.steps:
                facts["tally"] = counted_on(rule, meeting, row)
        return facts

    def _voted_at(self, row: Row) -> Row | None:
        """The meeting at which a dossier was voted on."""
        ref = row["marks"].get("meeting")
        return None if ref is None else self.act.tx.one(sql.MEETING, season=self.act.season_id, ref=ref)

    def judge(self, cases: Sequence[Case]) -> None:
        """Count the groups on what the cases would change, then ask every check of every case."""
        for case in cases:
            case.foreseen = foresee(self.act.rules, case.facts)
        self._ask(cases, {case.row["id"]: case.foreseen for case in cases if case.foreseen is not None})

    def weigh(self, cases: Sequence[Case]) -> None:
        """Ask every check of every case as things stand: each for itself, nothing changed by the others."""
        self._ask(cases, {})

    def _ask(self, cases: Sequence[Case], patches: Mapping[str, Patch]) -> None:
        standings = self.roll.stand([case.row["id"] for case in cases], patches)
        self._stood = patches, standings
        told = {group["id"]: groups.as_facts((group, figures)) for group, figures in standings}
        for case in cases:
            self._beside.tell(case.facts, case.row, patches)
            case.facts["groups"] = [told[one] for one in self.roll.of(case.row["id"])]
            case.decision = decide(self.act.rules, case.facts)

    def standings(self, patches: Mapping[str, Patch]) -> list[groups.Standing]:
        """The groups of these dossiers once the patches are written; mostly as they were judged."""
        foreseen, standings = self._stood
        return standings if patches == foreseen else self.roll.stand(list(patches), patches)


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
        "files": attachments.digests_of(order.uploads),
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
    _check_body(act, order)
    _check_circumstance(act, order)
    rows, meeting = _read(act, order)
    args = _committed(act, order)
    hearing = Hearing(act, rows)
    cases = [case_of(hearing, row, order.command, args, meeting) for row in rows]
    hearing.judge(cases)
    refused = [one for one in cases if _decision(one).refused]
    if order.partial and refused:
        return _partly(hearing, cases, order, content)
    if refused:
        told = [_refused(one, order.command) for one in refused]
        note_attempts(act, content, [(one.row, tell, one.facts) for one, tell in zip(refused, told, strict=True)])
        standings = hearing.roll.stand([row["id"] for row in rows], {})
        return Answer(act=act.id, refused=tuple(told), groups=tuple(map(groups.as_note, standings)))
    return accept(hearing, cases, order.uploads)


def _check_body(act: Act, order: Advance) -> None:
    """A suggestion or comment comes from a body that the pack has."""
    known, body = {one.id for one in act.rules.pack.bodies}, order.args.get("body")
    if order.command in _OF_BODIES and body is not None and body not in known:
        raise BadInput("command.unknown_body", bodies=[body], known=sorted(known))


def _check_circumstance(act: Act, order: Advance) -> None:
    """What is put on record is one of the pack's circumstances."""
    known, named = [one.id for one in act.rules.pack.circumstances], order.args.get("circumstance")
    if order.command != "record_circumstance" or named in known:
        return
    if not known:
        raise BadInput("command.no_circumstances")
    raise BadInput("command.unknown_circumstance", circumstance=named, known=known)


def _partly(hearing: Hearing, cases: list[Case], order: Advance, content: Any) -> Answer:
    """Drop those that fail, and judge again until nothing changes."""
    act = hearing.act
    left, dropped = list(cases), list[Case]()
    while left:
        hearing.judge(left)
        out = _falling(act.rules.pack, left)
        if not out:
            break
        dropped += out
        left = [one for one in left if one not in out]
    told = [_refused(one, order.command) for one in dropped]
    note_attempts(act, content, [(one.row, tell, one.facts) for one, tell in zip(dropped, told, strict=True)])
    if not left:
        return Answer(act=act.id, refused=tuple(told))
    done = accept(hearing, left, order.uploads)
    return Answer(act=act.id, done=done.done, refused=tuple(told), groups=done.groups, changes=done.changes)


def _falling(pack: RulePack, cases: Sequence[Case]) -> list[Case]:
    """Those that fail guards of their own; else those above a ceiling (others may set it); else a group's."""
    quotas = {one.id for one in pack.quotas}
    for spared in (quotas | {one.id for one in pack.ceilings}, quotas, set[str]()):
        if out := [one for one in cases if any(each.rule not in spared for each in _decision(one).refused)]:
            return out
    return []


def _read(act: Act, order: Advance) -> tuple[list[Row], Row | None]:
    """The dossiers in the order of `order.refs`, and the meeting it names. Raises `BadInput` naming every unknown
    one."""
    season, meeting = act.season_id, order.args.get("meeting")
    asked = [(sql.DOSSIERS_BY_REF, {"tenant": act.context.tenant, "season": season, "refs": order.refs})]
    if meeting is not None:
        asked.append((sql.MEETING, {"season": season, "ref": meeting}))
    rows, *others = act.together(*asked)
    meetings = others[0] if others else []
    found = {row["ref"]: row for row in rows}
    unknown = [one for one in order.refs if one not in found]
    if unknown:
        raise BadInput("command.unknown_dossier", refs=unknown, season=act.season["code"])
    if meeting is not None and not meetings:
        raise BadInput("command.unknown_meeting", meeting=meeting)
    return [found[one] for one in order.refs], meetings[0] if meetings else None


def _committed(act: Act, order: Advance) -> dict[str, Any]:
    apart = {"meeting", "form", "sections", "new_version"}
    args = {name: value for name, value in order.args.items() if name not in apart}
    args = attachments.committed(act, args, _TEXTS, order.uploads)
    handed_in = papers.told(act, order.command, order.args, order.uploads, order.refs)
    return {**args, "papers": handed_in} if handed_in else args


def meeting_facts(row: Row) -> MeetingFacts:
    return {
        "id": row["id"],
        "ref": row["ref"],
        "unit": row["unit"],
        "kind": row["kind"],
        "state": row["state"],
        "held_on": None if row["held_on"] is None else row["held_on"].isoformat(),
        "attendees": row["attendees"],
        "invited": row["invited"],
        # What was said at its steps may grow long, and no vote is judged by it.
        "marks": {name: value for name, value in row["marks"].items() if name != "log"},  # type: ignore[typeddict-item]
    }


def case_of(hearing: Hearing, row: Row, command: str, args: Mapping[str, Any], meeting: Row | None) -> Case:
    own, route = dict(args), hearing.act.rules.pack.route(row["route"])
    if command == "submit" and "to" not in own:
        left = route.unsent(row["marks"])
        own |= {"to": left[0]} if left else {}
    if command in {"submit", "send"}:
        via = next((one.via for one in route.recipients if one.body == own.get("to")), None)
        own |= {"via": via} if via else {}
    facts = hearing.facts(row, command, own, meeting)
    if "papers" in own:
        given = [formed(hearing.act.rules.pack, facts["dossier"], one) for one in own["papers"]]
        facts["command"]["args"]["papers"] = given  # type: ignore[typeddict-item]
    others = papers.of_subject(hearing.act, row, command, facts["command"]["args"].get("papers", []))
    if others is not None:
        facts["elsewhere"] = others
    return Case(row=row, facts=facts)


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
    pack = act.rules.pack
    ratifier = pack.route(row["route"]).ratifier
    return ratifier is None or any(one.id == ratifier and one.external for one in pack.bodies)


def roles_over(act: Act, row: Row, command: str, args: Mapping[str, Any]) -> list[str]:
    """The actor's roles over this dossier. A ratifier's reach is the body that the route names, not the unit's tree."""
    path, route = row["unit_path"].split(" "), act.rules.pack.route(row["route"])
    body = args.get("body")
    names = [
        one["role"]
        for one in act.roles()
        if one["scope"] in reach(route, path, role=one["role"], command=command, body=body)
    ]
    if _is_subject(act, row):
        names.insert(0, Role.SUBJECT.value)
    return list(dict.fromkeys(names))


def _is_subject(act: Act, row: Row) -> bool:
    """Whether the dossier is the actor's own; a collective's is its head's."""
    if row["subject"] == act.by.actor:
        return True
    return row["kind"] != SubjectKind.PERSON and act.heads(row["unit"])


def _decision(case: Case) -> Decision:
    if case.decision is None:
        raise ValueError("not judged yet")
    return case.decision


def _refused(case: Case, command: str) -> Refused:
    decision = _decision(case)
    return Refused(
        ref=case.row["ref"], kind="dossier", command=command, verdicts=decision.refused, unknown=decision.unknown
    )


def accept(hearing: Hearing, cases: Sequence[Case], uploads: Sequence[Upload] = ()) -> Answer:
    """Write what was decided: a record and a row for each dossier, the groups' figures, and what is settled or owed."""
    act, book = hearing.act, hearing.book
    act.write_kept()
    attachments.store(act, uploads)
    standings = hearing.standings({case.row["id"]: _decision(case).patch or {} for case in cases})
    done = write_cases(act, cases, groups.changed_figures(act, standings))
    changes = owing.settle(book, [(case.row, _decision(case).to) for case in cases])
    for case in cases:
        if "papers" in case.facts["command"]["args"]:
            changes += papers.of_other_seasons(act, case.row, case.facts["command"]["args"]["papers"])
    decided = [case.row for case in cases if case.facts["command"]["name"] == "ratify"]
    notices.tell_anew(act, [row["id"] for row in decided if row["marks"].get("adjusted")])
    back = [case for case in cases if case.facts["command"]["name"] == "send_back"]
    for case in back:
        day = date.fromisoformat(case.facts["command"]["args"]["due_back"])
        for ref in owing.owed_again(book, case.row, day):
            changes.append({"code": "change.due_back", "ref": ref, "dossier": case.row["ref"], "day": day.isoformat()})
    # What came back is due on a day of its own: a unit's duty that it alone still owed is about nobody now.
    if back:
        changes += owing.settle(book, [(case.row, None) for case in back])
    return Answer(act=act.id, done=tuple(done), groups=tuple(map(groups.as_note, standings)), changes=tuple(changes))


def write_cases(act: Act, cases: Sequence[Case], figures: Sequence[Row] = ()) -> list[Done]:
    """Append the records of decided cases, advance their rows, and bring groups to their new `figures`."""
    records, rows, done = [], [], []
    for case in cases:
        decision, row = _decision(case), case.row
        patch = decision.patch or {}
        record, stream = act.draft(
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
        records.append(record)
        rows.append({**row, **fields, "marks": marks, **stream, "season": act.season_id})
        done.append(_done(case, stream))
    _, advanced, _ = act.tx.change_together(
        (sql.NEW_HISTORY, records), (sql.DOSSIER_ADVANCED, rows), (sql.GROUP_COUNTED, figures)
    )
    if advanced != len(rows):
        raise Conflict("command.lost_race", stream=", ".join(case.row["ref"] for case in cases))
    return done


def _done(case: Case, stream: Row) -> Done:
    decision, row = _decision(case), case.row
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
