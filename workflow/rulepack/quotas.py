"""Caps on a rank within a group (tỷ lệ)."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.rulepack.guards import Mode
from workflow.rulepack.papers import Clause, Text
from workflow.rulepack.selecting import EVERYTHING, Where
from workflow.words import Rank


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
    """What makes one group; several are taken together."""

    SEASON = "season"
    """One group of all whom the quota is for."""

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
    group_by: tuple[GroupBy, ...]
    percent: int | None = None
    fixed: int | None = None
    rounding: Rounding = Rounding.FLOOR
    small: SmallGroup | None = None
    at_least: int = 0
    """An allowance never below this while somebody is good (A-10's alternative is 1); default keeps the letter."""
    mode: Mode = Mode.ENFORCE
    missing: str | None = None
