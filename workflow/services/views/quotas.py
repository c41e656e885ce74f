"""Groups and their quotas, counted from their members as they stand in this snapshot."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from workflow.quota import Figures, one_more_at
from workflow.rulepack import Quota
from workflow.services.groups import figures_of, member_of
from workflow.services.views.look import Look, within
from workflow.store import commands as sql
from workflow.store import queries
from workflow.store.statements import Row
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
    among, season = set(within(look, unit)), {"season": look.season["id"]}
    found = _told(
        look,
        look.tx.all(sql.GROUPS_OF_SEASON, **season),
        look.tx.all(sql.MEMBERS_OF_SEASON, **season),
        look.tx.all(queries.GROUP_UNITS, **season),
    )
    return list(found) if unit is None else [one for one in found if among & set(one.units)]


def groups_of_dossier(look: Look, dossier: str) -> list[GroupLine]:
    """The groups that a dossier (its id) is in."""
    return _some(look, look.tx.all(sql.GROUPS_OF_DOSSIERS, season=look.season["id"], dossiers=[dossier]))


def groups_with_key(look: Look, key: str) -> list[GroupLine]:
    """The groups of that key, one for each rule."""
    return _some(look, look.tx.all(sql.GROUP_BY_KEY, season=look.season["id"], key=key))


def _some(look: Look, found: Sequence[Row]) -> list[GroupLine]:
    season, ids = look.season["id"], [row["id"] for row in found]
    members = look.tx.all(sql.MEMBERS_OF_GROUPS, season=season, groups=ids)
    return list(_told(look, found, members, look.tx.all(queries.GROUP_UNITS_OF, season=season, groups=ids)))


def _told(look: Look, found: Iterable[Row], rows: Iterable[Row], of_units: Iterable[Row]) -> Iterator[GroupLine]:
    members, here, units = defaultdict(list), defaultdict(set), defaultdict(list)
    for row in rows:
        members[row["group_id"]].append(member_of(row, {}))
        if row["left_on"] is None:
            here[row["group_id"]].add(row["id"])
    for row in of_units:
        units[row["group_id"]].append(row["unit"])
    for group in found:
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
