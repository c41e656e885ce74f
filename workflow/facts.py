"""What guards see and what they answer. Facts are plain JSON values: the bytes that a record keeps are what the guards
saw, so re-deciding is calling the same function on the same thing (design section 6, ADR 0003).

Instants are UTC microseconds, days are ISO dates in the season's zone, ids are UUID strings. Free text never stands
here: its salted commitment does, and a guard only asks whether it is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NotRequired, TypedDict

from workflow.errors import Figures
from workflow.words import Status


class LateMark(TypedDict):
    """A lateness on the register. It stays for good; an extension decided later only covers it."""

    rule: str
    due_at: int
    at: int
    reason: str | None
    covered_by: NotRequired[str]


class Sent(TypedDict):
    """A registered outgoing send, or the receipt of one."""

    to: str
    at: int
    letter: str | None
    via: NotRequired[str]
    """The body that it went through."""


class Paper(TypedDict):
    """A paper that was handed in by its kind, on its form where it has one."""

    kind: str
    form: str | None
    digest: str
    type: str | None
    size: int
    """Bytes."""
    sections: list[str]
    """The parts that are in it, as whoever handed it in says."""
    new: bool
    """A corrected version of one that is there."""
    at: NotRequired[int]
    by: NotRequired[str]


class Petition(TypedDict):
    """A petition about a result. Texts are commitments."""

    at: int
    by: str
    text: str | None
    letter: str | None
    decided: str | None
    """The level that was decided when it was raised."""
    answered_at: int | None
    outcome: str | None
    """The result is kept, or was changed."""
    answer: str | None


class Fault(TypedDict):
    """A fault that a review pointed out, to be mended. Open until one of the last two is told."""

    number: int
    """Of its dossier, from 1."""
    text: str | None
    """What it is (a commitment)."""
    at: int
    mended: NotRequired[dict[str, Any]]
    """In which words (a commitment), by which letter, and when that was recorded."""
    taken_back: NotRequired[int]


class Marks(TypedDict, total=False):
    """What happened to a dossier besides its state and ranks. Replay merges them key by key."""

    reviewed_at: int
    reviewed_on: str
    held_at: int | None
    """Where a deadline hangs on it: when the meeting that reviews it was held; None once it is in another unit."""
    voted_at: int
    voted_on: str
    revoted_on: str | None
    """The day on which the group was told to vote again; None once the dossier is in another unit."""
    meeting: str
    submitted_at: int
    ratified_at: int
    sends: list[Sent]
    receipts: list[Sent]
    opinions: list[dict[str, Any]]
    attachments: list[str]
    papers: list[Paper]
    suggestions: list[dict[str, Any]]
    """From whom, of which day, and what (a commitment); without a body: there was none."""
    explained: int
    """How many suggestions stood when the last explanation was handed in."""
    comments: list[dict[str, Any]]
    """Whose, and what (a commitment); without a text: they had none."""
    circumstances: dict[str, dict[str, Any]]
    """By the pack's id: for how many months, by which letter, what (a commitment), and when it was recorded."""
    petitions: list[Petition]
    """About the result; while the last one has no answer, the result is under review."""
    faults: list[Fault]
    answers: dict[str, dict[str, Any]]
    """By the name of a fault that was carried over (`carried.name_of`): whether it was mended, in which words (a
    commitment) or by which letter, and when it was recorded."""
    late: list[LateMark]
    backdated: list[str]
    due_back: str | None
    left_on: str
    left_at: int
    leave_reason: str
    not_ranked_reason: str
    decision: str | None
    adjusted: bool
    """Reopened after ratification: nothing is ratified above the new proposal."""


class DossierFacts(TypedDict):
    id: str
    ref: str
    subject: str
    unit: str
    units: list[str]
    """The unit's code and its ancestors', nearest first."""
    unit_kind: str
    kind: str
    category: str
    duty: str
    tier: str
    lead: str
    party: bool
    track: str
    seq: int
    """The number of its last record."""
    state: str
    expected: str | None
    voted: str | None
    proposed: str | None
    decided: str | None
    route: str
    outside: bool
    """Decided by a body that does not work here, or by one that the text does not name."""
    marks: Marks


class GroupFacts(TypedDict):
    """A group as it would stand after the command (and the whole act it belongs to)."""

    id: str
    rule: str
    key: str
    vote: str
    closed_on: str | None
    size: int
    base: int
    count: int
    would: int
    """The count if every pending dossier were decided as proposed; of a submit group the count itself."""
    allowance: int
    over: bool
    would_over: bool
    cliff: bool
    capped_pending: int
    """Members whose capped rank stands (proposed) and is not ratified."""
    unvoted: int
    undecided: int
    """Members still on the way to a decision, those of this act left out."""
    sent: int
    """Members submitted or ratified."""


