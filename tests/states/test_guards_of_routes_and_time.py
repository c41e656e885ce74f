"""The conditions of routes and decisions, and of time: what is sent where, who decides, what is late or dated back."""

from typing import Any

import pytest

from tests.states.facts import DUE, NOON, action, ask, code, dossier, facts, is_met, obligation
from workflow.facts import MET, Finding
from workflow.words import Status

# — where it goes —


def going(command: str, to: str | None, *sent: str) -> Finding:
    marks = {"sends": [{"to": one, "at": 1, "letter": None} for one in sent]}
    told = facts(command, args={"to": to}, dossier=dossier(marks=marks))
    return ask("recipient_on_route", told, recipients=("ban-to-chuc-tinh-uy", "so-noi-vu"))


@pytest.mark.row("NT11-1g-3", "NT11-1e-1")
@pytest.mark.parametrize("command", ["submit", "send", "receive"])
def test_a_dossier_goes_to_a_body_of_its_route(command: str):
    assert is_met(going(command, "so-noi-vu", *(["so-noi-vu"] if command == "receive" else [])))
    found = going(command, "bcsd-ubnd")
    assert code(found) == "not_on_route"
    assert found.figures["recipients"] == ["ban-to-chuc-tinh-uy", "so-noi-vu"]


@pytest.mark.parametrize("to", [None, ""])
def test_a_send_says_where_to(to: str | None):
    assert code(going("send", to)) == "not_on_route"


def test_a_dossier_goes_to_each_body_once():
    assert code(going("send", "so-noi-vu", "so-noi-vu")) == "already_sent"
    assert is_met(going("send", "ban-to-chuc-tinh-uy", "so-noi-vu"))


def test_a_receipt_may_follow_its_send_once():
    assert is_met(going("receive", "so-noi-vu", "so-noi-vu"))
    assert code(going("receive", "ban-to-chuc-tinh-uy", "so-noi-vu")) == "nothing_to_receive"
    once = {"at": 1, "letter": None}
    marks = {"receipts": [{"to": "so-noi-vu", **once}], "sends": [{"to": "x", "via": "ban-to-chuc-tinh-uy", **once}]}
    for to, reason in (("so-noi-vu", "already_received"), ("ban-to-chuc-tinh-uy", None)):
        told = facts("receive", args={"to": to}, dossier=dossier(marks=marks))
        found = ask("recipient_on_route", told, recipients=("ban-to-chuc-tinh-uy", "so-noi-vu"))
        assert is_met(found) if reason is None else code(found) == reason


@pytest.mark.parametrize(("to", "state"), [("up", "ratified"), ("one", "submitted"), ("one", "unit_voted")])
def test_each_is_sent_to_in_its_turn(to: str, state: str):
    told = facts("send", args={"to": to}, dossier=dossier(state=state))
    assert is_met(ask("sent_in_turn", told, recipients=("up",)))


@pytest.mark.parametrize(
    "sent,missing",
    [(["one", "two"], []), (["one", "two", "copy"], []), (["one"], ["two"]), ([], ["one", "two"])],
)
def test_a_decision_waits_for_every_required_send(sent: list[str], missing: list[str]):
    """A-21."""
    marks = {"sends": [{"to": one, "at": 1, "letter": None} for one in sent]}
    found = ask("sends_complete", facts("ratify", dossier=dossier(marks=marks)), recipients=("one", "two"))
    assert is_met(found) is (not missing)
    if missing:
        assert code(found) == "sends_missing"
        assert found.figures["bodies"] == missing
        assert action(found) == ("dossier.send", {"to": missing[0]})


