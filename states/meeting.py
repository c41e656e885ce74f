"""The meeting (hội nghị) at which a unit reviews and votes: planned, held, or cancelled. An invitation may be entered
afterwards, where its letter proves that it went out before (NT11-1c-1)."""

from workflow.facts import Facts, Patch
from workflow.process import SAME, Process, Step
from workflow.words import MeetingState as S
from workflow.words import Role as R

_COORDINATING = frozenset({R.COORDINATOR})


def _invite(facts: Facts) -> Patch:
    known = facts["meeting"]["invited"]
    return {"invited": known + [one for one in facts["command"]["args"].get("invited", []) if one not in known]}


def _hold(facts: Facts) -> Patch:
    command = facts["command"]
    held_on = command["args"].get("held_on", command["occurred_on"])
    return {"held_on": held_on, "attendees": command["args"].get("attendees")} | _invite(facts)


MEETING = Process(
    "meeting",
    states=tuple(S),
    initial=S.PLANNED,
    finals=(S.HELD, S.CANCELLED),
    steps=(
        Step(command="invite", sources=(S.PLANNED, S.HELD), to=SAME, roles=_COORDINATING, effect=_invite),
        Step(command="hold", sources=(S.PLANNED,), to=S.HELD, roles=_COORDINATING, effect=_hold),
        Step(command="cancel", sources=(S.PLANNED,), to=S.CANCELLED, roles=_COORDINATING),
    ),
)
