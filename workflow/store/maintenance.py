"""Looking at a database before it is used, and taking it along: backup and restore (design section 7).

Copying the file of a database in WAL mode loses the commits that still lie in the log. `backup` copies through SQLite's
own backup interface, in one snapshot, and the attachments of that snapshot with it.
"""

import shutil
import tempfile
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from workflow.errors import BadInput, DiskFull, ForeignDatabase
from workflow.store import archive, files
from workflow.store.database import Database
from workflow.store.faults import told
from workflow.store.migrations import Standing, refuse_foreign, revision_of, standing
from workflow.store.tables import METADATA

MEGABYTE = 10**6


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup holds. `size` in bytes, `records` of the history; `missing` and `damaged` attachments by digest:
    the database names them, and the folder has not, or not the same bytes."""

    file: Path
    size: int
    records: int
    attachments: int
    missing: tuple[str, ...]
    damaged: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was restored to `file`. `standing` is OLDER where `hoso init` has to bring it forward first."""

    file: Path
    standing: Standing
    records: int
    attachments: int


def standing_of(database: Database) -> Standing:
    """What the database is; nothing is made or changed by asking, and a file that is not there is EMPTY.

    Ask before the writers' engine is used: that one sets the journal mode, also of a file that is not ours. Raises
    `ForeignDatabase` for a file that is no database or a damaged one, `BadInput` for a place that cannot be opened.
    """
    if database.file is not None and not database.file.exists():
        return Standing.EMPTY
    with _told(database), database.readers.connect() as connection, connection.begin():
        return standing(connection)


def require_ours(database: Database) -> None:
    """Raise unless the database is ours and at the revision of this Hoso.

    `BadInput` where `hoso init` would help (empty, older), `ForeignDatabase` where it would not (newer, not ours).
    """
    found = standing_of(database)
    if found is Standing.EMPTY:
        raise BadInput("store.empty", database=database.name)
    if found is Standing.OLDER:
        raise BadInput("store.older", database=database.name)
    if found is not Standing.OURS:
        with _told(database), database.readers.connect() as connection:
            refuse_foreign(found, connection, database.name)


def backup(database_url: str, out: Path) -> Backup:
    """Write the database and its attachments to the new file `out`, while others go on working.

    What was committed when it began is in it; what comes later is not. Attachments that are missing or damaged do not
    stop it, they are told. Raises `BadInput` if `out` exists or there is nothing to back up.
    """
    database = Database(database_url)
    with closing(database), _told(database):
        if not _file_of(database).exists():
            raise BadInput("store.empty", database=database.name)
        if out.exists():
            raise BadInput("store.backup_exists", path=str(out))
        if not out.parent.is_dir():
            raise BadInput("store.no_such_place", path=str(out.parent))
        with _beside(out) as folder:
            copy = Path(folder) / archive.DATABASE
            revision = _copied(database, copy, out)
            records, digests = _contents(copy)
            held = {digest: path for digest in digests if (path := attachment(database, digest)).is_file()}
            sources = [(f"{archive.FILES}/{digest[:2]}/{digest}", path) for digest, path in held.items()]
            with _told(database, about=out):
                written = archive.write(out, [(archive.DATABASE, copy), *sources], revision=revision)
    return Backup(
        file=out,
        size=out.stat().st_size,
        records=records,
        attachments=len(held),
        missing=tuple(digest for digest in digests if digest not in held),
        damaged=tuple(digest for entry in written.entries if (digest := entry.attachment) not in {None, entry.sha256}),
    )


def attachment(database: Database, digest: str) -> Path:
    """Where the attachment with this SHA-256 lies: <database file>.files/<first two digits>/<digest>."""
    folder = database.attachments
    if folder is None:
        raise BadInput("store.only_sqlite")
    return files.path_of(folder, digest)


