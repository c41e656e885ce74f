"""Groups counted by the words of design section 4, by a hand that never saw the product's.

Part of the sequential model (`sequential`). No line of it comes from the product, so that no mistake is made twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

HEIGHT = {"not_completed": 0, "completed": 1, "good": 2, "excellent": 3}
VOTED = frozenset({"unit_voted", "submitted", "ratified"})
SENT = frozenset({"submitted", "ratified"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A quota of the races' pack: not more than `percent` of the base may have `rank`."""

    rank: str
    percent: int
    of_good: bool
    """The base is who reached good; else everybody."""
    at_submit: bool
    """Judged when a closed vote is sent on; else when it is decided."""
    refuses: bool
    """Being over stops the capped rank alone; else the whole group votes again."""
    small: int = 0
    """Up to this size one may have the rank, if anybody is good."""

    def allows(self, size: int, good: int) -> int:
        if size <= self.small:
            return min(1, good)
        base = good if self.of_good else size
        most = 0
        while 100 * (most + 1) <= self.percent * base:
            most += 1
        return most


WHOLE = "leadership"
"""The key of the one group that everybody is in: all of one duty."""

SHARES: Mapping[str, Share] = {
    "excellent-of-good": Share(rank="excellent", percent=20, of_good=True, at_submit=True, refuses=False, small=5),
    "good-of-all": Share(rank="good", percent=60, of_good=False, at_submit=True, refuses=True),
    "excellent-decided": Share(rank="excellent", percent=20, of_good=False, at_submit=False, refuses=True),
}
"""The quotas of `world.PACK`."""


@dataclass(frozen=True, slots=True)
class Dossier:
    ref: str
    subject: str
    unit: str
    seq: int = 1
    state: str = "drafted"
    expected: str | None = None
    voted: str | None = None
    proposed: str | None = None
    decided: str | None = None
    voted_on: str | None = None
    left_on: str | None = None
    adjusted: bool = False
    petitioned: str | None = None
    """The rank that a petition, which waits for its answer, is about."""
    sends: tuple[str, ...] = ()
    receipts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """`members`: ref → None for who is here, or the day and the rank with which he moved elsewhere."""

    rule: str
    key: str
    vote: str
    members: Mapping[str, tuple[str, str | None] | None]
    seq: int = 1
    closed_on: str | None = None

    def without(self, ref: str, day: str, rank: str | None) -> "Group":
        return replace(self, members={**self.members, ref: (day, rank)})

    def with_member(self, ref: str) -> "Group":
        return replace(self, members={**self.members, ref: None})

    def present(self) -> list[str]:
        return [ref for ref, moved in self.members.items() if moved is None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    size: int
    base: int
    count: int
    would: int
    allowance: int
    would_over: bool
    cliff: bool
    unvoted: int
    undecided: int
    sent: int
    capped_pending: int

    @property
    def over(self) -> bool:
        return self.count > self.allowance


def counted(group: Group, dossiers: Mapping[str, Dossier]) -> Figures:
    """A group's figures. Who leaves on the vote day or later stays in size and bases, never in the numerator."""
    share = SHARES[group.rule]
    size = good_now = good_then = count = would = unvoted = undecided = sent = pending = 0
    for ref, moved in group.members.items():
        one = dossiers[ref]
        left = moved[0] if moved else one.left_on if one.state == "withdrawn" else None
        if left is not None and (group.closed_on is None or left < group.closed_on):
            continue
        size += 1
        if moved is None and one.state == "not_ranked":
            continue
        proposed, decided = (moved[1], None) if moved else (one.proposed, one.decided)
        ratified = moved is None and one.state == "ratified"
        now = then = proposed
        if not share.at_submit:
            now = decided or proposed
            then = decided if ratified else proposed
        good_now += _is_good(now)
        good_then += _is_good(then)
        if left is not None:
            continue
        count += (proposed if share.at_submit else decided) == share.rank
        would += then == share.rank
        pending += then == share.rank and not ratified
        unvoted += one.state not in VOTED
        undecided += not ratified
        sent += one.state in SENT
    allowance = share.allows(size, good_now)
    return Figures(
        size=size,
        base=good_now if share.of_good else size,
        count=count,
        would=would,
        allowance=allowance,
        would_over=would > share.allows(size, good_then),
        cliff=allowance == 0 and good_now > 0 and 0 < share.small < size,
        unvoted=unvoted,
        undecided=undecided,
        sent=sent,
        capped_pending=pending,
    )


def _is_good(rank: str | None) -> bool:
    return rank is not None and HEIGHT[rank] >= HEIGHT["good"]


# — what a group stops —


def stops_submit(group: Group, figures: Figures, proposed: str | None) -> str | None:
    """The code that stands against sending on a member with this proposal, or None."""
    share = SHARES[group.rule]
    capped = proposed == share.rank
    known_at_once = share.refuses and not share.of_good
    if group.vote == "open":
        return None if known_at_once and not capped else "vote_open"
    if not figures.over:
        return None
    stopped = capped if share.refuses else capped or figures.capped_pending > 0
    if not stopped:
        return None
    return "quota_cliff" if figures.cliff else "quota_over"


def stops_ratify(group: Group, figures: Figures, rank: str | None, proposed: str | None) -> str | None:
    """The code that stands against deciding `rank`; the figures are those after all of the command."""
    if rank != SHARES[group.rule].rank:
        return None
    if figures.over or figures.would_over:
        return "decision_quota"
    return "above_proposal" if rank != proposed and figures.undecided else None
