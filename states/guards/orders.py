"""What comes before what, between dossiers."""

from states.guards.verdicts import unmet
from workflow.facts import MET, Facts, Finding, Remedy
from workflow.rulepack import Params
from workflow.words import Role


def in_order(facts: Facts, params: Params) -> Finding:
    """Others come first, and some of them are not there yet (A-28)."""
    wait = next((one for one in facts.get("waits", []) if one["rule"] == params["rule"]), None)
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
