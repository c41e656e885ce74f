"""The groups of a season once another pack rules it: who is in them, whether they vote, their figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workflow import ledger
from workflow.answers import Done, GroupNote
from workflow.following import judged_otherwise
from workflow.routing import capping
from workflow.rulepack import Mode, Moment, Quota, RulePack
from workflow.services import groups, votes
from workflow.services.acts import Act
from workflow.services.membership import joins, leaves
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import VoteState


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouped:
    """The groups that got a record, and how those stand that are over by the pack that rules now."""

    done: tuple[Done, ...]
    groups: tuple[GroupNote, ...]


def regroup(act: Act, former: RulePack, args: dict[str, Any], role: str) -> Regrouped:
    """Bring the groups in line with the pack that rules now: dossiers leave and join, a vote comes or goes, what is
    judged otherwise is counted anew on the record."""
    changed = {one.id for one in judged_otherwise(former, act.rules.pack)}
    known = act.tx.all(sql.GROUPS_OF_SEASON, season=act.season_id)
    anew = {one["id"] for one in known if one["rule"] in changed}
    done = _moved(act, known)
    standings = groups.stand(act, act.tx.all(sql.GROUPS_OF_SEASON, season=act.season_id))
    done += [_recorded(act, one, args, role) for one in standings if one[0]["id"] in anew]
    act.tx.many(sql.GROUP_COUNTED, groups.changed_figures(act, [one for one in standings if one[0]["id"] not in anew]))
    over = [groups.as_note((group, figures)) for group, figures in standings if figures.over and not group["over"]]
    return Regrouped(done=tuple(done), groups=tuple(over))


def _moved(act: Act, known: Sequence[Row]) -> list[Done]:
    """Take dossiers out of groups and put them into those that the pack gives them; a closed one votes again."""
    here: dict[str, set[tuple[str, str]]] = {}
    keys = {one["id"]: (one["rule"], one["key"]) for one in known}
    for member in act.tx.all(sql.MEMBERS_OF_SEASON, season=act.season_id):
        if member["left_on"] is None:
            here.setdefault(member["id"], set()).add(keys[member["group_id"]])
    rows = act.tx.all(sql.DOSSIERS_OF_SEASON, season=act.season_id)
    moved = [row for row in rows if _belongs(act, row) != here.get(row["id"], set())]
    for row in moved:
        leaves(act, row, row)
    return [votes.reopen(act, one.group) for one in joins(act, moved, fresh=False) if one.was_closed]


def _belongs(act: Act, row: Row) -> set[tuple[str, str]]:
    return {(quota.id, key) for quota, key in capping(act.rules.pack, row)}


def _recorded(act: Act, standing: groups.Standing, args: dict[str, Any], role: str) -> Done:
    group, figures = standing
    vote = _vote(act.rules.pack.quota(group["rule"]), group)
    counted = groups.stored_figures(figures)
    closed_on = group["closed_on"] if vote == group["vote"] else None
    patch = {"vote": vote, "closed_on": None if closed_on is None else closed_on.isoformat(), **counted}
    facts = act.basic_facts("season", "repin", args, act.roles_within([]), row=group)
    stream = act.seal(group, stream=group["id"], kind="group", facts=facts, to=vote, role=role, patch=patch)
    act.advance_row(sql.GROUP_ADVANCED, group, stream, {"vote": vote, "closed_on": closed_on, **counted})
    return Done(
        ref=group["key"],
        kind="group",
        command="repin",
        came_from=group["vote"],
        to=None,
        seq=stream["seq"],
        receipt=ledger.short(stream["head"]),
    )


def _vote(quota: Quota, group: Row) -> str:
    """Whether a group votes: one that is judged at submission does, until its vote is closed."""
    if quota.mode is Mode.OFF or quota.moment is Moment.RATIFY:
        return VoteState.NONE.value
    return VoteState.OPEN.value if group["vote"] == VoteState.NONE else str(group["vote"])
