"""Counting against fractions, and what holds of any group whatever its members are."""

from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.test_quota import VOTE_DAY, cap, counted
from workflow import quota
from workflow.quota import Member
from workflow.rulepack import Base, Moment, Quota, Rounding
from workflow.words import DossierState as S
from workflow.words import Rank

PERCENTS = st.integers(0, 100)
SIZES = st.integers(0, 300)
RULES = st.builds(
    cap,
    percent=PERCENTS,
    base=st.sampled_from(Base),
    rounding=st.sampled_from(Rounding),
    fixed=st.none() | st.integers(0, 20),
    moment=st.sampled_from(Moment),
)


@given(PERCENTS, SIZES)
def test_not_more_than_a_share_is_exact(percent: int, pool: int):
    """The largest E with E ≤ percent·pool, in fractions."""
    allowed = quota.allowance(cap(percent=percent), size=pool, good=pool)
    share = Fraction(percent, 100) * pool
    assert allowed <= share < allowed + 1


@given(PERCENTS, SIZES)
def test_the_rest_is_the_largest_that_fits_beside_itself(percent: int, good: int):
    """`good_only`: the largest E with E ≤ percent·(good − E)."""
    allowed = quota.allowance(cap(percent=percent, base=Base.GOOD_ONLY), size=good, good=good)

    def fits(count: int) -> bool:
        return count <= Fraction(percent, 100) * (good - count)

    assert fits(allowed)
    assert not fits(allowed + 1)


@given(PERCENTS, SIZES)
def test_rounded_half_up_as_people_round(percent: int, pool: int):
    allowed = quota.allowance(cap(percent=percent, rounding=Rounding.HALF_UP), size=pool, good=pool)
    share = Fraction(percent, 100) * pool
    assert allowed - Fraction(1, 2) <= share < allowed + Fraction(1, 2)


@given(PERCENTS, SIZES)
def test_the_rest_rounded_half_up_is_the_largest_that_rounds_so(percent: int, good: int):
    """The largest E with E ≤ round(percent·(good − E)), half a place counting as one."""
    allowed = quota.allowance(
        cap(percent=percent, base=Base.GOOD_ONLY, rounding=Rounding.HALF_UP), size=good, good=good
    )

    def fits(count: int) -> bool:
        return count <= Fraction(percent, 100) * (good - count) + Fraction(1, 2)

    assert fits(allowed)
    assert allowed == good or not fits(allowed + 1)


@given(RULES, SIZES, st.data())
def test_the_allowance_grows_with_the_good_and_never_passes_the_pool(rule: Quota, size: int, data: st.DataObject):
    good = data.draw(st.integers(0, size))
    allowed = quota.allowance(rule, size=size, good=good)
    assert 0 <= allowed <= (size if rule.base is Base.HEADCOUNT else good)
    assert good == size or quota.allowance(rule, size=size, good=good + 1) >= allowed


MEMBERS = st.lists(
    st.builds(
        Member,
        id=st.just("m"),
        state=st.sampled_from(S),
        proposed=st.none() | st.sampled_from(Rank),
        decided=st.none() | st.sampled_from(Rank),
        left_on=st.none() | st.dates(date(2024, 11, 18), date(2024, 11, 22)),
        moved=st.booleans(),
    ),
    max_size=30,
)


@given(RULES, MEMBERS, st.none() | st.just(VOTE_DAY))
def test_figures_fit_together(rule: Quota, members: list[Member], closed_on: date | None):
    figures = counted(rule, members, closed_on=closed_on)
    assert 0 <= figures.base <= figures.size <= len(members)
    assert 0 <= figures.count <= figures.size
    assert 0 <= figures.capped_pending <= figures.would <= figures.size
    assert figures.over == (figures.count > figures.allowance)
    assert figures.unvoted + figures.sent <= figures.size
    assert figures.undecided >= figures.unvoted
    if rule.moment is Moment.SUBMIT:
        assert (figures.would, figures.would_over) == (figures.count, figures.over)


@given(RULES, MEMBERS, st.randoms(use_true_random=False))
def test_arrival_order_changes_no_figure(rule: Quota, members: list[Member], random: Any):
    shuffled = list(members)
    random.shuffle(shuffled)
    assert quota.count(rule, shuffled, closed_on=VOTE_DAY) == quota.count(rule, members, closed_on=VOTE_DAY)
