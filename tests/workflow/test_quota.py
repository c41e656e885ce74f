"""Caps are counted in exact integers: the readings, line by line, and who counts where."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states import packs
from workflow import quota
from workflow.quota import Figures, Member
from workflow.rulepack import Base, Clause, GroupBy, Moment, Over, Quota, Rounding, SmallGroup, Text
from workflow.words import DossierState as S
from workflow.words import Rank

VOTE_DAY = date(2024, 11, 20)


def cap(**more: Any) -> Quota:
    """20% of those who reached good, rounded down, judged at submit, no small group."""
    given: dict[str, Any] = {"id": "q", "clause": Clause(source="s", at="1"), "text": Text(vi="q")}
    given |= {
        "rank": Rank.EXCELLENT,
        "base": Base.GOOD_OR_BETTER,
        "moment": Moment.SUBMIT,
        "over": Over.REVOTE,
        "group_by": (GroupBy.UNIT,),
    }
    return Quota(**{**given, "percent": 20, **more})


NT11 = next(one for one in packs.find("ninh-thuan-2024-11").quotas if one.id == "NT11-1a")
AT_DECISION = cap(moment=Moment.RATIFY, over=Over.REFUSE)


def member(name: str, rank: Rank | None = Rank.GOOD, state: S = S.UNIT_VOTED, **more: Any) -> Member:
    return Member(id=name, state=state, **{"proposed": rank, "decided": None, **more})


def group(excellent: int = 0, good: int = 0, completed: int = 0, **more: Any) -> list[Member]:
    """Voted members: so many proposed excellent, so many good, so many completed."""
    ranks = [Rank.EXCELLENT] * excellent + [Rank.GOOD] * good + [Rank.COMPLETED] * completed
    return [member(f"m{at}", rank, **more) for at, rank in enumerate(ranks)]


def counted(rule: Quota, members: list[Member], *, closed_on: date | None = None) -> Figures:
    found = quota.count(rule, members, closed_on=closed_on)
    assert found is not None
    return found


def shown(figures: Figures) -> tuple[int, int, int, int, bool]:
    return figures.size, figures.base, figures.count, figures.allowance, figures.over


# — the table —

POOL_HALF_UP = cap(rounding=Rounding.HALF_UP)
REST = cap(base=Base.GOOD_ONLY)
REST_HALF_UP = cap(base=Base.GOOD_ONLY, rounding=Rounding.HALF_UP)
QUARTER = cap(percent=25)

# Good or better, then: pool floor, pool half-up, rest floor, rest half-up, 25% pool floor.
CAPS = [
    (1, 0, 0, 0, 0, 0),
    (2, 0, 0, 0, 0, 0),
    (3, 0, 1, 0, 0, 0),
    (4, 0, 1, 0, 1, 1),
    (5, 1, 1, 0, 1, 1),
    (6, 1, 1, 1, 1, 1),
    (7, 1, 1, 1, 1, 1),
    (8, 1, 2, 1, 1, 2),
    (9, 1, 2, 1, 1, 2),
    (10, 2, 2, 1, 2, 2),
    (11, 2, 2, 1, 2, 2),
    (12, 2, 2, 2, 2, 3),
    (13, 2, 3, 2, 2, 3),
    (14, 2, 3, 2, 2, 3),
    (15, 3, 3, 2, 2, 3),
    (18, 3, 4, 3, 3, 4),
    (20, 4, 4, 3, 3, 5),
    (25, 5, 5, 4, 4, 6),
    (30, 6, 6, 5, 5, 7),
]


@pytest.mark.row("NT11-1a-1")
@pytest.mark.parametrize("line", CAPS, ids=[f"{one[0]} good" for one in CAPS])
def test_the_caps_of_the_table(line: tuple[int, ...]):
    rules = (cap(), POOL_HALF_UP, REST, REST_HALF_UP, QUARTER)
    found = tuple(quota.allowance(rule, size=line[0], good=line[0]) for rule in rules)
    assert found == line[1:]


@pytest.mark.parametrize("percent,good,floor,half_up", [(33, 3, 0, 1), (7, 7, 0, 0), (50, 1, 0, 1), (33, 100, 33, 33)])
def test_a_hundredth_below_a_place_or_a_half_is_below_it(percent: int, good: int, floor: int, half_up: int):
    rules = cap(percent=percent), replace(POOL_HALF_UP, percent=percent)
    assert [quota.allowance(one, size=100, good=good) for one in rules] == [floor, half_up]


@pytest.mark.row("QN23-III-3")
def test_a_share_of_the_headcount_asks_nobody_to_be_good():
    room = cap(base=Base.HEADCOUNT)
    assert quota.allowance(room, size=6, good=0) == 1
    assert quota.allowance(room, size=4, good=4) == 0
    assert [quota.allowance(room, size=size, good=0) for size in (8, 9, 9)] == [1, 1, 1]


@pytest.mark.row("QN23-III-4c")
def test_a_decision_cap_bites_although_every_room_kept_its_own():
    """The worked case: rooms of 8, 9 and 9 propose one each; 14 of 20 non-leaders reach good, so two may be decided."""
    members = [*group(excellent=3, good=11, state=S.SUBMITTED), *group(completed=6, state=S.SUBMITTED)]
    found = counted(AT_DECISION, members)
    assert (found.allowance, found.count, found.would, found.over, found.would_over) == (2, 0, 3, False, True)


# — NT11 —


@pytest.mark.row("NT11-1a-1", "NT11-1a-4")
@pytest.mark.parametrize(
    "leaders,good,allowed",
    [(5, 5, 1), (3, 0, 0), (3, 1, 1), (1, 1, 1), (6, 6, 1), (6, 4, 0), (6, 5, 1), (10, 10, 2), (10, 9, 1), (11, 10, 2)],
)
def test_the_worked_cases_of_the_province(leaders: int, good: int, allowed: int):
    figures = counted(NT11, group(good=good, completed=leaders - good))
    assert figures.allowance == allowed
    assert (figures.size, figures.base) == (leaders, good)


@pytest.mark.row("NT11-1a-1")
@pytest.mark.parametrize("proposed,over", [(1, False), (2, False), (3, True)])
def test_ten_good_leaders_may_propose_two(proposed: int, over: bool):
    figures = counted(NT11, group(excellent=proposed, good=10 - proposed))
    assert shown(figures) == (10, 10, proposed, 2, over)


@pytest.mark.row("NT11-1a-4")
def test_five_leaders_may_propose_one_and_two_are_over():
    assert not counted(NT11, group(excellent=1, good=4)).over
    assert counted(NT11, group(excellent=2, good=3)).over


@pytest.mark.row("NT11-1a-4")
def test_the_small_exception_ends_after_five():
    assert quota.allowance(NT11, size=5, good=4) == 1
    assert quota.allowance(NT11, size=6, good=4) == 0


@pytest.mark.row("NT11-1a-4")
@pytest.mark.parametrize(
    "leaders,good,warned", [(5, 4, False), (6, 4, True), (9, 4, True), (6, 5, False), (6, 1, True), (6, 0, False)]
)
def test_the_cliff_above_five_is_told(leaders: int, good: int, warned: bool):
    """A-10: the letter is kept, and nobody is let fall without a word."""
    assert counted(NT11, group(good=good, completed=leaders - good)).cliff is warned


def test_a_small_group_may_be_forced_its_place():
    """A-09's other reading."""
    forced = replace(NT11, small=SmallGroup(max_size=5, cap=1, needs_good=False))
    assert quota.allowance(forced, size=3, good=0) == 1
    assert quota.allowance(NT11, size=3, good=0) == 0


