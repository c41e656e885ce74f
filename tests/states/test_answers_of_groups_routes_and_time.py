"""What the guards of groups, routes and time answer beside yes, whole: why, with which figures, what would help, who
can, and where."""

from typing import Any

import pytest

from tests.states.answers import COORDINATING, OCCURRED, OFFICE, PARTY, Case, help_with, names, no, yes_but
from tests.states.facts import DUE, NOON, ask, dossier, facts, group, obligation, over
from workflow.facts import MET, Facts, Finding, Remedy
from workflow.words import Role, Status

CAPPED: dict[str, Any] = {"rule": "NT11-1a", "rank": "excellent"}
READY: dict[str, Any] = {**CAPPED, "over": "revote", "base": "good_or_better"}
IN_TIME = {"rule": "NT11-1e-1"}
FULL: dict[str, Any] = {
    "group": "SNV",
    "rank": "excellent",
    "count": 3,
    "allowance": 2,
    "base": 10,
    "size": 10,
    "excess": 1,
}
AGAIN = Remedy(action="vote.revote", args={"group": "SNV", "rule": "NT11-1a"})


def in_vote(command: str, told: dict[str, Any], **changes: Any) -> Facts:
    return facts(command, process="vote", groups=[told], **changes)


QUOTAS: list[Case] = [
    (
        "group_ready",
        READY,
        facts(groups=[group(vote="open", unvoted=4)]),
        no(
            "vote_open",
            group="SNV",
            unvoted=4,
            size=10,
            remedy=help_with("vote.close_vote", group="SNV", rule="NT11-1a"),
            **COORDINATING,
        ),
    ),
    (
        "group_ready",
        READY,
        facts(groups=[over()]),
        no("quota_over", remedy=AGAIN, who=Role.COORDINATOR, scope="SNV", **FULL),
    ),
    (
        "group_ready",
        READY,
        facts(groups=[over(cliff=True)]),
        no("quota_cliff", remedy=AGAIN, who=Role.COORDINATOR, scope="SNV", **FULL),
    ),
    (
        "group_has_room",
        CAPPED,
        facts("ratify", groups=[over(would=4)], args={"rank": "excellent"}),
        no(
            "decision_quota",
            group="SNV",
            rank="excellent",
            count=3,
            would=4,
            allowance=2,
            base=10,
            who=Role.RATIFIER,
        ),
    ),
    (
        "group_has_room",
        CAPPED,
        facts("ratify", groups=[group(undecided=1)], args={"rank": "excellent"}),
        no("above_proposal", group="SNV", rank="excellent", undecided=1, who=Role.RATIFIER),
    ),
    (
        "group_within",
        CAPPED,
        facts("ratify", groups=[over(rule="another"), over()], dossier=dossier(proposed="excellent")),
        no("quota_over", remedy=AGAIN, who=Role.COORDINATOR, scope="SNV", **FULL),
    ),
    (
        "group_within",
        CAPPED,
        facts("ratify", groups=[over()], args={"rank": "excellent"}, dossier=dossier(proposed="good")),
        no("quota_over", remedy=AGAIN, who=Role.COORDINATOR, scope="SNV", **FULL),
    ),
    (
        "group_foreseen",
        CAPPED,
        in_vote("close_vote", over(would=4, unvoted=1), dossier=dossier(proposed="good")),
        yes_but("foreseen_over", "warning", group="SNV", would=4, allowance=2, base=10, size=10, unvoted=1),
    ),
    (
        "all_voted",
        {},
        in_vote("close_vote", group(unvoted=4)),
        no(
            "unvoted",
            group="SNV",
            unvoted=4,
            size=10,
            remedy=help_with("dossier.list", unit="SNV"),
            **COORDINATING,
        ),
    ),
    (
        "all_voted",
        {},
        in_vote("close_vote", over()),
        yes_but("closed_over", "warning", group="SNV", count=3, allowance=2, base=10, size=10),
    ),
    ("all_voted", {}, in_vote("close_vote", group(cliff=True)), yes_but("cliff", "warning", group="SNV")),
    (
        "may_vote_again",
        {},
        in_vote("revote", group(sent=1)),
        no("no_revote", group="SNV", sent=1, count=2, allowance=2),
    ),
    (
        "may_vote_again",
        {},
        in_vote("revote", over(), obligations=[obligation(late="refuse", due_at=NOON)]),
        yes_but("extension_ahead", "warning", ref="VH-0001", last_good_day="2024-12-04"),
    ),
]

