"""A rehearsal in a test: a pack and a roster as values, and what it came to."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.rehearsal.findings import Finding
from app.rehearsal.rehearsing import Outcome, rehearse
from tests.season import collective, context, leaders, person, units
from workflow.rosters import RoleRow, Roster, SubjectRow
from workflow.rulepack import RulePack
from workflow.services.context import Context
from workflow.words import Lead, Role

GRANTS = {
    "CV-A": (Role.COORDINATOR, "A"),
    "CV-B": (Role.COORDINATOR, "B"),
    "HD": (Role.RATIFIER, "committee"),
    "VT": (Role.REGISTRAR, "*"),
    "CT": (Role.ISSUER, "*"),
}
"""Everybody whom a season under the small pack needs."""


def roster(*more: SubjectRow, without: tuple[str, ...] = (), size: int = 3) -> Roster:
    """Two units, A and B, each with leaders and its collective; and those who act, but for some."""
    acting = {name: grant for name, grant in GRANTS.items() if name not in without}
    plain: dict[str, Any] = {"unit": "A", "duty": "staff", "tier": "", "lead": Lead.NONE, "ranked": False}
    ranked = [one for unit in ("A", "B") for one in (*leaders(unit, size), collective(unit))]
    return Roster(
        units=units("A", "B"),
        subjects=(*ranked, *(person(name, **plain) for name in acting), *more),
        roles=tuple(RoleRow(subject=name, role=role, scope=scope) for name, (role, scope) in acting.items()),
        source="roster.xlsx",
    )


def rehearsed(pack: RulePack, brought: Roster | None = None, *, year: int | None = None, seed: int = 1) -> Outcome:
    with TemporaryDirectory() as folder:
        made: list[Context] = []

        def context_of(clock: Any) -> Context:
            made.append(context(Path(folder), clock, virtual=True))
            return made[0]

        try:
            return rehearse(context_of, pack, brought or roster(), year=year, seed=seed)
        finally:
            for one in made:
                one.database.close()


def grave(outcome: Outcome) -> list[Finding]:
    return [one for one in outcome.findings if one.grave]


def told(findings: list[Finding]) -> list[tuple[str, str]]:
    """Rule and code of each."""
    return [(one.rule, one.code.partition(".")[2]) for one in findings]


def without_roles(brought: Roster, *roles: Role) -> Roster:
    """A roster on which nobody has these roles."""
    return replace(brought, roles=tuple(one for one in brought.roles if one.role not in roles))
