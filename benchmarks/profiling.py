"""Where the processor's time of a measured work goes, by the module of ours that was nearest to it.

A signal comes after every so many microseconds of processor time; what the driver or a library spends counts for the
module that called it. Signals meet the main thread only, so work in other threads is not seen.
"""

import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType

EVERY = 0.001
"""Seconds of processor time between two looks; a coarser clock of the system makes it longer."""
_HOUSE = Path(__file__).resolve().parent.parent
_ROOMS = tuple(f"{_HOUSE / name}/" for name in ("workflow", "states", "notifications", "workbooks", "app"))


class Profile:
    """What was seen while `over` ran: how often in each module, and in each function of it."""

    def __init__(self) -> None:
        self.rooms: Counter[str] = Counter()
        self.functions: Counter[str] = Counter()

    def over(self, work: Callable[[], object]) -> None:
        before = signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
        try:
            work()
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)

    def _look(self, _: int, frame: FrameType | None) -> None:
        at = frame
        while at is not None:
            name = at.f_code.co_filename
            if name.startswith(_ROOMS):
                room = name.removeprefix(f"{_HOUSE}/")
                self.rooms[room] += 1
                self.functions[f"{room} {at.f_code.co_qualname}"] += 1
                return
            at = at.f_back

    def lines(self, least: float = 0.01) -> list[str]:
        """Shares in percent, the greatest first, down to `least`: of the modules, then of their functions."""
        total = sum(self.rooms.values())
        told = [*self.rooms.most_common(), *self.functions.most_common()]
        return [f"{100 * n / total:5.1f} %  {name}" for name, n in told if n >= least * total]
