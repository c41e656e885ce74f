"""Conditions of commands, and readings of the whole pack."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from workflow.rulepack.papers import Rule
from workflow.rulepack.selecting import EVERYTHING, Where
from workflow.words import SubjectKind

Scalar: TypeAlias = str | int | bool
Params: TypeAlias = Mapping[str, Scalar | tuple[Scalar, ...]]


class Mode(StrEnum):
    """How hard a rule is."""

    OFF = "off"
    """Not asked at all: a frame that a parent brings, for whoever extends it to switch on."""
    ENFORCE = "enforce"
    """What does not meet it is refused."""
    WARN = "warn"
    """Taken, told, and marked on the record."""
    RECORD_ONLY = "record_only"
    """Never judged: told beside every answer as unknown, and listed in reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardRule(Rule):
    """A rule that lets or stops a command, by one of the conditions that packs may name."""

    process: str
    """Whose command: the condition's own process."""
    command: str
    """The command that waits for it."""
    uses: str
    """The condition."""
    params: Params = field(default_factory=dict)
    """What the condition asks to be told; all of its parameters, and no others."""
    where: Where = EVERYTHING
    mode: Mode = Mode.ENFORCE
    missing: str | None = None
    """The value that the text lacks; then the mode is `record_only`."""


class Backdate(StrEnum):
    """A command dated back across a bound: taken with a proof and flagged, or refused (design section 3)."""

    PROOF = "proof"
    """Taken with a letter's number or a file, and flagged."""
    REFUSE = "refuse"
    """Refused."""


class Proposal(StrEnum):
    """What a unit may propose: the rank it voted, or another one set before the vote closes."""

    VOTED = "voted"
    """What was voted is proposed."""
    FREE = "free"
    """The unit may propose another rank than was voted (`--set proposed=RANK`)."""


class Lacking(StrEnum):
    """What a pack that lists missing texts may be used for: whatever needs none of them, or no season at all (A-30)."""

    RECORD_ONLY = "record_only"
    """Seasons run; the rules that need a missing text are only recorded."""
    BLOCK = "block"
    """No season but a rehearsal is opened while a `[[missing]]` stands."""


class Submission(StrEnum):
    """With which of its required sends a dossier is submitted, and so takes its place in a quota (A-21)."""

    FIRST_SEND = "first_send"
    """With the first of them; the others are owed before the decision."""
    ALL_SENT = "all_sent"
    """With the last of them; the others are sent before it."""


class SentBy(StrEnum):
    """What proves that a dossier reached a recipient, where a deadline hangs on that (A-32)."""

    OUTGOING = "outgoing"
    """The registered outgoing send; the receipt is kept, too."""
    RECEIPT = "receipt"
    """The recipient's receipt: its time counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Readings of the whole pack, each the default of docs/reference/readings.md."""

    backdate: Backdate = Backdate.PROOF
    missing: Lacking = Lacking.RECORD_ONLY
    proposal: Proposal = Proposal.VOTED
    submitted: Submission = Submission.FIRST_SEND
    sent: SentBy = SentBy.OUTGOING
    unreviewed: tuple[SubjectKind, ...] = ()
    """What is ranked without a review of its own (QN23-II.2): it is voted on from the draft."""
