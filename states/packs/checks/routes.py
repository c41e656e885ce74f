"""Routes do not leave a dossier without a way, nor with two, as far as their selectors tell."""

from itertools import combinations

from states.packs.checks.selecting import selected_by_both, sort_of
from states.packs.keys import PackFile, Placed
from states.packs.shapes import Notes, Path
from workflow.rulepack import OWN_UNIT, Route, StepKind, remaining


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
    if not route.required():
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
            # As `workflow.routing` decides.
            left = {one.id for one in remaining(everything, facts)}
            if {first.value.id, second.value.id} <= left:
                told = sort_of(facts, first.value.where, second.value.where)
                notes.refuse(second.at, "routes_collide", name=second.value.id, other=first.value.id, facts=told)
                break