@pytest.mark.parametrize(
    "sent,to,missing",
    [
        (["one"], "two", []),
        (["two"], "one", []),
        ([], "one", ["two"]),
        ([], "copy", ["one", "two"]),
        (["one"], "x", ["two"]),
    ],
)
def test_where_the_last_send_submits_the_others_come_before(sent: list[str], to: str, missing: list[str]):
    """A-21's other reading."""
    marks = {"sends": [{"to": one, "at": 1, "letter": None} for one in sent]}
    found = ask(
        "others_sent", facts("submit", args={"to": to}, dossier=dossier(marks=marks)), recipients=("one", "two")
    )
    assert is_met(found) is (not missing)
    if missing:
        assert (code(found), found.figures["bodies"]) == ("others_unsent", missing)
        assert action(found) == ("dossier.send", {"to": missing[0]})


@pytest.mark.parametrize(
    "sent,state,to,met",
    [
        (["one"], "unit_voted", "two", False),
        (["one"], "unit_voted", "copy", True),
        ([], "unit_voted", "two", True),
        (["one"], "submitted", "two", True),
        (["one", "two"], "unit_voted", "copy", True),
    ],
)
def test_where_the_last_send_submits_it_is_no_mere_send(sent: list[str], state: str, to: str, met: bool):
    """A-21's other reading."""
    marks = {"sends": [{"to": one, "at": 1, "letter": None} for one in sent]}
    told = facts("send", args={"to": to}, dossier=dossier(state=state, marks=marks))
    found = ask("one_left_to_submit", told, recipients=("one", "two"))
    assert is_met(found) is met
    if not met:
        assert (code(found), action(found)) == ("last_send_submits", ("dossier.submit", {"to": to}))


@pytest.mark.parametrize("said", [{"rank": "good"}, {"letter": "7/YK"}, {"reason": "…"}, {"attachments": ["digest"]}])
def test_an_opinion_says_something(said: dict[str, Any]):
    given = {"body": "office", **said}
    assert is_met(ask("opinion_says", facts("opinion", args=given, roles=["ratifier"])))
    found = ask("opinion_says", facts("opinion", args=given, roles=["registrar"]))
    if "letter" in said or "attachments" in said:
        assert is_met(found)
    else:
        assert (code(found), action(found)) == ("opinion_unproved", ("dossier.opinion", {"letter": "NUMBER"}))
    found = ask("opinion_says", facts("opinion", args={"body": "office", **dict.fromkeys(said)}))
    assert (code(found), action(found)) == ("opinion_empty", ("dossier.opinion", {"letter": "NUMBER"}))


# — who decides —


def deciding(*roles: str, outside: bool, **args: Any) -> Finding:
    told = facts("ratify", roles=roles, args=args)
    return ask("decided_by_route", told, body="btv-tinh-uy", external=outside)


@pytest.mark.row("NT11-1g-4")
def test_a_body_that_works_here_decides_through_its_ratifier():
    assert is_met(deciding("ratifier", outside=False))
    assert is_met(deciding("coordinator", "ratifier", outside=False))
    found = deciding("registrar", outside=False, decision="15-QĐ/TU")
    assert code(found) == "not_the_ratifier"
    assert (found.who, found.scope) == ("ratifier", "btv-tinh-uy")


@pytest.mark.row("NT11-1g-6")
@pytest.mark.parametrize(
    "args,roles,answer",
    [
        ({"external": True, "decision": "15-QĐ/TU"}, ["registrar"], None),
        ({"external": True, "decision": ""}, ["registrar"], "outside_decision"),
        ({"external": True}, ["registrar"], "outside_decision"),
        ({"decision": "15-QĐ/TU"}, ["registrar"], "outside_decision"),
        ({}, ["registrar"], "outside_decision"),
        ({"external": True, "decision": "15-QĐ/TU"}, ["ratifier"], "not_the_registrar"),
    ],
)
def test_an_outside_body_s_decision_is_entered_with_its_number_by_a_registrar(
    args: dict[str, Any], roles: list[str], answer: str | None
):
    found = deciding(*roles, outside=True, **args)
    assert is_met(found) if answer is None else code(found) == answer


def test_a_unit_that_decides_itself_is_named_by_its_code():
    found = ask("decided_by_route", facts("ratify", roles=["coordinator"]), body="unit", external=False)
    assert (code(found), found.figures["body"], found.scope) == ("not_the_ratifier", "SNV", "SNV")


