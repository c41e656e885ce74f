"""The book of obligations as the tables hold it, under a command's locks (`workflow.owing` says what is owed)."""

from collections.abc import Sequence
from datetime import datetime

from workflow.engine import Rules
from workflow.rulepack import Per
from workflow.services.acts import Act, next_number
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import ObligationState, new_id


class Stored:
    """The book of one act; see `workflow.owing.Book`."""

    def __init__(self, act: Act) -> None:
        self._act = act

    @property
    def rules(self) -> Rules:
        return self._act.rules

    @property
    def season(self) -> Row:
        return self._act.season

    @property
    def now(self) -> datetime:
        return self._act.now

    @property
    def occurred_at(self) -> datetime:
        return self._act.occurred_at

    def open_on(self, streams: Sequence[str]) -> list[Row]:
        return self._act.tx.all(sql.OBLIGATIONS_ON, season=self._act.season_id, streams=list(streams))

    def of_rule(self, stream: str, rule: str) -> list[Row]:
        return self._act.tx.all(sql.OBLIGATIONS_OF_RULE, season=self._act.season_id, stream=stream, rule=rule)

    def about(self, per: Per, stream: str, unit: str | None) -> list[Row]:
        tx, season = self._act.tx, self._act.season_id
        if per is Per.DOSSIER:
            return tx.all(sql.DOSSIERS_BY_ID, season=season, ids=[stream])
        if per is Per.UNIT:
            return tx.all(sql.DOSSIERS_OF_UNIT, season=season, unit=unit)
        return tx.all(sql.DOSSIERS_OF_SEASON, season=season)

    def add(self, row: Row) -> Row:
        number = next_number(self._act.context, self._act.tx, "obligation")
        made = {**row, "id": new_id(), "ref": f"VH-{number:04d}"}
        self._act.tx.change(sql.NEW_OBLIGATION, **made)
        return made

    def settle(self, row: Row, *, state: ObligationState, late: bool, at: datetime) -> None:
        # Losing the race for it changes nothing: it was settled by somebody else.
        self._act.tx.change(
            sql.OBLIGATION_SETTLED,
            season=self._act.season_id,
            was_id=row["id"],
            was_state=row["state"],
            state=state.value,
            late=late,
            settled_at=at,
            look_at=None,
        )
