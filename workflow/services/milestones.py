"""Steps of the plan that no dossier's command takes (đầu việc của kế hoạch, ADR 0019): done with a proof, not needed,
noted on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow import owing
from workflow.answers import Answer, Refused
from workflow.dates import micros
from workflow.engine import Decision, decide
from workflow.errors import BadInput
from workflow.facts import Facts
from workflow.services import attachments, notices
from workflow.services.acts import Act, note_attempts, perform
from workflow.services.arguments import text
from workflow.services.context import By, Context, Upload
from workflow.services.duties import recorded, roles_over, stream_of
from workflow.services.obligations import Stored
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import DossierState, ObligationState

_TEXTS = ("reason", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    command: str
    refs: tuple[str, ...]
    args: Mapping[str, Any]
    uploads: Sequence[Upload] = ()


def finish(
    context: Context, season: str | None, by: By, *refs: str, proof: str, uploads: Sequence[Upload] = ()
) -> Answer:
    """Record that steps were done, with their proof (a letter's number), and the paper that the rule asks for among the
    `uploads` (KT24-3-3). Of several all are done, or none.

    Refused where that paper is not there, or where dossiers have something to do first. Raises `BadInput` for what
    dossiers' commands settle, or a bad file.
    """
    order = _Order(command="done", refs=refs, args={"letter": text("proof", proof)}, uploads=uploads)
    return _advance(context, season, by, order)


def spare(context: Context, season: str | None, by: By, *refs: str, reason: str) -> Answer:
    """Record that steps that the paper asks for only where they are needed are not, and why (A-23). Done after all,
    they may still be recorded so.

    Refused for a step that the paper asks for in any case. Raises `BadInput` without a reason.
    """
    return _advance(
        context, season, by, _Order(command="not_needed", refs=refs, args={"reason": text("reason", reason)})
    )


def note(
    context: Context, season: str | None, by: By, ref: str, *, words: str, uploads: Sequence[Upload] = ()
) -> Answer:
    """Put words on a step: how far it is, who follows up whom, what was agreed. Raises `BadInput` without any."""
    order = _Order(command="note", refs=(ref,), args={"text": text("text", words)}, uploads=uploads)
    return _advance(context, season, by, order)


def _advance(context: Context, season: str | None, by: By, order: _Order) -> Answer:
    refs = order.refs
    if len(set(refs)) != len(refs):
        raise BadInput("command.twice", refs=sorted({one for one in refs if refs.count(one) > 1}))
    content = {"command": f"milestone.{order.command}", "refs": sorted(refs), **order.args}
    content |= {"files": attachments.digests_of_papers(order.uploads)} if order.uploads else {}
    return perform(context, season, by, content, lambda act: _advanced(act, order, content))


def _advanced(act: Act, order: _Order, content: Any) -> Answer:
    args = attachments.committed(act, order.args, _TEXTS, order.uploads)
    judged = [_judged(act, row, order, args) for row in _read(act, order)]
    refused = [(row, facts, decision) for row, facts, decision in judged if decision.refused]
    if refused:
        told = [
            Refused(
                ref=row["ref"],
                kind="obligation",
                command=order.command,
                verdicts=decision.refused,
                unknown=decision.unknown,
            )
            for row, _, decision in refused
        ]
        streams = [(stream_of(act, row)[0], facts) for row, facts, _ in refused]
        note_attempts(act, content, [(row, tell, facts) for (row, facts), tell in zip(streams, told, strict=True)])
        return Answer(act=act.id, refused=tuple(told))
    attachments.store(act, order.uploads)
    done = [_written(act, row, facts, decision) for row, facts, decision in judged]
    return Answer(act=act.id, done=tuple(one for answer in done for one in answer.done))


def _read(act: Act, order: _Order) -> list[Row]:
    rows = []
    for ref in order.refs:
        row = act.tx.one(sql.OBLIGATION_BY_REF, season=act.season_id, ref=ref)
        if row is None:
            raise BadInput("command.unknown_obligation", ref=ref)
        met_by = act.rules.pack.deadline(row["rule"]).met_by
        if met_by is not None:
            raise BadInput("command.duty_met_by_dossiers", ref=ref, command=met_by)
        rows.append(row)
    return rows


def _judged(act: Act, row: Row, order: _Order, args: Mapping[str, Any]) -> tuple[Row, Facts, Decision]:
    facts = act.basic_facts("milestone", order.command, args, roles_over(act, row), row=stream_of(act, row)[0])
    facts["milestone"] = {
        "ref": row["ref"],
        "rule": row["rule"],
        "state": row["state"],
        "due_at": None if row["due_at"] is None else micros(row["due_at"]),
        "papers": sorted({one.kind for one in order.uploads}),
        "waits": owing.waited_for(Stored(act), row),
        "listed": owing.listed(Stored(act), row),
    }
    return row, facts, decide(act.rules, facts)


def _written(act: Act, row: Row, facts: Facts, decision: Decision) -> Answer:
    command, patch = facts["command"]["name"], dict(decision.patch or {})
    args: dict[str, Any] = {**facts["command"]["args"]}
    if command == "note":
        noted = {"text": args["text"], "at": facts["command"]["occurred_at"]}
        return recorded(act, [(row, noted)], command, args, facts=facts, decision=decision, field="notes")
    book = Stored(act)
    book.settle(row, state=ObligationState(patch["state"]), late=patch.get("late", False), at=act.occurred_at)
    answer = recorded(act, [(row, patch)], command, args, facts=facts, decision=decision)
    rule = act.rules.pack.deadline(row["rule"])
    if command == "done" and rule.announces:
        decided = [one for one in owing.about(book, rule, row) if one["state"] == DossierState.RATIFIED]
        notices.tell_results(act, decided)
    return answer
