"""A process killed at any moment leaves the deed done or not begun, and whoever asks again gets the right answer.

The long runs: `make soak`.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.servers import Server

HOUSE = Path(__file__).parents[2]


def run(folder: Path, *more: str) -> dict[str, Any]:
    line = [sys.executable, "-m", "tests.kills", str(folder), *more]
    done = subprocess.run(line, cwd=HOUSE, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_before_and_after_every_commit_of_every_deed(tmp_path: Path):
    told = run(tmp_path, "--every", "9")
    assert sum(told["moments"].values()) > 400
    assert len(told["kills"]) == len(told["moments"]) >= 20
    assert told["total"] > 100
    assert told["before"] > 0
    assert told["after"] > 0


def test_at_random_instants_also_within_a_commit(tmp_path: Path):
    told = run(tmp_path, "--chance", "4", "1")
    assert told["total"] > 0
    assert told["kills"]["init"] > 0


def test_the_same_on_a_server(tmp_path: Path, server: Server):
    address = server.url.render_as_string(hide_password=False)
    assert run(tmp_path, "--server", address, "--every", "40")["total"] > 60


@pytest.mark.parametrize("seed", ["2"])
def test_at_random_instants_on_a_server(tmp_path: Path, server: Server, seed: str):
    address = server.url.render_as_string(hide_password=False)
    assert run(tmp_path, "--server", address, "--chance", "4", seed)["total"] > 0