class ObligationFacts(TypedDict):
    """An open obligation over the dossier. `met_by` is the command that discharges it."""

    id: str
    ref: str
    rule: str
    met_by: str | None
    scope: str
    not_before: int | None
    """Of a hard window (A-04): the first instant that is not too early."""
    due_at: int | None
    last_good_day: str | None
    last_working_day: str | None
    late: str
    extended_by: str
    recipient: str | None


class WaitFacts(TypedDict):
    """Dossiers that have to come first and are not there yet, by the order that says so; the first few refs."""

    rule: str
    count: int
    refs: list[str]


class BeyondFacts(TypedDict):
    """Dossiers of another season that have to come first and are not there yet, by the order that says so; the first
    few refs, and the unit of the first."""

    rule: str
    season: str
    """Its code."""
    unit: str
    count: int
    refs: list[str]


class CarriedFacts(TypedDict):
    """A fault of the subject that earlier reviews left open."""

    fault: str
    """By its dossier and number: HS-0012/1."""
    season: str
    """The code of that dossier's season."""
    text: str | None
    """What it is (that season's commitment)."""
    at: int


class CapFacts(TypedDict):
    """A rank that a ceiling does not let exceed (None: not ranked at all), and whose dossiers it comes from."""

    rule: str
    rank: str | None
    count: int
    refs: list[str]


class Registered(TypedDict):
    """The registration of a meeting's time, a local minute ("2024-11-25 08:00"), and the day it was made."""

    on: str
    time: str | None
    letter: str | None


class Agreed(TypedDict):
    """A body's agreement with that time."""

    body: str
    on: str
    letter: str | None


class MeetingMarks(TypedDict, total=False):
    """What happened to a meeting besides its state. Replay merges them key by key."""

    registered: Registered
    agreed: list[Agreed]
    present: dict[str, int]
    """How many attended, by part."""
    roll: dict[str, int]
    """How many could have attended as that part, on the day of the meeting."""
    log: list[dict[str, Any]]
    """The steps that were taken, or left out by the chair's decision."""
    skipped: list[str]
    """The steps that were left out."""
    minuted_at: int
    minutes: list[str]


class Tally(TypedDict):
    """What was counted on one matter of one dossier. Totals only."""

    dossier: str
    step: str
    matter: int
    """0 for the whole, else the number of a criterion."""
    method: str
    figures: dict[str, int]
    """By ballot: issued, unused, cast, valid, invalid, and the votes; by show of hands: the votes and who abstained."""
    disputed: list[int]
    """Of the vote on the criteria: the numbers of those that were not agreed on."""
    reason: str | None
    """The chair's, for proposing another rank than the most voted (a commitment)."""
    committee: list[str]
    """Who counted (commitments)."""
    papers: list[str]
    at: int


class TallyFacts(TypedDict):
    """What a count, or a vote that follows one, is judged on besides the meeting."""

    dossier: str
    ref: str
    subject: str
    state: str
    fits: bool
    """Whether such a meeting reviews this dossier."""
    own: bool
    """Whether the dossier's subject is one of those who vote."""
    voters: int
    present: int
    before: list[Tally]
    """What was counted on this dossier at this meeting so far."""


class MeetingFacts(TypedDict):
    id: str
    ref: str
    unit: str
    state: str
    kind: str | None
    """The pack's kind of meeting; None where the pack knows none."""
    held_on: str | None
    attendees: int | None
    invited: list[str]
    marks: MeetingMarks
    roll: NotRequired[dict[str, int]]
    """Of `hold`: how many people of the roster belong to each part."""
    waiting: NotRequired[dict[str, list[str]]]
    """Of `hold`: rule → dossiers (refs) that it asks something of before they are reviewed."""
    drafts: NotRequired[dict[str, dict[str, str | None]]]
    """Of `hold`: rule → dossiers (refs) → the first day on which the meeting is not too early for their drafts; None
    where no draft is on record."""
    unfinished: NotRequired[list[str]]
    """Of `minute`: dossiers (ids) on which something was voted, and not yet the overall rank."""


class MilestoneFacts(TypedDict):
    """A step of the plan, as an obligation that no dossier's command meets."""

    ref: str
    rule: str
    state: str
    due_at: int | None
    papers: list[str]
    """The kinds of the papers that are handed in with the command."""
    waits: WaitFacts
    """The dossiers that it waits for; none where it waits for nobody."""
    listed: WaitFacts
    """The dossiers of the levels that it is about, decided or proposed so far; none where it names none."""


