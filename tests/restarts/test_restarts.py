"""A server that dies and rises under those who work with it has lost nothing that it acknowledged.

The long run: `make soak`.
"""

import json
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).parents[2]


def test_a_server_killed_under_load_comes_back_with_all_that_was_acknowledged_and_nothing_twice(tmp_path: Path):
    line = [sys.executable, "-m", "tests.restarts", str(tmp_path), "--restarts", "4", "--clients", "3"]
    done = subprocess.run(line, cwd=HOUSE, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert told["restarts"] == sum(told["ways"].values()) == 4
    assert told["acknowledged"] == 4 * 3 * 5
    assert told["acknowledged"] > told["refused"]
    assert told["command_lines"] == {"6": 1}
    assert told["trouble"]
    assert {int(one.rpartition(" ")[2]) for one in told["trouble"]} <= {5, 6}
    assert "psycopg" not in done.stderr, "the driver talks past our own sentences"
