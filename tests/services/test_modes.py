"""How hard a rule is: what only warns lets pass and says why, what is off is neither asked nor owed."""

from collections.abc import Callable

import pytest

from tests.season import SMALL_PACK, Play, at_noon, leaders, units, warnings
from tests.services.test_groups_of_other_packs import capped
from workflow.answers import Answer
from workflow.rulepack import Mode

Opening = Callable[..., Play]
DEADLINE = """
[[deadline]]
id = "send"
clause = { source = "paper", at = "4" }
text = "Gửi hồ sơ"
wording = "before"
on = 2024-12-05
per = "unit"
owner = "unit"
met_by = "submit"
late = "refuse"
mode = "%s"
"""


def unmet(answer: Answer) -> set[str]:
    return {verdict.code.partition(".")[2] for one in answer.refused for verdict in one.verdicts}


def voted(opening: Opening, rules: str) -> tuple[Play, list[str]]:
    """Six leaders of whom two are excellent: one too many."""
    play = opening(SMALL_PACK + rules)
    play.bring(units("P1"), leaders("P1", 6))
    return play, play.to_vote("P1", excellent=2)


@pytest.mark.parametrize("mode", Mode)
def test_a_share_stops_warns_or_is_not_counted_as_its_mode_says(opening: Opening, mode: Mode):
    play, refs = voted(opening, capped(moment="ratify", mode=f'"{mode}"'))
    play.submit(*refs)
    answer = play.decide(*refs)
    assert unmet(answer) == ({"decision_quota"} if mode is Mode.ENFORCE else set())
    assert ("decision_quota" in warnings(answer)) is (mode is Mode.WARN)
    assert len(play.table("quota_group")) == (0 if mode is Mode.OFF else 1)
    assert play.verified().findings == ()


def test_a_share_at_submission_that_only_warns_lets_an_open_vote_go(opening: Opening):
    play, refs = voted(opening, capped(mode='"warn"'))
    answer = play.do("submit", *refs)
    assert (unmet(answer), set(warnings(answer))) == (set(), {"vote_open"})
    assert play.verified().findings == ()


@pytest.mark.parametrize("mode", Mode)
def test_a_deadline_stops_marks_or_is_owed_by_nobody_as_its_mode_says(opening: Opening, mode: Mode):
    play, refs = voted(opening, DEADLINE % mode.value)
    assert len(play.obligations("send")) == (0 if mode is Mode.OFF else 1)
    play.clock.now = at_noon("2024-12-06")
    answer = play.do("submit", *refs)
    assert unmet(answer) == ({"late_refused"} if mode is Mode.ENFORCE else set())
    assert bool(play.dossier(refs[0])["marks"].get("late")) is (mode is Mode.WARN)
    assert play.verified().findings == ()


@pytest.mark.row("P124-11-1")
@pytest.mark.parametrize("mode,stops", [("off", False), ("warn", False), ("enforce", True)])
def test_an_appraisal_is_waited_for_where_it_is_switched_on(opening: Opening, mode: str, stops: bool):
    guard = f"""
[[guard]]
id = "appraisal"
clause = {{ source = "paper", at = "5" }}
text = "Thẩm định"
process = "dossier"
command = "ratify"
uses = "appraised"
mode = "{mode}"
"""
    play = opening(
        SMALL_PACK.replace('ratifier = "committee"', 'ratifier = "committee"\nopinions = ["office"]') + guard
    )
    play.bring(units("P1"), leaders("P1", 2))
    refs = play.to_vote("P1")
    play.submit(*refs)
    assert unmet(play.decide(refs[0])) == ({"appraisal_missing"} if stops else set())
    play.do("opinion", refs[1], by="QD-office", body="office", rank="good")
    assert unmet(play.decide(refs[1])) == set()