def test_where_the_text_names_nobody_the_answer_is_unknown():
    found = ask("ratifier_unsaid", facts("ratify"))
    assert (found.status, found.code) == (Status.UNKNOWN, "guard.ratifier_unsaid")


@pytest.mark.row("NT11-2c-2")
@pytest.mark.parametrize("given_by,passes", [(["bcsd-ubnd"], True), (["so-noi-vu"], False), ([], False)])
def test_a_decision_waits_for_the_opinion_that_is_asked(given_by: list[str], passes: bool):
    marks = {"opinions": [{"body": one, "at": 1, "rank": "good"} for one in given_by]}
    found = ask("opinion_given", facts("ratify", dossier=dossier(marks=marks)), body="bcsd-ubnd")
    assert is_met(found) is passes
    if not passes:
        assert code(found) == "opinion_missing"
        assert action(found) == ("dossier.opinion", {"body": "bcsd-ubnd", "rank": "RANK"})


@pytest.mark.parametrize("given_by,told", [(["mttq"], False), (["ubnd"], True), ([], True)])
def test_a_decision_without_a_body_that_is_only_consulted_is_told_of_it(given_by: list[str], told: bool):
    marks = {"opinions": [{"body": one, "at": 1, "rank": "good"} for one in given_by]}
    found = ask("opinion_heard", facts("ratify", dossier=dossier(marks=marks)), body="mttq")
    assert is_met(found)
    assert (found.code, found.flags) == (("guard.opinion_unheard", ("warning",)) if told else ("", ()))


@pytest.mark.row("P124-11-1")
@pytest.mark.parametrize("given_by,passes", [([], False), (["bcsd-ubnd"], True), (["so-noi-vu", "bcsd-ubnd"], True)])
def test_a_decision_waits_for_an_appraisal_where_a_plan_wants_one(given_by: list[str], passes: bool):
    marks = {"opinions": [{"body": one, "at": 1, "rank": "good"} for one in given_by]}
    found = ask("appraised", facts("ratify", dossier=dossier(marks=marks)))
    assert is_met(found) if passes else code(found) == "appraisal_missing"


@pytest.mark.row("NT11-2c-2")
@pytest.mark.parametrize("body,passes", [("bcsd-ubnd", True), ("so-noi-vu", False), (None, False)])
def test_only_bodies_that_are_asked_give_an_opinion(body: str | None, passes: bool):
    found = ask("opinion_asked", facts("opinion", args={"body": body}), bodies=("bcsd-ubnd",))
    assert is_met(found) if passes else code(found) == "opinion_not_asked"


@pytest.mark.parametrize(
    "adjusted,rank,passes",
    [
        (True, "good", True),
        (True, "completed", True),
        (True, None, True),
        (True, "excellent", False),
        (False, "excellent", True),
    ],
)
def test_after_an_adjustment_nothing_is_decided_above_the_new_proposal(adjusted: bool, rank: str | None, passes: bool):
    mine = dossier(proposed="good", marks={"adjusted": True} if adjusted else {})
    found = ask("not_above_adjusted", facts("ratify", dossier=mine, args={"rank": rank} if rank else {}))
    assert is_met(found) if passes else code(found) == "above_adjusted"


# — late —


def sending(at: int, late: str = "reason", **changes: Any) -> Finding:
    duties = changes.pop("duties", [obligation()])
    told = facts("submit", occurred_at=at, recorded_at=max(at, NOON), obligations=duties, **changes)
    return ask("in_time", told, rule="NT11-1e-1", late=late)


@pytest.mark.row("NT11-1e-1", "NT11-1g-3")
@pytest.mark.parametrize("late", ["reason", "refuse", "flag"])
def test_the_last_microsecond_of_4_december_is_in_time(late: str):
    """2024-12-04T17:00Z is the first instant that is late."""
    before = sending(DUE - 1, late)
    assert is_met(before)
    assert before.flags == ()
    at = sending(DUE, late)
    assert at.flags == ("late",) if late == "flag" else code(at) in {"late_reason", "late_refused"}


