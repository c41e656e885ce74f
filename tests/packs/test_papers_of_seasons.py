"""Papers, suggestions and comments as the shipped regulations ask for them: who hands in what, what a review awaits."""

from pathlib import Path
from typing import Any

import pytest

from states.packs import find, read_text
from tests.files import PDF
from tests.packs.test_two_seasons import Opening, the_board, the_province
from tests.season import Play, done, local, refusals
from tests.services.test_meetings import order
from workflow.answers import Answer
from workflow.papers import asked
from workflow.rulepack import RulePack
from workflow.services.context import By, Upload

BOARD, LETTER, DECREE = find("ban-dan-toc-quang-ngai-2023"), find("kon-tum-2024"), find("vn-90-2020")
PLANS = Path(__file__).parents[2] / "plans"
HEARD = ["lanh-dao-ban", "cac-phong", "cong-chuc-trong-phong"]
PARTS = ["moral-standard", "digital-transformation"]
OVERRIDES = 'overrides = ["QN23-II.4.1-4-others", "QN23-II.4.1-4-workers"]\n'


def otherwise(pack: str, *changes: tuple[str, str]) -> RulePack:
    """A shipped pack read otherwise in these places."""
    text = (PLANS / f"{pack}.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return read_text(text)


def facts(**others: Any) -> dict[str, Any]:
    """A civil servant of a room, a party member without a post, unless told otherwise."""
    own = {"kind": "person", "track": "civil_servant", "unit_kind": "room", "unit": "P1", "category": "civil_servant"}
    return {**own, "duty": "staff", "tier": "board", "lead": "none", "party": True, "route": "", **others}


def forms(pack: RulePack, **others: Any) -> list[str]:
    return [form for rule in asked(pack, facts(**others)) if rule.kind == "review_form" for form in rule.forms]


def add(play: Play, name: str, kind: str = "review_form", **args: Any) -> Answer:
    return play.do("attach", name, uploads=(Upload(kind=kind, name="a.pdf", content=PDF),), **args)


# — Quảng Ngãi —


@pytest.mark.row("QN23-II.1.1-1", "QN23-II.3.1-1", "QN23-II.4.1-1", "QN23-II.4.1-3", "QN23-II.4.1-4")
@pytest.mark.parametrize(
    ("others", "form"),
    [
        ({"kind": "collective", "unit_kind": "board"}, "01"),
        ({"kind": "collective"}, "01"),
        ({"kind": "collective", "unit_kind": "office"}, "01"),
        ({"unit_kind": "board", "lead": "head"}, "02B"),
        ({"unit_kind": "board", "lead": "deputy", "party": False}, "02B"),
        ({}, "02A"),
        ({"unit_kind": "office"}, "02A"),
        ({"lead": "head"}, "02B"),
        ({"lead": "deputy"}, "02B"),
        ({"lead": "deputy", "party": False}, "02B"),
        ({"lead": "head", "category": "worker"}, "02B"),
        ({"party": False}, "1269"),
        ({"category": "worker"}, "1269"),
        ({"category": "worker", "party": False}, "1269"),
    ],
)
def test_the_form_goes_by_post_party_and_category(others: dict[str, Any], form: str) -> None:
    """A-43: of a leader who is no party member the post decides."""
    assert forms(BOARD, **others) == [form]


@pytest.mark.row("QN23-II.4.1-4")
def test_the_other_reading_gives_a_leader_outside_the_party_the_boards_own_form() -> None:
    """A-43, the alternative."""
    where = (
        'where = { kind = ["person"], unit_kind = ["room", "office"], category = ["civil_servant"], party = false }\n'
    )
    other = otherwise(
        "ban-dan-toc-quang-ngai-2023",
        (OVERRIDES, ""),
        (where, where + 'overrides = ["QN23-II.4.1-3-leaders"]\n'),
        (
            'where = { kind = ["person"], unit_kind = ["room", "office"], category = ["worker"] }\n',
            'where = { kind = ["person"], unit_kind = ["room", "office"], category = ["worker"], lead = ["none"] }\n',
        ),
    )
    assert forms(other, lead="deputy", party=False) == ["1269"]
    assert forms(other, lead="deputy") == ["02B"]


@pytest.mark.row("QN23-II.1.1-2", "QN23-II.2.1-1", "QN23-II.2.1-2")
def test_the_agency_reports_and_fills_in_no_form_and_frames_are_told_as_missing() -> None:
    agency = {one.kind.value: one.missing for one in asked(BOARD, facts(kind="agency", unit_kind="board"))}
    assert agency == {"report": None, "frame": "criteria-frames"}
    collective = {one.kind.value: one.missing for one in asked(BOARD, facts(kind="collective", unit_kind="board"))}
    assert collective == {"review_form": None, "frame": "criteria-frames"}


@pytest.mark.row("QN23-II.4.1-1", "QN23-II.4.1-3", "QN23-II.4.1-4")
def test_nobody_of_a_room_is_reviewed_without_the_right_form(opening: Opening) -> None:
    play = the_board(opening, ("P1", 4))
    assert refusals(play.do("self_review", "P1-01", rank="good")) == ["paper_missing"]
    refused = add(play, "P1-01", form="02A")
    assert (refusals(refused), refused.refused[0].verdicts[0].figures["forms"]) == (["form_other"], ("02B",))
    for name in ("P1-01", "P1-TT", "P1-03", "P1-04"):
        done(add(play, name))
        for body in HEARD if name == "P1-TT" else ():
            assert refusals(play.do("self_review", name, rank="good")) == ["unheard"]
            done(play.do("comment", name, body=body, none=True))
        done(play.do("self_review", name, rank="good"))
    found = {one: play.dossier(one)["marks"]["papers"][0]["form"] for one in ("P1-01", "P1-TT", "P1-03", "P1-04")}
    assert found == {"P1-01": "02B", "P1-TT": "01", "P1-03": "1269", "P1-04": "1269"}
    assert play.verified().findings == ()


@pytest.mark.row("QN23-II.1.1-2", "QN23-II.2.1-1", "QN23-II.2.1-2")
def test_the_agency_is_not_voted_on_without_its_report_and_the_frame_is_only_told(opening: Opening) -> None:
    play = the_board(opening, ("P1", 4))
    answer = play.do("record_vote", "BDT-CQ", rank="good", reason="Cơ quan không kiểm điểm")
    assert "paper_missing" in refusals(answer)
    assert "QN23-II.2.1-2" in {one.rule for one in answer.refused[0].unknown}
    play.review("BDT-TT")
    assert "QN23-II.1.1-2" in {
        one["rule"] for one in play.records("BDT-TT")[-1].body["verdicts"] if one["status"] == "unknown"
    }


@pytest.mark.row("QN23-II.1.1-3", "QN23-II.2.1-3", "QN23-II.4.1-2")
@pytest.mark.parametrize(
    ("unit", "name", "rule", "bodies"),
    [
        ("BDT", "BDT-TT", "QN23-II.1.1-3", ["tap-the-ca-nhan-lien-quan"]),
        ("BDT", "BDT-CQ", "QN23-II.2.1-3", ["nguoi-se-du-hop"]),
        ("P1", "P1-TT", "QN23-II.4.1-2", HEARD),
    ],
)
def test_a_meeting_waits_until_everybody_was_heard_on_the_draft(
    opening: Opening, unit: str, name: str, rule: str, bodies: list[str]
) -> None:
    play = the_board(opening, ("P1", 4))
    kind = play.kind(name)
    assert kind is not None
    for left in range(len(bodies), 0, -1):
        refused = order(play, "hold", unit=unit, by=f"CV-{unit}", kind=kind.id, attendees=4)
        (verdict,) = [one for one in refused.refused[0].verdicts if one.rule == rule]
        assert verdict.code == "guard.meeting_unheard"
        done(play.do("comment", name, body=bodies[left - 1], none=True))
    assert play.hold(unit, kind=kind)
    assert play.verified().findings == ()


@pytest.mark.row("HD25-1")
@pytest.mark.parametrize(("sent", "told"), [("2023-11-15", []), ("2023-11-16", ["draft_late"]), (None, ["draft_late"])])
def test_the_draft_of_a_collective_goes_out_three_working_days_before_its_meeting(
    opening: Opening, sent: str | None, told: list[str]
) -> None:
    """A frame's rule: the plan does not print it, so the meeting is only told; Monday 20/11 is its day, and that of the
    only comment."""
    play = the_board(opening)
    kind = play.kind("BDT-TT")
    assert kind is not None
    if sent is not None:
        done(add(play, "BDT-TT", form="01", by=By(actor="CV-BDT", auth="x", occurred_at=local(f"{sent} 16:30"))))
    done(play.do("comment", "BDT-TT", body="tap-the-ca-nhan-lien-quan", none=True))
    present = {"lanh-dao": 1, "chi-uy": 1, "cong-doan": 1}
    answer = done(order(play, "hold", unit="BDT", by="CV-BDT", kind=kind.id, present=present))
    found = [one for each in answer.done for one in each.warnings if one.rule == "HD25-1"]
    assert [one.code.removeprefix("guard.") for one in found] == told
    assert play.verified().findings == ()


# — Kon Tum —


@pytest.mark.row("KT24-1-5", "KT24-1-4")
def test_a_second_form_in_the_year_is_refused_and_names_the_first(opening: Opening) -> None:
    play = the_province(opening)
    assert refusals(add(play, "SXD-02", form="01", sections=PARTS)) == ["form_other"]
    done(add(play, "SXD-02", form="02-b", sections=PARTS))
    refused = add(play, "SXD-02", form="02D", sections=PARTS)
    figures = refused.refused[0].verdicts[0].figures
    assert (refusals(refused), figures["form"], figures["ref"]) == (["second_paper"], "02-B", play.ref("SXD-02"))
    assert play.verified().findings == ()


@pytest.mark.row("KT24-1-1", "KT24-1-2", "KT24-1-3", "KT24-1-4")
@pytest.mark.parametrize("name", ["SXD-02", "SXD-TT"])
def test_the_review_has_its_two_parts(opening: Opening, name: str) -> None:
    play = the_province(opening)
    form = {"form": "02-B"} if name == "SXD-02" else {}
    refused = add(play, name, sections=PARTS[:1], **form)
    assert (refusals(refused), refused.refused[0].verdicts[0].figures["parts"]) == (["paper_parts"], PARTS[1:])
    done(add(play, name, sections=PARTS, **form))


@pytest.mark.row("KT24-2-1", "KT24-2-2", "KT24-2-3")
def test_the_review_waits_for_the_explanation_and_is_free_where_nothing_was_suggested(opening: Opening) -> None:
    play = the_province(opening)
    for name in ("SXD-01", "SXD-02"):
        done(add(play, name, form="02-B", sections=PARTS))
    done(play.do("suggest", "SXD-01", none=True))
    done(play.do("self_review", "SXD-01", rank="good"))
    assert refusals(play.do("self_review", "SXD-02", rank="good")) == ["suggestion_unknown"]
    done(play.do("suggest", "SXD-02", body="bcsd-ubnd", on="2024-11-01", text="làm rõ trách nhiệm"))
    assert refusals(play.do("self_review", "SXD-02", rank="good")) == ["unexplained"]
    done(play.do("suggest", "SXD-TT", none=True))
    assert refusals(order(play, "hold", unit="SXD", by="CV-SXD", attendees=9)) == ["meeting_unexplained"]
    done(play.do("explain", "SXD-02", uploads=(Upload(kind="explanation", name="gt.pdf", content=PDF),)))
    done(play.do("self_review", "SXD-02", rank="good"))
    done(order(play, "hold", unit="SXD", by="CV-SXD", attendees=9))
    assert play.verified().findings == ()


@pytest.mark.row("KT24-2-1")
def test_the_other_reading_holds_up_the_meeting_alone() -> None:
    """A-27, the alternative."""
    other = otherwise("kon-tum-2024", ('id = "KT24-2-1"\n', 'id = "KT24-2-1"\nbefore = ["hold"]\n'))
    assert [one.value for one in other.suggestions[0].before] == ["hold"]
    assert [one.value for one in LETTER.suggestions[0].before] == ["self_review", "hold"]


@pytest.mark.row("KT24-3-8")
def test_the_papers_of_the_annex_are_told_and_never_asked_for() -> None:
    annex = next(one for one in LETTER.papers if one.id == "KT24-3-8")
    assert (annex.missing, annex.recipient, annex.needed_at) == ("annex", "so-noi-vu", "submit")


# — the decree —


@pytest.mark.row("ND90-22-1")
def test_six_kinds_of_record_are_kept_of_an_official_and_of_nobody_else() -> None:
    kinds = [one.kind.value for one in asked(DECREE, facts())]
    assert kinds == ["minutes", "review_form", "party_comment", "conclusion", "petition", "other"]
    assert asked(DECREE, facts(category="worker")) == []
