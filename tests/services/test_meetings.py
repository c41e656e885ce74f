"""A unit's meetings: planned, their invitations, held with so many, cancelled; and the votes that name them."""

from datetime import date, datetime
from typing import Any

import pytest

from tests.season import PARTY_BOARDS, Play, at_noon, done, leaders, local, refusals, units
from workflow.answers import Answer
from workflow.errors import BadInput
from workflow.services.meetings import MeetingCommand, meet
from workflow.store import commands as sql


def order(
    play: Play,
    command: str,
    *,
    ref: str | None = None,
    unit: str | None = None,
    by: str = "CV-SNV",
    at: datetime | None = None,
    **args: Any,
) -> Answer:
    told = MeetingCommand(command=command, ref=ref, unit=unit, args=args)
    return meet(play.context, play.season, play.by(by, occurred_at=at), told)


def meeting(play: Play, ref: str = "HN-0001") -> dict[str, Any]:
    with play.database.reading() as tx:
        row = tx.one(sql.MEETING, season=play.row()["id"], ref=ref)
    assert row is not None
    return row


def test_a_meeting_is_planned_invited_to_and_held(six: Play):
    planned = done(order(six, "plan", unit="SNV", invited=[PARTY_BOARDS]))
    assert [(one.command, one.to) for one in planned.done] == [("plan", "planned")]
    ref = planned.done[0].ref
    done(order(six, "invite", ref=ref, invited=["so-noi-vu", PARTY_BOARDS]))
    six.clock.now = at_noon("2024-11-20")
    held = done(order(six, "hold", ref=ref, attendees=7))
    assert (held.done[0].came_from, held.done[0].to) == ("planned", "held")
    row = meeting(six, ref)
    assert (row["state"], row["held_on"], row["attendees"]) == ("held", date(2024, 11, 20), 7)
    assert row["invited"] == ["ban-dang-tinh-uy", "so-noi-vu"]
    assert [one.command for one in six.records(row["id"])] == ["create", "invite", "hold"]
    assert six.verified().findings == ()


def test_a_meeting_may_be_planned_and_held_in_one_commit(six: Play):
    answer = done(order(six, "hold", unit="SNV", attendees=7, held_on="2024-11-08"))
    assert [(one.command, one.to) for one in answer.done] == [("plan", "planned"), ("hold", "held")]
    assert meeting(six)["held_on"] == date(2024, 11, 8)


def test_a_meeting_that_is_refused_leaves_nothing(six: Play):
    """Not even a number that was given out."""
    before = six.table("counter")
    refused = order(six, "hold", unit="SNV", held_on="2024-11-08")
    assert refusals(refused) == ["attendees_missing"]
    assert six.table("meeting") == []
    assert six.table("counter") == before


@pytest.mark.parametrize("attendees", [1, 7])
def test_at_least_one_attends(six: Play, attendees: int):
    done(order(six, "hold", unit="SNV", attendees=attendees))


@pytest.mark.parametrize("attendees", [0, -1, None])
def test_nobody_is_no_meeting(six: Play, attendees: int | None):
    assert refusals(order(six, "hold", unit="SNV", attendees=attendees)) == ["attendees_missing"]


@pytest.mark.parametrize("attendees", ["7", 7.5, [7], True])
def test_a_count_that_is_none_is_bad_input(six: Play, attendees: Any):
    with pytest.raises(BadInput):
        order(six, "hold", unit="SNV", attendees=attendees)
    assert six.table("meeting") == []


def test_a_meeting_was_held_by_now(six: Play):
    done(order(six, "hold", unit="SNV", attendees=7, held_on="2024-11-10"))
    assert refusals(order(six, "hold", unit="SNV", attendees=7, held_on="2024-11-11")) == ["held_in_future"]


@pytest.mark.parametrize("day", ["20/11/2024", "2024-11-31", "hôm qua", ""])
def test_a_day_that_is_none_is_bad_input(six: Play, day: str):
    with pytest.raises(BadInput) as caught:
        order(six, "hold", unit="SNV", attendees=7, held_on=day)
    assert caught.value.code == "command.not_a_day"


def test_a_day_is_a_day_however_it_was_typed(six: Play):
    """ISO knows a short form; it is taken as what it says, and the row says what the record says."""
    try:
        done(order(six, "hold", unit="SNV", attendees=7, held_on="20241108"))
    except BadInput:
        return
    assert meeting(six)["held_on"] == date(2024, 11, 8)
    assert six.verified().findings == ()


def test_an_unknown_unit_meeting_body_or_command_is_bad_input(six: Play):
    for told, code in (
        ({"command": "plan", "unit": "XYZ"}, "command.unknown_unit"),
        ({"command": "hold", "ref": "HN-9999", "attendees": 7}, "command.unknown_meeting"),
        ({"command": "plan", "unit": "SNV", "invited": ["nobody"]}, "command.unknown_body"),
        ({"command": "adjourn", "unit": "SNV"}, "command.unknown_command"),
        ({"command": "cancel", "unit": "SNV"}, "command.unknown_command"),
        ({"command": "plan"}, "command.unit_needed"),
    ):
        with pytest.raises(BadInput) as caught:
            order(six, **told)
        assert caught.value.code == code
    assert six.table("meeting") == []


