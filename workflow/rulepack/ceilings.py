"""What is put on record of a dossier besides its papers (tình tiết), and ranks that are not exceeded (mức trần)."""

from dataclasses import dataclass

from workflow.rulepack.guards import Mode
from workflow.rulepack.orders import Within
from workflow.rulepack.papers import Clause, Text
from workflow.rulepack.selecting import EVERYTHING, Where
from workflow.words import Rank

MONTHS = 12
"""Of the year that is evaluated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstance:
    """Something about a dossier's subject that may be put on record, whether or not a rule asks for it."""

    id: str
    clause: Clause
    text: Text
    where: Where = EVERYTHING
    months: bool = False
    """Whether it is told in months of the year (0 to 12)."""
    proof: bool = False
    """Whether the number of a letter or decision goes with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """No dossier that `of` selects is ranked above something when `command` ranks it, nor when its rank is decided.

    Without `circumstance`: not above the lowest rank of those that `by` selects `within` its reach (decided, else
    proposed; none known: no ceiling). With one: not above `highest` (None: not ranked at all) where the circumstance is
    on record of one of those, or without `by` of the dossier itself.
    """

    id: str
    clause: Clause
    text: Text
    of: Where
    command: str
    by: Where | None
    within: Within | None
    circumstance: str | None
    least: int | None
    """In months, included; None: from the first."""
    below: int | None
    """In months, not included; None: without end."""
    highest: Rank | None
    mode: Mode = Mode.ENFORCE

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands that it binds: whoever decides is under what the vote is under."""
        return tuple(dict.fromkeys([self.command, "ratify"]))
