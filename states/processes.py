"""Every process there is, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from states.difficulty import DIFFICULTY
from states.dossier import DOSSIER, DOSSIER_SENT_WHOLE
from states.meeting import MEETING
from states.milestone import MILESTONE
from states.vote import VOTE
from workflow.process import Process
from workflow.rulepack import Submission

PROCESSES: Mapping[str, Process] = MappingProxyType(
    {one.name: one for one in (DOSSIER, MEETING, VOTE, MILESTONE, DIFFICULTY)}
)
"""As most packs have them."""

_SENT_WHOLE: Mapping[str, Process] = MappingProxyType({**PROCESSES, DOSSIER_SENT_WHOLE.name: DOSSIER_SENT_WHOLE})


def processes_of(submitted: Submission) -> Mapping[str, Process]:
    """The processes of a pack with this reading (ADR 0005)."""
    return _SENT_WHOLE if submitted is Submission.ALL_SENT else PROCESSES
