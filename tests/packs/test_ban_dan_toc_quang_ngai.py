"""The plan of Quảng Ngãi's Ethnic Affairs Board of November 2023: what its pack says, row by row of the matrix."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from states.packs import find, working_days
from tests.packs.told import clauses, read_otherwise, reckoned, texts
from workflow.dates import due
from workflow.errors import BadInput
from workflow.quota import allowance
from workflow.routing import key_of, route_for
from workflow.rulepack import Base, Deadline, GroupBy, Late, Mode, Moment, Over, Per, Quota, Rounding, Wording, matches
from workflow.words import Rank, Track

PACK = find("ban-dan-toc-quang-ngai-2023")


def quota(name: str) -> Quota:
    return PACK.quota(name)


def deadline(name: str) -> Deadline:
    return PACK.deadline(name)


def facts(**others: Any) -> dict[str, Any]:
    """A civil servant of a room without a leading post, unless told otherwise."""
    return {
        "kind": "person",
        "track": "civil_servant",
        "unit_kind": "room",
        "unit": ["P1", "BDT"],
        "category": "civil_servant",
        "duty": "staff",
        "tier": "board",
        "lead": "none",
        "party": True,
        **others,
    }


HEAD_OF_ROOM = {"duty": "room_head", "lead": "head"}
DEPUTY_OF_ROOM = {"duty": "room_deputy", "lead": "deputy"}
COLLECTIVE = {"kind": "collective", "duty": "", "category": "", "party": False}
OF_BOARD = {"unit_kind": "board", "unit": ["BDT"], "duty": "board_leader"}


# — the paper —


@pytest.mark.row("QN23-0-1")
def test_the_plan_has_no_number_a_date_without_a_day_and_is_valid_from_the_last_paper_it_cites() -> None:
    plan = next(one for one in PACK.sources if one.id == PACK.document.source)
    assert (plan.number, plan.date, PACK.document.symbol) == (None, "2023-11", "/KH-BDT")
    assert PACK.valid_from == date(2023, 11, 17)
    assert any(one.id == "number-and-day" for one in PACK.missing)


@pytest.mark.row("QN23-0-2")
def test_seven_papers_are_its_basis_each_with_its_number_issuer_and_date() -> None:
    basis = {one.id: one for one in PACK.sources if one.id in PACK.document.basis}
    assert [(basis[name].number, basis[name].date) for name in PACK.document.basis] == [
        ("124-QĐ/TW", "2023-10-04"),
        ("25-HD/BTCTW", "2023-11-10"),
        ("13-HD/TU", "2023-11-10"),
        ("1263-QĐ/TU", "2023-11-09"),
        ("5721/UBND-NC", "2023-11-14"),
        ("5830/UBND-NC", "2023-11-17"),
        ("1269/QĐ-BDT", "2023-11-17"),
    ]


@pytest.mark.row("QN23-0-2", "QN23-II.3.1-2")
@pytest.mark.parametrize(
    "slip,printed,reads",
    [
        ("slip-guide", "25-HD/TCTW", "25-HD/BTCTW"),
        ("slip-1263", "Quyết định 1263-QĐ/TU", "Quy định 1263-QĐ/TU"),
        ("slip-form-01", "01-HD.ĐG 2023", "mẫu 01"),
        ("slip-form-02B", "02B-HD.KĐ.ĐG 2023", "mẫu 02B"),
        ("slip-letters", "CBCB", "CBCC"),
        ("slip-own-room", "cử phòng mình", "của phòng mình"),
        ("slip-item", "a) (lần thứ hai)", "b)"),
        ("slip-employees", "viên chức", "công chức, người lao động"),
        ("slip-numbering", "Mục V sau Mục III", "Mục IV và bảng không in"),
    ],
)
def test_a_slip_is_kept_as_printed_beside_its_correction(slip: str, printed: str, reads: str) -> None:
    assert (printed, reads) in {(one.printed, one.reads) for one in PACK.slips if one.id == slip}


@pytest.mark.row("QN23-0-3")
def test_subjects_are_civil_servants_and_workers_and_one_track_runs() -> None:
    assert PACK.tracks == (Track.CIVIL_SERVANT,)
    assert [term.id for term in PACK.vocabulary.categories] == ["civil_servant", "worker"]


@pytest.mark.row("QN23-II.1-6", "QN23-II.2.3-1", "QN23-II.3.3-1", "QN23-II.4.3-1", "QN23-II.3.1-3")
@pytest.mark.row("QN23-III-1", "QN23-III-2", "QN23-VI-2")
@pytest.mark.parametrize(
    "field", ["adviser-board", "adviser-rooms", "criteria-collectives", "criteria-individuals", "criteria-deputies"]
)
def test_who_advises_and_by_which_criteria_can_be_read(field: str) -> None:
    assert any(one.id == field for one in PACK.document.fields)


@pytest.mark.row("QN23-I.1-1", "QN23-I.1-2", "QN23-I.2-1", "QN23-III-4d", "QN23-V.3-1")
def test_what_no_program_executes_is_shown_where_it_is_needed() -> None:
    shown = {one.id: one.shown_at for one in PACK.guidance}
    read = ("QN23-I.1", "QN23-I.2-1", "QN23-III-4d", "QN23-V.3-1")
    assert [shown[name] for name in read] == ["season", "season", "ratify", "season"]


def test_every_rule_names_a_registered_source_and_a_place() -> None:
    sources = {source.id for source in PACK.sources}
    assert all(clause.source in sources and clause.at for clause in clauses(PACK))


def test_every_text_is_there_in_both_languages() -> None:
    assert all(text.en and text.vi != text.en for text in texts(PACK))


def test_what_the_plan_names_and_does_not_contain_is_listed() -> None:
    assert {one.id for one in PACK.missing} >= {
        "criteria-frames",
        "own-rules",
        "table-after-shares",
        "authority-above",
        "authority-of-rooms",
    }


# — who receives, who decides —

UPWARD = ["ubnd-tinh", "ban-to-chuc-tinh-uy"]


@pytest.mark.row("QN23-II.1.2b-5", "QN23-II.2.2b-3", "QN23-II.3.2b-5", "QN23-II.4.2b1-3", "QN23-II.4.2b2-4")
@pytest.mark.row("QN23-V.2-2", "QN23-V.2-3")
@pytest.mark.parametrize(
    ("others", "route", "recipients", "ratifier"),
    [
        ({**COLLECTIVE, **OF_BOARD}, "QN23-board-collective", UPWARD, None),
        ({**COLLECTIVE, **OF_BOARD, "kind": "agency"}, "QN23-agency", UPWARD, None),
        ({**OF_BOARD, "lead": "head", "tier": "btv"}, "QN23-board-head", UPWARD, None),
        ({**OF_BOARD, "lead": "deputy", "tier": "bcsd"}, "QN23-board-deputies", UPWARD, "bcsd-ubnd"),
        ({**COLLECTIVE}, "QN23-room-collective", ["van-phong-ban"], None),
        ({**COLLECTIVE, "unit_kind": "office"}, "QN23-room-collective", ["van-phong-ban"], None),
        ({**HEAD_OF_ROOM}, "QN23-room-person", ["van-phong-ban"], "truong-ban"),
        ({**DEPUTY_OF_ROOM}, "QN23-room-person", ["van-phong-ban"], "truong-ban"),
        ({}, "QN23-room-person", ["van-phong-ban"], "truong-ban"),
        ({"category": "worker", "duty": "support"}, "QN23-room-person", ["van-phong-ban"], "truong-ban"),
        ({"unit_kind": "office"}, "QN23-room-person", ["van-phong-ban"], "truong-ban"),
    ],
)
def test_who_receives_and_who_decides(
    others: dict[str, Any], route: str, recipients: list[str], ratifier: str | None
) -> None:
    found = route_for(PACK, facts(**others))
    assert (found.id, [one.body for one in found.recipients], found.ratifier) == (route, recipients, ratifier)


@pytest.mark.row("QN23-V.2-2")
def test_the_peoples_committee_is_reached_through_home_affairs() -> None:
    for route in PACK.routes:
        assert [one.via for one in route.recipients if one.body == "ubnd-tinh"] in ([], ["so-noi-vu"])


def test_what_is_not_printed_of_a_route_is_missing() -> None:
    unsaid = {one.id for one in PACK.routes if one.ratifier is None}
    assert unsaid == {"QN23-board-collective", "QN23-agency", "QN23-board-head", "QN23-room-collective"}
    assert all(one.missing for one in PACK.routes if one.id != "QN23-room-person")


@pytest.mark.row("QN23-II.4.2b2-4")
def test_the_head_of_the_board_decides_after_its_leaders_gave_their_opinion() -> None:
    route = PACK.route("QN23-room-person")
    assert (route.ratifier, route.opinions, route.opinions_needed) == ("truong-ban", ("lanh-dao-ban",), True)


def test_somebody_in_the_board_who_leads_nothing_has_no_route() -> None:
    with pytest.raises(BadInput):
        route_for(PACK, facts(unit_kind="board", unit=["BDT"]))


# — four shares —


@pytest.mark.row("QN23-III-3", "QN23-III-4a", "QN23-III-4b", "QN23-III-4c")
@pytest.mark.parametrize(
    ("name", "base", "cap", "moment", "group_by"),
    [
        ("QN23-III-3", Base.HEADCOUNT, (20, None), Moment.SUBMIT, "unit"),
        ("QN23-III-4a", Base.GOOD_OR_BETTER, (None, 1), Moment.RATIFY, "kind"),
        ("QN23-III-4b", Base.GOOD_OR_BETTER, (None, 1), Moment.RATIFY, "duty"),
        ("QN23-III-4c", Base.GOOD_OR_BETTER, (20, None), Moment.RATIFY, "kind"),
    ],
)
def test_one_share_is_judged_at_the_proposal_and_three_at_the_decision(
    name: str, base: Base, cap: tuple[int | None, int | None], moment: Moment, group_by: str
) -> None:
    rule = quota(name)
    assert (rule.base, (rule.percent, rule.fixed), rule.moment) == (base, cap, moment)
    assert (rule.rank, rule.over, rule.rounding) == (Rank.EXCELLENT, Over.REFUSE, Rounding.FLOOR)
    assert [str(one) for one in rule.group_by] == [group_by]
    assert (rule.small, rule.at_least) == (None, 0)


COUNTED: dict[str, tuple[dict[str, Any], set[str]]] = {
    "a room's head": (HEAD_OF_ROOM, {"QN23-III-3", "QN23-III-4b"}),
    "a room's deputy": (DEPUTY_OF_ROOM, {"QN23-III-3", "QN23-III-4b"}),
    "a civil servant": ({}, {"QN23-III-3", "QN23-III-4c"}),
    "a worker": ({"category": "worker", "duty": "staff"}, {"QN23-III-3", "QN23-III-4c"}),
    "support staff": ({"category": "worker", "duty": "support"}, {"QN23-III-3", "QN23-III-4c"}),
    "a room's collective": (COLLECTIVE, {"QN23-III-4a"}),
    "the board's collective": ({**COLLECTIVE, **OF_BOARD}, set()),
    "the board as an agency": ({**COLLECTIVE, **OF_BOARD, "kind": "agency"}, set()),
    "the board's deputy head": ({**OF_BOARD, "lead": "deputy"}, set()),
}


@pytest.mark.row("QN23-III-3", "QN23-III-4a", "QN23-III-4b", "QN23-III-4c")
@pytest.mark.parametrize("who", COUNTED)
def test_everybody_stands_in_the_groups_that_the_plan_names(who: str) -> None:
    others, rules = COUNTED[who]
    on = [one for one in PACK.quotas if one.mode is not Mode.OFF]
    assert {one.id for one in on if matches(one.where, facts(**others))} == rules


def key(rule: Quota, **others: Any) -> str:
    return key_of(rule, {**facts(**others), "unit": others.get("unit_code", "P1"), "unit_path": "P1 BDT"})


@pytest.mark.row("QN23-III-3", "QN23-III-4b", "QN23-III-4c")
def test_rooms_are_groups_of_their_own_heads_and_deputies_too_and_all_others_are_one() -> None:
    assert [key(quota("QN23-III-3"), unit_code=one) for one in ("P1", "P2")] == ["P1", "P2"]
    assert key(quota("QN23-III-4b"), **HEAD_OF_ROOM) != key(quota("QN23-III-4b"), **DEPUTY_OF_ROOM)
    assert key(quota("QN23-III-4b"), **HEAD_OF_ROOM) == key(quota("QN23-III-4b"), **HEAD_OF_ROOM, unit_code="P2")
    assert key(quota("QN23-III-4c")) == key(quota("QN23-III-4c"), unit_code="P2", category="worker", duty="support")


# How many reached good (or stand in the room), then: floor, half-up, of the rest floor, of the rest half-up, 25 %.
CAPS = """
 1 0 0 0 0 0
 2 0 0 0 0 0
 3 0 1 0 0 0
 4 0 1 0 1 1
 5 1 1 0 1 1
 6 1 1 1 1 1
 7 1 1 1 1 1
 8 1 2 1 1 2
 9 1 2 1 1 2
