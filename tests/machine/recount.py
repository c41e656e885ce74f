"""Groups counted once more, by another hand: from rows, in fractions, by the words of design section 4."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from tests.machine.picture import Line, Picture, day
from workflow.rulepack import Base, Moment, Over, Quota, Rounding

GOOD = frozenset({"good", "excellent"})
HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One member of a group: where it stands, or where it stood when it moved to another group on `left_on`."""

    id: str
    ref: str
    state: str
    proposed: str | None
    decided: str | None
    left_on: date | None
    moved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    size: int
    base: int
    count: int
    would: int
    allowance: int
    would_allow: int
    undecided: int
    unratified_capped: int

    @property
    def over(self) -> bool:
        return self.count > self.allowance

    @property
    def figures(self) -> dict[str, int | bool]:
        """What stands on the group's row."""
        names = ("size", "base", "count", "would", "allowance", "over")
        return {name: getattr(self, name) for name in names}


def standings(look: Picture) -> dict[str, list[Standing]]:
    """Group id → its members."""
    dossiers = {one["id"]: one for one in look.dossiers()}
    found: dict[str, list[Standing]] = {one["id"]: [] for one in look.lines("quota_group")}
    for one in look.lines("member"):
        found[one["group_id"]].append(_standing(one, dossiers[one["dossier"]]))
    return found


def _standing(member: Line, dossier: Line) -> Standing:
    moved = member["left_on"] is not None
    left = member["left_on"] if moved else dossier["marks"].get("left_on") if dossier["state"] == "withdrawn" else None
    return Standing(
        id=dossier["id"],
        ref=dossier["ref"],
        # What happens to somebody elsewhere later is no business of the group that was left.
        state="moved" if moved else dossier["state"],
        proposed=member["left_rank"] if moved else dossier["proposed"],
        decided=None if moved else dossier["decided"],
        left_on=day(left),
        moved=moved,
    )


def recount(quota: Quota, members: Iterable[Standing], closed_on: date | None) -> Count:
    """A group's figures. Leavers of the vote day and later stay in size and bases, earlier ones are gone."""
    roll = [one for one in members if _on_roll(one, closed_on)]
    present = [one for one in roll if not one.moved and one.state not in {"withdrawn", "not_ranked"}]
    ranked = [one for one in roll if one.state != "not_ranked"]
    at_decision = quota.moment is Moment.RATIFY
    now = sum(_now(one, at_decision) in GOOD for one in ranked)
    then = sum(_then(one, at_decision) in GOOD for one in ranked)
    pending = [one for one in present if _then(one, at_decision) == quota.rank]
    counted = [one for one in present if one.decided == quota.rank] if at_decision else pending
    return Count(
        size=len(roll),
        base=len(roll) if quota.base is Base.HEADCOUNT else now,
        count=len(counted),
        would=len(pending),
        allowance=allowed(quota, size=len(roll), good=now),
        would_allow=allowed(quota, size=len(roll), good=then),
        undecided=sum(one.state != "ratified" for one in present),
        unratified_capped=sum(one.state != "ratified" for one in pending),
    )


def _on_roll(one: Standing, closed_on: date | None) -> bool:
    if one.left_on is None:
        return True
    return closed_on is not None and one.left_on >= closed_on


def _now(one: Standing, at_decision: bool) -> str | None:
    return one.decided if at_decision and one.decided is not None else one.proposed


def _then(one: Standing, at_decision: bool) -> str | None:
    return one.decided if at_decision and one.state == "ratified" else one.proposed


def allowed(quota: Quota, *, size: int, good: int) -> int:
    """The greatest number that keeps the cap; found by trying, not by a formula."""
    if quota.small is not None and size <= quota.small.max_size:
        return min(quota.small.cap, good) if quota.small.needs_good else quota.small.cap
    pool = size if quota.base is Base.HEADCOUNT else good
    most = max(number for number in range(pool + 1) if _within(quota, number, pool))
    return max(most, min(quota.at_least, good))


def _within(quota: Quota, number: int, pool: int) -> bool:
    if quota.fixed is not None and number > quota.fixed:
        return False
    if quota.percent is None:
        return True
    of = pool - number if quota.base is Base.GOOD_ONLY else pool
    share = Fraction(quota.percent, 100) * of
    return number <= (math.floor(share + HALF) if quota.rounding is Rounding.HALF_UP else share)


# — what a group stops —


def stops_submit(quota: Quota, vote: str, count: Count, proposed: str | None) -> bool:
    """Whether a submit quota stands against submitting a member (design section 4)."""
    capped, refuses = proposed == quota.rank, quota.over is Over.REFUSE
    if vote == "open":
        return capped or not (refuses and quota.base is Base.HEADCOUNT)
    if not count.over or capped:
        return count.over
    return not refuses and count.unratified_capped > 0


def stops_ratify(quota: Quota, count: Count, *, rank: str | None, proposed: str | None) -> bool:
    """Whether a ratify quota stands against deciding `rank`; `count` is how the group would stand after it."""
    if rank != quota.rank:
        return False
    if count.over or count.would > count.would_allow:
        return True
    return rank != proposed and count.undecided > 0


def decided(members: Iterable[Standing], ranks: Mapping[str, str | None]) -> list[Standing]:
    """The members once those of `ranks` (dossier id → rank) are ratified."""
    return [replace(one, state="ratified", decided=ranks[one.id]) if one.id in ranks else one for one in members]
