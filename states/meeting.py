"""The meeting (hội nghị) at which a unit reviews and votes.

planned → registered → agreed → held → minuted, or cancelled. Registration and agreement are asked for where the kind
of meeting asks for them (DP24-III.2); what is planned is held otherwise. An invitation may be entered afterwards, where
its letter proves that it went out before (NT11-1c-1).
"""

from typing import Any

from workflow.facts import Facts, Patch
from workflow.process import SAME, Process, Step
from workflow.tallies import name_of
from workflow.words import MeetingState as S
from workflow.words import Role as R

_COORDINATING = frozenset({R.COORDINATOR})
_AGREEING = frozenset({R.RATIFIER, R.REGISTRAR})
_TO_COME = (S.PLANNED, S.REGISTERED, S.AGREED)


def _invite(facts: Facts) -> Patch:
    known = facts["meeting"]["invited"]
    return {"invited": known + [one for one in facts["command"]["args"].get("invited", []) if one not in known]}


def _register(facts: Facts) -> Patch:
    command = facts["command"]
    given = {name: command["args"].get(name) for name in ("time", "letter")}
    return {"marks": {"registered": {"on": command["occurred_on"], **given}, "agreed": []}}


def _agree(facts: Facts) -> Patch:
    command, known = facts["command"], facts["meeting"]["marks"].get("agreed", [])
    one = {"body": command["args"].get("body"), "on": command["occurred_on"], "letter": command["args"].get("letter")}
    return {"marks": {"agreed": [*known, one]}}


def _hold(facts: Facts) -> Patch:
    command, meeting = facts["command"], facts["meeting"]
    held_on = command["args"].get("held_on", command["occurred_on"])
    marks: dict[str, Any] = {"present": command["args"]["present"]} if "present" in command["args"] else {}
    if "roll" in meeting:
        # Who could have come stays as it was on the day, whoever joins or leaves later.
        marks["roll"] = meeting["roll"]
    patch: Patch = {"held_on": held_on, "attendees": command["args"].get("attendees"), **_invite(facts)}
    return {**patch, "marks": marks} if marks else patch


def _note(facts: Facts) -> Patch:
    command, known = facts["command"], facts["meeting"]["marks"].get("log", [])
    said = {name: command["args"][name] for name in ("step", "text", "conclusion", "needed") if name in command["args"]}
    marks: dict[str, Any] = {"log": [*known, {**said, "at": command["occurred_at"]}]}
    if said.get("needed") is False:
        marks["skipped"] = [*facts["meeting"]["marks"].get("skipped", []), said["step"]]
    return {"marks": marks}


def _tally(facts: Facts) -> Patch:
    command, dossier = facts["command"], facts["tally"]["dossier"]
    args = command["args"]
    matter = args.get("matter", 0)
    counted = {
        "dossier": dossier,
        "step": args["step"],
        "matter": matter,
        "method": args["method"],
        "figures": args["figures"],
        "disputed": args.get("disputed", []),
        "reason": args.get("reason"),
        "committee": args.get("committee", []),
        "papers": args.get("attachments", []),
        "at": command["occurred_at"],
    }
    return {"tallies": {name_of(dossier, args["step"], matter): counted}}


def _minute(facts: Facts) -> Patch:
    command = facts["command"]
    return {"marks": {"minuted_at": command["occurred_at"], "minutes": command["args"].get("attachments", [])}}


MEETING = Process(
    "meeting",
    states=tuple(S),
    initial=S.PLANNED,
    finals=(S.HELD, S.MINUTED, S.CANCELLED),
    steps=(
        Step(command="invite", sources=(*_TO_COME, S.HELD), to=SAME, roles=_COORDINATING, effect=_invite),
        Step(command="register", sources=(S.PLANNED,), to=S.REGISTERED, roles=_COORDINATING, effect=_register),
        Step(command="agree", sources=(S.REGISTERED,), to=SAME, roles=_AGREEING, effect=_agree),
        # The last agreement that was asked for does it, in its own commit.
        Step(command="settle", sources=(S.REGISTERED,), to=S.AGREED, roles=_AGREEING, direct=False),
        Step(
            command="move",
            sources=(S.REGISTERED, S.AGREED),
            to=S.REGISTERED,
            roles=_COORDINATING,
            effect=_register,
        ),
        Step(command="hold", sources=_TO_COME, to=S.HELD, roles=_COORDINATING, effect=_hold),
        Step(command="note", sources=(S.HELD,), to=SAME, roles=_COORDINATING, effect=_note),
        Step(command="tally", sources=(S.HELD,), to=SAME, roles=_COORDINATING, effect=_tally),
        Step(command="minute", sources=(S.HELD,), to=S.MINUTED, roles=_COORDINATING, effect=_minute),
        Step(command="cancel", sources=_TO_COME, to=S.CANCELLED, roles=_COORDINATING),
    ),
)
