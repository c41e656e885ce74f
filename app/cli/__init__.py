"""The command line `hoso` (design section 9). One file per noun; heavy imports wait until a command runs."""

import sys


def main() -> None:
    """Run one command line; the exit status says how it went."""
    from app.cli.root import run  # noqa: PLC0415  so that importing the package costs nothing

    sys.exit(run(sys.argv[1:]))
