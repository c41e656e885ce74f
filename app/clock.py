"""The one real clock, and one that stands where it was put (rehearsals, the demo)."""

from collections.abc import Callable
from datetime import UTC, datetime


def system_clock() -> datetime:
    """The present instant, aware, UTC."""
    return datetime.now(UTC)


def standing_at(moment: datetime) -> Callable[[], datetime]:
    """A clock that always tells `moment`."""
    return lambda: moment
