"""Faults as they are put on record, mended or taken back, and what is said of those that earlier reviews left open."""

from states.guards.verdicts import unmet
from workflow.carried import is_open, unanswered
from workflow.facts import MET, Facts, Fault, Finding, Remedy
from workflow.rulepack import Params
from workflow.words import Role


def fault_described(facts: Facts, _: Params) -> Finding:
    """A fault says what it is; one that is named was mended, in words or by a letter, or is taken back, with a
    reason."""
    args, dossier = facts["command"]["args"], facts["dossier"]
    ref, number = dossier["ref"], args.get("fault")
    known: list[Fault] = [one for one in dossier["marks"].get("faults", []) if is_open(one)]
    numbers = [str(one["number"]) for one in known]
    if number is not None:
        if any(one["number"] == number for one in known):
            return _became(facts, number)
        return unmet("fault_not_open", ref=ref, fault=number, known=numbers)
    if args.get("mended") or args.get("none"):
        return unmet("fault_unnamed", ref=ref, known=numbers)
    return MET if args.get("text") else unmet("fault_untold", remedy=_recording(ref, text="TEXT"))


def _became(facts: Facts, number: int) -> Finding:
    """What is said of a fault that is open."""
    command, ref = facts["command"], facts["dossier"]["ref"]
    args = command["args"]
    mending, told = _recording(ref, mended=str(number), text="TEXT"), bool(args.get("text") or args.get("letter"))
    if bool(args.get("mended")) == bool(args.get("none")):
        return unmet("fault_which_way", ref=ref, fault=number, remedy=mending)
    if args.get("mended"):
        return MET if told else unmet("mending_untold", fault=str(number), remedy=mending)
    if told:
        return unmet("none_and_some", command=command["name"])
    if args.get("reason"):
        return MET
    back = _recording(ref, **{"take-back": str(number), "reason": "…"})
    return unmet("reason_missing", command=command["name"], remedy=back)


def _recording(ref: str, **args: str) -> Remedy:
    return Remedy(action="dossier.fault", args={"ref": ref, **args})


def fault_carried(facts: Facts, _: Params) -> Finding:
    """What is answered for was carried over to this dossier: mended, in words or by a letter, or still open, in
    words."""
    args, ref = facts["command"]["args"], facts["dossier"]["ref"]
    known, name = [one["fault"] for one in facts.get("carried", [])], args.get("carried", "")
    if name not in known:
        return unmet("fault_not_carried", ref=ref, fault=name, known=known)
    if args.get("text") or (args.get("mended") and args.get("letter")):
        return MET
    if args.get("mended"):
        told = Remedy(action="dossier.answer", args={"ref": ref, "fault": name, "mended": "", "text": "TEXT"})
        return unmet("mending_untold", fault=name, remedy=told)
    return unmet("answer_untold", fault=name, remedy=_answering(ref, name))


def _answering(ref: str, name: str) -> Remedy:
    return Remedy(action="dossier.answer", args={"ref": ref, "fault": name, "text": "TEXT"})


def faults_answered(facts: Facts, _: Params) -> Finding:
    """Whoever reviews the year has said of each fault that was left open whether it was mended (NT05-1b-2)."""
    dossier = facts["dossier"]
    left = unanswered(facts.get("carried", []), dossier["marks"])
    if not left:
        return MET
    return unmet(
        "faults_unanswered",
        count=len(left),
        faults=list(left),
        remedy=_answering(dossier["ref"], left[0]),
        who=Role.SUBJECT,
    )
