"""Files are written whole or not at all."""

import errno
import os
import secrets
from pathlib import Path

from workflow.errors import BadInput, DiskFull


def write_whole(out: Path, data: bytes) -> None:
    """Put `data` at `out`, in place of what may be there: written beside it, flushed, then renamed.

    Raises `BadInput` where nothing may be written there, `DiskFull` where there is no room; `out` is then as it was.
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
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull("roster.disk_full", file=str(out)) from error
        reason = error.strerror or type(error).__name__
        raise BadInput("roster.cannot_write", file=str(out), reason=reason) from error
