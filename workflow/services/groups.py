"""Groups under their lock: every command that touches a member recounts them here (design section 4)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from workflow.answers import GroupNote
from workflow.engine import Rules
from workflow.facts import GroupFacts, Patch
from workflow.quota import Figures, Member, count
from workflow.services.acts import Act
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import DossierState, Rank

Standing = tuple[Row, Figures]
"""A group's row and its figures as they would be."""


_STATES = {one.value: one for one in DossierState}
_RANKS: dict[str | None, Rank | None] = {None: None, **{one.value: one for one in Rank}}


class Roll:
    """The groups that these dossiers (by id) are in, with all their members, the others by what they count as
    (`MEMBERS_BESIDE`): read once, under the lock, and counted as often as it is asked for."""

    def __init__(self, rules: Rules, dossiers: Sequence[str], groups: Sequence[Row], members: Iterable[Row]) -> None:
        """`groups` in the order of rule and key, with `members` of all of them."""
        self._rules = rules
        self._groups: dict[str, Row] = {one["id"]: one for one in groups}
        self._members = _by_group(self._groups, members)
        self._of: dict[str, list[str]] = {one: [] for one in dossiers}
        for group in self._groups:
            for row in self._members[group]:
                if row["left_on"] is None and row["id"] in self._of:
                    self._of[row["id"]].append(group)

    def of(self, dossier: str) -> list[str]:
        """The ids of a dossier's groups, by rule and key."""
        return self._of[dossier]

    def stand(self, dossiers: Iterable[str], patches: Mapping[str, Patch]) -> list[Standing]:
        """The groups of `dossiers` with their figures once `patches` (by dossier id) are applied to their members."""
        touched = {group for one in dossiers for group in self._of[one]}
        return [
            _counted(self._rules, row, self._members[group], patches)
            for group, row in self._groups.items()
            if group in touched
        ]


def stand(act: Act, groups: Sequence[Row]) -> list[Standing]:
    """The groups with their figures as their members are now."""
    ids = [group["id"] for group in groups]
    members = _by_group(ids, act.tx.all(sql.MEMBERS_OF_GROUPS, season=act.season_id, groups=ids) if ids else ())
    return [_counted(act.rules, group, members[group["id"]], {}) for group in groups]


def _by_group(groups: Iterable[str], members: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {group: [] for group in groups}
    for row in members:
        found[row["group_id"]].append(row)
    return found


def _counted(rules: Rules, group: Row, members: Iterable[Row], patches: Mapping[str, Patch]) -> Standing:
    return group, figures_of(rules, group, [member_of(row, patches.get(row["id"], {})) for row in members])


def figures_of(rules: Rules, group: Row, members: Collection[Member]) -> Figures:
    """Count one group. Its quota has a value: groups of record-only quotas are never made."""
    figures = count(rules.pack.quota(group["rule"]), members, closed_on=group["closed_on"])
    if figures is None:
        raise ValueError(f"group {group['key']} of a quota without a value")
    return figures


def member_of(row: Row, patch: Patch) -> Member:
    """A member as counting sees it, from its row, which may stand for several, and what is about to change."""
    many = row.get("many", 1)
    if row["left_on"] is not None:
        # What becomes of it elsewhere changes nothing here: it left with the rank that it had.
        return Member(
            id=row["id"],
            state=DossierState.SELF_REVIEWED,
            proposed=_RANKS[row["left_rank"]],
            decided=None,
            left_on=row["left_on"],
            moved=True,
            many=many,
        )
    now = {**row, **patch} if patch else row
    left_on = (patch.get("marks") or {}).get("left_on") or (row["left_marks"] or {}).get("left_on")
    return Member(
        id=row["id"],
        state=_STATES[now["state"]],
        proposed=_RANKS[now["proposed"]],
        decided=_RANKS[now["decided"]],
        left_on=date.fromisoformat(left_on) if left_on else None,
        many=many,
    )


def as_facts(standing: Standing) -> GroupFacts:
    """What guards see of a group."""
    group, figures = standing
    return {
        "id": group["id"],
        "rule": group["rule"],
        "key": group["key"],
        "vote": group["vote"],
        "closed_on": None if group["closed_on"] is None else group["closed_on"].isoformat(),
        "size": figures.size,
        "base": figures.base,
        "count": figures.count,
        "would": figures.would,
        "allowance": figures.allowance,
        "over": figures.over,
        "would_over": figures.would_over,
        "cliff": figures.cliff,
        "capped_pending": figures.capped_pending,
        "unvoted": figures.unvoted,
        "undecided": figures.undecided,
        "sent": figures.sent,
    }


def as_note(standing: Standing) -> GroupNote:
    """What an answer says of a group."""
    group, figures = standing
    return GroupNote(
        rule=group["rule"],
        key=group["key"],
        vote=group["vote"],
        size=figures.size,
        base=figures.base,
        count=figures.count,
        allowance=figures.allowance,
        over=figures.over,
        cliff=figures.cliff,
        unvoted=figures.unvoted,
    )


def stored_figures(figures: Figures) -> dict[str, int | bool]:
    """The columns of a group's row that hold its figures."""
    return {name: getattr(figures, name) for name in ("size", "base", "count", "would", "allowance", "over")}


def changed_figures(act: Act, standings: Sequence[Standing]) -> list[Row]:
    """What `GROUP_COUNTED` is told of the groups of which a figure changed."""
    counted = [(group, stored_figures(figures)) for group, figures in standings]
    return [
        {"season": act.season_id, "was_id": group["id"], **fresh}
        for group, fresh in counted
        if any(group[name] != value for name, value in fresh.items())
    ]
