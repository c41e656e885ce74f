"""What the other dossiers of a season mean for one: whom it has to wait for, and what caps its rank."""

from collections.abc import Mapping, Sequence

from workflow import ceilings, orders
from workflow.facts import Facts, Patch
from workflow.services.acts import Act
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import DossierState


class Beside:
    """The season's dossiers that a rule may look at: read once in an act, and only where a rule does."""

    def __init__(self, act: Act) -> None:
        self._act = act
        self._read: Sequence[Row] | None = None

    def tell(self, facts: Facts, row: Row, patches: Mapping[str, Patch]) -> None:
        """Add what orders and ceilings ask to the facts of a command; `patches` (by dossier id) are what the whole act
        brings about."""
        pack, command = self._act.rules.pack, facts["command"]["name"]
        held = orders.asked(pack, command, row)
        if held:
            facts["waits"] = orders.waits(held, row, self._others(), patches)
        capped = ceilings.asked(pack, command, row)
        if capped:
            others = self._others() if ceilings.looks_beside(capped) else ()
            facts["caps"] = ceilings.caps(capped, row, others, patches)

    def _others(self) -> Sequence[Row]:
        if self._read is None:
            act = self._act
            states = set(DossierState) if ceilings.looks_beside(act.rules.pack.ceilings) else orders.STATES
            self._read = act.tx.all(sql.DOSSIERS_IN_STATES, season=act.season_id, states=sorted(states))
        return self._read
