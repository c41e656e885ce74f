"""Disputed wording of the Ethnic Affairs Board of Quảng Ngãi and of Kon Tum (docs/reference/readings.md): what each
pack takes by default, and each other reading as a few changed lines of its file."""

from datetime import date
from typing import Any

import pytest

from tests.packs.test_ban_dan_toc_quang_ngai import HEAD_OF_ROOM, key
from tests.packs.test_ban_dan_toc_quang_ngai import facts as of_room
from tests.packs.test_papers_of_seasons import BOARD, LETTER, PLANS, facts, otherwise
from tests.packs.test_two_seasons import IN_CHARGE, Opening, room, the_board
from tests.season import COUNTED, MONITOR, Play, done, local, pack_of, refusals, units, warnings
from tests.services.test_meetings import order
from workflow.answers import Answer
from workflow.errors import BadInput
from workflow.papers import asked
from workflow.quota import allowance
from workflow.routing import capping, route_for
from workflow.rulepack import Of, RulePack, SelfVote, Within, matches
from workflow.services import duties
from workflow.services.tallies import Count, tally
from workflow.words import Track

PLAN = "ban-dan-toc-quang-ngai-2023"
OF_THE_GOOD = """base = "good_or_better"
percent = 20"""
LAST_SHARE = 'where = { kind = ["person"], unit_kind = ["room", "office"], duty = ["staff", "support"] }'
ROOM_SHARE = """group_by = ["unit"]
where = { kind = ["person"], unit_kind = ["room", "office"], category = ["civil_servant", "worker"] }"""
ROOM_VOTERS = 'voters = ["toan-the"]\n'
LEADERS_OF_BOARD = """where = { kind = ["person"], unit_kind = ["board"] }
voters = ["lanh-dao"]
"""
BOARD_COLLECTIVE = """where = { kind = ["collective"], unit_kind = ["board"] }
voters = ["lanh-dao"]
"""
ORDER_OF_ROOM = '''then = { kind = ["person"], unit_kind = ["room", "office"], lead = ["none"] }
command = "record_vote"
within = "unit"'''
ORDER_OF_AGENCY = '''then = { kind = ["agency"], unit_kind = ["board"] }
command = "record_vote"
within = "unit"'''
AT_DECISION_TOO = '''
[[quota]]
id = "QN23-III-3-decided"
clause = { source = "qn23", at = "Mục III", rows = ["QN23-III-3"] }
text = { vi = "Như lúc đề xuất, xem lại lúc quyết định", en = "As at the proposal, looked at again at the decision" }
rank = "excellent"
base = "headcount"
percent = 20
moment = "ratify"
over = "refuse"
group_by = ["unit"]
where = { kind = ["person"], unit_kind = ["room", "office"] }
mode = "warn"

[[deadline]]
id = "QN23-V.2-1"'''


