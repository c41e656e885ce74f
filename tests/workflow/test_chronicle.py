"""A season's records an act at a time: seq within a stream, then time, then the way of a season."""

from typing import Any

from workflow.replay.chronicle import acts
from workflow.replay.timeline import Entry

NOON = 1_732_000_000_000_000


def entry(act: str, stream: str, seq: int, command: str = "submit", at: int = NOON) -> Entry:
    given: dict[str, Any] = {"kind": "dossier", "actor": "A", "role": "coordinator", "auth": "", "to": None}
    body: dict[str, Any] = {}
    return Entry(
        act=act, stream=stream, seq=seq, command=command, occurred_at=at, recorded_at=at, receipt="", body=body, **given
    )


def told(*entries: Entry) -> list[str]:
    return [act[0].act for act in acts(entries)]


def test_the_records_of_one_act_are_told_together():
    (one,) = acts([entry("a", "s", 1), entry("a", "t", 1), entry("a", "s", 2)])
    assert [(each.stream, each.seq) for each in one] == [("s", 1), ("t", 1), ("s", 2)]


def test_time_orders_what_no_stream_does():
    assert told(entry("late", "s", 1, at=NOON + 1), entry("early", "t", 1, at=NOON)) == ["early", "late"]


def test_a_stream_orders_its_records_whatever_their_names_and_commands():
    first, second, third = entry("c", "s", 1, "ratify"), entry("b", "s", 2, "submit"), entry("a", "s", 3, "hold")
    assert told(third, second, first) == ["c", "b", "a"]


def test_an_act_waits_for_every_stream_that_it_touches():
    closing, voting = entry("close", "group", 1, "close_vote"), entry("vote", "dossier", 1, "record_vote")
    again = [entry("again", "group", 2, "revote"), entry("again", "dossier", 2, "revote")]
    assert told(*again, closing, voting) == ["vote", "close", "again"]


def test_at_one_instant_the_way_of_a_season_decides():
    one_instant = [
        entry("5", "group", 1, "close_vote"),
        entry("6", "d1", 1, "submit"),
        entry("3", "d2", 1, "self_review"),
        entry("4", "d3", 1, "record_vote"),
        entry("2", "meeting", 1, "hold"),
        entry("1", "season", 1, "create"),
        entry("7", "unit", 1, "extend"),
    ]
    assert told(*one_instant) == ["1", "2", "3", "4", "5", "6", "7"]


def test_a_broken_history_is_told_to_its_end():
    assert told(entry("b", "s", 3, at=NOON + 1), entry("a", "s", 2, at=NOON)) == ["a", "b"]


def test_no_record_no_act():
    assert told() == []