ROUTE = "NT11-1g-2-deputies"
ROUTES: list[Case] = [
    (
        "recipient_on_route",
        {"recipients": (OFFICE, PARTY)},
        facts("send", args={"to": "x"}),
        no("not_on_route", to="x", recipients=[OFFICE, PARTY], route=ROUTE),
    ),
    (
        "recipient_on_route",
        {"recipients": (OFFICE,)},
        facts("send", args={"to": OFFICE}, dossier=dossier(marks={"sends": [{"to": OFFICE}]})),
        no("already_sent", to=OFFICE),
    ),
    (
        "recipient_on_route",
        {"recipients": (OFFICE,)},
        facts("receive", args={"to": OFFICE}, dossier=dossier(marks={"receipts": [{"to": OFFICE}]})),
        no("already_received", to=OFFICE),
    ),
    (
        "recipient_on_route",
        {"recipients": (OFFICE,)},
        facts("receive", args={"to": OFFICE}, dossier=dossier(marks={"sends": [{"to": PARTY}]})),
        no("nothing_to_receive", to=OFFICE),
    ),
    (
        "others_sent",
        {"recipients": (PARTY, OFFICE, "third")},
        facts("submit", args={"to": PARTY}, dossier=dossier(marks={"sends": [{"to": "third"}]})),
        no("others_unsent", bodies=[OFFICE], remedy=help_with("dossier.send", to=OFFICE), **COORDINATING),
    ),
    (
        "one_left_to_submit",
        {"recipients": (PARTY, OFFICE)},
        facts("send", args={"to": OFFICE}, dossier=dossier(state="unit_voted", marks={"sends": [{"to": PARTY}]})),
        no("last_send_submits", to=OFFICE, remedy=help_with("dossier.submit", to=OFFICE), **COORDINATING),
    ),
    (
        "sent_in_turn",
        {"recipients": (PARTY,)},
        facts("send", args={"to": PARTY}, dossier=dossier(state="submitted")),
        no("send_after_decision", to=PARTY),
    ),
    (
        "sent_in_turn",
        {"recipients": (PARTY,)},
        facts("send", args={"to": OFFICE}, dossier=dossier(state="ratified")),
        no("send_before_decision", to=OFFICE, recipients=[PARTY]),
    ),
    (
        "sends_complete",
        {"recipients": (PARTY, OFFICE)},
        facts("ratify"),
        no("sends_missing", bodies=[PARTY, OFFICE], remedy=help_with("dossier.send", to=PARTY), **COORDINATING),
    ),
    (
        "decided_by_route",
        {"body": OFFICE, "external": False},
        facts("ratify"),
        no("not_the_ratifier", body=OFFICE, who=Role.RATIFIER, scope=OFFICE),
    ),
    (
        "decided_by_route",
        {"body": OFFICE, "external": False},
        facts("ratify", roles=["ratifier"], args={"external": True}),
        no(
            "not_outside",
            body=OFFICE,
            remedy=help_with("dossier.ratify", decision="NO"),
            who=Role.RATIFIER,
            scope=OFFICE,
        ),
    ),
    (
        "decided_by_route",
        {"body": OFFICE, "external": False},
        facts("ratify", roles=["ratifier"], args={"external": True, "decision": "7/QĐ"}),
        no(
            "not_outside",
            body=OFFICE,
            remedy=help_with("dossier.ratify", decision="7/QĐ"),
            who=Role.RATIFIER,
            scope=OFFICE,
        ),
    ),
    (
        "decided_by_route",
        {"body": PARTY, "external": True},
        facts("ratify", roles=["registrar"], args={"external": True}),
        no(
            "outside_decision",
            body=PARTY,
            remedy=help_with("dossier.ratify", external="DECISION"),
            who=Role.REGISTRAR,
        ),
    ),
    (
        "decided_by_route",
        {"body": PARTY, "external": True},
        facts("ratify", args={"external": True, "decision": "7/QĐ"}),
        no("not_the_registrar", body=PARTY, who=Role.REGISTRAR),
    ),
    (
        "decision_numbered",
        {},
        facts("ratify"),
        no("decision_missing", remedy=help_with("dossier.ratify", decision="NO"), who=Role.RATIFIER),
    ),
    (
        "decision_numbered",
        {},
        facts("ratify", dossier=dossier(outside=True)),
        no("decision_missing", remedy=help_with("dossier.ratify", decision="NO"), who=Role.REGISTRAR),
    ),
    ("ratifier_unsaid", {}, facts("ratify"), Finding(status=Status.UNKNOWN, code="guard.ratifier_unsaid")),
    (
        "opinion_given",
        {"body": PARTY},
        facts("ratify"),
        no(
            "opinion_missing",
            body=PARTY,
            remedy=help_with("dossier.opinion", body=PARTY, rank="RANK"),
            who=Role.RATIFIER,
            scope=PARTY,
        ),
    ),
    (
        "appraised",
        {},
        facts("ratify"),
        no("appraisal_missing", remedy=help_with("dossier.opinion", body="BODY", rank="RANK")),
    ),
    (
        "opinion_asked",
        {"bodies": (PARTY, OFFICE)},
        facts("opinion", args={"body": "x"}),
        no("opinion_not_asked", body="x", bodies=[PARTY, OFFICE]),
    ),
    (
        "decided_as_proposed",
        {},
        facts("ratify", args={"rank": "excellent"}),
        yes_but("decided_above", "warning", rank="excellent", proposed="good"),
    ),
    (
        "not_above_adjusted",
        {},
        facts("ratify", args={"rank": "excellent"}, dossier=dossier(marks={"adjusted": True})),
        no("above_adjusted", rank="excellent", proposed="good"),
    ),
]

