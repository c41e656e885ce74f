"""What comes before what, between dossiers."""

from typing import Any

from states.guards.verdicts import unmet
from workflow.facts import MET, BeyondFacts, Facts, Finding, Remedy, WaitFacts
from workflow.rulepack import Params
from workflow.words import Role


def in_order(facts: Facts, params: Params) -> Finding:
    """Others come first, and some of them are not there yet (A-28)."""
    wait = next((one for one in facts.get("waits", []) if one["rule"] == params["rule"]), None)
    beyond = [one for one in facts.get("beyond", []) if one["rule"] == params["rule"]]
    if beyond:
        return _beyond(str(params["reached"]), wait, beyond)
    if wait is None:
        return MET
    reached, unit = str(params["reached"]), facts["dossier"]["unit"]
    decides = reached == "ratify"
    return unmet(
        "waits_for",
        count=wait["count"],
        refs=wait["refs"],
        command=reached,
        remedy=Remedy(action="dossier.list", args={"unit": unit}),
        who=Role.RATIFIER if decides else Role.COORDINATOR,
        scope="" if decides else unit,
    )


def _beyond(reached: str, wait: WaitFacts | None, beyond: list[BeyondFacts]) -> Finding:
    """Those of other seasons are not there yet; what helps is done where they are."""
    there: dict[str, Any] = {
        "seasons": [one["season"] for one in beyond],
        "others": sum(one["count"] for one in beyond),
        "elsewhere": [ref for one in beyond for ref in one["refs"]],
        "command": reached,
    }
    remedy = Remedy(action="dossier.list", args={"unit": beyond[0]["unit"], "season": beyond[0]["season"]})
    if wait is None:
        return unmet("waits_beyond", told=there, remedy=remedy)
    return unmet("waits_for_both", told=there, count=wait["count"], refs=wait["refs"], remedy=remedy)