@pytest.mark.row("NT11-1e-1")
def test_late_with_a_reason_is_taken_and_marked():
    """A-19."""
    found = sending(DUE, args={"reason": "ab12"}, occurred_on="2024-12-05")
    assert found.status is Status.MET
    assert (found.code, found.flags) == ("guard.late_taken", ("late",))
    assert found.figures == {"due_at": DUE, "last_good_day": "2024-12-04", "occurred": "2024-12-05"}


@pytest.mark.row("NT11-1e-1")
@pytest.mark.row("QN23-V.2-3")
@pytest.mark.parametrize("to,asked", [("so-noi-vu", True), ("bcsd-ubnd", False), (None, False)])
def test_a_send_is_late_only_by_the_date_of_whom_it_goes_to(to: str | None, asked: bool):
    told = facts("send", args={"to": to}, obligations=[obligation()], occurred_at=DUE)
    found = ask("sent_in_time", told, rule="NT11-1e-1", late="reason", to="so-noi-vu")
    assert code(found) == "late_reason" if asked else is_met(found)


def test_late_without_a_reason_is_told_how_to_go_on():
    found = sending(DUE)
    assert code(found) == "late_reason"
    assert found.figures["last_good_day"] == "2024-12-04"
    assert action(found)[0] == "dossier.submit"


def test_a_body_that_refuses_lateness_refuses_it_with_a_reason_too():
    found = sending(DUE, "refuse", args={"reason": "ab12"})
    assert code(found) == "late_refused"
    assert action(found) == ("obligation.extend", {"obligation": "VH-0001", "by": "issuer"})
    assert found.who == "issuer"


def test_a_flagged_lateness_is_taken_without_a_word_of_reason():
    found = sending(DUE, "flag")
    assert (found.status, found.flags) == (Status.MET, ("late",))


@pytest.mark.parametrize(
    "duties",
    [[], [obligation(rule="another")], [obligation(due_at=None, last_good_day=None)]],
    ids=["nothing owed", "another rule", "no clock"],
)
def test_where_no_clock_runs_nothing_is_late(duties: list[dict[str, Any]]):
    assert is_met(sending(DUE + 1, duties=duties))


# — dated back —


def dated_back(at: int = DUE - 1, recorded: int = DUE, *, setting: str = "proof", **changes: Any) -> Finding:
    duties = changes.pop("duties", [obligation()])
    told = facts("submit", occurred_at=at, recorded_at=recorded, obligations=duties, **changes)
    return ask("backdate_proved", told, backdate=setting)


@pytest.mark.parametrize("args", [{"letter": "12/SNV"}, {"attachments": ["a" * 64]}], ids=["letter", "file"])
def test_a_backdate_across_a_bound_is_taken_with_a_proof_and_flagged(args: dict[str, Any]):
    found = dated_back(args=args)
    assert found.status is Status.MET
    assert (found.code, found.flags) == ("guard.backdated", ("backdated",))
    assert found.figures["rules"] == ["NT11-1e-1"]


@pytest.mark.parametrize("args", [{}, {"letter": ""}, {"attachments": []}, {"reason": "ab12"}])
def test_a_backdate_across_a_bound_without_a_proof_is_refused(args: dict[str, Any]):
    found = dated_back(args=args)
    assert code(found) == "backdate_unproved"
    assert action(found)[0] == "dossier.submit"


def test_a_pack_may_refuse_every_backdate_across_a_bound():
    assert code(dated_back(setting="refuse", args={"letter": "12/SNV"})) == "backdate_refused"


