"""The conditions of the commands: plain pure functions over facts already loaded (design section 3).

`GUARDS` is the one dict of them; a pack names its guards from it, and `states.rules` binds those that every pack has.
Each answers met, unmet (why, with figures, what would help, who can) or unknown. Message codes are of domain `guard`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from workflow.engine import BACKDATED, LATE, WARNING, GuardFunction
from workflow.errors import Figure, Figures
from workflow.facts import MARKED, MET, Facts, Finding, GroupFacts, ObligationFacts, Remedy
from workflow.rulepack import Params
from workflow.words import DossierState, Rank, Role, Status, VoteState


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardSpec:
    """A guard as packs may name it: the function, the parameters it takes, and the commands it can stand at."""

    function: GuardFunction
    commands: tuple[str, ...]
    params: Mapping[str, type] = field(default_factory=dict)
    process: str = "dossier"
    for_packs: bool = False
    """Whether a pack may name it; the others are bound to quotas, deadlines and routes, or stand in every pack."""


def _unmet(
    code: str,
    /,
    *,
    remedy: Remedy | None = None,
    who: str = "",
    scope: str = "",
    told: Figures | None = None,
    **figures: Figure,
) -> Finding:
    figures = {**(told or {}), **figures}
    return Finding(status=Status.UNMET, code=f"guard.{code}", figures=figures, remedy=remedy, who=who, scope=scope)


def _unknown(code: str, /, **figures: Figure) -> Finding:
    return Finding(status=Status.UNKNOWN, code=f"guard.{code}", figures=figures)


def _texts(params: Params, key: str) -> tuple[str, ...]:
    value = params[key]
    return tuple(str(one) for one in value) if isinstance(value, tuple) else (str(value),)


# — who, and with what —


def not_own(facts: Facts, _: Params) -> Finding:
    """Nobody coordinates or ratifies their own dossier: ordinary separation of duties (A-36)."""
    dossier = facts["dossier"]
    if facts["actor"]["id"] != dossier["subject"]:
        return MET
    actor = facts["actor"]["id"]
    if facts["command"]["name"] in _DECIDED:
        return _unmet("own_dossier", actor=actor, who=Role.REGISTRAR if dossier["outside"] else Role.RATIFIER)
    return _unmet("own_dossier", actor=actor, who=Role.COORDINATOR, scope=dossier["unit"])


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
    return _unmet("reason_missing", command=facts["command"]["name"], remedy=_again(facts, reason="…"))


def rank_given(facts: Facts, _: Params) -> Finding:
    """The command names a rank."""
    if facts["command"]["args"].get("rank"):
        return MET
    return _unmet("rank_missing", command=facts["command"]["name"], ranks=list(Rank), remedy=_again(facts, rank="RANK"))


def early_vote_reasoned(facts: Facts, _: Params) -> Finding:
    """A vote on a dossier that was not self-reviewed needs a reason (absent, on duty elsewhere)."""
    if facts["dossier"]["state"] != DossierState.DRAFTED or facts["command"]["args"].get("reason"):
        return MET
    return _unmet("vote_before_review", remedy=Remedy(action="dossier.self_review"), who=Role.SUBJECT)


def due_back_named(facts: Facts, _: Params) -> Finding:
    """A dossier that is sent back names the day it is due back, not before the day it is sent."""
    command = facts["command"]
    day = command["args"].get("due_back")
    if day is None:
        return _unmet("due_back_missing", remedy=_again(facts, due_back="YYYY-MM-DD"))
    if day < command["occurred_on"]:
        return _unmet("due_back_past", day=day, occurred=command["occurred_on"])
    return MET


def correction_named(facts: Facts, _: Params) -> Finding:
    """A correction names the record it corrects and a rank that the dossier has by now."""
    args, dossier = facts["command"]["args"], facts["dossier"]
    # What the subject expects may have been forgotten; what was voted and proposed is there or was never voted.
    have = ["expected", *(name for name in ("voted", "proposed") if dossier[name] is not None)]
    if args.get("field") not in have:
        remedy = _again(facts, field="FIELD", corrects="N")
        return _unmet("correct_field", field=args.get("field"), have=have, remedy=remedy)
    if not 1 <= args.get("corrects", 0) <= dossier["seq"]:
        return _unmet("correct_record", remedy=Remedy(action="replay", args={"ref": dossier["ref"]}))
    return MET


def changes_given(facts: Facts, _: Params) -> Finding:
    """An amendment changes something."""
    return MET if facts["command"]["args"].get("changes") else _unmet("nothing_changes")


def files_given(facts: Facts, _: Params) -> Finding:
    """Attaching attaches something."""
    return MET if facts["command"]["args"].get("attachments") else _unmet("attachment_missing")


# — the review and the vote —


def review_finished(facts: Facts, _: Params) -> Finding:
    """Sending comes after the review is finished (NT11-1e-2): a signed self-review, not later than the send."""
    reviewed = facts["dossier"]["marks"].get("reviewed_at")
    if reviewed is not None and reviewed <= facts["command"]["occurred_at"]:
        return MET
    if reviewed is None and facts["dossier"]["voted"] is not None:
        # Voted with a reason for the missing self-review: that record stands for it.
        return Finding(status=Status.MET, code="guard.review_replaced", flags=(WARNING,))
    return _unmet("review_unfinished", at=reviewed, who=Role.SUBJECT)


def meeting_held(facts: Facts, _: Params) -> Finding:
    """A vote names its meeting: one of the dossier's own unit (or a unit above), held, not after the vote."""
    dossier, meeting = facts["dossier"], facts.get("meeting")
    hold = Remedy(action="meeting.hold", args={"unit": dossier["unit"]})
    if meeting is None:
        return _unmet("meeting_missing", unit=dossier["unit"], remedy=hold, who=Role.COORDINATOR, scope=dossier["unit"])
    if meeting["unit"] not in dossier["units"]:
        return _unmet(
            "meeting_elsewhere", meeting=meeting["ref"], unit=dossier["unit"], other=meeting["unit"], remedy=hold
        )
    held_on = meeting["held_on"]
    if held_on is None:
        remedy = Remedy(action="meeting.hold", args={"unit": dossier["unit"], "ref": meeting["ref"]})
        return _unmet("meeting_not_held", meeting=meeting["ref"], remedy=remedy, who=Role.COORDINATOR)
    if held_on > facts["command"]["occurred_on"]:
        return _unmet(
            "meeting_later", meeting=meeting["ref"], held_on=held_on, occurred=facts["command"]["occurred_on"]
        )
    return MET


