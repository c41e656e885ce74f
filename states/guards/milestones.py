"""Steps of the plan: proved, needed in any case, and not ahead of the dossiers that they wait for."""

from states.guards.verdicts import again, texts, unmet
from workflow.engine import WARNING
from workflow.errors import Figure
from workflow.facts import MET, Facts, Finding, Remedy
from workflow.rulepack import Params
from workflow.words import Status


def step_proved(facts: Facts, params: Params) -> Finding:
    """A step that is done hands in the paper that the rule asks for (KT24-3-3)."""
    kind = str(params["kind"])
    if kind in facts["milestone"]["papers"]:
        return MET
    remedy = again(facts, attach=f"{kind}=FILE")
    return unmet("duty_paper_missing", ref=facts["milestone"]["ref"], kind=kind, remedy=remedy)


def step_needed(facts: Facts, _: Params) -> Finding:
    """Only what is asked for where it is needed may be left out (A-23)."""
    return unmet("duty_needed", ref=facts["milestone"]["ref"])


def none_listed(facts: Facts, params: Params) -> Finding:
    """Who leaves out a step about dossiers of some levels is told of those that have one (A-23)."""
    listed, ref, ranks = facts["milestone"]["listed"], facts["milestone"]["ref"], list(texts(params, "ranks"))
    if not listed["count"]:
        return MET
    figures: dict[str, Figure] = {"ref": ref, "ranks": ranks, "count": listed["count"], "refs": listed["refs"]}
    return Finding(status=Status.MET, code="guard.step_lists", figures=figures, flags=(WARNING,))


def dossiers_there(facts: Facts, params: Params) -> Finding:
    """A step waits until the dossiers that it is about have theirs behind them (NT05-1-5)."""
    waits = facts["milestone"]["waits"]
    if not waits["count"]:
        return MET
    ref, command = facts["milestone"]["ref"], str(params["command"])
    remedy = Remedy(action="season.status")
    return unmet("step_too_early", ref=ref, command=command, count=waits["count"], refs=waits["refs"], remedy=remedy)
