"""Rounds of a recorded history: seasons are opened, eight processes work on them, what they were answered is checked.

A round is a database of its own with a few seasons; when it is over its files go. The next round is recorded while one
is checked.
"""

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests import ground
from tests.races.checker import Check, Finding, Operation
from tests.races.world import AT, PACK, Opening, acts_of, prepared
from tests.season import Clock, Play, context, pack_of

HOUSE = Path(__file__).parents[2]
SEASONS = ("K1", "K2", "K3", "K4")
PATIENCE = (60.0,) * 7 + (0.05,)
"""Seconds that each of the eight processes waits for a lock; the last gives up at once."""


@dataclass(slots=True)
class Round:
    """One database, recorded or being recorded."""

    folder: Path
    seasons: list[Opening]
    files: list[Path] = field(default_factory=list)

    def operations(self, season: str) -> Iterator[Operation]:
        begin = f'{{"season":"{season}"'
        for file in self.files:
            with file.open(encoding="utf-8") as lines:
                yield from (Operation(**json.loads(line)) for line in lines if line.startswith(begin))


@dataclass(slots=True)
class Summary:
    """What a run came to."""

    operations: int = 0
    acts: int = 0
    rounds: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def count(self, one: Operation) -> None:
        self.operations += 1
        self.outcomes[_outcome(one)] += 1
        if "error" in one.got:
            self.codes[one.got["error"]] += 1
        for *_, codes in one.got.get("refused", ()):
            self.codes.update(codes)

    def plain(self) -> dict[str, Any]:
        return {
            "operations": self.operations,
            "acts": self.acts,
            "rounds": self.rounds,
            "outcomes": dict(sorted(self.outcomes.items())),
            "codes": dict(self.codes.most_common()),
            "findings": [asdict(one) for one in self.findings],
        }


def _outcome(one: Operation) -> str:
    """What an operation came to, in a word or two."""
    asked, got = one.asked, one.got
    if asked["what"] == "read":
        return f"read {asked['view']}"
    what = asked.get("command", asked["what"])
    if "error" in got:
        return f"{what}: {'conflict' if got['status'] == 5 else 'bad input' if got['status'] == 2 else 'failed'}"
    if got["repeated"]:
        return f"{what}: repeated"
    how = (
        "partly"
        if got["done"] and got["refused"]
        else "done"
        if got["done"]
        else "refused"
        if got["refused"]
        else "same"
    )
    return f"{what}: {'dry, ' if got['dry'] else ''}{how}"


@contextmanager
def recorder() -> Iterator[subprocess.Popen[str]]:
    """What records rounds, waiting for one."""
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-m", "tests.races.recorder"], cwd=HOUSE, **pipes) as running:
        yield running


def begin(running: subprocess.Popen[str], folder: Path, count: int, seed: str) -> Round:
    """Open a round's seasons and set all processes to work on them; about `count` operations in all."""
    address, seasons = prepared(folder, SEASONS)
    made = Round(folder, seasons, [folder / f"{one}.jsonl" for one in range(len(PATIENCE))])
    task: dict[str, Any] = {
        "address": address,
        "seasons": [asdict(one) for one in seasons],
        "files": list(map(str, made.files)),
    }
    task |= {"operations": count // len(PATIENCE), "patience": PATIENCE, "seed": seed}
    assert running.stdin is not None
    running.stdin.write(json.dumps(task) + "\n")
    running.stdin.flush()
    return made


def wait(running: subprocess.Popen[str]) -> None:
    assert running.stdout is not None
    assert running.stdout.readline() == "done\n", "a process that recorded came to grief"


def check(made: Round, summary: Summary) -> None:
    """Everything that a round was answered against the model, and its records against themselves."""
    within = context(made.folder, Clock(AT), virtual=False)
    with closing(within.database):
        for opening in made.seasons:
            play = Play(context=within, clock=Clock(AT), pack=pack_of(PACK), season=opening.code, folder=made.folder)
            places = {act: place for act, place in acts_of(play).items() if place > opening.acts}
            operations = list(made.operations(opening.code))
            for one in operations:
                summary.count(one)
            summary.acts += len(places)
            found = Check(opening.season(), opening.acts, operations, places).run()
            summary.findings += found
            summary.findings += [Finding("verify", opening.code, str(one)) for one in play.verified().findings]
    summary.rounds += 1


def record(count: int, each: int, seed: int, away: Path, tell: Callable[[Summary], None] = lambda _: None) -> Summary:
    """Record and check `count` operations or a few more, `each` to a round. `tell` hears how far it is.

    The folder of a round goes when it is checked; where something was found it stays.
    """
    summary, before = Summary(), None
    with recorder() as running:
        for number in range(-(-count // each)):
            folder = away / f"round-{number}"
            folder.mkdir()
            made = begin(running, folder, each, f"{seed} {number}")
            if before is not None:
                _finish(before, summary)
                tell(summary)
            wait(running)
            before = made
        if before is not None:
            _finish(before, summary)
            tell(summary)
        assert running.stdin is not None
        running.stdin.close()
    return summary


def _finish(made: Round, summary: Summary) -> None:
    known = len(summary.findings)
    check(made, summary)
    if len(summary.findings) == known:
        ground.here().forget(made.folder)
        shutil.rmtree(made.folder)
