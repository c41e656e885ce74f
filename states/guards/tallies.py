"""Counted votes: complete, in order, never more than may vote; and the rank that follows from them."""

from collections.abc import Mapping

from states.guards.verdicts import again, texts, unmet
from workflow.engine import WARNING
from workflow.facts import MET, Args, Facts, Finding, Remedy, Tally, TallyFacts
from workflow.rulepack import Agenda, Method, Of, Params, SelfVote
from workflow.tallies import BALLOTS, BY_HANDS, FOR_OR_AGAINST
from workflow.words import DossierState, MeetingState, Rank, Role, Status

_ASIDE = frozenset({*BALLOTS, *BY_HANDS})


def tally_asked(facts: Facts, params: Params) -> Finding:
    """Such a meeting reviews the dossier and votes on this step in this way (A-17); the dossier is not voted yet, and
    not that of whoever enters the count (A-36)."""
    args, tally, meeting = facts["command"]["args"], facts["tally"], facts["meeting"]["ref"]
    if facts["actor"]["id"] == tally["subject"]:
        return unmet("own_dossier", actor=tally["subject"], who=Role.COORDINATOR, scope=facts["meeting"]["unit"])
    if not tally["fits"]:
        return unmet("tally_elsewhere", dossier=tally["ref"], meeting=meeting)
    if tally["state"] not in {DossierState.DRAFTED, DossierState.SELF_REVIEWED}:
        return unmet("tally_after_vote", dossier=tally["ref"], state=tally["state"])
    steps, methods = texts(params, "steps"), texts(params, "methods")
    asked = dict(zip(steps, methods, strict=True))
    if args["step"] not in asked:
        return unmet("step_unasked", meeting=meeting, step=args["step"], steps=steps)
    if args["method"] != asked[args["step"]]:
        return unmet("other_method", step=args["step"], method=args["method"], asked=asked[args["step"]])
    return _of_step(args, steps)


def _of_step(args: Args, steps: tuple[str, ...]) -> Finding:
    """Only a disputed criterion has a number, only criteria are disputed where such are voted on next, and an overall
    rank is voted by ranks."""
    step = args["step"]
    if args.get("matter", 0) and step != Agenda.DISPUTED:
        return unmet("matter_unasked", step=step, matter=args["matter"])
    if args.get("disputed") and (step != Agenda.CRITERIA or Agenda.DISPUTED not in steps):
        return unmet("disputed_unasked", step=step, disputed=[str(one) for one in args["disputed"]])
    strangers = [one for one in FOR_OR_AGAINST if one in args["figures"]] if step == Agenda.OVERALL else []
    return unmet("figures_unasked", step=step, names=strangers) if strangers else MET


def tally_in_order(facts: Facts, params: Params) -> Finding:
    """Criteria first, then those that are disputed, then the overall rank (QN23-II.1.2b-4)."""
    args, tally, skipped = facts["command"]["args"], facts["tally"], facts["meeting"]["marks"].get("skipped", [])
    steps, step, matter = texts(params, "steps"), args["step"], args.get("matter", 0)
    known = {(one["step"], one["matter"]) for one in tally["before"]}
    if (step, matter) in known and not args.get("correct"):
        return unmet("tally_known", dossier=tally["ref"], step=step, remedy=again(facts, correct="true"))
    if (step, matter) not in known and args.get("correct"):
        return unmet("tally_unknown", dossier=tally["ref"], step=step)
    if args.get("correct") and not args.get("reason"):
        return unmet("reason_missing", command="tally", remedy=again(facts, reason="…"))
    voted = {one for one, _ in known}
    later = [one for one in steps[steps.index(step) + 1 :] if one in voted] if step in steps else []
    if step == Agenda.CRITERIA and later:
        # What was voted after them rests on which of them were disputed.
        return unmet("voted_since", dossier=tally["ref"], step=step, later=later[0])
    disputed = _disputed(tally["before"])
    if step == Agenda.DISPUTED and matter not in disputed:
        return unmet("not_disputed", dossier=tally["ref"], matter=matter, disputed=[str(one) for one in disputed])
    before = steps[: steps.index(step)] if step in steps else ()
    for one in before:
        if one == Agenda.DISPUTED:
            left = [str(number) for number in disputed if (one, number) not in known]
            if left:
                return unmet("disputed_first", dossier=tally["ref"], disputed=left)
        elif one not in skipped and one not in voted:
            return unmet("step_first", dossier=tally["ref"], first=one, step=step)
    return MET


def _disputed(before: list[Tally]) -> tuple[int, ...]:
    return next((tuple(one["disputed"]) for one in before if one["step"] == Agenda.CRITERIA), ())


