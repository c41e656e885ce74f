"""Petitions about a result (kiến nghị): what they say, who answers them, and what a changed result needs first."""

from states.guards.routes import decider
from states.guards.verdicts import again, unmet
from workflow.errors import Figure
from workflow.facts import MET, Facts, Finding, Petition, Remedy
from workflow.rulepack import Params
from workflow.words import Outcome, Role


def petition_says(facts: Facts, _: Params) -> Finding:
    """A petition says something, and one is answered before the next (Nghị định 90/2020/NĐ-CP, Điều 24)."""
    args, dossier = facts["command"]["args"], facts["dossier"]
    if _open(facts) is not None:
        return unmet("petition_pending", ref=dossier["ref"], remedy=_answer(dossier["ref"]), who=Role.RATIFIER)
    if any(args.get(one) for one in ("text", "letter", "attachments")):
        return MET
    return unmet("petition_empty", ref=dossier["ref"], remedy=again(facts, text="TEXT"))


def petition_answered(facts: Facts, _: Params) -> Finding:
    """An answer is to a petition that waits for one, says what became of the result, and why."""
    args, ref = facts["command"]["args"], facts["dossier"]["ref"]
    if _open(facts) is None:
        return unmet("petition_none", ref=ref)
    if not args.get("outcome") or not any(args.get(one) for one in ("text", "letter", "attachments")):
        return unmet("petition_answer_empty", ref=ref, remedy=_answer(ref), who=Role.RATIFIER)
    return MET


def result_changed(facts: Facts, _: Params) -> Finding:
    """A result that is said to be changed was decided anew since the petition: adjusted, and ratified again, by which
    the quotas are counted once more. One that is another now was not kept."""
    dossier, waiting = facts["dossier"], _open(facts)
    outcome = facts["command"]["args"].get("outcome")
    if waiting is not None and outcome == Outcome.KEPT and dossier["decided"] != waiting["decided"]:
        ranks: dict[str, Figure] = {"was": waiting["decided"], "now": dossier["decided"]}
        remedy = again(facts, outcome=Outcome.CHANGED.value)
        return unmet("petition_not_kept", ref=dossier["ref"], remedy=remedy, told=ranks)
    if waiting is None or outcome != Outcome.CHANGED:
        return MET
    if dossier["marks"].get("ratified_at", 0) > waiting["at"] or dossier["decided"] != waiting["decided"]:
        return MET
    remedy = Remedy(action="dossier.adjust", args={"reason": "…", "rank": "RANK"})
    return unmet("petition_unchanged", ref=dossier["ref"], remedy=remedy, who=Role.RATIFIER)


def adjusted_by_route(facts: Facts, params: Params) -> Finding:
    """What is decided anew is opened by who decided: the body that the route names, or a registrar for an outside
    one."""
    body, roles = decider(facts, params), facts["actor"]["roles"]
    if params["external"]:
        return MET if Role.REGISTRAR in roles else unmet("not_the_registrar", body=body, who=Role.REGISTRAR)
    if Role.RATIFIER in roles:
        return MET
    return unmet("not_the_ratifier", body=body, who=Role.RATIFIER, scope=body)


def _open(facts: Facts) -> Petition | None:
    petitions = facts["dossier"]["marks"].get("petitions", [])
    return next((one for one in petitions if one.get("answered_at") is None), None)


def _answer(ref: str) -> Remedy:
    return Remedy(action="petition.answer", args={"ref": ref, "outcome": "OUTCOME", "text": "TEXT"})
