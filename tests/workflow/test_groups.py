"""Groups counted from the rows of their members, as they are and as they would be: no table beneath."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from tests.workflow.book import PACK, rules_with
from workflow.answers import GroupNote
from workflow.quota import Figures, Member
from workflow.services import groups
from workflow.words import DossierState as S
from workflow.words import Rank

RULES = rules_with()
DAY = date(2024, 11, 20)
LEFT = date(2024, 11, 12)


def group(name: str = "g", **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"id": name, "rule": "NT11-1a", "key": "SNV", "vote": "closed", "closed_on": DAY}
    return {**made, "size": 6, "base": 6, "count": 1, "would": 1, "allowance": 1, "over": False, **changes}


def member(number: int, proposed: str | None = "good", **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"id": f"d{number}", "group_id": "g", "state": "unit_voted", "proposed": proposed}
    return {**made, "decided": None, "left_on": None, "left_rank": None, "left_marks": None, **changes}


def six(excellent: int = 1) -> list[dict[str, Any]]:
    return [member(number, "excellent" if number <= excellent else "good") for number in range(1, 7)]


def roll(members: Any, *names: str, of: Any = ("g",)) -> groups.Roll:
    return groups.Roll(RULES, names or ("d1",), [group(one) for one in of], members)


# — members —


def test_a_member_counts_as_it_is():
    made = groups.member_of(member(1, decided="excellent", state="ratified"), {})
    assert made == Member(id="d1", state=S.RATIFIED, proposed=Rank.GOOD, decided=Rank.EXCELLENT, left_on=None)
    assert groups.member_of(member(1, None), {}).proposed is None


def test_a_member_counts_as_it_would_be():
    patch = {"state": "submitted", "proposed": "excellent", "decided": "good"}
    made = groups.member_of(member(1), patch)
    assert made == Member(id="d1", state=S.SUBMITTED, proposed=Rank.EXCELLENT, decided=Rank.GOOD, left_on=None)


def test_who_withdrew_counts_from_the_day_on_which_he_left():
    gone = member(1, state="withdrawn", left_marks={"left_on": "2024-11-12"})
    assert groups.member_of(gone, {}).left_on == LEFT
    assert groups.member_of(member(1), {"marks": {"left_on": "2024-11-12"}}).left_on == LEFT
    assert groups.member_of(member(1), {"marks": {}}).left_on is None
    assert groups.member_of(gone, {"marks": {"left_on": "2024-11-13"}}).left_on == date(2024, 11, 13)


def test_who_moved_away_counts_with_the_rank_that_he_left_with_whatever_became_of_him():
    moved = member(1, "excellent", state="ratified", decided="excellent", left_on=LEFT, left_rank="good")
    made = Member(id="d1", state=S.SELF_REVIEWED, proposed=Rank.GOOD, decided=None, left_on=LEFT, moved=True)
    assert groups.member_of(moved, {"state": "withdrawn"}) == made
    assert groups.member_of({**moved, "left_rank": None}, {}).proposed is None


def test_a_row_that_stands_for_several_counts_for_all_of_them():
    alike = {**member(1), "id": None, "many": 5}
    assert groups.member_of(alike, {}).many == 5
    assert groups.member_of({**alike, "left_on": LEFT}, {}).many == 5
    assert groups.member_of(member(1), {}).many == 1


# — the roll —


def test_a_dossier_s_groups_are_those_that_it_has_not_left():
    members = [member(1), member(2, left_on=LEFT), member(1, group_id="h"), member(3, group_id="h")]
    found = roll(members, "d1", "d2", of=("g", "h"))
    assert (found.of("d1"), found.of("d2")) == (["g", "h"], [])


def test_only_groups_that_the_dossiers_are_in_stand():
    members = [*six(), member(7, group_id="h")]
    found = roll(members, "d1", "d7", of=("g", "h"))
    assert [row["id"] for row, _ in found.stand(["d1"], {})] == ["g"]
    assert [row["id"] for row, _ in found.stand(["d7", "d1"], {})] == ["g", "h"]
    assert found.stand([], {}) == []


def test_a_group_stands_as_its_members_would_be():
    found = roll(six())
    ((row, figures),) = found.stand(["d1"], {})
    assert row == group()
    assert (figures.size, figures.base, figures.count, figures.allowance, figures.over) == (6, 6, 1, 1, False)
    ((_, would),) = found.stand(["d1"], {"d2": {"proposed": "excellent"}})
    assert (would.count, would.over) == (2, True)
    ((_, again),) = found.stand(["d1"], {})
    assert again == figures


def test_groups_stand_as_their_members_are_now():
    asked: list[Any] = []

    def everybody(statement: Any, **values: Any) -> list[dict[str, Any]]:
        asked.append(values)
        return [*six(2), member(7, group_id="h")]

    act: Any = SimpleNamespace(tx=SimpleNamespace(all=everybody), season_id="s", rules=RULES)
    found = groups.stand(act, [group(), group("h", closed_on=None)])
    assert [(row["id"], figures.size, figures.count) for row, figures in found] == [("g", 6, 2), ("h", 1, 0)]
    assert asked == [{"season": "s", "groups": ["g", "h"]}]
    assert groups.stand(act, []) == []
    assert len(asked) == 1


def test_a_vote_day_decides_who_had_left_before_it():
    members = [*six()[:5], member(6, left_on=LEFT, left_rank="good")]
    for closed_on, size in ((DAY, 5), (LEFT, 6), (None, 5)):
        counted = [groups.member_of(one, {}) for one in members]
        assert groups.figures_of(RULES, group(closed_on=closed_on), counted).size == size


def test_a_quota_without_a_value_has_no_groups():
    quota = next(one for one in PACK.quotas if one.id == "NT11-1a")
    assert quota.percent is not None
    none = [SimpleNamespace(percent=None, fixed=None, small=None)]
    rules: Any = SimpleNamespace(pack=SimpleNamespace(quota=lambda _: none[0]))
    with pytest.raises(ValueError, match="group SNV of a quota without a value"):
        groups.figures_of(rules, group(), [])


# — what is told and stored —

FIGURES = Figures(
    size=11,
    base=10,
    count=3,
    would=4,
    allowance=2,
    over=True,
    would_over=False,
    capped_pending=5,
    unvoted=6,
    undecided=7,
    sent=8,
    cliff=True,
)


def test_guards_see_every_figure():
    told = {"id": "g", "rule": "NT11-1a", "key": "SNV", "vote": "closed", "closed_on": "2024-11-20"}
    figures = {"size": 11, "base": 10, "count": 3, "would": 4, "allowance": 2, "over": True, "would_over": False}
    figures |= {"cliff": True, "capped_pending": 5, "unvoted": 6, "undecided": 7, "sent": 8}
    assert groups.as_facts((group(), FIGURES)) == {**told, **figures}
    assert groups.as_facts((group(closed_on=None), FIGURES))["closed_on"] is None


def test_an_answer_tells_what_somebody_can_act_on():
    assert groups.as_note((group(), FIGURES)) == GroupNote(
        rule="NT11-1a",
        key="SNV",
        vote="closed",
        size=11,
        base=10,
        count=3,
        allowance=2,
        over=True,
        cliff=True,
        unvoted=6,
    )


STORED: dict[str, Any] = {"size": 11, "base": 10, "count": 3, "would": 4, "allowance": 2, "over": True}


def test_a_row_holds_the_figures_that_are_shown():
    assert groups.stored_figures(FIGURES) == STORED


@pytest.mark.parametrize("name", STORED)
def test_only_a_group_of_which_a_figure_changed_is_written(name: str):
    act: Any = SimpleNamespace(season_id="s")
    same, other = group(**STORED), group("h", **{**STORED, name: -1})
    assert groups.changed_figures(act, [(same, FIGURES), (other, FIGURES)]) == [
        {"season": "s", "was_id": "h", **STORED}
    ]
