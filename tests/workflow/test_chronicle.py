"""A season's records an act at a time, in the order of the places that the acts took."""

from typing import Any

from workflow.replay.chronicle import acts
from workflow.replay.timeline import Entry

NOON = 1_732_000_000_000_000


def entry(place: int, stream: str, seq: int, *, act: str = "", at: int = NOON) -> Entry:
    given: dict[str, Any] = {"kind": "dossier", "actor": "A", "role": "coordinator", "auth": "", "to": None}
    given |= {"act": act or f"act-{place}", "command": "submit", "receipt": "", "body": {}}
    return Entry(place=place, stream=stream, seq=seq, occurred_at=at, recorded_at=at, **given)


def told(*entries: Entry) -> list[int]:
    return [act[0].place for act in acts(entries)]


def test_the_records_of_one_act_are_told_together():
    (one,) = acts([entry(1, "s", 1), entry(1, "t", 1), entry(1, "s", 2)])
    assert [(each.stream, each.seq) for each in one] == [("s", 1), ("t", 1), ("s", 2)]


def test_the_place_orders_acts_whatever_their_streams_times_and_names():
    later, first = entry(2, "a", 1, act="a", at=NOON - 1), entry(1, "b", 1, act="b", at=NOON)
    assert told(later, entry(3, "a", 2), first) == [1, 2, 3]


def test_two_acts_that_claim_one_place_are_told_apart():
    """A history that somebody wrote into: still told to its end."""
    assert [act[0].act for act in acts([entry(1, "s", 1, act="b"), entry(1, "t", 1, act="a")])] == ["a", "b"]


def test_a_broken_history_is_told_to_its_end():
    assert told(entry(5, "s", 3), entry(2, "s", 2)) == [2, 5]


def test_no_record_no_act():
    assert told() == []
