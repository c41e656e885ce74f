"""Who owes which form or paper, and where every dossier goes: one table each for the Ethnic Affairs Board of Quảng Ngãi
and for Kon Tum, line by line as their texts say it."""

from typing import Any, NamedTuple

import pytest

from tests.packs.test_papers_of_seasons import BOARD, LETTER, add, facts
from tests.packs.test_two_seasons import Opening, the_board, the_province
from tests.season import REGISTRAR, Play, done, refusals
from workflow.papers import asked, fits
from workflow.routing import route_for
from workflow.rulepack import Per, RulePack, Wording, matches

ROOM = {"kind": "collective", "category": "", "duty": "", "party": False}
BOARD_AS = {**ROOM, "unit_kind": "board"}
AGENCY = {**BOARD_AS, "kind": "agency"}
HEAD = {"unit_kind": "board", "duty": "board_leader", "lead": "head", "tier": "btv"}
DEPUTY = {**HEAD, "lead": "deputy", "tier": "bcsd"}
OF_ROOM = {"duty": "room_head", "lead": "head"}
OUTSIDE = {"party": False}
WORKER = {"category": "worker"}
LEADER = {"unit_kind": "department", "duty": "leadership", "tier": "bcsd", "lead": "deputy"}
PROVINCE = {"kind": "collective", "unit_kind": "department", "category": "", "duty": "", "tier": "bcsd"}


class Paper(NamedTuple):
    """A form or paper: who owes it, and a neighbour who does not."""

    rows: tuple[str, ...]
    pack: RulePack
    kind: str
    form: str | None
    needed_at: str | None
    who: dict[str, Any]
    neighbour: dict[str, Any]
    missing: str | None = None


SELF, VOTE = "self_review", "record_vote"
FORMS = [
    Paper(("QN23-II.1.1-1",), BOARD, "review_form", "01", SELF, BOARD_AS, AGENCY),
    Paper(("QN23-II.4.1-1",), BOARD, "review_form", "01", SELF, ROOM, {}),
    Paper(
        ("QN23-II.4.1-1",), BOARD, "review_form", "01", SELF, {**ROOM, "unit_kind": "office"}, {"unit_kind": "office"}
    ),
    Paper(("QN23-II.4.1-3",), BOARD, "review_form", "02A", SELF, {}, OUTSIDE),
    Paper(("QN23-II.4.1-3",), BOARD, "review_form", "02A", SELF, {"unit_kind": "office"}, OF_ROOM),
    Paper(("QN23-II.3.1-1",), BOARD, "review_form", "02B", SELF, HEAD, {}),
    Paper(("QN23-II.3.1-1",), BOARD, "review_form", "02B", SELF, DEPUTY, BOARD_AS),
    Paper(("QN23-II.4.1-3",), BOARD, "review_form", "02B", SELF, OF_ROOM, WORKER),
    Paper(("QN23-II.4.1-4",), BOARD, "review_form", "1269", SELF, OUTSIDE, {}),
    Paper(("QN23-II.4.1-4",), BOARD, "review_form", "1269", SELF, WORKER, OF_ROOM),
    Paper(("QN23-II.1.1-2",), BOARD, "frame", None, SELF, BOARD_AS, ROOM, "criteria-frames"),
    Paper(("QN23-II.2.1-2",), BOARD, "frame", None, VOTE, AGENCY, {}, "criteria-frames"),
    Paper(("QN23-II.2.1-1",), BOARD, "report", None, VOTE, AGENCY, BOARD_AS),
    *(
        Paper(("KT24-1-5",), LETTER, "review_form", one, SELF, LEADER, PROVINCE)
        for one in ("02A", "02-B", "02C", "02-D")
    ),
    Paper(("KT24-1-4",), LETTER, "review_form", None, SELF, PROVINCE, LEADER),
    Paper(("KT24-2-1", "KT24-2-2"), LETTER, "explanation", None, None, LEADER, {}),
    Paper(("KT24-3-8",), LETTER, "other", None, "submit", LEADER, {}, "annex"),
]
LINES = [pytest.param(one, id=f"{one.rows[0]} {one.kind} {one.form}") for one in FORMS]


def owed(paper: Paper, others: dict[str, Any]) -> bool:
    """Whether somebody owes this paper on this very form."""
    rules = [one for one in asked(paper.pack, facts(**others)) if one.kind == paper.kind]
    return any(bool(one.forms) and fits(one.forms, paper.form) if paper.form else not one.forms for one in rules)


