"""Who belongs to a meeting, who may vote at it, and what was counted there on whom: of people and counts in memory."""

from typing import Any

import pytest

from workflow.roll import roll
from workflow.rulepack import Attending, Clause, MeetingRule, Part, Text, Where
from workflow.tallies import counted_on, may_vote, name_of, of_dossier, unfinished
from workflow.words import Lead, SubjectKind

TEXT = Text(vi="x")


def part(name: str, part: Part = Part.MEMBER, where: Where | None = None, body: str | None = None) -> Attending:
    return Attending(id=name, part=part, text=TEXT, where=where, body=body)


HEADS = part("heads", Part.CHAIR, Where(lead=(Lead.HEAD,)))
STAFF = part("staff", Part.MEMBER, Where(lead=(Lead.NONE,)))
OF_THE_OFFICE = part("office", Part.MEMBER, Where(unit=("SNV",)))
IN_ROOMS = part("rooms", Part.GUEST, Where(unit_kind=("room",)))
PARTY = part("party", Part.MEMBER, body="ban-dang-tinh-uy")


def rule(*parts: Attending, **more: Any) -> MeetingRule:
    return MeetingRule(id="K", clause=Clause(source="s", at="1"), text=TEXT, parts=parts, **more)


def person(path: str, lead: str = "none", unit_kind: str = "department") -> dict[str, Any]:
    return {"unit": path.partition(" ")[0], "unit_path": path, "unit_kind": unit_kind, "lead": lead}


PEOPLE = [
    person("SNV UBND", "head"),
    person("SNV UBND"),
    person("SNV-TG SNV UBND", unit_kind="room"),
    person("STC UBND", "head"),
    person("UBND"),
]


# — the roll —


@pytest.mark.parametrize(
    ("unit", "counted"),
    [
        ("SNV", {"heads": 1, "staff": 2, "office": 3, "rooms": 1}),
        ("SNV-TG", {"heads": 0, "staff": 1, "office": 1, "rooms": 1}),
        ("UBND", {"heads": 2, "staff": 3, "office": 3, "rooms": 1}),
        ("none", {"heads": 0, "staff": 0, "office": 0, "rooms": 0}),
    ],
)
def test_the_parts_of_a_meeting_are_counted_in_its_unit_and_below(unit: str, counted: dict[str, int]):
    assert roll(rule(HEADS, STAFF, OF_THE_OFFICE, IN_ROOMS, PARTY), unit, PEOPLE) == counted


def test_a_meeting_of_bodies_alone_has_no_roll():
    assert roll(rule(PARTY), "SNV", PEOPLE) == {}


# — who may vote —


@pytest.mark.parametrize(
    ("marks", "voters", "present"),
    [
        ({"present": {"heads": 1, "staff": 5, "rooms": 9}, "roll": {"heads": 1, "staff": 7, "rooms": 9}}, 8, 6),
        ({"present": {"heads": 1, "staff": 5, "party": 2}, "roll": {"heads": 1, "staff": 7}}, 10, 8),
        ({"present": {"staff": 5}, "roll": {"heads": 1, "staff": 7}}, 8, 5),
        ({"present": {"staff": 5}}, 5, 5),
        ({"roll": {"heads": 1, "staff": 7}}, 8, 0),
        ({}, 0, 0),
    ],
    ids=["who is invited votes on nothing", "a body by who came", "nobody of a part", "no roll", "nobody", "nothing"],
)
def test_people_vote_by_the_roll_and_bodies_by_who_came(marks: Any, voters: int, present: int):
    assert may_vote(rule(HEADS, STAFF, IN_ROOMS, PARTY), marks) == (voters, present)


def test_a_kind_of_meeting_may_name_who_votes():
    marks: Any = {"present": {"heads": 1, "rooms": 2}, "roll": {"heads": 1, "rooms": 4}}
    assert may_vote(rule(HEADS, IN_ROOMS, voters=("rooms",)), marks) == (4, 2)


