"""A season's records in the order in which they happened, an act at a time.

Within a stream the order is seq. Across streams an act comes after every act that one of its streams had before; what
this leaves open is told by recorded time, and at one instant in the order in which a season goes.
"""

from collections.abc import Iterable, Iterator

from workflow.replay.timeline import Entry

_WAY = (
    "create", "import", "invite", "hold", "self_review", "record_vote", "close_vote", "revote", "submit", "send",
    "receive", "opinion", "ratify",
)  # fmt: skip


def acts(entries: Iterable[Entry]) -> Iterator[tuple[Entry, ...]]:
    """The records of each act together, in order; a broken history is told in the order of time."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.act, []).append(entry)
    waiting = [tuple(one) for one in found.values()]
    waiting.sort(key=lambda act: (min(entry.recorded_at for entry in act), max(_place(entry) for entry in act)))
    told: dict[str, int] = {}
    while waiting:
        at = next((at for at, act in enumerate(waiting) if _follows(act, told)), 0)
        act = waiting.pop(at)
        for entry in act:
            told[entry.stream] = max(entry.seq, told.get(entry.stream, 0))
        yield act


def _place(entry: Entry) -> int:
    """Where in a season a command has its place; others come last."""
    return _WAY.index(entry.command) if entry.command in _WAY else len(_WAY)


def _follows(act: tuple[Entry, ...], told: dict[str, int]) -> bool:
    """Whether everything that its streams had before was told."""
    first: dict[str, int] = {}
    for entry in act:
        first[entry.stream] = min(entry.seq, first.get(entry.stream, entry.seq))
    return all(told.get(stream, 0) == seq - 1 for stream, seq in first.items())
