"""A regulation as data: the types of a rule pack, and no parsing (that is `states.packs`).

Every rule has an id and a clause. A rule whose value the text lacks carries `missing` and is record-only: its guard
answers "unknown", never blocks and never passes silently (design section 3). Readings and
their defaults: docs/reference/readings.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeAlias

from workflow.words import Lead, Rank, Role, SubjectKind, Track

Scalar: TypeAlias = str | int | bool
Params: TypeAlias = Mapping[str, Scalar | tuple[Scalar, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A paraphrase for people; `en` falls back to `vi`."""

    vi: str
    en: str = ""

    def told(self, language: str) -> str:
        return self.en if language == "en" and self.en else self.vi


class Evidence(StrEnum):
    """How a rule is known."""

    PRINTED = "printed"
    """Read in the paper itself."""
    READ = "read"
    """Read on a public page about the paper, in part."""
    KNOWN = "known"
    """Told by those who work with it; not read anywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """Where a rule stands: a registered source, the place in it, and the rows of the matrix that it carries out."""

    source: str
    at: str
    rows: tuple[str, ...] = ()
    inferred: bool = False
    """Not printed: concluded from the text."""
    evidence: Evidence = Evidence.PRINTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One paper. The key is number + issuer + date, never the number alone (docs/glossary.md).

    `date` may be partial ("2024-11") or None, as printed; `aliases` are other printed forms, `note` the correction.
    """

    id: str
    kind: str
    number: str | None
    issuer: str
    date: str | None
    title: Text
    aliases: tuple[str, ...] = ()
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The pack's own paper: who speaks, to whom, on what basis, who signs."""

    source: str
    symbol: str
    issuing_role: Text
    subject: Text
    basis: tuple[str, ...]
    audience: tuple[str, ...]
    """Kinds of unit that the paper is addressed to."""
    copies: tuple[str, ...]
    """Bodies on its list of recipients (nơi nhận)."""
    archive: tuple[str, ...]
    signatory_post: Text
    fields: tuple["DocumentField", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentField:
    """A datum of the paper that a user reads but nothing executes, with the rows it stands for."""

    id: str
    text: Text
    clause: Clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What the text names and does not contain: a lost annex, a blank number, a paper that nobody here has (A-30)."""

    id: str
    what: Text
    clause: Clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word of the pack's vocabulary, as stored and as told."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The terms that rosters and selectors may use. Whatever is not here is refused at the door."""

    unit_kinds: tuple[Term, ...] = ()
    categories: tuple[Term, ...] = ()
    duties: tuple[Term, ...] = ()
    tiers: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body that receives, ratifies, monitors or gives opinions. `unit` names its roster code where it is also a unit.

    `external`: it does not work in this system; a registrar enters its decisions.
    """

    id: str
    name: Text
    external: bool = False
    unit: str | None = None


OWN_UNIT = "unit"
"""Stands for the dossier's own unit where a body is asked for."""


@dataclass(frozen=True, kw_only=True)
class Where:
    """Which dossiers a rule is about: every given key must match one of its values; an empty one matches all."""

    kind: tuple[SubjectKind, ...] = ()
    unit_kind: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    duty: tuple[str, ...] = ()
    tier: tuple[str, ...] = ()
    lead: tuple[Lead, ...] = ()
    track: tuple[Track, ...] = ()
    route: tuple[str, ...] = ()
    party: bool | None = None

    @cached_property
    def asked(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The keys that are given, with their values; every dossier's every rule asks for them."""
        given = ((key, getattr(self, key)) for key in _SELECTORS)
        return tuple((key, wanted) for key, wanted in given if wanted)


EVERYTHING = Where()
"""The selector of a rule that says nothing about whom it concerns."""

_SELECTORS = ("kind", "unit_kind", "unit", "category", "duty", "tier", "lead", "track", "route")


def matches(where: Where, facts: Mapping[str, Any]) -> bool:
    """Whether `where` selects the dossier, unit or season that `facts` tells of.

    `facts` holds the selectors' own keys (kind, unit_kind, unit, category, duty, tier, lead, track, route, party);
    values are the stored terms, and `unit` may also be a list of codes, the unit's own and its ancestors'. A key
    that the facts lack is not matched by a selector that asks for it: a rule never applies on a guess.
    """
    if where.party is not None and facts.get("party") is not where.party:
        return False
    for key, wanted in where.asked:
        found = facts.get(key)
        if isinstance(found, str):
            if found not in wanted:
                return False
        elif found is None or not any(one in wanted for one in found):
            return False
    return True


class StepKind(StrEnum):
    """What the authority does at the end of a route."""

    DECISION = "decision"
    CONSULTATION = "consultation"
    """The bodies in `opinions` only give an opinion here; the decision is an outside fact (NT11-2c-2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One required or copied send, to a body or `OWN_UNIT`. `via` is the body it goes through; a deadline whose
    `recipient` is the same body dates it."""

    body: str
    via: str | None = None
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Who evaluates, who receives, who decides (phân cấp, thẩm quyền).

    Of the routes that match a dossier, those named in another matching route's `overrides` drop out ("Riêng …");
    exactly one must remain.
    """

    id: str
    clause: Clause
    text: Text
    recipients: tuple[Recipient, ...]
    ratifier: str | None
    """A body, `OWN_UNIT`, or None where the text does not say."""
    where: Where = EVERYTHING
    step: StepKind = StepKind.DECISION
    opinions: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    missing: str | None = None


class Base(StrEnum):
    """What the share is taken of (A-07)."""

    HEADCOUNT = "headcount"
    GOOD_OR_BETTER = "good_or_better"
    GOOD_ONLY = "good_only"


class Rounding(StrEnum):
    """A-08. `ceil` never."""

    FLOOR = "floor"
    HALF_UP = "half_up"


class Moment(StrEnum):
    """When a quota bites (A-12)."""

    SUBMIT = "submit"
    RATIFY = "ratify"


class Over(StrEnum):
    """What being over does: the whole group votes again, or only capped ranks stop (A-18)."""

    REVOTE = "revote"
    REFUSE = "refuse"


class GroupBy(StrEnum):
    """What makes one group. `NOTHING` is one group for the whole season."""

    UNIT = "unit"
    BODY = "body"
    """The topmost unit above the dossier's own that is not the root."""
    DUTY = "duty"
    TIER = "tier"
    KIND = "kind"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallGroup:
    """Replaces percent and fixed for groups of at most `max_size` (NT11-1a-4)."""

    max_size: int
    cap: int
    needs_good: bool = True
    """Cap 0 when nobody reached good (A-09); False forces the cap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """A cap on one rank within a group (tỷ lệ), in exact integers: `100·E ≤ percent·base`."""

    id: str
    clause: Clause
    text: Text
    rank: Rank
    base: Base
    moment: Moment
    over: Over
    where: Where = EVERYTHING
    """Who belongs to the group (head in or out, workers in or out)."""
    group_by: tuple[GroupBy, ...] = (GroupBy.UNIT,)
    percent: int | None = None
    fixed: int | None = None
    rounding: Rounding = Rounding.FLOOR
    small: SmallGroup | None = None
    at_least: int = 0
    """An allowance never below this while somebody is good (A-10's alternative is 1); default keeps the letter."""
    missing: str | None = None


class Wording(StrEnum):
    """The printed words decide the instant (design section 5)."""

    BEFORE = "before"
    AT_LATEST_ON = "at_latest_on"
    WITHIN_MONTH = "within_month"
    AFTER_EVENT = "after_event"
    START_BEFORE = "start_before"
    SAME_AS = "same_as"
    BEFORE_EVENT = "before_event"
    WITH_EVENT = "with_event"
    WITH_DOCUMENT = "with_document"
    EXTERNAL = "external"
    NONE = "none"


class Per(StrEnum):
    """Who owes it: one row for each of these."""

    DOSSIER = "dossier"
    UNIT = "unit"
    SEASON = "season"


class Late(StrEnum):
    """What lateness does to the guarded command (A-19)."""

    REASON = "reason"
    REFUSE = "refuse"
    FLAG = "flag"


class Roll(StrEnum):
    """Whether a last day that is a day off moves (A-02, A-05)."""

    NONE = "none"
    NEXT_WORKING_DAY = "next_working_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A rule that becomes obligations (thời hạn → việc đến hạn).

    `on` is a full date, or month and day ("12-05") where `yearly`; `month` is "2024-11"; `days` and `event` belong to
    `after_event`; `rule` to `same_as`; `met_by` is the command that discharges it for a dossier ("submit").
    """

    id: str
    clause: Clause
    text: Text
    wording: Wording
    per: Per
    owner: str
    """`OWN_UNIT` or a body."""
    met_by: str | None
    where: Where = EVERYTHING
    recipient: str | None = None
    on: str | None = None
    month: str | None = None
    days: int | None = None
    event: str | None = None
    rule: str | None = None
    follows: str | None = None
    """Another deadline that this one may not come before: the pack is refused where it does."""
    yearly: bool = False
    inclusive: bool = False
    roll: Roll = Roll.NONE
    working_days: bool = False
    hard_window: bool = False
    day_end: time = time(0)
    """00:00 means the end of the day, 24:00; "17:00" is office hours (A-03)."""
    late: Late = Late.FLAG
    ladder: str = "default"
    extended_by: Role = Role.ISSUER
    missing: str | None = None


class Mode(StrEnum):
    """How hard a guard is."""

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


class RungAudience(StrEnum):
    """Who hears of it at a rung of the ladder (bậc đôn đốc)."""

    OWNER = "owner"
    HEAD = "head"
    MONITOR = "monitor"
    AUTHORITY = "authority"


class Anchor(StrEnum):
    """What a rung's days are counted from."""

    DUE = "due"
    LAST_WORKING_DAY = "last_working_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step: `days` relative to the anchor (negative: before), told to `to`; `register` adds the late register."""

    id: str
    days: int
    to: RungAudience
    anchor: Anchor = Anchor.DUE
    register: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    id: str
    clause: Clause
    rungs: tuple[Rung, ...]
    quiet_from: time | None = None
    quiet_until: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """A row that a user reads at a certain place and no program executes (TEXT, FIELD)."""

    id: str
    text: Text
    clause: Clause
    shown_at: str
    """A command name, "season", "meeting" or "report"."""


class Backdate(StrEnum):
    """A command dated back across a bound: taken with a proof and flagged, or refused (design section 3)."""

    PROOF = "proof"
    REFUSE = "refuse"


class Proposal(StrEnum):
    """What a unit may propose: the rank it voted, or another one set before the vote closes."""

    VOTED = "voted"
    FREE = "free"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Readings of the whole pack, each the default of docs/reference/readings.md."""

    backdate: Backdate = Backdate.PROOF
    proposal: Proposal = Proposal.VOTED


@dataclass(frozen=True, kw_only=True)
class RulePack:
    """A resolved pack: parents merged, every default filled in, nothing left to look up."""

    schema: int
    id: str
    version: str
    title: Text
    year: int | None
    """None for a yearly pack: the season names its year."""
    valid_from: date
    valid_until: date | None
    zone: str
    extends: str | None
    tracks: tuple[Track, ...]
    document: Document
    sources: tuple[Source, ...]
    missing: tuple[Missing, ...]
    vocabulary: Vocabulary
    bodies: tuple[Body, ...]
    settings: Settings
    routes: tuple[Route, ...]
    quotas: tuple[Quota, ...]
    deadlines: tuple[Deadline, ...]
    guards: tuple[GuardRule, ...]
    ladders: tuple[Ladder, ...]
    guidance: tuple[Guidance, ...]
    meetings: tuple[MeetingRule, ...] = ()
    because: Mapping[str, str] = field(default_factory=dict)
    """Rule id → why an override loosens its parent's cap."""

    @property
    def symbol(self) -> str:
        """The pack's own paper as people cite it while its number is blank: the place of the number left open, as
        on paper, in either language."""
        return f"số …{self.document.symbol}" if self.document.symbol.startswith("/") else self.document.symbol

    def deadline(self, rule: str) -> Deadline:
        """The deadline of that id. Raises `KeyError` where there is none."""
        return self._deadlines[rule]

    def quota(self, rule: str) -> Quota:
        """The quota of that id. Raises `KeyError` where there is none."""
        return self._quotas[rule]

    def route(self, name: str) -> Route:
        """The route of that id. Raises `KeyError` where there is none."""
        return self._routes[name]

    def meeting(self, kind: str) -> MeetingRule:
        """The kind of meeting of that id. Raises `KeyError` where there is none."""
        return self._meetings[kind]

    @cached_property
    def _meetings(self) -> Mapping[str, MeetingRule]:
        return {one.id: one for one in self.meetings}

    @cached_property
    def _deadlines(self) -> Mapping[str, Deadline]:
        return {one.id: one for one in self.deadlines}

    @cached_property
    def _quotas(self) -> Mapping[str, Quota]:
        return {one.id: one for one in self.quotas}

    @cached_property
    def _routes(self) -> Mapping[str, Route]:
        return {one.id: one for one in self.routes}

    def cited(self, clause: Clause) -> str:
        """A clause as people cite it: the paper's number (or symbol) and the place in it."""
        source = next((one for one in self.sources if one.id == clause.source), None)
        return f"{(source.number if source else None) or self.symbol}, {clause.at}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDays:
    """Days off of the years a season touches, besides Saturdays and Sundays, and the Saturdays and Sundays that are
    worked. Stored with the season's pack, so an old season never changes when the calendar does."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
