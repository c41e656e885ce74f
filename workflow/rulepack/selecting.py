"""The vocabulary of rosters, the bodies, and how a rule selects the dossiers that it is about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeVar

from workflow.rulepack.papers import Text
from workflow.words import Lead, SubjectKind, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word of the pack's vocabulary, as stored and as told."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The terms that rosters and selectors may use. Whatever is not here is refused at the door."""

    unit_kinds: tuple[Term, ...] = ()
    """Kinds of unit: department, room … (column «Loại đơn vị» of rosters)."""
    categories: tuple[Term, ...] = ()
    """Categories of person: civil servant, public employee, contract worker … (column «Ngạch/Loại»)."""
    duties: tuple[Term, ...] = ()
    """Groups of duty: leaders, staff … (column «Nhóm chức danh»)."""
    tiers: tuple[Term, ...] = ()
    """Who manages a person or collective, which chooses the way of most dossiers (column «Diện quản lý»)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body that receives, ratifies, monitors or gives opinions."""

    id: str
    """By which rules, roles and commands name it."""
    name: Text
    """What it is called in sentences."""
    external: bool = False
    """Whether it does not work in this system; a registrar enters its decisions."""
    unit: str | None = None
    """Its code on the roster, where it is also a unit."""


OWN_UNIT = "unit"
"""Stands for the dossier's own unit where a body is asked for."""


@dataclass(frozen=True, kw_only=True)
class Where:
    """Which dossiers a rule is about: every given key must match one of its values; an empty one matches all."""

    kind: tuple[SubjectKind, ...] = ()
    """Persons, collectives …"""
    unit_kind: tuple[str, ...] = ()
    """Kinds of the dossiers' own units."""
    unit: tuple[str, ...] = ()
    """Codes of units on the roster: those units and all below them. A pack for one roster only."""
    category: tuple[str, ...] = ()
    """Categories of person."""
    duty: tuple[str, ...] = ()
    """Groups of duty."""
    tier: tuple[str, ...] = ()
    """Management tiers."""
    lead: tuple[Lead, ...] = ()
    track: tuple[Track, ...] = ()
    """The ranking on the side of the State, or of the Party."""
    route: tuple[str, ...] = ()
    """The ways that dossiers take: whatever a route selects."""
    party: bool | None = None
    """Only party members, or only others."""

    @cached_property
    def asked(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The keys that are given, with their values; every dossier's every rule asks for them."""
        given = ((key, getattr(self, key)) for key in _SELECTORS)
        return tuple((key, wanted) for key, wanted in given if wanted)


EVERYTHING = Where()
"""The selector of a rule that says nothing about whom it concerns."""

_SELECTORS = ("kind", "unit_kind", "unit", "category", "duty", "tier", "lead", "track", "route")


class Overriding(Protocol):
    """A rule that may take the place of others."""

    @property
    def id(self) -> str: ...
    @property
    def where(self) -> Where: ...
    @property
    def overrides(self) -> tuple[str, ...]: ...


Rule = TypeVar("Rule", bound=Overriding)


def remaining(rules: Iterable[Rule], facts: Mapping[str, Any]) -> list[Rule]:
    """The rules that match, but for those that another matching one overrides ("Riêng …")."""
    found = [one for one in rules if matches(one.where, facts)]
    overridden = {name for one in found for name in one.overrides}
    return [one for one in found if one.id not in overridden]


def matches(where: Where, facts: Mapping[str, Any]) -> bool:
    """Whether `where` selects the dossier, unit or season that `facts` tells of.

    `facts` holds the selectors' own keys (kind, unit_kind, unit, category, duty, tier, lead, track, route, party);
    values are the stored terms, and `unit` may also be a list of codes, the unit's own and its ancestors'. A key
    that the facts lack is not matched by a selector that asks for it: a rule never applies on a guess.
    """
    if where.party is not None and facts.get("party") is not where.party:
        return False
    for key, wanted in where.asked:
        found = facts.get(key)
        if isinstance(found, str):
            if found not in wanted:
                return False
        elif found is None or not any(one in wanted for one in found):
            return False
    return True
