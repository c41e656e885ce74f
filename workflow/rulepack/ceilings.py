"""What is put on record of a dossier besides its papers (tình tiết), and ranks that are not exceeded (mức trần)."""

from dataclasses import dataclass

from workflow.rulepack.guards import Mode
from workflow.rulepack.orders import Within
from workflow.rulepack.papers import Rule
from workflow.rulepack.selecting import EVERYTHING, Where
from workflow.words import Rank

MONTHS = 12
"""Of the year that is evaluated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstance(Rule):
    """Something about a dossier's subject that may be put on record, whether or not a rule asks for it."""

    where: Where = EVERYTHING
    months: bool = False
    """Whether it is told in months of the year (0 to 12)."""
    proof: bool = False
    """Whether the number of a letter or decision goes with it."""
    awaited: bool = False
    """Whether every dossier that it is for is to have it: told in words at the vote and at the decision; a level that
    is given before it is known is provisional, and nothing waits for it (A-29)."""
    available: str | None = None
    """Of what is awaited: the day from which it is expected to be known, as the paper says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling(Rule):
    """No dossier that `of` selects is ranked above something when `command` ranks it, nor when its rank is decided.

    Without `circumstance`: not above the lowest rank of those that `by` selects `within` its reach (decided, else
    proposed; none known: no ceiling). With one: not above `highest` (None: not ranked at all) where the circumstance is
    on record of one of those, or without `by` of the dossier itself.
    """

    of: Where
    """The dossiers that are capped."""
    command: str
    """The step from which on they are: the decision always is."""
    by: Where | None
    """The dossiers whose ranks, or whose circumstance, cap them; left out: their own circumstance does."""
    within: Within | None
    """How far to look for `by`; goes with it."""
    circumstance: str | None
    """What caps, where it is on record; left out: the ranks of `by` do."""
    least: int | None
    """In months, included; left out: from the first."""
    below: int | None
    """In months, not included; left out: without end."""
    highest: Rank | None
    """The highest rank that the circumstance leaves; left out: none at all, the dossier is not ranked."""
    mode: Mode = Mode.ENFORCE

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands that it binds: whoever decides is under what the vote is under."""
        return tuple(dict.fromkeys([self.command, "ratify"]))