LATE: dict[str, Any] = {"due_at": DUE, "last_good_day": "2024-12-04", "occurred": "2024-12-05"}
TOO_LATE: dict[str, Any] = {"occurred_at": DUE, "occurred_on": "2024-12-05", "obligations": [obligation()]}
CROSSED: dict[str, Any] = {"recorded_at": DUE, "obligations": [obligation()]}
HELD: dict[str, Any] = {**CROSSED, "dated": False, "obligations": [obligation(met_by="hold")]}
TIMES: list[Case] = [
    (
        "in_time",
        {**IN_TIME, "late": "reason"},
        facts(obligations=[obligation(not_before=NOON + 1)]),
        no("too_early", not_before=NOON + 1, occurred=OCCURRED),
    ),
    ("in_time", {**IN_TIME, "late": "flag"}, facts(**TOO_LATE), yes_but("late_taken", "late", **LATE)),
    (
        "in_time",
        {**IN_TIME, "late": "reason"},
        facts(**TOO_LATE, args={"reason": "bão"}),
        yes_but("late_taken", "late", **LATE),
    ),
    (
        "in_time",
        {**IN_TIME, "late": "reason"},
        facts(**TOO_LATE),
        no("late_reason", remedy=help_with("dossier.submit", reason="…"), who=Role.COORDINATOR, **LATE),
    ),
    (
        "in_time",
        {**IN_TIME, "late": "refuse"},
        facts(**TOO_LATE, args={"reason": "bão"}),
        no(
            "late_refused",
            remedy=help_with("obligation.extend", obligation="VH-0001", by="issuer"),
            who="issuer",
            **LATE,
        ),
    ),
    (
        "done_before",
        {"command": "record_vote"},
        facts(dossier=dossier(marks={"voted_at": NOON + 1})),
        no("not_in_order", command="submit", first="record_vote", remedy=help_with("dossier.record_vote")),
    ),
    (
        "backdate_proved",
        {"backdate": "refuse"},
        facts(**CROSSED, args={"letter": "9/CV"}),
        no("backdate_refused", rules=["NT11-1e-1"], occurred=OCCURRED),
    ),
    (
        "backdate_proved",
        {"backdate": "letter"},
        facts(**CROSSED, args={"letter": "9/CV"}),
        yes_but("backdated", "backdated", rules=["NT11-1e-1"], occurred=OCCURRED),
    ),
    (
        "backdate_proved",
        {"backdate": "letter"},
        facts(**CROSSED),
        no(
            "backdate_unproved",
            rules=["NT11-1e-1"],
            occurred=OCCURRED,
            remedy=help_with("dossier.submit", letter="NUMBER"),
        ),
    ),
    (
        "backdate_proved",
        {"backdate": "letter"},
        facts("hold", **HELD, args={"held_on": "2024-12-03", "held_at": NOON}),
        no(
            "backdate_unproved",
            rules=["NT11-1e-1"],
            occurred="2024-12-03",
            remedy=help_with("dossier.hold", letter="NUMBER"),
        ),
    ),
]

