"""Where attachments lie, <folder>/<first two digits>/<SHA-256>, and how a file is brought to the disk for good."""

import hashlib
import os
from pathlib import Path
from typing import Literal, TypeAlias

Flaw: TypeAlias = Literal["missing", "changed"]


def path_of(folder: Path, digest: str) -> Path:
    """Where the attachment with this SHA-256 lies in the folder of the attachments."""
    return folder / digest[:2] / digest


def flaw_of(folder: Path, digest: str) -> Flaw | None:
    """What is wrong with an attachment: not there (or not to be read), or other bytes than its name says. It is read
    piece by piece, since it may be larger than the memory."""
    try:
        with path_of(folder, digest).open("rb") as file:
            return None if hashlib.file_digest(file, "sha256").hexdigest() == digest else "changed"
    except (OSError, ValueError):
        return "missing"


def put(folder: Path, digest: str, content: bytes) -> None:
    """Write an attachment where none is yet, whole or not at all; it is on the disk when this returns."""
    target = path_of(folder, digest)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, content)
    # A new folder is durable only once its parent says so.
    for place in (folder, folder.parent):
        settle(place)


def write_whole(target: Path, content: bytes) -> None:
    """Put `content` at `target`, in place of what may be there. After an `OSError` no part of it is left behind."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    settle(target.parent)


def settle(folder: Path) -> None:
    """Bring the names in `folder` to the disk; a renamed file is safe only after that."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
