"""Who evaluates, who receives, who decides (phân cấp, thẩm quyền)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from workflow.rulepack.papers import Rule
from workflow.rulepack.selecting import EVERYTHING, Where


class StepKind(StrEnum):
    """What the authority does at the end of a route."""

    DECISION = "decision"
    """The ratifier decides."""
    CONSULTATION = "consultation"
    """The bodies in `opinions` only give an opinion here; the decision is an outside fact (NT11-2c-2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One required or copied send. A deadline whose `recipient` is the same body dates it."""

    body: str
    """To whom: a body, or the dossier's own unit, which keeps it."""
    via: str | None = None
    """The body through which it goes ("gửi … qua …"): it is sent once, and each of the two has a receipt."""
    required: bool = True
    """Whether the decision waits for this send; false for a copy."""
    afterwards: bool = False
    """Whether it goes there after the decision, with its result (DP24-II.8-4): no decision waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Rule):
    """Who evaluates, who receives, who decides (phân cấp, thẩm quyền).

    Of the routes that match a dossier, those named in another matching route's `overrides` drop out ("Riêng …");
    exactly one must remain.
    """

    recipients: tuple[Recipient, ...]
    """To whom the dossier is sent: submitted to the first, sent on to the others; it is decided when all that are
    required have it."""
    ratifier: str | None
    """Who decides: a body, the dossier's own unit, or left out where the text does not say (with `missing`)."""
    where: Where = EVERYTHING
    step: StepKind = StepKind.DECISION
    opinions: tuple[str, ...] = ()
    """The bodies that may give an opinion before the decision; any other is refused."""
    opinions_needed: bool = False
    """Whether a decision waits for all of `opinions`, as a consultation always does."""
    overrides: tuple[str, ...] = ()
    """The more general routes that this one takes dossiers from ("Riêng …")."""
    missing: str | None = None
    """What of the way the text does not say; the route is taken all the same."""

    @property
    def waits_for_opinions(self) -> bool:
        """Whether the decision waits until everybody who is asked has given an opinion."""
        return self.opinions_needed or self.step is StepKind.CONSULTATION

    def unsent(self, marks: Mapping[str, Any], *, afterwards: bool = False) -> list[str]:
        """The required recipients, before the decision or after it, that a dossier with these marks was not sent to
        yet, in the route's order."""
        sent = {one["to"] for one in marks.get("sends", [])}
        return [one.body for one in self.required(afterwards=afterwards) if one.body not in sent]

    def required(self, *, afterwards: bool = False) -> list[Recipient]:
        """Those who must have it before the decision, or after it."""
        return [one for one in self.recipients if one.required and one.afterwards is afterwards]
