"""The frames that plans stand on: what they bring, how it is known, and that they force nothing on who extends them."""

from dataclasses import replace
from datetime import date

import pytest

from states.packs import find, read_text, shipped
from states.packs.files import shipped_pack
from tests.packs.told import clauses, reckoned, texts
from workflow.quota import allowance
from workflow.routing import capping
from workflow.rulepack import Evidence, Late, Mode, Per, RulePack

PARTY, STATE = find("vn-124-2023"), find("vn-90-2020")
PARENTS = pytest.mark.parametrize("parent", [PARTY, STATE], ids=["party", "state"])


@PARENTS
def test_a_parent_is_a_frame_that_names_no_route_and_enforces_no_condition(parent: RulePack) -> None:
    assert (parent.abstract, parent.routes) == (True, ())
    assert {one.mode for one in parent.quotas} | {one.mode for one in parent.guards} <= {Mode.OFF, Mode.WARN}


@pytest.mark.row("P124-11-1", "P124-12-1")
def test_what_only_some_plans_print_is_off_and_switched_on_for_a_reason() -> None:
    assert {one.id for one in PARTY.guards if one.mode is Mode.OFF} == {"P124-11-1"}
    assert {one.id for one in PARTY.quotas if one.mode is Mode.OFF} == {"P124-12-1", "P124-12-1-individuals"}
    plan = next(one for one in shipped() if one.extends == PARTY.id)
    text = (
        bytes_of(plan.id)
        + b"""
[[switch]]
rule = "P124-12-1"
mode = "enforce"
because = "the plan prints it"
"""
    )
    switched = read_text(text)
    assert (switched.quota("P124-12-1").mode, switched.quota("P124-12-1-individuals").mode) == (Mode.ENFORCE, Mode.OFF)
    assert switched.because == {"P124-12-1": "the plan prints it"}


def bytes_of(name: str) -> bytes:
    found = shipped_pack(name)
    assert found is not None
    return found[0]


@pytest.mark.row("P124-12-1")
@pytest.mark.parametrize("good,places", [(4, 0), (5, 1), (9, 1), (10, 2)])
def test_the_share_of_the_frame_is_20_percent_of_those_who_reached_good(good: int, places: int) -> None:
    for name in ("P124-12-1", "P124-12-1-individuals"):
        assert allowance(PARTY.quota(name), size=30, good=good) == places


def test_nobody_is_counted_in_a_share_that_is_off() -> None:
    facts = {"kind": "collective", "unit": "P1", "unit_path": "P1 BDT", "tier": "board", "duty": "", "category": ""}
    assert list(capping(PARTY, facts)) == []
    on = replace(PARTY, quotas=tuple(replace(one, mode=Mode.WARN) for one in PARTY.quotas))
    assert [(quota.id, key) for quota, key in capping(on, facts)] == [("P124-12-1", "board")]


@PARENTS
def test_nothing_of_a_parent_is_told_as_read_in_the_paper_itself(parent: RulePack) -> None:
    assert {one.evidence for one in clauses(parent) if one.rows} <= {Evidence.READ, Evidence.KNOWN}


@pytest.mark.row("P124-12-1")
def test_what_nobody_read_is_marked_as_such() -> None:
    known = {one.id for one in PARTY.quotas if one.clause.evidence is Evidence.KNOWN}
    assert all(one.clause.evidence is Evidence.READ for one in PARTY.guidance)
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
