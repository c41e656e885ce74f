"""What a command answers: values of codes, ids and figures, stored as they are and told when read.

A refusal is an answer. The same value goes to the caller, into the answer ledger (for a repeated idempotency key)
and into `--json`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow.errors import Figure
from workflow.facts import Remedy, Verdict
from workflow.words import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One thing that a command changed: its new record's number and receipt (`3f9a-12c4`; "" after a dry run), and any
    warnings."""

    ref: str
    kind: str
    command: str
    came_from: str | None
    to: str | None
    seq: int
    receipt: str
    warnings: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One thing that stayed as it was: every unmet verdict, and the record-only rules beside them."""

    ref: str
    kind: str
    command: str
    verdicts: tuple[Verdict, ...]
    unknown: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupNote:
    """How a group stands after the command."""

    rule: str
    key: str
    vote: str
    size: int
    base: int
    count: int
    allowance: int
    over: bool
    cliff: bool = False
    unvoted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one command on one or many things.

    Not partial: either all is done or all is refused. `changes` are what else happened, as message codes with figures
    (a roster's changes, a successor of an obligation). `dry_run` says that nothing was written.
    """

    act: str
    done: tuple[Done, ...] = ()
    refused: tuple[Refused, ...] = ()
    groups: tuple[GroupNote, ...] = ()
    changes: tuple[Mapping[str, Any], ...] = ()
    dry_run: bool = False
    repeated: bool = False
    """Answered from the ledger: the key was used before with the same content."""

    @property
    def accepted(self) -> bool:
        """Whether anything was (or, dry, would be) done; an answer that refuses nothing is accepted too."""
        return bool(self.done) or not self.refused


def verdict_for_record(verdict: Verdict) -> dict[str, Any]:
    """What a record keeps of a verdict: the clause is the pack's to tell, the remedy was for the moment."""
    plain: dict[str, Any] = {"rule": verdict.rule, "status": verdict.status.value}
    if verdict.code:
        plain |= {"code": verdict.code, "figures": _figures(verdict.figures)}
    if verdict.flags:
        plain["flags"] = list(verdict.flags)
    return plain


def verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict for ledgers and `--json`; empty parts are left out, so that met ones stay short."""
    plain = verdict_for_record(verdict)
    if verdict.remedy is not None:
        plain["remedy"] = {"action": verdict.remedy.action, "args": dict(verdict.remedy.args)}
    for name in ("clause", "who", "scope", "by"):
        if getattr(verdict, name):
            plain[name] = getattr(verdict, name)
    return plain


def verdict_from_json(plain: Mapping[str, Any]) -> Verdict:
    remedy = plain.get("remedy")
    return Verdict(
        rule=plain["rule"],
        clause=plain.get("clause", ""),
        status=Status(plain["status"]),
        code=plain.get("code", ""),
        figures=plain.get("figures", {}),
        remedy=Remedy(action=remedy["action"], args=remedy["args"]) if remedy else None,
        who=plain.get("who", ""),
        scope=plain.get("scope", ""),
        by=plain.get("by"),
        flags=tuple(plain.get("flags", ())),
    )


def to_json(answer: Answer) -> dict[str, Any]:
    """The whole answer as plain values with a canonical form."""
    return {
        "act": answer.act,
        "dry_run": answer.dry_run,
        "repeated": answer.repeated,
        "done": [
            {
                "ref": one.ref,
                "kind": one.kind,
                "command": one.command,
                "from": one.came_from,
                "to": one.to,
                "seq": one.seq,
                "receipt": one.receipt,
                "warnings": [verdict_to_json(verdict) for verdict in one.warnings],
            }
            for one in answer.done
        ],
        "refused": [
            {
                "ref": one.ref,
                "kind": one.kind,
                "command": one.command,
                "verdicts": [verdict_to_json(verdict) for verdict in one.verdicts],
                "unknown": [verdict_to_json(verdict) for verdict in one.unknown],
            }
            for one in answer.refused
        ],
        "groups": [{name: getattr(one, name) for name in GroupNote.__slots__} for one in answer.groups],
        "changes": [dict(one) for one in answer.changes],
    }


def from_json(plain: Mapping[str, Any], *, repeated: bool) -> Answer:
    return Answer(
        act=plain["act"],
        done=tuple(
            Done(
                ref=one["ref"],
                kind=one["kind"],
                command=one["command"],
                came_from=one["from"],
                to=one["to"],
                seq=one["seq"],
                receipt=one["receipt"],
                warnings=_verdicts(one["warnings"]),
            )
            for one in plain["done"]
        ),
        refused=tuple(
            Refused(
                ref=one["ref"],
                kind=one["kind"],
                command=one["command"],
                verdicts=_verdicts(one["verdicts"]),
                unknown=_verdicts(one["unknown"]),
            )
            for one in plain["refused"]
        ),
        groups=tuple(GroupNote(**one) for one in plain["groups"]),
        changes=tuple(plain["changes"]),
        dry_run=plain["dry_run"],
        repeated=repeated,
    )


def _verdicts(plain: Sequence[Mapping[str, Any]]) -> tuple[Verdict, ...]:
    return tuple(verdict_from_json(one) for one in plain)


def _figures(figures: Mapping[str, Figure]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, (list, tuple)) else value for name, value in figures.items()}
