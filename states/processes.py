"""Every process there is, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from states.dossier import DOSSIER
from states.meeting import MEETING
from states.vote import VOTE
from workflow.process import Process

PROCESSES: Mapping[str, Process] = MappingProxyType({one.name: one for one in (DOSSIER, MEETING, VOTE)})
