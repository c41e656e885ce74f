"""Is everything as it should be? What the database, the disk and the workers say of themselves (`hoso health`).

Health is rows and files, never a flag in a running process (design section 8).
"""

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, func, select

from workflow.dates import micros
from workflow.errors import Figures
from workflow.store import files, rights, triggers
from workflow.store.database import Database
from workflow.store.engines import WAL_SAFE_FROM
from workflow.store.faults import told
from workflow.store.maintenance import MEGABYTE, require_ours
from workflow.store.tables import METADATA
from workflow.store.types import POSTGRESQL
from workflow.words import ObligationState

SERVER_FROM = 15
"""The oldest major version of PostgreSQL that is tested."""

STALE_AFTER = timedelta(minutes=15)
"""A worker that has said nothing for so long, or a message that has waited for so long, has stopped."""

_FLAWED: dict[files.Flaw, str] = {
    "missing": "store.attachments_missing",
    "changed": "store.attachments_changed",
}

LITTLE_ROOM = 2**30
"""Bytes: with less free on the disk somebody should know. A backup needs the database's own size twice."""


class Severity(StrEnum):
    """What a finding asks of the person."""

    GOOD = "good"
    NOTICE = "notice"
    """Look at it when there is time."""
    BAD = "bad"
    """Something does not work, or will not for long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at: a message code with its figures."""

    code: str
    severity: Severity
    figures: Figures


def health(database: Database, *, now: datetime, stale_after: timedelta = STALE_AFTER) -> list[Finding]:
    """Everything that was looked at, in a fixed order, the good as well; one snapshot.

    Raises as `require_ours` does where there is no database of ours to look at.
    """
    require_ours(database)
    found: list[Finding] = []
    with (
        told(database.engine.dialect, database=database.name),
        database.readers.connect() as connection,
        connection.begin(),
    ):
        if database.file is not None:
            found += _library(connection)
            found += _sound(connection)
            found += _guarded(connection)
            found += _room(database.file)
        else:
            found += _server(connection)
            found += _server_guarded(connection)
        found += _workers(connection, now, stale_after)
        found += _messages(connection, now, stale_after)
        digest = METADATA.tables["attachment"].c.digest
        attached = connection.execute(select(digest).distinct().order_by(digest)).scalars().all()
    # Reading files may take long; nobody's snapshot is held meanwhile.
    if database.attachments is not None:
        found += _attachments(database.attachments, attached)
    return found


def _finding(code: str, severity: Severity, **figures: str | int | tuple[str, ...]) -> Finding:
    return Finding(code=code, severity=severity, figures=figures)


def _either(good: str, bad: str, /, *, count: int, **figures: tuple[str, ...]) -> Finding:
    """`good` where there is nothing to count, else `bad` with the figures."""
    return _finding(bad, Severity.BAD, count=count, **figures) if count else _finding(good, Severity.GOOD)


def _library(connection: Connection) -> Iterator[Finding]:
    version: str = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
    journal: str = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    safe = ".".join(map(str, WAL_SAFE_FROM))
    old = tuple(map(int, version.split("."))) < WAL_SAFE_FROM
    if old and journal == "wal":
        yield _finding("store.library_unsafe", Severity.BAD, version=version, safe=safe)
    elif old:
        yield _finding("store.library_old", Severity.NOTICE, version=version, journal=journal, safe=safe)
    else:
        yield _finding("store.library_good", Severity.GOOD, version=version, journal=journal)


