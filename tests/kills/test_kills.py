"""A process killed at any moment leaves the deed done or not begun, and whoever asks again gets the right answer.

The long runs: `make soak`.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.kills.deeds import DEEDS
from tests.servers import Server

HOUSE = Path(__file__).parents[2]


def run(folder: Path, *more: str) -> dict[str, Any]:
    line = [sys.executable, "-m", "tests.kills", str(folder), *more]
    done = subprocess.run(line, cwd=HOUSE, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_at_moments_of_every_deed_around_every_commit_and_at_random_instants(tmp_path: Path):
    told = run(tmp_path, "--every", "9", "--kills", "100")
    assert told["rounds"] == 1
    assert sum(told["moments"].values()) > 600
    assert set(told["kills"]) == set(told["moments"]) == {one.name for one in DEEDS}
    assert told["moments"]["migrate"] > 60
    assert told["total"] > 150
    assert told["by_chance"] >= 50
    assert min(told["left"][one] for one in ("before", "between", "after")) > 0
    assert told["looked_into"] >= 2 * len(DEEDS)


def test_the_same_on_a_server(tmp_path: Path, server: Server):
    address = server.url.render_as_string(hide_password=False)
    assert run(tmp_path, "--server", address, "--every", "40")["total"] > 80
