"""What the pack language can say about groups beside Ninh Thuận's own rule: small packs, made for one case each."""

from collections.abc import Callable

import pytest

from tests.season import SMALL_PACK, Play, at_noon, done, grant, leaders, person, refusals, units, warnings
from workflow.words import Lead, Role

Opening = Callable[..., Play]


def capped(
    name: str = "cap", *, where: str = "{}", base: str = "good_or_better", moment: str = "submit", **more: str
) -> str:
    """A quota on `excellent` as TOML; `over` is what fits the moment unless it is given."""
    given = {"percent": "20", "over": '"revote"' if moment == "submit" else '"refuse"'}
    given |= {"group_by": '["unit"]', **more}
    lines = "\n".join(f"{key} = {value}" for key, value in given.items())
    return f"""
[[quota]]
id = "{name}"
clause = {{ source = "paper", at = "2" }}
text = "Tỷ lệ"
rank = "excellent"
base = "{base}"
moment = "{moment}"
where = {where}
{lines}
"""


def staff(unit: str, count: int, first: int = 11):
    plain = {"lead": Lead.NONE, "duty": "staff"}
    return [person(f"{unit}-{number:02d}", **plain) for number in range(first, first + count)]


def refs_of(play: Play, *subjects: str) -> list[str]:
    return [play.ref(one) for one in subjects]


# — over = refuse —


@pytest.mark.row("QN23-III-3")
def test_under_a_headcount_uncapped_ranks_go_before_the_vote_is_closed(opening: Opening):
    play = opening(SMALL_PACK + capped(base="headcount", over='"refuse"'))
    play.bring(units("P1"), leaders("P1", 6))
    names = [f"P1-{number:02d}" for number in range(1, 7)]
    play.review(*names)
    play.vote(names[0], rank="excellent")
    play.vote(names[1], rank="good")
    assert refusals(play.do("submit", names[0])) == ["vote_open"]
    play.submit(names[1])


def test_with_refuse_only_capped_ranks_stop(opening: Opening):
    play = opening(SMALL_PACK + capped(over='"refuse"'))
    play.bring(units("P1"), leaders("P1", 6))
    refs = play.to_vote("P1", excellent=2)
    play.close("P1")
    refused = play.do("submit", *refs)
    assert [one.ref for one in refused.refused] == refs[:2]
    play.submit(*refs[2:])


def test_with_refuse_a_partial_command_sends_the_others_and_never_one_of_two_equals(opening: Opening):
    play = opening(SMALL_PACK + capped(over='"refuse"'))
    play.bring(units("P1"), leaders("P1", 6))
    refs = play.to_vote("P1", excellent=2)
    play.close("P1")
    answer = play.do("submit", *refs, partial=True)
    assert [one.ref for one in answer.done] == refs[2:]
    assert [one.ref for one in answer.refused] == refs[:2]


# — two quotas, one key —

TWO = SMALL_PACK + capped("leading", where='{ duty = ["leadership"] }') + capped("staff", where='{ duty = ["staff"] }')


@pytest.fixture
def two(opening: Opening) -> Play:
    """Leaders and staff of one unit: two groups that people call by the unit's code."""
    play = opening(TWO)
    play.bring(units("P1"), [*leaders("P1", 5), *staff("P1", 5)])
    return play


def test_each_group_has_its_own_figures(two: Play):
    two.to_vote("P1", excellent=1)
    two.close("P1")
    assert two.figures("P1", "leading") == (5, 5, 1, 1, False)
    assert two.figures("P1", "staff") == (5, 5, 0, 1, False)


def test_a_group_that_is_over_stops_its_own_members_only(two: Play):
    refs = two.to_vote("P1", excellent=2)
    two.close("P1")
    refused = two.do("submit", *refs)
    assert [one.ref for one in refused.refused] == refs_of(two, *(f"P1-{number:02d}" for number in range(1, 6)))
    two.submit(*refs_of(two, *(f"P1-{number}" for number in range(11, 16))))


def test_a_joiner_opens_one_of_two_groups_and_it_can_be_closed_again(two: Play):
    """The other group is closed, and stays so: it must not stand in the way."""
    two.to_vote("P1")
    two.close("P1")
    two.bring(subjects=staff("P1", 1, first=16))
    assert (two.group("P1", "leading")["vote"], two.group("P1", "staff")["vote"]) == ("closed", "open")
    two.to_vote("P1")
    done(two.group_command("close_vote", "P1"))
    assert (two.group("P1", "leading")["vote"], two.group("P1", "staff")["vote"]) == ("closed", "closed")


