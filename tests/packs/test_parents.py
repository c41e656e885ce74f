"""The frames that plans stand on: what they bring, how it is known, and that they force nothing on who extends them."""

from datetime import date

import pytest

from states.packs import find, shipped
from tests.packs.told import clauses, reckoned, texts
from workflow.rulepack import Evidence, Late, Per, RulePack

PARTY, STATE = find("vn-124-2023"), find("vn-90-2020")
PARENTS = pytest.mark.parametrize("parent", [PARTY, STATE], ids=["party", "state"])


@PARENTS
def test_a_parent_names_no_route_no_share_and_no_guard(parent: RulePack) -> None:
    assert (parent.routes, parent.quotas, parent.guards) == ((), (), ())


@PARENTS
def test_nothing_of_a_parent_is_told_as_read_in_the_paper_itself(parent: RulePack) -> None:
    assert {one.evidence for one in clauses(parent) if one.rows} <= {Evidence.READ, Evidence.KNOWN}


@pytest.mark.row("P124-12-1")
def test_what_nobody_read_is_marked_as_such() -> None:
    known = {one.id for one in PARTY.guidance if one.clause.evidence is Evidence.KNOWN}
    assert known == {"P124-12-1-individuals"}


@PARENTS
def test_the_full_text_of_a_parent_is_listed_as_missing(parent: RulePack) -> None:
    assert any(one.id.endswith("-text") for one in parent.missing)


@PARENTS
def test_every_rule_of_a_parent_has_a_source_a_place_and_both_languages(parent: RulePack) -> None:
    sources = {source.id for source in parent.sources}
    assert all(one.source in sources and one.at for one in clauses(parent))
    assert all(one.en and one.vi != one.en for one in texts(parent))


@pytest.mark.parametrize(
    ("parent", "since", "until"),
    [(PARTY, date(2023, 10, 4), date(2025, 8, 29)), (STATE, date(2020, 8, 20), date(2025, 12, 31))],
    ids=["party", "state"],
)
def test_a_parent_holds_until_the_paper_that_replaced_it(parent: RulePack, since: date, until: date) -> None:
    assert (parent.valid_from, parent.valid_until) == (since, until)


@pytest.mark.row("ND90-20-1")
@pytest.mark.parametrize("year,last", [(2023, date(2023, 12, 14)), (2025, date(2025, 12, 14))])
def test_the_decree_has_ranking_finished_before_15_december_of_each_year(year: int, last: date) -> None:
    rule = STATE.deadline("ND90-20-1")
    assert reckoned(STATE, rule, year).last_good_day == last
    assert (rule.per, rule.met_by, rule.late) == (Per.UNIT, "ratify", Late.FLAG)


def test_a_child_has_all_that_its_parent_shows_and_its_papers() -> None:
    for child in shipped():
        if child.extends:
            parent = find(child.extends)
            assert set(parent.guidance) <= set(child.guidance)
            assert set(parent.sources) <= set(child.sources)
            assert set(parent.missing) <= set(child.missing)
