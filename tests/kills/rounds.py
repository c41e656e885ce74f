"""Rounds of deaths: every deed, every moment of it, random instants; and what came of them."""

import gc
import random
import sys
from collections import Counter
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
        tally, prepared = Tally(), Prepared(share.folder)
        for number in count():
            _one_round(share, prepared, tally, number)
            tally.rounds += 1
            sys.stderr.write(f"{share.folder.name}: {tally.kills.total()} kills\n")
            if share.kills is None or tally.kills.total() >= share.kills:
                return tally
    raise AssertionError


def _one_round(share: Share, prepared: Prepared, tally: Tally, number: int) -> None:
    chance, moment = random.Random(share.seed * 1_000_003 + number), count(1)
    for deed in DEEDS:
        trial = Trial(prepared, deed, seed=chance.getrandbits(30))
        tally.moments[deed.name] = len(trial.moments)
        gc.freeze()  # children share what they do not look at
        for at, name in enumerate(trial.moments):
            if next(moment) % share.every == 0 or name in AROUND_COMMIT:
                tally.death(trial, at=at)
        for _ in range(max(1, INSTANTS // share.every)):
            tally.death(trial, chance=chance)
        tally.looked_into += len(trial.looked_into)
        trial.place.over()
