"""Putting the house together: the only place that knows everybody (design section 1)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.clock import standing_at, system_clock
from app.settings import Mail, Settings
from states.rules import compile_rules
from workflow.engine import Rules
from workflow.errors import BadInput
from workflow.services.context import Context, Writer
from workflow.store.database import Database
from workflow.store.maintenance import require_ours, standing_of
from workflow.store.migrations import Standing, migrate

if TYPE_CHECKING:
    from notifications.channels import Channel


class RulesCache:
    """Rules by their pack's hash, compiled once in a process."""

    def __init__(self) -> None:
        self._known: dict[str, Rules] = {}

    def __call__(self, pack_hash: str, stored: Callable[[], bytes]) -> Rules:
        if pack_hash not in self._known:
            self._known[pack_hash] = compile_rules(stored())
        return self._known[pack_hash]


def connect(settings: Settings) -> Database:
    """The database of the settings, whatever it is; nothing is made or checked."""
    return Database(settings.database, busy_seconds=settings.busy_seconds, files=settings.files)


def create_database(settings: Settings) -> Database:
    """Make (or bring up to date) the database of the settings. Raises `ForeignDatabase` for a file that is not ours."""
    database = connect(settings)
    if database.file is not None:
        _make_folder(database.file.parent)
    with _closed_on_error(database):
        # Asked through the readers first: the writers' connection sets the journal mode, also of a file that is not
        # ours.
        if standing_of(database) in {Standing.NEWER, Standing.FOREIGN}:
            require_ours(database)
        migrate(database.engine)
    return database


def open_database(settings: Settings) -> Database:
    """The database of the settings, which must be ours and up to date. Raises `BadInput`, `ForeignDatabase`,
    `Locked`."""
    database = connect(settings)
    with _closed_on_error(database):
        require_ours(database)
    return database


@contextmanager
def _closed_on_error(database: Database) -> Iterator[None]:
    try:
        yield
    except BaseException:
        database.close()
        raise


def make_context(
    settings: Settings, database: Database, *, now: datetime | None = None, write: Writer | None = None
) -> Context:
    """The services' context. `now` sets the clock, which only rehearsal seasons accept."""
    return Context(
        database=database,
        clock=system_clock if now is None else standing_at(now),
        rules=RulesCache(),
        write=write or database.write,
        tenant=settings.tenant,
        virtual=now is not None,
    )


def make_channels(mail: Mail) -> "dict[str, Channel]":
    """The ways by which messages leave, by name. None at all where nobody said how: then they wait in the outbox."""
    from notifications.channels import Security, Smtp, Spool  # noqa: PLC0415  only where something is sent
    from notifications.sweep import EMAIL  # noqa: PLC0415

    if mail.host is not None:
        smtp = Smtp(
            host=mail.host,
            port=mail.port,
            sender=mail.sender,
            security=Security(mail.security),
            user=mail.user,
            password=mail.password,
        )
        return {EMAIL: smtp}
    return {} if mail.spool is None else {EMAIL: Spool(folder=mail.spool, sender=mail.sender)}


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # people's evaluations are nobody else's business
    except OSError as error:
        raise BadInput("cli.no_folder", path=str(folder)) from error
