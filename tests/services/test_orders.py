"""Who comes before whom: refused, told or not asked as the order's mode says, and told again by verification."""

from collections.abc import Callable

import pytest

from tests.season import SMALL_PACK, Play, collective, done, leaders, person, refusals, units, warnings
from workflow.words import Lead

Opening = Callable[..., Play]
ORDER = """
[[order]]
id = "order"
clause = {{ source = "paper", at = "6" }}
text = "Thứ tự"
first = {first}
reached = "{reached}"
then = {then}
command = "record_vote"
within = "{within}"
mode = "{mode}"
"""


def order(
    first: str = '{ lead = ["head", "deputy"] }',
    then: str = '{ kind = ["person"], lead = ["none"] }',
    *,
    reached: str = "record_vote",
    within: str = "unit",
    mode: str = "enforce",
) -> str:
    return ORDER.format(first=first, then=then, reached=reached, within=within, mode=mode)


def two_units(opening: Opening, rules: str) -> Play:
    """A head and one without a post in each of two units under one, everybody reviewed, a meeting held in each."""
    play = opening(SMALL_PACK + rules)
    rows = (*units("T", kind="province"), *units("P1", "P2", parent="T"))
    staff = [person(f"{one}-11", duty="staff", lead=Lead.NONE) for one in ("P1", "P2")]
    play.bring(rows, [*leaders("P1", 1), *leaders("P2", 1), *staff, collective("T"), collective("P1")])
    for unit in ("T", "P1", "P2"):
        play.review(*(one["ref"] for one in play.dossiers(unit)))
        play.hold(unit)
    return play


@pytest.mark.parametrize("within,others", [("unit", 1), ("body", 1), ("season", 2)])
def test_who_comes_later_waits_for_all_who_come_first_within_reach(opening: Opening, within: str, others: int):
    play = two_units(opening, order(within=within))
    refused = play.do("record_vote", "P1-11", rank="good", meeting=play.meetings["P1"])
    assert refusals(refused) == ["waits_for"]
    (verdict,) = refused.refused[0].verdicts
    assert verdict.figures["count"] == others
    play.vote("P1-01")
    if others == 2:
        assert refusals(play.do("record_vote", "P1-11", rank="good", meeting=play.meetings["P1"])) == ["waits_for"]
        play.vote("P2-01")
    play.vote("P1-11")
    assert play.verified().findings == ()


def test_one_act_is_judged_on_what_it_brings_about(opening: Opening):
    play = two_units(opening, order())
    play.vote("P1-11", "P1-01")
    assert play.verified().findings == ()


def test_who_left_is_waited_for_by_nobody(opening: Opening):
    play = two_units(opening, order())
    done(play.do("withdraw", "P1-01", reason="nghỉ hưu"))
    play.vote("P1-11")
    assert play.verified().findings == ()


@pytest.mark.row("P124-11-3")
def test_a_collective_waits_for_those_below_it_and_not_the_other_way(opening: Opening):
    both = '{ kind = ["collective"] }'
    play = two_units(opening, order(both, both, within="below"))
    assert refusals(play.do("record_vote", "T-TT", rank="good", meeting=play.meetings["T"])) == ["waits_for"]
    play.vote("P1-TT")
    play.vote("T-TT")
    assert play.verified().findings == ()


@pytest.mark.row("P124-11-2", "P124-11-4", "P124-11-5")
@pytest.mark.parametrize("mode,told", [("off", []), ("record_only", []), ("warn", ["waits_for"])])
def test_an_order_that_is_not_enforced_lets_pass_and_warns_where_it_should(
    opening: Opening, mode: str, told: list[str]
):
    play = two_units(opening, order(mode=mode))
    assert warnings(play.vote("P1-11")) == told
    assert play.verified().findings == ()