class DifficultyFacts(TypedDict):
    """A difficulty that a unit raised, as its mark tells it."""

    ref: str
    unit: str
    state: str
    told: dict[str, Any]


class ActorFacts(TypedDict):
    id: str
    """A subject's code, or "os-user:<name>"."""
    roles: list[str]
    """The roles that the actor has over this very dossier, group or unit (scope already applied)."""
    auth: str


class Args(TypedDict, total=False):
    """A command's own arguments. `reason` and free texts are commitments (hex)."""

    rank: str
    proposed: str
    reason: str
    reason_kind: str
    letter: str
    to: str
    via: str
    decision: str
    external: bool
    body: str
    due_back: str
    field: str
    corrects: int
    tally: dict[str, int]
    attachments: list[str]
    invited: list[str]
    attendees: int
    held_on: str
    held_at: int
    """The first instant of `held_on`, where that is not the day of the command."""
    kind: str
    time: str
    present: dict[str, int]
    dossier: str
    step: str
    matter: int
    method: str
    figures: dict[str, int]
    disputed: list[int]
    committee: list[str]
    correct: bool
    text: str
    conclusion: str
    needed: bool
    papers: list[Paper]
    on: str
    none: bool
    circumstance: str
    outcome: str
    months: int
    fault: int
    carried: str
    mended: bool
    changes: dict[str, Any]
    """Of `amend`: what a roster edit changes, field by field."""


class CommandFacts(TypedDict):
    process: str
    name: str
    occurred_at: int
    occurred_on: str
    dated: bool
    """Whether the caller said when it happened; otherwise it happened just before it was recorded."""
    recorded_at: int
    args: Args


class Facts(TypedDict):
    """The one standard set, whatever the pack. Only what belongs to the process at hand is filled in."""

    command: CommandFacts
    actor: ActorFacts
    dossier: NotRequired[DossierFacts]
    groups: list[GroupFacts]
    obligations: list[ObligationFacts]
    meeting: NotRequired[MeetingFacts]
    waits: NotRequired[list[WaitFacts]]
    """Of a command that an order holds: what it has to wait for still, this act's own steps taken as done."""
    beyond: NotRequired[list[BeyondFacts]]
    """Of a command that such an order holds: what it has to wait for in other seasons of the year, as it was read."""
    caps: NotRequired[list[CapFacts]]
    """Of a command that ranks a dossier under a ceiling: what caps it, this act's own ranks taken as given."""
    carried: NotRequired[list[CarriedFacts]]
    """Of a command that answers for such faults, or waits for that: those of the subject, as they were read."""
    elsewhere: NotRequired[list[dict[str, Any]]]
    """The papers that the subject's other dossiers have, of the kinds of which it makes only one: of those handed in,
    and of those that the command waits for."""
    tally: NotRequired[TallyFacts]
    milestone: NotRequired[MilestoneFacts]
    difficulty: NotRequired[DifficultyFacts]


MARKED: Mapping[str, str] = MappingProxyType(
    {
        "self_review": "reviewed_at",
        "hold": "held_at",
        "record_vote": "voted_at",
        "submit": "submitted_at",
        "ratify": "ratified_at",
    }
)
"""The mark that says when a command happened to a dossier."""

Patch = dict[str, Any]
"""What a command changes: row fields by name, and under "marks" the keys of `Marks` that change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What would help: a command of ours with its arguments, by name. The front door turns it into a line to paste."""

    action: str
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A guard function's own answer, before the engine adds rule and clause.

    `code` is a message code of domain `guard` and says why; `figures` fill it. `who` is a role or a body, `scope`
    where. `flags` go on the record when the command passes all the same ("late", "backdated", "cliff").
    """

    status: Status
    code: str = ""
    figures: Figures = field(default_factory=dict)
    remedy: Remedy | None = None
    who: str = ""
    scope: str = ""
    flags: tuple[str, ...] = ()


MET = Finding(status=Status.MET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A guard's answer (kết luận của điều kiện): the finding, with the rule and clause it was judged by.

    `by` is the ISO day by which the remedy must be done (the dossier's nearest last good day), None where none runs.
    """

    rule: str
    clause: str
    status: Status
    code: str
    figures: Figures
    remedy: Remedy | None = None
    who: str = ""
    scope: str = ""
    by: str | None = None
    flags: tuple[str, ...] = ()
