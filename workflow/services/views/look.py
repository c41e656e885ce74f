"""One snapshot of a season, and what every view asks of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from workflow import ledger
from workflow.engine import Rules
from workflow.errors import BadInput
from workflow.rulepack import Body
from workflow.store import commands as sql
from workflow.store import queries
from workflow.store.statements import Row, Transaction

MOST_KNOWN = 60
"""How many codes an error lists; beyond that those that begin alike."""


class Look(Protocol):
    """What a view is given: a reader's transaction, the season's row, its rules, and the present instant."""

    @property
    def tx(self) -> Transaction: ...
    @property
    def season(self) -> Row: ...
    @property
    def rules(self) -> Rules: ...
    @property
    def now(self) -> datetime: ...


def units(look: Look) -> dict[str, Row]:
    """The season's units by code."""
    return {row["code"]: row for row in look.tx.all(sql.UNITS, season=look.season["id"])}


def within(look: Look, code: str | None) -> list[str]:
    """A unit's code and those of all units below it, in order; every unit for None.

    Raises `BadInput` for an unknown one, naming those there are.
    """
    every = units(look)
    if code is None:
        return list(every)
    if code not in every:
        raise BadInput("view.unknown_unit", unit=code, known=_alike(code, every))
    return [one for one, row in every.items() if code in row["path"].split(" ")]


def _alike(code: str, known: Iterable[str]) -> list[str]:
    known = list(known)
    if len(known) <= MOST_KNOWN:
        return known
    start = code[:2].casefold()
    return [one for one in known if one.casefold().startswith(start)][:MOST_KNOWN] or known[:MOST_KNOWN]


def dossiers_named(look: Look, refs: Sequence[str]) -> list[Row]:
    """The dossiers of these refs, by ref; those that are unknown are left out."""
    return look.tx.all(
        queries.DOSSIERS_NAMED, tenant=look.season["tenant"], season=look.season["id"], refs=sorted(refs)
    )


def texts(look: Look, digests: Iterable[str | None]) -> dict[str, str | None]:
    """The free texts behind commitments; None for one that was erased."""
    wanted = sorted({one for one in digests if one})
    return {row["digest"]: row["text"] for row in look.tx.all(sql.SECRETS, season=look.season["id"], digests=wanted)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a record committed to: the text, None once it was erased. `holds`: it is the one committed to."""

    text: str | None
    holds: bool


def kept(look: Look, digests: Iterable[str | None]) -> dict[str, Kept]:
    """The texts behind commitments, each checked against its own; a digest of something else is left out."""
    wanted = sorted({one for one in digests if one})
    return {
        row["digest"]: Kept(text=row["text"], holds=_holds(row))
        for row in look.tx.all(sql.SECRETS, season=look.season["id"], digests=wanted)
    }


def _holds(row: Row) -> bool:
    if row["text"] is None or row["salt"] is None:
        return row["text"] is None
    return bool(ledger.commit_text(row["text"], row["salt"])[0] == row["digest"])


def body(look: Look, name: str) -> Body | None:
    """The pack's body of that id, or None: "unit" and units' codes are none."""
    return next((one for one in look.rules.pack.bodies if one.id == name), None)


def person(look: Look, code: str) -> Row:
    """Somebody of the roster, with the name (None: erased). Raises `BadInput` for an unknown code."""
    found = look.tx.one(queries.PERSON, season=look.season["id"], code=code)
    if found is None:
        raise BadInput("command.unknown_actor", actor=code)
    return found
