"""Meetings at which a unit reviews and votes: planned, registered, agreed, held, minuted (design section 2; NT11-1c,
DP24-III.2, QN23-II)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from workflow import ledger
from workflow.answers import Answer, Done, Refused
from workflow.discharge import HOLD
from workflow.engine import Decision, decide
from workflow.errors import BadInput
from workflow.facts import Facts, MeetingFacts, TallyFacts
from workflow.papers import drafts, holds_meetings, judges_drafts, waiting
from workflow.roll import roll
from workflow.rulepack import Agreement, MeetingRule, matches
from workflow.services import attachments, notices
from workflow.services.acts import Act, next_number, note_attempts, perform
from workflow.services.arguments import MEETING, checked
from workflow.services.context import By, Context, Upload
from workflow.services.dossiers import meeting_facts
from workflow.services.reviews import Reviews
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.tallies import unfinished
from workflow.words import MeetingState, Role, new_id

_TEXTS = ("reason", "text", "conclusion")
_ELSEWHERE = {"tally"}
"""Commands on a meeting that are a use case of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCommand:
    """`plan` names the `unit`; every other command the meeting's `ref`.

    `args`: `kind` (of the pack, where it has several for the unit's dossiers), `invited` (body ids), `time` (local
    minute) and `letter` of a registration, `body` and `letter` of an agreement, `held_on` (ISO day), `attendees` (how
    many were present, 1 or more) or `present` (how many of each part), `step` with `text`, `conclusion` or `needed`
    (False) of a note, `reason` of a move; `letter` (the number of an invitation that is entered after the meeting).
    `uploads` are the signed minutes. `hold` without a `ref` but with a `unit` plans the meeting and records it as held,
    in one commit.
    """

    command: str
    ref: str | None = None
    unit: str | None = None
    args: Mapping[str, Any] = field(default_factory=dict)
    uploads: tuple[Upload, ...] = ()


def meet(context: Context, season: str | None, by: By, order: MeetingCommand) -> Answer:
    """Do a command on a meeting. Raises `BadInput` for an unknown unit, meeting, kind, part, body or command."""
    args = checked(MEETING, order.args)
    if "present" in args:
        args.setdefault("attendees", sum(args["present"].values()))
    order = replace(order, args=args)
    content: dict[str, Any] = {"command": f"meeting.{order.command}", "ref": order.ref, "unit": order.unit}
    content["args"] = args
    if order.uploads:
        content["files"] = attachments.digests_of(order.uploads)
    return perform(context, season, by, content, lambda act: _met(act, order, content))


def _met(act: Act, order: MeetingCommand, content: Any) -> Answer:
    _check(act, order)
    if order.ref is None:
        if order.unit is None:
            raise BadInput("command.unit_needed")
        return _begun(act, order, order.unit, content)
    row, rule = found(act, order.ref)
    _check_parts(rule, order)
    facts, decision = judged(act, row, order.command, attachments.committed(act, order.args, _TEXTS, order.uploads))
    reviews, decision = _reviewing(act, row, order, facts, decision)
    if decision.refused:
        return refused(act, row, order.ref, facts, decision, content=content)
    act.write_kept()
    attachments.store(act, order.uploads)
    done = [written(act, row, facts, decision)]
    if order.command == "agree" and rule is not None and _is_agreed(rule, decision):
        # Both records of this act saw the meeting as it was before it.
        settled = judged(act, row, "settle", {"body": order.args.get("body")})
        done.append(written(act, found(act, order.ref)[0], *settled))
    return _with_reviews(act, done, reviews)


def _reviewing(
    act: Act, row: Row, order: MeetingCommand, facts: Facts, decision: Decision
) -> tuple[Reviews | None, Decision]:
    """What a meeting that is held does to its dossiers; it is refused as well where the record of one of them is."""
    if order.command != HOLD or decision.refused:
        return None, decision
    reviews = Reviews(act, row, facts["command"]["args"])
    return reviews, replace(decision, verdicts=(*decision.verdicts, *reviews.refused))


def _with_reviews(act: Act, done: Sequence[Done], reviews: Reviews | None) -> Answer:
    of_dossiers = None if reviews is None else reviews.accept()
    if of_dossiers is None:
        return Answer(act=act.id, done=tuple(done))
    return replace(of_dossiers, done=(*done, *of_dossiers.done))


def found(act: Act, ref: str) -> tuple[Row, MeetingRule | None]:
    """A meeting by its ref, and its kind. Raises `BadInput` for an unknown one."""
    row = act.tx.one(sql.MEETING, season=act.season_id, ref=ref)
    if row is None:
        raise BadInput("command.unknown_meeting", meeting=ref)
    return row, act.rules.pack.kind_of(row["kind"])


