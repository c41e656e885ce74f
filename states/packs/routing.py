"""Which route a dossier takes (phân cấp): of those that match, the one that no other overrides."""

from collections.abc import Iterable, Mapping
from typing import Any

from states.packs.shapes import listed
from workflow.errors import BadInput
from workflow.rulepack import Route, RulePack, matches

_TOLD = ("kind", "track", "unit_kind", "tier", "lead", "duty", "category")


def route_for(pack: RulePack, facts: Mapping[str, Any]) -> Route:
    """The route of the dossier that `facts` tells of (keys as in `rulepack.matches`, without route).

    Raises `BadInput` (pack.no_route, pack.two_routes) unless exactly one remains.
    """
    left = remaining(pack.routes, facts)
    if len(left) == 1:
        return left[0]
    figures = {key: str(facts.get(key) or "–") for key in _TOLD}
    if not left:
        raise BadInput("pack.no_route", pack=pack.id, **figures)
    raise BadInput("pack.two_routes", pack=pack.id, routes=listed(route.id for route in left), **figures)


def remaining(routes: Iterable[Route], facts: Mapping[str, Any]) -> list[Route]:
    """The matching routes without those that another matching one overrides ("Riêng …")."""
    found = [route for route in routes if matches(route.where, facts)]
    gone = {name for route in found for name in route.overrides}
    return [route for route in found if route.id not in gone]
