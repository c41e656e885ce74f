"""Caps on a rank within a group (tỷ lệ)."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.rulepack.guards import Mode
from workflow.rulepack.papers import Rule
from workflow.rulepack.selecting import EVERYTHING, Where
from workflow.words import Rank


class Base(StrEnum):
    """What the share is taken of (A-07)."""

    HEADCOUNT = "headcount"
    """Of everybody in the group, also who is not ranked ("tổng số …")."""
    GOOD_OR_BETTER = "good_or_better"
    """Of those who reached good, the excellent among them ("số đạt từ mức tốt trở lên")."""
    GOOD_ONLY = "good_only"
    """Of those who stay at good once the excellent are picked: the strictest."""


class Rounding(StrEnum):
    """A-08. `ceil` never."""

    FLOOR = "floor"
    """1.8 places are 1."""
    HALF_UP = "half_up"
    """1.5 places are 2, where a text says so."""


class Moment(StrEnum):
    """When a quota bites (A-12)."""

    SUBMIT = "submit"
    """At the unit's proposal ("được đề xuất"): judged whole, once the group's vote is closed."""
    RATIFY = "ratify"
    """At the decision ("được xếp loại")."""


class Over(StrEnum):
    """What being over does: the whole group votes again, or only capped ranks stop (A-18)."""

    REVOTE = "revote"
    """Nobody of the group is submitted until the whole group has voted again; at a submit quota only."""
    REFUSE = "refuse"
    """Only those of the capped rank are stopped."""


class GroupBy(StrEnum):
    """What makes one group; of several, all that have the same of each."""

    SEASON = "season"
    """One group of all whom the quota is for."""

    UNIT = "unit"
    """Each unit."""
    BODY = "body"
    """The topmost unit above the dossier's own that is not the root."""
    DUTY = "duty"
    """Each duty ("từng nhóm chức vụ")."""
    TIER = "tier"
    """Each management tier."""
    KIND = "kind"
    """Persons, collectives, agencies, party organisations."""
    CATEGORY = "category"
    """Each category of person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallGroup:
    """Replaces percent and fixed for groups of at most `max_size` (NT11-1a-4)."""

    max_size: int
    """The largest group that is small."""
    cap: int
    """How many may have the rank there."""
    needs_good: bool = True
    """Cap 0 when nobody reached good (A-09); false forces the cap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota(Rule):
    """A cap on one rank within a group (tỷ lệ), in exact integers: `100·E ≤ percent·base`."""

    rank: Rank
    """The rank that is capped."""
    base: Base
    moment: Moment
    over: Over
    where: Where = EVERYTHING
    """Who belongs to the group (head in or out, workers in or out)."""
    group_by: tuple[GroupBy, ...]
    percent: int | None = None
    """The share, of the base."""
    fixed: int | None = None
    """A fixed number of places; beside `percent` the smaller rules."""
    rounding: Rounding = Rounding.FLOOR
    """What becomes of a fraction of a place."""
    small: SmallGroup | None = None
    at_least: int = 0
    """An allowance never below this while somebody is good (A-10's alternative is 1); default keeps the letter."""
    mode: Mode = Mode.ENFORCE
    missing: str | None = None
    """The value that the text lacks: the quota is told and recorded, never judged."""
