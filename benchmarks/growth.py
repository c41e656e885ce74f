"""Does a command cost more in a large season? CPU per command in a small and in a large one."""

import statistics
import time
from collections.abc import Callable
from contextlib import closing

from benchmarks.ground import COORDINATOR, GUEST, LEADERS, RATIFIER, REGISTRAR, Bench
from benchmarks.measuring import Figure
from workflow.answers import Answer
from workflow.services.context import By, Context
from workflow.services.dossiers import Advance, advance
from workflow.services.meetings import MeetingCommand, meet
from workflow.services.votes import vote
from workflow.store.database import Database

FLAT = 1.2
"""What is not linear by nature may cost so many times as much in a season a hundred times as large."""
UNITS = 6


def growth(bench: Bench) -> list[Figure]:
    """Every command on the way of a dossier, for a few units of either season."""
    sizes = (bench.sizes.small, bench.sizes.large)
    small, large = (_travelled(bench, size) for size in sizes)
    return [
        Figure(
            row="growth",
            work=f"{command}: CPU in a season of {sizes[1]:,} dossiers",
            limit_is=f"the same in one of {sizes[0]:,}",
            unit="µs per command",
            ours=large[command],
            limit=small[command],
            value=large[command] / small[command],
            target=FLAT,
        )
        for command in small
    ]


def _travelled(bench: Bench, dossiers: int) -> dict[str, float]:
    """Command → the median of its CPU in microseconds, over the whole way of a few units."""
    ground = bench.season(dossiers)
    refs = ground.refs["B0"]
    first = len(refs) // LEADERS // 2  # in the middle, where nothing is found by chance
    taken: dict[str, list[float]] = {}
    address = bench.copy(ground)
    with closing(Database(address)) as database:
        way = _Way(ground.on(database), taken)
        for number in range(first, min(first + UNITS, len(refs) // LEADERS)):
            way.go(f"U{number:05d}", refs[number * LEADERS : (number + 1) * LEADERS])
    bench.drop(address)
    # The first unit opens the connection and compiles the statements.
    return {command: statistics.median(one[len(one) // UNITS :]) * 1e6 for command, one in taken.items()}


class _Way:
    """A unit's dossiers from the self-review to the decision, one command after the other."""

    def __init__(self, context: Context, taken: dict[str, list[float]]) -> None:
        self._context, self._taken = context, taken

    def go(self, unit: str, refs: tuple[str, ...]) -> None:
        self._each("self_review", COORDINATOR, refs, rank="good")
        held = MeetingCommand(command="hold", unit=unit, args={"attendees": 12, "invited": [GUEST]})
        meeting = self._timed("hold", lambda: meet(self._context, "B0", COORDINATOR, held)).done[0].ref
        self._each("record_vote", COORDINATOR, refs, rank="good", meeting=meeting)
        self._timed("close_vote", lambda: vote(self._context, "B0", COORDINATOR, "close_vote", unit))
        self._each("submit", COORDINATOR, refs, letter="1/X")
        self._each("ratify", REGISTRAR, refs[:1], external=True, decision="1/QĐ")
        self._each("ratify", RATIFIER, refs[1:], decision="1/QĐ")

    def _each(self, command: str, by: By, refs: tuple[str, ...], **args: object) -> None:
        for ref in refs:
            order = Advance(command=command, refs=(ref,), args=args)
            self._timed(command, lambda order=order: advance(self._context, "B0", by, order))  # type: ignore[misc]

    def _timed(self, command: str, work: Callable[[], Answer]) -> Answer:
        start = time.process_time()
        answer = work()
        self._taken.setdefault(command, []).append(time.process_time() - start)
        assert answer.done, answer.refused
        return answer


ROWS = {"growth": growth}
