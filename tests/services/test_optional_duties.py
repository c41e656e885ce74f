"""What is only owed where it is needed («nếu cần»): not needed is recorded, by whom and why (A-23)."""

from collections.abc import Callable

import pytest

from tests.season import MONITOR, SMALL_PACK, Play, done, leaders, local, refusals, units
from workflow.answers import Answer
from workflow.errors import BadInput, Faulty
from workflow.services.duties import set_date
from workflow.services.milestones import finish, spare
from workflow.services.registers import late_register

DUTY = """
[[deadline]]
id = "{name}"
clause = {{ source = "paper", at = "4" }}
text = "Gợi ý kiểm điểm"
wording = "before"
on = 2024-11-20
per = "season"
owner = "office"
optional = {optional}
"""
PACK = SMALL_PACK + DUTY.format(name="hints", optional="true") + DUTY.format(name="plan", optional="false")


@pytest.fixture
def play(opening: Callable[..., Play]) -> Play:
    play = opening(PACK)
    play.bring(units("P1"), leaders("P1", 2))
    return play


def ref(play: Play, rule: str) -> str:
    (found,) = [one["ref"] for one in play.obligations(rule) if one["state"] != "closed"]
    return str(found)


def state(play: Play, rule: str) -> str:
    (found,) = [one["state"] for one in play.obligations(rule)]
    return str(found)


def spared(play: Play, rule: str, *, by: str = MONITOR, reason: str = "Không có vấn đề cần gợi ý") -> Answer:
    return spare(play.context, play.season, play.by(by), ref(play, rule), reason=reason)


def test_what_is_not_needed_is_owed_no_more_and_the_record_says_who_said_so(play: Play) -> None:
    """A-23."""
    (told,) = done(spared(play, "hints")).done
    assert (told.kind, told.command, told.came_from, told.to) == ("obligation", "not_needed", "open", "void")
    assert state(play, "hints") == "void"
    last = play.records(play.row()["id"])[-1]
    assert (last.command, last.actor) == ("not_needed", MONITOR)
    assert "Không có vấn đề cần gợi ý" in [row[3] for row in play.table("secret")]
    assert play.verified().findings == ()


def test_after_its_day_it_was_never_late(play: Play) -> None:
    play.clock.now = local("2024-12-01")
    done(spared(play, "hints"))
    with play.database.reading() as tx:
        late = {one.rule for one in late_register(tx, play.row(), play.rules(), now=play.clock.now)}
    assert late == {"plan"}
    assert play.verified().findings == ()


def test_what_is_owed_in_any_case_is_refused_with_its_clause(play: Play) -> None:
    answer = spared(play, "plan")
    assert refusals(answer) == ["duty_needed"]
    assert [(one.rule, one.clause) for one in answer.refused[0].verdicts] == [("plan", "01/KH, 4")]
    assert state(play, "plan") == "open"


def test_it_is_said_once_by_who_may_and_why(play: Play) -> None:
    with pytest.raises(BadInput):
        spared(play, "hints", reason=" ")
    assert refusals(spared(play, "hints", by="P1-02")) == ["no_role"]
    assert state(play, "hints") == "open"
    done(spared(play, "hints"))
    assert refusals(spared(play, "hints")) == ["wrong_state"]
    day = local("2024-12-20").date()
    dated = set_date(play.context, play.season, play.by(MONITOR), ref(play, "hints"), day=day, source="x")
    assert refusals(dated) == ["obligation_closed"]


def test_what_was_done_after_all_is_done(play: Play) -> None:
    done(spared(play, "hints"))
    by = play.by(MONITOR)
    done(finish(play.context, play.season, by, ref(play, "hints"), proof="12/CV"))
    assert state(play, "hints") == "met"
    assert refusals(finish(play.context, play.season, by, ref(play, "hints"), proof="12/CV")) == ["wrong_state"]
    assert play.verified().findings == ()


def test_what_the_dossiers_themselves_have_to_do_is_never_optional(opening: Callable[..., Play]) -> None:
    text = SMALL_PACK + DUTY.format(name="x", optional="true").replace(
        'per = "season"\nowner = "office"', 'per = "unit"\nowner = "unit"\nmet_by = "submit"'
    )
    with pytest.raises(Faulty) as caught:
        opening(text)
    assert [one.code for one in caught.value.faults] == ["pack.optional_of_dossiers"]