@pytest.mark.parametrize("actor", ["CV-STC", "VT", "GS", "SNV-01", "os-user:lan"])
def test_only_the_unit_s_coordinator_holds_its_meetings(play: Play, actor: str):
    play.bring(units("SNV", "STC"), leaders("SNV", 2))
    assert refusals(order(play, "hold", unit="SNV", attendees=7, by=actor)) == ["no_role"]
    assert play.table("meeting") == []


@pytest.mark.parametrize("command", ["hold", "cancel"])
def test_what_was_held_stays_held(six: Play, command: str):
    done(order(six, "hold", unit="SNV", attendees=7))
    refused = order(six, command, ref="HN-0001", attendees=8, invited=[PARTY_BOARDS])
    assert refusals(refused) == ["wrong_state"]
    assert meeting(six)["attendees"] == 7


@pytest.mark.row("NT11-1c-1")
@pytest.mark.parametrize(
    ("letter", "sent", "code"),
    [
        (None, None, "invitation_unproved"),
        ("5/GM", None, "invitation_unproved"),
        (None, "2024-11-08 08:00", "invitation_unproved"),
        ("5/GM", "2024-11-09 00:00", "invitation_after"),
        ("5/GM", "2024-11-08 23:59", None),
        ("5/GM", "2024-11-01 08:00", None),
    ],
)
def test_an_invitation_is_entered_afterwards_with_the_letter_that_went_out_before(
    six: Play, letter: str | None, sent: str | None, code: str | None
):
    six.review("SNV-02")
    six.clock.now = local("2024-11-12 08:00")
    done(order(six, "hold", unit="SNV", attendees=7, held_on="2024-11-08"))
    told = len(six.table("notice"))
    answer = order(
        six, "invite", ref="HN-0001", invited=[PARTY_BOARDS], letter=letter, at=local(sent) if sent else None
    )
    voted = six.do("record_vote", "SNV-02", rank="good", meeting="HN-0001")
    if code:
        assert (refusals(answer), refusals(voted)) == ([code], ["not_invited"])
    else:
        assert (done(answer).refused, done(voted).refused) == ((), ())
    assert len(six.table("notice")) == told, "nobody is invited to what is over"
    assert six.verified().findings == ()


def test_a_cancelled_meeting_carries_no_vote(six: Play):
    six.review("SNV-02")
    done(order(six, "plan", unit="SNV", invited=[PARTY_BOARDS]))
    assert refusals(six.do("record_vote", "SNV-02", rank="good", meeting="HN-0001")) == ["meeting_not_held"]
    done(order(six, "cancel", ref="HN-0001"))
    assert refusals(six.do("record_vote", "SNV-02", rank="good", meeting="HN-0001")) == ["meeting_not_held"]


def test_a_vote_names_a_meeting_of_its_own_unit_or_one_above(play: Play):
    play.bring(
        [*units("SNV"), *units("SNV-TG", kind="room", parent="SNV"), *units("STC")],
        [*leaders("SNV-TG", 2, tier="unit"), *leaders("SNV", 1)],
    )
    play.review("SNV-TG-01", "SNV-TG-02")
    play.review("SNV-01")
    above, elsewhere, below = play.hold("SNV"), play.hold("STC"), play.hold("SNV-TG")
    done(play.do("record_vote", "SNV-TG-01", rank="good", meeting=above))
    assert refusals(play.do("record_vote", "SNV-TG-02", rank="good", meeting=elsewhere)) == ["meeting_elsewhere"]
    assert refusals(play.do("record_vote", "SNV-01", rank="good", meeting=below)) == ["meeting_elsewhere"]


def test_a_vote_is_not_recorded_before_its_meeting(six: Play):
    six.review("SNV-02")
    six.clock.now = at_noon("2024-11-20")
    ref = six.hold("SNV", held_on="2024-11-20")
    early = six.by("CV-SNV", occurred_at=at_noon("2024-11-19"))
    refused = six.do("record_vote", "SNV-02", by=early, rank="good", meeting=ref)
    assert refusals(refused) == ["meeting_later"]
    six.vote("SNV-02", meeting=ref)
    assert six.dossier("SNV-02")["marks"]["voted_on"] == "2024-11-20"


def test_a_tally_is_held_against_who_attended(six: Play):
    six.review("SNV-02")
    ref = six.hold("SNV")
    refused = six.do("record_vote", "SNV-02", rank="good", meeting=ref, tally={"good": 13})
    assert refusals(refused) == ["tally_too_many"]
    done(six.do("record_vote", "SNV-02", rank="good", meeting=ref, tally={"good": 11, "invalid": 1}))
    args = six.records("SNV-02")[-1].body["facts"]["command"]["args"]
    assert args["tally"] == {"good": 11, "invalid": 1}
