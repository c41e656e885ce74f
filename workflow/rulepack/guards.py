"""Conditions of commands, and readings of the whole pack."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from workflow.rulepack.papers import Clause, Text
from workflow.rulepack.selecting import EVERYTHING, Where
from workflow.words import SubjectKind

Scalar: TypeAlias = str | int | bool
Params: TypeAlias = Mapping[str, Scalar | tuple[Scalar, ...]]


class Mode(StrEnum):
    """How hard a rule is."""

    OFF = "off"
    """Not asked at all: a frame that a parent brings, for whoever extends it to switch on."""
    ENFORCE = "enforce"
    WARN = "warn"
    RECORD_ONLY = "record_only"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardRule:
    """A rule that lets or stops a command: `uses` names a function of `states.guards`, `params` are its own."""

    id: str
    clause: Clause
    text: Text
    process: str
    command: str
    uses: str
    params: Params = field(default_factory=dict)
    where: Where = EVERYTHING
    mode: Mode = Mode.ENFORCE
    missing: str | None = None


class Backdate(StrEnum):
    """A command dated back across a bound: taken with a proof and flagged, or refused (design section 3)."""

    PROOF = "proof"
    REFUSE = "refuse"


class Proposal(StrEnum):
    """What a unit may propose: the rank it voted, or another one set before the vote closes."""

    VOTED = "voted"
    FREE = "free"


class Lacking(StrEnum):
    """What a pack that lists missing texts may be used for: whatever needs none of them, or no season at all (A-30)."""

    RECORD_ONLY = "record_only"
    BLOCK = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Readings of the whole pack, each the default of docs/reference/readings.md."""

    backdate: Backdate = Backdate.PROOF
    missing: Lacking = Lacking.RECORD_ONLY
    proposal: Proposal = Proposal.VOTED
    unreviewed: tuple[SubjectKind, ...] = ()
    """What is ranked without a review of its own (QN23-II.2): it is voted on from the draft."""