def meeting_since_revote(facts: Facts, _: Params) -> Finding:
    """A group that was told to vote again does so at a meeting held since: the one before was for the vote that lapsed.

    The day of the order counts, since a meeting may vote, count, and vote again (A-44).
    """
    dossier, meeting = facts["dossier"], facts.get("meeting")
    ordered = dossier["marks"].get("revoted_on")
    held_on = None if meeting is None else meeting["held_on"]
    if ordered is None or meeting is None or held_on is None or held_on >= ordered:
        return MET
    return _unmet(
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
    missing = [body for body in _texts(params, "bodies") if meeting is None or body not in meeting["invited"]]
    if not missing:
        return MET
    remedy = Remedy(action="meeting.hold", args={"unit": facts["dossier"]["unit"], "invite": " ".join(missing)})
    if meeting is not None and meeting["held_on"] is not None:
        # An invitation that went out in time and was not entered can be; one that never did takes a new meeting.
        known = {"ref": meeting["ref"], "invite": " ".join(missing)}
        remedy = Remedy(action="meeting.invite", args={**known, "letter": "NO", "occurred": "YYYY-MM-DD"})
    return _unmet("not_invited", bodies=missing, remedy=remedy, who=Role.COORDINATOR, scope=facts["dossier"]["unit"])


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
        return _unmet("tally_incomplete", counted=counted, returned=returned, voters=voters)
    meeting = facts.get("meeting")
    if meeting and meeting["attendees"] is not None and returned > meeting["attendees"]:
        return _unmet("tally_too_many", returned=returned, attendees=meeting["attendees"], meeting=meeting["ref"])
    most = max(levels.values())
    rank = args.get("rank")
    if rank is not None and levels[Rank(rank)] < most and not args.get("reason"):
        leading = [rank for rank, votes in levels.items() if votes == most]
        return _unmet("tally_other_rank", rank=rank, leading=leading, votes=most, remedy=_again(facts, reason="…"))
    return MET


def proposal_follows_vote(facts: Facts, params: Params) -> Finding:
    """The unit proposes what it voted, unless the pack lets it propose another rank."""
    args = facts["command"]["args"]
    proposed = args.get("proposed")
    if proposed is None or proposed == args.get("rank") or params["proposal"] == "free":
        return MET
    return _unmet("proposal_differs", voted=args.get("rank"), proposed=proposed)


# — the quota —


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
    return _unmet(
        "vote_open",
        group=group["key"],
        unvoted=group["unvoted"],
        size=group["size"],
        remedy=Remedy(action="vote.close_vote", args={"group": group["key"], "rule": group["rule"]}),
        who=Role.COORDINATOR,
        scope=group["key"],
    )


def _quota_over(group: GroupFacts, params: Params) -> Finding:
    return _unmet(
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
        return _unmet(
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
        return _unmet("above_proposal", group=group["key"], rank=rank, undecided=group["undecided"], who=Role.RATIFIER)
    return MET


def all_voted(facts: Facts, _: Params) -> Finding:
    """A vote closes when every member has voted since the last revote, left, or is not ranked. It may close over."""
    group = facts["groups"][0]
    if group["unvoted"]:
        return _unmet(
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
    return _unmet(
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


# — routes and decisions —


def recipient_on_route(facts: Facts, params: Params) -> Finding:
    """A dossier goes to a body of its route, and once."""
    to, recipients = facts["command"]["args"].get("to"), _texts(params, "recipients")
    if to not in recipients:
        return _unmet("not_on_route", to=to, recipients=list(recipients), route=facts["dossier"]["route"])
    if facts["command"]["name"] == "receive":
        return MET
    if any(one["to"] == to for one in facts["dossier"]["marks"].get("sends", [])):
        return _unmet("already_sent", to=to)
    return MET


def sends_complete(facts: Facts, params: Params) -> Finding:
    """Ratifying needs every required send of the route (A-21)."""
    sent = {one["to"] for one in facts["dossier"]["marks"].get("sends", [])}
    missing = [body for body in _texts(params, "recipients") if body not in sent]
    if not missing:
        return MET
    remedy = Remedy(action="dossier.send", args={"to": missing[0]})
    return _unmet("sends_missing", bodies=missing, remedy=remedy, who=Role.COORDINATOR, scope=facts["dossier"]["unit"])


def decided_by_route(facts: Facts, params: Params) -> Finding:
    """The body that the route names decides; an outside body's decision is entered, with its number, by a registrar."""
    roles, args = facts["actor"]["roles"], facts["command"]["args"]
    if not params["external"]:
        if Role.RATIFIER not in roles:
            return _unmet("not_the_ratifier", body=str(params["body"]), who=Role.RATIFIER, scope=str(params["body"]))
        if args.get("external"):
            remedy = _again(facts, decision=str(args.get("decision") or "NO"))
            scope = str(params["body"])
            return _unmet("not_outside", body=scope, remedy=remedy, who=Role.RATIFIER, scope=scope)
        return MET
    if not args.get("external") or not args.get("decision"):
        return _unmet(
            "outside_decision", body=str(params["body"]), remedy=_again(facts, external="DECISION"), who=Role.REGISTRAR
        )
    if Role.REGISTRAR not in roles:
        return _unmet("not_the_registrar", body=str(params["body"]), who=Role.REGISTRAR)
    return MET


def decision_numbered(facts: Facts, _: Params) -> Finding:
    """The deciding paper's number stands on record beside its day, whoever decides."""
    if facts["command"]["args"].get("decision"):
        return MET
    who = Role.REGISTRAR if facts["dossier"]["outside"] else Role.RATIFIER
    return _unmet("decision_missing", remedy=_again(facts, decision="NO"), who=who)


def ratifier_unsaid(_: Facts, __: Params) -> Finding:
    """The text names no body that decides: recorded, and shown wherever the dossier is (A-30)."""
    return _unknown("ratifier_unsaid")


def opinion_given(facts: Facts, params: Params) -> Finding:
    """The decision waits for the opinion of a body that only gives one (NT11-2c-2)."""
    body = str(params["body"])
    if any(one["body"] == body for one in facts["dossier"]["marks"].get("opinions", [])):
        return MET
    return _unmet(
        "opinion_missing",
        body=body,
        remedy=Remedy(action="dossier.opinion", args={"body": body}),
        who=Role.RATIFIER,
        scope=body,
    )


def opinion_asked(facts: Facts, params: Params) -> Finding:
    """Only the bodies that the route asks give an opinion."""
    body = facts["command"]["args"].get("body")
    if body in _texts(params, "bodies"):
        return MET
    return _unmet("opinion_not_asked", body=body, bodies=list(_texts(params, "bodies")))


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
    return _unmet("above_adjusted", rank=rank, proposed=dossier["proposed"])


# — time —


def _obligation(facts: Facts, rule: str) -> ObligationFacts | None:
    return next((one for one in facts["obligations"] if one["rule"] == rule and one["due_at"] is not None), None)


def in_time(facts: Facts, params: Params) -> Finding:
    """The command happened before the deadline's instant; what lateness does is the rule's own `late` (A-19)."""
    obligation = _obligation(facts, str(params["rule"]))
    command = facts["command"]
    opens = None if obligation is None else obligation["not_before"]
    if opens is not None and command["occurred_at"] < opens:
        return _unmet("too_early", not_before=opens, occurred=command["occurred_on"])
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
        return _unmet("late_reason", remedy=_again(facts, reason="…"), who=Role.COORDINATOR, told=figures)
    return _unmet("late_refused", remedy=extend, who=obligation["extended_by"], told=figures)


def done_before(facts: Facts, params: Params) -> Finding:
    """An order, not a clock: one command is done, at the latest with this one, before the other (before_event)."""
    first = str(params["command"])
    at = facts["dossier"]["marks"].get(MARKED.get(first, ""))
    if isinstance(at, int) and at <= facts["command"]["occurred_at"]:
        return MET
    return _unmet(
        "not_in_order", command=facts["command"]["name"], first=first, remedy=Remedy(action=f"dossier.{first}")
    )


def backdate_proved(facts: Facts, params: Params) -> Finding:
    """A command dated back across a bound needs a letter's number or a file, and is flagged; or the pack refuses it."""
    command = facts["command"]
    if not command["dated"]:
        return MET
    crossed = [
        one["rule"]
        for one in facts["obligations"]
        if one["met_by"] == command["name"]
        and one["due_at"] is not None
        and command["occurred_at"] < one["due_at"] <= command["recorded_at"]
    ]
    if not crossed:
        return MET
    figures: dict[str, Figure] = {"rules": crossed, "occurred": command["occurred_on"]}
    if params["backdate"] == "refuse":
        return _unmet("backdate_refused", told=figures)
    if command["args"].get("letter") or command["args"].get("attachments"):
        return Finding(status=Status.MET, code="guard.backdated", figures=figures, flags=(BACKDATED,))
    return _unmet("backdate_unproved", remedy=_again(facts, letter="NUMBER"), told=figures)


# — meetings —


def meeting_described(facts: Facts, _: Params) -> Finding:
    """A meeting that was held says on which day, not after today, and how many attended."""
    args, command = facts["command"]["args"], facts["command"]
    attendees = args.get("attendees")
    if attendees is None or attendees < 1:
        return _unmet("attendees_missing", meeting=facts["meeting"]["ref"], remedy=_again(facts, attendees="N"))
    if args.get("held_on", command["occurred_on"]) > command["occurred_on"]:
        return _unmet("held_in_future", day=args.get("held_on"), occurred=command["occurred_on"])
    return MET


def invitation_proved(facts: Facts, _: Params) -> Finding:
    """Whoever enters an invitation after the meeting names its letter and the day it went out, at the latest the
    meeting's."""
    meeting, command = facts["meeting"], facts["command"]
    if meeting["held_on"] is None:
        return MET
    if not command["args"].get("letter") or not command["dated"]:
        remedy = _again(facts, letter="NO", occurred="YYYY-MM-DD")
        return _unmet("invitation_unproved", meeting=meeting["ref"], remedy=remedy)
    if command["occurred_on"] > meeting["held_on"]:
        invited = " ".join(command["args"].get("invited", []))
        remedy = Remedy(action="meeting.hold", args={"unit": meeting["unit"], "invite": invited})
        figures: dict[str, Figure] = {"occurred": command["occurred_on"], "held_on": meeting["held_on"]}
        return _unmet("invitation_after", meeting=meeting["ref"], remedy=remedy, told=figures)
    return MET


def _again(facts: Facts, **args: str) -> Remedy:
    """The same command once more, with what was missing."""
    command = facts["command"]
    return Remedy(action=f"{command['process']}.{command['name']}", args=args)


_DECIDED = ("ratify", "adjust", "opinion")
"""Commands of whoever decides, or is asked: a coordinator is no help with them."""

_WHERE_OWN = (
    "record_vote",
    "submit",
    "send",
    "receive",
    "ratify",
    "send_back",
    "adjust",
    "withdraw",
    "not_ranked",
    "correct",
    "opinion",
)

GUARDS: Mapping[str, GuardSpec] = MappingProxyType(
    {
        "not_own": GuardSpec(function=not_own, commands=_WHERE_OWN),
        "reason_given": GuardSpec(
            function=reason_given, commands=("send_back", "adjust", "withdraw", "not_ranked", "correct"), for_packs=True
        ),
        "rank_given": GuardSpec(
            function=rank_given, commands=("self_review", "record_vote", "correct"), for_packs=True
        ),
        "expected_named": GuardSpec(function=expected_named, commands=("self_review",)),
        "early_vote_reasoned": GuardSpec(function=early_vote_reasoned, commands=("record_vote",)),
        "due_back_named": GuardSpec(function=due_back_named, commands=("send_back",)),
        "correction_named": GuardSpec(function=correction_named, commands=("correct",)),
        "changes_given": GuardSpec(function=changes_given, commands=("amend",)),
        "files_given": GuardSpec(function=files_given, commands=("attach",)),
        "review_finished": GuardSpec(function=review_finished, commands=("submit",), for_packs=True),
        "meeting_held": GuardSpec(function=meeting_held, commands=("record_vote",)),
        "meeting_since_revote": GuardSpec(function=meeting_since_revote, commands=("record_vote",), for_packs=True),
        "parties_invited": GuardSpec(
            function=parties_invited, commands=("record_vote",), params={"bodies": tuple}, for_packs=True
        ),
        "tally_complete": GuardSpec(function=tally_complete, commands=("record_vote",), for_packs=True),
        "proposal_follows_vote": GuardSpec(
            function=proposal_follows_vote, commands=("record_vote",), params={"proposal": str}
        ),
        "group_ready": GuardSpec(
            function=group_ready, commands=("submit",), params={"rule": str, "rank": str, "over": str, "base": str}
        ),
        "group_has_room": GuardSpec(function=group_has_room, commands=("ratify",), params={"rule": str, "rank": str}),
        "all_voted": GuardSpec(function=all_voted, commands=("close_vote",), process="vote"),
        "may_vote_again": GuardSpec(function=may_vote_again, commands=("revote",), process="vote"),
        "recipient_on_route": GuardSpec(
            function=recipient_on_route, commands=("submit", "send", "receive"), params={"recipients": tuple}
        ),
        "sends_complete": GuardSpec(function=sends_complete, commands=("ratify",), params={"recipients": tuple}),
        "decided_by_route": GuardSpec(
            function=decided_by_route, commands=("ratify",), params={"body": str, "external": bool}
        ),
        "ratifier_unsaid": GuardSpec(function=ratifier_unsaid, commands=("ratify",)),
        "opinion_given": GuardSpec(function=opinion_given, commands=("ratify",), params={"body": str}, for_packs=True),
        "opinion_asked": GuardSpec(function=opinion_asked, commands=("opinion",), params={"bodies": tuple}),
        "decided_as_proposed": GuardSpec(function=decided_as_proposed, commands=("ratify",)),
        "decision_numbered": GuardSpec(function=decision_numbered, commands=("ratify",), for_packs=True),
        "not_above_adjusted": GuardSpec(function=not_above_adjusted, commands=("ratify",)),
        "in_time": GuardSpec(
            function=in_time,
            commands=("self_review", "record_vote", "submit", "ratify"),
            params={"rule": str, "late": str},
        ),
        "done_before": GuardSpec(
            function=done_before,
            commands=("self_review", "record_vote", "submit", "ratify"),
            params={"command": str},
            for_packs=True,
        ),
        "backdate_proved": GuardSpec(
            function=backdate_proved,
            commands=("self_review", "record_vote", "submit", "ratify"),
            params={"backdate": str},
        ),
        "invitation_proved": GuardSpec(function=invitation_proved, commands=("invite",), process="meeting"),
        "meeting_described": GuardSpec(function=meeting_described, commands=("hold",), process="meeting"),
    }
)
