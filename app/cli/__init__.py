"""The command line `hoso` (design section 9). One file per noun; heavy imports wait until a command runs."""

import io
import sys


def main() -> None:
    """Run one command line; the exit status says how it went."""
    from app.cli.root import run  # noqa: PLC0415  so that importing the package costs nothing

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Vietnamese into a file or a pipe is UTF-8, whatever the machine's old code page is.
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))
