"""The conditions that look at a group: a proposal judged whole, a decision with room, a vote closed and voted again."""

from typing import Any

import pytest

from tests.states.facts import action, ask, code, dossier, facts, group, is_met, over
from workflow.facts import Finding
from workflow.words import Status

BASE = "good_or_better"
EXCELLENT, GOOD = dossier(proposed="excellent", voted="excellent"), dossier()


def submit(told: dict[str, Any], *, mine: dict[str, Any] = GOOD, way: str = "revote", base: str = BASE) -> Finding:
    told_facts = facts("submit", groups=[told], dossier=mine)
    return ask("group_ready", told_facts, rule="NT11-1a", rank="excellent", over=way, base=base)


# — submit quotas —


@pytest.mark.row("NT11-1a-1", "NT11-1a-2")
@pytest.mark.parametrize("mine", [EXCELLENT, GOOD], ids=["excellent", "good"])
def test_two_of_ten_go_and_three_do_not(mine: dict[str, Any]):
    """Not even those who are no part of the excess: the collective ranks again."""
    assert is_met(submit(group(), mine=mine))
    found = submit(over(), mine=mine)
    assert code(found) == "quota_over"
    assert action(found) == ("vote.revote", {"group": "SNV", "rule": "NT11-1a"})


@pytest.mark.row("NT11-1a-1")
def test_a_group_that_is_over_tells_its_figures_and_who_can_help():
    found = submit(over())
    told = {name: found.figures[name] for name in ("count", "allowance", "base", "size", "excess", "group", "rank")}
    assert told == {
        "count": 3,
        "allowance": 2,
        "base": 10,
        "size": 10,
        "excess": 1,
        "group": "SNV",
        "rank": "excellent",
    }
    assert (found.who, found.scope) == ("coordinator", "SNV")


@pytest.mark.row("NT11-1a-4")
def test_over_because_of_the_cliff_is_told_as_such():
    assert code(submit(over(size=6, base=4, count=1, allowance=0, cliff=True))) == "quota_cliff"


@pytest.mark.row("NT11-1a-1")
@pytest.mark.parametrize("mine", [EXCELLENT, GOOD], ids=["excellent", "good"])
def test_before_its_vote_is_closed_nobody_of_a_group_is_sent(mine: dict[str, Any]):
    """The base is unknown until everybody has voted; over or not is then no question yet."""
    for told in (group(vote="open", unvoted=1), over(vote="open")):
        found = submit(told, mine=mine)
        assert code(found) == "vote_open"
        assert action(found) == ("vote.close_vote", {"group": "SNV", "rule": "NT11-1a"})


def test_a_quota_without_a_group_of_ours_asks_nothing():
    assert is_met(submit(over(rule="another")))
    assert is_met(ask("group_ready", facts(), rule="NT11-1a", rank="excellent", over="revote", base="good_or_better"))


@pytest.mark.parametrize("base", [BASE, "headcount", "good_only"])
def test_with_refuse_being_over_stops_capped_ranks_only(base: str):
    assert code(submit(over(), mine=EXCELLENT, way="refuse", base=base)) == "quota_over"
    assert is_met(submit(over(), mine=GOOD, way="refuse", base=base))


@pytest.mark.parametrize(
    "base,mine,goes",
    [
        ("headcount", GOOD, True),
        ("headcount", EXCELLENT, False),
        (BASE, GOOD, False),
        ("good_only", GOOD, False),
        (BASE, EXCELLENT, False),
    ],
)
def test_only_a_headcount_lets_uncapped_ranks_go_before_closing(base: str, mine: dict[str, Any], goes: bool):
    found = submit(group(vote="open", unvoted=1), mine=mine, way="refuse", base=base)
    assert is_met(found) if goes else code(found) == "vote_open"


@pytest.mark.parametrize(
    "pending,mine,goes", [(0, GOOD, True), (0, EXCELLENT, False), (1, GOOD, False), (1, EXCELLENT, False)]
)
def test_where_every_capped_rank_is_ratified_over_stops_further_capped_ones_only(
    pending: int, mine: dict[str, Any], goes: bool
):
    found = submit(over(capped_pending=pending), mine=mine)
    assert is_met(found) if goes else code(found) == "quota_over"


# — ratify quotas —


def ratify(
    told: dict[str, Any], *, rank: str | None = None, proposed: str = "excellent", outside: bool = False, **args: Any
) -> Finding:
    kept = {**args, **({"rank": rank} if rank else {})}
    submitted = dossier(state="submitted", proposed=proposed, outside=outside)
    told_facts = facts("ratify", groups=[told], dossier=submitted, args=kept)
    return ask("group_has_room", told_facts, rule="NT11-1a", rank="excellent")


@pytest.mark.parametrize(
    "count,would,passes",
    [(2, 2, True), (1, 2, True), (1, 3, False), (3, 3, False), (3, 2, False)],
    ids=["full", "room", "too many pending", "over", "over now"],
)
def test_a_capped_rank_is_decided_while_there_is_room_for_it_and_for_all_pending(count: int, would: int, passes: bool):
    found = ratify(group(count=count, would=would, over=count > 2, would_over=would > 2))
    assert is_met(found) is passes
    if not passes:
        assert code(found) == "decision_quota"
        assert (found.figures["count"], found.figures["would"], found.figures["allowance"]) == (count, would, 2)


