"""Shares that can never be met: no place in any group, nobody to count, no decision that they could stop."""

from collections.abc import Iterator, Sequence

from app.rehearsal.findings import Finding, Kind, found
from workflow.quota import allowance
from workflow.rulepack import Mode, Moment, Quota
from workflow.services.views.ground import WholeGround
from workflow.services.views.quotas import GroupLine
from workflow.words import DossierState


def unmeetable(ground: WholeGround) -> Iterator[Finding]:
    """What the pack's shares come to on this roster, whoever gets which rank."""
    pack = ground.look.rules.pack
    for quota in _judged(pack.quotas):
        lines = _groups(ground, quota)
        if not lines:
            yield found("quota_nobody", pack, Kind.QUOTA, quota, figures={"rank": quota.rank.value}, grave=False)
            continue
        yield from _without_place(ground, quota, lines)
        if quota.moment is Moment.RATIFY and all(_is_outside(ground, one) for one in lines):
            yield found("quota_outside", pack, Kind.QUOTA, quota, figures={"rank": quota.rank.value}, grave=False)


def undecided(ground: WholeGround) -> Iterator[Finding]:
    """After all was tried: shares that are judged at a decision, of groups of which nobody came to one."""
    pack = ground.look.rules.pack
    for quota in _judged(pack.quotas):
        lines = _groups(ground, quota) if quota.moment is Moment.RATIFY else []
        stuck = [one.key for one in lines if not _has_decision(ground, one)]
        if stuck:
            told = {"keys": stuck, "rank": quota.rank.value}
            yield found("quota_undecided", pack, Kind.QUOTA, quota, figures=told)


def _judged(quotas: Sequence[Quota]) -> Iterator[Quota]:
    return (one for one in quotas if one.mode in {Mode.ENFORCE, Mode.WARN} and one.missing is None)


def _groups(ground: WholeGround, quota: Quota) -> list[GroupLine]:
    return [one for one in ground.groups if one.quota.id == quota.id and one.members]


def _without_place(ground: WholeGround, quota: Quota, lines: Sequence[GroupLine]) -> Iterator[Finding]:
    """Where there is no place although everybody is good: nowhere at all, or only in some groups."""
    if not _gives(quota):
        return
    barred = [one for one in lines if not allowance(quota, size=one.figures.size, good=one.figures.size)]
    pack, largest = ground.look.rules.pack, max((one.figures.size for one in barred), default=0)
    told = {"keys": [one.key for one in barred], "rank": quota.rank.value, "largest": largest}
    if len(barred) == len(lines):
        yield found("quota_no_place", pack, Kind.QUOTA, quota, figures=told)
    elif barred:
        yield found("quota_some_without", pack, Kind.QUOTA, quota, figures=told, grave=False)


def _gives(quota: Quota) -> bool:
    """Whether the rule is meant to give anybody the rank: 0 percent, or 0 places, is meant to give none."""
    return 0 not in {quota.percent, quota.fixed}


def _is_outside(ground: WholeGround, line: GroupLine) -> bool:
    return all(ground.holders.decided_outside(row) for row in ground.members_of(line))


def _has_decision(ground: WholeGround, line: GroupLine) -> bool:
    """Whether somebody was decided on, or all have left: they are on their way no more."""
    states = {row["state"] for row in ground.members_of(line)}
    return not states or DossierState.RATIFIED in states