CASES = [*QUOTAS, *ROUTES, *TIMES]


def decided(outside: bool, **args: Any) -> Facts:
    told = {"rank": "excellent", **args}
    return facts("ratify", groups=[over()], args=told, dossier=dossier(outside=outside))


UNDATED, FLAGGED = obligation(late="refuse", due_at=None), obligation(late="flag", due_at=NOON)
DECIDING_EXCELLENT: dict[str, Any] = {"dossier": dossier(proposed="excellent")}
YES = [
    ("group_within", CAPPED, facts("ratify", groups=[group()], **DECIDING_EXCELLENT)),
    ("group_within", CAPPED, facts("ratify", groups=[over(rule="another")], **DECIDING_EXCELLENT)),
    ("group_within", CAPPED, facts("ratify", groups=[over()], args={"rank": "good"}, **DECIDING_EXCELLENT)),
    ("group_within", CAPPED, facts("ratify", groups=[over()])),
    ("group_has_room", CAPPED, decided(outside=True, external=True)),
    ("may_vote_again", {}, in_vote("revote", group(vote="open", unvoted=1, sent=1))),
    ("may_vote_again", {}, in_vote("revote", over(), obligations=[UNDATED])),
    ("may_vote_again", {}, in_vote("revote", over(), obligations=[FLAGGED])),
    ("may_vote_again", {}, in_vote("revote", over(), obligations=[obligation(late="refuse", due_at=NOON + 1)])),
    ("recipient_on_route", {"recipients": (OFFICE,)}, facts("send", args={"to": OFFICE}, dossier=dossier(marks={}))),
]


@pytest.mark.parametrize("guard,params,told", YES)
def test_at_its_edge_a_guard_says_plainly_yes(guard: str, params: dict[str, Any], told: Facts):
    assert ask(guard, told, **params) is MET


@pytest.mark.parametrize("told", [decided(outside=True), decided(outside=False, external=True)])
def test_only_an_outside_authority_s_own_decision_is_taken_over_the_cap(told: Facts):
    assert ask("group_has_room", told, **CAPPED).code == "guard.decision_quota"


@pytest.mark.parametrize("guard,params,told,answer", CASES, ids=names(CASES))
def test_an_answer_that_is_not_plainly_yes_says_all_that_helps(
    guard: str, params: dict[str, Any], told: Facts, answer: Finding
):
    assert ask(guard, told, **params) == answer
