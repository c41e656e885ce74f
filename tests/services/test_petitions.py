"""Petitions about a result: beside the dossier, which stays decided and is marked as under review."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.season import MONITOR, REGISTRAR, SEASON_COORDINATOR, SMALL_PACK, Play, done, grant, leaders, refusals, units
from workflow.answers import Answer
from workflow.errors import BadInput
from workflow.replay.redecision import redecide
from workflow.services.seasons import close_season
from workflow.services.views.dossiers import lines
from workflow.services.views.petitions import petitions
from workflow.words import Role

QUOTA = """
[[quota]]
id = "cap"
clause = { source = "paper", at = "2" }
text = "Không quá 20%"
rank = "excellent"
base = "good_or_better"
percent = 20
moment = "ratify"
over = "refuse"
group_by = ["unit"]
"""
DECIDER = "QD-committee"


@pytest.fixture
def play(opening: Callable[..., Play]) -> Play:
    """Six decided on, one of them excellent: the share is used up."""
    play = opening(SMALL_PACK + QUOTA)
    play.bring(units("P1"), leaders("P1", 6))
    everyone = play.to_vote("P1", excellent=1)
    play.submit(*everyone)
    play.ratify(*everyone)
    return play


def raised(play: Play, name: str = "P1-02", by: str = "P1-02", **args: Any) -> Answer:
    return play.do("raise_petition", name, by=by, **{"text": "Đề nghị xem xét lại", **args})


def answered(play: Play, outcome: str | None = "kept", by: str = DECIDER, name: str = "P1-02") -> Answer:
    return play.do("answer_petition", name, by=by, outcome=outcome, text="Kết quả phù hợp")


def under_review(play: Play) -> list[str]:
    with play.looking() as look:
        return [one.row["subject"] for one in lines(look) if one.under_review]


def test_a_result_stands_and_is_under_review_until_it_is_answered(play: Play) -> None:
    done(raised(play))
    row = play.dossier("P1-02")
    assert (row["state"], row["decided"]) == ("ratified", "good")
    assert under_review(play) == ["P1-02"]
    done(answered(play))
    assert under_review(play) == []
    (kept,) = play.dossier("P1-02")["marks"]["petitions"]
    assert (kept["by"], kept["outcome"]) == ("P1-02", "kept")
    with play.looking() as look:
        assert petitions(look) == []
        (told,) = petitions(look, answered=True)
    assert (told.text, told.answer) == ("Đề nghị xem xét lại", "Kết quả phù hợp")
    assert play.verified().findings == ()


@pytest.mark.parametrize("state", ["drafted", "self_reviewed", "unit_voted", "submitted"])
def test_what_is_not_decided_is_not_petitioned_about(opening: Callable[..., Play], state: str) -> None:
    play = opening()
    play.bring(units("SNV"), leaders("SNV", 6))
    if state != "drafted":
        play.review(*(f"SNV-0{at}" for at in range(1, 7)))
    if state in {"unit_voted", "submitted"}:
        play.to_vote("SNV", excellent=1)
        play.close("SNV")
    if state == "submitted":
        play.submit("SNV-02")
    assert play.states("SNV-02") == [state]
    before = play.table("history")
    assert refusals(play.do("raise_petition", "SNV-02", by="SNV-02", text="a")) == ["wrong_state"]
    assert play.table("history") == before


def test_a_changed_result_is_adjusted_and_decided_anew_within_its_quota(play: Play) -> None:
    done(raised(play))
    assert refusals(answered(play, "changed")) == ["petition_unchanged"]
    done(play.do("adjust", "P1-02", by=DECIDER, rank="excellent", reason="bổ sung minh chứng"))
    assert refusals(play.do("ratify", "P1-02", by=DECIDER, rank="excellent")) == ["decision_quota"], "two of six"
    assert refusals(answered(play, "changed")) == ["wrong_state"]
    play.clock.now = play.clock.now.replace(minute=30)
    done(play.do("ratify", "P1-02", by=DECIDER, rank="completed", decision="8/QĐ"))
    assert refusals(answered(play, "kept")) == ["petition_not_kept"]
    done(answered(play, "changed"))
    assert play.dossier("P1-02")["decided"] == "completed"
    assert play.verified().findings == ()


def test_who_may_not_decide_neither_answers_nor_adjusts(play: Play) -> None:
    done(raised(play))
    for by, why in ((REGISTRAR, "not_the_ratifier"), (MONITOR, "no_role"), ("CV-P1", "no_role"), ("P1-02", "no_role")):
        assert why in refusals(answered(play, by=by))
        assert why in refusals(play.do("adjust", "P1-02", by=by, rank="good", reason="x"))
    assert under_review(play) == ["P1-02"]


def test_nobody_answers_about_themselves(play: Play) -> None:
    play.bring((), (), [grant("P1-02", Role.RATIFIER, "committee")])
    done(raised(play))
    assert refusals(answered(play, by="P1-02")) == ["own_dossier"]
    assert refusals(play.do("adjust", "P1-02", by="P1-02", reason="x")) == ["own_dossier"]


def test_bad_petitions_and_answers(play: Play) -> None:
    assert refusals(raised(play, text=None)) == ["petition_empty"]
    assert refusals(answered(play)) == ["petition_none"]
    done(raised(play))
    assert refusals(raised(play)) == ["petition_pending"]
    assert refusals(answered(play, None)) == ["petition_answer_empty"]
    with pytest.raises(BadInput) as caught:
        answered(play, "perhaps")
    assert caught.value.code == "command.unknown_outcome"
    assert refusals(raised(play, by="P1-03")) == ["no_role"], "somebody else's"


def test_what_was_recorded_is_decided_the_same_again(play: Play) -> None:
    done(raised(play))
    done(answered(play))
    assert list(redecide(play.records("P1-02"), play.rules())) == []


def test_a_season_is_not_done_while_a_petition_waits(play: Play) -> None:
    done(raised(play))
    refused = close_season(play.context, play.season, play.by(SEASON_COORDINATOR))
    assert "season_petitions" in refusals(refused)
    done(answered(play))
    done(close_season(play.context, play.season, play.by(SEASON_COORDINATOR)))


def test_petitioned_adjusted_and_decided_at_one_instant_it_is_changed_all_the_same(play: Play) -> None:
    """A clock that stands still, as in a rehearsal, hides no new decision."""
    done(raised(play))
    done(play.do("adjust", "P1-02", by=DECIDER, rank="completed", reason="bổ sung"))
    done(play.do("ratify", "P1-02", by=DECIDER, decision="8/QĐ"))
    done(answered(play, "changed"))