def test_each_group_is_fixed_on_its_own_vote_day(two: Play):
    """Leaders voted on the 19th, staff on the 21st: a leader who left on the 20th stays in the leaders' size."""
    two.clock.now = at_noon("2024-11-22")
    leading = [f"P1-{number:02d}" for number in range(1, 6)]
    others = [f"P1-{number}" for number in range(11, 16)]
    two.review(*leading, *others)
    two.vote(*leading, meeting=two.hold("P1", held_on="2024-11-19"))
    two.vote(*others, meeting=two.hold("P1", held_on="2024-11-21"))
    two.close("P1")
    done(two.do("withdraw", "P1-05", by=two.by("CV-P1", occurred_at=at_noon("2024-11-20")), reason="nghỉ hưu"))
    assert two.figures("P1", "leading")[:2] == (5, 5)


def test_of_two_groups_that_people_call_alike_the_one_votes_again_that_may(two: Play):
    """The staff are sent, and within their share: they stay, and do not hold the leaders."""
    two.to_vote("P1", excellent=2)
    two.close("P1")
    two.submit(*refs_of(two, *(f"P1-{number}" for number in range(11, 16))))
    answer = two.revote("P1")
    leading = refs_of(two, *(f"P1-{number:02d}" for number in range(1, 6)))
    assert [(one.kind, one.ref) for one in answer.done] == [("group", "P1"), *(("dossier", one) for one in leading)]
    assert (two.group("P1", "leading")["vote"], two.group("P1", "staff")["vote"]) == ("open", "closed")
    assert set(two.states("P1-11", "P1-15")) == {"submitted"}


# — other keys —


def test_a_group_may_reach_over_units(opening: Opening):
    play = opening(SMALL_PACK + capped(group_by='["tier"]'))
    play.bring(units("P1", "P2"), [*leaders("P1", 3), *leaders("P2", 3)])
    assert play.group("btv")["size"] == 6


def test_a_mover_within_a_wider_group_is_counted_there_without_his_lapsed_vote(opening: Opening):
    """He stays a member; the vote of his old unit lapses, and every group that he is in is counted again."""
    play = opening(SMALL_PACK + capped("wide", group_by='["tier"]') + capped("decided", moment="ratify"))
    play.bring(units("P1", "P2"), [*leaders("P1", 3), *leaders("P2", 3)])
    play.to_vote("P1", excellent=1)
    assert play.figures("btv", "wide") == (6, 3, 1, 0, True)
    done(play.bring(subjects=[person("P1-01", unit="P2")]))
    assert play.figures("btv", "wide") == (6, 2, 0, 0, False)
    assert play.verified().findings == ()


def test_a_group_over_units_needs_every_unit_s_vote(opening: Opening):
    play = opening(SMALL_PACK + capped(group_by='["tier"]'))
    play.bring(units("P1", "P2"), [*leaders("P1", 3), *leaders("P2", 3)])
    play.to_vote("P1", excellent=1)
    assert refusals(play.group_command("close_vote", "btv", by="TH")) == ["unvoted"]
    play.to_vote("P2")
    done(play.group_command("close_vote", "btv", by="TH"))
    play.submit("P1-01", "P1-02")


def test_one_who_coordinates_a_single_unit_does_not_close_a_group_over_several(opening: Opening):
    play = opening(SMALL_PACK + capped(group_by='["tier"]'))
    play.bring(units("P1", "P2"), [*leaders("P1", 3), *leaders("P2", 3)])
    play.to_vote("P1")
    play.to_vote("P2")
    assert refusals(play.group_command("close_vote", "btv", by="CV-P1")) == ["no_role"]


def test_a_group_that_is_a_part_of_one_unit_is_closed_by_that_unit_s_coordinator(opening: Opening):
    """Leaders and staff apart: all of a group's members are of his unit, so its vote is his to close."""
    play = opening(SMALL_PACK + capped(group_by='["unit", "duty"]'))
    play.bring(units("P1"), [*leaders("P1", 3), *staff("P1", 5)])
    assert play.group("P1:staff")["size"] == 5
    play.to_vote("P1")
    done(play.group_command("close_vote", "P1:staff", by="CV-P1"))
    done(play.group_command("close_vote", "P1:leadership", by="CV-P1"))


# — ratify quotas —


@pytest.fixture
def decision(opening: Opening) -> Play:
    """Two units of five, judged together at the decision: two of ten."""
    play = opening(SMALL_PACK + capped(moment="ratify", group_by='["tier"]'))
    play.bring(units("P1", "P2"), [*leaders("P1", 5), *leaders("P2", 5)])
    return play


