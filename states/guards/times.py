"""Time: deadlines, orders, and what is dated back."""

from states.guards.verdicts import again, unmet
from workflow.engine import BACKDATED, LATE
from workflow.errors import Figure
from workflow.facts import MARKED, MET, CommandFacts, Facts, Finding, ObligationFacts, Remedy
from workflow.rulepack import Params
from workflow.words import Role, Status


def _obligation(facts: Facts, rule: str) -> ObligationFacts | None:
    return next((one for one in facts["obligations"] if one["rule"] == rule and one["due_at"] is not None), None)


def in_time(facts: Facts, params: Params) -> Finding:
    """The command happened before the deadline's instant; what lateness does is the rule's own `late` (A-19)."""
    obligation = _obligation(facts, str(params["rule"]))
    command = facts["command"]
    opens = None if obligation is None else obligation["not_before"]
    if opens is not None and command["occurred_at"] < opens:
        return unmet("too_early", not_before=opens, occurred=command["occurred_on"])
    if obligation is None or obligation["due_at"] is None or command["occurred_at"] < obligation["due_at"]:
        return MET
    figures: dict[str, Figure] = {
        "due_at": obligation["due_at"],
        "last_good_day": obligation["last_good_day"],
        "occurred": command["occurred_on"],
    }
    excused = params["late"] == "flag" or (params["late"] == "reason" and command["args"].get("reason"))
    if excused:
        return Finding(status=Status.MET, code="guard.late_taken", figures=figures, flags=(LATE,))
    extend = Remedy(action="obligation.extend", args={"obligation": obligation["ref"], "by": obligation["extended_by"]})
    if params["late"] == "reason":
        return unmet("late_reason", remedy=again(facts, reason="…"), who=Role.COORDINATOR, told=figures)
    return unmet("late_refused", remedy=extend, who=obligation["extended_by"], told=figures)


def sent_in_time(facts: Facts, params: Params) -> Finding:
    """A send to this very recipient happened before its deadline's instant; a send to another one is not asked."""
    return in_time(facts, params) if facts["command"]["args"].get("to") == params["to"] else MET


def done_before(facts: Facts, params: Params) -> Finding:
    """An order, not a clock: one command is done, at the latest with this one, before the other (before_event)."""
    first = str(params["command"])
    at = facts["dossier"]["marks"].get(MARKED.get(first, ""))
    if isinstance(at, int) and at <= facts["command"]["occurred_at"]:
        return MET
    return unmet(
        "not_in_order", command=facts["command"]["name"], first=first, remedy=Remedy(action=f"dossier.{first}")
    )


def _discharges(command: CommandFacts, obligation: ObligationFacts) -> bool:
    """Whether a command does what discharges an obligation: a send only where it goes to that very body."""
    if obligation["met_by"] == "send":
        return obligation["recipient"] == command["args"].get("to")
    return obligation["met_by"] == command["name"]


def backdate_proved(facts: Facts, params: Params) -> Finding:
    """A command dated back across a bound needs a letter's number or a file, and is flagged; or the pack refuses it."""
    command = facts["command"]
    if not command["dated"] and "held_at" not in command["args"]:
        return MET
    at = command["args"].get("held_at", command["occurred_at"])
    crossed = [
        one["rule"]
        for one in facts["obligations"]
        if _discharges(command, one) and one["due_at"] is not None and at < one["due_at"] <= command["recorded_at"]
    ]
    if not crossed:
        return MET
    day = command["args"].get("held_on", command["occurred_on"])
    figures: dict[str, Figure] = {"rules": crossed, "occurred": day}
    if params["backdate"] == "refuse":
        return unmet("backdate_refused", told=figures)
    if command["args"].get("letter") or command["args"].get("attachments"):
        return Finding(status=Status.MET, code="guard.backdated", figures=figures, flags=(BACKDATED,))
    return unmet("backdate_unproved", remedy=again(facts, letter="NUMBER"), told=figures)
