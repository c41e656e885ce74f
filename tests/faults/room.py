"""A disk that is full for real: a file system in memory with so much room and no more, where the system lets a process
have one (Linux, as root or where users may have namespaces of their own)."""

import ctypes
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults import injector
from tests.faults.injector import ROOM, Fault

BYTES = 16384
"""A step of room."""

_MOUNTS, _USERS = 0x00020000, 0x10000000
_PRIVATE = 0x4000 | 0x40000
_PAGE = 4096
_libc = ctypes.CDLL(None, use_errno=True)


@cache
def possible() -> bool:
    """Whether this system lets a process have a small disk of its own."""
    if not hasattr(_libc, "unshare"):
        return False
    with TemporaryDirectory() as folder:
        inside = Path(folder) / "disk"
        inside.mkdir()
        return injector.run(within(inside, 1, lambda: 0), Fault(ROOM, 1)).status == 0


def within(folder: Path, steps: int, work: Callable[[], int]) -> Callable[[], int]:
    """`work` done with `folder` on a disk that has room for so many steps more than what lies there. What it left is in
    the folder afterwards, on the usual disk."""

    def done() -> int:
        kept = folder.with_name(folder.name + ".kept")
        _own_mounts()
        used = sum(-(-one.stat().st_size // _PAGE) * _PAGE for one in folder.rglob("*") if one.is_file())
        shutil.copytree(folder, kept)
        _mount("tmpfs", folder, "tmpfs", 0, f"size={used + steps * BYTES}")
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        status = work()
        shutil.rmtree(kept)
        shutil.copytree(folder, kept)
        os.chdir("/")
        _checked(_libc.umount2(os.fsencode(folder), 2))
        shutil.rmtree(folder)
        kept.rename(folder)
        return status

    return done


def _own_mounts() -> None:
    """Nobody else sees what is mounted from here on."""
    user, group = os.geteuid(), os.getegid()
    _checked(_libc.unshare(_MOUNTS if user == 0 else _MOUNTS | _USERS))
    if user != 0:
        Path("/proc/self/setgroups").write_text("deny", "ascii")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1", "ascii")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1", "ascii")
    _mount("none", Path("/"), None, _PRIVATE, None)


def _mount(source: str, target: Path, kind: str | None, flags: int, options: str | None) -> None:
    texts = [None if one is None else one.encode() for one in (kind, options)]
    _checked(_libc.mount(source.encode(), os.fsencode(target), texts[0], ctypes.c_ulong(flags), texts[1]))


def _checked(answer: int) -> None:
    if answer != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
