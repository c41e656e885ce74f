"""The vote of a group under a submit quota: open, closed, open again (design section 4).

The proposal is judged once, whole: closing is a fact that succeeds even when the group is over, and says so.
"""

from workflow.facts import Facts, Patch
from workflow.process import Process, Step
from workflow.words import Role as R
from workflow.words import VoteState as S

_COORDINATING = frozenset({R.COORDINATOR})


def _close(facts: Facts) -> Patch:
    command = facts["command"]
    return {"closed_on": command["args"].get("held_on", command["occurred_on"])}


def _open(_: Facts) -> Patch:
    return {"closed_on": None}


VOTE = Process(
    "vote",
    states=(S.OPEN, S.CLOSED),
    initial=S.OPEN,
    finals=(S.CLOSED,),
    steps=(
        Step(command="close_vote", sources=(S.OPEN,), to=S.CLOSED, roles=_COORDINATING, effect=_close),
        Step(command="revote", sources=(S.OPEN, S.CLOSED), to=S.OPEN, roles=_COORDINATING, effect=_open),
        # A joiner opens the vote of every closed group that he enters, in the commit that brings him.
        Step(
            command="join",
            sources=(S.OPEN, S.CLOSED),
            to=S.OPEN,
            roles=_COORDINATING | {R.OPERATOR},
            effect=_open,
            direct=False,
        ),
    ),
)