def test_a_group_may_be_given_at_least_one():
    """A-10's other reading: one place wherever somebody is good."""
    softened = replace(NT11, at_least=1)
    assert quota.allowance(softened, size=6, good=4) == 1
    assert quota.allowance(softened, size=6, good=0) == 0
    assert quota.allowance(softened, size=10, good=10) == 2


# — fixed caps —


@pytest.mark.row("QN23-III-4a", "QN23-III-4b")
@pytest.mark.parametrize("good,allowed", [(0, 0), (1, 1), (9, 1)])
def test_one_of_those_who_are_good(good: int, allowed: int):
    assert quota.allowance(cap(percent=None, fixed=1), size=9, good=good) == allowed


@pytest.mark.parametrize("good,allowed", [(4, 0), (5, 1), (10, 2), (15, 2), (30, 2)])
def test_of_a_share_and_a_fixed_cap_the_smaller_rules(good: int, allowed: int):
    assert quota.allowance(cap(fixed=2), size=30, good=good) == allowed


def test_nobody_guesses_a_missing_value():
    assert quota.count(cap(percent=None), group(excellent=5), closed_on=None) is None


# — who counts —


def test_not_ranked_leaves_numerator_and_good_base_but_not_the_size():
    """Five of six good, one excellent of them not ranked: four good are left, and the size still counts six."""
    members = [*group(excellent=1, good=4), member("out", Rank.EXCELLENT, S.NOT_RANKED)]
    assert shown(counted(NT11, members)) == (6, 5, 1, 1, False)
    assert shown(counted(cap(base=Base.HEADCOUNT), members)) == (6, 6, 1, 1, False)


