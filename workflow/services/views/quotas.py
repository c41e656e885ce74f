"""Groups and their quotas, counted from their members as they stand in this snapshot."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from workflow.quota import Figures, one_more_at
from workflow.rulepack import Quota
from workflow.services.groups import figures_of, member_of
from workflow.services.views.look import Look, within
from workflow.store import commands as sql
from workflow.store import queries
from workflow.words import VoteState


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """One group: which quota it is judged by, its members' dossiers (ids), the units they are of, and its figures.

    `next_at` is how many must reach good for one more place, None where more good ones add none.
    """

    id: str
    quota: Quota
    key: str
    unit: str | None
    units: tuple[str, ...]
    vote: str
    closed_on: date | None
    figures: Figures
    next_at: int | None
    members: frozenset[str]

    @property
    def votes(self) -> bool:
        """Whether it has a vote at all: groups of a ratify quota have none."""
        return self.vote != VoteState.NONE


def groups(look: Look, *, unit: str | None = None) -> list[GroupLine]:
    """Every group by rule and key, or those with a member of this unit or of one below it.

    Raises `BadInput` for an unknown unit.
    """
    among = set(within(look, unit))
    found = _groups(look)
    return list(found) if unit is None else [one for one in found if among & set(one.units)]


def _groups(look: Look) -> Iterator[GroupLine]:
    season = look.season["id"]
    members, here, units = defaultdict(list), defaultdict(set), defaultdict(list)
    for row in look.tx.all(sql.MEMBERS_OF_SEASON, season=season):
        members[row["group_id"]].append(member_of(row, {}))
        if row["left_on"] is None:
            here[row["group_id"]].add(row["id"])
    for row in look.tx.all(queries.GROUP_UNITS, season=season):
        units[row["group_id"]].append(row["unit"])
    for group in look.tx.all(sql.GROUPS_OF_SEASON, season=season):
        quota = look.rules.pack.quota(group["rule"])
        figures = figures_of(look.rules, group, members[group["id"]])
        yield GroupLine(
            id=group["id"],
            quota=quota,
            key=group["key"],
            unit=group["unit"],
            units=tuple(sorted(units[group["id"]])),
            vote=group["vote"],
            closed_on=group["closed_on"],
            figures=figures,
            next_at=one_more_at(quota, figures),
            members=frozenset(here[group["id"]]),
        )
