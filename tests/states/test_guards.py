"""The conditions of a dossier's and a meeting's commands: met at the edge, unmet one step past it, and bad input."""

from typing import Any

import pytest

from states.guards import GUARDS
from states.processes import PROCESSES
from tests.states.facts import NOON, action, ask, code, dossier, facts, is_met, meeting
from workflow.facts import Finding
from workflow.words import Status

NAMES = {
    "not_own",
    "reason_given",
    "rank_given",
    "early_vote_reasoned",
    "due_back_named",
    "correction_named",
    "changes_given",
    "files_given",
    "review_finished",
    "meeting_held",
    "meeting_since_revote",
    "parties_invited",
    "tally_complete",
    "proposal_follows_vote",
    "group_ready",
    "group_has_room",
    "all_voted",
    "group_foreseen",
    "vote_foreseen",
    "may_vote_again",
    "recipient_on_route",
    "sends_complete",
    "others_sent",
    "opinion_says",
    "one_left_to_submit",
    "decided_by_route",
    "ratifier_unsaid",
    "opinion_given",
    "opinion_heard",
    "none_listed",
    "opinion_asked",
    "appraised",
    "not_above_adjusted",
    "in_order",
    "under_ceiling",
    "circumstance_elsewhere",
    "circumstance_described",
    "fault_described",
    "fault_carried",
    "faults_answered",
    "in_time",
    "sent_in_time",
    "backdate_proved",
    "done_before",
    "decided_as_proposed",
    "meeting_described",
    "expected_named",
    "decision_numbered",
    "invitation_proved",
    "meeting_of_kind",
    "registration_described",
    "agreement_asked",
    "agreed_before_held",
    "invitations_sent",
    "presence_told",
    "quorum_met",
    "step_asked",
    "note_says",
    "steps_decided",
    "comment_asked",
    "correction_follows_tally",
    "group_within",
    "minutes_given",
    "reason_for_moving",
    "paper_fits",
    "only_one",
    "paper_present",
    "suggestion_described",
    "suggestion_answered",
    "explanation_asked",
    "comment_described",
    "comments_collected",
    "dossiers_ready",
    "drafts_there",
    "tally_asked",
    "tally_in_order",
    "tally_adds_up",
    "count_signed",
    "self_vote_told",
    "all_counted",
    "rank_follows_tally",
    "step_proved",
    "step_needed",
    "dossiers_there",
    "sent_in_turn",
    "difficulty_answered",
    "circumstance_known",
    "petition_says",
    "petition_answered",
    "result_changed",
    "adjusted_by_route",
}
"""Each of them is asked in this folder; a new one needs its tests."""


def test_no_guard_is_without_its_tests():
    assert set(GUARDS) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_guard_stands_at_commands_that_are_there(name: str):
    spec = GUARDS[name]
    assert spec.commands
    assert set(spec.commands) <= set(PROCESSES[spec.process].steps)


# — who, and with what —


def test_nobody_handles_their_own_dossier():
    """A-36: ordinary separation of duties."""
    assert is_met(ask("not_own", facts(actor="SNV-13")))
    found = ask("not_own", facts(actor="SNV-02"))
    assert code(found) == "own_dossier"
    assert (found.who, found.scope) == ("coordinator", "SNV")


@pytest.mark.parametrize("command", ["ratify", "adjust", "opinion"])
@pytest.mark.parametrize("outside,who", [(False, "ratifier"), (True, "registrar")])
def test_of_ones_own_dossier_somebody_else_who_decides_is_told(command: str, outside: bool, who: str):
    found = ask("not_own", facts(command, actor="SNV-02", dossier=dossier(outside=outside)))
    assert (code(found), found.who, found.scope) == ("own_dossier", who, "")


def test_a_self_review_without_a_rank_is_taken_and_tells_the_correction_that_adds_it():
    assert is_met(ask("expected_named", facts("self_review", args={"rank": "good"})))
    assert ask("expected_named", facts("self_review", args={"rank": "good"})).flags == ()
    found = ask("expected_named", facts("self_review", dossier=dossier(seq=4)))
    assert is_met(found)
    assert (found.code, found.flags) == ("guard.expected_missing", ("warning",))
    assert action(found) == (
        "dossier.correct", {"field": "expected", "corrects": "5", "rank": "RANK", "reason": "…"},
    )  # fmt: skip


@pytest.mark.parametrize("outside,who", [(False, "ratifier"), (True, "registrar")])
def test_a_decision_has_a_number_whoever_decides(outside: bool, who: str):
    assert is_met(ask("decision_numbered", facts("ratify", args={"decision": "5/QĐ"})))
    for args in ({}, {"decision": ""}):
        found = ask("decision_numbered", facts("ratify", args=args, dossier=dossier(outside=outside)))
        assert (code(found), found.who) == ("decision_missing", who)
        assert action(found) == ("dossier.ratify", {"decision": "NO"})


