"""Kinds of meetings in a pack: what fits together, and every fault of what does not."""

import pytest

from tests.packs.base import BASE, pack, told
from workflow.rulepack import Agenda, Agreement, Method, Part, SelfVote

MEETING = """
[[meeting]]
id = "board"
clause = { source = "paper", at = "2" }
text = "Hội nghị tập thể lãnh đạo"
where = { kind = ["collective"] }
registered_through = "office"
agreed_by = ["committee"]
voters = ["leaders"]
threshold = { of = "valid", more_than = [1, 2] }

[[meeting.part]]
id = "leaders"
part = "member"
text = "Tập thể lãnh đạo"
where = { lead = ["head", "deputy"] }

[[meeting.part]]
id = "guests"
part = "observer"
text = "Khách mời"
body = "committee"

[[meeting.step]]
step = "report"

[[meeting.step]]
step = "overall"
method = "ballot"
"""


def test_a_kind_of_meeting_is_read_with_its_defaults():
    (rule,) = pack(BASE + MEETING).meetings
    assert [(one.id, one.part) for one in rule.parts] == [("leaders", Part.MEMBER), ("guests", Part.OBSERVER)]
    assert [(one.step, one.method) for one in rule.steps] == [(Agenda.REPORT, None), (Agenda.OVERALL, Method.BALLOT)]
    assert (rule.agreement, rule.self_vote, rule.quorum) == (Agreement.ALL, SelfVote.WARN, None)
    assert [one.id for one in rule.voting()] == ["leaders"]


def test_whoever_attends_as_member_votes_where_nobody_is_named():
    (rule,) = pack(BASE + MEETING.replace('voters = ["leaders"]\n', "")).meetings
    assert [one.id for one in rule.voting()] == ["leaders"]


@pytest.mark.parametrize(
    "old,new,fault",
    [
        ('registered_through = "office"\n', "", "agreed_unregistered"),
        ('id = "guests"', 'id = "leaders"', "part_twice"),
        ('body = "committee"\n', "", "part_of_whom"),
        ('body = "committee"\n', 'body = "committee"\nwhere = {}\n', "part_of_whom"),
        ('voters = ["leaders"]', 'voters = ["leader"]', "unknown_part"),
        ('voters = ["leaders"]', 'voters = ["guests"]', "part_without_vote"),
        ('step = "report"', 'step = "report"\n\n[[meeting.step]]\nstep = "report"', "steps_disordered"),
        ('method = "ballot"\n', "", "no_overall_vote"),
        ("more_than = [1, 2]", "more_than = [2, 2]", "no_fraction"),
        ("more_than = [1, 2]", "more_than = [1]", "list_length"),
        ('agreed_by = ["committee"]', 'agreed_by = ["comitee"]', "unknown_body"),
        ('part = "observer"', 'part = "watcher"', "unknown_value"),
        ('step = "report"', 'step = "coffee"', "unknown_value"),
    ],
)
def test_what_does_not_fit_is_a_fault_with_its_place(old: str, new: str, fault: str):
    assert MEETING.count(old) == 1
    found = told(BASE + MEETING.replace(old, new))
    assert [one[0] for one in found] == [f"pack.{fault}"]
    assert all("board" in one for one in found), found


def test_a_fraction_may_come_close_to_the_whole():
    assert told(BASE + MEETING.replace("[1, 2]", "[999, 1000]")) == []


def test_no_dossier_belongs_to_two_kinds():
    second = MEETING.replace('id = "board"', 'id = "other"')
    assert [one[0] for one in told(BASE + MEETING + second)] == ["pack.meetings_collide"]
    apart = second.replace('kind = ["collective"]', 'kind = ["person"]')
    assert told(BASE + MEETING + apart) == []


def test_ids_of_kinds_are_ids_of_rules():
    assert [one[0] for one in told(BASE + MEETING.replace('id = "board"', 'id = "cap"'))] == ["pack.doubled_id"]
