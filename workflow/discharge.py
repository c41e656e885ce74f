"""What discharges a deadline: which command, or a send to whom, and since when a dossier has it behind it. Pure."""

from typing import Any

from workflow.engine import Rules
from workflow.facts import MARKED
from workflow.rulepack import Deadline, RulePack, SentBy
from workflow.words import DossierState

Row = dict[str, Any]

SEND = "send"
"""What discharges a deadline to one recipient: the first send to that very body, the submission's or a later one."""

HOLD = "hold"
"""What discharges a deadline once the meeting that reviews a dossier was held (A-38)."""

LEFT = frozenset({DossierState.WITHDRAWN, DossierState.NOT_RANKED})
"""Who left, or is not ranked, owes nothing, and nobody owes anything for it."""

_DECIDED = LEFT | {DossierState.RATIFIED}
_VOTED = frozenset(DossierState) - {DossierState.DRAFTED, DossierState.SELF_REVIEWED}
AFTER = {
    "self_review": frozenset(DossierState) - {DossierState.DRAFTED},
    HOLD: _VOTED,
    "record_vote": _VOTED,
    "submit": _VOTED - {DossierState.UNIT_VOTED},
    "ratify": _DECIDED,
    SEND: _DECIDED,
}
"""The states in which a dossier no longer owes a command; who left or is not ranked owes nothing. Of a send and of a
meeting these are only the last ones: before them it is the sends on record that tell, and the mark of the meeting."""

MARKING = frozenset({SEND, HOLD})
"""What leaves a dossier in its state: only its marks tell that it was done."""

BEFORE = {command: frozenset(DossierState) - after for command, after in AFTER.items()}

REACHED = {
    **AFTER,
    SEND: AFTER[SEND] | {DossierState.UNIT_VOTED, DossierState.SUBMITTED},
    HOLD: frozenset(DossierState),
}
"""The states that a dossier comes to, or stays in, by what may discharge a command."""


FORWARD = (
    DossierState.DRAFTED,
    DossierState.SELF_REVIEWED,
    DossierState.UNIT_VOTED,
    DossierState.SUBMITTED,
    DossierState.RATIFIED,
)
"""The way of a dossier. Who left it, or is not ranked, owes nothing."""


def owes(rules: Rules, rule: Deadline, row: Row) -> bool:
    """Whether a dossier has still to do what discharges a deadline; never for a command that is no step forward."""
    state, step = row["state"], rules.processes["dossier"].steps.get(rule.met_by or "")
    if step is None or state not in FORWARD:
        return False
    if rule.met_by in MARKING:
        return not is_done(rules, rule, row)
    if step.to not in FORWARD:
        return False
    return FORWARD.index(DossierState(state)) < FORWARD.index(DossierState(step.to))


def after(rules: Rules, rule: Deadline) -> frozenset[DossierState]:
    """The states in which a dossier no longer owes what discharges a deadline: what goes to its recipient after the
    decision, or is proved by a receipt, is still owed then."""
    if rule.met_by == SEND and (_by_receipt(rules) or goes_up(rules.pack, rule)):
        return LEFT
    return AFTER.get(rule.met_by or "", frozenset())


def goes_up(pack: RulePack, rule: Deadline) -> bool:
    """Whether it is met by a send that comes after the decision, with its result."""
    if rule.met_by != SEND:
        return False
    return any(one.afterwards and one.body == rule.recipient for route in pack.routes for one in route.recipients)


def is_done(rules: Rules, rule: Deadline, row: Row) -> bool:
    """Whether a dossier no longer owes the command that discharges a deadline."""
    if row["state"] in after(rules, rule):
        return True
    if rule.met_by == HOLD:
        return was_held(row)
    if rule.met_by != SEND:
        return False
    return not goes_to(rules, rule, row) or _sent_at(rules, rule, row) is not None


def goes_to(rules: Rules, rule: Deadline, row: Row) -> bool:
    """Whether a dossier goes to the recipient of a deadline at all."""
    return any(one.body == rule.recipient for one in rules.pack.route(row["route"]).recipients)


def was_held(row: Row) -> bool:
    """Whether the meeting that reviews a dossier was held."""
    return row["marks"].get(MARKED[HOLD]) is not None


def _sent_at(rules: Rules, rule: Deadline, row: Row) -> int | None:
    """When a dossier was first sent to the recipient of a deadline, or received there, as the pack reads it (A-32)."""
    proof = "receipts" if _by_receipt(rules) else "sends"
    return next((one["at"] for one in row["marks"].get(proof, []) if one["to"] == rule.recipient), None)


def _by_receipt(rules: Rules) -> bool:
    return rules.pack.settings.sent is SentBy.RECEIPT


def done_at(rules: Rules, rule: Deadline, command: str, row: Row) -> int | None:
    """When a dossier did what discharges a deadline, None where it did not."""
    if command == SEND:
        return _sent_at(rules, rule, row)
    at: int | None = row["marks"].get(MARKED[command])
    # Who joined after the meeting was voted on all the same.
    return row["marks"].get(MARKED["record_vote"]) if at is None and command == HOLD else at
