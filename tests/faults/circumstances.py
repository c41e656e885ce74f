"""What may be wrong with a machine before a command line begins: a file or a folder that may not be written to, an
output that takes nothing, a database that somebody holds or whose pages are damaged.

Each is put in the way of every command line of the scenario, taken away again, and judged as a fault is.
"""

import ctypes
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from workflow.store.database import Database

_CAPSET_VERSION = 0x20080522
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstance:
    """`around` makes it so in a folder and undoes it; `inside` is done in the child. `codes` are what may be said of
    it, besides the usual answer: error code → exit status."""

    name: str
    codes: dict[str, int]
    around: Callable[[Path], AbstractContextManager[None]]
    inside: Callable[[], None] = lambda: None
    begins: bool = True
    """Also where there is no database yet."""
    mute: bool = False
    """The answer is lost, and only that."""


def _as_anybody() -> None:
    """Root may write everywhere; it gives that up. Nobody else has it."""
    if os.geteuid() == 0 and hasattr(_libc, "capset"):
        header, nothing = struct.pack("Ii", _CAPSET_VERSION, 0), bytes(24)
        if _libc.capset(header, nothing) != 0:
            raise OSError(ctypes.get_errno(), "capset")


@contextmanager
def _mode(path: Path, mode: int) -> Iterator[None]:
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        yield
    finally:
        path.chmod(before)


@contextmanager
def _as_it_is(_: Path) -> Iterator[None]:
    yield


def _file_read_only(folder: Path) -> AbstractContextManager[None]:
    return _mode(folder / "hoso.db", 0o444)


def _folder_read_only(folder: Path) -> AbstractContextManager[None]:
    return _mode(folder, 0o555)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    with closing(Database(str(folder / "hoso.db"))) as other, other.engine.begin():
        yield


def _mute() -> None:
    os.dup2(os.open("/dev/full", os.O_WRONLY), 1)


CIRCUMSTANCES = (
    Circumstance(
        name="the database is read-only",
        codes={"store.read_only": 6},
        around=_file_read_only,
        inside=_as_anybody,
        begins=False,
    ),
    Circumstance(
        name="the folder is read-only",
        codes={"store.read_only": 6, "roster.cannot_write": 2, "cli.no_folder": 2},
        around=_folder_read_only,
        inside=_as_anybody,
    ),
    Circumstance(
        name="somebody holds the database",
        codes={"store.locked": 5},
        around=_held,
        begins=False,
    ),
    Circumstance(
        name="standard output is full",
        codes={"cli.disk_full": 6},
        around=_as_it_is,
        inside=_mute,
        mute=True,
    ),
)


PAGE = 4096
"""Bytes of a page of a database."""


def overwrite(file: Path, page: int) -> None:
    """One page of a database (from 1) becomes nonsense."""
    with file.open("r+b") as out:
        out.seek((page - 1) * PAGE)
        out.write(b"\xa5" * PAGE)
