"""The dossier (hồ sơ): its states, its commands, who may do them, and what each changes (design section 3).

drafted → self_reviewed → unit_voted → submitted → ratified, the ways back, and the two ways out. Opinions, sends,
receipts, corrections, circumstances, faults and roster edits are records that leave the state as it is. Packs switch
steps by guards; only when a dossier counts as submitted is a graph of its own (ADR 0005).
"""

from dataclasses import replace
from typing import Any

from workflow.facts import Facts, Fault, Patch
from workflow.process import SAME, Process, Step
from workflow.words import DossierState as S
from workflow.words import Role as R

_ON_THE_WAY = (S.DRAFTED, S.SELF_REVIEWED, S.UNIT_VOTED, S.SUBMITTED)
_COORDINATING = frozenset({R.COORDINATOR})
_DECIDING = frozenset({R.RATIFIER, R.REGISTRAR})


def _self_review(facts: Facts) -> Patch:
    command = facts["command"]
    marks = {"reviewed_at": command["occurred_at"], "reviewed_on": command["occurred_on"]}
    return {"expected": command["args"].get("rank"), "marks": marks}


def _hold(facts: Facts) -> Patch:
    command = facts["command"]
    return {"marks": {"held_at": command["args"].get("held_at", command["occurred_at"])}}


def _record_vote(facts: Facts) -> Patch:
    command, meeting = facts["command"], facts.get("meeting")
    rank = command["args"].get("rank")
    held_on = meeting["held_on"] if meeting and meeting["held_on"] else command["occurred_on"]
    marks: dict[str, Any] = {"voted_at": command["occurred_at"], "voted_on": held_on}
    if meeting:
        marks["meeting"] = meeting["ref"]
    return {"voted": rank, "proposed": command["args"].get("proposed", rank), "marks": marks}


def _sent(facts: Facts, key: str) -> list[dict[str, Any]]:
    command, args = facts["command"], facts["command"]["args"]
    one = {"to": args.get("to"), "at": command["occurred_at"], "letter": args.get("letter")}
    if "via" in args:
        one["via"] = args["via"]
    return [*facts["dossier"]["marks"].get(key, []), one]  # type: ignore[misc]


def _submit(facts: Facts) -> Patch:
    return {
        "marks": {"submitted_at": facts["command"]["occurred_at"], "sends": _sent(facts, "sends"), "due_back": None}
    }


def _send(facts: Facts) -> Patch:
    return {"marks": {"sends": _sent(facts, "sends")}}


def _receive(facts: Facts) -> Patch:
    return {"marks": {"receipts": _sent(facts, "receipts")}}


def _ratify(facts: Facts) -> Patch:
    command = facts["command"]
    marks: dict[str, Any] = {"ratified_at": command["occurred_at"]}
    # A decision entered without a number does not bear the number of the one that it replaces.
    if "decision" in command["args"] or "decision" in facts["dossier"]["marks"]:
        marks["decision"] = command["args"].get("decision")
    return {"decided": command["args"].get("rank", facts["dossier"]["proposed"]), "marks": marks}


_UNVOTED: Patch = {"voted": None, "proposed": None}
_UNSENT: dict[str, Any] = {"sends": [], "receipts": []}


def _revote(facts: Facts) -> Patch:
    return {**_UNVOTED, "marks": {**_UNSENT, "revoted_on": facts["command"]["occurred_on"]}}


def _send_back(facts: Facts) -> Patch:
    return {**_UNVOTED, "marks": {**_UNSENT, "due_back": facts["command"]["args"].get("due_back")}}


def _adjust(facts: Facts) -> Patch:
    args = facts["command"]["args"]
    return {"proposed": args.get("rank", facts["dossier"]["proposed"]), "marks": {"adjusted": True}}


def _withdraw(facts: Facts) -> Patch:
    command = facts["command"]
    left = {"left_on": command["occurred_on"], "left_at": command["occurred_at"]}
    return {"marks": {**left, "leave_reason": command["args"].get("reason_kind", "other")}}


def _not_ranked(facts: Facts) -> Patch:
    command = facts["command"]
    reason = command["args"].get("reason_kind", "other")
    return {"marks": {"not_ranked_reason": reason, "left_at": command["occurred_at"]}}


def _correct(facts: Facts) -> Patch:
    args = facts["command"]["args"]
    field, rank = args.get("field", ""), args.get("rank")
    # A proposal that was the voted rank follows its correction; one that was set apart stays.
    follows = field == "voted" and facts["dossier"]["proposed"] == facts["dossier"]["voted"]
    return {field: rank, "proposed": rank} if follows else {field: rank}


def _opinion(facts: Facts) -> Patch:
    command = facts["command"]
    one = {"body": command["args"].get("body"), "at": command["occurred_at"], "rank": command["args"].get("rank")}
    return {"marks": {"opinions": [*facts["dossier"]["marks"].get("opinions", []), one]}}


