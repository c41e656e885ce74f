"""Steps of the plan: proved, needed in any case, and not ahead of the dossiers that they wait for."""

from states.guards.verdicts import again, unmet
from workflow.facts import MET, Facts, Finding, Remedy
from workflow.rulepack import Params


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


def dossiers_there(facts: Facts, params: Params) -> Finding:
    """A step waits until the dossiers that it is about have theirs behind them (NT05-1-5)."""
    waits = facts["milestone"]["waits"]
    if not waits["count"]:
        return MET
    ref, command = facts["milestone"]["ref"], str(params["command"])
    remedy = Remedy(action="season.status")
    return unmet("step_too_early", ref=ref, command=command, count=waits["count"], refs=waits["refs"], remedy=remedy)
