"""Does a command cost more in a large season? CPU per command in a small and in a large one."""

import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing

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
UNITS = 12


def growth(bench: Bench) -> list[Figure]:
    """Every command on the way of a dossier, for a few units of either season."""
    sizes = (bench.sizes.small, bench.sizes.large)
    small, large = _travelled(bench, sizes)
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


def _travelled(bench: Bench, sizes: Sequence[int]) -> list[dict[str, float]]:
    """By season, command → the median of its CPU in microseconds, over the whole way of a few units. The seasons take
    turns, unit by unit."""
    ways = []
    with ExitStack() as stack:
        for size in sizes:
            ground = bench.season(size)
            address = bench.copy(ground)
            stack.callback(bench.drop, address)
            database = stack.enter_context(closing(Database(address)))
            ways.append(_Way(ground.on(database), ground.refs["B0"]))
        for number in range(min(UNITS, min(sizes) // LEADERS // 2)):
            for way in ways:
                way.go(number)
    # The first unit opens the connection and compiles the statements.
    return [
        {command: statistics.median(one[len(one) // UNITS :]) * 1e6 for command, one in way.taken.items()}
        for way in ways
    ]


class _Way:
    """A unit's dossiers from the self-review to the decision, one command after the other."""

    def __init__(self, context: Context, refs: tuple[str, ...]) -> None:
        self._context, self._refs = context, refs
        self.taken: dict[str, list[float]] = {}

    def go(self, number: int) -> None:
        # From the middle on, where nothing is found by chance.
        at = len(self._refs) // LEADERS // 2 + number
        unit, refs = f"U{at:05d}", self._refs[at * LEADERS : (at + 1) * LEADERS]
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
        self.taken.setdefault(command, []).append(time.process_time() - start)
        assert answer.done, answer.refused
        return answer


ROWS = {"growth": growth}
