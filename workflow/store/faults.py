"""A driver's error becomes one of ours, here and nowhere else.

What the caller can do about it decides the class (see `errors`); what nobody can do anything about stays as it is, and
is a defect.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError

from workflow.errors import (
    NO_SPACE,
    NOT_SERVED,
    BadInput,
    Conflict,
    DiskFull,
    ForeignDatabase,
    HosoError,
    Locked,
    MachineFailure,
)
from workflow.store.tables import APPEND_ONLY
from workflow.store.types import POSTGRESQL

KEY_TAKEN = "hoso: key taken in append-only "
"""How the triggers' word for a second row under one key begins; the table's name follows (`triggers`)."""

# Primary result codes, the lowest byte of what SQLite answers (https://www.sqlite.org/rescode.html).
_BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _CONSTRAINT, _NOTADB = 5, 6, 8, 10, 11, 13, 14, 19, 26
_WORDS = {
    "disk I/O error": _IOERR,
    "database or disk is full": _FULL,
    "database disk image is malformed": _CORRUPT,
    "unable to open database file": _CANTOPEN,
}
"""SQLite's own words for errors of the backup interface, where pysqlite3 tells no code."""
_DOUBLED = "UNIQUE constraint failed: "
"""The same; pysqlite3 does not tell extended codes."""

_ENDED = {"57P01", "57P02", "57P03", "57P05", "25P03", "25P04"}
"""PostgreSQL ended the session: shut down, crashed, not ready yet, idle for too long, in a transaction or without."""

_NO_RIGHT = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_PLACE = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR}


@contextmanager
def told(dialect: Dialect, *, database: str | None = None) -> Iterator[None]:
    """Whatever driver or system raise inside, `translated` where it can be; everything else passes as it is."""
    driver = dialect.dbapi.Error if dialect.dbapi is not None else DBAPIError
    try:
        yield
    except (DBAPIError, OSError, driver) as error:
        ours = translated(error, dialect, database=database)
        if ours is None:
            raise
        raise ours from error


def translated(error: BaseException, dialect: Dialect, *, database: str | None = None) -> HosoError | None:
    """What `error` means to the person, or None where it is no state of the world but a defect.

    `error` is a driver's error, SQLAlchemy's wrapper of one, or an `OSError`; `database` names the database in
    the sentence. Raise the answer `from error`.
    """
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, OSError):
        return _of_system(cause, database)
    if dialect.name == POSTGRESQL:
        return _of_postgresql(getattr(cause, "sqlstate", None) or "", cause, database)
    code = getattr(cause, "sqlite_errorcode", None) or _WORDS.get(str(cause))
    return None if code is None else _of_sqlite(code, str(cause), database)


def _of_system(error: OSError, database: str | None) -> HosoError | None:
    place = str(error.filename) if error.filename is not None else database
    if error.errno in NO_SPACE:
        return DiskFull("store.disk_full", database=place)
    if error.errno in _NO_RIGHT:
        return MachineFailure("store.read_only", database=place)
    if error.errno in _NO_PLACE:
        return BadInput("store.no_such_place", path=place)
    if error.errno in NOT_SERVED:
        return MachineFailure("store.disk_failed", database=place, number=error.errno)
    return None


def _of_sqlite(code: int, text: str, database: str | None) -> HosoError | None:
    primary = code & 0xFF
    if primary in {_BUSY, _LOCKED}:
        return Locked("store.locked", database=database)
    if primary == _FULL:
        return DiskFull("store.disk_full", database=database)
    if primary == _IOERR:
        # Also a quota and a file-size limit: those are no ENOSPC, which alone SQLite calls a full disk.
        return MachineFailure("store.io_failed", database=database, number=code)
    if primary == _READONLY:
        return MachineFailure("store.read_only", database=database)
    if primary == _NOTADB:
        return ForeignDatabase("store.not_a_database", database=database)
    if primary == _CORRUPT:
        return ForeignDatabase("store.corrupt", database=database)
    if primary == _CANTOPEN:
        return _of_closed_door(database)
    if primary == _CONSTRAINT:
        return _taken(_table_of(text))
    return None


def _of_closed_door(database: str | None) -> HosoError:
    """SQLite could not open a file, and keeps to itself why. Where the path is good, the person is not to blame."""
    path = Path(database or "")
    if path.is_dir() or not path.parent.is_dir():
        return BadInput("store.cannot_open", database=database)
    if not os.access(path if path.exists() else path.parent, os.R_OK | os.W_OK):
        return MachineFailure("store.read_only", database=database)
    return MachineFailure("store.io_failed", database=database, number=_CANTOPEN)


def _table_of(text: str) -> str:
    """The table whose key was taken: our trigger says it, and where there is none SQLite's own words do."""
    if text.startswith(KEY_TAKEN):
        return text.removeprefix(KEY_TAKEN)
    if text.startswith(_DOUBLED):
        return text.removeprefix(_DOUBLED).partition(".")[0]
    return ""


def _of_postgresql(state: str, cause: BaseException, database: str | None) -> HosoError | None:
    """By SQLSTATE (PostgreSQL documentation, appendix A)."""
    if state in {"55P03", "57014"}:  # a lock, or the whole statement, took longer than the server lets it
        return Locked("store.locked", database=database)
    if state in {"40001", "40P01"}:
        return Conflict("store.raced", database=database)
    if state == "53100":
        return DiskFull("store.disk_full", database=database)
    if state == "25006":
        return MachineFailure("store.read_only", database=database)
    if state in {"XX001", "XX002"}:
        return ForeignDatabase("store.corrupt", database=database)
    if state == "3D000":
        return BadInput("store.cannot_open", database=database)
    # A server that never answered has no state to tell.
    gone = not state and any(one.__name__ == "OperationalError" for one in type(cause).__mro__)
    if gone or state.startswith("08") or state in _ENDED:
        return MachineFailure("store.unreachable", database=database, reason=_last_words(cause))
    if state[:2] in {"53", "58"} or state in {"XX000", "42501"}:
        return MachineFailure("store.server_failed", database=database, reason=_last_words(cause))
    if state == "23505":
        return _taken(getattr(getattr(cause, "diag", None), "table_name", None) or "")
    return None


def _last_words(cause: BaseException) -> str:
    """The last line of what the server said: where it let nobody in, that alone tells why, in its own language."""
    lines = [line.strip() for line in str(cause).splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else "–"


def _taken(table: str) -> Conflict | None:
    """Two wrote one key that nobody could lock before it was there: somebody was first. A doubled key anywhere else
    was not asked for: a defect."""
    return Conflict("store.key_taken", table=table) if table in {*APPEND_ONLY, "season"} else None
