"""Rounds of deaths: every deed, every moment of it, random instants; and what came of them."""

import gc
import random
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests import ground
from tests.kills.deeds import DEEDS
from tests.kills.trials import Prepared, Trial
from tests.servers import named

AROUND_COMMIT = {"commit", "committed"}
INSTANTS = 25
"""Random deaths of a deed in each round, where every moment is taken."""
FRESH = 6
"""After so many rounds every deed is prepared anew, with other ids and salts, and what is left looked into again; what
takes long is done once in so many."""


@dataclass(slots=True)
class Tally:
    """What happened: kills by deed, the moments that each has, what was left, how many had answered before."""

    kills: Counter[str] = field(default_factory=Counter)
    moments: dict[str, int] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)
    by_chance: int = 0
    acknowledged: int = 0
    rounds: int = 0
    looked_into: int = 0
    """How many different things were left, each verified and the deed done again on it."""

    def death(self, trial: Trial, **how: Any) -> None:
        left, answered = trial.die(**how)
        self.kills[trial.deed.name] += 1
        self.left[left] += 1
        self.by_chance += "chance" in how
        self.acknowledged += answered

    def add(self, other: "Tally") -> None:
        for name in ("kills", "left"):
            getattr(self, name).update(getattr(other, name))
        for name in ("by_chance", "acknowledged", "rounds", "looked_into"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.moments.update(other.moments)


@dataclass(frozen=True, slots=True)
class Share:
    """What one worker does: in `folder`, so many kills (None: one round), every N-th moment, from a seed of its own."""

    folder: Path
    server: str | None
    kills: int | None
    every: int
    seed: int


def carried_out(share: Share) -> Tally:
    share.folder.mkdir(parents=True, exist_ok=True)
    with named(share.server) if share.server else nullcontext() as server, ground.standing_on(server):
        tally, prepared, chance, trials = Tally(), Prepared(share.folder), random.Random(share.seed), list[Trial]()
        for number in count():
            if number % FRESH == 0:
                for trial in trials:
                    trial.place.over()
                trials = [Trial(prepared, deed, seed=chance.getrandbits(30)) for deed in DEEDS]
                gc.freeze()  # children share what they do not look at
            _one_round(share, [one for one in trials if number % FRESH == 0 or not one.deed.dear], tally, chance)
            sys.stderr.write(f"{share.folder.name}: {tally.kills.total()} kills\n")
            if share.kills is None or tally.kills.total() >= share.kills:
                return tally
    raise AssertionError


def _one_round(share: Share, trials: Sequence[Trial], tally: Tally, chance: random.Random) -> None:
    moment = count(1)
    for trial in trials:
        before = len(trial.looked_into)
        tally.moments[trial.deed.name] = len(trial.moments)
        for at, name in enumerate(trial.moments):
            if next(moment) % share.every == 0 or name in AROUND_COMMIT:
                tally.death(trial, at=at)
        for _ in range(max(1, INSTANTS // share.every)):
            tally.death(trial, chance=chance)
        tally.looked_into += len(trial.looked_into) - before
    tally.rounds += 1
