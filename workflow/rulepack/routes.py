"""Who evaluates, who receives, who decides (phân cấp, thẩm quyền)."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.rulepack.papers import Clause, Text
from workflow.rulepack.selecting import EVERYTHING, Where


class StepKind(StrEnum):
    """What the authority does at the end of a route."""

    DECISION = "decision"
    CONSULTATION = "consultation"
    """The bodies in `opinions` only give an opinion here; the decision is an outside fact (NT11-2c-2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One required or copied send, to a body or `OWN_UNIT`. `via` is the body it goes through; a deadline whose
    `recipient` is the same body dates it."""

    body: str
    via: str | None = None
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Who evaluates, who receives, who decides (phân cấp, thẩm quyền).

    Of the routes that match a dossier, those named in another matching route's `overrides` drop out ("Riêng …");
    exactly one must remain.
    """

    id: str
    clause: Clause
    text: Text
    recipients: tuple[Recipient, ...]
    ratifier: str | None
    """A body, `OWN_UNIT`, or None where the text does not say."""
    where: Where = EVERYTHING
    step: StepKind = StepKind.DECISION
    opinions: tuple[str, ...] = ()
    opinions_needed: bool = False
    """Whether a decision waits for all of `opinions`, as a consultation always does."""
    overrides: tuple[str, ...] = ()
    missing: str | None = None
