"""What comes before what, between dossiers (thứ tự)."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.rulepack.guards import Mode
from workflow.rulepack.papers import Rule
from workflow.rulepack.selecting import Where


class Within(StrEnum):
    """Among whose dossiers an order or a ceiling holds (A-28)."""

    UNIT = "unit"
    """Those of the dossier's own unit."""
    BELOW = "below"
    """Those of the units under the dossier's own."""
    BODY = "body"
    """Those of the topmost unit above the dossier's own that is not the root."""
    PERSON = "person"
    """The same subject's, on other tracks."""
    SEASON = "season"
    """All of the season."""


class Across(StrEnum):
    """In which seasons an order looks for the dossiers that come first."""

    SEASON = "season"
    """In the dossier's own season alone."""
    YEAR = "year"
    """In every season of the same body and year as well, open or closed; a rehearsal looks at rehearsals only, and
    nothing else does. People are known there by their code, units by theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Rule):
    """`command` of a dossier that `then` selects waits until every one that `first` selects has `reached` a command."""

    first: Where
    """The dossiers that come first."""
    reached: str
    """What these must have behind them."""
    then: Where
    """The dossiers that wait."""
    command: str
    """What these wait with."""
    within: Within = Within.UNIT
    """Which of `first` a dossier waits for."""
    across: Across = Across.SEASON
    """Where these are looked for."""
    mode: Mode = Mode.ENFORCE
