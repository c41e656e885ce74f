"""Routes and decisions: to whom a dossier goes, who decides, and what a decision may say."""

from states.guards.verdicts import again, texts, unknown, unmet
from workflow.engine import WARNING
from workflow.errors import Figure
from workflow.facts import MET, Facts, Finding, Remedy
from workflow.rulepack import OWN_UNIT, Params
from workflow.words import DossierState, Rank, Role, Status


def recipient_on_route(facts: Facts, params: Params) -> Finding:
    """A dossier goes to a body of its route, and once; so does the receipt for it."""
    to, recipients = facts["command"]["args"].get("to"), texts(params, "recipients")
    marks = facts["dossier"]["marks"]
    if to not in recipients:
        return unmet("not_on_route", to=to, recipients=list(recipients), route=facts["dossier"]["route"])
    sends = marks.get("sends", [])
    if facts["command"]["name"] == "receive":
        if any(one["to"] == to for one in marks.get("receipts", [])):
            return unmet("already_received", to=to)
        return MET if any(to in {one["to"], one.get("via")} for one in sends) else unmet("nothing_to_receive", to=to)
    return unmet("already_sent", to=to) if any(one["to"] == to for one in sends) else MET


def sent_in_turn(facts: Facts, params: Params) -> Finding:
    """What goes up with its result goes after the decision; what the decision waits for, before it (DP24-II.8-4)."""
    to, afterwards = str(facts["command"]["args"].get("to")), texts(params, "recipients")
    decided = facts["dossier"]["state"] == DossierState.RATIFIED
    if to in afterwards and not decided:
        return unmet("send_after_decision", to=to)
    if to not in afterwards and decided:
        return unmet("send_before_decision", to=to, recipients=list(afterwards))
    return MET


def sends_complete(facts: Facts, params: Params) -> Finding:
    """Ratifying needs every required send of the route (A-21)."""
    missing = _unsent(facts, params)
    if not missing:
        return MET
    remedy = Remedy(action="dossier.send", args={"to": missing[0]})
    return unmet("sends_missing", bodies=missing, remedy=remedy, who=Role.COORDINATOR, scope=facts["dossier"]["unit"])


def others_sent(facts: Facts, params: Params) -> Finding:
    """Submitting is the last required send of the route, where the pack reads it so (A-21)."""
    missing = [body for body in _unsent(facts, params) if body != facts["command"]["args"].get("to")]
    if not missing:
        return MET
    remedy = Remedy(action="dossier.send", args={"to": missing[0]})
    return unmet("others_unsent", bodies=missing, remedy=remedy, who=Role.COORDINATOR, scope=facts["dossier"]["unit"])


def one_left_to_submit(facts: Facts, params: Params) -> Finding:
    """What submits is the last required send itself: it is not made without submitting (A-21)."""
    to = str(facts["command"]["args"].get("to"))
    if facts["dossier"]["state"] != DossierState.UNIT_VOTED or _unsent(facts, params) != [to]:
        return MET
    remedy = Remedy(action="dossier.submit", args={"to": to})
    return unmet("last_send_submits", to=to, remedy=remedy, who=Role.COORDINATOR, scope=facts["dossier"]["unit"])


def _unsent(facts: Facts, params: Params) -> list[str]:
    sent = {one["to"] for one in facts["dossier"]["marks"].get("sends", [])}
    return [body for body in texts(params, "recipients") if body not in sent]


def decided_by_route(facts: Facts, params: Params) -> Finding:
    """The body that the route names decides; an outside body's decision is entered, with its number, by a registrar."""
    roles, args, body = facts["actor"]["roles"], facts["command"]["args"], decider(facts, params)
    if not params["external"]:
        if Role.RATIFIER not in roles:
            return unmet("not_the_ratifier", body=body, who=Role.RATIFIER, scope=body)
        if args.get("external"):
            remedy = again(facts, decision=str(args.get("decision") or "NO"))
            return unmet("not_outside", body=body, remedy=remedy, who=Role.RATIFIER, scope=body)
        return MET
    if not args.get("external") or not args.get("decision"):
        return unmet("outside_decision", body=body, remedy=again(facts, external="DECISION"), who=Role.REGISTRAR)
    if Role.REGISTRAR not in roles:
        return unmet("not_the_registrar", body=body, who=Role.REGISTRAR)
    return MET


