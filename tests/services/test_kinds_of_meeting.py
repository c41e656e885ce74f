"""Kinds of meetings that a pack describes: registered, agreed, held by parts, noted, minuted."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.season import SMALL_PACK, Play, done, leaders, local, person, refusals, units
from tests.services.test_meetings import meeting, order
from workflow.errors import BadInput
from workflow.services.context import Upload
from workflow.services.meetings import MeetingCommand, meet

KINDS = """
[[body]]
id = "standing"
name = "Thường trực"

[[meeting]]
id = "leading"
clause = { source = "paper", at = "2" }
text = "Hội nghị kiểm điểm tập thể và cá nhân lãnh đạo"
where = { duty = ["leadership"] }
registered_through = "office"
agreed_by = ["standing", "committee"]
voters = ["leaders"]
quorum = { of = "roll", more_than = [2, 3] }

[[meeting.part]]
id = "leaders"
part = "member"
text = "Tập thể lãnh đạo"
where = { duty = ["leadership"] }

[[meeting.part]]
id = "guests"
part = "observer"
text = "Đại diện được mời"
body = "standing"
invited = true

[[meeting.step]]
step = "report"

[[meeting.step]]
step = "explanation"
optional = true

[[meeting.step]]
step = "overall"
method = "ballot"

[[meeting]]
id = "staff"
clause = { source = "paper", at = "3" }
text = "Hội nghị toàn thể"
where = { duty = ["staff"] }
"""
TIME = "2024-11-20 08:00"
MINUTES = Upload(kind="minutes", name="bien-ban.pdf", content=b"%PDF-1.7 x")


@pytest.fixture
def play(opening: Callable[..., Play]) -> Play:
    made = opening(SMALL_PACK + KINDS)
    made.bring(units("SNV"), leaders("SNV", 6))
    return made


def agreed(play: Play) -> str:
    """A meeting whose time everybody agreed on."""
    ref = done(order(play, "plan", unit="SNV", invited=["standing"])).done[0].ref
    done(order(play, "register", ref=ref, time=TIME, letter="1/CV"))
    for body in ("standing", "committee"):
        done(order(play, "agree", ref=ref, by="VT", body=body, letter="2/CV"))
    return ref


def test_the_last_agreement_settles_the_time(play: Play):
    ref = done(order(play, "plan", unit="SNV")).done[0].ref
    assert meeting(play, ref)["kind"] == "leading"
    registered = done(order(play, "register", ref=ref, time=TIME, letter="1/CV"))
    assert (registered.done[0].came_from, registered.done[0].to) == ("planned", "registered")
    first = done(order(play, "agree", ref=ref, by="VT", body="standing", letter="2/CV"))
    assert [(one.command, one.to) for one in first.done] == [("agree", "registered")]
    last = done(order(play, "agree", ref=ref, by="VT", body="committee", letter="3/CV"))
    assert [(one.command, one.to) for one in last.done] == [("agree", "registered"), ("settle", "agreed")]
    row = meeting(play, ref)
    assert row["marks"]["registered"] == {"on": "2024-11-10", "time": TIME, "letter": "1/CV"}
    assert [one["body"] for one in row["marks"]["agreed"]] == ["standing", "committee"]
    assert play.verified().findings == ()


def test_one_agreement_is_enough_where_the_pack_says_so(opening: Callable[..., Play]):
    """A-22, the alternative."""
    changed = KINDS.replace(
        'agreed_by = ["standing", "committee"]', 'agreed_by = ["standing", "committee"]\nagreement = "any"'
    )
    play = opening(SMALL_PACK + changed)
    play.bring(units("SNV"), leaders("SNV", 6))
    ref = done(order(play, "plan", unit="SNV")).done[0].ref
    done(order(play, "register", ref=ref, time=TIME))
    assert done(order(play, "agree", ref=ref, by="VT", body="committee", letter="3/CV")).done[-1].to == "agreed"


@pytest.mark.parametrize("by", ["CV-SNV", "GS", "QD-SNV"])
def test_an_agreement_by_somebody_who_is_not_asked_is_refused(play: Play, by: str):
    ref = done(order(play, "plan", unit="SNV")).done[0].ref
    done(order(play, "register", ref=ref, time=TIME))
    before = play.records(meeting(play, ref)["id"])
    assert "no_role" in refusals(order(play, "agree", ref=ref, by=by, body="standing", letter="2/CV"))
    assert "agreement_unasked" in refusals(order(play, "agree", ref=ref, by="VT", body="office", letter="2/CV"))
    with pytest.raises(BadInput, match="unknown_body"):
        order(play, "agree", ref=ref, by="VT", body="nobody", letter="2/CV")
    assert len(play.records(meeting(play, ref)["id"])) == len(before)


def test_a_meeting_held_before_it_was_agreed_is_refused(play: Play):
    play.clock.now = local("2024-11-20 17:00")
    here = {"leaders": 5}
    assert refusals(order(play, "hold", unit="SNV", present=here, invited=["standing"])) == ["meeting_unregistered"]
    ref = done(order(play, "plan", unit="SNV", invited=["standing"])).done[0].ref
    done(order(play, "register", ref=ref, time=TIME))
    assert refusals(order(play, "hold", ref=ref, present=here)) == ["meeting_unagreed"]
    for body in ("standing", "committee"):
        done(order(play, "agree", ref=ref, by="VT", body=body, letter="2/CV"))
    assert refusals(order(play, "hold", ref=ref, present=here, held_on="2024-11-19")) == ["held_before_agreed"]
    assert done(order(play, "hold", ref=ref, present=here)).done[0].to == "held"


def test_agreements_lapse_when_the_time_is_moved(play: Play):
    ref = agreed(play)
    assert refusals(order(play, "move", ref=ref, time="2024-11-22 08:00")) == ["reason_missing"]
    done(order(play, "move", ref=ref, time="2024-11-22 08:00", reason="chủ trì đi công tác"))
    row = meeting(play, ref)
    assert (row["state"], row["marks"]["agreed"]) == ("registered", [])
    play.clock.now = local("2024-11-22 17:00")
    assert refusals(order(play, "hold", ref=ref, present={"leaders": 6})) == ["meeting_unagreed"]
    assert play.verified().findings == ()


@pytest.mark.parametrize("present,reasons", [(4, ["quorum_missed"]), (5, []), (6, []), (7, ["presence_over_roll"])])
def test_who_came_is_counted_by_part_against_the_roll_of_that_day(play: Play, present: int, reasons: list[str]):
    """More than two thirds of six are five."""
    ref = agreed(play)
    play.clock.now = local("2024-11-20 17:00")
    answer = order(play, "hold", ref=ref, present={"leaders": present, "guests": 1})
    assert (refusals(answer) if reasons else []) == reasons
    if not reasons:
        row = meeting(play, ref)
        assert (row["attendees"], row["marks"]["roll"]) == (present + 1, {"leaders": 6})
        assert row["marks"]["present"] == {"leaders": present, "guests": 1}
        play.bring((), [person("SNV-07", unit="SNV", duty="leadership")])
        assert meeting(play, ref)["marks"]["roll"] == {"leaders": 6}
        assert play.verified().findings == ()


def test_whoever_must_be_invited_was(play: Play):
    ref = done(order(play, "plan", unit="SNV")).done[0].ref
    done(order(play, "register", ref=ref, time=TIME))
    for body in ("standing", "committee"):
        done(order(play, "agree", ref=ref, by="VT", body=body, letter="2/CV"))
    play.clock.now = local("2024-11-20 17:00")
    assert refusals(order(play, "hold", ref=ref, present={"leaders": 6})) == ["not_invited"]
    assert done(order(play, "hold", ref=ref, present={"leaders": 6}, invited=["standing"])).accepted


def test_a_vote_names_a_meeting_of_the_right_kind(play: Play):
    play.bring((), [person("SNV-07", unit="SNV", duty="staff", tier="unit", lead="none")])
    play.review("SNV-07")
    play.clock.now = local("2024-11-20 17:00")
    with pytest.raises(BadInput, match="kind_needed"):
        order(play, "hold", unit="SNV", attendees=7)
    ref = done(order(play, "hold", unit="SNV", kind="staff", attendees=7)).done[0].ref
    play.review("SNV-02")
    refused = play.do("record_vote", "SNV-02", rank="good", meeting=ref)
    assert "meeting_other_kind" in refusals(refused)
    done(play.do("record_vote", "SNV-07", rank="good", meeting=ref))


def test_a_kind_that_reviews_nobody_of_the_unit_is_not_planned_there(opening: Callable[..., Play]):
    play = opening(SMALL_PACK + KINDS)
    play.bring(units("SNV"), leaders("SNV", 2))
    with pytest.raises(BadInput, match="kind_elsewhere"):
        order(play, "plan", unit="SNV", kind="staff")
    done(order(play, "plan", unit="SNV", kind="leading"))


def test_steps_are_noted_and_texts_are_kept_apart(play: Play):
    ref = agreed(play)
    play.clock.now = local("2024-11-20 17:00")
    done(order(play, "hold", ref=ref, present={"leaders": 6}))
    assert refusals(order(play, "note", ref=ref, step="criteria", text="x")) == ["step_unasked"]
    assert refusals(order(play, "note", ref=ref, step="report")) == ["note_empty"]
    assert refusals(order(play, "note", ref=ref, step="report", needed=False)) == ["step_needed"]
    done(order(play, "note", ref=ref, step="report", text="trình bày báo cáo", conclusion="thống nhất"))
    done(order(play, "note", ref=ref, step="explanation", needed=False))
    log = meeting(play, ref)["marks"]["log"]
    assert [(one["step"], one.get("needed")) for one in log] == [("report", None), ("explanation", False)]
    assert len(log[0]["text"]) == 64  # a commitment, not the words
    assert play.verified().findings == ()


def test_the_minutes_close_the_meeting(play: Play):
    ref = agreed(play)
    play.clock.now = local("2024-11-20 17:00")
    done(order(play, "hold", ref=ref, present={"leaders": 6}))
    assert refusals(order(play, "minute", ref=ref)) == ["minutes_missing", "steps_undecided"]
    told = MeetingCommand(command="minute", ref=ref, uploads=(MINUTES,))
    assert refusals(meet(play.context, play.season, play.by("CV-SNV"), told)) == ["steps_undecided"]
    done(order(play, "note", ref=ref, step="explanation", needed=False))
    assert done(meet(play.context, play.season, play.by("CV-SNV"), told)).done[0].to == "minuted"
    assert refusals(order(play, "note", ref=ref, step="report", text="x")) == ["wrong_state"]
    assert len(meeting(play, ref)["marks"]["minutes"]) == 1
    assert play.verified().findings == ()


@pytest.mark.parametrize(
    "command,args,code",
    [
        ("hold", {"present": {"nobody": 1}}, "unknown_part"),
        ("hold", {"present": {"leaders": -1}}, "not_a_number"),
        ("hold", {"present": 3}, "not_a_number"),
        ("register", {"time": "2024-11-31 08:00"}, "not_a_minute"),
        ("register", {"time": "20/11/2024"}, "not_a_minute"),
        ("note", {"step": "coffee", "text": "x"}, "unknown_step"),
        ("settle", {"body": "standing"}, "unknown_command"),
    ],
)
def test_bad_input_writes_nothing(play: Play, command: str, args: dict[str, Any], code: str):
    ref = done(order(play, "plan", unit="SNV")).done[0].ref
    before = play.table("history")
    with pytest.raises(BadInput, match=code):
        order(play, command, ref=ref, **args)
    assert play.table("history") == before


def test_a_kind_that_the_pack_does_not_have(play: Play):
    with pytest.raises(BadInput, match="unknown_kind"):
        order(play, "plan", unit="SNV", kind="party")
