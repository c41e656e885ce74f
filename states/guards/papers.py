"""Who gives a command, and what comes with it: a rank, a reason, a day, a file."""

from states.guards.verdicts import again, unmet
from workflow.engine import WARNING
from workflow.facts import MET, Facts, Finding, Remedy
from workflow.rulepack import Params
from workflow.words import DossierState, Rank, Role, Status

_DECIDED = ("ratify", "adjust", "opinion")
"""Commands of whoever decides, or is asked: a coordinator is no help with them."""


def not_own(facts: Facts, _: Params) -> Finding:
    """Nobody coordinates or ratifies their own dossier: ordinary separation of duties (A-36)."""
    dossier = facts["dossier"]
    if facts["actor"]["id"] != dossier["subject"]:
        return MET
    actor = facts["actor"]["id"]
    if facts["command"]["name"] in _DECIDED:
        return unmet("own_dossier", actor=actor, who=Role.REGISTRAR if dossier["outside"] else Role.RATIFIER)
    return unmet("own_dossier", actor=actor, who=Role.COORDINATOR, scope=dossier["unit"])


def expected_named(facts: Facts, _: Params) -> Finding:
    """A self-review says which rank its subject expects. No row of a regulation refuses one without: it is told, with
    the correction that puts it on record."""
    if facts["command"]["args"].get("rank"):
        return MET
    written = {"field": "expected", "corrects": str(facts["dossier"]["seq"] + 1), "rank": "RANK", "reason": "…"}
    remedy = Remedy(action="dossier.correct", args=written)
    return Finding(
        status=Status.MET, code="guard.expected_missing", remedy=remedy, who=Role.COORDINATOR, flags=(WARNING,)
    )


def reason_given(facts: Facts, _: Params) -> Finding:
    """The command needs a reason; its text is committed to, here only its presence is asked."""
    if facts["command"]["args"].get("reason"):
        return MET
    return unmet("reason_missing", command=facts["command"]["name"], remedy=again(facts, reason="…"))


def rank_given(facts: Facts, _: Params) -> Finding:
    """The command names a rank."""
    if facts["command"]["args"].get("rank"):
        return MET
    return unmet("rank_missing", command=facts["command"]["name"], ranks=list(Rank), remedy=again(facts, rank="RANK"))


def early_vote_reasoned(facts: Facts, params: Params) -> Finding:
    """A vote on a dossier that was not self-reviewed needs a reason (absent, on duty elsewhere), but for what is ranked
    without a review."""
    dossier, unreviewed = facts["dossier"], params["unreviewed"]
    if dossier["state"] != DossierState.DRAFTED or facts["command"]["args"].get("reason"):
        return MET
    if isinstance(unreviewed, tuple) and dossier["kind"] in unreviewed:
        return MET
    return unmet("vote_before_review", remedy=Remedy(action="dossier.self_review"), who=Role.SUBJECT)


def due_back_named(facts: Facts, _: Params) -> Finding:
    """A dossier that is sent back names the day it is due back, not before the day it is sent."""
    command = facts["command"]
    day = command["args"].get("due_back")
    if day is None:
        return unmet("due_back_missing", remedy=again(facts, due_back="YYYY-MM-DD"))
    if day < command["occurred_on"]:
        return unmet("due_back_past", day=day, occurred=command["occurred_on"])
    return MET


def correction_named(facts: Facts, _: Params) -> Finding:
    """A correction names the record it corrects and a rank that the dossier has by now."""
    args, dossier = facts["command"]["args"], facts["dossier"]
    # What the subject expects may have been forgotten; what was voted and proposed is there or was never voted.
    have = ["expected", *(name for name in ("voted", "proposed") if dossier[name] is not None)]
    if args.get("field") not in have:
        remedy = again(facts, field="FIELD", corrects="N")
        return unmet("correct_field", field=args.get("field"), have=have, remedy=remedy)
    if not 1 <= args.get("corrects", 0) <= dossier["seq"]:
        return unmet("correct_record", remedy=Remedy(action="replay", args={"ref": dossier["ref"]}))
    return MET


def changes_given(facts: Facts, _: Params) -> Finding:
    """An amendment changes something."""
    return MET if facts["command"]["args"].get("changes") else unmet("nothing_changes")


def files_given(facts: Facts, _: Params) -> Finding:
    """Attaching attaches something."""
    return MET if facts["command"]["args"].get("attachments") else unmet("attachment_missing")
