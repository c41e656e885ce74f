"""The book of obligations as the tables hold it, under a command's locks (`workflow.owing` says what is owed)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from operator import itemgetter

from workflow.engine import Rules
from workflow.rulepack import Per
from workflow.services.acts import Act, next_number
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import ObligationState, new_id

_FEW = 32


class Stored:
    """The book of one act; see `workflow.owing.Book`. What is open is read once for each stream: under the season's
    lock only this act can change it."""

    def __init__(self, act: Act, streams: Sequence[str] = (), open_ones: Iterable[Row] = ()) -> None:
        """`open_ones` are all that are open on `streams`, where they were read already."""
        self._act = act
        self._open: dict[str, list[Row]] = {one: [] for one in streams}
        for row in open_ones:
            self._open[row["stream"]].append(row)

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
        unread = [one for one in streams if one not in self._open]
        if unread:
            self._open |= {one: [] for one in unread}
            for row in self._act.tx.all(sql.OBLIGATIONS_ON, season=self._act.season_id, streams=unread):
                self._open[row["stream"]].append(row)
        found = [row for one in streams for row in self._open[one]]
        return sorted(found, key=itemgetter("rule", "id"))

    def open_everywhere(self) -> list[Row]:
        every = self._act.tx.all(sql.OBLIGATIONS_OF_SEASON, season=self._act.season_id)
        return self.open_on(list(dict.fromkeys(one["stream"] for one in every)))

    def of_rule(self, stream: str, rule: str) -> list[Row]:
        return self._act.tx.all(sql.OBLIGATIONS_OF_RULE, season=self._act.season_id, stream=stream, rule=rule)

    def about(self, per: Per, stream: str, unit: str | None) -> list[Row]:
        tx, season = self._act.tx, self._act.season_id
        if per is Per.DOSSIER:
            return tx.all(sql.DOSSIERS_BY_ID, season=season, ids=[stream])
        if per is Per.UNIT:
            return tx.all(sql.DOSSIERS_OF_UNIT, season=season, unit=unit)
        return tx.all(sql.DOSSIERS_OF_SEASON, season=season)

    def behind(self, per: Per, stream: str, unit: str | None, states: Collection[str]) -> Iterable[Row]:
        if per is Per.DOSSIER:
            yield from (row for row in self.about(per, stream, unit) if row["state"] in states)
            return
        tx, season = self._act.tx, self._act.season_id
        if per is Per.UNIT:
            few = tx.all(sql.SOME_OF_UNIT, season=season, unit=unit, states=states, most=_FEW)
        else:
            few = tx.all(sql.SOME_OF_SEASON, season=season, states=states, most=_FEW)
        yield from few
        if len(few) == _FEW:
            told = {row["id"] for row in few}
            rows = self.about(per, stream, unit)
            yield from (row for row in rows if row["state"] in states and row["id"] not in told)

    def add(self, row: Row) -> Row:
        number = next_number(self._act.context, self._act.tx, "obligation")
        made = {**row, "id": new_id(), "ref": f"VH-{number:04d}"}
        self._act.tx.change(sql.NEW_OBLIGATION, **made)
        if row["state"] == ObligationState.OPEN and row["stream"] in self._open:
            self._open[row["stream"]].append(made)
        return made

    def settle(self, row: Row, *, state: ObligationState, late: bool, at: datetime) -> None:
        if row["stream"] in self._open:
            self._open[row["stream"]] = [one for one in self._open[row["stream"]] if one["id"] != row["id"]]
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


class Brought(Stored):
    """The book while many dossiers come into being: what there is on the streams that they join is read at once, and
    what they bring is written at once, by `write`."""

    def __init__(self, act: Act, streams: Iterable[str]) -> None:
        super().__init__(act)
        self._added: list[Row] = []
        self._known: dict[tuple[str, str], list[Row]] = {}
        for row in act.tx.all(sql.OBLIGATIONS_EVER_ON, season=act.season_id, streams=list(streams)):
            self._known.setdefault((row["stream"], row["rule"]), []).append(row)

    def of_rule(self, stream: str, rule: str) -> list[Row]:
        return self._known.get((stream, rule), [])

    def add(self, row: Row) -> Row:
        """As of any book, but for the `ref`, which `write` gives."""
        made = {**row, "id": new_id()}
        self._added.append(made)
        return made

    def write(self) -> None:
        first = next_number(self._act.context, self._act.tx, "obligation", len(self._added)) if self._added else 0
        rows = [{**row, "ref": f"VH-{first + at:04d}"} for at, row in enumerate(self._added)]
        self._act.tx.many(sql.NEW_OBLIGATION, rows)


class Whole(Stored):
    """The book of a whole season, read at once: for an act that goes through all of it."""

    def __init__(self, act: Act) -> None:
        every = act.tx.all(sql.OBLIGATIONS_OF_SEASON, season=act.season_id)
        self._dossiers = act.tx.all(sql.DOSSIERS_OF_SEASON, season=act.season_id)
        streams = {act.season_id, *(one["stream"] for one in every)}
        streams |= {one[name] for one in self._dossiers for name in ("id", "unit_stream")}
        super().__init__(act, list(streams), (one for one in every if one["state"] == ObligationState.OPEN))
        self._by_id = {one["id"]: one for one in self._dossiers}
        self._by_unit: dict[str, list[Row]] = {}
        for one in self._dossiers:
            self._by_unit.setdefault(one["unit"], []).append(one)
        self._known: dict[tuple[str, str], list[Row]] = {}
        for one in every:
            self._known.setdefault((one["stream"], one["rule"]), []).append(one)

    def open_everywhere(self) -> list[Row]:
        return self.open_on(list(self._open))

    def of_rule(self, stream: str, rule: str) -> list[Row]:
        return self._known.get((stream, rule), [])

    def about(self, per: Per, stream: str, unit: str | None) -> list[Row]:
        if per is Per.DOSSIER:
            return [self._by_id[stream]]
        return self._dossiers if unit is None else self._by_unit.get(unit, [])

    def behind(self, per: Per, stream: str, unit: str | None, states: Collection[str]) -> Iterable[Row]:
        return (row for row in self.about(per, stream, unit) if row["state"] in states)

    def add(self, row: Row) -> Row:
        made = super().add(row)
        self._known.setdefault((made["stream"], made["rule"]), []).append(made)
        return made

    def settle(self, row: Row, *, state: ObligationState, late: bool, at: datetime) -> None:
        super().settle(row, state=state, late=late, at=at)
        row |= {"state": state.value, "late": late, "settled_at": at, "look_at": None}
