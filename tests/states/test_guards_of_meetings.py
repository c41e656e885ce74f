"""The conditions of a meeting: met at the edge, unmet one step past it, and what would help."""

from typing import Any

import pytest

from tests.states.facts import action, ask, code, facts, is_met, meeting
from workflow.facts import Facts, Finding
from workflow.words import Status

KIND, OFFICE, LEADERS, BODY = "K-1", "office", "standing", "committee"
REGISTERED = {"on": "2024-11-18", "time": "2024-11-20 08:00", "letter": "1/CV"}
BY_ALL = [{"body": one, "on": "2024-11-19", "letter": None} for one in (LEADERS, BODY)]


def at(command: str, *, state: str = "planned", kind: str | None = KIND, roll: Any = None, **more: Any) -> Facts:
    """A meeting that is to come, on 20/11."""
    marks, args = more.pop("marks", {}), more.pop("args", {})
    gathering = meeting(state=state, kind=kind, held_on=None, attendees=None, marks=marks, invited=[])
    if roll is not None:
        gathering["roll"] = roll
    more = {"occurred_on": "2024-11-20", **more}
    return facts(command, process="meeting", meeting=gathering, args=args, **more)


# — registration —


@pytest.mark.parametrize("command", ["register", "move"])
def test_a_time_is_registered_where_the_kind_asks_for_it(command: str):
    told = at(command, args={"time": "2024-11-20 08:00"})
    assert is_met(ask("registration_described", told, kinds=(KIND,)))
    assert code(ask("registration_described", told, kinds=("other",))) == "registration_unasked"
    kindless = at(command, kind=None, args={"time": "2024-11-20 08:00"})
    assert code(ask("registration_described", kindless, kinds=(KIND,))) == "registration_unasked"


def test_a_registration_says_when():
    found = ask("registration_described", at("register"), kinds=(KIND,))
    assert code(found) == "time_missing"
    assert action(found) == ("meeting.register", {"time": "YYYY-MM-DD HH:MM"})


# — agreement —


def agreeing(
    body: str, *, roles: tuple[str, ...] = ("ratifier",), letter: str | None = None, known: Any = ()
) -> Finding:
    args = {"body": body} | ({"letter": letter} if letter else {})
    marks = {"registered": REGISTERED, "agreed": list(known)}
    told = at("agree", state="registered", marks=marks, args=args, roles=list(roles))
    return ask("agreement_asked", told, bodies=(LEADERS, BODY))


def test_who_is_asked_agrees_in_person():
    assert is_met(agreeing(BODY, roles=("ratifier",)))


def test_for_a_body_that_does_not_work_here_a_letter_is_named():
    assert is_met(agreeing(BODY, roles=("registrar",), letter="3/CV"))
    found = agreeing(BODY, roles=("registrar",))
    assert (code(found), action(found)) == ("agreement_unproved", ("meeting.agree", {"letter": "NO"}))


def test_who_is_not_asked_does_not_agree():
    found = agreeing(OFFICE)
    assert (code(found), found.figures["bodies"]) == ("agreement_unasked", (LEADERS, BODY))


def test_nobody_agrees_twice():
    assert is_met(agreeing(BODY, known=BY_ALL[:1]))
    assert code(agreeing(BODY, known=BY_ALL)) == "agreed_already"


# — held —


def holding(
    state: str, held_on: str = "2024-11-20", *, bodies: tuple[str, ...] = (LEADERS, BODY), **marks: Any
) -> Finding:
    told = at("hold", state=state, marks=marks, args={"held_on": held_on})
    return ask("agreed_before_held", told, bodies=bodies, through=OFFICE)


def test_a_meeting_is_held_once_everybody_agreed():
    assert is_met(holding("agreed", registered=REGISTERED, agreed=BY_ALL))
    missing = holding("registered", registered=REGISTERED, agreed=BY_ALL[:1])
    assert (code(missing), missing.figures["bodies"], missing.who) == ("meeting_unagreed", [BODY], BODY)
    assert action(missing) == ("meeting.agree", {"ref": "HN-0001", "body": BODY, "letter": "NO"})


def test_a_meeting_is_held_once_it_was_registered():
    assert is_met(holding("registered", bodies=(), registered=REGISTERED))
    found = holding("planned", bodies=())
    assert (code(found), found.figures["body"]) == ("meeting_unregistered", OFFICE)
    assert action(found) == ("meeting.register", {"ref": "HN-0001", "time": "YYYY-MM-DD HH:MM"})


@pytest.mark.parametrize("held_on,reason", [("2024-11-19", None), ("2024-11-18", "held_before_agreed")])
def test_the_day_of_a_meeting_is_not_before_its_last_agreement(held_on: str, reason: str | None):
    found = holding("agreed", held_on, registered={**REGISTERED, "time": f"{held_on} 08:00"}, agreed=BY_ALL)
    assert is_met(found) if reason is None else code(found) == reason


