"""Routes do not leave a dossier without a way, nor with two, as far as their selectors tell."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from states.packs.checks.selecting import KEYS, selected_by_both
from states.packs.keys import PackFile, Placed
from states.packs.shapes import Notes, Path, listed
from workflow.rulepack import OWN_UNIT, Route, StepKind, matches


def check_routes(pack: PackFile, notes: Notes) -> None:
    for one in pack.routes:
        _check_one(one.value, one.at, notes)
    circular = _check_overrides(pack.routes, notes)
    if not circular:
        _check_pairs(pack.routes, notes)


def _check_one(route: Route, at: Path, notes: Notes) -> None:
    if route.where.route:
        notes.refuse((*at, "where", "route"), "route_by_route")
    if route.step is StepKind.CONSULTATION and not route.opinions:
        notes.refuse((*at, "opinions"), "consultation_of_nobody")
    if route.opinions_needed and not route.opinions:
        notes.refuse((*at, "opinions_needed"), "opinions_of_nobody")
    if route.ratifier is None and route.missing is None:
        notes.refuse(at, "route_without_ratifier")
    if not any(one.required for one in route.recipients):
        notes.refuse((*at, "recipients"), "route_to_nobody")
    bodies = [one.body for one in route.recipients]
    for name in dict.fromkeys(body for body in bodies if bodies.count(body) > 1):
        notes.refuse((*at, "recipients"), "recipient_twice", name=name)
    for one in route.recipients:
        if one.via == one.body and one.via != OWN_UNIT:
            notes.refuse((*at, "recipients"), "via_itself", name=one.body)


def _check_overrides(routes: tuple[Placed[Route], ...], notes: Notes) -> bool:
    """Refuse circles: every route of one would drop out. Says whether there is one."""
    above = {one.value.id: one.value.overrides for one in routes}
    circular = False
    for one in routes:
        seen, todo = set[str](), list(one.value.overrides)
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo.extend(above.get(name, ()))
        if one.value.id in seen:
            circular = True
            notes.refuse((*one.at, "overrides"), "override_cycle", name=one.value.id)
    return circular


def _check_pairs(routes: tuple[Placed[Route], ...], notes: Notes) -> None:
    everything = [one.value for one in routes]
    wheres = [one.where for one in everything]
    for first, second in combinations(routes, 2):
        if second.value.id in first.value.overrides or first.value.id in second.value.overrides:
            continue
        for facts in selected_by_both(first.value.where, second.value.where, wheres):
            left = _remaining(everything, facts)
            if {first.value.id, second.value.id} <= left:
                asked = [key for key in KEYS if getattr(first.value.where, key) or getattr(second.value.where, key)]
                told = listed(f"{key} = {facts[key]}" for key in asked) or None
                notes.refuse(second.at, "routes_collide", name=second.value.id, other=first.value.id, facts=told)
                break


def _remaining(routes: list[Route], facts: Mapping[str, Any]) -> set[str]:
    """As `workflow.routing` decides: the matching routes without those that another matching one overrides."""
    found = [route for route in routes if matches(route.where, facts)]
    return {route.id for route in found} - {name for route in found for name in route.overrides}
