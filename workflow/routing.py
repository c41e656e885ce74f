"""Which route a dossier takes, which groups count it, and which others are within reach of a rule about it: the pack's
selectors applied (design sections 4 and 5)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workflow.errors import BadInput
from workflow.rulepack import OWN_UNIT, GroupBy, Mode, Quota, Route, RulePack, Within, matches, remaining
from workflow.words import Role

WHOLE_SEASON = "all"
"""The key of the one group of a quota that is judged over everybody."""


def route_for(pack: RulePack, facts: Mapping[str, Any]) -> Route:
    """The one route of a dossier: those that another matching route overrides drop out ("Riêng …").

    Raises `BadInput` where none or more than one remains.
    """
    left = remaining(pack.routes, facts)
    if len(left) == 1:
        return left[0]
    figures = {name: str(facts.get(name, "")) for name in ("subject", "unit", "unit_kind", "kind", "tier", "lead")}
    if left:
        raise BadInput("command.two_routes", routes=[one.id for one in left], **figures)
    raise BadInput("command.no_route", **figures)


def reach(route: Route, path: Sequence[str], *, role: str, command: str, body: str | None = None) -> set[str]:
    """The scopes of a grant that reach a dossier. A ratifier's is the body that the route names, not the unit's tree;
    opinions are given by those who are asked for one, each for itself, not by whoever decides after them.

    `path` are the codes of the dossier's unit and of those above it; `body` is whose opinion it is.
    """
    deciding = set(path) if route.ratifier == OWN_UNIT else {route.ratifier or ""}
    if command == "opinion":
        asked = {body} & set(route.opinions) if role == Role.RATIFIER else {*route.opinions, *deciding}
        deciding = {one for one in asked if one is not None}
    return {"*", *deciding} if role == Role.RATIFIER else {"*", *path, *deciding}


def body_of(unit_path: str) -> str:
    """The topmost unit above a unit that is not the root; of the root itself, the root."""
    path = unit_path.split(" ")
    return path[-2] if len(path) > 1 else path[0]


def is_within(within: Within, row: Mapping[str, Any], one: Mapping[str, Any]) -> bool:
    """Whether `one` is among those that a rule about the dossier `row` looks at."""
    match within:
        case Within.UNIT:
            return bool(one["unit"] == row["unit"])
        case Within.BELOW:
            return row["unit"] in one["unit_path"].split(" ")[1:]
        case Within.BODY:
            return body_of(one["unit_path"]) == body_of(row["unit_path"])
        case Within.PERSON:
            return bool(one["subject"] == row["subject"])
    return True


def key_of(quota: Quota, facts: Mapping[str, Any]) -> str:
    """The key of the group that a dossier belongs to under a quota."""
    parts = {
        GroupBy.SEASON: WHOLE_SEASON,
        GroupBy.UNIT: facts["unit"],
        GroupBy.BODY: body_of(facts["unit_path"]),
        GroupBy.DUTY: facts["duty"],
        GroupBy.TIER: facts["tier"],
        GroupBy.KIND: facts["kind"],
        GroupBy.CATEGORY: facts["category"],
    }
    return ":".join(parts[one] for one in quota.group_by)


def capping(pack: RulePack, facts: Mapping[str, Any]) -> Iterator[tuple[Quota, str]]:
    """The quotas with a value, and not switched off, that a dossier falls under, with its group's key in each."""
    for quota in pack.quotas:
        has_value = quota.percent is not None or quota.fixed is not None or quota.small is not None
        if has_value and quota.mode is not Mode.OFF and matches(quota.where, facts):
            yield quota, key_of(quota, facts)
