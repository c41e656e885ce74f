"""A process killed at any moment leaves the deed done or not begun, and whoever asks again gets the right answer.

The long runs: `make soak`.
"""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.kills.deeds import DEEDS, SEASON, Deed, Work, by
from tests.kills.trials import Prepared, Trial
from tests.servers import Server
from workflow.services.context import Context
from workflow.services.dossiers import Advance, advance

HOUSE = Path(__file__).parents[2]


def run(folder: Path, *more: str) -> dict[str, Any]:
    line = [sys.executable, "-m", "tests.kills", str(folder), *more]
    done = subprocess.run(line, cwd=HOUSE, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def reviewed(*refs: str, key: str = "the key") -> Work:
    order = Advance(command="self_review", refs=refs, args={"rank": "good"})
    return lambda context, _: advance(context, SEASON, replace(by(), key=key), order)


def tried(folder: Path, work: Work) -> Trial:
    return Trial(Prepared(folder, ["drafted"]), Deed("made up", "drafted", work))


def test_a_command_that_commits_twice_is_found_out(tmp_path: Path):
    def torn(context: Context, spool: Path) -> Any:
        reviewed("HS-0001", key="another")(context, spool)
        return reviewed("HS-0002")(context, spool)

    with pytest.raises(AssertionError, match="a command commits once"):
        tried(tmp_path, torn)


def test_what_is_neither_before_nor_after_is_found_out(tmp_path: Path):
    here = os.getpid()

    def other(context: Context, spool: Path) -> Any:
        return reviewed("HS-0001" if os.getpid() == here else "HS-0002")(context, spool)

    trial = tried(tmp_path, other)
    with pytest.raises(AssertionError, match="half a deed is there"):
        trial.die(at=trial.moments.index("committed"))


def test_an_answer_without_a_commit_is_found_out(tmp_path: Path):
    here = os.getpid()
    trial = tried(tmp_path, lambda *given: reviewed("HS-0001")(*given) if os.getpid() == here else None)
    with pytest.raises(AssertionError, match="answered, and lost"):
        trial.die()


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


def test_the_same_on_a_server(tmp_path: Path, one_server: Server):
    address = one_server.url.render_as_string(hide_password=False)
    assert run(tmp_path, "--server", address, "--every", "80")["total"] > 40
