"""What comes before what, between dossiers (thứ tự)."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.rulepack.guards import Mode
from workflow.rulepack.papers import Clause, Text
from workflow.rulepack.selecting import Where


class Within(StrEnum):
    """Among whose dossiers an order or a ceiling holds (A-28)."""

    UNIT = "unit"
    BELOW = "below"
    """Those of the units under the dossier's own."""
    BODY = "body"
    """Those of the topmost unit above the dossier's own that is not the root."""
    PERSON = "person"
    """The same subject's, on other tracks."""
    SEASON = "season"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`command` of a dossier that `then` selects waits until every one that `first` selects has `reached` a command."""

    id: str
    clause: Clause
    text: Text
    first: Where
    reached: str
    then: Where
    command: str
    within: Within = Within.UNIT
    mode: Mode = Mode.ENFORCE