def _is_agreed(rule: MeetingRule, decision: Decision) -> bool:
    agreed = {one["body"] for one in (decision.patch or {})["marks"]["agreed"]}
    return rule.agreement is Agreement.ANY or agreed >= set(rule.agreed_by)


def _begun(act: Act, order: MeetingCommand, unit: str, content: Any) -> Answer:
    """A new meeting, planned; with `hold` also recorded as held. Both or neither."""
    roles = act.roles_within(act.unit_path(unit))
    above = act.tx.one(sql.UNIT, season=act.season_id, code=unit) or {}
    rule = _kind(act, unit, order.args.get("kind"))
    _check_parts(rule, order)
    row = _fresh(act, order, unit, rule)
    given = {name: value for name, value in order.args.items() if name != "kind"}
    args = attachments.committed(act, given, _TEXTS, order.uploads)
    facts, decision = judged(act, row, "hold" if order.command == "hold" else "invite", args)
    reviews, decision = _reviewing(act, row, order, facts, decision)
    if decision.refused:
        return refused(act, above, unit, facts, decision, content=content)
    # Numbered only now: a refusal uses up nothing.
    row["ref"] = f"HN-{next_number(act.context, act.tx, 'meeting'):04d}"
    planned = _plan(act, row, roles, role=decision.role or "")
    if order.command == "plan":
        return Answer(act=act.id, done=(planned,))
    return _with_reviews(act, [planned, written(act, row, *judged(act, row, order.command, args))], reviews)


def _check(act: Act, order: MeetingCommand) -> None:
    steps = act.rules.processes["meeting"].steps
    known = ("plan", *(name for name, one in steps.items() if one.direct and name not in _ELSEWHERE))
    beginning = order.command in {"plan", "hold"}
    if order.command not in known or (order.ref is None and not beginning) or (order.ref and order.command == "plan"):
        raise BadInput("command.unknown_command", command=order.command, known=list(known))
    bodies = {one.id for one in act.rules.pack.bodies}
    named = [*order.args.get("invited", []), *([order.args["body"]] if "body" in order.args else [])]
    strangers = [one for one in named if one not in bodies]
    if strangers:
        raise BadInput("command.unknown_body", bodies=strangers, known=sorted(bodies))


def _check_parts(rule: MeetingRule | None, order: MeetingCommand) -> None:
    """Whoever is counted came as a part that this kind of meeting has."""
    parts = [] if rule is None else [one.id for one in rule.parts]
    strangers = [one for one in order.args.get("present", {}) if one not in parts]
    if strangers:
        raise BadInput("command.unknown_part", parts=strangers, known=parts)


def _kind(act: Act, unit: str, wanted: str | None) -> MeetingRule | None:
    """The kind of a new meeting: the one that is named, or the only one that reviews dossiers of this very unit."""
    kinds = {one.id: one for one in act.rules.pack.meetings}
    if wanted is not None and wanted not in kinds:
        raise BadInput("command.unknown_kind", kind=wanted, known=list(kinds))
    if not kinds:
        return None
    rows = act.tx.all(sql.DOSSIERS_OF_UNIT, season=act.season_id, unit=unit)
    fitting = [one for one in kinds.values() if any(matches(one.where, row) for row in rows)]
    if wanted is not None:
        if kinds[wanted] not in fitting and not _reviews_below(act, kinds[wanted], unit):
            raise BadInput("command.kind_elsewhere", kind=wanted, unit=unit)
        return kinds[wanted]
    if len(fitting) > 1:
        raise BadInput("command.kind_needed", unit=unit, known=[one.id for one in fitting])
    return fitting[0] if fitting else None


def _reviews_below(act: Act, rule: MeetingRule, unit: str) -> bool:
    """Whether a kind of meeting reviews a dossier of a unit below this one. It looks at the whole season."""
    rows = act.tx.all(sql.DOSSIERS_OF_SEASON, season=act.season_id)
    return any(unit in row["unit_path"].split(" ") and matches(rule.where, row) for row in rows)


def _fresh(act: Act, order: MeetingCommand, unit: str, rule: MeetingRule | None) -> Row:
    return {
        "season": act.season_id,
        "id": new_id(),
        "ref": unit,
        "unit": unit,
        "kind": None if rule is None else rule.id,
        "state": MeetingState.PLANNED.value,
        "held_on": None,
        "attendees": None,
        "invited": list(order.args.get("invited", [])),
        "marks": {},
        "tallies": {},
    }