def test_a_meeting_on_another_day_than_registered_is_told():
    found = holding("agreed", "2024-11-21", registered=REGISTERED, agreed=BY_ALL)
    assert (found.status, found.code, found.flags) == (Status.MET, "guard.held_other_day", ("warning",))


def test_who_must_be_invited_was():
    told = at("hold", args={"invited": [BODY]})
    told["meeting"]["invited"] = [LEADERS]
    assert is_met(ask("invitations_sent", told, bodies=(LEADERS, BODY)))
    found = ask("invitations_sent", told, bodies=(LEADERS, BODY, OFFICE))
    assert (code(found), found.figures["bodies"]) == ("not_invited", [OFFICE])
    assert action(found) == ("meeting.invite", {"ref": "HN-0001", "invite": OFFICE})


@pytest.mark.parametrize("present,reason", [(3, None), (4, "presence_over_roll"), (0, None)])
def test_no_more_attend_than_belong_to_a_part_where_votes_are_counted(present: int, reason: str | None):
    told = at("hold", roll={"lead": 3}, args={"present": {"lead": present}})
    found = ask("presence_told", told, voting=("lead",), counted=True)
    assert is_met(found) if reason is None else code(found) == reason
    assert is_met(ask("presence_told", told, voting=("lead",), counted=False))


def test_who_votes_is_counted_by_part():
    told = at("hold", roll={"lead": 3}, args={"present": {"guest": 1}})
    found = ask("presence_told", told, voting=("lead",), counted=False)
    assert (code(found), action(found)) == ("presence_missing", ("meeting.hold", {"present": "lead=N"}))


@pytest.mark.parametrize("present,met", [(3, False), (4, True)])
def test_a_quorum_of_more_than_half_of_six(present: int, met: bool):
    told = at("hold", roll={"lead": 6, "staff": 20}, args={"present": {"lead": present, "staff": 20}})
    found = ask("quorum_met", told, voting=("lead",), more=1, than=2)
    assert is_met(found) if met else code(found) == "quorum_missed"


# — after it —


def test_a_note_belongs_to_a_step_and_says_something():
    steps = {"steps": ("report", "explanation"), "optional": ("explanation",)}
    assert is_met(ask("step_asked", at("note", args={"step": "report", "text": "x"}), **steps))
    assert code(ask("step_asked", at("note", args={"step": "criteria"}), **steps)) == "step_unasked"
    assert is_met(ask("step_asked", at("note", args={"step": "explanation", "needed": False}), **steps))
    assert code(ask("step_asked", at("note", args={"step": "report", "needed": False}), **steps)) == "step_needed"
    for said in ({"text": "x"}, {"conclusion": "x"}, {"needed": False}):
        assert is_met(ask("note_says", at("note", args={"step": "report", **said})))
    assert code(ask("note_says", at("note", args={"step": "report", "needed": True}))) == "note_empty"
    assert code(ask("note_says", at("note", args={"text": "x"}))) == "step_missing"


@pytest.mark.parametrize(
    "log,left",
    [
        ([], ("explanation", "discussion")),
        ([{"step": "report", "text": "x"}, {"step": "discussion", "text": "x"}], ("explanation",)),
        ([{"step": "discussion", "needed": False}, {"step": "explanation", "conclusion": "x"}], ()),
    ],
)
def test_minutes_wait_for_every_optional_step(log: list[dict[str, Any]], left: tuple[str, ...]):
    """A-23: an auditor sees a decision, not a gap."""
    found = ask("steps_decided", at("minute", marks={"log": log}), optional=("explanation", "discussion"))
    assert is_met(found) is (left == ())
    if left:
        assert (code(found), found.figures["steps"]) == ("steps_undecided", list(left))
        noting = {"ref": "HN-0001", "step": left[0], "conclusion": "…"}
        assert action(found) == ("meeting.note", noting)


def test_minutes_come_with_their_paper():
    assert is_met(ask("minutes_given", at("minute", args={"attachments": ["a"]})))
    assert code(ask("minutes_given", at("minute"))) == "minutes_missing"


def test_a_meeting_is_moved_for_a_reason():
    assert is_met(ask("reason_for_moving", at("move", args={"reason": "x"})))
    assert code(ask("reason_for_moving", at("move"))) == "reason_missing"


def test_a_dossier_is_voted_on_at_its_kind_of_meeting():
    assert is_met(ask("meeting_of_kind", facts("record_vote", meeting=meeting(kind=KIND)), kind=KIND))
    assert is_met(ask("meeting_of_kind", facts("record_vote"), kind=KIND))  # that it names none is told elsewhere
    found = ask("meeting_of_kind", facts("record_vote", meeting=meeting()), kind=KIND)
    assert (code(found), action(found)) == ("meeting_other_kind", ("meeting.hold", {"unit": "SNV", "kind": KIND}))
