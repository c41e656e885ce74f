"""The review and the vote: what must have happened before a rank is proposed."""

from states.guards.verdicts import again, texts, unmet
from workflow.engine import WARNING
from workflow.facts import MET, Facts, Finding, Remedy
from workflow.rulepack import Params
from workflow.words import Rank, Role, Status


def review_finished(facts: Facts, _: Params) -> Finding:
    """Sending comes after the review is finished (NT11-1e-2): a signed self-review, not later than the send."""
    reviewed = facts["dossier"]["marks"].get("reviewed_at")
    if reviewed is not None and reviewed <= facts["command"]["occurred_at"]:
        return MET
    if reviewed is None and facts["dossier"]["voted"] is not None:
        # Voted with a reason for the missing self-review: that record stands for it.
        return Finding(status=Status.MET, code="guard.review_replaced", flags=(WARNING,))
    return unmet("review_unfinished", at=reviewed, who=Role.SUBJECT)


def meeting_held(facts: Facts, _: Params) -> Finding:
    """A vote names its meeting: one of the dossier's own unit (or a unit above), held, not after the vote."""
    dossier, meeting = facts["dossier"], facts.get("meeting")
    hold = Remedy(action="meeting.hold", args={"unit": dossier["unit"]})
    if meeting is None:
        return unmet("meeting_missing", unit=dossier["unit"], remedy=hold, who=Role.COORDINATOR, scope=dossier["unit"])
    if meeting["unit"] not in dossier["units"]:
        return unmet(
            "meeting_elsewhere", meeting=meeting["ref"], unit=dossier["unit"], other=meeting["unit"], remedy=hold
        )
    held_on = meeting["held_on"]
    if held_on is None:
        remedy = Remedy(action="meeting.hold", args={"unit": dossier["unit"], "ref": meeting["ref"]})
        return unmet("meeting_not_held", meeting=meeting["ref"], remedy=remedy, who=Role.COORDINATOR)
    if held_on > facts["command"]["occurred_on"]:
        return unmet("meeting_later", meeting=meeting["ref"], held_on=held_on, occurred=facts["command"]["occurred_on"])
    return MET


def meeting_of_kind(facts: Facts, params: Params) -> Finding:
    """Such a dossier is reviewed at the kind of meeting that the pack has for it, where others attend and vote
    (A-15)."""
    dossier, meeting, kind = facts["dossier"], facts.get("meeting"), str(params["kind"])
    if meeting is None or meeting["kind"] == kind:
        return MET
    remedy = Remedy(action="meeting.hold", args={"unit": dossier["unit"], "kind": kind})
    return unmet("meeting_other_kind", meeting=meeting["ref"], kind=kind, found=meeting["kind"], remedy=remedy)


def meeting_since_revote(facts: Facts, _: Params) -> Finding:
    """A group that was told to vote again does so at a meeting held since: the one before was for the vote that lapsed.

    The day of the order counts, since a meeting may vote, count, and vote again (A-44).
    """
    dossier, meeting = facts["dossier"], facts.get("meeting")
    ordered = dossier["marks"].get("revoted_on")
    held_on = None if meeting is None else meeting["held_on"]
    if ordered is None or meeting is None or held_on is None or held_on >= ordered:
        return MET
    return unmet(
        "meeting_before_revote",
        meeting=meeting["ref"],
        held_on=held_on,
        ordered=ordered,
        remedy=Remedy(action="meeting.hold", args={"unit": dossier["unit"]}),
        who=Role.COORDINATOR,
        scope=dossier["unit"],
    )


def parties_invited(facts: Facts, params: Params) -> Finding:
    """The meeting that reviews such a subject invited the bodies named (NT11-1c-1). Invitees never vote (A-15)."""
    meeting = facts.get("meeting")
    missing = [body for body in texts(params, "bodies") if meeting is None or body not in meeting["invited"]]
    if not missing:
        return MET
    remedy = Remedy(action="meeting.hold", args={"unit": facts["dossier"]["unit"], "invite": " ".join(missing)})
    if meeting is not None and meeting["held_on"] is not None:
        # An invitation that went out in time and was not entered can be; one that never did takes a new meeting.
        known = {"ref": meeting["ref"], "invite": " ".join(missing)}
        remedy = Remedy(action="meeting.invite", args={**known, "letter": "NO", "occurred": "YYYY-MM-DD"})
    return unmet("not_invited", bodies=missing, remedy=remedy, who=Role.COORDINATOR, scope=facts["dossier"]["unit"])


def tally_complete(facts: Facts, _: Params) -> Finding:
    """A tally that is given is complete: levels and invalid ballots add up to those returned, never more than the
    voters.

    No threshold is invented (A-16); a rank other than the most voted needs the chair's reason.
    """
    args = facts["command"]["args"]
    tally = args.get("tally")
    if not tally:
        return MET
    levels = {rank: tally.get(rank, 0) for rank in Rank}
    counted = sum(levels.values()) + tally.get("invalid", 0)
    returned, voters = tally.get("returned", counted), tally.get("voters", counted)
    if counted != returned or returned > voters or min(tally.values()) < 0:
        return unmet("tally_incomplete", counted=counted, returned=returned, voters=voters)
    meeting = facts.get("meeting")
    if meeting and meeting["attendees"] is not None and returned > meeting["attendees"]:
        return unmet("tally_too_many", returned=returned, attendees=meeting["attendees"], meeting=meeting["ref"])
    most = max(levels.values())
    rank = args.get("rank")
    if rank is not None and levels[Rank(rank)] < most and not args.get("reason"):
        leading = [rank for rank, votes in levels.items() if votes == most]
        return unmet("tally_other_rank", rank=rank, leading=leading, votes=most, remedy=again(facts, reason="…"))
    return MET


def proposal_follows_vote(facts: Facts, params: Params) -> Finding:
    """The unit proposes what it voted, unless the pack lets it propose another rank."""
    args = facts["command"]["args"]
    proposed = args.get("proposed")
    if proposed is None or proposed == args.get("rank") or params["proposal"] == "free":
        return MET
    return unmet("proposal_differs", voted=args.get("rank"), proposed=proposed)