@pytest.mark.row("QN23-II.1.1-1", "QN23-II.1.1-2", "QN23-II.2.1-1", "QN23-II.2.1-2", "QN23-II.3.1-1", "QN23-II.4.1-1")
@pytest.mark.row("QN23-II.4.1-3", "QN23-II.4.1-4", "KT24-1-4", "KT24-1-5", "KT24-2-1", "KT24-2-2", "KT24-3-8")
@pytest.mark.parametrize("paper", LINES)
def test_who_owes_a_paper_and_who_beside_him_does_not(paper: Paper) -> None:
    assert owed(paper, paper.who)
    (rule,) = [one for one in asked(paper.pack, facts(**paper.who)) if one.kind == paper.kind]
    assert (rule.needed_at, rule.missing) == (paper.needed_at, paper.missing)
    if paper.neighbour:
        assert not owed(paper, paper.neighbour)


@pytest.mark.row("QN23-II.3.1-2", "QN23-II.3.1-3", "QN23-III-2")
@pytest.mark.parametrize(
    ("field", "paper"), [("criteria-head", "1263"), ("criteria-deputies", "5830"), ("criteria-individuals", "1269")]
)
def test_the_frame_of_a_leader_goes_by_his_post(field: str, paper: str) -> None:
    """A-41: what II.3.1 says of the Board's leaders goes before the rule for all individuals."""
    told = {one.id: one.text for one in BOARD.document.fields}
    assert paper in told[field].vi
    assert "II.3.1" in told["criteria-individuals"].vi


@pytest.mark.row("KT24-2-1", "KT24-2-2", "KT24-2-3")
@pytest.mark.parametrize(("suggested", "codes"), [(True, ["unexplained"]), (False, [])])
def test_only_who_has_a_suggestion_owes_the_explanation(opening: Opening, suggested: bool, codes: list[str]) -> None:
    play = the_province(opening)
    done(add(play, "SXD-02", form="02-B", sections=["moral-standard", "digital-transformation"]))
    given = {"body": "bcsd-ubnd", "on": "2024-11-01", "text": "làm rõ"} if suggested else {"none": True}
    done(play.do("suggest", "SXD-02", **given))
    answer = play.do("self_review", "SXD-02", rank="good")
    assert (refusals(answer) if answer.refused else []) == codes


@pytest.mark.row("KT24-3-3")
def test_the_short_report_is_a_units_duty_to_home_affairs_and_no_paper_of_a_dossier() -> None:
    rule = LETTER.deadline("KT24-3-3")
    assert (rule.per, rule.recipient, rule.wording, rule.met_by) == (Per.UNIT, "so-noi-vu", Wording.SAME_AS, None)
    assert not [one for one in LETTER.papers if one.kind.value == "summary"]


# — who receives, through whom, who is heard, who decides —


class Way(NamedTuple):
    """A line of routing: whom it is about, who receives (through whom), who gives an opinion first, who decides."""

    rows: tuple[str, ...]
    subject: str
    who: dict[str, Any]
    receives: tuple[tuple[str, str | None], ...]
    opinions: tuple[str, ...]
    ratifies: str | None
    """None: the text names nobody."""
    outside: bool = True


TWICE = (("ubnd-tinh", "so-noi-vu"), ("ban-to-chuc-tinh-uy", None))
OFFICE = (("van-phong-ban", None),)
UP = ("QN23-V.2-2", "QN23-V.2-3")
ASKED = ("lanh-dao-ban",)
WAYS_OF_BOARD = [
    Way(("QN23-II.1.2b-5", *UP), "BDT-TT", BOARD_AS, TWICE, (), None),
    Way(("QN23-II.2.2b-3", *UP), "BDT-CQ", AGENCY, TWICE, (), None),
    Way(("QN23-II.3.2b-5", *UP), "BDT-01", HEAD, TWICE, (), None),
    Way(("QN23-II.3.2b-5", *UP), "BDT-02", DEPUTY, TWICE, (), "bcsd-ubnd"),
    Way(("QN23-II.4.2b1-3",), "P1-TT", ROOM, OFFICE, (), None),
    Way(("QN23-II.4.2b2-4",), "P1-01", OF_ROOM, OFFICE, ASKED, "truong-ban", outside=False),
    Way(("QN23-II.4.2b2-4",), "P1-03", {}, OFFICE, ASKED, "truong-ban", outside=False),
    Way(("QN23-II.4.2b2-4",), "P1-04", {**WORKER, "duty": "support"}, OFFICE, ASKED, "truong-ban", outside=False),
]
HOME = (("so-noi-vu", None),)
BOTH = (("ban-to-chuc-tinh-uy", None), ("so-noi-vu", None))
WAYS_OF_LETTER = [
    Way(("KT24-3-4", "KT24-3-5", "KT24-3-2"), "SXD-TT", {**PROVINCE, "tier": "btv"}, HOME, (), None),
    Way(("KT24-3-6", "KT24-4a-3"), "SXD-02", LEADER, HOME, (), "bcsd-ubnd", outside=False),
    Way(("KT24-3-7",), "SXD-01", {**LEADER, "tier": "btv", "lead": "head"}, BOTH, (), None),
]
WAYS = [
    pytest.param(pack, one, id=f"{one.rows[0]} {one.subject}")
    for pack, ways in ((BOARD, WAYS_OF_BOARD), (LETTER, WAYS_OF_LETTER))
    for one in ways
]