def test_a_lower_decision_is_never_refused_for_a_quota():
    assert is_met(ratify(over(), rank="good"))
    assert is_met(ratify(over(), proposed="good"))


@pytest.mark.parametrize("undecided,passes", [(0, True), (1, False)])
def test_above_its_proposal_only_when_all_others_are_decided(undecided: int, passes: bool):
    found = ratify(group(undecided=undecided), rank="excellent", proposed="good")
    assert is_met(found) if passes else code(found) == "above_proposal"


def test_as_proposed_the_others_may_still_be_pending():
    assert is_met(ratify(group(undecided=5), rank="excellent"))


@pytest.mark.parametrize("told", [over(), group(would=3, would_over=True)], ids=["over", "would be over"])
def test_an_outside_decision_is_a_fact_and_never_refused_for_a_quota(told: dict[str, Any]):
    """Design section 4: `ratify --external` stands among the facts; over shows, and blocks what comes after."""
    assert is_met(ratify(told, outside=True, external=True, decision="15-QĐ/TU"))


def test_an_outside_decision_above_the_proposal_is_a_fact_too():
    told = group(undecided=5)
    found = ratify(told, rank="excellent", proposed="good", outside=True, external=True, decision="15-QĐ/TU")
    assert is_met(found)


def test_other_ranks_and_other_groups_are_no_matter_of_a_quota():
    assert is_met(ratify(over(rule="another")))
    assert is_met(ratify(over(), rank="completed"))


# — the vote —


def close(told: dict[str, Any]) -> Finding:
    return ask("all_voted", facts("close_vote", process="vote", groups=[told]))


@pytest.mark.parametrize("unvoted,passes", [(0, True), (1, False), (10, False)])
def test_a_vote_closes_when_everybody_has_voted(unvoted: int, passes: bool):
    found = close(group(vote="open", unvoted=unvoted))
    assert is_met(found) is passes
    if not passes:
        assert code(found) == "unvoted"
        assert found.figures["unvoted"] == unvoted


@pytest.mark.row("NT11-1a-5")
def test_a_vote_closes_over_and_says_so():
    found = close(over(vote="open"))
    assert found.status is Status.MET
    assert (found.code, found.flags) == ("guard.closed_over", ("warning",))
    assert found.figures == {"group": "SNV", "count": 3, "allowance": 2, "base": 10, "size": 10}


@pytest.mark.row("NT11-1a-4")
def test_a_vote_that_closes_below_the_cliff_warns():
    """A-10."""
    found = close(group(vote="open", size=6, base=4, count=0, allowance=0, cliff=True))
    assert found.status is Status.MET
    assert (found.code, found.flags) == ("guard.cliff", ("warning",))


def test_a_vote_within_closes_without_a_word():
    assert close(group(vote="open")).flags == ()


def revote(told: dict[str, Any]) -> Finding:
    return ask("may_vote_again", facts("revote", process="vote", groups=[told]))


@pytest.mark.row("NT11-1a-5")
@pytest.mark.parametrize(
    "told",
    [over(), over(sent=9), group(vote="open", unvoted=2, sent=4), group(sent=0), group(vote="open", sent=0)],
    ids=["over", "over, most sent", "vote owed", "nobody sent", "open, nobody sent"],
)
def test_a_group_votes_again_while_over_or_owing_or_before_anyone_is_sent(told: dict[str, Any]):
    assert is_met(revote(told))


@pytest.mark.parametrize("told", [group(sent=1), group(sent=10), group(vote="open", unvoted=0, sent=1)])
def test_a_group_within_whose_members_are_sent_does_not_vote_again(told: dict[str, Any]):
    assert code(revote(told)) == "no_revote"


@pytest.mark.parametrize(
    "rank,told", [("excellent", "guard.decided_above"), ("good", ""), ("completed", ""), (None, "")]
)
def test_a_decision_above_the_proposal_is_taken_and_told(rank: str | None, told: str):
    args = {"rank": rank} if rank else {}
    found = ask("decided_as_proposed", facts("ratify", args=args, dossier=dossier(proposed="good")))
    assert found.status is Status.MET
    assert found.code == told
    assert found.flags == (("warning",) if told else ())


# — what will be more than can be decided —


@pytest.mark.row("QN23-III-4c")
@pytest.mark.parametrize(
    "would,proposed,told", [(3, "excellent", True), (2, "excellent", False), (3, "good", False), (3, None, False)]
)
def test_more_proposed_than_can_be_decided_is_told_to_whoever_sends_a_capped_rank(
    would: int, proposed: str | None, told: bool
):
    decided = group(vote="none", would=would, would_over=would > 2)
    found = ask(
        "group_foreseen",
        facts("submit", dossier=dossier(proposed=proposed), groups=[decided]),
        rule=decided["rule"],
        rank="excellent",
    )
    assert is_met(found)
    assert (found.code == "guard.foreseen_over") is told
    if told:
        assert (found.flags, found.figures["would"], found.figures["allowance"]) == (("warning",), 3, 2)


def test_another_rules_group_foresees_nothing():
    found = ask("group_foreseen", facts("submit", groups=[over(rule="another")]), rule="NT11-1a", rank="good")
    assert found.code == ""