def _sound(connection: Connection) -> Iterator[Finding]:
    said = connection.exec_driver_sql("PRAGMA quick_check(5)").scalars().all()
    damage = tuple(line for line in said if line != "ok")
    yield _either("store.sound", "store.damaged", count=len(damage), lines=damage)
    orphans = Counter(row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check"))
    yield _either("store.no_orphans", "store.orphans", count=orphans.total(), tables=tuple(sorted(orphans)))


def _guarded(connection: Connection) -> Iterator[Finding]:
    held = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars()
    missing = tuple(sorted(triggers.names() - set(held)))
    yield _either("store.guarded", "store.unguarded", count=len(missing), triggers=missing)


def _server(connection: Connection) -> Iterator[Finding]:
    version: str = connection.exec_driver_sql("SHOW server_version").scalar_one()
    number = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
    if number < SERVER_FROM * 10_000:
        yield _finding("store.server_old", Severity.BAD, version=version, wanted=str(SERVER_FROM))
    else:
        yield _finding("store.server_good", Severity.GOOD, version=version)
    careless = tuple(
        name
        for name in ("fsync", "full_page_writes")
        if connection.exec_driver_sql(f"SHOW {name}").scalar_one() != "on"
    )
    yield _either("store.server_durable", "store.server_forgets", count=len(careless), settings=careless)
    user: str = connection.exec_driver_sql("SELECT current_user").scalar_one()
    if rights.may_rewrite(connection):
        yield _finding("store.role_strong", Severity.NOTICE, user=user, role=rights.RUNTIME)
    else:
        yield _finding("store.role_good", Severity.GOOD, user=user)


def _server_guarded(connection: Connection) -> Iterator[Finding]:
    held = connection.exec_driver_sql("SELECT tgname FROM pg_trigger WHERE tgenabled = 'A'").scalars()
    missing = tuple(sorted(triggers.names(POSTGRESQL) - set(held)))
    yield _either("store.guarded", "store.unguarded", count=len(missing), triggers=missing)


def _room(file: Path) -> Iterator[Finding]:
    free, size = shutil.disk_usage(file.absolute().parent).free, file.stat().st_size
    figures = {"free": free // MEGABYTE, "size": -(-size // MEGABYTE)}
    if free < 2 * size:
        yield _finding("store.room_short", Severity.BAD, **figures)
    elif free < LITTLE_ROOM:
        yield _finding("store.room_little", Severity.NOTICE, **figures)
    else:
        yield _finding("store.room_good", Severity.GOOD, **figures)


def _attachments(folder: Path, attached: Sequence[str]) -> Iterator[Finding]:
    """Each attachment by its bytes; the first ten are named here, each with its dossier by `hoso audit verify`."""
    flaws = {digest: flaw for digest in attached if (flaw := files.flaw_of(folder, digest)) is not None}
    for flaw, code in _FLAWED.items():
        found = tuple(digest for digest, one in flaws.items() if one == flaw)
        if found:
            yield _finding(code, Severity.BAD, count=len(found), digests=found[:10])
    if not flaws:
        yield _finding("store.attachments_there", Severity.GOOD)


def _workers(connection: Connection, now: datetime, stale_after: timedelta) -> Iterator[Finding]:
    table = METADATA.tables["heartbeat"].c
    beats = connection.execute(select(table.name, table.at).order_by(table.name)).all()
    if not beats:
        yield _finding("store.worker_never", Severity.NOTICE)
    for name, at in beats:
        figures = {"name": name, "at": micros(at), "minutes": abs(now - at) // timedelta(minutes=1)}
        if at - now > stale_after:
            yield _finding("store.worker_ahead", Severity.BAD, **figures)
        elif now - at > stale_after:
            yield _finding("store.worker_stopped", Severity.BAD, **figures)
        else:
            yield _finding("store.worker_good", Severity.GOOD, **figures)


def _messages(connection: Connection, now: datetime, stale_after: timedelta) -> Iterator[Finding]:
    """Mail that does not leave, and alerts that nobody heard. In a closed season nothing waits to leave."""
    message, alert, obligation = (METADATA.tables[name].c for name in ("message", "alert", "obligation"))
    season = METADATA.tables["season"].c
    going_on = select(season.id).where(season.state == "open")
    dead = select(func.count()).where(message.state == "dead", message.season.in_(going_on))
    yield _either("store.no_messages_dead", "store.messages_dead", count=connection.execute(dead).scalar_one())
    waiting = select(func.count()).where(
        message.state == "queued", message.next_at < now - stale_after, message.season.in_(going_on)
    )
    yield _either("store.no_messages_waiting", "store.messages_waiting", count=connection.execute(waiting).scalar_one())
    nobody = select(obligation.ref).where(
        alert.season == obligation.season,
        alert.season.in_(going_on),
        alert.obligation == obligation.id,
        alert.outcome == "nobody",
        obligation.state == ObligationState.OPEN,
    )
    refs = connection.execute(nobody.distinct().order_by(obligation.ref)).scalars().all()
    yield _either("store.alerts_heard", "store.alerts_nobody", count=len(refs), refs=tuple(refs[:10]))
