"""Records as a reader wants them, and the state that they give when folded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from sys import intern
from typing import Any

from workflow import canonical, ledger
from workflow.dates import micros
from workflow.store.statements import Row

MERGED = ("marks", "duties", "effects", "notes", "roles", "tallies")
"""Fields of a patch that are merged key by key; `subjects` are merged one by one, all others are set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record. Instants are UTC microseconds; `receipt` is what the paper bears; `body` is all that was recorded."""

    stream: str
    kind: str
    seq: int
    act: str
    place: int
    command: str
    actor: str
    role: str
    auth: str
    occurred_at: int
    recorded_at: int
    to: str | None
    receipt: str
    body: Mapping[str, Any]


def entries(rows: Iterable[Row]) -> Iterator[Entry]:
    """History rows as entries, in the rows' own order (within a stream that is seq). What is no record at all is left
    out; `verification` tells of it."""
    for row in rows:
        body = canonical.read(row["body"])
        if not isinstance(body, dict) or not ledger.shaped(body):
            continue
        command, actor = body["facts"]["command"], body["facts"]["actor"]
        yield Entry(
            stream=row["stream"],
            kind=body["kind"],
            seq=row["seq"],
            act=body["act"],
            place=body["place"],
            command=body["command"],
            actor=actor["id"],
            role=body["role"],
            auth=actor["auth"],
            occurred_at=command["occurred_at"],
            recorded_at=command["recorded_at"],
            to=body["to"],
            receipt=ledger.short(row["hash"]),
            body=body,
        )


def flaws(rows: Iterable[Row]) -> list[ledger.Flaw]:
    """Where history rows, ordered by stream and seq, are not what was sealed: what they tell is not to be believed."""
    found: list[ledger.Flaw] = []
    for _, batch in groupby(rows, key=lambda row: row["stream"]):
        sealed = (
            ledger.Record(stream=row["stream"], seq=row["seq"], body=row["body"], hash=row["hash"]) for row in batch
        )
        found += [flaw for _, _, flaw in ledger.read(sealed) if flaw is not None]
    return found


def fold(bodies: Iterable[Mapping[str, Any]], *, as_of: datetime | None = None) -> dict[str, Any]:
    """The state that one stream's records give, in order; with `as_of`, those recorded up to that instant.

    Empty for a thing that was not there yet.
    """
    bound = None if as_of is None else micros(as_of)
    state: dict[str, Any] = {}
    for body in bodies:
        if bound is not None and body["facts"]["command"]["recorded_at"] > bound:
            break
        apply(state, body["set"])
    return state


def apply(state: dict[str, Any], patch: Mapping[str, Any]) -> None:
    """Bring `state` forward by one record's `set`."""
    for name, value in patch.items():
        if name == "subjects":
            known = state.setdefault(name, {})
            for code, fields in value.items():
                known[intern(code)] = {**known.get(code, {}), **_once(fields)}
            continue
        state[intern(name)] = {**state.get(name, {}), **_once(value)} if name in MERGED else _one(value)


def _once(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The same, its words held once in memory: a long season says the same ones for every dossier."""
    return {intern(name): _one(value) for name, value in fields.items()}


def _one(value: Any) -> Any:
    if type(value) is str:
        return intern(value)
    if type(value) is dict:
        return _once(value)
    return [_one(one) for one in value] if type(value) is list else value


def foldable(patch: Mapping[str, Any]) -> bool:
    """Whether `apply` can take a patch, whatever the state: what is merged has to be an object."""
    if any(name in patch and type(patch[name]) is not dict for name in MERGED):
        return False
    if "subjects" not in patch:
        return True
    subjects = patch["subjects"]
    return type(subjects) is dict and all(type(one) is dict for one in subjects.values())
