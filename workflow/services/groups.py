"""Groups under their lock: every command that touches a member recounts them here (design section 4)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from workflow.answers import GroupNote
from workflow.engine import Rules
from workflow.facts import GroupFacts, Patch
from workflow.quota import Figures, Member, count
from workflow.rulepack import Quota
from workflow.services.acts import Act
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import DossierState, Rank

Standing = tuple[Row, Figures]
"""A group's row and its figures as they would be."""


def quota_of(rules: Rules, rule: str) -> Quota:
    """The pack's quota by its id."""
    return next(one for one in rules.pack.quotas if one.id == rule)


def stand(act: Act, groups: Sequence[Row], patches: Mapping[str, Patch]) -> list[Standing]:
    """The groups with their figures once `patches` (by dossier id) are applied to their members."""
    if not groups:
        return []
    members: dict[str, list[Member]] = {group["id"]: [] for group in groups}
    for row in act.tx.all(sql.MEMBERS_OF_GROUPS, season=act.season_id, groups=list(members)):
        members[row["group_id"]].append(member_of(row, patches.get(row["id"], {})))
    return [(group, figures_of(act.rules, group, members[group["id"]])) for group in groups]


def figures_of(rules: Rules, group: Row, members: Collection[Member]) -> Figures:
    """Count one group. Its quota has a value: groups of record-only quotas are never made."""
    figures = count(quota_of(rules, group["rule"]), members, closed_on=group["closed_on"])
    if figures is None:
        raise ValueError(f"group {group['key']} of a quota without a value")
    return figures


def member_of(row: Row, patch: Patch) -> Member:
    """A member as counting sees it, from its row and what is about to change."""
    state = DossierState(patch.get("state") or row["state"])
    if row["left_on"] is not None:
        # What becomes of it elsewhere changes nothing here: it left with the rank that it had.
        state = DossierState.SELF_REVIEWED
        proposed, decided, left_on = row["left_rank"], None, row["left_on"]
    else:
        proposed = patch["proposed"] if "proposed" in patch else row["proposed"]
        decided = patch["decided"] if "decided" in patch else row["decided"]
        marks: Mapping[str, Any] = patch.get("marks") or row["left_marks"] or {}
        left_on = date.fromisoformat(marks["left_on"]) if marks.get("left_on") else None
    return Member(
        id=row["id"],
        state=state,
        proposed=None if proposed is None else Rank(proposed),
        decided=None if decided is None else Rank(decided),
        left_on=left_on,
        moved=row["left_on"] is not None,
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


def write_figures(act: Act, standings: Sequence[Standing]) -> None:
    """Bring the rows up to date where a figure changed."""
    for group, figures in standings:
        fresh = stored_figures(figures)
        if any(group[name] != value for name, value in fresh.items()):
            act.tx.change(sql.GROUP_COUNTED, season=act.season_id, was_id=group["id"], **fresh)