def tally_adds_up(facts: Facts, params: Params) -> Finding:
    """Ballots issued are cast or unused, those cast valid or invalid, the valid ones votes; no more than may vote, and
    no more cast than were present of those who do: invitees never vote (A-15)."""
    args, tally = facts["command"]["args"], facts["tally"]
    figures = args["figures"]
    votes = sum(count for name, count in figures.items() if name not in _ASIDE)
    if not votes:
        return unmet("nobody_voted", dossier=tally["ref"], step=args["step"])
    spared = 1 if tally["own"] and params["self_vote"] == SelfVote.EXCLUDE else 0
    voters, present = tally["voters"] - spared, tally["present"] - spared
    if args["method"] == Method.BALLOT:
        missing = [one for one in BALLOTS if one not in figures]
        if missing:
            return unmet(
                "tally_lacks", missing=missing, remedy=again(facts, figures=" ".join(f"{one}=N" for one in missing))
            )
        issued, unused, cast, valid, invalid = (figures[one] for one in BALLOTS)
        if issued != cast + unused:
            return unmet("ballots_issued", whole=issued, parts=cast + unused)
        if cast != valid + invalid:
            return unmet("ballots_cast", whole=cast, parts=valid + invalid)
        if valid != votes:
            return unmet("ballots_valid", whole=valid, parts=votes)
        if issued > voters:
            return unmet("ballots_over_roll", issued=issued, voters=voters)
    else:
        cast = votes + figures.get("abstained", 0)
    if cast > min(present, voters):
        return unmet("votes_over_present", cast=cast, present=min(present, voters))
    return MET


def count_signed(facts: Facts, _: Params) -> Finding:
    """Ballots were counted by somebody, whose names and signed paper come along."""
    args = facts["command"]["args"]
    if args["method"] != Method.BALLOT:
        return MET
    if not args.get("committee"):
        return unmet("committee_missing", remedy=again(facts, committee="NAME"))
    if not args.get("attachments"):
        return unmet("count_unsigned", remedy=again(facts, attach="FILE"))
    return MET


def self_vote_told(facts: Facts, params: Params) -> Finding:
    """Whoever votes on his own case is told of it, where the pack warns (A-36)."""
    if facts["tally"]["own"] and params["self_vote"] == SelfVote.WARN:
        figures = {"dossier": facts["tally"]["ref"]}
        return Finding(status=Status.MET, code="guard.self_vote", figures=figures, flags=(WARNING,))
    return MET


def all_counted(facts: Facts, _: Params) -> Finding:
    """Minutes are signed once every dossier that was voted on has its overall rank."""
    left = facts["meeting"].get("unfinished", [])
    return unmet("count_unfinished", meeting=facts["meeting"]["ref"], count=len(left)) if left else MET


def correction_follows_tally(facts: Facts, _: Params) -> Finding:
    """A recorded vote is corrected to what was counted: another rank than the most voted was the chair's, with the vote
    itself (A-16)."""
    args, tally = facts["command"]["args"], facts.get("tally")
    overall = _overall(tally) if tally is not None else None
    if tally is None or overall is None or args.get("field") != "voted" or args.get("rank") is None:
        return MET
    leading, most = _leading(_votes(overall))
    if args["rank"] in leading:
        return MET
    return unmet("correction_against_count", dossier=tally["ref"], rank=args["rank"], leading=leading, votes=most)


def _overall(tally: TallyFacts) -> Tally | None:
    return next((one for one in tally["before"] if one["step"] == Agenda.OVERALL), None)


def _votes(overall: Tally) -> dict[Rank, int]:
    return {one: overall["figures"].get(one, 0) for one in Rank}


def _leading(votes: Mapping[Rank, int]) -> tuple[list[Rank], int]:
    """The ranks with the most votes, and how many."""
    most = max(votes.values())
    return [one for one, count in votes.items() if count == most], most


def rank_follows_tally(facts: Facts, params: Params) -> Finding:
    """The rank that is recorded is the most voted, or the chair says why not; more than a share only where the pack has
    one (A-16)."""
    args, tally = facts["command"]["args"], facts.get("tally")
    if args.get("tally"):
        return unmet("tally_at_meeting")
    if facts.get("meeting") is None or tally is None:
        return MET  # which meeting is asked elsewhere
    overall = _overall(tally)
    if overall is None:
        meeting = facts["meeting"]
        if meeting["state"] == MeetingState.MINUTED:
            anew = Remedy(action="meeting.hold", args={"unit": meeting["unit"], "kind": meeting["kind"] or ""})
            return unmet("tally_too_late", dossier=tally["ref"], meeting=meeting["ref"], remedy=anew)
        known = {"meeting": meeting["ref"], "dossier": tally["ref"], "step": "overall"}
        return unmet("tally_missing", dossier=tally["ref"], remedy=Remedy(action="meeting.tally", args=known))
    votes = _votes(overall)
    rank = args.get("rank")
    if rank is None:
        return MET
    own, (leading, most) = votes[Rank(rank)], _leading(votes)
    if (own < most or len(leading) > 1) and not args.get("reason"):
        return unmet("tally_other_rank", rank=rank, leading=leading, votes=most, remedy=again(facts, reason="…"))
    if "more" in params:
        whole = {Of.ROLL: tally["voters"], Of.PRESENT: tally["present"], Of.VALID: sum(votes.values())}[
            Of(str(params["of"]))
        ]
        more, than = int(str(params["more"])), int(str(params["than"]))
        if than * own <= more * whole:
            return unmet("threshold_missed", rank=rank, votes=own, whole=whole, share=f"{more}/{than}")
    return MET