@pytest.mark.parametrize(
    "at,recorded",
    [(DUE - 10, DUE - 1), (DUE, DUE + 10), (DUE - 1, DUE - 1)],
    ids=["both before", "both after", "not dated back"],
)
def test_a_backdate_that_crosses_no_bound_needs_no_proof(at: int, recorded: int):
    found = dated_back(at, recorded)
    assert is_met(found)
    assert found.flags == ()


@pytest.mark.parametrize(
    "duty",
    [obligation(met_by="ratify"), obligation(met_by=None), obligation(due_at=None)],
    ids=["another command's", "nobody's", "no clock"],
)
def test_only_a_bound_of_this_command_is_crossed(duty: dict[str, Any]):
    assert is_met(dated_back(duties=[duty]))


@pytest.mark.parametrize("command", ["submit", "send"])
@pytest.mark.parametrize("to,crossed", [("so-noi-vu", True), ("bcsd-ubnd", False), (None, False)])
def test_a_send_crosses_only_the_bound_of_whom_it_goes_to(command: str, to: str | None, crossed: bool):
    duty = obligation(rule="sent", met_by="send", recipient="so-noi-vu")
    told = facts(command, args={"to": to} if to else {}, occurred_at=DUE - 1, recorded_at=DUE, obligations=[duty])
    found = ask("backdate_proved", told, backdate="proof")
    assert (code(found), found.figures["rules"]) == ("backdate_unproved", ["sent"]) if crossed else found is MET


def test_a_send_to_whom_a_submission_was_due_crosses_no_bound_of_the_submission():
    duty = obligation(met_by="submit", recipient="so-noi-vu")
    told = facts("send", args={"to": "so-noi-vu"}, occurred_at=DUE - 1, recorded_at=DUE, obligations=[duty])
    assert ask("backdate_proved", told, backdate="proof") is MET


# — windows and orders —


def test_a_hard_window_opens_at_its_first_instant():
    """A-04's other reading: not before the 1st."""
    early = sending(NOON - 1, duties=[obligation(not_before=NOON)])
    assert code(early) == "too_early"
    assert is_met(sending(NOON, duties=[obligation(not_before=NOON)]))


@pytest.mark.parametrize(
    "marks,passes",
    [({"reviewed_at": NOON}, True), ({"reviewed_at": NOON + 1}, False), ({}, False), ({"voted_at": NOON}, False)],
    ids=["at the latest now", "only later", "never", "another command"],
)
def test_an_order_is_kept(marks: dict[str, Any], passes: bool):
    told = facts("submit", occurred_at=NOON, dossier=dossier(marks=marks))
    found = ask("done_before", told, command="self_review")
    assert is_met(found) if passes else code(found) == "not_in_order"
    if not passes:
        assert action(found) == ("dossier.self_review", {})


# — who comes first —


@pytest.mark.row("P124-11-4")
@pytest.mark.parametrize("rule,waits", [("order", True), ("another", False)])
def test_an_order_is_unmet_while_somebody_has_still_to_come_first(rule: str, waits: bool):
    told = facts("record_vote", waits=[{"rule": "order", "count": 2, "refs": ["HS-1", "HS-2"]}])
    found = ask("in_order", told, rule=rule, reached="record_vote")
    assert code(found) == "waits_for" if waits else is_met(found)


def held_back(args: dict[str, Any]) -> Finding:
    owed: dict[str, Any] = {"obligations": [obligation(met_by="hold")]}
    told = facts("hold", args=args, occurred_at=DUE + 9, recorded_at=DUE + 9, dated=False, **owed)
    return ask("backdate_proved", told, backdate="proof")


def test_a_meeting_that_is_entered_after_a_bound_and_was_before_it_is_proved():
    assert held_back({}) is MET  # of this very day: late, and nothing to prove
    assert code(held_back({"held_on": "2024-12-04", "held_at": DUE - 1})) == "backdate_unproved"
    assert held_back({"held_on": "2024-12-04", "held_at": DUE - 1, "letter": "3/BB"}).flags == ("backdated",)
    assert is_met(held_back({"held_on": "2024-12-05", "held_at": DUE}))