def _suggest(facts: Facts) -> Patch:
    command = facts["command"]
    told = {name: command["args"].get(name) for name in ("body", "on", "text")}
    one = {**told, "at": command["occurred_at"]}
    return {"marks": {"suggestions": [*facts["dossier"]["marks"].get("suggestions", []), one]}}


def _explain(facts: Facts) -> Patch:
    return {"marks": {"explained": len(facts["dossier"]["marks"].get("suggestions", []))}}


def _comment(facts: Facts) -> Patch:
    command = facts["command"]
    one = {"body": command["args"].get("body"), "text": command["args"].get("text"), "at": command["occurred_at"]}
    return {"marks": {"comments": [*facts["dossier"]["marks"].get("comments", []), one]}}


def _record_circumstance(facts: Facts) -> Patch:
    command, args = facts["command"], facts["command"]["args"]
    name = args.get("circumstance", "")
    known = {one: told for one, told in facts["dossier"]["marks"].get("circumstances", {}).items() if one != name}
    if not args.get("none"):
        known[name] = {"months": args.get("months"), "letter": args.get("letter"), "at": command["occurred_at"]}
        known[name] |= {"text": args["text"]} if "text" in args else {}
    return {"marks": {"circumstances": known}}


def _petition(facts: Facts) -> Patch:
    command = facts["command"]
    told = {name: command["args"].get(name) for name in ("text", "letter")}
    open_one = {"answered_at": None, "outcome": None, "answer": None}
    given = {"at": command["occurred_at"], "by": facts["actor"]["id"], "decided": facts["dossier"]["decided"]}
    one = {**given, **told, **open_one}
    return {"marks": {"petitions": [*facts["dossier"]["marks"].get("petitions", []), one]}}


def _answer(facts: Facts) -> Patch:
    command = facts["command"]
    args, known = command["args"], facts["dossier"]["marks"].get("petitions", [])
    told = {"answered_at": command["occurred_at"], "outcome": args.get("outcome"), "answer": args.get("text")}
    return {"marks": {"petitions": [{**one, **told} if one["answered_at"] is None else one for one in known]}}


def _record_fault(facts: Facts) -> Patch:
    """A fault more, with the next number; or what became of the one that is named."""
    command, args = facts["command"], facts["command"]["args"]
    known: list[Fault] = facts["dossier"]["marks"].get("faults", [])
    number, at = args.get("fault"), command["occurred_at"]
    if number is None:
        new = Fault(number=len(known) + 1, text=args.get("text"), at=at)
        return {"marks": {"faults": [*known, new]}}
    mended = {"text": args.get("text"), "letter": args.get("letter"), "at": at}
    became = {"taken_back": at} if args.get("none") else {"mended": mended}
    return {"marks": {"faults": [{**one, **became} if one["number"] == number else one for one in known]}}


def _answer_fault(facts: Facts) -> Patch:
    command, args = facts["command"], facts["command"]["args"]
    told = {"mended": bool(args.get("mended")), "text": args.get("text"), "letter": args.get("letter")}
    answers = facts["dossier"]["marks"].get("answers", {})
    return {"marks": {"answers": {**answers, args.get("carried", ""): {**told, "at": command["occurred_at"]}}}}


def _amend(facts: Facts) -> Patch:
    changes = dict(facts["command"]["args"].get("changes", {}))
    if "unit" not in changes:
        return changes
    # Where somebody moves to, he is voted on for the first time: at whatever meeting he attended there.
    forgotten: dict[str, None] = {"revoted_on": None}
    if "held_at" in facts["dossier"]["marks"]:
        forgotten["held_at"] = None
    return {**changes, "marks": forgotten}