@pytest.mark.row("NT11-1c-1")
@pytest.mark.parametrize(
    "changes,args,occurred,answer",
    [
        ({"held_on": None}, {}, "2024-12-04", None),
        ({}, {"letter": "5/GM"}, "2024-11-20", None),
        ({}, {"letter": "5/GM"}, "2024-11-21", "invitation_after"),
        ({}, {}, "2024-11-20", "invitation_unproved"),
        ({}, {"letter": ""}, "2024-11-20", "invitation_unproved"),
    ],
)
def test_an_invitation_entered_late_went_out_by_the_day_of_the_meeting(
    changes: dict[str, Any], args: dict[str, Any], occurred: str, answer: str | None
):
    told = facts("invite", process="meeting", args=args, occurred_on=occurred, meeting=meeting(**changes))
    found = ask("invitation_proved", told)
    assert is_met(found) if answer is None else code(found) == answer


def test_an_invitation_entered_late_without_its_day_is_not_dated_by_today():
    told = facts("invite", process="meeting", args={"letter": "5/GM"}, occurred_on="2024-11-20", meeting=meeting())
    told["command"]["dated"] = False
    assert code(ask("invitation_proved", told)) == "invitation_unproved"


@pytest.mark.parametrize("reason,given", [("ab12", True), ("", False), (None, False)])
def test_a_reason_is_there_or_it_is_not(reason: str | None, given: bool):
    found = ask("reason_given", facts("withdraw", args={"reason": reason}))
    assert is_met(found) is given
    if not given:
        assert code(found) == "reason_missing"
        assert action(found)[0] == "dossier.withdraw"


def test_a_command_that_needs_a_rank_names_one():
    assert is_met(ask("rank_given", facts("record_vote", args={"rank": "good"})))
    found = ask("rank_given", facts("record_vote"))
    assert code(found) == "rank_missing"
    assert found.figures["ranks"] == ["excellent", "good", "completed", "not_completed"]
    assert action(found)[0] == "dossier.record_vote"


@pytest.mark.row("QN23-II.2-1")
@pytest.mark.parametrize("kind,passes", [("agency", True), ("collective", False), ("person", False)])
def test_what_is_ranked_without_a_review_is_voted_on_from_the_draft(kind: str, passes: bool):
    told = facts("record_vote", dossier=dossier(state="drafted", kind=kind))
    found = ask("early_vote_reasoned", told, unreviewed=("agency",))
    assert is_met(found) if passes else code(found) == "vote_before_review"


@pytest.mark.parametrize(
    "state,reason,passes",
    [("self_reviewed", None, True), ("drafted", "ab12", True), ("drafted", None, False), ("drafted", "", False)],
)
def test_a_vote_before_the_self_review_needs_a_reason(state: str, reason: str | None, passes: bool):
    told = facts("record_vote", dossier=dossier(state=state), args={"reason": reason})
    found = ask("early_vote_reasoned", told, unreviewed=())
    assert is_met(found) is passes
    if not passes:
        assert code(found) == "vote_before_review"
        assert action(found) == ("dossier.self_review", {})


@pytest.mark.parametrize(
    "day,answer",
    [
        ("2024-12-04", None),
        ("2024-12-05", None),
        ("2024-12-03", "due_back_past"),
        (None, "due_back_missing"),
    ],
)
def test_a_dossier_sent_back_is_due_back_no_earlier_than_today(day: str | None, answer: str | None):
    found = ask("due_back_named", facts("send_back", args={"due_back": day} if day else {}))
    assert is_met(found) if answer is None else code(found) == answer


@pytest.mark.parametrize(
    "args,answer",
    [
        ({"field": "voted", "corrects": 3}, None),
        ({"field": "expected", "corrects": 1}, None),
        ({"field": "decided", "corrects": 3}, "correct_field"),
        ({"field": "state", "corrects": 3}, "correct_field"),
        ({"field": "", "corrects": 3}, "correct_field"),
        ({"corrects": 3}, "correct_field"),
        ({"field": "voted"}, "correct_record"),
        ({"field": "voted", "corrects": 0}, "correct_record"),
    ],
)
def test_a_correction_names_a_rank_that_is_there_and_a_record(args: dict[str, Any], answer: str | None):
    found = ask("correction_named", facts("correct", args=args))
    assert is_met(found) if answer is None else code(found) == answer


def test_what_is_not_there_cannot_be_corrected():
    unvoted = dossier(state="self_reviewed", voted=None, proposed=None)
    found = ask("correction_named", facts("correct", dossier=unvoted, args={"field": "voted", "corrects": 2}))
    assert code(found) == "correct_field"
    assert found.figures["have"] == ["expected"]