def restore(file: Path, database_url: str) -> Restored:
    """Bring a backup back to a place where no database is. All of it is verified before any of it gets its name.

    Raises `BadInput` where the place is taken or the file is no backup, `Faulty` with every damaged entry of one,
    `ForeignDatabase` where it holds a newer database, `DiskFull` where it would not fit; then nothing is left behind.
    """
    database = Database(database_url)
    with closing(database), _told(database):
        target = _file_of(database)
        with archive.opened(file) as (packed, manifest):
            _refuse_taken(database, target)
            target.parent.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(target.parent).free
            if free < manifest.size:
                needed = -(-manifest.size // MEGABYTE)
                raise DiskFull("store.no_room", path=str(target.parent), needed=needed, free=free // MEGABYTE)
            with _beside(target) as folder:
                unpacked = Path(folder)
                archive.unpack(packed, manifest, unpacked)
                with _told(database, about=file):
                    found = _verified(unpacked / archive.DATABASE, file)
                    records, _ = _contents(unpacked / archive.DATABASE)
                _put(database, unpacked, target)
    return Restored(file=target, standing=found, records=records, attachments=len(manifest.entries) - 1)


def _file_of(database: Database) -> Path:
    if database.file is None:
        raise BadInput("store.only_sqlite")
    return database.file


def _told(database: Database, *, about: Path | None = None) -> AbstractContextManager[None]:
    """Errors told of the database, or of the backup where that is what is read or written."""
    return told(database.engine.dialect, database=database.name if about is None else str(about))


def _beside(place: Path) -> tempfile.TemporaryDirectory[str]:
    # On the same file system, so that what is finished only has to be renamed. What is finished stays so, whatever the
    # system says of clearing away what it was made in.
    return tempfile.TemporaryDirectory(dir=place.parent, prefix=".hoso-", ignore_cleanup_errors=True)


def _copied(database: Database, copy: Path, out: Path) -> str:
    """Copy one snapshot to `copy`; its revision."""
    with database.readers.connect() as connection, connection.begin():
        # The first read takes the snapshot, waiting no longer than the busy timeout; the copying itself would for ever.
        refuse_foreign(standing(connection), connection, database.name)
        revision = revision_of(connection)
        if revision is None:
            raise BadInput("store.empty", database=database.name)
        source: Any = connection.connection.driver_connection
        with _told(database, about=out), closing(type(source)(str(copy))) as target:
            source.backup(target)
            # One file that stands for itself; whoever opens it chooses the journal again.
            target.execute("PRAGMA journal_mode = DELETE")
    return revision


def _contents(file: Path) -> tuple[int, tuple[str, ...]]:
    """How many records, and the digests of all attachments in order."""
    with closing(Database(str(file))) as database, database.readers.connect() as connection:
        records = connection.execute(select(func.count()).select_from(METADATA.tables["history"])).scalar_one()
        digest = METADATA.tables["attachment"].c.digest
        return records, tuple(connection.execute(select(digest).distinct().order_by(digest)).scalars())


def _refuse_taken(database: Database, target: Path) -> None:
    """A log left over from another database would be played into this one, so it is as bad as that database."""
    leftovers = [target.with_name(target.name + tail) for tail in ("-wal", "-journal")]
    for path in (target, *leftovers):
        if path.is_dir() or (path.exists() and path.stat().st_size > 0):
            raise BadInput("store.place_taken", path=str(path))
    folder = database.attachments
    if folder is not None and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput("store.place_taken", path=str(folder))


def _verified(file: Path, backup_file: Path) -> Standing:
    with closing(Database(str(file))) as database, database.readers.connect() as connection, connection.begin():
        found = standing(connection)
        refuse_foreign(found, connection, str(backup_file))
        damage = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if found is Standing.EMPTY:
        raise ForeignDatabase("store.not_a_backup", path=str(backup_file))
    if damage != "ok":
        raise ForeignDatabase("store.corrupt", database=str(backup_file))
    return found


def _put(database: Database, unpacked: Path, target: Path) -> None:
    """Attachments first: a database must never name files that are not there. After an `OSError` nothing is there."""
    brought, folder = unpacked / archive.FILES, database.attachments
    try:
        if folder is not None and brought.exists():
            if folder.exists():
                folder.rmdir()
            brought.rename(folder)
            files.settle(folder)
        (unpacked / archive.DATABASE).replace(target)
        files.settle(target.parent)
    except OSError:
        # Nothing of it was here before, and all of it is in the backup.
        target.unlink(missing_ok=True)
        if folder is not None and not brought.exists():
            shutil.rmtree(folder, ignore_errors=True)
        raise
