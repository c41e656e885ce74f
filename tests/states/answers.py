"""Answers of guards, whole: refused, or taken with a flag; and what would help."""

from typing import Any

from workflow.facts import Facts, Finding, Remedy
from workflow.words import Role, Status

PARTY, OFFICE = "ban-dang-tinh-uy", "so-noi-vu"
OCCURRED = "2024-12-04"
COORDINATING: dict[str, Any] = {"who": Role.COORDINATOR, "scope": "SNV"}

Case = tuple[str, dict[str, Any], Facts, Finding]
"""The guard, its parameters, what it is asked about, and what it answers."""


def names(cases: list[Case]) -> list[str]:
    return [f"{guard}-{answer.code}" for guard, _, _, answer in cases]


def no(code: str, /, remedy: Remedy | None = None, who: str = "", scope: str = "", **figures: Any) -> Finding:
    return Finding(
        status=Status.UNMET, code=f"guard.{code}", figures=figures, remedy=remedy, who=who, scope=scope, flags=()
    )


def yes_but(code: str, flag: str, /, **figures: Any) -> Finding:
    return Finding(status=Status.MET, code=f"guard.{code}", figures=figures, flags=(flag,))


def help_with(action: str, **args: str) -> Remedy:
    return Remedy(action=action, args=args)
