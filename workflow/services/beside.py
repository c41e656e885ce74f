"""What other dossiers mean for one: whom it has to wait for, in its season or in others of the year, what caps its
rank, and which faults the subject's dossiers of earlier years left open."""

from collections.abc import Mapping, Sequence

from workflow import carried, ceilings, orders
from workflow.facts import Facts, Patch
from workflow.services.acts import Act
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import DossierState


class Beside:
    """The season's dossiers that a rule may look at: read once in an act, and only where a rule does."""

    def __init__(self, act: Act, rows: Sequence[Row]) -> None:
        """`rows` are the dossiers of the act."""
        self._act = act
        self._subjects = sorted({row["subject"] for row in rows})
        self._read: Sequence[Row] | None = None
        self._far: Sequence[Row] | None = None
        self._before: Mapping[str, Sequence[Row]] | None = None

    def tell(self, facts: Facts, row: Row, patches: Mapping[str, Patch]) -> None:
        """Add what orders and ceilings ask to the facts of a command; `patches` (by dossier id) are what the whole act
        brings about."""
        pack, command = self._act.rules.pack, facts["command"]["name"]
        held = orders.asked(pack, command, row)
        if held:
            facts["waits"] = orders.waits(held, row, self._others(), patches)
        if orders.looks_beyond(held):
            facts["beyond"] = orders.beyond(held, row, self._of_year())
        capped = ceilings.asked(pack, command, row)
        if capped:
            others = self._others() if ceilings.looks_beside(capped) else ()
            facts["caps"] = ceilings.caps(capped, row, others, patches)
        if carried.asked(pack, command, row):
            facts["carried"] = carried.still_open(self._of_years_before().get(row["subject"], ()))

    def _others(self) -> Sequence[Row]:
        if self._read is None:
            act = self._act
            states = set(DossierState) if ceilings.looks_beside(act.rules.pack.ceilings) else orders.STATES
            self._read = act.tx.all(sql.DOSSIERS_IN_STATES, season=act.season_id, states=sorted(states))
        return self._read

    def _of_year(self) -> Sequence[Row]:
        """Those of the year's other seasons that somebody may wait for. No season but the own is locked (ADR 0021)."""
        if self._far is None:
            season = self._act.season
            known = {name: season[name] for name in ("tenant", "year", "rehearsal")}
            self._far = self._act.tx.all(
                sql.DOSSIERS_OF_YEAR, **known, season=season["id"], states=sorted(orders.STATES)
            )
        return self._far

    def _of_years_before(self) -> Mapping[str, Sequence[Row]]:
        """By subject, those of earlier years, the earliest first; of the same body, read as those of the year are."""
        if self._before is None:
            season = self._act.season
            known = {name: season[name] for name in ("tenant", "year", "rehearsal")}
            found: dict[str, list[Row]] = {}
            for row in self._act.tx.all(sql.DOSSIERS_BEFORE, **known, subjects=self._subjects):
                found.setdefault(row["subject"], []).append(row)
            self._before = found
        return self._before
