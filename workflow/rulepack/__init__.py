"""A regulation as data: the types of a rule pack, and no parsing (that is `states.packs`).

Every rule has an id and a clause. A rule whose value the text lacks carries `missing` and is record-only: its guard
answers "unknown", never blocks and never passes silently (design section 3). Readings and
their defaults: docs/reference/readings.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from workflow.rulepack.blanks import blanks
from workflow.rulepack.carrying import CarryOver
from workflow.rulepack.ceilings import MONTHS, Ceiling, Circumstance
from workflow.rulepack.checklists import (
    LARGEST_MB,
    Before,
    CommentsRule,
    FileType,
    Once,
    PaperKind,
    PaperRule,
    SuggestionRule,
    folded,
)
from workflow.rulepack.deadlines import (
    Anchor,
    Deadline,
    Ladder,
    Late,
    Per,
    Roll,
    Rung,
    RungAudience,
    Wording,
    WorkingDays,
)
from workflow.rulepack.guards import (
    Backdate,
    GuardRule,
    Lacking,
    Mode,
    Params,
    Proposal,
    Scalar,
    SentBy,
    Settings,
    Submission,
)
from workflow.rulepack.meetings import (
    VOTING,
    Agenda,
    Agreement,
    Attending,
    MeetingRule,
    MeetingStep,
    Method,
    Of,
    Part,
    SelfVote,
    Share,
)
from workflow.rulepack.orders import Across, Order, Within
from workflow.rulepack.papers import (
    Clause,
    Document,
    DocumentField,
    Evidence,
    Guidance,
    Missing,
    Rule,
    Slip,
    Source,
    Text,
)
from workflow.rulepack.quotas import Base, GroupBy, Moment, Over, Quota, Rounding, SmallGroup
from workflow.rulepack.routes import Recipient, Route, StepKind
from workflow.rulepack.selecting import EVERYTHING, OWN_UNIT, Body, Term, Vocabulary, Where, matches, remaining
from workflow.words import Track

__all__ = [
    "EVERYTHING",
    "LARGEST_MB",
    "MONTHS",
    "OWN_UNIT",
    "VOTING",
    "Across",
    "Agenda",
    "Agreement",
    "Anchor",
    "Attending",
    "Backdate",
    "Base",
    "Before",
    "Body",
    "CarryOver",
    "Ceiling",
    "Circumstance",
    "Clause",
    "CommentsRule",
    "Deadline",
    "Document",
    "DocumentField",
    "Evidence",
    "FileType",
    "GroupBy",
    "GuardRule",
    "Guidance",
    "Lacking",
    "Ladder",
    "Late",
    "MeetingRule",
    "MeetingStep",
    "Method",
    "Missing",
    "Mode",
    "Moment",
    "Of",
    "Once",
    "Order",
    "Over",
    "PaperKind",
    "PaperRule",
    "Params",
    "Part",
    "Per",
    "Proposal",
    "Quota",
    "Recipient",
    "Roll",
    "Rounding",
    "Route",
    "Rule",
    "RulePack",
    "Rung",
    "RungAudience",
    "Scalar",
    "SelfVote",
    "SentBy",
    "Settings",
    "Share",
    "Slip",
    "SmallGroup",
    "Source",
    "StepKind",
    "Submission",
    "SuggestionRule",
    "Term",
    "Text",
    "Vocabulary",
    "Where",
    "Within",
    "Wording",
    "WorkingDays",
    "blanks",
    "folded",
    "matches",
    "remaining",
]


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
    papers: tuple[PaperRule, ...] = ()
    suggestions: tuple[SuggestionRule, ...] = ()
    comments: tuple[CommentsRule, ...] = ()
    slips: tuple[Slip, ...] = ()
    orders: tuple[Order, ...] = ()
    circumstances: tuple[Circumstance, ...] = ()
    ceilings: tuple[Ceiling, ...] = ()
    carry_overs: tuple[CarryOver, ...] = ()
    because: Mapping[str, str] = field(default_factory=dict)
    """Rule id → why an override loosens its parent's cap, or why a parent's rule was switched."""
    abstract: bool = False
    """A frame to extend, not to open a season with."""

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

    def kind_for(self, row: Mapping[str, Any]) -> MeetingRule | None:
        """The kind of meeting that reviews a dossier, None where none does. `row` has what selectors choose by."""
        return next((one for one in self.meetings if matches(one.where, row)), None)

    def kind_of(self, kind: str | None) -> MeetingRule | None:
        """The kind that a meeting is of; None for one of no kind."""
        return None if kind is None else self.meeting(kind)

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

    def body_names(self, language: str) -> dict[str, str]:
        """What the bodies are called, by id."""
        return {one.id: one.name.told(language) for one in self.bodies}

    def names(self, language: str) -> dict[str, str]:
        """What is called by an id in sentences: terms, circumstances, those who attend a meeting, bodies."""
        words = self.vocabulary
        terms = (*words.unit_kinds, *words.categories, *words.duties, *words.tiers)
        return {
            **{one.id: one.label.told(language) for one in terms},
            **{one.id: one.text.told(language) for one in self.circumstances},
            **{part.id: part.text.told(language) for kind in self.meetings for part in kind.parts},
            **self.body_names(language),
        }

    def cited(self, clause: Clause) -> str:
        """A clause as people cite it: the paper's number (or symbol) and the place in it."""
        source = next((one for one in self.sources if one.id == clause.source), None)
        if source is None or (source.number is None and source.id == self.document.source):
            return f"{self.symbol}, {clause.at}"
        # Of another paper without a number, such as one that this one extends, the pack's own symbol says nothing.
        return f"{source.number or f'{source.kind} ({source.issuer})'}, {clause.at}"
