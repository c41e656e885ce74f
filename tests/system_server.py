"""Run a command with the PostgreSQL server of the system beside the wheel's, where there is one.

    python -m tests.system_server make test

`HOSO_TEST_PG`, if it is set, is left as it is. Otherwise the oldest installed PostgreSQL that Hoso serves is started in
a folder of its own, on a socket alone, and named by it; where none is installed the command runs without. Ends with the
command's own status.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

OLDEST = 15
"""The first release that Hoso is tested on (README)."""
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql@*/bin")
"""Where packages put what starts a server, which is seldom on the PATH."""
HURRIED = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "shared_buffers=32MB",
    "max_connections=200",
)
"""A test's database need not survive a power cut, and nobody locks it but its test (`servers`)."""


def installed(root: Path = Path("/")) -> Path | None:
    """The folder with the programs of the oldest PostgreSQL here that is not older than `OLDEST`."""
    found = [one for place in PLACES for one in root.glob(place.lstrip("/")) if (one / "initdb").exists()]
    if not found and root == Path("/") and (known := shutil.which("initdb")):
        found = [Path(known).parent]
    versions = {one: version for one in found if (version := _version(one)) is not None and version >= OLDEST}
    return min(versions, key=lambda one: versions[one], default=None)


def _version(programs: Path) -> int | None:
    """The major version of the server in a folder, or None where it does not say."""
    try:
        said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else None


@contextmanager
def started(programs: Path) -> Iterator[str]:
    """A server out of these programs, gone at the end; the address of its owner."""
    with tempfile.TemporaryDirectory(prefix="hoso-pg-", ignore_cleanup_errors=True) as folder:
        user, data, log = _served_by(Path(folder)), Path(folder) / "data", Path(folder) / "log"

        def run(*line: str | Path) -> None:
            done = subprocess.run(
                [programs / line[0], *line[1:]], capture_output=True, text=True, user=user, cwd=folder, check=False
            )
            if done.returncode:
                raise SystemExit(f"{line[0]}: {done.stderr}{log.read_text() if log.exists() else ''}")

        run("initdb", "-D", data, "-U", "hoso", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        set_so = " ".join(f"-c {one}" for one in HURRIED)
        # To a file of its own: a server that holds our pipe would keep `run` waiting for ever.
        run("pg_ctl", "-w", "-D", data, "-l", log, "-o", f'-h "" -k {folder} {set_so}', "start")
        try:
            yield f"postgresql+psycopg://hoso@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "-D", data, "stop")


def _served_by(folder: Path) -> str | None:
    """Who may run a server: not root, so the account that the package made, to whom `folder` is given. None: we."""
    if os.geteuid() != 0:
        return None
    try:
        account = pwd.getpwnam("postgres")
    except KeyError:
        account = pwd.getpwnam("nobody")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return account.pw_name


def main(line: Sequence[str]) -> int:
    programs = None if os.environ.get("HOSO_TEST_PG") else installed()
    if programs is None:
        return subprocess.run(line, check=False).returncode
    # Whoever ends us ends the server as well.
    signal.signal(signal.SIGTERM, _leave)
    with started(programs) as address:
        sys.stderr.write(f"PostgreSQL {_version(programs)} of the system is tested beside the wheel's\n")
        return subprocess.run(line, env={**os.environ, "HOSO_TEST_PG": address}, check=False).returncode


def _leave(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