# — what was counted —


def tally(dossier: str = "d1", step: str = "overall", matter: int = 0) -> Any:
    return {"dossier": dossier, "step": step, "matter": matter, "figures": {"good": 3}}


def tallies(*counts: Any) -> dict[str, Any]:
    return {name_of(one["dossier"], one["step"], one["matter"]): one for one in counts}


def test_a_count_is_known_by_dossier_step_and_matter():
    assert list(tallies(tally(), tally("d2", "criteria", 3))) == ["d1/overall/0", "d2/criteria/3"]


def test_the_counts_on_a_dossier_come_in_the_order_of_the_meeting():
    second, first = tally(step="criteria", matter=10), tally(step="criteria", matter=9)
    known = tallies(tally(), tally(step="disputed", matter=9), second, tally("d2"), first)
    assert of_dossier(known, "d1") == [first, second, tally(step="disputed", matter=9), tally()]
    assert of_dossier({}, "d1") == []


def test_unfinished_is_whatever_was_voted_on_without_its_overall_rank():
    known = tallies(tally("d3", "criteria", 1), tally("d1", "disputed", 1), tally("d2", "criteria"), tally("d2"))
    assert unfinished(known) == ["d1", "d3"]
    assert unfinished({}) == []


DOSSIER = {"id": "d1", "ref": "HS-1", "subject": "SNV-01", "state": "self_reviewed", "kind": "person", "lead": "head"}
MINE: dict[str, Any] = {**DOSSIER, "unit": "SNV-TG", "unit_path": "SNV-TG SNV UBND"}
KIND = rule(STAFF, HEADS, IN_ROOMS, PARTY, where=Where(kind=(SubjectKind.PERSON, SubjectKind.AGENCY)))
MEETING: dict[str, Any] = {
    "unit": "SNV",
    "marks": {"present": {"heads": 1, "staff": 5}, "roll": {"heads": 1, "staff": 7}},
    "tallies": tallies(tally(), tally("d2"), tally(step="criteria")),
}


def test_a_count_is_judged_on_the_dossier_the_roll_and_what_was_counted_before():
    assert counted_on(KIND, MEETING, MINE) == {
        "dossier": "d1",
        "ref": "HS-1",
        "subject": "SNV-01",
        "state": "self_reviewed",
        "fits": True,
        "own": True,
        "voters": 8,
        "present": 6,
        "before": [tally(step="criteria"), tally()],
    }


@pytest.mark.parametrize(
    ("changes", "fits", "own"),
    [
        ({}, True, True),
        ({"unit": "SNV", "unit_path": "SNV UBND"}, True, True),
        ({"unit": "UBND", "unit_path": "UBND"}, False, False),
        ({"unit": "STC", "unit_path": "STC UBND"}, False, False),
        ({"kind": "collective"}, False, False),
        ({"kind": "agency"}, True, False),
        ({"lead": "deputy"}, True, False),
        ({"lead": "deputy", "unit_kind": "room"}, True, False),
    ],
    ids=["voter below", "voter", "above", "elsewhere", "of another kind", "no person", "no voter", "a guest"],
)
def test_a_dossier_fits_a_meeting_of_its_unit_or_above_and_is_the_own_one_of_who_votes_there(
    changes: dict[str, Any], fits: bool, own: bool
):
    found = counted_on(KIND, MEETING, {**MINE, **changes})
    assert (found["fits"], found["own"]) == (fits, own)


def test_who_votes_for_the_unit_above_votes_on_his_own_case_in_a_unit_below():
    assert counted_on(rule(OF_THE_OFFICE), MEETING, MINE)["own"] is True


@pytest.mark.parametrize("given", [{}, {"tallies": None}])
def test_a_meeting_at_which_nothing_was_told_has_no_voters_and_no_counts(given: dict[str, Any]):
    found = counted_on(KIND, {"unit": "SNV", **given}, MINE)
    assert (found["voters"], found["present"], found["before"]) == (0, 0, [])