def test_not_ranked_keeps_a_group_of_six_a_group_of_six():
    members = [*group(good=5), member("out", None, S.NOT_RANKED)]
    assert counted(NT11, members).allowance == 1
    assert counted(NT11, [*group(good=4, completed=1), member("out", None, S.NOT_RANKED)]).allowance == 0


WAYS_OUT: list[dict[str, Any]] = [{"state": S.WITHDRAWN}, {"state": S.UNIT_VOTED, "moved": True}]


@pytest.mark.parametrize("way", WAYS_OUT, ids=["withdrawn", "moved away"])
@pytest.mark.parametrize(
    "left_on,closed_on,size,base",
    [
        (date(2024, 11, 19), VOTE_DAY, 5, 5),  # before the vote day: leaves everything
        (date(2024, 11, 20), VOTE_DAY, 6, 6),  # on it: only the numerator
        (date(2024, 11, 21), VOTE_DAY, 6, 6),  # after it: the same
        (date(2024, 11, 21), None, 5, 5),  # while the vote is open: leaves everything
    ],
)
def test_whoever_leaves(way: dict[str, Any], left_on: date, closed_on: date | None, size: int, base: int):
    members = [*group(good=5), member("gone", Rank.EXCELLENT, left_on=left_on, **way)]
    figures = counted(cap(), members, closed_on=closed_on)
    assert (figures.size, figures.base, figures.count) == (size, base, 0)


def test_a_leaver_never_owes_a_vote_nor_a_decision():
    members = [*group(good=5), member("gone", None, S.WITHDRAWN, left_on=VOTE_DAY)]
    figures = counted(cap(), members, closed_on=VOTE_DAY)
    assert (figures.unvoted, figures.undecided, figures.sent) == (0, 5, 0)


def test_a_leaver_can_put_a_group_over():
    """One of two excellent among ten stays within while the good base stands; before the vote day it does not."""
    members = [*group(excellent=2, good=7), member("gone", Rank.GOOD, S.WITHDRAWN, left_on=date(2024, 11, 19))]
    assert shown(counted(NT11, members, closed_on=VOTE_DAY)) == (9, 9, 2, 1, True)
    later = [replace(one, left_on=VOTE_DAY) if one.id == "gone" else one for one in members]
    assert shown(counted(NT11, later, closed_on=VOTE_DAY)) == (10, 10, 2, 2, False)


@pytest.mark.parametrize(
    "state,unvoted,undecided,sent",
    [
        (S.DRAFTED, 1, 1, 0),
        (S.SELF_REVIEWED, 1, 1, 0),
        (S.UNIT_VOTED, 0, 1, 0),
        (S.SUBMITTED, 0, 1, 1),
        (S.RATIFIED, 0, 0, 1),
        (S.WITHDRAWN, 0, 0, 0),
        (S.NOT_RANKED, 0, 0, 0),
    ],
)
def test_who_has_voted_who_is_sent_and_who_is_decided(state: S, unvoted: int, undecided: int, sent: int):
    figures = counted(cap(), [member("one", Rank.GOOD, state, left_on=VOTE_DAY)], closed_on=VOTE_DAY)
    assert (figures.unvoted, figures.undecided, figures.sent) == (unvoted, undecided, sent)


