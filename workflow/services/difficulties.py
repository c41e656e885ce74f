"""Difficulties (vướng mắc): a unit raises one, who follows the units answers it or passes it on to the authority."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow import ledger
from workflow.answers import Answer, Done, Refused
from workflow.engine import Decision, decide
from workflow.errors import BadInput
from workflow.facts import Facts, Patch
from workflow.services import attachments, notices
from workflow.services.acts import Act, next_number, no_role, note_attempts, perform
from workflow.services.arguments import DIFFICULTY, checked, text
from workflow.services.context import By, Context, Upload
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import DifficultyState, Role

_RAISING = (Role.COORDINATOR, Role.REGISTRAR)
_TEXTS = ("text",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A step of the difficulty `ref`: `pass_on` or `answer_difficulty`. `args`: `text`, `letter`."""

    command: str
    ref: str
    args: Mapping[str, Any] = field(default_factory=dict)
    uploads: tuple[Upload, ...] = ()


def raise_difficulty(
    context: Context,
    season: str | None,
    by: By,
    unit: str,
    *,
    words: str,
    letter: str | None = None,
    uploads: tuple[Upload, ...] = (),
) -> Answer:
    """Raise a difficulty of a unit; whoever follows the unit is told. Raises `BadInput` for an unknown unit or no
    words."""
    args = checked(DIFFICULTY, {"text": text("text", words), "letter": letter})
    content: dict[str, Any] = {"command": "difficulty.raise", "unit": unit, "args": args}
    content |= {"files": attachments.digests_of_papers(uploads)} if uploads else {}

    def work(act: Act) -> Answer:
        row = _unit(act, unit)
        roles = act.roles_within(row["path"].split(" "))
        kept = attachments.committed(act, args, _TEXTS, uploads)
        facts = act.basic_facts("difficulty", "raise_difficulty", kept, roles, row=row)
        role = next((one for one in roles if one in _RAISING), None)
        if role is None:
            told = Refused(
                ref=unit,
                kind="unit",
                command="raise_difficulty",
                verdicts=(no_role(act, _RAISING, scope=unit),),
            )
            note_attempts(act, content, [(row, told, facts)])
            return Answer(act=act.id, refused=(told,))
        ref = f"VM-{next_number(act.context, act.tx, 'difficulty'):04d}"
        told_of = {"text": kept["text"], "letter": kept.get("letter"), "papers": kept.get("attachments", [])}
        mark = {**told_of, "state": DifficultyState.RAISED.value, "at": facts["command"]["occurred_at"]}
        patch = {"marks": {ref: {**mark, "by": act.by.actor}}}
        attachments.store(act, uploads)
        return _written(act, row, ref, facts, Decision(verdicts=(), role=Role(role), to=mark["state"], patch=patch))

    return perform(context, season, by, content, work)


def move(context: Context, season: str | None, by: By, order: Move) -> Answer:
    """Pass a difficulty on, or answer it. Raises `BadInput` for an unknown one."""
    args = checked(DIFFICULTY, order.args)
    content: dict[str, Any] = {"command": f"difficulty.{order.command}", "ref": order.ref, "args": args}
    content |= {"files": attachments.digests_of_papers(order.uploads)} if order.uploads else {}

    def work(act: Act) -> Answer:
        row = _raised(act, order.ref)
        kept = attachments.committed(act, args, _TEXTS, order.uploads)
        roles = act.roles_within(row["path"].split(" "))
        facts = act.basic_facts("difficulty", order.command, kept, roles, row=row)
        told = row["marks"][order.ref]
        facts["difficulty"] = {"ref": order.ref, "unit": row["code"], "state": told["state"], "told": told}
        decision = decide(act.rules, facts)
        if decision.refused:
            refused = Refused(ref=order.ref, kind="difficulty", command=order.command, verdicts=decision.refused)
            note_attempts(act, content, [(row, refused, facts)])
            return Answer(act=act.id, refused=(refused,))
        attachments.store(act, order.uploads)
        return _written(act, row, order.ref, facts, decision)

    return perform(context, season, by, content, work)


def _unit(act: Act, code: str) -> Row:
    row = act.tx.one(sql.UNIT, season=act.season_id, code=code)
    if row is None:
        raise BadInput("command.unknown_unit", unit=code)
    return row


def _raised(act: Act, ref: str) -> Row:
    """The unit that raised it."""
    rows = act.tx.all(sql.UNITS, season=act.season_id)
    row = next((one for one in rows if ref in one["marks"]), None)
    if row is None:
        raise BadInput("command.unknown_difficulty", ref=ref, known=sorted(ref for one in rows for ref in one["marks"]))
    return row


_TOLD = {
    DifficultyState.RAISED: Role.MONITOR,
    DifficultyState.PASSED_ON: Role.AUTHORITY,
    DifficultyState.ANSWERED: None,
}
"""State → the role that is told of it; None: the unit itself."""


def _written(act: Act, row: Row, ref: str, facts: Facts, decision: Decision) -> Answer:
    act.write_kept()
    marks: Patch = (decision.patch or {})["marks"]
    stream = act.seal(
        row,
        stream=row["id"],
        kind="unit",
        facts=facts,
        to=decision.to,
        role=decision.role or "",
        verdicts=decision.verdicts,
        patch={"marks": marks},
    )
    act.advance_row(sql.UNIT_ADVANCED, row, stream, {"marks": {**row["marks"], **marks}})
    state = DifficultyState(str(decision.to))
    hearing = _TOLD[state]
    notices.tell(act, "difficulty", [row["code"]], ref=ref, state=state.value, role=hearing and hearing.value)
    done = Done(
        ref=ref,
        kind="difficulty",
        command=facts["command"]["name"],
        came_from=row["marks"].get(ref, {}).get("state"),
        to=state.value,
        seq=stream["seq"],
        receipt=ledger.short(stream["head"]),
        warnings=decision.warnings,
    )
    return Answer(act=act.id, done=(done,))
