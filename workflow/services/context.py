"""What every use case is given: the database, the clock, the rules, and who is acting."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Protocol, TypeVar

from workflow.engine import Rules
from workflow.errors import BadInput
from workflow.store import commands as sql
from workflow.store.database import Database
from workflow.store.statements import Row, Transaction

Result = TypeVar("Result")


class Clock(Protocol):
    """Tells the present instant: aware, UTC."""

    def __call__(self) -> datetime: ...


class Writer(Protocol):
    """Runs work in a transaction and gives its answer after the commit: `Database.write` or `GroupWriter.write`."""

    def __call__(self, work: Callable[[Transaction], Result], /) -> Result: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One front door's way into the services.

    `rules` turns a pack's hash and stored bytes into `Rules` (cached by the front door). `write` runs work in a
    transaction: the database's own, or a `GroupWriter`'s in a server. `virtual` says that the clock was set by hand,
    which only rehearsal seasons accept.
    """

    database: Database
    clock: Clock
    rules: Callable[[str, Callable[[], bytes]], Rules]
    write: Writer
    tenant: str = "local"
    virtual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who acts, on whose word, and when it happened on paper.

    `actor` is a subject's code, or "os-user:<name>" for whoever holds the database. `auth` says how that is known.
    `occurred_at` None means now. `key` makes the command idempotent for this actor.
    """

    actor: str
    auth: str
    occurred_at: datetime | None = None
    key: str | None = None
    dry_run: bool = False

    def __post_init__(self) -> None:
        if self.occurred_at is not None and self.occurred_at.tzinfo is None:
            raise BadInput("command.naive_time", value=self.occurred_at.isoformat())


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file handed in with a command. `kind` is the paper's kind, `name` its own name (personal data, maybe)."""

    kind: str
    name: str
    content: bytes = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 (hex) that names the bytes; of a large file a command asks for it several times."""
        return hashlib.sha256(self.content).hexdigest()


def find_season(context: Context, tx: Transaction, code: str | None) -> Row:
    """The season named, or the only open one, or where none is open the only one there is; locks nothing."""
    if code is not None:
        season = tx.one(sql.SEASON, tenant=context.tenant, code=code)
        if season is None:
            known = [one["code"] for one in tx.all(sql.SEASONS, tenant=context.tenant)]
            raise BadInput("command.unknown_season", season=code, known=known)
        return season
    every = tx.all(sql.SEASONS, tenant=context.tenant)
    open_ones = [one for one in every if one["state"] == "open"]
    meant = open_ones or every
    if len(meant) != 1:
        code_ = "command.which_season" if open_ones else "command.no_season"
        raise BadInput(code_, known=[one["code"] for one in meant])
    return meant[0]


def rules_of(context: Context, tx: Transaction, season: Row) -> Rules:
    """The rules that rule a season, from its stored pack."""
    return rules_named(context, tx, season["pack"])


def rules_named(context: Context, tx: Transaction, pack: str) -> Rules:
    """The rules of a stored pack, by its hash. Raises `BadInput` where it is not there."""

    def stored() -> bytes:
        row = tx.one(sql.PACK, hash=pack)
        if row is None:
            raise BadInput("command.pack_lost", hash=pack)
        return row["body"]  # type: ignore[no-any-return]

    return context.rules(pack, stored)