def decider(facts: Facts, params: Params) -> str:
    """The body that the route names, or the code of the dossier's own unit where that decides."""
    body = str(params["body"])
    return facts["dossier"]["unit"] if body == OWN_UNIT else body


def decision_numbered(facts: Facts, _: Params) -> Finding:
    """The deciding paper's number stands on record beside its day, whoever decides."""
    if facts["command"]["args"].get("decision"):
        return MET
    who = Role.REGISTRAR if facts["dossier"]["outside"] else Role.RATIFIER
    return unmet("decision_missing", remedy=again(facts, decision="NO"), who=who)


def ratifier_unsaid(_: Facts, __: Params) -> Finding:
    """The text names no body that decides: recorded, and shown wherever the dossier is (A-30)."""
    return unknown("ratifier_unsaid")


def opinion_given(facts: Facts, params: Params) -> Finding:
    """The decision waits for the opinion of a body that only gives one (NT11-2c-2)."""
    body = str(params["body"])
    if _was_heard(facts, body):
        return MET
    return unmet(
        "opinion_missing",
        body=body,
        remedy=Remedy(action="dossier.opinion", args={"body": body, "rank": "RANK"}),
        who=Role.RATIFIER,
        scope=body,
    )


def opinion_heard(facts: Facts, params: Params) -> Finding:
    """A body that is only consulted is not waited for; whoever reads the record is told that it was not heard
    (DP24-II.6)."""
    body = str(params["body"])
    if _was_heard(facts, body):
        return MET
    return Finding(status=Status.MET, code="guard.opinion_unheard", figures={"body": body}, flags=(WARNING,))


def _was_heard(facts: Facts, body: str) -> bool:
    return any(one["body"] == body for one in facts["dossier"]["marks"].get("opinions", []))


def appraised(facts: Facts, _: Params) -> Finding:
    """The decision waits for an appraisal: an opinion of whoever the route asks is on record (P124-11-1)."""
    if facts["dossier"]["marks"].get("opinions"):
        return MET
    return unmet("appraisal_missing", remedy=Remedy(action="dossier.opinion", args={"body": "BODY", "rank": "RANK"}))


def opinion_asked(facts: Facts, params: Params) -> Finding:
    """Only the bodies that the route asks give an opinion."""
    body = facts["command"]["args"].get("body")
    if body in texts(params, "bodies"):
        return MET
    return unmet("opinion_not_asked", body=body, bodies=list(texts(params, "bodies")))


def opinion_says(facts: Facts, _: Params) -> Finding:
    """An opinion says something: a rank, its words, the letter or the file that it stands in; entered by somebody else
    than the body it is in a letter or a file."""
    args = facts["command"]["args"]
    if not any(args.get(one) for one in ("rank", "reason", "letter", "attachments")):
        return unmet("opinion_empty", body=args.get("body"), remedy=again(facts, letter="NUMBER"))
    if Role.RATIFIER in facts["actor"]["roles"] or args.get("letter") or args.get("attachments"):
        return MET
    return unmet("opinion_unproved", body=args.get("body"), remedy=again(facts, letter="NUMBER"))


def decided_as_proposed(facts: Facts, _: Params) -> Finding:
    """A decision above the unit's proposal is the authority's to take; whoever reads the record is told of it."""
    rank, proposed = facts["command"]["args"].get("rank"), facts["dossier"]["proposed"]
    if rank is None or proposed is None or Rank(rank).height <= Rank(proposed).height:
        return MET
    figures: dict[str, Figure] = {"rank": rank, "proposed": proposed}
    return Finding(status=Status.MET, code="guard.decided_above", figures=figures, flags=(WARNING,))


def not_above_adjusted(facts: Facts, _: Params) -> Finding:
    """After an adjustment nothing is ratified above the new proposal."""
    dossier = facts["dossier"]
    rank = facts["command"]["args"].get("rank")
    if not dossier["marks"].get("adjusted") or rank is None or dossier["proposed"] is None:
        return MET
    if Rank(rank).height <= Rank(dossier["proposed"]).height:
        return MET
    return unmet("above_adjusted", rank=rank, proposed=dossier["proposed"])
