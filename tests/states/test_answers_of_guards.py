"""What the guards of papers, votes and meetings answer beside yes, whole: why, with which figures, what would help,
who can, and where."""

from typing import Any

import pytest

from tests.states.answers import COORDINATING, OCCURRED, OFFICE, PARTY, Case, help_with, names, no, yes_but
from tests.states.facts import NOON, ask, dossier, facts, meeting
from workflow.facts import MET, Facts, Finding
from workflow.words import Rank, Role, Status


def of_dossier(**changes: Any) -> Facts:
    return facts(dossier=dossier(**changes))


def at_meeting(command: str = "record_vote", *, process: str = "dossier", args: Any = None, **changes: Any) -> Facts:
    return facts(command, process=process, meeting=meeting(**changes), args=args or {})


PAPERS: list[Case] = [
    ("not_own", {}, facts(actor="SNV-02"), no("own_dossier", actor="SNV-02", **COORDINATING)),
    ("not_own", {}, facts("ratify", actor="SNV-02"), no("own_dossier", actor="SNV-02", who=Role.RATIFIER)),
    (
        "not_own",
        {},
        facts("ratify", actor="SNV-02", dossier=dossier(outside=True)),
        no("own_dossier", actor="SNV-02", who=Role.REGISTRAR),
    ),
    ("not_own", {}, facts("adjust", actor="SNV-02"), no("own_dossier", actor="SNV-02", who=Role.RATIFIER)),
    ("not_own", {}, facts("opinion", actor="SNV-02"), no("own_dossier", actor="SNV-02", who=Role.RATIFIER)),
    (
        "expected_named",
        {},
        facts("self_review"),
        Finding(
            status=Status.MET,
            code="guard.expected_missing",
            remedy=help_with("dossier.correct", field="expected", corrects="10", rank="RANK", reason="…"),
            who=Role.COORDINATOR,
            flags=("warning",),
        ),
    ),
    (
        "reason_given",
        {},
        facts("withdraw"),
        no("reason_missing", command="withdraw", remedy=help_with("dossier.withdraw", reason="…")),
    ),
    (
        "rank_given",
        {},
        facts("record_vote"),
        no(
            "rank_missing",
            command="record_vote",
            ranks=list(Rank),
            remedy=help_with("dossier.record_vote", rank="RANK"),
        ),
    ),
    (
        "early_vote_reasoned",
        {"unreviewed": ()},
        facts("record_vote", dossier=dossier(state="drafted")),
        no("vote_before_review", remedy=help_with("dossier.self_review"), who=Role.SUBJECT),
    ),
    (
        "due_back_named",
        {},
        facts("send_back"),
        no("due_back_missing", remedy=help_with("dossier.send_back", due_back="YYYY-MM-DD")),
    ),
    (
        "due_back_named",
        {},
        facts("send_back", args={"due_back": "2024-12-03"}),
        no("due_back_past", day="2024-12-03", occurred=OCCURRED),
    ),
    (
        "correction_named",
        {},
        facts("correct", args={"field": "decided"}),
        no(
            "correct_field",
            field="decided",
            have=["expected", "voted", "proposed"],
            remedy=help_with("dossier.correct", field="FIELD", corrects="N"),
        ),
    ),
    (
        "correction_named",
        {},
        facts("correct", args={"field": "voted"}),
        no("correct_record", remedy=help_with("replay", ref="HS-0001")),
    ),
    ("changes_given", {}, facts("amend"), no("nothing_changes")),
    ("files_given", {}, facts("attach"), no("attachment_missing")),
]