def test_capped_members_still_pending_are_told_from_those_ratified():
    done = member("done", Rank.EXCELLENT, S.RATIFIED, decided=Rank.EXCELLENT)
    pending = member("pending", Rank.EXCELLENT, S.SUBMITTED)
    assert counted(cap(), [done, *group(good=3)]).capped_pending == 0
    assert counted(cap(), [done, pending, *group(good=3)]).capped_pending == 1


def test_an_unvoted_member_has_no_rank_to_count():
    figures = counted(cap(), [*group(good=4), member("new", None, S.DRAFTED)])
    assert (figures.size, figures.base, figures.unvoted) == (5, 4, 1)


# — at submit the proposal counts, at ratify the decision —


def test_a_submit_quota_counts_proposals_whatever_was_decided():
    lowered = member("lowered", Rank.EXCELLENT, S.RATIFIED, decided=Rank.GOOD)
    assert counted(cap(), [lowered, *group(good=4)]).count == 1


def test_a_ratify_quota_counts_decisions_now_and_proposals_then():
    decided = member("decided", Rank.GOOD, S.RATIFIED, decided=Rank.EXCELLENT)
    pending = member("pending", Rank.EXCELLENT, S.SUBMITTED)
    figures = counted(AT_DECISION, [decided, pending, *group(good=3, state=S.SUBMITTED)])
    assert (figures.count, figures.would, figures.allowance) == (1, 2, 1)
    assert (figures.over, figures.would_over) == (False, True)


def test_a_decided_rank_counts_until_the_next_decision():
    """Adjusted: pending again with a lower proposal; the place is free only when the authority has decided again."""
    adjusted = member("adjusted", Rank.GOOD, S.SUBMITTED, decided=Rank.EXCELLENT)
    figures = counted(AT_DECISION, [adjusted, *group(good=4, state=S.SUBMITTED)])
    assert (figures.count, figures.would) == (1, 0)


def test_a_lower_decision_frees_the_place():
    lowered = member("lowered", Rank.EXCELLENT, S.RATIFIED, decided=Rank.GOOD)
    figures = counted(AT_DECISION, [lowered, *group(good=4, state=S.SUBMITTED)])
    assert (figures.count, figures.would) == (0, 0)


def test_lower_decisions_shrink_the_base_of_the_others():
    """Five reach good, one may be excellent; two decided lower leave three good, and no place at all."""
    excellent = member("first", Rank.EXCELLENT, S.RATIFIED, decided=Rank.EXCELLENT)
    lowered = [member(name, Rank.GOOD, S.RATIFIED, decided=Rank.COMPLETED) for name in ("second", "third")]
    figures = counted(AT_DECISION, [excellent, *lowered, *group(good=2, state=S.SUBMITTED)])
    assert shown(figures) == (5, 3, 1, 0, True)


# — one more good —


@pytest.mark.parametrize(
    "size,good,needed", [(10, 9, 10), (10, 4, 5), (10, 5, 10), (10, 10, None), (14, 14, None), (6, 4, 5)]
)
def test_so_many_must_be_good_for_the_next_place(size: int, good: int, needed: int | None):
    figures = counted(NT11, group(good=good, completed=size - good))
    assert quota.one_more_at(NT11, figures) == needed


def test_under_a_headcount_more_good_ones_add_nothing():
    room = cap(base=Base.HEADCOUNT)
    assert quota.one_more_at(room, counted(room, group(good=4, completed=6))) is None


# — several at once —

MEMBERS = st.builds(
    Member,
    id=st.none(),
    state=st.sampled_from(S),
    proposed=st.none() | st.sampled_from(Rank),
    decided=st.none() | st.sampled_from(Rank),
    left_on=st.none() | st.sampled_from([date(2024, 11, 19), VOTE_DAY, date(2024, 11, 21)]),
    moved=st.booleans(),
    many=st.integers(1, 4),
)


@given(st.lists(MEMBERS, max_size=8), st.sampled_from([NT11, AT_DECISION, REST]), st.sampled_from([None, VOTE_DAY]))
def test_one_that_stands_for_several_counts_as_all_of_them(members: list[Member], rule: Quota, day: date | None):
    each = [replace(one, many=1) for one in members for _ in range(one.many)]
    assert counted(rule, members, closed_on=day) == counted(rule, each, closed_on=day)