_STEPS = (
    Step(
        command="self_review",
        sources=(S.DRAFTED,),
        to=S.SELF_REVIEWED,
        roles=frozenset({R.SUBJECT, R.COORDINATOR}),
        effect=_self_review,
    ),
    # Its unit's meeting was held: never asked for by itself, the meeting's own record brings it.
    Step(
        command="hold",
        sources=(S.DRAFTED, S.SELF_REVIEWED),
        to=SAME,
        roles=_COORDINATING,
        effect=_hold,
        direct=False,
    ),
    Step(
        command="record_vote",
        sources=(S.DRAFTED, S.SELF_REVIEWED),
        to=S.UNIT_VOTED,
        roles=_COORDINATING,
        effect=_record_vote,
    ),
    Step(command="submit", sources=(S.UNIT_VOTED,), to=S.SUBMITTED, roles=_COORDINATING, effect=_submit),
    Step(command="ratify", sources=(S.SUBMITTED,), to=S.RATIFIED, roles=_DECIDING, effect=_ratify),
    Step(
        command="revote",
        sources=(S.UNIT_VOTED, S.SUBMITTED),
        to=S.SELF_REVIEWED,
        # Never asked for by itself: a group's new vote does it, or a roster edit that moves the person.
        roles=_COORDINATING | {R.OPERATOR},
        effect=_revote,
        direct=False,
    ),
    Step(
        command="send_back",
        sources=(S.SUBMITTED,),
        to=S.SELF_REVIEWED,
        roles=_DECIDING | _COORDINATING,
        effect=_send_back,
    ),
    Step(command="adjust", sources=(S.RATIFIED,), to=S.SUBMITTED, roles=_DECIDING, effect=_adjust),
    Step(
        command="withdraw",
        sources=_ON_THE_WAY,
        to=S.WITHDRAWN,
        roles=_COORDINATING | {R.REGISTRAR},
        effect=_withdraw,
    ),
    Step(
        command="not_ranked",
        sources=_ON_THE_WAY,
        to=S.NOT_RANKED,
        roles=_COORDINATING | {R.REGISTRAR},
        effect=_not_ranked,
    ),
    Step(
        command="correct",
        sources=(S.SELF_REVIEWED, S.UNIT_VOTED, S.SUBMITTED),
        to=SAME,
        roles=_COORDINATING | {R.REGISTRAR},
        effect=_correct,
    ),
    # What goes up with its result goes after the decision.
    Step(command="send", sources=(S.SUBMITTED, S.RATIFIED), to=SAME, roles=_COORDINATING, effect=_send),
    Step(
        command="receive",
        sources=(S.SUBMITTED, S.RATIFIED),
        to=SAME,
        roles=_COORDINATING | {R.REGISTRAR, R.MONITOR},
        effect=_receive,
    ),
    Step(
        command="opinion",
        sources=(S.SELF_REVIEWED, S.UNIT_VOTED, S.SUBMITTED),
        to=SAME,
        roles=_DECIDING | {R.MONITOR},
        effect=_opinion,
    ),
    Step(
        command="attach",
        sources=_ON_THE_WAY,
        to=SAME,
        roles=frozenset({R.SUBJECT, R.COORDINATOR, R.REGISTRAR}),
    ),
    Step(
        command="suggest",
        sources=_ON_THE_WAY,
        to=SAME,
        roles=_COORDINATING | {R.REGISTRAR, R.MONITOR},
        effect=_suggest,
    ),
    Step(
        command="explain",
        sources=_ON_THE_WAY,
        to=SAME,
        roles=frozenset({R.SUBJECT, R.COORDINATOR, R.REGISTRAR}),
        effect=_explain,
    ),
    Step(
        command="comment",
        sources=(S.DRAFTED, S.SELF_REVIEWED),
        to=SAME,
        roles=_COORDINATING | {R.REGISTRAR},
        effect=_comment,
    ),
    Step(
        command="record_circumstance",
        # What becomes known of somebody who was ranked still caps those who are ranked after him.
        sources=(*_ON_THE_WAY, S.RATIFIED, S.NOT_RANKED),
        to=SAME,
        roles=_COORDINATING | {R.REGISTRAR},
        effect=_record_circumstance,
    ),
    # The result stands meanwhile, marked as under review (Nghị định 90/2020/NĐ-CP, Điều 24).
    Step(
        command="raise_petition",
        sources=(S.RATIFIED,),
        to=SAME,
        roles=frozenset({R.SUBJECT, R.COORDINATOR, R.REGISTRAR}),
        effect=_petition,
    ),
    Step(command="answer_petition", sources=(S.RATIFIED,), to=SAME, roles=_DECIDING, effect=_answer),
    Step(
        command="record_fault",
        # What a review points out may be written down, and mended, after its rank is decided.
        sources=(*_ON_THE_WAY, S.RATIFIED, S.NOT_RANKED),
        to=SAME,
        roles=_COORDINATING | {R.REGISTRAR},
        effect=_record_fault,
    ),
    Step(
        command="answer_fault",
        sources=_ON_THE_WAY,
        to=SAME,
        roles=frozenset({R.SUBJECT, R.COORDINATOR, R.REGISTRAR}),
        effect=_answer_fault,
    ),
    Step(
        command="amend",
        sources=tuple(S),
        to=SAME,
        roles=frozenset({R.OPERATOR, R.COORDINATOR}),
        effect=_amend,
        direct=False,
    ),
)


def _dossier(*steps: Step) -> Process:
    return Process(
        "dossier",
        states=tuple(S),
        initial=S.DRAFTED,
        finals=(S.RATIFIED, S.WITHDRAWN, S.NOT_RANKED),
        steps=steps,
    )


DOSSIER = _dossier(*_STEPS)
"""Submitted with the first required send of its route (A-21)."""

_AHEAD = frozenset({"send", "receive"})
DOSSIER_SENT_WHOLE = _dossier(
    *(replace(one, sources=(S.UNIT_VOTED, *one.sources)) if one.command in _AHEAD else one for one in _STEPS)
)
"""Submitted with the last one: sends and receipts of the others come before it."""
