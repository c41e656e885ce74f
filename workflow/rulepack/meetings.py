"""Kinds of meetings (hội nghị): who attends, who votes on what, and what comes before."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.rulepack.papers import Rule, Text
from workflow.rulepack.selecting import EVERYTHING, Where


class Part(StrEnum):
    """What somebody attends a meeting for. Only its chair and members vote (A-15)."""

    CHAIR = "chair"
    """Chairs it, and votes."""
    MEMBER = "member"
    """Belongs to it, and votes."""
    DIRECTOR = "director"
    """Comes from above to follow and direct it (dự, chỉ đạo); no vote."""
    OBSERVER = "observer"
    """Attends; no vote."""
    GUEST = "guest"
    """Is invited; no vote."""


VOTING = frozenset({Part.CHAIR, Part.MEMBER})


class Agreement(StrEnum):
    """Whether every body that is asked must agree on a meeting's time, or one is enough (A-22)."""

    ALL = "all"
    """Every one of them."""
    ANY = "any"
    """One is enough."""


class SelfVote(StrEnum):
    """What voting on one's own case does (A-36): it is told and recorded, the roll is one less, or nothing."""

    WARN = "warn"
    """Told and recorded."""
    EXCLUDE = "exclude"
    """One vote less may be cast on that case."""
    ALLOW = "allow"
    """Nothing."""


class Method(StrEnum):
    """How a vote is taken (A-17): by ballot (bỏ phiếu), secret, or openly (biểu quyết)."""

    BALLOT = "ballot"
    """Bỏ phiếu: secret; ballots are accounted for, and who counted signs."""
    SHOW = "show"
    """Biểu quyết: open, counted in the room."""


class Agenda(StrEnum):
    """The steps of a meeting, in the order in which they are taken."""

    REPORT = "report"
    """The report is presented."""
    EXPLANATION = "explanation"
    """What was suggested from above is answered."""
    DISCUSSION = "discussion"
    """Those who attend comment."""
    CRITERIA = "criteria"
    """The criteria are voted on."""
    DISPUTED = "disputed"
    """Criteria on which there was no agreement are voted on, one by one."""
    OVERALL = "overall"
    """The rank is voted on; what is recorded follows this count."""


class Of(StrEnum):
    """What a share of a meeting is taken of."""

    ROLL = "roll"
    """All who may vote."""
    PRESENT = "present"
    """Those of them who came."""
    VALID = "valid"
    """The valid votes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """More than a fraction of those on the roll, of those present, or of the valid votes."""

    of: Of
    more_than: tuple[int, ...]
    """Numerator and denominator: [1, 2] is more than half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attending:
    """Some who attend, and their part: people of the roster in the meeting's unit and below (`where`), or a body."""

    id: str
    """By which `voters` and whoever records the meeting name it (`--present ID=N`)."""
    part: Part
    text: Text
    """Who they are."""
    where: Where | None
    """Which people of the roster; how many there are bounds how many come."""
    body: str | None
    """Which body."""
    invited: bool = False
    """Whether an invitation on record is asked for before the meeting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingStep:
    """A step of the agenda."""

    step: Agenda
    method: Method | None
    """How it is voted on; left out: it is noted, not voted on."""
    optional: bool = False
    """Whether it may be left out ("nếu cần"), by a record that says so (A-23)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRule(Rule):
    """A kind of meeting: which dossiers it reviews (`where`), who attends, who votes on what, and what comes before.

    No threshold and no quorum but where a text has one (A-16).
    """

    where: Where = EVERYTHING
    """The dossiers that it reviews; no dossier belongs to two kinds."""
    parts: tuple[Attending, ...] = ()
    """Who attends."""
    voters: tuple[str, ...] = ()
    """The parts that vote, by id; left out: whoever attends as chair or member."""
    registered_through: str | None = None
    """The body through which its time is registered."""
    agreed_by: tuple[str, ...] = ()
    """The bodies that agree on its time."""
    agreement: Agreement = Agreement.ALL
    steps: tuple[MeetingStep, ...] = ()
    """Its agenda; left out: votes are recorded without a count."""
    quorum: Share | None = None
    """How many of those who vote must come."""
    threshold: Share | None = None
    """How many votes the recorded rank needs."""
    self_vote: SelfVote = SelfVote.WARN

    def invited(self) -> tuple[str, ...]:
        """The bodies whose invitation is to be on record before it."""
        return tuple(one.body for one in self.parts if one.invited and one.body is not None)

    def voting(self) -> tuple[Attending, ...]:
        """The parts that vote."""
        if self.voters:
            return tuple(one for one in self.parts if one.id in self.voters)
        return tuple(one for one in self.parts if one.part in VOTING)

    def to_decide(self) -> tuple[str, ...]:
        """The optional steps that a note must tell of: of what is voted on, the counts say whether it was needed."""
        return tuple(one.step.value for one in self.steps if one.optional and one.method is None)
