"""The quota: a group is ready, has room, has voted, may vote again."""

from states.guards.verdicts import unmet
from workflow.engine import WARNING
from workflow.errors import Figure
from workflow.facts import MET, Facts, Finding, GroupFacts, Remedy
from workflow.rulepack import Params
from workflow.words import Role, Status, VoteState


def _group_of(facts: Facts, rule: str) -> GroupFacts | None:
    return next((group for group in facts["groups"] if group["rule"] == rule), None)


def group_ready(facts: Facts, params: Params) -> Finding:
    """A submit quota: the group's vote is closed and it is not over, judged whole (design section 4, A-18)."""
    group = _group_of(facts, str(params["rule"]))
    if group is None:
        return MET
    capped = facts["dossier"]["proposed"] == params["rank"]
    refuses = params["over"] == "refuse"
    if group["vote"] == VoteState.OPEN and not (refuses and params["base"] == "headcount" and not capped):
        return _vote_open(group)
    if not group["over"] or (refuses and not capped) or (group["capped_pending"] == 0 and not capped):
        return MET
    return _quota_over(group, params)


def _vote_open(group: GroupFacts) -> Finding:
    return unmet(
        "vote_open",
        group=group["key"],
        unvoted=group["unvoted"],
        size=group["size"],
        remedy=Remedy(action="vote.close_vote", args={"group": group["key"], "rule": group["rule"]}),
        who=Role.COORDINATOR,
        scope=group["key"],
    )


def _quota_over(group: GroupFacts, params: Params) -> Finding:
    return unmet(
        "quota_cliff" if group["cliff"] else "quota_over",
        group=group["key"],
        rank=str(params["rank"]),
        count=group["count"],
        allowance=group["allowance"],
        base=group["base"],
        size=group["size"],
        excess=group["count"] - group["allowance"],
        remedy=Remedy(action="vote.revote", args={"group": group["key"], "rule": group["rule"]}),
        who=Role.COORDINATOR,
        scope=group["key"],
    )


def group_has_room(facts: Facts, params: Params) -> Finding:
    """A ratify quota: a capped rank is decided only while there is room for it and for every pending proposal.

    Above its proposal only when all others are decided, or in the same act (whose members count as decided here).
    """
    group = _group_of(facts, str(params["rule"]))
    rank = facts["command"]["args"].get("rank", facts["dossier"]["proposed"])
    told = facts["dossier"]["outside"] and facts["command"]["args"].get("external")
    if group is None or rank != params["rank"] or told:
        # What an outside authority decided is a fact: it is recorded, and shows where it puts the group over.
        return MET
    if group["over"] or group["would_over"]:
        return unmet(
            "decision_quota",
            group=group["key"],
            rank=rank,
            count=group["count"],
            would=group["would"],
            allowance=group["allowance"],
            base=group["base"],
            who=Role.RATIFIER,
        )
    if rank != facts["dossier"]["proposed"] and group["undecided"] > 0:
        return unmet("above_proposal", group=group["key"], rank=rank, undecided=group["undecided"], who=Role.RATIFIER)
    return MET


def group_within(facts: Facts, params: Params) -> Finding:
    """What came after the proposals were sent put their group over (a correction, somebody who left): told to whoever
    decides such a rank, since the group may still vote again (design section 4)."""
    group = _group_of(facts, str(params["rule"]))
    rank = facts["command"]["args"].get("rank", facts["dossier"]["proposed"])
    if group is None or rank != params["rank"] or not group["over"]:
        return MET
    return _quota_over(group, params)


def group_foreseen(facts: Facts, params: Params) -> Finding:
    """Rooms that each keep their own share may together propose more than can be decided: told when a vote closes and
    when a capped rank is sent, while it can still be changed. Never a refusal: the decision has the last word."""
    capped = facts["command"]["process"] == "vote" or facts["dossier"]["proposed"] == params["rank"]
    over = [one for one in facts["groups"] if one["rule"] == params["rule"] and one["would_over"]]
    if not capped or not over:
        return MET
    group = over[0]
    figures: dict[str, Figure] = {
        "group": group["key"],
        "would": group["would"],
        "allowance": group["allowance"],
        "base": group["base"],
        "size": group["size"],
        "unvoted": group["unvoted"],
    }
    return Finding(status=Status.MET, code="guard.foreseen_over", figures=figures, flags=(WARNING,))


def all_voted(facts: Facts, _: Params) -> Finding:
    """A vote closes when every member has voted since the last revote, left, or is not ranked. It may close over."""
    group = facts["groups"][0]
    if group["unvoted"]:
        return unmet(
            "unvoted",
            group=group["key"],
            unvoted=group["unvoted"],
            size=group["size"],
            remedy=Remedy(action="dossier.list", args={"unit": group["key"]}),
            who=Role.COORDINATOR,
            scope=group["key"],
        )
    if group["over"]:
        figures: dict[str, Figure] = {
            "group": group["key"],
            "count": group["count"],
            "allowance": group["allowance"],
            "base": group["base"],
            "size": group["size"],
        }
        return Finding(status=Status.MET, code="guard.closed_over", figures=figures, flags=(WARNING,))
    if group["cliff"]:
        return Finding(status=Status.MET, code="guard.cliff", figures={"group": group["key"]}, flags=(WARNING,))
    return MET


def may_vote_again(facts: Facts, _: Params) -> Finding:
    """A group votes again while it is over or its vote is owed, or before anyone of it is submitted."""
    group = facts["groups"][0]
    owed = group["vote"] == VoteState.OPEN and group["unvoted"] > 0
    if group["over"] or owed or group["sent"] == 0:
        return _extension_ahead(facts)
    return unmet(
        "no_revote", group=group["key"], sent=group["sent"], count=group["count"], allowance=group["allowance"]
    )


def _extension_ahead(facts: Facts) -> Finding:
    """Where lateness is refused and the date has passed, what goes back to the vote needs more time to come again."""
    at = facts["command"]["occurred_at"]
    shut = [
        one
        for one in facts["obligations"]
        if one["late"] == "refuse" and one["due_at"] is not None and one["due_at"] <= at
    ]
    if not shut:
        return MET
    figures: dict[str, Figure] = {"ref": shut[0]["ref"], "last_good_day": shut[0]["last_good_day"]}
    return Finding(status=Status.MET, code="guard.extension_ahead", figures=figures, flags=(WARNING,))
