"""Eight processes at one unit's dossiers at once: whatever they are answered is true, and the group's rule holds."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from tests.races.worker import AT, PEOPLE, UNIT
from tests.season import Play, leaders, local, opened, units
from workflow.replay.redecision import redecide
from workflow.replay.timeline import entries
from workflow.store import commands as sql

HOUSE = Path(__file__).parents[2]
PROCESSES, COMMANDS = 8, 20

Outcome = dict[str, Any]


@pytest.fixture(autouse=True)
def _on_both(both_databases: None) -> None:
    """On both databases."""


@pytest.fixture
def unit(tmp_path: Path) -> Iterator[Play]:
    """A unit of twelve, its meeting held, nobody voted on."""
    play = opened(tmp_path, more={"virtual": False})
    with closing(play.database):
        play.bring(units(UNIT), leaders(UNIT, PEOPLE))
        play.clock.now = local(AT)
        play.hold(UNIT)
        yield play


def at_once(play: Play, patience: float) -> list[list[Outcome]]:
    """What each process was answered, in its own order."""
    told: list[list[Outcome]] = []
    with ExitStack() as stack:
        workers = []
        for seed in range(PROCESSES):
            line = [sys.executable, "-m", "tests.races.worker", play.address, str(seed), str(COMMANDS), str(patience)]
            pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
            workers.append(stack.enter_context(subprocess.Popen(line, cwd=HOUSE, **pipes)))
        for one in workers:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        for one in workers:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        for one in workers:
            out, _ = one.communicate(timeout=240)  # nobody waits for ever
            assert one.returncode == 0
            told.append([json.loads(line) for line in out.splitlines()])
    return told


def truth(play: Play) -> dict[tuple[str, int], str]:
    """(stream's name, seq) → act, as the history has it."""
    names: dict[str, str] = {one["id"]: one["ref"] for one in play.dossiers()}
    with play.database.reading() as tx:
        rows = tx.all(sql.RECORDS_OF_SEASON, season=play.row()["id"])
    return {(names.get(one["stream"], str(one["stream"])), int(one["seq"])): one["act"] for one in rows}


def holds(play: Play) -> None:
    """The record verifies, today's guards decide all of it again alike, and the group is what its members make it."""
    assert play.verified().findings == ()
    with play.database.reading() as tx:
        records = list(entries(tx.each(sql.RECORDS_OF_SEASON, season=play.row()["id"])))
        groups = tx.all(sql.GROUPS_OF_SEASON, season=play.row()["id"])
    assert not list(redecide(records, play.rules()))
    for group in groups:
        gone = any(one["state"] in {"submitted", "ratified"} for one in play.dossiers())
        assert not (group["over"] and gone), "somebody left an over group"


@pytest.mark.parametrize("patience", [30.0, 0.05], ids=["patient", "impatient"])
def test_what_was_answered_is_what_happened(unit: Play, patience: float):
    told = at_once(unit, patience)
    assert [len(one) for one in told] == [COMMANDS] * PROCESSES
    outcomes = [outcome for one in told for outcome in one]
    happened = truth(unit)
    for outcome in outcomes:
        for ref, kind, seq, _ in outcome.get("done", ()):
            if kind == "dossier":
                assert happened[ref, seq] == outcome["act"], "acknowledged, and not on record"
    codes = Counter((one["error"], one["status"]) for one in outcomes if "error" in one)
    assert {status for _, status in codes} <= {2, 5}, codes
    if patience > 1:
        assert not [code for code, status in codes if status == 5], codes
    assert len([one for one in outcomes if one.get("done")]) > (PROCESSES if patience > 1 else 0)
    holds(unit)
