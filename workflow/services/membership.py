"""Which groups a dossier belongs to, and what entering and leaving them does (design section 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from workflow.routing import capping, key_of
from workflow.rulepack import GroupBy, Moment, Quota
from workflow.services.acts import Act
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import DossierState, VoteState, new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A group that dossiers entered, as it stood before; `was_closed` asks for its vote to be opened."""

    group: Row
    was_closed: bool


def joins(act: Act, rows: Sequence[Row], *, fresh: bool) -> list[Entered]:
    """Put dossiers into their groups, making groups that are not there yet. Each group entered is told once.

    `fresh`: these dossiers were made in this act, so they are in no group yet.
    """
    known = {(one["rule"], one["key"]): one for one in act.tx.all(sql.GROUPS_OF_SEASON, season=act.season_id)}
    entered: dict[str, Entered] = {}
    added, made = list[Row](), list[_Made]()
    for row in rows:
        memberships = {} if fresh else _memberships(act, row)
        for quota, key in capping(act.rules.pack, row):
            group = known.get((quota.id, key))
            if group is None:
                made.append(_new_group(act, quota, key, row))
                group = known[quota.id, key] = made[-1].group
            before = memberships.get(group["id"])
            if before is None:
                added.append(_membership(act, group, row))
            elif before["left_on"] is not None:
                _mark(act, group["id"], row["id"], left_on=None, left_rank=None)
            else:
                continue
            entered[group["id"]] = Entered(group=group, was_closed=group["vote"] == VoteState.CLOSED)
    act.tx.many(sql.NEW_HISTORY, [one.record for one in made])
    act.tx.many(sql.NEW_GROUP, [one.group for one in made])
    act.tx.many(sql.NEW_MEMBER, added)
    return list(entered.values())


def _memberships(act: Act, row: Row) -> dict[str, Row]:
    found = act.tx.all(sql.MEMBERSHIPS_OF, season=act.season_id, dossier=row["id"])
    return {one["group_id"]: one for one in found}


def leaves(act: Act, row: Row, after: Mapping[str, Any]) -> list[Row]:
    """Take a dossier out of the groups that it no longer belongs to once it is `after`; those groups' rows."""
    staying = {(quota.id, key) for quota, key in capping(act.rules.pack, after)}
    left = []
    for group in act.tx.all(sql.GROUPS_OF_DOSSIERS, season=act.season_id, dossiers=[row["id"]]):
        if (group["rule"], group["key"]) not in staying:
            rank = row["proposed"] if row["state"] != DossierState.NOT_RANKED else None
            _mark(act, group["id"], row["id"], left_on=act.occurred_on, left_rank=rank)
            left.append(group)
    return left


def _mark(act: Act, group: str, dossier: str, *, left_on: Any, left_rank: str | None) -> None:
    act.tx.change(
        sql.MEMBER_MOVED,
        season=act.season_id,
        was_group=group,
        was_dossier=dossier,
        left_on=left_on,
        left_rank=left_rank,
    )


def _membership(act: Act, group: Row, row: Row) -> Row:
    return {"season": act.season_id, "group_id": group["id"], "dossier": row["id"], "left_on": None, "left_rank": None}


def _unit_of(quota: Quota, row: Row) -> str | None:
    """The unit whose coordinator a group answers to; None for one that reaches over units."""
    if GroupBy.UNIT in quota.group_by:
        return str(row["unit"])
    return key_of(replace(quota, group_by=(GroupBy.BODY,)), row) if GroupBy.BODY in quota.group_by else None


@dataclass(frozen=True, slots=True)
class _Made:
    """A group that is not written yet, with its first record."""

    group: Row
    record: Row


def _new_group(act: Act, quota: Quota, key: str, row: Row) -> _Made:
    vote = VoteState.OPEN if quota.moment is Moment.SUBMIT else VoteState.NONE
    shown = {
        "rule": quota.id,
        "key": key,
        "unit": _unit_of(quota, row),
        "vote": vote.value,
    }
    facts = act.basic_facts("vote", "create", {}, act.roles_within([]))
    role = facts["actor"]["roles"][0]
    record, head = act.draft(None, stream=new_id(), kind="group", facts=facts, to=vote, role=role, patch=shown)
    group: Row = {
        "season": act.season_id,
        **shown,
        **{name: head[name] for name in ("id", "seq", "head", "head_at")},
        "closed_on": None,
        "size": 0,
        "base": 0,
        "count": 0,
        "would": 0,
        "allowance": 0,
        "over": False,
    }
    return _Made(group, record)