@pytest.mark.parametrize("changes,passes", [({"tier": "unit"}, True), ({}, False), (None, False)])
def test_an_amendment_changes_something(changes: dict[str, str] | None, passes: bool):
    found = ask("changes_given", facts("amend", args={"changes": changes}))
    assert is_met(found) if passes else code(found) == "nothing_changes"


@pytest.mark.parametrize("digests,passes", [(["a" * 64], True), ([], False)])
def test_attaching_attaches_something(digests: list[str], passes: bool):
    found = ask("files_given", facts("attach", args={"attachments": digests}))
    assert is_met(found) if passes else code(found) == "attachment_missing"


# — the review —


@pytest.mark.row("NT11-1e-2")
@pytest.mark.parametrize("reviewed_at,passes", [(NOON - 1, True), (NOON, True), (NOON + 1, False)])
def test_sending_comes_after_the_review(reviewed_at: int, passes: bool):
    found = ask("review_finished", facts(dossier=dossier(marks={"reviewed_at": reviewed_at})))
    assert is_met(found) is passes
    if not passes:
        assert code(found) == "review_unfinished"
        assert found.who == "subject"


@pytest.mark.row("NT11-1e-2")
def test_without_any_review_nothing_is_sent():
    assert code(ask("review_finished", facts(dossier=dossier(voted=None, marks={})))) == "review_unfinished"


@pytest.mark.row("NT11-1e-2")
def test_a_vote_with_a_reason_stands_for_the_missing_review_and_warns():
    found = ask("review_finished", facts(dossier=dossier(marks={})))
    assert found.status is Status.MET
    assert (found.code, found.flags) == ("guard.review_replaced", ("warning",))


# — the meeting —


@pytest.mark.parametrize("unit", ["SNV", "UBND"])
def test_a_vote_names_a_meeting_of_its_own_unit_or_one_above(unit: str):
    assert is_met(ask("meeting_held", facts("record_vote", meeting=meeting(unit=unit))))


@pytest.mark.parametrize(
    "changes,answer",
    [
        ({"unit": "SNV-TG"}, "meeting_elsewhere"),
        ({"unit": "STC"}, "meeting_elsewhere"),
        ({"held_on": None, "state": "planned"}, "meeting_not_held"),
        ({"held_on": None, "state": "cancelled"}, "meeting_not_held"),
        ({"held_on": "2024-12-05"}, "meeting_later"),
        ({"held_on": "2024-12-04"}, None),
    ],
)
def test_the_meeting_was_held_here_and_not_after_the_vote(changes: dict[str, Any], answer: str | None):
    found = ask("meeting_held", facts("record_vote", meeting=meeting(**changes)))
    assert is_met(found) if answer is None else code(found) == answer


def test_a_vote_without_a_meeting_is_told_to_hold_one():
    found = ask("meeting_held", facts("record_vote"))
    assert code(found) == "meeting_missing"
    assert action(found) == ("meeting.hold", {"unit": "SNV"})


@pytest.mark.row("NT11-1c-1")
@pytest.mark.parametrize(
    "invited,missing",
    [
        (["ban-dang-tinh-uy"], []),
        (["so-noi-vu", "ban-dang-tinh-uy"], []),
        ([], ["ban-dang-tinh-uy"]),
        (["so-noi-vu"], ["ban-dang-tinh-uy"]),
    ],
)
def test_the_party_boards_are_invited(invited: list[str], missing: list[str]):
    found = ask("parties_invited", facts("record_vote", meeting=meeting(invited=invited)), bodies=("ban-dang-tinh-uy",))
    assert is_met(found) is (not missing)
    if missing:
        assert code(found) == "not_invited"
        assert found.figures["bodies"] == missing
        assert action(found)[0] == "meeting.invite", "its paper can be entered; `letter` and day prove it"


@pytest.mark.row("NT11-1c-1")
def test_no_meeting_invited_nobody():
    found = ask("parties_invited", facts("record_vote"), bodies=("one", "two"))
    assert found.figures["bodies"] == ["one", "two"]
    assert action(found) == ("meeting.hold", {"unit": "SNV", "invite": "one two"})


@pytest.mark.parametrize(
    "args,answer",
    [
        ({"attendees": 1}, None),
        ({"attendees": 12, "held_on": "2024-12-04"}, None),
        ({"attendees": 12, "held_on": "2024-11-20"}, None),
        ({"attendees": 0}, "attendees_missing"),
        ({"attendees": -3}, "attendees_missing"),
        ({}, "attendees_missing"),
        ({"attendees": 12, "held_on": "2024-12-05"}, "held_in_future"),
    ],
)
def test_a_meeting_says_how_many_came_and_on_which_past_day(args: dict[str, Any], answer: str | None):
    found = ask("meeting_described", facts("hold", process="meeting", meeting=meeting(state="planned"), args=args))
    assert is_met(found) if answer is None else code(found) == answer


