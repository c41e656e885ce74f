"""The one real clock, one that stands where it was put (rehearsals, the demo), and one that is moved on by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


def system_clock() -> datetime:
    """The present instant, aware, UTC."""
    return datetime.now(UTC)


def standing_at(moment: datetime) -> Callable[[], datetime]:
    """A clock that always tells `moment`."""
    return lambda: moment


@dataclass(slots=True)
class VirtualClock:
    """A clock that goes on only when it is told to, and never back."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def forward(self, span: timedelta) -> None:
        self.now += span

    def forward_to(self, moment: datetime) -> None:
        self.now = max(self.now, moment)
