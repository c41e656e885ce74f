"""Circumstances as they are put on record, and the ranks that they, or others' ranks, do not let a dossier exceed."""

from states.guards.verdicts import again, unmet
from workflow.facts import MET, Facts, Finding, Remedy
from workflow.rulepack import MONTHS, Params
from workflow.words import Rank, Role


def under_ceiling(facts: Facts, params: Params) -> Finding:
    """The rank that is proposed or decided is not above what caps it; what is not ranked at all has none
    (P124-12-2, P124-x-1, ND90-2-1, ND90-2-2)."""
    cap = next((one for one in facts.get("caps", []) if one["rule"] == params["rule"]), None)
    rank, circumstance = _rank(facts), str(params["circumstance"])
    if cap is None or rank is None:
        return MET
    count, refs, highest = cap["count"], cap["refs"], cap["rank"]
    if highest is None:
        remedy, unit = Remedy(action="dossier.not_ranked", args={"reason": "…"}), facts["dossier"]["unit"]
        return unmet(
            "not_to_be_ranked",
            circumstance=circumstance,
            count=count,
            refs=refs,
            remedy=remedy,
            who=Role.COORDINATOR,
            scope=unit,
        )
    if Rank(rank).height <= Rank(highest).height:
        return MET
    lower = _lower(facts)
    if not circumstance:
        return unmet("above_ceiling", rank=rank, highest=highest, count=count, refs=refs, remedy=lower)
    return unmet(
        "above_circumstance",
        rank=rank,
        highest=highest,
        circumstance=circumstance,
        count=count,
        refs=refs,
        remedy=lower,
    )


def _lower(facts: Facts) -> Remedy | None:
    """Whoever decides may decide what no ceiling is under; a vote was for what it was."""
    if facts["command"]["name"] != "ratify":
        return None
    ranks = [Rank(one["rank"]) for one in facts["caps"] if one["rank"] is not None]
    return again(facts, rank=min(ranks, key=lambda one: one.height).value)


def _rank(facts: Facts) -> str | None:
    """What the command would have the dossier ranked as."""
    args = facts["command"]["args"]
    if facts["command"]["name"] == "ratify":
        return args.get("rank", facts["dossier"]["proposed"])
    return args.get("proposed", args.get("rank"))


def circumstance_known(facts: Facts, params: Params) -> Finding:
    """A level is given all the same while what it is to be judged by is not known; it is provisional then
    (NT05-1a-7)."""
    name, ref = str(params["circumstance"]), facts["dossier"]["ref"]
    if name in facts["dossier"]["marks"].get("circumstances", {}):
        return MET
    remedy = Remedy(action="dossier.circumstance", args={"ref": ref, "circumstance": name, "text": "TEXT"})
    return unmet("level_provisional", circumstance=name, day=str(params["day"]) or None, remedy=remedy)


def circumstance_elsewhere(facts: Facts, params: Params) -> Finding:
    """A circumstance is put on record of those dossiers alone that the pack has it for."""
    if facts["command"]["args"].get("circumstance") != params["circumstance"]:
        return MET
    return unmet("circumstance_elsewhere", circumstance=str(params["circumstance"]), ref=facts["dossier"]["ref"])


def circumstance_described(facts: Facts, params: Params) -> Finding:
    """A circumstance says for how many months and by which letter, where the pack asks; it is taken back with a
    reason."""
    args, ref = facts["command"]["args"], facts["dossier"]["ref"]
    name, counted = str(params["circumstance"]), bool(params["months"])
    if args.get("circumstance") != name:
        return MET
    if args.get("none"):
        return _taken_back(facts, name)
    months, letter = args.get("months"), args.get("letter")
    lacking = {"months": "N"} if counted else {}
    lacking |= {"letter": "NO"} if params["proof"] else {}
    remedy = Remedy(action="dossier.circumstance", args={"ref": ref, "circumstance": name, **lacking})
    if not counted and months is not None:
        return unmet("circumstance_uncounted", circumstance=name, remedy=remedy)
    if counted and (months is None or months > MONTHS):
        return unmet("circumstance_months", circumstance=name, most=MONTHS, remedy=remedy)
    if params["awaited"] and not letter and not args.get("text"):
        told = Remedy(action="dossier.circumstance", args={"ref": ref, "circumstance": name, "text": "TEXT"})
        return unmet("circumstance_untold", circumstance=name, remedy=told)
    if params["proof"] and not letter:
        return unmet("circumstance_unproved", circumstance=name, remedy=remedy)
    return MET


def _taken_back(facts: Facts, name: str) -> Finding:
    command, dossier = facts["command"], facts["dossier"]
    args = command["args"]
    if args.get("months") is not None or args.get("letter"):
        return unmet("none_and_some", command=command["name"])
    if name not in dossier["marks"].get("circumstances", {}):
        return unmet("circumstance_unrecorded", circumstance=name, ref=dossier["ref"])
    if args.get("reason"):
        return MET
    told = {"ref": dossier["ref"], "circumstance": name, "none": "", "reason": "…"}
    return unmet("reason_missing", command=command["name"], remedy=Remedy(action="dossier.circumstance", args=told))
