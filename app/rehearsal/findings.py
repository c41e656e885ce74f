"""What a rehearsal found, as values: codes and figures, told by the front door."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from workflow.facts import Verdict
from workflow.rulepack import Clause, RulePack


class Kind(StrEnum):
    """What stands against a pack, in the order in which it is told."""

    DEADLOCK = "deadlock"
    """Dossiers that reach no end."""
    NOBODY = "nobody"
    """A step that nobody on the roster can do."""
    QUOTA = "quota"
    """A share that cannot be given, or that stops nothing."""
    DATES = "dates"
    """Dates that contradict each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found. `code` and `figures` say it (domain `rehearsal`); `rule` is "" where the regulation does not say
    it but the engine does. `grave`: the season cannot be carried out as the pack says; else it is worth a look.

    `why` is the answer of the rule that stands against it, where one was asked.
    """

    kind: Kind
    code: str
    rule: str = ""
    clause: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)
    grave: bool = True
    why: Verdict | None = None


class Cited(Protocol):
    """A rule of a pack."""

    @property
    def id(self) -> str: ...
    @property
    def clause(self) -> Clause: ...


def found(
    code: str, pack: RulePack, kind: Kind, rule: Cited, *, figures: Mapping[str, Any], grave: bool = True
) -> Finding:
    """A finding about a rule of the pack, with its clause."""
    clause = pack.cited(rule.clause)
    return Finding(kind=kind, code=f"rehearsal.{code}", rule=rule.id, clause=clause, figures=figures, grave=grave)
