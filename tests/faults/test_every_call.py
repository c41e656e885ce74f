"""A disk that is full, fails or takes half: whatever call it meets, a command line ends as designed and nothing is half
there.

All of it: `make soak`.
"""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults import injector
from tests.faults.injector import LIMIT, LIMIT_BYTES, Fault

HOUSE = Path(__file__).parents[2]


def test_a_sample_of_all_calls_of_a_season(tmp_path: Path):
    line = [sys.executable, "-m", "tests.faults", str(tmp_path), "--every", "701"]
    done = subprocess.run(line, cwd=HOUSE, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert told["wrong"] == []
    assert told["total"] > 12
    assert {"0", "2 store.corrupt", "5 store.locked", "6 store.read_only"} <= set(told["ended"])


# — the injector itself —


_CHILD = """
import json, os, sys
from pathlib import Path
from tempfile import mkdtemp
from tests.faults.injector import *

def saving():
    try:
        with (folder / "part").open("wb") as out:
            out.write(b"x" * 10000)
            out.flush()
            os.fsync(out.fileno())
        (folder / "part").replace(folder / "file")
    except OSError as error:
        return error.errno
    return 0

for fault in [Fault(LIMIT, 1), *(FAULTS if possible() else [])]:
    folder = Path(mkdtemp(dir=sys.argv[1]))
    ran = run(saving, fault)
    print(json.dumps([str(fault), ran.status, ran.met, {one.name: one.stat().st_size for one in folder.iterdir()}]))
"""

FAULTS = {
    None: [0, False, {"file": 10000}],
    Fault("write", 1): [errno.ENOSPC, True, {"part": 0}],
    Fault("write", 1, short=True): [0, True, {"file": 10000}],
    Fault("write", 1, short=True, lasting=True): [errno.ENOSPC, True, {"part": 5000}],
    Fault("write", 2): [0, False, {"file": 10000}],
    Fault("fsync", 1, errno.EIO): [errno.EIO, True, {"part": 10000}],
    Fault("rename", 1, errno.EIO): [errno.EIO, True, {"part": 10000}],
    Fault("open", 1): [errno.ENOSPC, True, {}],
    Fault("unlink", 1): [0, False, {"file": 10000}],
}
"""How a process ends that saves a file, whether it met the fault, and the sizes of what it leaves."""


def test_the_fault_that_was_chosen_is_met_and_no_other(tmp_path: Path):
    """Where nobody can be asked about calls, files can be kept small: that is what the sample does there."""
    line = [sys.executable, "-c", _CHILD.replace("FAULTS", repr(list(FAULTS))), str(tmp_path)]
    done = subprocess.run(line, cwd=HOUSE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = {fault: rest for fault, *rest in map(json.loads, done.stdout.splitlines())}
    assert told.pop(str(Fault(LIMIT, 1))) == [errno.EFBIG, False, {"part": LIMIT_BYTES}]
    assert told == ({str(fault): expected for fault, expected in FAULTS.items()} if injector.possible() else {})


# — standard output —


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (["--help"], 6),
        (["plans", "list", "--json"], 6),
        (["nothing", "--json"], 2),
    ],
)
def test_an_output_that_takes_nothing_is_told_on_the_other_one(line: list[str], status: int):
    """As `hoso … > a/file` on a full disk; what failed anyway stays that failure."""
    told = [sys.executable, "-c", _FULL, *line]
    env = {**os.environ, "PYTHONUNBUFFERED": ""}
    done = subprocess.run(told, cwd=HOUSE, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert done.stderr.strip()


_FULL = """
import os, sys
os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
sys.argv[0] = "hoso"
from app.cli import main
main()
"""