VOTES: list[Case] = [
    (
        "review_finished",
        {},
        of_dossier(marks={"reviewed_at": NOON + 1}),
        no("review_unfinished", at=NOON + 1, who=Role.SUBJECT),
    ),
    ("review_finished", {}, of_dossier(marks={}), yes_but("review_replaced", "warning")),
    (
        "meeting_held",
        {},
        facts("record_vote"),
        no("meeting_missing", unit="SNV", remedy=help_with("meeting.hold", unit="SNV"), **COORDINATING),
    ),
    (
        "meeting_held",
        {},
        at_meeting(unit="STC"),
        no(
            "meeting_elsewhere",
            meeting="HN-0001",
            unit="SNV",
            other="STC",
            remedy=help_with("meeting.hold", unit="SNV"),
        ),
    ),
    (
        "meeting_held",
        {},
        at_meeting(held_on=None),
        no(
            "meeting_not_held",
            meeting="HN-0001",
            remedy=help_with("meeting.hold", unit="SNV", ref="HN-0001"),
            who=Role.COORDINATOR,
        ),
    ),
    (
        "meeting_held",
        {},
        at_meeting(held_on="2024-12-05"),
        no("meeting_later", meeting="HN-0001", held_on="2024-12-05", occurred=OCCURRED),
    ),
    (
        "meeting_since_revote",
        {},
        facts("record_vote", dossier=dossier(marks={"revoted_on": "2024-11-21"}), meeting=meeting()),
        no(
            "meeting_before_revote",
            meeting="HN-0001",
            held_on="2024-11-20",
            ordered="2024-11-21",
            remedy=help_with("meeting.hold", unit="SNV"),
            **COORDINATING,
        ),
    ),
    (
        "parties_invited",
        {"bodies": (PARTY, OFFICE)},
        facts("record_vote"),
        no(
            "not_invited",
            bodies=[PARTY, OFFICE],
            remedy=help_with("meeting.hold", unit="SNV", invite=f"{PARTY} {OFFICE}"),
            **COORDINATING,
        ),
    ),
    (
        "parties_invited",
        {"bodies": (PARTY, OFFICE)},
        at_meeting(held_on=None),
        no(
            "not_invited",
            bodies=[OFFICE],
            remedy=help_with("meeting.hold", unit="SNV", invite=OFFICE),
            **COORDINATING,
        ),
    ),
    (
        "parties_invited",
        {"bodies": (PARTY, OFFICE)},
        at_meeting(invited=[]),
        no(
            "not_invited",
            bodies=[PARTY, OFFICE],
            remedy=help_with(
                "meeting.invite", ref="HN-0001", invite=f"{PARTY} {OFFICE}", letter="NO", occurred="YYYY-MM-DD"
            ),
            **COORDINATING,
        ),
    ),
    (
        "tally_complete",
        {},
        facts("record_vote", args={"tally": {"good": 5, "invalid": 1, "returned": 7, "voters": 8}}),
        no("tally_incomplete", counted=6, returned=7, voters=8),
    ),
    (
        "tally_complete",
        {},
        at_meeting(args={"tally": {"good": 8}}),
        no("tally_too_many", returned=8, attendees=7, meeting="HN-0001"),
    ),
    (
        "tally_complete",
        {},
        facts("record_vote", args={"rank": "excellent", "tally": {"good": 3, "excellent": 2, "completed": 3}}),
        no(
            "tally_other_rank",
            rank="excellent",
            leading=["good", "completed"],
            votes=3,
            remedy=help_with("dossier.record_vote", reason="…"),
        ),
    ),
    (
        "proposal_follows_vote",
        {"proposal": "voted"},
        facts("record_vote", args={"rank": "good", "proposed": "excellent"}),
        no("proposal_differs", voted="good", proposed="excellent"),
    ),
]

MEETINGS: list[Case] = [
    (
        "meeting_described",
        {},
        at_meeting("hold", process="meeting"),
        no("attendees_missing", meeting="HN-0001", remedy=help_with("meeting.hold", attendees="N")),
    ),
    (
        "meeting_described",
        {},
        at_meeting("hold", process="meeting", args={"attendees": 1, "held_on": "2024-12-05"}),
        no("held_in_future", day="2024-12-05", occurred=OCCURRED),
    ),
    (
        "invitation_proved",
        {},
        at_meeting("invite", process="meeting"),
        no(
            "invitation_unproved",
            meeting="HN-0001",
            remedy=help_with("meeting.invite", letter="NO", occurred="YYYY-MM-DD"),
        ),
    ),
    (
        "invitation_proved",
        {},
        at_meeting("invite", process="meeting", args={"letter": "9/CV", "invited": [PARTY, OFFICE]}),
        no(
            "invitation_after",
            meeting="HN-0001",
            occurred=OCCURRED,
            held_on="2024-11-20",
            remedy=help_with("meeting.hold", unit="SNV", invite=f"{PARTY} {OFFICE}"),
        ),
    ),
]

CASES = [*PAPERS, *VOTES, *MEETINGS]


YES = [
    ("correction_named", {}, facts("correct", args={"field": "voted", "corrects": dossier()["seq"]})),
    ("correction_named", {}, facts("correct", args={"field": "voted", "corrects": 1})),
    ("tally_complete", {}, facts("record_vote", args={"tally": {"good": 5, "excellent": 0, "invalid": 0}})),
    ("parties_invited", {"bodies": PARTY}, at_meeting()),
]


@pytest.mark.parametrize("guard,params,told", YES)
def test_at_its_edge_a_guard_says_plainly_yes(guard: str, params: dict[str, Any], told: Facts):
    assert ask(guard, told, **params) is MET


def test_a_parameter_may_be_one_text_instead_of_several():
    assert ask("parties_invited", at_meeting(), bodies=OFFICE).figures == {"bodies": [OFFICE]}


@pytest.mark.parametrize("guard,params,told,answer", CASES, ids=names(CASES))
def test_an_answer_that_is_not_plainly_yes_says_all_that_helps(
    guard: str, params: dict[str, Any], told: Facts, answer: Finding
):
    assert ask(guard, told, **params) == answer