def sent(play: Play, *, first: int, second: int) -> tuple[list[str], list[str]]:
    """So many excellent in each unit, all submitted: such groups have no vote to close, and guard no submit."""
    one, two = play.to_vote("P1", excellent=first), play.to_vote("P2", excellent=second)
    play.submit(*one)
    play.submit(*two)
    return one, two


def rooms_and_all(opening: Opening, mode: str) -> Play:
    """Two units of five, each with a place of its own; at the decision there is one for both."""
    at_decision = capped("all", moment="ratify", group_by='["tier"]', fixed="1", mode=f'"{mode}"')
    play = opening(SMALL_PACK + capped(base="headcount") + at_decision)
    play.bring(units("P1", "P2"), [*leaders("P1", 5), *leaders("P2", 5)])
    return play


def seen_groups(play: Play, key: str) -> list[tuple[str, str, int]]:
    """The groups that the last record of this one saw: rule, key, and how many it would have."""
    seen = play.records(play.group(key)["id"])[-1].body["facts"]["groups"]
    return [(one["rule"], one["key"], one["would"]) for one in seen]


@pytest.mark.parametrize("mode", ["enforce", "warn"])
def test_whoever_closes_a_vote_is_told_what_its_rooms_together_propose_for_one_decision(opening: Opening, mode: str):
    play = rooms_and_all(opening, mode)
    play.to_vote("P1", excellent=1)
    (first,) = play.close("P1").done
    assert (first.warnings, seen_groups(play, "P1")) == ((), [("cap", "P1", 1), ("all", "btv", 1)])
    play.to_vote("P2", excellent=1)
    (second,) = play.close("P2").done
    assert [(one.code, one.figures) for one in second.warnings] == [
        (
            "guard.foreseen_over",
            {"group": "btv", "would": 2, "allowance": 1, "base": 10, "size": 10, "unvoted": 0},
        )
    ]
    assert seen_groups(play, "P2") == [("cap", "P2", 1), ("all", "btv", 2)]
    play.revote("P2")
    assert seen_groups(play, "P2") == [("cap", "P2", 1)]
    assert play.verified().findings == ()


def test_what_judges_no_decision_is_not_looked_at_when_a_vote_closes(opening: Opening):
    play = rooms_and_all(opening, "record_only")
    play.to_vote("P1", excellent=1)
    play.close("P1")
    assert seen_groups(play, "P1") == [("cap", "P1", 1)]


@pytest.mark.row("QN23-III-4c")
def test_a_decision_quota_guards_no_submit_and_counts_what_is_decided(decision: Play):
    sent(decision, first=2, second=2)
    assert decision.group("btv")["vote"] == "none"
    row = decision.group("btv")
    assert (row["count"], row["would"], row["allowance"], row["over"]) == (0, 4, 2, False)


def test_within_as_proposed_everybody_is_decided_one_by_one(decision: Play):
    one, two = sent(decision, first=1, second=1)
    for ref in (*one, *two):
        decision.ratify(ref)
    assert decision.figures("btv") == (10, 10, 2, 2, False)


def test_a_capped_rank_waits_while_more_are_proposed_than_there_is_room_for(decision: Play):
    """Not first come, first served: who is to step back is decided, then the others go."""
    one, two = sent(decision, first=2, second=1)
    assert refusals(decision.decide(one[0])) == ["decision_quota"]
    assert refusals(decision.decide(one[0], one[1], two[0])) == ["decision_quota"]
    decision.ratify(one[1], rank="good")
    decision.ratify(one[0], two[0])
    assert decision.figures("btv")[2] == 2


def test_uncapped_ranks_are_decided_whatever_is_pending(decision: Play):
    one, _ = sent(decision, first=3, second=3)
    decision.ratify(one[4])


def test_above_its_proposal_only_when_all_others_are_decided(decision: Play):
    one, two = sent(decision, first=1, second=0)
    assert refusals(decision.decide(two[0], rank="excellent")) == ["above_proposal"]
    decision.ratify(*one, *two[1:])
    decision.ratify(two[0], rank="excellent")
    assert decision.figures("btv")[2] == 2


def test_above_its_proposal_in_the_same_command_as_all_others(decision: Play):
    one, two = sent(decision, first=0, second=0)
    decision.ratify(*one, *two[2:])
    decision.ratify(*two[:2], rank="excellent")
    assert decision.figures("btv") == (10, 10, 2, 2, False)


