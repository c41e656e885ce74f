"""Counting a quota, in exact integers (design section 4, docs/reference/readings.md). Nobody guesses 20.

A quota is a property of a group at a moment. `count` is the one way of counting: the services use it under the group's
lock, the audit uses it again on the replayed history.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from workflow.rulepack import Base, Moment, Quota, Rounding
from workflow.words import DossierState, Rank

_GONE = DossierState.WITHDRAWN
_NOT_RANKED = DossierState.NOT_RANKED
_RATIFIED = DossierState.RATIFIED
_OUT = frozenset({_GONE, _NOT_RANKED})
_VOTED = frozenset({DossierState.UNIT_VOTED, DossierState.SUBMITTED, _RATIFIED})
_SENT = frozenset({DossierState.SUBMITTED, _RATIFIED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One dossier of a group, or so `many` that count alike, as far as counting asks. `id` is None of several.

    `left_on` is the local day it left: by withdrawal, or (`moved`) into another unit or duty, `proposed` then being
    what it had on leaving.
    """

    id: str | None
    state: DossierState
    proposed: Rank | None
    decided: Rank | None
    left_on: date | None = None
    moved: bool = False
    many: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A group's figures at one moment. `over` is a figure, not a state."""

    size: int
    base: int
    count: int
    would: int
    """The count if every pending dossier got what is proposed for it; of a submit quota the count itself."""
    allowance: int
    over: bool
    would_over: bool
    capped_pending: int
    unvoted: int
    undecided: int
    sent: int
    cliff: bool
    """Nobody may be proposed although somebody is good, while a smaller collective would have a place (A-10)."""


def allowance(rule: Quota, *, size: int, good: int) -> int:
    """The most members that may have the capped rank.

    `size` is the group's headcount, `good` the number who reached good or better, those with the capped rank included.
    For `good_only` the result is the largest E with E ≤ percent·(good − E).
    """
    if rule.small is not None and size <= rule.small.max_size:
        return min(rule.small.cap, good) if rule.small.needs_good else rule.small.cap
    pool = size if rule.base is Base.HEADCOUNT else good
    caps = [pool]
    if rule.percent is not None:
        half = 50 if rule.rounding is Rounding.HALF_UP else 0
        divisor = 100 + rule.percent if rule.base is Base.GOOD_ONLY else 100
        caps.append((rule.percent * pool + half) // divisor)
    if rule.fixed is not None:
        caps.append(rule.fixed)
    return max(min(caps), min(rule.at_least, good))


def count(rule: Quota, members: Iterable[Member], *, closed_on: date | None) -> Figures | None:
    """The figures of a group with these members; None for a rule whose value the text lacks (record-only).

    `closed_on` is the vote day of a closed group: whoever leaves on or after it leaves only the numerator; whoever had
    left before it, or leaves while the vote is open, leaves everything. `not_ranked` stays in size and headcount.
    """
    if rule.percent is None and rule.fixed is None and rule.small is None:
        return None
    here = [one for one in members if not _has_left(one, closed_on)]
    standing = [one for one in here if one.state not in _OUT and not one.moved]
    now = [(one, _rank_now(rule, one)) for one in here if one.state is not _NOT_RANKED]
    then = [(one, _rank_then(rule, one)) for one in here if one.state is not _NOT_RANKED]
    size, good = _many(here), _good(now)
    most = allowance(rule, size=size, good=good)
    counted = _capped(rule, now, undecided_too=rule.moment is Moment.SUBMIT)
    would = _capped(rule, then, undecided_too=True)
    return Figures(
        size=size,
        base=size if rule.base is Base.HEADCOUNT else good,
        count=_many(counted),
        would=_many(would),
        allowance=most,
        over=_many(counted) > most,
        would_over=_many(would) > allowance(rule, size=size, good=_good(then)),
        capped_pending=_many(one for one in would if one.state is not _RATIFIED),
        unvoted=_many(one for one in standing if one.state not in _VOTED),
        undecided=_many(one for one in standing if one.state is not _RATIFIED),
        sent=_many(one for one in standing if one.state in _SENT),
        cliff=most == 0 and good > 0 and rule.small is not None and size > rule.small.max_size,
    )


def _has_left(one: Member, closed_on: date | None) -> bool:
    if one.state is not _GONE and not one.moved:
        return False
    return closed_on is None or one.left_on is None or one.left_on < closed_on


def _rank_now(rule: Quota, one: Member) -> Rank | None:
    """A decided rank counts until the next decision; before it, what is proposed."""
    return one.proposed if rule.moment is Moment.SUBMIT or one.decided is None else one.decided


def _rank_then(rule: Quota, one: Member) -> Rank | None:
    """The rank once everything pending is decided as proposed."""
    return one.decided if rule.moment is Moment.RATIFY and one.state is _RATIFIED else one.proposed


def _good(ranks: Iterable[tuple[Member, Rank | None]]) -> int:
    return _many(one for one, rank in ranks if rank is not None and rank.height >= Rank.GOOD.height)


def _many(members: Iterable[Member]) -> int:
    return sum(one.many for one in members)


def _capped(rule: Quota, ranks: Iterable[tuple[Member, Rank | None]], *, undecided_too: bool) -> list[Member]:
    """Who has the capped rank. Whoever left stays in size and bases, never in the numerator."""
    return [
        one
        for one, rank in ranks
        if rank is rule.rank and one.state is not _GONE and not one.moved and (undecided_too or one.decided is not None)
    ]


def one_more_at(rule: Quota, figures: Figures) -> int | None:
    """How many members must be good for the next place, or None where more good ones add none."""
    if rule.base is Base.HEADCOUNT:
        return None
    good = figures.base
    for more in range(good + 1, figures.size + 1):
        if allowance(rule, size=figures.size, good=more) > figures.allowance:
            return more
    return None
