"""Votes counted at a meeting, and the ranks that follow from them, on the record."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.season import SMALL_PACK, Play, done, leaders, local, refusals, units, warnings
from tests.services.test_kinds_of_meeting import MINUTES
from tests.services.test_meetings import meeting, order
from workflow.answers import Answer
from workflow.errors import BadInput
from workflow.services.context import Upload
from workflow.services.meetings import MeetingCommand, meet
from workflow.services.tallies import Count, tally

KIND = """
[[meeting]]
id = "board"
clause = { source = "paper", at = "2" }
text = "Hội nghị tập thể lãnh đạo"
where = { duty = ["leadership"] }
voters = ["leaders"]

[[meeting.part]]
id = "leaders"
part = "member"
text = "Tập thể lãnh đạo"
where = { duty = ["leadership"] }

[[meeting.part]]
id = "guests"
part = "director"
text = "Đại diện cấp trên"
body = "committee"

[[meeting.step]]
step = "criteria"
method = "ballot"

[[meeting.step]]
step = "disputed"
method = "show"

[[meeting.step]]
step = "overall"
method = "ballot"
"""
PAPER = Upload(kind="tally", name="kiem-phieu.pdf", content=b"%PDF-1.7 phieu")
SIX = {"issued": 6, "unused": 0, "cast": 6, "valid": 6, "invalid": 0}


@pytest.fixture
def play(opening: Callable[..., Play]) -> Play:
    """A meeting (HN-0001) of six leaders and two guests was held; everybody has reviewed himself."""
    made = opening(SMALL_PACK + KIND)
    made.bring(units("SNV"), leaders("SNV", 6))
    for number in range(1, 7):
        made.review(f"SNV-{number:02d}")
    made.clock.now = local("2024-11-20 17:00")
    done(order(made, "hold", unit="SNV", present={"leaders": 6, "guests": 2}))
    return made


def count(
    play: Play, dossier: str = "HS-0001", *, by: str = "CV-SNV", papers: tuple[Upload, ...] = (PAPER,), **args: Any
) -> Answer:
    given: dict[str, Any] = {"dossier": dossier, "step": "overall", "method": "ballot", "committee": ["Người Đếm"]}
    return tally(play.context, play.season, play.by(by), Count(ref="HN-0001", args={**given, **args}, uploads=papers))


def criteria(play: Play, dossier: str = "HS-0001", disputed: tuple[int, ...] = ()) -> Answer:
    return done(count(play, dossier, step="criteria", figures={**SIX, "good": 6}, disputed=list(disputed)))


def test_votes_are_counted_in_order_and_the_rank_follows(play: Play):
    criteria(play, disputed=(2,))
    assert refusals(count(play, figures={**SIX, "good": 6})) == ["disputed_first"]
    done(count(play, step="disputed", method="show", matter=2, figures={"in_favour": 5, "abstained": 1}, papers=()))
    assert warnings(done(count(play, figures={**SIX, "excellent": 4, "good": 2}))) == ["self_vote"]
    assert refusals(play.do("record_vote", "SNV-01", rank="good", meeting="HN-0001")) == ["tally_other_rank"]
    done(play.do("record_vote", "SNV-01", rank="excellent", meeting="HN-0001"))
    assert [one["step"] for one in meeting(play)["tallies"].values()] == ["criteria", "disputed", "overall"]
    assert play.verified().findings == ()


def test_who_counted_is_kept_apart_and_totals_alone_are_on_record(play: Play):
    criteria(play)
    (kept,) = meeting(play)["tallies"].values()
    assert len(kept["committee"][0]) == 64
    assert set(kept["figures"]) == {*SIX, "good"}
    assert "Người Đếm" not in str(play.records(meeting(play)["id"]))


@pytest.mark.parametrize(
    "figures,reason",
    [
        ({**SIX, "good": 7}, "ballots_valid"),
        ({**SIX, "issued": 7, "unused": 1, "good": 6}, "ballots_over_roll"),
        ({**SIX, "issued": 8, "cast": 8, "valid": 8, "good": 8}, "ballots_over_roll"),
        ({"good": 6}, "tally_lacks"),
    ],
)
def test_a_count_that_does_not_add_up_leaves_nothing(play: Play, figures: dict[str, int], reason: str):
    criteria(play)
    before = meeting(play)
    assert refusals(count(play, figures=figures)) == [reason]
    assert meeting(play) == before


def test_an_invitee_who_votes_is_seen_by_the_numbers(opening: Callable[..., Play]):
    """Five of six leaders came, with two guests: a sixth vote can only be a guest's."""
    made = opening(SMALL_PACK + KIND)
    made.bring(units("SNV"), leaders("SNV", 6))
    made.review("SNV-01")
    made.clock.now = local("2024-11-20 17:00")
    done(order(made, "hold", unit="SNV", present={"leaders": 5, "guests": 2}))
    assert refusals(count(made, step="criteria", figures={**SIX, "good": 6})) == ["votes_over_present"]
    five = {"issued": 6, "unused": 1, "cast": 5, "valid": 5, "invalid": 0, "good": 5}
    done(count(made, step="criteria", figures=five))


def test_a_count_is_corrected_until_the_minutes_are_signed_and_never_after(play: Play):
    criteria(play)
    done(count(play, figures={**SIX, "good": 6}))
    done(count(play, figures={**SIX, "good": 5, "completed": 1}, correct=True, reason="đếm lại"))
    told = MeetingCommand(command="minute", ref="HN-0001", uploads=(MINUTES,))
    done(meet(play.context, play.season, play.by("CV-SNV"), told))
    again = count(play, figures={**SIX, "good": 6}, correct=True, reason="đếm lại")
    assert refusals(again) == ["wrong_state"]
    done(play.do("record_vote", "SNV-01", rank="good", meeting="HN-0001"))
    assert play.verified().findings == ()


