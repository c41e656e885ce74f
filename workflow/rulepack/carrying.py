"""What is carried over from the last review: faults that were to be mended (khắc phục hạn chế, khuyết điểm)."""

from dataclasses import dataclass

from workflow.rulepack.guards import Mode
from workflow.rulepack.papers import Rule
from workflow.rulepack.selecting import EVERYTHING, Where


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOver(Rule):
    """Whoever reviews the year says of each fault that earlier reviews left open whether it was mended.

    Faults are put on record of any dossier (`hoso dossier fault`), and carried by the code of their subject into its
    dossiers of later years, until one of these says that they are mended (`hoso dossier answer`).
    """

    where: Where = EVERYTHING
    mode: Mode = Mode.WARN
    """Whether a self-review with a fault unanswered is refused, or only told."""