def text_of(*changes: tuple[str, str]) -> str:
    """The plan's file with these places changed, each of which stands there once."""
    text = (PLANS / f"{PLAN}.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


# — shares —


@pytest.mark.row("QN23-III-4c")
@pytest.mark.parametrize(("base", "cap"), [("good_or_better", 2), ("good_only", 2), ("headcount", 4)])
def test_the_boards_share_of_fourteen_good_among_twenty(base: str, cap: int) -> None:
    """A-07: of those who reached good, of the good that are left after the pick, of everybody."""
    text = text_of().replace(LAST_SHARE, "@")
    before, _, after = text.partition("@")
    head, mark, tail = before.rpartition(OF_THE_GOOD)
    pack = pack_of(head + mark.replace("good_or_better", base) + tail + LAST_SHARE + after)
    assert allowance(pack.quota("QN23-III-4c"), size=20, good=14) == cap
    if base == "good_or_better":
        assert pack.quota("QN23-III-4c") == BOARD.quota("QN23-III-4c")


@pytest.mark.row("QN23-III-3", "QN23-III-4a", "QN23-III-4b", "QN23-III-4c")
def test_a_share_bites_at_its_own_moment_and_may_be_told_at_the_other() -> None:
    """A-12: the default names one moment for each; a rule that only warns looks at the other one, too."""
    moments = {one.id: one.moment.value for one in BOARD.quotas if one.id.startswith("QN23")}
    at_ratify = dict.fromkeys(("QN23-III-4a", "QN23-III-4b", "QN23-III-4c"), "ratify")
    assert moments == {"QN23-III-3": "submit", **at_ratify}
    both = otherwise(PLAN, ('[[deadline]]\nid = "QN23-V.2-1"', AT_DECISION_TOO.lstrip()))
    twice = [(one.id, one.moment.value, one.mode.value) for one, _ in capping(both, of_all())]
    assert ("QN23-III-3", "submit", "enforce") in twice
    assert ("QN23-III-3-decided", "ratify", "warn") in twice


def of_all() -> dict[str, Any]:
    return {**of_room(), "unit": "P1", "unit_path": "P1 BDT"}


@pytest.mark.row("QN23-III-4b")
@pytest.mark.parametrize(("group_by", "together"), [("duty", False), ("kind", True)])
def test_one_leader_of_each_group_or_one_over_both(group_by: str, together: bool) -> None:
    """A-13."""
    where = """where = { kind = ["person"], unit_kind = ["room", "office"], duty = ["room_head", "room_deputy"] }"""
    old = f'group_by = ["duty"]\n{where}'
    rule = otherwise(PLAN, (old, old.replace('["duty"]', f'["{group_by}"]', 1))).quota("QN23-III-4b")
    assert (key(rule, duty="room_head") == key(rule, duty="room_deputy")) is together


@pytest.mark.row("QN23-III-3")
@pytest.mark.parametrize(
    ("new", "counted", "apart"),
    [
        (ROOM_SHARE, True, False),
        (ROOM_SHARE.replace(', "worker"]', "]"), False, False),
        (ROOM_SHARE.replace('["unit"]', '["unit", "category"]'), True, True),
    ],
)
def test_contract_workers_count_with_the_others_or_not_at_all_or_by_themselves(
    new: str, counted: bool, apart: bool
) -> None:
    """A-14."""
    rule = otherwise(PLAN, (ROOM_SHARE, new)).quota("QN23-III-3")
    assert matches(rule.where, of_room(category="worker")) is counted
    assert (key(rule) != key(rule, category="worker")) is apart


@pytest.mark.row("QN23-III-3")
@pytest.mark.parametrize(("duty", "counted"), [("", True), (', duty = ["staff", "support"]', False)])
def test_holders_of_a_post_count_in_their_rooms_share_or_stand_in_their_own_alone(duty: str, counted: bool) -> None:
    """A-39."""
    new = ROOM_SHARE.replace(', "worker"]', f', "worker"]{duty}')
    rule = otherwise(PLAN, (ROOM_SHARE, new)).quota("QN23-III-3")
    assert matches(rule.where, of_room(**HEAD_OF_ROOM)) is counted


@pytest.mark.row("QN23-III-4c")
@pytest.mark.parametrize(
    ("group_by", "by_category", "by_room"), [("kind", False, False), ("category", True, False), ("unit", False, True)]
)
def test_the_board_is_one_group_or_two_or_as_many_as_rooms(group_by: str, by_category: bool, by_room: bool) -> None:
    """A-40."""
    old = f'group_by = ["kind"]\n{LAST_SHARE}'
    rule = otherwise(PLAN, (old, old.replace('["kind"]', f'["{group_by}"]', 1))).quota("QN23-III-4c")
    assert (key(rule) != key(rule, category="worker")) is by_category
    assert (key(rule) != key(rule, unit_code="P2")) is by_room


@pytest.mark.row("QN23-III-3", "QN23-III-4c")
@pytest.mark.parametrize(("rounding", "of_eight"), [("floor", 1), ("half_up", 2)])
def test_a_share_is_rounded_down_or_half_up(rounding: str, of_eight: int) -> None:
    """A-08."""
    text = text_of().replace('rounding = "floor"', f'rounding = "{rounding}"')
    pack = pack_of(text)
    assert [allowance(pack.quota(one), size=8, good=8) for one in ("QN23-III-3", "QN23-III-4c")] == [of_eight] * 2


# — who votes, and when it is enough —


@pytest.mark.row("QN23-II.1.2b-4", "QN23-II.2.2b-2", "QN23-II.3.2b-4", "QN23-II.4.2b1-2")
def test_who_votes_is_said_by_each_kind_of_meeting() -> None:
    """A-15: the leading collective on itself and on its members, whoever attends on the agency, a room on its own."""
    every = ["lanh-dao", "chi-uy", "truong-phong", "cong-doan"]
    voting = {one.id: [part.id for part in one.voting()] for one in BOARD.meetings}
    assert voting == {
        "QN23-II.1.2": ["lanh-dao"],
        "QN23-II.2.2": every,
        "QN23-II.3.2": ["lanh-dao"],
        "QN23-II.4.2": ["toan-the"],
    }
    other = otherwise(PLAN, (BOARD_COLLECTIVE, BOARD_COLLECTIVE.replace('voters = ["lanh-dao"]\n', "")))
    assert [part.id for part in other.meeting("QN23-II.1.2").voting()] == every
    (invited,) = [one for one in BOARD.meeting("QN23-II.4.2").parts if one.invited]
    assert (invited.id, invited.part.value) == (IN_CHARGE, "director")


def in_a_room(opening: Opening, new: str, *, came: int) -> tuple[Play, str]:
    """A room of four under the plan with a changed line of its meeting, which is held with so many of them."""
    play = opening(text_of((ROOM_VOTERS, ROOM_VOTERS + new)), now=local("2023-11-20 09:00"))
    play.bring([*units("BDT", kind="board"), *units("P1", kind="room", parent="BDT")], list(room("P1", 4)))
    names = [f"P1-{number:02d}" for number in range(1, 5)]
    play.review(*names, "P1-TT")
    present = {"toan-the": came, IN_CHARGE: 1}
    held = done(order(play, "hold", unit="P1", by="CV-P1", present=present, invited=[IN_CHARGE]))
    return play, held.done[0].ref


def counted(play: Play, meeting: str, **votes: int) -> Answer:
    cast = sum(votes.values())
    figures = {"issued": cast, "unused": 0, "cast": cast, "valid": cast, "invalid": 0, **votes}
    args = {"dossier": play.ref("P1-01"), "step": "overall", "method": "ballot", "committee": ["Người Đếm"]}
    order = Count(ref=meeting, args={**args, "figures": figures}, uploads=(COUNTED,))
    return tally(play.context, play.season, play.by("CV-P1"), order)


@pytest.mark.row("QN23-II.4.2b2-3")
@pytest.mark.parametrize(
    ("threshold", "votes", "enough"),
    [
        (None, {"good": 1, "completed": 1, "excellent": 1}, True),
        (("roll", (1, 2)), {"good": 2, "completed": 1}, False),
        (("roll", (1, 2)), {"good": 3}, True),
        (("present", (1, 2)), {"good": 2, "completed": 1}, True),
        (("present", (1, 2)), {"good": 1, "completed": 1, "excellent": 1}, False),
        (("present", (2, 3)), {"good": 2, "completed": 1}, False),
        (("present", (2, 3)), {"good": 3}, True),
    ],
)
def test_no_threshold_or_a_share_of_the_roll_or_of_those_present(
    opening: Opening, threshold: tuple[str, tuple[int, int]] | None, votes: dict[str, int], enough: bool
) -> None:
    """A-16: three of a room of four came. By default the most voted is enough, or the chair says why."""
    assert {one.threshold for one in BOARD.meetings} == {None}
    line = "" if threshold is None else f'threshold = {{ of = "{threshold[0]}", more_than = {[*threshold[1]]} }}\n'
    play, meeting = in_a_room(opening, line, came=3)
    if threshold is not None:
        rule = play.pack.meeting("QN23-II.4.2").threshold
        assert rule is not None
        assert (rule.of, rule.more_than) == (Of(threshold[0]), threshold[1])
    done(counted(play, meeting, **votes))
    answer = play.do("record_vote", "P1-01", rank="good", meeting=meeting, reason="chủ trì kết luận")
    assert (refusals(answer) if answer.refused else []) == ([] if enough else ["threshold_missed"])


@pytest.mark.row("QN23-II.3.2b-4", "QN23-II.4.2b2-3")
@pytest.mark.parametrize(
    ("setting", "votes", "refused", "told"),
    [
        ("warn", 4, [], ["self_vote"]),
        ("exclude", 4, ["ballots_over_roll"], []),
        ("exclude", 3, [], []),
        ("allow", 4, [], []),
    ],
)
def test_who_votes_on_himself_is_told_or_left_out_or_let(
    opening: Opening, setting: str, votes: int, refused: list[str], told: list[str]
) -> None:
    """A-36."""
    assert {one.self_vote for one in BOARD.meetings} == {SelfVote.WARN}
    play, meeting = in_a_room(opening, f'self_vote = "{setting}"\n', came=4)
    answer = counted(play, meeting, good=votes)
    assert (refusals(answer) if answer.refused else []) == refused
    assert warnings(answer) == told


@pytest.mark.row("QN23-II.1.2b-4", "QN23-II.4.2b2-3")
def test_a_ballot_leaves_totals_and_no_name(opening: Opening) -> None:
    """A-17."""
    play, meeting = in_a_room(opening, "", came=4)
    done(counted(play, meeting, good=4))
    with play.database.readers.connect() as connection:
        (told,) = connection.exec_driver_sql("SELECT tallies FROM meeting").scalars().all()
    assert not [name for name in ("P1-01", "P1-02", "P1-03", "P1-04") if name in told]


@pytest.mark.row("QN23-II.1.2b-2", "QN23-II.3.2b-3", "QN23-II.4.2b1-1")
def test_what_is_done_if_needed_is_left_out_by_a_decision(opening: Opening) -> None:
    """A-23: the explanation may be left out, and that is on record; every other step may not."""
    play, meeting = in_a_room(opening, "", came=4)
    done(order(play, "note", ref=meeting, by="CV-P1", step="report", text="báo cáo"))
    assert "step_needed" in refusals(order(play, "note", ref=meeting, by="CV-P1", step="discussion", needed=False))
    done(order(play, "note", ref=meeting, by="CV-P1", step="explanation", needed=False))


# — orders, dates, whom it is about —


@pytest.mark.row("QN23-II.2.2b-1", "QN23-II.4.2b2-1")
@pytest.mark.parametrize("old", [ORDER_OF_ROOM, ORDER_OF_AGENCY])
@pytest.mark.parametrize("within", ["unit", "person"])
def test_an_order_holds_within_a_room_or_an_agency_or_for_each_person(old: str, within: str) -> None:
    """A-28."""
    pack = otherwise(PLAN, (old, old.replace('within = "unit"', f'within = "{within}"')))
    found = {one.id: one.within for one in pack.orders if one.id.startswith("QN23")}
    changed = "QN23-II.4.2b2-1" if old == ORDER_OF_ROOM else "QN23-II.2.2b-1"
    assert found[changed] is Within(within)
    assert {one.within for one in BOARD.orders if one.id.startswith("QN23")} == {Within.UNIT}


@pytest.mark.row("QN23-V.1-1", "QN23-V.1-2", "QN23-V.2-4")
@pytest.mark.parametrize("rule", ["QN23-V.1-2", "QN23-V.2-4"])
def test_what_has_no_date_gets_one_with_its_source_and_no_other_way(opening: Opening, rule: str) -> None:
    """A-24: nothing is late without a date; whoever follows the season may enter one."""
    play = the_board(opening, ("P1", 4))
    (duty,) = play.obligations(rule)
    assert (duty["due_at"], duty["look_at"]) == (None, None)
    by, day = play.by(MONITOR), date(2023, 11, 24)
    with pytest.raises(BadInput):
        duties.set_date(play.context, play.season, by, duty["ref"], day=day, source=" ")
    done(duties.set_date(play.context, play.season, by, duty["ref"], day=day, source="12/TB-BDT"))
    dated = play.obligations(rule, state="open")
    assert [one["last_good_day"] for one in dated] == [day]
    assert play.verified().findings == ()


@pytest.mark.row("QN23-II.4.2b1-3", "QN23-II.4.1-1", "QN23-III-4a")
def test_the_leading_collective_of_a_room_is_ranked_or_the_room_itself() -> None:
    """A-42: the plan says both."""
    where = 'kind = ["collective"], unit_kind = ["room", "office"]'
    text = text_of()
    other = pack_of(text.replace(where, where.replace("collective", "agency")))
    for pack, ranked, left_out in ((BOARD, "collective", "agency"), (other, "agency", "collective")):
        room_itself = {**facts(kind=ranked, category="", duty="", party=False), "unit_path": "P1 BDT"}
        assert route_for(pack, room_itself).id == "QN23-room-collective"
        assert [one.id for one, _ in capping(pack, room_itself)] == ["QN23-III-4a"]
        assert "QN23-II.4.1-1" in [one.id for one in asked(pack, room_itself)]
        with pytest.raises(BadInput):
            route_for(pack, {**room_itself, "kind": left_out})


@pytest.mark.row("QN23-II.4.2b2-4", "QN23-III-4b")
def test_the_head_of_the_board_decides_everybody_of_a_room_its_leaders_too() -> None:
    """A-35."""
    for others in ({}, HEAD_OF_ROOM, {"category": "worker", "duty": "support"}):
        assert route_for(BOARD, of_room(**others)).ratifier == "truong-ban"


# — papers that nobody here has —


@pytest.mark.row("KT24-1-5")
@pytest.mark.parametrize("form", ["02-C", "02-D"])
def test_forms_of_the_provinces_own_guide_are_taken_and_not_those_of_the_centre(form: str) -> None:
    """A-26."""
    (rule,) = [one for one in asked(LETTER, facts(unit_kind="department")) if one.kind == "review_form"]
    assert form in rule.forms
    assert "01" not in rule.forms
    assert "hd-01" in [one.clause.source for one in LETTER.missing if one.id == "review-forms"]


@pytest.mark.row("KT24-3-8", "KT24-3-2", "QN23-0-1", "QN23-III-4d")
@pytest.mark.parametrize("pack", [BOARD, LETTER])
def test_a_season_opens_with_what_is_missing_and_the_rule_that_needs_it_only_tells(
    pack: RulePack, opening: Opening
) -> None:
    """A-30."""
    play = opening(pack.id)
    assert play.row()["state"] == "open"
    lacking = {one.id for one in pack.missing}
    rules = [one.missing for one in pack.papers], [one.missing for one in pack.routes]
    named = {one for found in rules for one in found if one is not None}
    assert lacking
    assert named <= lacking


@pytest.mark.row("KT24-0-3", "QN23-0-2")
def test_one_guide_with_two_dates_is_one_paper_in_both_packs() -> None:
    """A-34."""
    told = {one.number: (one.issuer, one.date) for pack in (BOARD, LETTER) for one in pack.sources if one.id == "hd-25"}
    assert len(told) == 1
    assert [one.printed for one in BOARD.slips if one.id == "slip-guide"] == ["25-HD/TCTW"]


@pytest.mark.parametrize("pack", [BOARD, LETTER])
def test_days_are_bound_by_vietnams_time_and_one_track_runs(pack: RulePack) -> None:
    """A-33."""
    assert (pack.zone, pack.tracks) == ("Asia/Ho_Chi_Minh", (Track.CIVIL_SERVANT,))