def test_a_recorded_vote_is_corrected_to_what_was_counted_and_to_nothing_else(play: Play):
    criteria(play)
    done(count(play, figures={**SIX, "good": 6}))
    done(play.do("record_vote", "SNV-01", rank="completed", meeting="HN-0001", reason="chủ trì kết luận"))
    wrong: dict[str, Any] = {"field": "voted", "corrects": 3, "reason": "ghi nhầm"}
    assert refusals(play.do("correct", "SNV-01", rank="excellent", **wrong)) == ["correction_against_count"]
    done(play.do("correct", "SNV-01", rank="good", **wrong))
    assert play.dossier("SNV-01")["voted"] == "good"
    assert play.verified().findings == ()


def test_minutes_wait_for_every_dossier_that_was_voted_on(play: Play):
    criteria(play)
    told = MeetingCommand(command="minute", ref="HN-0001", uploads=(MINUTES,))
    assert refusals(meet(play.context, play.season, play.by("CV-SNV"), told)) == ["count_unfinished"]
    done(count(play, figures={**SIX, "good": 6}))
    done(meet(play.context, play.season, play.by("CV-SNV"), told))
    assert play.verified().findings == ()


def test_who_was_not_counted_before_the_minutes_needs_another_meeting(play: Play):
    criteria(play)
    done(count(play, figures={**SIX, "good": 6}))
    done(
        meet(
            play.context,
            play.season,
            play.by("CV-SNV"),
            MeetingCommand(command="minute", ref="HN-0001", uploads=(MINUTES,)),
        )
    )
    refused = play.do("record_vote", "SNV-02", rank="good", meeting="HN-0001")
    assert refusals(refused) == ["tally_too_late"]
    (verdict,) = refused.refused[0].verdicts
    assert (verdict.remedy and verdict.remedy.action) == "meeting.hold"


def test_nothing_is_counted_once_the_dossier_is_voted(play: Play):
    criteria(play)
    done(count(play, figures={**SIX, "good": 6}))
    done(play.do("record_vote", "SNV-01", rank="good", meeting="HN-0001"))
    again = count(play, figures={**SIX, "good": 6}, correct=True, reason="x")
    assert refusals(again) == ["tally_after_vote"]


@pytest.mark.parametrize(
    "args,code",
    [
        ({"figures": {**SIX, "superb": 6}}, "no_tally"),
        ({"figures": {**SIX, "good": -1}}, "not_a_number"),
        ({"figures": {**SIX, "good": 1.5}}, "not_a_number"),
        ({"figures": {**SIX, "good": 6}, "step": "coffee"}, "unknown_step"),
        ({"figures": {**SIX, "good": 6}, "method": "lots"}, "unknown_method"),
        ({"figures": {**SIX, "good": 6}, "dossier": "HS-9999"}, "unknown_dossier"),
        ({}, "tally_without"),
    ],
)
def test_bad_input_writes_nothing(play: Play, args: dict[str, Any], code: str):
    before = play.table("history"), play.table("meeting")
    with pytest.raises(BadInput, match=code):
        count(play, **args)
    assert (play.table("history"), play.table("meeting")) == before


@pytest.mark.parametrize(
    ("paper", "code"),
    [
        (Upload(kind="tally", name="phieu.pdf", content=b""), "bad_attachment"),
        (Upload(kind="tally", name="phieu.pdf", content=b"MZ a program"), "attachment_type"),
        (Upload(kind="tally", name="../phieu.pdf", content=b"%PDF-1.7 x"), "attachment_path"),
    ],
)
def test_the_signed_count_is_a_file_of_its_type(play: Play, paper: Upload, code: str):
    before = play.table("history"), play.table("meeting")
    with pytest.raises(BadInput, match=code):
        count(play, figures={**SIX, "good": 6}, papers=(paper,))
    assert (play.table("history"), play.table("meeting")) == before


def test_a_meeting_that_votes_on_nothing_has_no_counts(opening: Callable[..., Play]):
    made = opening(SMALL_PACK)
    made.bring(units("SNV"), leaders("SNV", 2))
    done(order(made, "hold", unit="SNV", attendees=2))
    with pytest.raises(BadInput, match="no_count_here"):
        count(made, figures={**SIX, "good": 6})


def test_a_stranger_counts_nothing(play: Play):
    assert "no_role" in refusals(count(play, by="GS", step="criteria", figures={**SIX, "good": 6}))


def test_who_votes_on_himself_is_off_the_roll_where_the_pack_says_so(opening: Callable[..., Play]):
    """A-36, the alternative."""
    made = opening(SMALL_PACK + KIND.replace('voters = ["leaders"]', 'voters = ["leaders"]\nself_vote = "exclude"'))
    made.bring(units("SNV"), leaders("SNV", 6))
    made.clock.now = local("2024-11-20 17:00")
    done(order(made, "hold", unit="SNV", present={"leaders": 6}))
    assert refusals(count(made, step="criteria", figures={**SIX, "good": 6})) == ["ballots_over_roll"]
    five = {"issued": 5, "unused": 0, "cast": 5, "valid": 5, "invalid": 0, "good": 5}
    done(count(made, step="criteria", figures=five))
    assert made.verified().findings == ()
