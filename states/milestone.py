"""The milestone (đầu việc của kế hoạch): a step of the plan that no dossier's command takes (ADR 0019).

Open until somebody says that it is done, with its proof, or that nobody needs it; what was not needed may be done after
all. Its date, an extension, and what its lateness means are those of any obligation.
"""

from workflow.facts import Facts, Patch
from workflow.process import SAME, Process, Step
from workflow.words import ObligationState as S
from workflow.words import Role as R

_DOING = frozenset({R.COORDINATOR, R.MONITOR, R.REGISTRAR})


def _done(facts: Facts) -> Patch:
    due_at = facts["milestone"]["due_at"]
    return {"late": due_at is not None and facts["command"]["occurred_at"] >= due_at}


MILESTONE = Process(
    "milestone",
    states=(S.OPEN, S.MET, S.VOID),
    initial=S.OPEN,
    finals=(S.MET, S.VOID),
    steps=(
        Step(command="done", sources=(S.OPEN, S.VOID), to=S.MET, roles=_DOING, effect=_done),
        Step(command="not_needed", sources=(S.OPEN,), to=S.VOID, roles=_DOING),
        Step(command="note", sources=(S.OPEN, S.MET), to=SAME, roles=_DOING),
    ),
)