10 2 2 1 2 2
11 2 2 1 2 2
12 2 2 2 2 3
13 2 3 2 2 3
14 2 3 2 2 3
15 3 3 2 2 3
16 3 3 2 3 4
17 3 3 2 3 4
18 3 4 3 3 4
19 3 4 3 3 4
20 4 4 3 3 5
21 4 4 3 3 5
22 4 4 3 4 5
23 4 5 3 4 5
24 4 5 4 4 6
25 5 5 4 4 6
26 5 5 4 4 6
27 5 5 4 4 6
28 5 6 4 5 7
29 5 6 4 5 7
30 6 6 5 5 7
"""
TABLE = [tuple(map(int, line.split())) for line in CAPS.strip().splitlines()]
HALF_UP = {"rounding": Rounding.HALF_UP}
READINGS: list[dict[str, Any]] = [{}, HALF_UP, {"base": Base.GOOD_ONLY}, {"base": Base.GOOD_ONLY, **HALF_UP}]
READINGS += [{"percent": 25}]
"""The default of A-07 and A-08, then their alternatives in the table's order."""


def largest(good: int, percent: int, *, of_the_rest: bool, half_up: bool) -> int:
    """The largest E with E ≤ percent of good (or of good − E), tried one by one: what the table is checked by."""

    def within(count: int) -> bool:
        share = percent * (good - count if of_the_rest else good)
        return count <= ((share + 50) // 100 if half_up else share // 100)

    return max(count for count in range(good + 1) if within(count))


def test_the_table_of_caps_is_what_trying_one_by_one_gives() -> None:
    for good, *caps in TABLE:
        tried = [largest(good, 20, of_the_rest=rest, half_up=up) for rest in (False, True) for up in (False, True)]
        assert caps == [*tried, largest(good, 25, of_the_rest=False, half_up=False)]
    assert [line[0] for line in TABLE] == list(range(1, 31))


@pytest.mark.row("QN23-III-4c")
@pytest.mark.parametrize("line", TABLE, ids=[f"{one[0]} good" for one in TABLE])
def test_the_boards_cap_for_one_to_thirty_good_in_every_reading(line: tuple[int, ...]) -> None:
    rules = [replace(quota("QN23-III-4c"), **reading) for reading in READINGS]
    assert tuple(allowance(one, size=30, good=line[0]) for one in rules) == line[1:]


@pytest.mark.row("QN23-III-3")
@pytest.mark.parametrize("line", TABLE, ids=[f"room of {one[0]}" for one in TABLE])
def test_a_rooms_cap_for_one_to_thirty_people_asks_nobody_to_be_good(line: tuple[int, ...]) -> None:
    room = quota("QN23-III-3")
    assert [allowance(one, size=line[0], good=0) for one in (room, replace(room, rounding=Rounding.HALF_UP))] == [
        line[1],
        line[2],
    ]


@pytest.mark.row("QN23-III-3")
@pytest.mark.parametrize("people,cap", [(6, 1), (4, 0), (8, 1), (9, 1)])
def test_the_worked_cases_of_rooms(people: int, cap: int) -> None:
    assert allowance(quota("QN23-III-3"), size=people, good=people) == cap


@pytest.mark.row("QN23-III-3")
def test_a_room_that_is_too_small_gets_a_place_only_where_a_pack_says_so() -> None:
    room = quota("QN23-III-3")
    assert allowance(room, size=4, good=4) == 0
    assert allowance(replace(room, at_least=1), size=4, good=4) == 1  # A-10
    assert allowance(replace(room, at_least=1), size=4, good=0) == 0


@pytest.mark.row("QN23-III-4a", "QN23-III-4b")
@pytest.mark.parametrize("good,cap", [(0, 0), (1, 1), (2, 1), (30, 1)])
def test_one_place_however_many_are_good(good: int, cap: int) -> None:
    assert [allowance(quota(name), size=30, good=good) for name in ("QN23-III-4a", "QN23-III-4b")] == [cap, cap]


@pytest.mark.row("QN23-III-4b")
def test_one_individual_over_both_groups_is_another_reading() -> None:
    both = replace(quota("QN23-III-4b"), group_by=(GroupBy.KIND,))  # A-13
    assert key(both, **HEAD_OF_ROOM) == key(both, **DEPUTY_OF_ROOM)


@pytest.mark.row("QN23-III-3")
def test_workers_and_leaders_may_be_read_out_of_a_rooms_share() -> None:
    room = quota("QN23-III-3")
    without_workers = replace(room.where, category=("civil_servant",))  # A-14
    without_leaders = replace(room.where, duty=("staff", "support"))  # A-39
    worker, head = facts(category="worker"), facts(**HEAD_OF_ROOM)
    assert [matches(one, worker) for one in (room.where, without_workers)] == [True, False]
    assert [matches(one, head) for one in (room.where, without_leaders)] == [True, False]


@pytest.mark.row("QN23-III-4c")
@pytest.mark.parametrize(
    "group_by,apart", [((GroupBy.CATEGORY,), True), ((GroupBy.UNIT,), True), ((GroupBy.SEASON,), False)]
)
def test_the_boards_share_may_be_read_by_category_or_by_room(group_by: tuple[GroupBy, ...], apart: bool) -> None:
    rule = replace(quota("QN23-III-4c"), group_by=group_by)  # A-40
    here, there = key(rule), key(rule, unit_code="P2", category="worker", duty="support")
    assert (here != there) is apart


# — dates —


@pytest.mark.row("QN23-V.2-1", "QN23-V.2-2", "QN23-V.2-3")
@pytest.mark.parametrize(
    ("name", "days", "otherwise"),
    [
        ("QN23-V.2-1", ("2023-11-25", "2023-11-24"), ("2023-11-26", "2023-11-27")),
        ("QN23-V.2-2", ("2023-11-29", "2023-11-29"), ("2023-11-30", "2023-11-29")),
        ("QN23-V.2-3", ("2023-12-04", "2023-12-04"), ("2023-12-05", "2023-12-04")),
    ],
)
def test_the_last_good_day_and_the_last_working_day_of_each_date_in_every_reading(
    name: str, days: tuple[str, str], otherwise: tuple[str, str]
) -> None:
    found = reckoned(PACK, deadline(name), 2023)
    assert (found.last_good_day.isoformat(), found.last_working_day.isoformat()) == days
    assert found.due_at == datetime.fromisoformat(f"{days[0]}T17:00+00:00")
    assert read_otherwise(PACK, deadline(name), 2023) == otherwise


@pytest.mark.row("QN23-V.2-2", "QN23-V.2-3")
def test_the_office_of_the_board_owes_each_recipient_by_its_own_date() -> None:
    first, second = deadline("QN23-V.2-2"), deadline("QN23-V.2-3")
    assert [one.recipient for one in (first, second)] == UPWARD
    assert [(one.owner, one.per) for one in (first, second)] == [("van-phong-ban", Per.UNIT)] * 2
    assert [(one.met_by, one.late) for one in (first, second)] == [("send", Late.REASON)] * 2


@pytest.mark.row("QN23-V.1-1", "QN23-V.1-2", "QN23-V.2-4")
@pytest.mark.parametrize("name", ["QN23-V.1-1", "QN23-V.1-2", "QN23-V.2-4"])
def test_what_has_no_date_gets_none(name: str) -> None:
    rule = deadline(name)
    assert rule.wording is Wording.NONE
    assert due(rule, year=2023, zone=PACK.zone, calendar=working_days([2023])) is None
