"""Kinds of meetings (hội nghị): who attends, who votes on what, and what comes before."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.rulepack.papers import Clause, Text
from workflow.rulepack.selecting import EVERYTHING, Where


class Part(StrEnum):
    """What somebody attends a meeting for. Only its chair and members vote (A-15)."""

    CHAIR = "chair"
    MEMBER = "member"
    DIRECTOR = "director"
    OBSERVER = "observer"
    GUEST = "guest"


VOTING = frozenset({Part.CHAIR, Part.MEMBER})


class Agreement(StrEnum):
    """Whether every body that is asked must agree on a meeting's time, or one is enough (A-22)."""

    ALL = "all"
    ANY = "any"


class SelfVote(StrEnum):
    """What voting on one's own case does (A-36): it is told and recorded, the roll is one less, or nothing."""

    WARN = "warn"
    EXCLUDE = "exclude"
    ALLOW = "allow"


class Method(StrEnum):
    """How a vote is taken (A-17): by ballot (bỏ phiếu), secret, or openly (biểu quyết)."""

    BALLOT = "ballot"
    SHOW = "show"


class Agenda(StrEnum):
    """The steps of a meeting, in the order in which they are taken."""

    REPORT = "report"
    EXPLANATION = "explanation"
    DISCUSSION = "discussion"
    CRITERIA = "criteria"
    DISPUTED = "disputed"
    OVERALL = "overall"


class Of(StrEnum):
    """What a share of a meeting is taken of."""

    ROLL = "roll"
    PRESENT = "present"
    VALID = "valid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """More than a fraction of those on the roll, of those present, or of the valid votes."""

    of: Of
    more_than: tuple[int, ...]
    """Numerator and denominator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attending:
    """Some who attend, and their part: people of the roster in the meeting's unit and below (`where`), or a body.

    `invited`: an invitation on record is asked for before the meeting.
    """

    id: str
    part: Part
    text: Text
    where: Where | None
    body: str | None
    invited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingStep:
    """A step of the agenda. `method` where it is voted on; an `optional` one is left out by a record that says so
    (A-23)."""

    step: Agenda
    method: Method | None
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRule:
    """A kind of meeting: which dossiers it reviews (`where`), who attends, who votes on what, and what comes before.

    `voters` are parts by id; empty: whoever attends as chair or member. No threshold and no quorum but where a text has
    one (A-16).
    """

    id: str
    clause: Clause
    text: Text
    where: Where = EVERYTHING
    parts: tuple[Attending, ...] = ()
    voters: tuple[str, ...] = ()
    registered_through: str | None = None
    """The body through which its time is registered."""
    agreed_by: tuple[str, ...] = ()
    """The bodies that agree on its time."""
    agreement: Agreement = Agreement.ALL
    steps: tuple[MeetingStep, ...] = ()
    quorum: Share | None = None
    threshold: Share | None = None
    self_vote: SelfVote = SelfVote.WARN

    def voting(self) -> tuple[Attending, ...]:
        """The parts that vote."""
        if self.voters:
            return tuple(one for one in self.parts if one.id in self.voters)
        return tuple(one for one in self.parts if one.part in VOTING)

    def to_decide(self) -> tuple[str, ...]:
        """The optional steps that a note must tell of: of what is voted on, the counts say whether it was needed."""
        return tuple(one.step.value for one in self.steps if one.optional and one.method is None)