# — the tally —


def tally(
    votes: dict[str, int], *, rank: str | None = "good", attendees: int | None = 7, reason: str | None = None
) -> Finding:
    args = {"rank": rank, "tally": votes, "reason": reason}
    kept = {name: value for name, value in args.items() if value is not None}
    return ask("tally_complete", facts("record_vote", args=kept, meeting=meeting(attendees=attendees)))


@pytest.mark.parametrize(
    "votes",
    [
        {},
        {"good": 7},
        {"good": 4, "excellent": 3},
        {"good": 4, "excellent": 2, "invalid": 1, "returned": 7, "voters": 7},
        {"good": 5, "returned": 5, "voters": 7},
        {"good": 1, "excellent": 1, "voters": 2},
    ],
)
def test_a_tally_that_adds_up_is_complete(votes: dict[str, int]):
    """No threshold is invented: one vote more is enough, and so is a tie (A-16)."""
    assert is_met(tally(votes))


@pytest.mark.parametrize(
    "votes,answer",
    [
        ({"good": 6, "returned": 7}, "tally_incomplete"),
        ({"good": 8, "returned": 7}, "tally_incomplete"),
        ({"good": 5, "invalid": 1, "returned": 5}, "tally_incomplete"),
        ({"good": 6, "returned": 6, "voters": 5}, "tally_incomplete"),
        ({"good": 8}, "tally_too_many"),
        ({"good": 3, "excellent": 4}, "tally_other_rank"),
    ],
)
def test_a_tally_that_does_not_add_up_is_refused(votes: dict[str, int], answer: str):
    assert code(tally(votes)) == answer


def test_a_rank_other_than_the_most_voted_needs_the_chair_s_reason():
    found = tally({"excellent": 4, "good": 3})
    assert found.figures["leading"] == ["excellent"]
    assert found.figures["votes"] == 4
    assert is_met(tally({"excellent": 4, "good": 3}, reason="ab12"))


def test_how_many_attended_need_not_be_known():
    assert is_met(tally({"good": 80}, attendees=None))


@pytest.mark.parametrize("votes", [{"good": 8, "excellent": -1}, {"good": 9, "invalid": -2}])
def test_nobody_casts_fewer_than_no_votes(votes: dict[str, int]):
    assert not is_met(tally(votes))


def test_a_tally_without_a_rank_is_no_accident():
    """`rank_given` tells what is missing; all rules are asked, so this one has to bear it."""
    assert tally({"good": 7}, rank=None).status in Status


# — the proposal —


@pytest.mark.parametrize(
    "args,setting,passes",
    [
        ({"rank": "good"}, "voted", True),
        ({"rank": "good", "proposed": "good"}, "voted", True),
        ({"rank": "good", "proposed": "excellent"}, "voted", False),
        ({"rank": "good", "proposed": "completed"}, "voted", False),
        ({"rank": "good", "proposed": "excellent"}, "free", True),
    ],
)
def test_a_unit_proposes_what_it_voted_unless_the_pack_says_otherwise(args: dict[str, str], setting: str, passes: bool):
    found = ask("proposal_follows_vote", facts("record_vote", args=args), proposal=setting)
    assert is_met(found) if passes else code(found) == "proposal_differs"


@pytest.mark.row("NT11-1a-5")
@pytest.mark.parametrize(
    ("ordered", "held_on", "met"),
    [
        (None, "2024-11-01", True),
        ("2024-11-20", "2024-11-19", False),
        ("2024-11-20", "2024-11-20", True),
        ("2024-11-20", "2024-11-21", True),
        ("2024-11-20", None, True),
    ],
)
def test_a_new_vote_is_held_at_a_meeting_since_it_was_ordered(ordered: str | None, held_on: str | None, met: bool):
    """A meeting that was not held at all is for another guard to refuse."""
    told = facts("record_vote", dossier=dossier(marks={"revoted_on": ordered}), meeting=meeting(held_on=held_on))
    found = ask("meeting_since_revote", told)
    assert is_met(found) is met
    if not met:
        assert code(found) == "meeting_before_revote"
        assert found.remedy is not None
        assert (found.remedy.action, found.remedy.args) == ("meeting.hold", {"unit": "SNV"})


def test_without_a_meeting_there_is_none_before_the_new_vote():
    told = facts("record_vote", dossier=dossier(marks={"revoted_on": "2024-11-20"}))
    assert is_met(ask("meeting_since_revote", told))
