"""Files are written whole or not at all."""

import errno
import os
import secrets
from pathlib import Path

from workflow.errors import NO_SPACE, NOT_SERVED, BadInput, DiskFull, HosoError, MachineFailure

_WORKBOOKS = frozenset({".csv", ".xlsx"})


def write_whole(out: Path, data: bytes) -> None:
    """Put `data` at `out`, in place of what may be there: written beside it, flushed, then renamed.

    Raises `BadInput` where nothing may be written there, `DiskFull` where there is no room, `MachineFailure` where the
    disk fails; `out` is then as it was.
    """
    beside = out.with_name(f".{out.name}.{secrets.token_hex(6)}.part")
    try:
        with beside.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(out)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise unwritten(error, str(out)) from error


def unwritten(error: OSError, file: str) -> HosoError:
    """What it means to the person that `file` could not be written."""
    if error.errno in NO_SPACE:
        return DiskFull("roster.disk_full", file=file)
    if error.errno in NOT_SERVED:
        return MachineFailure("roster.disk_failed", file=file, number=error.errno)
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return BadInput("roster.no_folder", file=file, folder=str(Path(file).parent))
    # Another program that holds a workbook open is the usual cause; of other files it is none.
    code = "roster.cannot_write" if Path(file).suffix in _WORKBOOKS else "roster.cannot_write_file"
    return BadInput(code, file=file, reason=error.strerror or type(error).__name__)
