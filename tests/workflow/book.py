"""A season's dossiers and obligations in memory, as `workflow.owing` asks for them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from states import packs
from states.processes import PROCESSES
from workflow import owing
from workflow.dates import local_day, micros
from workflow.discharge import Row
from workflow.engine import Rules
from workflow.rulepack import Clause, Deadline, Per, Text, Where, Wording, WorkingDays
from workflow.words import DossierState, Lead, ObligationState

NOW = datetime(2024, 11, 20, 5, tzinfo=UTC)
"""Noon of the twentieth, in Vietnam."""
HOUR = timedelta(hours=1)
DUE = datetime(2024, 12, 4, 17, tzinfo=UTC)
"""The first instant of the fifth of December, in Vietnam."""
PRINTED = {"due_at": DUE, "last_good_day": date(2024, 12, 4), "last_working_day": date(2024, 12, 4)}
HEADS = Where(lead=(Lead.HEAD,))
SEASON: Row = {"id": "season", "code": "2024", "year": 2024}
PACK = packs.find("ninh-thuan-2024-11")


def rules_with(*deadlines: Deadline) -> Rules:
    pack = replace(PACK, deadlines=deadlines)
    return Rules(hash="h", pack=pack, calendar=WorkingDays(), processes=PROCESSES, checks={})


def deadline(name: str = "r", **more: Any) -> Deadline:
    """Before the fifth of December, owed by each unit, met by sending."""
    given: dict[str, Any] = {"id": name, "clause": Clause(source="s", at="1"), "text": Text(vi="x")}
    given |= {"wording": Wording.BEFORE, "on": "2024-12-05", "per": Per.UNIT, "owner": "unit", "met_by": "submit"}
    return Deadline(**{**given, "recipient": "office", **more})


def dossier(number: int, state: str = "drafted", *, unit: str = "A", **more: Any) -> Row:
    """A dossier with the marks of what it went through: each command an hour after the one before, from noon on."""
    made: Row = {"id": f"d{number}", "ref": f"HS-{number}", "unit": unit, "unit_stream": f"u{unit}", "state": state}
    return {**made, "lead": "deputy", "marks": {}, **more}


def marked(number: int, state: str, at: datetime, **more: Any) -> Row:
    """A dossier that came into `state` at that instant; voted on, at a meeting of that day."""
    names = {"unit_voted": "voted_at", "submitted": "submitted_at", "ratified": "ratified_at"}
    name = names.get(state, "reviewed_at" if state == "self_reviewed" else "left_at")
    held: Row = {"voted_on": local_day(at, "Asia/Ho_Chi_Minh").isoformat()} if name == "voted_at" else {}
    return dossier(number, state, marks={name: micros(at), **held}, **more)


@dataclass(slots=True)
class Memory:
    """A book, and the obligations that were written into it."""

    rules: Rules
    dossiers: list[Row] = field(default_factory=list)
    now: datetime = NOW
    occurred_at: datetime = NOW
    season: Row = field(default_factory=lambda: dict(SEASON))
    written: list[Row] = field(default_factory=list)

    def open_on(self, streams: Sequence[str]) -> list[Row]:
        found = [one for one in self.written if one["state"] == ObligationState.OPEN and one["stream"] in streams]
        return sorted(found, key=lambda one: str(one["rule"]))

    def open_everywhere(self) -> list[Row]:
        return self.open_on([one["stream"] for one in self.written])

    def of_rule(self, stream: str, rule: str) -> list[Row]:
        return [one for one in self.written if (one["stream"], one["rule"]) == (stream, rule)]

    def about(self, per: Per, stream: str, unit: str | None) -> list[Row]:
        if per is Per.DOSSIER:
            return [one for one in self.dossiers if one["id"] == stream]
        return [one for one in self.dossiers if unit in {None, one["unit"]}]

    def behind(self, per: Per, stream: str, unit: str | None, states: Collection[str]) -> Iterable[Row]:
        return [one for one in self.about(per, stream, unit) if one["state"] in states]

    def add(self, row: Row) -> Row:
        made = {**row, "id": f"o{len(self.written) + 1}", "ref": f"VH-{len(self.written) + 1}"}
        self.written.append(made)
        return made

    def settle(self, row: Row, *, state: ObligationState, late: bool, at: datetime) -> None:
        row |= {"state": state.value, "late": late, "settled_at": at, "look_at": None}

    def changed(self, number: int, state: DossierState | str, at: datetime = NOW, **more: Any) -> tuple[Row, str]:
        """Bring a dossier into a state, as a command does before it asks what is settled."""
        self.dossiers[number - 1] = marked(number, str(state), at, **more)
        return self.dossiers[number - 1], str(state)


def row(**changes: Any) -> dict[str, Any]:
    """The obligation of unit A under rule r, as it is when it is made."""
    made: dict[str, Any] = {"id": "o1", "ref": "VH-1", "season": "season", "rule": "r", "per": "unit", "stream": "uA"}
    made |= {"scope": "A", "unit": "A", "owner": "unit", "recipient": "office", **PRINTED}
    made |= {"state": "open", "late": False, "settled_at": None, "born_at": NOW, "look_at": NOW}
    return {**made, "replaces": None, "decision": None, "effect": None, **changes}


def owed(*rules: Any, dossiers: Any = ()) -> Memory:
    """A book in which these dossiers were just drafted."""
    book = Memory(rules_with(*rules), list(dossiers))
    owing.owed_for(book, book.dossiers)
    return book


def ends(book: Memory) -> list[tuple[str, str, bool]]:
    return [(one["ref"], one["state"], one["late"]) for one in book.written]
