"""Meetings at which a unit reviews and votes: planned, their invitations, held (design section 2; NT11-1c)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from workflow import ledger
from workflow.answers import Answer, Done, Refused
from workflow.engine import Decision, decide
from workflow.errors import BadInput
from workflow.facts import Facts
from workflow.services import notices
from workflow.services.acts import Act, next_number, note_attempts, perform
from workflow.services.arguments import MEETING, checked
from workflow.services.context import By, Context
from workflow.services.dossiers import meeting_facts
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import MeetingState, new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCommand:
    """`plan` names the `unit`; `invite`, `hold` and `cancel` name the meeting's `ref`.

    `args`: `invited` (body ids), `held_on` (ISO day), `attendees` (how many were present, 1 or more), `letter` (the
    number of an invitation that is entered after the meeting). `hold` without a
    `ref` but with a `unit` plans the meeting and records it as held, in one commit.
    """

    command: str
    ref: str | None = None
    unit: str | None = None
    args: Mapping[str, Any] = field(default_factory=dict)


def meet(context: Context, season: str | None, by: By, order: MeetingCommand) -> Answer:
    """Do a command on a meeting. Raises `BadInput` for an unknown unit, meeting, body or command."""
    order = replace(order, args=checked(MEETING, order.args))
    content = {"command": f"meeting.{order.command}", "ref": order.ref, "unit": order.unit, "args": dict(order.args)}
    return perform(context, season, by, content, lambda act: _met(act, order, content))


def _met(act: Act, order: MeetingCommand, content: Any) -> Answer:
    _check(act, order)
    if order.ref is not None:
        row = act.tx.one(sql.MEETING, season=act.season_id, ref=order.ref)
        if row is None:
            raise BadInput("command.unknown_meeting", meeting=order.ref)
        facts, decision = _judged(act, row, order.command, order.args)
        if decision.refused:
            return _refused(act, row, order.ref, facts, decision, content=content)
        return Answer(act=act.id, done=(_written(act, row, facts, decision),))
    if order.unit is None:
        raise BadInput("command.unit_needed")
    return _begun(act, order, order.unit, content)


def _begun(act: Act, order: MeetingCommand, unit: str, content: Any) -> Answer:
    """A new meeting, planned; with `hold` also recorded as held. Both or neither."""
    roles = act.roles_within(act.unit_path(unit))
    above = act.tx.one(sql.UNIT, season=act.season_id, code=unit) or {}
    row = _fresh(act, order, unit)
    facts, decision = _judged(act, row, "hold" if order.command == "hold" else "invite", order.args)
    if decision.refused:
        return _refused(act, above, unit, facts, decision, content=content)
    # Numbered only now: a refusal uses up nothing.
    row["ref"] = f"HN-{next_number(act.context, act.tx, 'meeting'):04d}"
    planned = _plan(act, row, roles, role=decision.role or "")
    if order.command == "plan":
        return Answer(act=act.id, done=(planned,))
    return Answer(act=act.id, done=(planned, _written(act, row, *_judged(act, row, order.command, order.args))))


def _check(act: Act, order: MeetingCommand) -> None:
    known = ("plan", *act.rules.processes["meeting"].steps)
    beginning = order.command in {"plan", "hold"}
    if order.command not in known or (order.ref is None and not beginning) or (order.ref and order.command == "plan"):
        raise BadInput("command.unknown_command", command=order.command, known=list(known))
    bodies = {one.id for one in act.rules.pack.bodies}
    strangers = [one for one in order.args.get("invited", []) if one not in bodies]
    if strangers:
        raise BadInput("command.unknown_body", bodies=strangers, known=sorted(bodies))


def _fresh(act: Act, order: MeetingCommand, unit: str) -> Row:
    return {
        "season": act.season_id,
        "id": new_id(),
        "ref": unit,
        "unit": unit,
        "state": MeetingState.PLANNED.value,
        "held_on": None,
        "attendees": None,
        "invited": list(order.args.get("invited", [])),
    }


def _judged(act: Act, row: Row, command: str, args: Mapping[str, Any]) -> tuple[Facts, Decision]:
    roles = act.roles_within(act.unit_path(row["unit"]))
    facts = act.basic_facts("meeting", command, dict(args), roles, row=row)
    facts["meeting"] = meeting_facts(row)
    return facts, decide(act.rules, facts)


def _refused(act: Act, row: Row, ref: str, facts: Facts, decision: Decision, *, content: Any) -> Answer:
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
    shown = {name: row[name] for name in ("ref", "unit", "state", "invited")}
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


def _written(act: Act, row: Row, facts: Facts, decision: Decision) -> Done:
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
