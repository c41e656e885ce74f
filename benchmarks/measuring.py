"""How a figure is taken: ours and its limit in turns, the median of each, wall clock and CPU apart."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from benchmarks.profiling import Profile

Sign = Literal["≥", "≤"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table. `row` is the name that `BENCH=` takes. `ours` and `limit` are in `unit`; `value` is what
    is held against the target: a ratio, or an amount of its own."""

    row: str
    work: str
    limit_is: str
    unit: str
    ours: float
    limit: float | None
    value: float
    sign: Sign = "≤"
    target: float | None = None
    """None: reported, and bound by nothing."""
    value_unit: str = ""
    """"" for a ratio."""

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return self.value >= self.target if self.sign == "≥" else self.value <= self.target

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Seconds that one repetition took, by the clock and on the processor."""

    wall: float
    cpu: float


PROFILING: list[Profile] = []
"""The profile under way, where one was asked for."""


def timed(work: Callable[[], object]) -> Taken:
    wall, cpu = time.perf_counter(), time.process_time()
    if PROFILING:
        PROFILING[-1].over(work)
    else:
        work()
    return Taken(wall=time.perf_counter() - wall, cpu=time.process_time() - cpu)


def medians(takes: list[Taken]) -> Taken:
    return Taken(wall=statistics.median(one.wall for one in takes), cpu=statistics.median(one.cpu for one in takes))


def in_turns(rounds: int, *works: Callable[[], Taken]) -> list[Taken]:
    """The median of each work, repeated in turns, so that a slow moment of the machine meets all of them."""
    taken: list[list[Taken]] = [[] for _ in works]
    for _ in range(rounds):
        for work, mine in zip(works, taken, strict=True):
            mine.append(work())
    return [medians(one) for one in taken]


def percentile(values: list[float], percent: int) -> float:
    """The value that this many percent do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