@pytest.mark.row(
    "QN23-II.1.2b-5", "QN23-II.2.2b-3", "QN23-II.3.2b-5", "QN23-II.4.2b1-3", "QN23-II.4.2b2-4", "QN23-V.2-2"
)
@pytest.mark.row("QN23-V.2-3", "KT24-3-2", "KT24-3-4", "KT24-3-5", "KT24-3-6", "KT24-3-7", "KT24-4a-3")
@pytest.mark.parametrize(("pack", "way"), WAYS)
def test_every_dossier_has_one_way_and_is_told_what_of_it_is_missing(pack: RulePack, way: Way) -> None:
    found = route_for(pack, facts(**way.who))
    assert tuple((one.body, one.via) for one in found.recipients) == way.receives
    assert all(one.required for one in found.recipients)
    assert (found.ratifier, found.opinions, found.opinions_needed) == (way.ratifies, way.opinions, bool(way.opinions))
    bodies = {one.id: one for one in pack.bodies}
    assert way.outside == (way.ratifies is None or bodies[way.ratifies].external)
    assert bool(found.missing) == (way.ratifies != "truong-ban")
    assert [one.id for one in pack.routes if matches(one.where, facts(**way.who))] == [found.id]


def goes_all_its_way(play: Play, way: Way) -> None:
    """A dossier that was voted on: refused before each send and opinion, then decided as its line says."""
    name = way.subject
    play.submit(name)
    for at, (body, _) in enumerate(way.receives[1:], start=1):
        assert refusals(play.decide(name)) == ["sends_missing", *(["opinion_missing"] if way.opinions else [])]
        assert len(play.dossier(name)["marks"]["sends"]) == at
        done(play.do("send", name, to=body, letter="9/CV"))
    for body in way.opinions:
        assert refusals(play.decide(name)) == ["opinion_missing"]
        done(play.do("opinion", name, by=f"QD-{body}", body=body, rank="good"))
    stations = [via for _, via in way.receives if via is not None]
    for body in (*stations, *(body for body, _ in way.receives)):
        done(play.do("receive", name, by=REGISTRAR, to=body, letter="3/PB"))
    play.ratify(name)
    marks, record = play.dossier(name)["marks"], play.records(name)[-1]
    assert tuple((one["to"], one.get("via")) for one in marks["sends"]) == way.receives
    assert [one["to"] for one in marks["receipts"]] == [*stations, *(body for body, _ in way.receives)]
    assert record.role == ("registrar" if way.outside else "ratifier")
    unsaid = [one for one in record.body["verdicts"] if one.get("code") == "guard.ratifier_unsaid"]
    assert bool(unsaid) == (way.ratifies is None)


@pytest.mark.row("QN23-II.1.2b-5", "QN23-II.2.2b-3", "QN23-II.3.2b-5", "QN23-II.4.2b1-3", "QN23-II.4.2b2-4")
def test_every_dossier_of_the_board_goes_its_way_to_the_end(opening: Opening) -> None:
    play = the_board(opening, ("P1", 4))
    names = [way.subject for way in WAYS_OF_BOARD]
    play.review(*(one for one in names if one != "BDT-CQ"), "P1-02")
    for name in (*names[:5], "P1-01", "P1-02", *names[6:]):
        play.vote(name)
    for way in WAYS_OF_BOARD:
        goes_all_its_way(play, way)
    assert play.verified().findings == ()


@pytest.mark.row("KT24-3-4", "KT24-3-6", "KT24-3-7")
def test_every_dossier_of_the_letter_goes_its_way_to_the_end(opening: Opening) -> None:
    play = the_province(opening)
    names = [way.subject for way in WAYS_OF_LETTER]
    play.review(*names)
    play.vote(*names)
    for way in WAYS_OF_LETTER:
        goes_all_its_way(play, way)
    assert play.verified().findings == ()
