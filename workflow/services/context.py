"""What every use case is given: the database, the clock, the rules, and who is acting."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from workflow.engine import Rules
from workflow.errors import BadInput
from workflow.store.database import Database
from workflow.store.statements import Transaction

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


OS_USER = "os-user:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file handed in with a command. `kind` is the paper's kind, `name` its own name (personal data, maybe)."""

    kind: str
    name: str
    content: bytes = field(repr=False)
