"""Whether another pack can rule a season: whether it has a place for what is there, and what was judged already."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from workflow.errors import BadInput, Fault
from workflow.facts import Remedy, Verdict
from workflow.following import judged_otherwise, taken
from workflow.routing import route_for
from workflow.rulepack import Moment, Quota, RulePack
from workflow.services.acts import Act
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import DossierState, Status, VoteState

_FAMILIES = {"categories": "category", "duties": "duty", "tiers": "tier"}
"""What rosters say of subjects, by the pack's family of terms."""


# — what is there —


def faults(act: Act, pack: RulePack, rows: Sequence[Row]) -> Iterator[Fault]:
    """What the season has and the pack has no place for."""
    former = act.rules.pack
    if set(pack.tracks) != set(former.tracks):
        yield _fault("repin_tracks", tracks=sorted(pack.tracks), former=sorted(former.tracks))
    yield from _unknown_terms(act, pack)
    yield from _unknown_kinds(act, pack)
    for name in taken(pack, former):
        yield _fault("repin_id", rule=name)
    judging = {one["rule"] for one in act.tx.all(sql.GROUPS_OF_SEASON, season=act.season_id)}
    for quota in pack.quotas:
        if quota.id in judging and quota.percent is None and quota.fixed is None and quota.small is None:
            yield _fault("repin_no_value", rule=quota.id)
    for row in rows:
        try:
            _way(pack, row)
        except BadInput as error:
            yield Fault(code=error.code, figures=error.figures)


def _fault(code: str, /, **figures: Any) -> Fault:
    return Fault(code=f"command.{code}", figures=figures)


def _unknown_terms(act: Act, pack: RulePack) -> Iterator[Fault]:
    units = act.tx.all(sql.UNITS, season=act.season_id)
    yield from _lacking(pack, "unit_kinds", "unit_kind", ((one["kind"], one["code"]) for one in units))
    subjects = act.tx.all(sql.SUBJECTS, season=act.season_id)
    for family, column in _FAMILIES.items():
        yield from _lacking(pack, family, column, ((one[column], one["code"]) for one in subjects))


def _lacking(pack: RulePack, family: str, column: str, used: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    """The terms that are used and that the pack does not have, with whoever is called so."""
    known = {"", *(one.id for one in getattr(pack.vocabulary, family))}
    found: dict[str, list[str]] = {}
    for term, code in used:
        if term not in known:
            found.setdefault(term, []).append(code)
    for term, codes in sorted(found.items()):
        yield _fault("repin_term", family=column, term=term, names=codes)


def _unknown_kinds(act: Act, pack: RulePack) -> Iterator[Fault]:
    known, found = {None, *(one.id for one in pack.meetings)}, dict[str, list[str]]()
    for row in act.tx.all(sql.MEETINGS_OF_SEASON, season=act.season_id):
        if row["kind"] not in known:
            found.setdefault(row["kind"], []).append(row["ref"])
    for kind, refs in sorted(found.items()):
        yield _fault("repin_meeting_kind", kind=kind, meetings=refs)


def _way(pack: RulePack, row: Row) -> str:
    return route_for(pack, {**row, "route": ""}).id


def rerouted(pack: RulePack, rows: Iterable[Row]) -> Iterator[tuple[Row, str]]:
    """The dossiers that take another route under a pack, each with it."""
    for row in rows:
        way = _way(pack, row)
        if way != row["route"]:
            yield row, way


# — what was judged —


def judged_already(act: Act, pack: RulePack, rows: Sequence[Row]) -> Iterator[Verdict]:
    """What would be under two packs: groups that were judged by a quota that says otherwise now, and dossiers that were
    decided on another route."""
    former = act.rules.pack
    changed = {one.id: one for one in judged_otherwise(former, pack)}
    members: dict[str, list[Row]] = {}
    for one in act.tx.all(sql.MEMBERS_OF_SEASON, season=act.season_id):
        if one["left_on"] is None:
            members.setdefault(one["group_id"], []).append(one)
    for group in act.tx.all(sql.GROUPS_OF_SEASON, season=act.season_id):
        if group["rule"] in changed:
            yield from _of_group(former, changed[group["rule"]], group, members.get(group["id"], []))
    decided: dict[str, list[str]] = {}
    for row, way in rerouted(pack, rows):
        if row["state"] == DossierState.RATIFIED:
            decided.setdefault(way, []).append(row["ref"])
    for way, refs in decided.items():
        clause = pack.cited(pack.route(way).clause)
        yield _unmet("repin_decided", way, clause, _ADJUST, refs=refs, route=way)


_ADJUST = Remedy(action="dossier.adjust", args={"reason": "…"})
_SEND_BACK = Remedy(action="dossier.send_back", args={"reason": "…", "due_back": "YYYY-MM-DD"})


def _of_group(former: RulePack, quota: Quota, group: Row, members: Sequence[Mapping[str, Any]]) -> Iterator[Verdict]:
    """What of a group was judged when its quota bites: at the decision, or at the submission for which it voted."""
    clause, key = former.cited(quota.clause), group["key"]
    ratified = sorted(one["ref"] for one in members if one["state"] == DossierState.RATIFIED)
    submitted = sorted(one["ref"] for one in members if one["state"] == DossierState.SUBMITTED)
    if ratified:
        yield _unmet("repin_ratified", quota.id, clause, _ADJUST, group=key, refs=ratified)
    if quota.moment is Moment.RATIFY:
        return
    if submitted:
        yield _unmet("repin_submitted", quota.id, clause, _SEND_BACK, group=key, refs=submitted)
    elif not ratified and group["vote"] == VoteState.CLOSED:
        again = Remedy(action="vote.revote", args={"group": key})
        yield _unmet("repin_vote_closed", quota.id, clause, again, group=key)


def _unmet(code: str, rule: str, clause: str, remedy: Remedy, **figures: Any) -> Verdict:
    return Verdict(rule=rule, clause=clause, status=Status.UNMET, code=f"guard.{code}", figures=figures, remedy=remedy)
