"""A season's tables in memory, as reading asks for them, and records sealed by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.season import VIETNAM
from tests.workflow.book import NOW
from workflow import canonical, ledger
from workflow.dates import micros
from workflow.store.statements import Row, Statement


@dataclass(slots=True)
class Tables:
    """What each statement finds under the values that it is given here; under others it finds nothing. A statement
    that is not here must not be asked."""

    found: dict[Statement, Sequence[Row]]
    given: Mapping[Statement, Mapping[str, Any]] = field(default_factory=dict)
    usually: Mapping[str, Any] = field(default_factory=lambda: {"season": "season"})

    def all(self, statement: Statement, /, **values: Any) -> list[Row]:
        rows = self.found[statement]
        return [dict(row) for row in rows] if values == self.given.get(statement, self.usually) else []

    def each(self, statement: Statement, /, **values: Any) -> list[Row]:
        return self.all(statement, **values)

    def one(self, statement: Statement, /, **values: Any) -> Row | None:
        return next(iter(self.all(statement, **values)), None)


def body(stream: str, seq: int, patch: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """The body of an undated record, whole in what every record says; its place is its number, its act its place."""
    at, place = changes.pop("at", NOW), changes.pop("place", seq)
    command: dict[str, Any] = {
        "process": changes.pop("process", "unit"),
        "args": changes.pop("args", {}),
        "dated": False,
    }
    command |= {
        "occurred_at": micros(at),
        "occurred_on": at.astimezone(VIETNAM).date().isoformat(),
        "recorded_at": micros(at),
    }
    facts = {"actor": {"id": "x", "auth": "y", "roles": []}, "command": command, "groups": [], "obligations": []}
    made: dict[str, Any] = {
        "act": f"act-{place}",
        "command": "amend",
        "engine": "1",
        "facts": facts,
        "kind": "unit",
        "pack": "p",
    }
    made |= {"place": place, "role": "", "season": "season", "seq": seq, "set": patch or {}, "stream": stream}
    return {**made, "to": None, "v": 1, "verdicts": [], **changes}


def sealed(*bodies: Mapping[str, Any], heads: dict[str, tuple[int, bytes]] | None = None) -> list[Row]:
    """Rows of history, each chained to the one before it in its stream. `heads` are carried on where they are given."""
    heads = {} if heads is None else heads
    rows: list[Row] = []
    for one in bodies:
        stream = one["stream"]
        data = canonical.dumps(one)
        head = ledger.chained(heads.get(stream, (0, ledger.GENESIS))[1], data)
        heads[stream] = one["seq"], head
        rows.append({"place": one["place"], "stream": stream, "seq": one["seq"], "body": data, "hash": head})
    return rows