def judged(
    act: Act, row: Row, command: str, args: Mapping[str, Any], *, tally: TallyFacts | None = None
) -> tuple[Facts, Decision]:
    """A command on a meeting, with what it is judged on; `tally` where votes on a dossier are counted."""
    facts = act.basic_facts("meeting", command, dict(args), _roles(act, row, command, args), row=row)
    facts["meeting"] = meeting_facts(row)
    if command in {"note", "minute"}:
        facts["meeting"]["marks"] = row["marks"]
    if command == "minute":
        facts["meeting"]["unfinished"] = unfinished(row["tallies"])
    if command == "hold" and row["kind"] is not None:
        facts["meeting"]["roll"] = roll(act.rules.pack.meeting(row["kind"]), row["unit"], _people(act, row["unit"]))
    if tally is not None:
        facts["tally"] = tally
    if command == "hold":
        _tell_papers(act, row, facts["meeting"])
    return facts, decide(act.rules, facts)


def _tell_papers(act: Act, row: Row, meeting: MeetingFacts) -> None:
    """What the papers of the dossiers that it reviews have to do with a meeting, where the pack asks for that."""
    pack = act.rules.pack
    if not holds_meetings(pack) and not judges_drafts(pack):
        return
    rows = act.tx.all(sql.DOSSIERS_OF_UNIT, season=act.season_id, unit=row["unit"])
    if holds_meetings(pack):
        meeting["waiting"] = waiting(pack, row["kind"], rows)
    if judges_drafts(pack):
        meeting["drafts"] = drafts(pack, act.rules.calendar, row["kind"], rows)


def _roles(act: Act, row: Row, command: str, args: Mapping[str, Any]) -> list[str]:
    """The actor's roles over a meeting: its unit's tree; over an agreement also the body itself, or its unit. Nobody
    decides for that body by deciding in the unit that meets."""
    own = act.unit_path(row["unit"])
    if command not in {"agree", "settle"}:
        return act.roles_within(own)
    body = args.get("body")
    unit = next((one.unit for one in act.rules.pack.bodies if one.id == body), None)
    seat = [*([body] if body else []), *(act.unit_path(unit) if unit is not None and act.has_unit(unit) else [])]
    entering = [one for one in act.roles_within(own) if one != Role.RATIFIER]
    return list(dict.fromkeys([*act.roles_within(seat), *entering]))


def _people(act: Act, unit: str) -> list[Row]:
    """The people of a unit and those below, with what selectors choose by."""
    units = act.tx.all(sql.UNITS, season=act.season_id)
    within = [one["code"] for one in units if unit in one["path"].split(" ")]
    return act.tx.all(sql.PEOPLE_WITHIN, season=act.season_id, units=within)


def refused(act: Act, row: Row, ref: str, facts: Facts, decision: Decision, *, content: Any) -> Answer:
    told = Refused(
        ref=ref,
        kind="meeting",
        command=facts["command"]["name"],
        verdicts=decision.refused,
        unknown=decision.unknown,
    )
    note_attempts(act, content, [(row, told, facts)])
    return Answer(act=act.id, refused=(told,))


def _plan(act: Act, row: Row, roles: Sequence[str], *, role: str) -> Done:
    """The first record of a meeting; `row` then has its seq and head."""
    facts = act.basic_facts("meeting", "create", {"invited": row["invited"]}, roles)
    shown = {name: row[name] for name in ("ref", "unit", "kind", "state", "invited", "marks", "tallies")}
    stream = act.seal(None, stream=row["id"], kind="meeting", facts=facts, to=row["state"], role=role, patch=shown)
    row |= {name: stream[name] for name in ("seq", "head", "head_at")}
    act.tx.change(sql.NEW_MEETING, **row)
    notices.tell(act, "invitation", row["invited"], meeting=row["ref"], unit=row["unit"])
    return Done(
        ref=row["ref"],
        kind="meeting",
        command="plan",
        came_from=None,
        to=row["state"],
        seq=1,
        receipt=ledger.short(row["head"]),
    )


def written(act: Act, row: Row, facts: Facts, decision: Decision) -> Done:
    patch = dict(decision.patch or {})
    stream = act.seal(
        row,
        stream=row["id"],
        kind="meeting",
        facts=facts,
        to=decision.to,
        role=decision.role or "",
        verdicts=decision.verdicts,
        patch=patch,
    )
    if patch.get("held_on"):
        patch["held_on"] = date.fromisoformat(patch["held_on"])
    for name in ("marks", "tallies"):
        patch[name] = {**row[name], **patch.get(name, {})}
    act.advance_row(sql.MEETING_ADVANCED, row, stream, patch)
    # Nobody is invited to what is over: there the paper is only entered.
    over = row["state"] == MeetingState.HELD
    added = [] if over else [one for one in patch.get("invited", []) if one not in row["invited"]]
    notices.tell(act, "invitation", added, meeting=row["ref"], unit=row["unit"])
    return Done(
        ref=row["ref"],
        kind="meeting",
        command=facts["command"]["name"],
        came_from=row["state"],
        to=decision.to,
        seq=stream["seq"],
        receipt=ledger.short(stream["head"]),
        warnings=decision.warnings,
    )
