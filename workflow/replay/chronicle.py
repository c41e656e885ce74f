"""A season's records in the order in which they happened, an act at a time: by the place that each act took."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from workflow.replay.timeline import Entry


def acts(entries: Iterable[Entry]) -> Iterator[tuple[Entry, ...]]:
    """The records of each act together, in order; those of one stream by their number."""
    ordered = sorted(entries, key=lambda one: (one.place, one.act))
    for _, act in groupby(ordered, key=lambda one: (one.place, one.act)):
        yield tuple(act)