def test_a_decided_rank_counts_until_the_next_decision(decision: Play):
    one, two = sent(decision, first=2, second=0)
    decision.ratify(*one, *two)
    done(decision.do("adjust", one[0], by="QD-committee", rank="good", reason="xét lại"))
    row = decision.group("btv")
    assert (row["count"], row["would"]) == (2, 1)
    done(decision.do("adjust", two[0], by="QD-committee", rank="excellent", reason="bổ sung"))
    assert refusals(decision.decide(two[0])) == ["decision_quota"]
    decision.ratify(one[0])
    decision.ratify(two[0])
    assert decision.figures("btv")[2] == 2


OUTSIDE = SMALL_PACK.replace('name = "Hội đồng"', 'name = "Hội đồng"\nexternal = true')


def test_an_outside_decision_is_a_fact_that_may_put_a_group_over(opening: Opening):
    """It shows from the same commit; nothing that the outside body decided is kept from the record."""
    play = opening(OUTSIDE + capped(moment="ratify"))
    play.bring(units("P1"), leaders("P1", 5))
    refs = play.to_vote("P1", excellent=2)
    play.submit(*refs)
    answer = play.ratify(*refs)
    assert answer.groups[0].over is True
    assert play.figures("P1") == (5, 5, 2, 1, True)


def test_a_body_that_decides_here_cannot_call_its_decision_an_outside_one(decision: Play):
    one, _ = sent(decision, first=3, second=0)
    refused = decision.do("ratify", *one[:3], by="QD-committee", external=True, decision="15-QĐ/TU")
    assert "decision_quota" in refusals(refused)


# — other readings —


WITHOUT_A_VALUE = """
[[missing]]
id = "annex"
what = "Phụ lục"
clause = { source = "paper", at = "9" }
""" + capped(missing='"annex"').replace("percent = 20\n", "")


def test_a_pack_without_a_value_makes_no_group_and_says_so_at_every_submit(opening: Opening):
    """Nobody guesses 20: the rule is record-only, listed and never in the way."""
    play = opening(SMALL_PACK + WITHOUT_A_VALUE)
    play.bring(units("P1"), leaders("P1", 3))
    assert play.table("quota_group") == []
    refs = play.to_vote("P1", excellent=3)
    answer = play.submit(*refs)
    assert warnings(answer) == []
    body = play.records(refs[0])[-1].body
    assert {"rule": "cap", "status": "unknown", "code": "guard.value_missing", "figures": {}} in body["verdicts"]


def test_a_record_only_rule_is_listed_beside_a_refusal(opening: Opening):
    play = opening(SMALL_PACK + WITHOUT_A_VALUE)
    play.bring(units("P1"), leaders("P1", 3))
    play.to_vote("P1")
    refused = play.do("submit", "P1-01", to="committee").refused[0]
    assert [one.code for one in refused.verdicts] == ["guard.not_on_route"]
    assert [(one.rule, one.code) for one in refused.unknown] == [("cap", "guard.value_missing")]


def test_a_pack_may_let_a_unit_propose_another_rank_than_it_voted(opening: Opening):
    play = opening(SMALL_PACK + '\n[settings]\nproposal = "free"\n' + capped())
    play.bring(units("P1"), [*leaders("P1", 5)])
    play.bring(roles=[grant("P1-02", Role.COORDINATOR, "P1")])
    play.review("P1-01")
    play.vote("P1-01", rank="good", proposed="excellent")
    row = play.dossier("P1-01")
    assert (row["voted"], row["proposed"]) == ("good", "excellent")
    assert play.figures("P1")[2] == 1


def test_by_default_a_unit_proposes_what_it_voted(opening: Opening):
    play = opening(SMALL_PACK + capped())
    play.bring(units("P1"), leaders("P1", 5))
    play.review("P1-01")
    meeting = play.hold("P1")
    refused = play.do("record_vote", "P1-01", rank="good", proposed="excellent", meeting=meeting)
    assert refusals(refused) == ["proposal_differs"]


# — whom a group answers to —


@pytest.mark.parametrize(
    ("group_by", "key", "unit"),
    [
        ('["unit"]', "P1", "P1"),
        ('["unit", "duty"]', "P1:leadership", "P1"),
        ('["body"]', "S", "S"),
        ('["duty", "body"]', "leadership:S", "S"),
        ('["tier"]', "btv", None),
    ],
)
def test_a_group_answers_to_its_unit_to_the_body_above_or_to_nobody_alone(
    opening: Opening, group_by: str, key: str, unit: str | None
):
    play = opening(SMALL_PACK + capped(group_by=group_by))
    below = [*units("P", kind="province"), *units("S", parent="P"), *units("P1", kind="room", parent="S")]
    play.bring(below, leaders("P1", 2))
    assert play.group(key)["unit"] == unit
    assert play.records(play.group(key)["id"])[0].body["set"]["unit"] == unit
