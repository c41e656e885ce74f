"""What guards the entry of every state, in the Ethnic Affairs Board of Quảng Ngãi and in Kon Tum: everything that is
lacking is told at once, and with it the state is entered."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.packs.test_papers_of_seasons import HEARD, PARTS, add
from tests.packs.test_two_seasons import IN_CHARGE, Opening, in_room, the_board, the_province
from tests.season import COUNTED, REGISTRAR, SEASON_COORDINATOR, Play, collective, done, local, person, units
from tests.services.test_meetings import order
from workflow.answers import Answer
from workflow.services.context import Upload
from workflow.services.tallies import Count, tally

Unmet = Mapping[str, str]
"""Rule → why."""


def unmet(answer: Answer) -> Unmet:
    return {
        verdict.rule: verdict.code.partition(".")[2]
        for one in answer.refused
        for verdict in one.verdicts
        if verdict.rule != "hoso.role"
    }


def explain(play: Play, name: str) -> Answer:
    return play.do("explain", name, uploads=(Upload(kind="explanation", name="gt.pdf", content=b"%PDF-1.7 gt"),))


# — drafted —


@pytest.mark.row("KT24-1-2", "KT24-1-3", "KT24-1-5", "QN23-II.4.1-3", "QN23-II.4.1-4")
def test_drafted_one_dossier_and_one_form_of_a_subject_on_its_form_with_every_part(opening: Opening) -> None:
    play = the_province(opening)
    play.bring([*units("SNV", "SXD")], [person("SXD-02", tier="bcsd"), collective("SXD")])
    assert [one["subject"] for one in play.dossiers("SXD")] == ["SXD-01", "SXD-02", "SXD-TT"]
    table: list[tuple[dict[str, Any], Unmet]] = [
        ({"form": "01", "sections": PARTS}, {"KT24-1-5": "form_other"}),
        ({"sections": PARTS}, {"KT24-1-5": "form_missing"}),
        ({"form": "02-B", "sections": PARTS[:1]}, {"KT24-1-5": "paper_parts"}),
        ({"form": "02-B", "sections": PARTS}, {}),
        ({"form": "02-C", "sections": PARTS}, {"KT24-1-5": "second_paper"}),
        ({"form": "02-B", "sections": PARTS, "new_version": True}, {"KT24-1-5": "version_unreasoned"}),
        ({"form": "02-B", "sections": PARTS, "new_version": True, "reason": "bổ sung"}, {}),
    ]
    for args, refused in table:
        assert unmet(add(play, "SXD-02", **args)) == refused, args
    assert play.states("SXD-02") == ["drafted"]


# — self-reviewed —


@pytest.mark.row("KT24-2-1", "KT24-1-5")
def test_self_reviewed_with_the_form_and_the_explanation_of_a_suggestion(opening: Opening) -> None:
    play = the_province(opening)
    lacking = [
        {"KT24-1-5": "paper_missing", "KT24-2-1": "suggestion_unknown"},
        {"KT24-2-1": "suggestion_unknown"},
        {"KT24-2-1": "unexplained"},
    ]
    told = []
    told.append(unmet(play.do("self_review", "SXD-02", rank="good")))
    done(add(play, "SXD-02", form="02-B", sections=PARTS))
    told.append(unmet(play.do("self_review", "SXD-02", rank="good")))
    done(play.do("suggest", "SXD-02", body="bcsd-ubnd", on="2024-11-01", text="làm rõ"))
    told.append(unmet(play.do("self_review", "SXD-02", rank="good")))
    done(explain(play, "SXD-02"))
    assert told == lacking
    done(play.do("self_review", "SXD-02", rank="good"))
    assert play.verified().findings == ()


OF_DRAFTS: list[tuple[str, str, str | None, list[str]]] = [
    ("BDT-TT", "QN23-II.1.1-1", "QN23-II.1.1-3", ["tap-the-ca-nhan-lien-quan"]),
    ("BDT-01", "QN23-II.3.1-1", None, []),
    ("BDT-02", "QN23-II.3.1-1", None, []),
    ("P1-TT", "QN23-II.4.1-1", "QN23-II.4.1-2", HEARD),
    ("P1-01", "QN23-II.4.1-3-leaders", None, []),
    ("P1-03", "QN23-II.4.1-4-others", None, []),
    ("P1-04", "QN23-II.4.1-4-workers", None, []),
]


@pytest.mark.row("QN23-II.1.1-1", "QN23-II.1.1-3", "QN23-II.3.1-1", "QN23-II.4.1-1", "QN23-II.4.1-2")
def test_self_reviewed_with_the_form_of_each_and_comments_on_the_drafts_of_collectives(opening: Opening) -> None:
    play = the_board(opening, ("P1", 4))
    for name, paper, comments, bodies in OF_DRAFTS:
        heard = {comments: "unheard"} if comments else {}
        assert unmet(play.do("self_review", name, rank="good")) == {paper: "paper_missing", **heard}, name
        done(add(play, name))
        for body in bodies:
            assert unmet(play.do("self_review", name, rank="good")) == heard, name
            done(play.do("comment", name, body=body, none=True))
        done(play.do("self_review", name, rank="good"))
    assert play.verified().findings == ()


# — unit-voted —


def counted(play: Play, name: str, meeting: str, step: str, method: str, *, votes: int = 2) -> Answer:
    ballots = {"issued": votes, "unused": 0, "cast": votes, "valid": votes, "invalid": 0, "good": votes}
    figures = ballots if method == "ballot" else {"good": votes}
    args = {"dossier": play.ref(name), "step": step, "method": method, "figures": figures, "committee": ["Người Đếm"]}
    by = play.by(play.coordinator(play.dossier(name)["unit"]))
    return tally(play.context, play.season, by, Count(ref=meeting, args=args, uploads=(COUNTED,)))


@pytest.mark.row("QN23-II.4.2a-1", "QN23-II.4.1-2", "QN23-II.4.2b2-1", "QN23-II.4.2b2-3", "QN23-II.4.2b1-2")
def test_unit_voted_in_a_room_with_the_leader_invited_counts_and_leaders_first(opening: Opening) -> None:
    play = the_board(opening, ("P1", 4))
    people = [f"P1-{number:02d}" for number in range(1, 5)]
    play.review(*people)
    meeting: dict[str, Any] = {"kind": "QN23-II.4.2", "present": {"toan-the": 4, IN_CHARGE: 1}}
    at_first = {"QN23-II.4.2": "not_invited", "QN23-II.4.1-2": "meeting_unheard"}
    assert unmet(order(play, "hold", unit="P1", by="CV-P1", **meeting)) == at_first
    for body in HEARD:
        done(play.do("comment", "P1-TT", body=body, none=True))
    assert unmet(order(play, "hold", unit="P1", by="CV-P1", **meeting)) == {"QN23-II.4.2": "not_invited"}
    ref = done(order(play, "hold", unit="P1", by="CV-P1", invited=[IN_CHARGE], **meeting)).done[0].ref
    waits = {"QN23-II.4.2b2-1": "waits_for"}
    assert unmet(play.do("record_vote", "P1-03", rank="good")) == {**waits, "hoso.meeting_held": "meeting_missing"}
    uncounted = {"QN23-II.4.2": "tally_missing"}
    assert unmet(play.do("record_vote", "P1-03", rank="good", meeting=ref)) == {**waits, **uncounted}
    for name in ("P1-01", "P1-02"):
        assert unmet(play.do("record_vote", name, rank="good", meeting=ref)) == uncounted
        done(counted(play, name, ref, "overall", "ballot", votes=4))
        done(play.do("record_vote", name, rank="good", meeting=ref))
    assert unmet(play.do("record_vote", "P1-03", rank="good", meeting=ref)) == uncounted
    done(counted(play, "P1-03", ref, "overall", "ballot", votes=4))
    done(play.do("record_vote", "P1-03", rank="good", meeting=ref))
    assert play.verified().findings == ()


@pytest.mark.row("QN23-II.2-1", "QN23-II.2.1-1", "QN23-II.2.1-3", "QN23-II.2.2b-1", "QN23-II.2.2b-2")
def test_unit_voted_the_agency_without_a_review_after_its_leading_collective(opening: Opening) -> None:
    play = the_board(opening, ("P1", 4))
    agency = play.kind("BDT-CQ")
    assert agency is not None
    present = play.attending(agency, "BDT")
    held: dict[str, Any] = {"kind": agency.id, "present": present}
    assert unmet(order(play, "hold", unit="BDT", by="CV-BDT", **held)) == {"QN23-II.2.1-3": "meeting_unheard"}
    done(play.do("comment", "BDT-CQ", body="nguoi-se-du-hop", none=True))
    ref = done(order(play, "hold", unit="BDT", by="CV-BDT", **held)).done[0].ref
    lacking = {"QN23-II.2.1-1": "paper_missing", "QN23-II.2.2b-1": "waits_for", "QN23-II.2.2": "tally_missing"}
    assert unmet(play.do("record_vote", "BDT-CQ", rank="good", meeting=ref)) == lacking
    done(add(play, "BDT-CQ", "report"))
    assert unmet(counted(play, "BDT-CQ", ref, "overall", "show")) == {"QN23-II.2.2": "step_first"}
    done(counted(play, "BDT-CQ", ref, "criteria", "ballot"))
    done(counted(play, "BDT-CQ", ref, "overall", "show"))
    last = {"QN23-II.2.2b-1": "waits_for"}
    assert unmet(play.do("record_vote", "BDT-CQ", rank="good", meeting=ref)) == last
    play.review("BDT-TT")
    play.vote("BDT-TT")
    done(play.do("record_vote", "BDT-CQ", rank="good", meeting=ref))
    assert play.states("BDT-CQ") == ["unit_voted"]
    assert play.verified().findings == ()


# — submitted —


@pytest.mark.row("KT24-3-2", "KT24-3-7")
def test_submitted_to_a_body_of_the_way_and_late_for_a_reason(opening: Opening) -> None:
    play = the_province(opening)
    play.review("SXD-01")
    play.vote("SXD-01")
    play.clock.now = local("2024-11-26 09:00")
    assert unmet(play.do("submit", "SXD-01", to="bcsd-ubnd")) == {"KT24-3-7": "not_on_route"}
    assert unmet(play.do("submit", "SXD-01")) == {"KT24-3-7-board": "late_reason"}
    assert unmet(play.do("submit", "SXD-01", to="so-noi-vu")) == {"KT24-3-2": "late_reason"}
    done(play.do("submit", "SXD-01", reason="chờ kết luận"))
    assert unmet(play.do("send", "SXD-01", to="so-noi-vu")) == {"KT24-3-2": "late_reason"}
    done(play.do("send", "SXD-01", to="so-noi-vu", reason="chờ kết luận"))
    assert [one["rule"] for one in play.dossier("SXD-01")["marks"]["late"]] == ["KT24-3-7-board", "KT24-3-2"]
    assert play.verified().findings == ()


@pytest.mark.row("QN23-III-3", "QN23-V.2-2", "QN23-V.2-3")
def test_submitted_by_a_room_within_its_share_and_by_the_board_by_each_date(opening: Opening) -> None:
    play = the_board(opening, ("P1", 4))
    in_room(play, "P1", excellent=("P1-03",), good=3)
    assert unmet(play.do("submit", "P1-03")) == {"QN23-III-3": "quota_over"}
    done(play.do("submit", "P1-04"))
    play.review("BDT-TT")
    play.vote("BDT-TT")
    play.clock.now = local("2023-11-30 08:00")
    assert unmet(play.do("submit", "BDT-TT")) == {"QN23-V.2-2": "late_reason"}
    done(play.do("submit", "BDT-TT", reason="chờ ý kiến"))
    play.clock.now = local("2023-12-05 08:00")
    assert unmet(play.do("send", "BDT-TT", to="ban-to-chuc-tinh-uy")) == {"QN23-V.2-3": "late_reason"}
    done(play.do("send", "BDT-TT", to="ban-to-chuc-tinh-uy", reason="chờ ý kiến"))
    assert play.verified().findings == ()


# — ratified —


@pytest.mark.row("KT24-3-7")
def test_ratified_when_both_have_it(opening: Opening) -> None:
    play = the_province(opening)
    play.review("SXD-01")
    play.vote("SXD-01")
    play.submit("SXD-01")
    assert unmet(play.do("ratify", "SXD-01", by=REGISTRAR)) == {"KT24-3-7": "sends_missing"}
    done(play.do("send", "SXD-01", to="so-noi-vu"))
    done(play.do("ratify", "SXD-01", by=REGISTRAR))


@pytest.mark.row("QN23-II.4.2b2-4", "QN23-III-4a", "QN23-III-4b", "QN23-III-4c")
def test_ratified_by_the_head_of_the_board_after_the_leaders_within_three_shares(opening: Opening) -> None:
    """Six people of a room, one of them proposed; none of five good ones besides him can be lifted."""
    play = the_board(opening, ("P1", 6), ("P2", 6))
    for unit in ("P1", "P2"):
        done(play.do("submit", *in_room(play, unit, excellent=(f"{unit}-03",), good=5), by=SEASON_COORDINATOR))
    asked = {"QN23-room-person": "opinion_missing"}
    assert unmet(play.decide("P1-04")) == asked
    both = [one["subject"] for one in play.dossiers() if one["unit"] in {"P1", "P2"} and one["kind"] == "person"]
    assert unmet(play.decide("P1-03")) == {**asked, "QN23-III-4c": "decision_quota"}
    done(play.do("opinion", *both, by="QD-lanh-dao-ban", body="lanh-dao-ban", rank="good"))
    assert unmet(play.decide("P1-03")) == {"QN23-III-4c": "decision_quota"}
    assert unmet(play.decide("P1-01", "P2-01", rank="excellent")) == {"QN23-III-4b": "decision_quota"}
    play.ratify("P2-03", rank="good")
    play.ratify("P1-03")
    assert play.figures("person", "QN23-III-4c") == (8, 8, 1, 1, False)
    assert play.verified().findings == ()
