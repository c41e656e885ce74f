"""A date that another paper sets: unknown until somebody enters it with its source, and never late before."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.season import SMALL_PACK, Play, at_noon, done, leaders, local, refusals, units
from tests.services.test_rows_of_obligations import AFTER
from workflow.errors import BadInput
from workflow.services import duties


def states(play: Play) -> list[tuple[str, bool]]:
    return [(row["state"], row["late"]) for row in play.obligations("outside", "P1")]


OUTSIDE = """
[[deadline]]
id = "outside"
clause = { source = "paper", at = "4" }
text = "Theo kế hoạch của cấp trên"
wording = "external"
per = "unit"
owner = "unit"
met_by = "submit"
"""


@pytest.fixture
def outside(opening: Callable[..., Play]) -> Play:
    play = opening(SMALL_PACK + OUTSIDE)
    play.bring(units("P1"), leaders("P1", 1))
    play.to_vote("P1")
    return play


def set_date(play: Play, by: str, day: str = "2024-12-15"):
    ref = play.obligation("outside", "P1")["ref"]
    return duties.set_date(play.context, play.season, play.by(by), ref, day=date.fromisoformat(day), source="25-KH/TU")


@pytest.mark.row("DP24-II.8-5")
def test_an_outside_date_is_unknown_until_somebody_enters_it_with_its_source(outside: Play):
    answer = done(set_date(outside, "VT"))
    old, new = outside.obligations("outside", "P1")
    assert (old["state"], old["due_at"], new["state"]) == ("closed", None, "open")
    assert (new["due_at"], new["replaces"], new["decision"]) == (local("2024-12-16"), old["id"], "25-KH/TU")
    assert answer.changes[0]["by"] == new["ref"]
    outside.clock.now = local("2024-12-16")
    outside.submit("P1-01")
    assert states(outside) == [("closed", False), ("met", True)]


@pytest.mark.row("DP24-II.8-5")
def test_without_its_date_it_is_never_late(outside: Play):
    outside.clock.now = at_noon("2025-06-01")
    assert outside.submit("P1-01").done[0].warnings == ()
    assert states(outside) == [("met", False)]


def test_a_date_is_entered_once_and_then_extended(outside: Play):
    done(set_date(outside, "VT"))
    with pytest.raises(BadInput) as caught:
        set_date(outside, "VT", "2024-12-20")
    assert caught.value.code == "command.date_is_set"
    done(outside.extend(outside.obligation("outside", "P1")["ref"], "2024-12-20"))


@pytest.mark.parametrize(
    ("day", "taken"), [("2023-12-31", False), ("2024-01-01", True), ("2025-12-31", True), ("2026-01-01", False)]
)
def test_a_date_lies_in_the_year_or_the_one_after(outside: Play, day: str, *, taken: bool):
    if taken:
        done(set_date(outside, "VT", day))
        return
    with pytest.raises(BadInput) as caught:
        set_date(outside, "VT", day)
    assert caught.value.code == "command.day_elsewhere"
    assert caught.value.figures == {"day": day, "first": "2024", "last": "2025"}


def test_a_date_that_a_clock_sets_is_not_entered_before_it_runs(opening: Callable[..., Play]):
    play = opening(SMALL_PACK + AFTER)
    play.bring(units("P1"), leaders("P1", 1))
    ref = play.obligation("after", "P1")["ref"]
    with pytest.raises(BadInput) as caught:
        duties.set_date(play.context, play.season, play.by("VT"), ref, day=date(2024, 12, 15), source="x")
    assert caught.value.code == "command.date_by_clock"


def test_a_printed_date_is_not_entered(six: Play):
    ref = six.obligation("NT11-1e-1", "SNV")["ref"]
    with pytest.raises(BadInput) as caught:
        duties.set_date(six.context, six.season, six.by("VT"), ref, day=date(2024, 12, 15), source="x")
    assert caught.value.code == "command.date_is_set"


def test_a_unit_s_coordinator_does_not_date_his_own_duty(outside: Play):
    assert refusals(set_date(outside, "CV-P1")) == ["no_role"]
