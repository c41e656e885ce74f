"""Who hears of a rung (design section 8): the roles of a roster, read once for a sweep and asked for each obligation.

Recipients are the codes of subjects. Their names and addresses lie in the erasable table and are read when a letter is
written, not here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from workflow.rulepack import OWN_UNIT, Body, RulePack, RungAudience
from workflow.store import alerts as sql
from workflow.store import commands
from workflow.store.statements import Row, Transaction
from workflow.words import Lead, Role

EVERYWHERE = "*"
"""The scope of a role over the whole season."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """`subject` has `role` within `scope`: a unit's code, a body's id, or everywhere."""

    subject: str
    role: str
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who is who in a season.

    `paths`: unit → its own code and those above, nearest first. `heads`: unit → its head. `reachable`: subjects with
    an address that was not erased.
    """

    grants: tuple[Grant, ...]
    paths: Mapping[str, Sequence[str]]
    heads: Mapping[str, str]
    bodies: Mapping[str, Body]
    reachable: frozenset[str]


def read_people(tx: Transaction, season: str, pack: RulePack) -> People:
    """The people of a season, by its id."""
    subjects = tx.all(sql.PEOPLE, season=season)
    roles = tx.all(commands.ROLES, season=season)
    return People(
        grants=tuple(Grant(subject=one["subject"], role=one["role"], scope=one["scope"]) for one in roles),
        paths={one["code"]: one["path"].split(" ") for one in tx.all(commands.UNITS, season=season)},
        heads={one["unit"]: one["code"] for one in subjects if one["lead"] == Lead.HEAD},
        bodies={one.id: one for one in pack.bodies},
        reachable=frozenset(one["code"] for one in subjects if one["reachable"]),
    )


def hearing(people: People, obligation: Row, to: RungAudience) -> tuple[str, ...]:
    """The subjects that hear of an obligation as `to`, by code; empty where nobody holds the role."""
    if to is RungAudience.OWNER:
        return _owners(people, obligation)
    if to is RungAudience.HEAD:
        head = people.heads.get(_unit_of(people, obligation) or "")
        return () if head is None else (head,)
    role = Role.MONITOR if to is RungAudience.MONITOR else Role.AUTHORITY
    reach = {*_scopes(people, obligation), *_path(people, obligation)}
    return _codes(one for one in people.grants if one.role == role and one.scope in reach)


def answering(people: People, scope: str) -> tuple[str, ...]:
    """Who answers for a unit or a body of the pack: its head, its coordinators, whoever acts for the body."""
    body = people.bodies.get(scope)
    unit = scope if body is None else body.unit
    head = people.heads.get(unit or "")
    acting = {
        one.subject
        for one in people.grants
        if (one.scope == scope and one.role != Role.AUDITOR) or (one.scope == unit and one.role == Role.COORDINATOR)
    }
    return tuple(sorted(acting | ({head} if head else set())))


def following(people: People, role: Role, unit: str) -> tuple[str, ...]:
    """Who has a role over a unit: whoever follows it, or the authority above."""
    reach = {EVERYWHERE, *people.paths.get(unit, ())}
    return _codes(one for one in people.grants if one.role == role and one.scope in reach)


def deciding(people: People, role: Role, obligation: Row) -> tuple[str, ...]:
    """Everybody who may act on an obligation as `role`, by the reach that `workflow.services.duties` asks for."""
    reach = _scopes(people, obligation)
    return _codes(one for one in people.grants if one.role == role and one.scope in reach)


def _scopes(people: People, obligation: Row) -> set[str]:
    return {EVERYWHERE, obligation["owner"], *people.paths.get(obligation["unit"] or "", ())}


def _owners(people: People, obligation: Row) -> tuple[str, ...]:
    """The coordinators of the nearest scope that has any; before them, whoever acts for the body that owes."""
    if obligation["owner"] != OWN_UNIT:
        acting = _codes(one for one in people.grants if one.scope == obligation["owner"] and one.role != Role.AUDITOR)
        if acting:
            return acting
    for scope in (*_path(people, obligation), EVERYWHERE):
        found = _codes(one for one in people.grants if one.role == Role.COORDINATOR and one.scope == scope)
        if found:
            return found
    return ()


def _path(people: People, obligation: Row) -> Sequence[str]:
    return people.paths.get(_unit_of(people, obligation) or "", ())


def _unit_of(people: People, obligation: Row) -> str | None:
    """The unit that owes: its own, or the one that the owing body is on the roster."""
    if obligation["owner"] == OWN_UNIT:
        unit: str | None = obligation["unit"]
        return unit
    body = people.bodies.get(obligation["owner"])
    return None if body is None else body.unit


def _codes(grants: Iterable[Grant]) -> tuple[str, ...]:
    return tuple(sorted({one.subject for one in grants}))
