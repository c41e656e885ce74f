"""A pack that follows another in one season: what was done under the old one must still be found in it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from workflow.rulepack import Deadline, Mode, Quota, RulePack

Ruling = TypeVar("Ruling", Deadline, Quota)

JUDGED_BY = tuple(one.name for one in fields(Quota) if one.name not in {"id", "clause", "text"})
"""What a group is judged by; where a rule stands and how it is told changes nothing."""


def following(pack: RulePack, former: RulePack) -> RulePack:
    """`pack` as a season stores it that `former` ruled so far.

    Deadlines and quotas that it dropped stay in it, switched off, since duties, groups and marks are named by them;
    with them the papers that they stand in and the ladders that they climbed. Bodies stay, since letters and roles
    are named by them.
    """
    deadlines, quotas = _gone(pack.deadlines, former.deadlines), _gone(pack.quotas, former.quotas)
    ladders = [one for one in _gone(pack.ladders, former.ladders) if one.id in {each.ladder for each in deadlines}]
    cited = {one.clause.source for one in (*deadlines, *quotas, *ladders)}
    return replace(
        pack,
        deadlines=(*pack.deadlines, *map(_off, deadlines)),
        quotas=(*pack.quotas, *map(_off, quotas)),
        ladders=(*pack.ladders, *ladders),
        bodies=(*pack.bodies, *_gone(pack.bodies, former.bodies)),
        sources=(*pack.sources, *(one for one in _gone(pack.sources, former.sources) if one.id in cited)),
    )


def _gone(now: Sequence[Any], then: Sequence[Any]) -> list[Any]:
    known = {one.id for one in now}
    return [one for one in then if one.id not in known]


def _off(rule: Ruling) -> Ruling:
    return replace(rule, mode=Mode.OFF, missing=None)


def judged_otherwise(former: RulePack, pack: RulePack) -> Iterator[Quota]:
    """The quotas of `former` by which groups are judged otherwise under `pack`, or no more."""
    known = {one.id: one for one in pack.quotas}
    for quota in former.quotas:
        now = known.get(quota.id)
        if now is None or any(getattr(now, name) != getattr(quota, name) for name in JUDGED_BY):
            yield quota


_RULES = (
    "routes", "quotas", "deadlines", "guards", "guidance", "meetings", "papers", "suggestions", "comments", "orders",
    "circumstances", "ceilings",
)  # fmt: skip


def taken(pack: RulePack, former: RulePack) -> list[str]:
    """The ids of deadlines and quotas of `former` that are those of rules of another kind in `pack`."""
    named = {(section, one.id) for section in _RULES for one in getattr(pack, section)}
    return sorted(
        one.id
        for kind in ("deadlines", "quotas")
        for one in getattr(former, kind)
        if any((section, one.id) in named for section in _RULES if section != kind)
    )
