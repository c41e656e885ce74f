"""A season's tables in memory, as reading asks for them, and records sealed by hand."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.season import VIETNAM
from tests.workflow.book import NOW
from workflow import canonical, ledger
from workflow.dates import micros
from workflow.store import commands as sql
from workflow.store.statements import Row, Statement

FIELDS = {"kind": "person", "category": "c", "duty": "leadership", "tier": "btv", "lead": "deputy", "party": False}
UNITS = {"A": {"kind": "department", "path": "P A"}, "B": {"kind": "room", "path": "B"}}
SEASON = {"season": "season"}
ASKED = {sql.PACK: {"hash"}, sql.COUNTER: {"tenant", "name"}, sql.HASH_OF_RECORD: {"season", "stream", "seq"}}
"""By what a statement finds its rows; all others by the season."""


@dataclass(slots=True)
class Tables:
    """The rows that each statement may find, all of one season: those that bear the values that it is given. A
    statement that is not here must not be asked."""

    rows: Mapping[Statement, Sequence[Row]]

    def all(self, statement: Statement, /, **values: Any) -> list[Row]:
        assert values.keys() == ASKED.get(statement, SEASON.keys())
        return [dict(row) for row in self.rows[statement] if values.items() <= {**SEASON, **row}.items()]

    def each(self, statement: Statement, /, **values: Any) -> list[Row]:
        return self.all(statement, **values)

    def one(self, statement: Statement, /, **values: Any) -> Row | None:
        return next(iter(self.all(statement, **values)), None)


REGULATION = b"the pack"
PACK = hashlib.sha256(REGULATION).hexdigest()
"""What rules, as it is stored, and what records name it by."""


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
        "pack": PACK,
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


def unit(code: str, seq: int = 1, **changes: Any) -> dict[str, Any]:
    return body(f"u{code}", seq, {"code": code, **UNITS[code]}, **{"command": "create", **changes})


def opened(number: int, **changes: Any) -> dict[str, Any]:
    patch = {"ref": f"HS-{number}", "subject": f"S{number}", "unit": "A", "state": "drafted", "marks": {}, **FIELDS}
    patch |= {"track": "t", "route": "r"}
    return body(f"d{number}", 1, patch, **{"kind": "dossier", "command": "create", "process": "dossier", **changes})


def done(number: int, seq: int, patch: Mapping[str, Any], command: str = "record_vote", **more: Any) -> dict[str, Any]:
    more = {"place": seq, **more}
    return body(f"d{number}", seq, patch, kind="dossier", process="dossier", command=command, **more)


def brought(*numbers: int) -> list[dict[str, Any]]:
    """The first act: two units, a subject of A for each number, a dossier for each."""
    made = [{"code": "change.subject_added", "subject": f"S{number}"} for number in numbers]
    subjects = {f"S{number}": {**FIELDS, "unit": "A"} for number in numbers}
    more: dict[str, Any] = {"kind": "roster", "command": "import", "args": {"changes": {"made": made}}}
    return [unit("A"), unit("B"), body("roster", 1, {"subjects": subjects}, **more), *map(opened, numbers)]
