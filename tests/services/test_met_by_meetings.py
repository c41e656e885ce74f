"""A deadline that is met when the meeting was held: what that leaves on its dossiers, and what it settles (A-38)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.season import SMALL_PACK, Play, done, leaders, local, person, refusals, units
from tests.services.test_meetings import order
from tests.services.test_replay import every_record
from workflow.answers import Answer
from workflow.replay.redecision import redecide

REVIEWED = """
[[deadline]]
id = "reviewed"
clause = { source = "paper", at = "2" }
text = "Kiểm điểm xong"
wording = "before"
on = 2024-11-26
per = "unit"
owner = "office"
met_by = "hold"
where = { duty = ["leadership"] }
"""
AFTER = """
[[deadline]]
id = "after"
clause = { source = "paper", at = "3" }
text = "Gửi kết quả"
wording = "after_event"
event = "hold"
days = 3
per = "unit"
owner = "unit"
met_by = "submit"
"""


@pytest.fixture
def play(opening: Callable[..., Play]) -> Play:
    return staffed(opening, REVIEWED)


def staffed(opening: Callable[..., Play], text: str) -> Play:
    """Two leaders and somebody without a post."""
    play = opening(SMALL_PACK + text)
    play.bring(units("P1", "P2"), [*leaders("P1", 2), person("P1-03", duty="staff", lead="none")])
    return play


def hold(play: Play, at: str, **args: Any) -> Answer:
    play.clock.now = local(at)
    return order(play, "hold", unit="P1", by="CV-P1", attendees=3, **args)


def told(play: Play) -> list[tuple[str, bool]]:
    return [(one["state"], one["late"]) for one in play.obligations("reviewed")]


def is_sound(play: Play) -> bool:
    return play.verified().findings == () and list(redecide(every_record(play), play.rules())) == []


@pytest.mark.parametrize(("at", "late"), [("2024-11-25 23:59", False), ("2024-11-26 00:00", True)])
def test_the_meeting_meets_it_in_time_or_late(play: Play, at: str, late: bool):
    answer = done(hold(play, at))
    assert [(one.kind, one.command) for one in answer.done] == [
        ("meeting", "plan"),
        ("meeting", "hold"),
        ("dossier", "hold"),
        ("dossier", "hold"),
    ]
    assert [one["code"] for one in answer.changes] == ["change.obligation_met"]
    assert told(play) == [("met", late)]
    assert play.states("P1-01", "P1-03") == ["drafted", "drafted"]
    assert "held_at" not in play.dossier("P1-03")["marks"]  # no deadline of its own hangs on the meeting
    assert is_sound(play)


def test_a_planned_meeting_meets_it_only_once_it_was_held(play: Play):
    done(order(play, "plan", unit="P1", by="CV-P1"))
    assert told(play) == [("open", False)]
    done(order(play, "hold", ref="HN-0001", by="CV-P1", attendees=3))
    assert told(play) == [("met", False)]
    assert is_sound(play)


def test_a_meeting_that_is_entered_later_counts_by_its_day_with_what_proves_it(play: Play):
    refused = hold(play, "2024-11-28", held_on="2024-11-25")
    assert (refusals(refused), told(play)) == (["backdate_unproved"], [("open", False)])
    assert refused.refused[0].verdicts[0].remedy is not None
    assert refused.refused[0].verdicts[0].remedy.action == "meeting.hold"
    done(hold(play, "2024-11-28", held_on="2024-11-25", letter="3/BB"))
    assert told(play) == [("met", False)]
    assert play.dossier("P1-01")["marks"]["backdated"] == ["reviewed"]
    assert is_sound(play)


def test_whoever_joins_after_the_meeting_is_talked_over_at_another_one(play: Play):
    done(hold(play, "2024-11-20"))
    play.bring(subjects=[person("P1-04")])
    assert told(play) == [("met", False), ("open", False)]
    done(hold(play, "2024-11-21"))
    assert told(play) == [("met", False), ("met", False)]
    assert is_sound(play)


def test_whoever_moves_is_talked_over_where_he_goes(play: Play):
    done(hold(play, "2024-11-20"))
    play.bring(subjects=[person("P1-02", unit="P2")])
    assert play.dossier("P1-02")["marks"]["held_at"] is None
    assert [(one["scope"], one["state"]) for one in play.obligations("reviewed")] == [("P1", "met"), ("P2", "open")]
    done(order(play, "hold", unit="P2", by="CV-P2", attendees=3))
    assert [one["state"] for one in play.obligations("reviewed")] == ["met", "met"]
    assert is_sound(play)


def test_a_clock_may_wait_for_the_meeting(opening: Callable[..., Play]):
    play = staffed(opening, AFTER)
    done(hold(play, "2024-11-20 15:00"))
    assert [one["last_good_day"] and one["last_good_day"].isoformat() for one in play.obligations("after")] == [
        None,
        "2024-11-25",
    ]
    assert is_sound(play)


def test_a_meeting_on_which_nothing_hangs_leaves_the_dossiers_alone(opening: Callable[..., Play]):
    play = staffed(opening, REVIEWED.replace('met_by = "hold"', 'met_by = "hold"\nmode = "off"'))
    answer = done(hold(play, "2024-11-20"))
    assert [one.kind for one in answer.done] == ["meeting", "meeting"]
    assert is_sound(play)
