"""Whom a dossier has to wait for, asked of dossiers in memory."""

from dataclasses import replace
from typing import Any

import pytest

from tests.workflow.book import PACK, dossier
from workflow.facts import BeyondFacts, WaitFacts
from workflow.orders import asked, beyond, looks_beyond, waits
from workflow.rulepack import Across, Clause, Mode, Order, Text, Where, Within
from workflow.words import Lead

DEPUTIES = Where(lead=(Lead.DEPUTY,))
HEADS = Where(lead=(Lead.HEAD,))


def order(name: str = "o", **more: Any) -> Order:
    """A unit's head is voted on after its deputies."""
    given: dict[str, Any] = {"id": name, "clause": Clause(source="s", at="1"), "text": Text(vi="x")}
    given |= {"first": DEPUTIES, "reached": "record_vote", "then": HEADS, "command": "record_vote"}
    return Order(**{**given, **more})


def row(number: int, state: str = "drafted", lead: str = "deputy", **more: Any) -> dict[str, Any]:
    return dossier(number, state, **{"lead": lead, "unit_path": "A P", "subject": f"A-{number}", **more})


HEAD = row(1, "self_reviewed", "head")


# — which are asked —


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ({}, True),
        ({"mode": Mode.WARN}, True),
        ({"mode": Mode.RECORD_ONLY}, True),
        ({"mode": Mode.OFF}, False),
        ({"command": "submit"}, False),
        ({"then": DEPUTIES}, False),
    ],
)
def test_a_command_is_held_by_the_orders_that_are_on_and_about_it_and_its_dossier(changes: dict[str, Any], held: bool):
    pack = replace(PACK, orders=(order(**changes),))
    assert asked(pack, "record_vote", HEAD) == (list(pack.orders) if held else [])


# — what is waited for —


def waited(*others: dict[str, Any], changes: Any = None, **more: Any) -> list[WaitFacts]:
    return waits([order(**more)], HEAD, [HEAD, *others], changes or {})


def wait(*refs: str, count: int | None = None, rule: str = "o") -> WaitFacts:
    return {"rule": rule, "count": count or len(refs), "refs": list(refs)}


@pytest.mark.parametrize(
    ("reached", "behind"),
    [
        ("self_review", {"drafted"}),
        ("record_vote", {"drafted", "self_reviewed"}),
        ("submit", {"drafted", "self_reviewed", "unit_voted"}),
        ("ratify", {"drafted", "self_reviewed", "unit_voted", "submitted"}),
    ],
)
def test_a_dossier_waits_for_those_that_have_not_reached_the_command(reached: str, behind: set[str]):
    states = ("drafted", "self_reviewed", "unit_voted", "submitted", "ratified", "withdrawn", "not_ranked")
    found = {one for one in states if waited(row(2, one), reached=reached)}
    assert found == behind


def test_only_those_that_come_first_within_reach_are_waited_for_and_never_the_dossier_itself():
    assert waited(row(3), row(2)) == [wait("HS-2", "HS-3")]
    assert waited(row(2, lead="none"), row(3, unit="B")) == []
    assert waited(row(3, unit="B"), within=Within.SEASON) == [wait("HS-3")]
    assert waited(first=Where()) == []


def test_what_an_act_brings_about_is_waited_for_no_more_and_what_it_sends_back_is_again():
    assert waited(row(2), row(3), changes={"d2": {"state": "unit_voted"}}) == [wait("HS-3")]
    assert waited(row(2, "unit_voted"), changes={"d2": {"state": "self_reviewed"}}) == [wait("HS-2")]


def test_a_few_are_named_and_all_are_counted():
    six = [row(number) for number in range(2, 8)]
    assert waited(*six) == [wait("HS-2", "HS-3", "HS-4", "HS-5", "HS-6", count=6)]


def test_every_order_tells_of_its_own_and_one_that_holds_nobody_of_nothing():
    orders = [order("a"), order("b", first=Where(lead=(Lead.NONE,))), order("c", within=Within.SEASON)]
    others = [HEAD, row(2), row(3, unit="B")]
    assert waits(orders, HEAD, others, {}) == [wait("HS-2", rule="a"), wait("HS-2", "HS-3", rule="c")]


# — in other seasons —


def there(number: int, season: str = "s2", **more: Any) -> dict[str, Any]:
    return row(number, **{"season_code": season, **more})


def beside(*others: dict[str, Any], **more: Any) -> list[BeyondFacts]:
    return beyond([order(**{"across": Across.YEAR, **more})], HEAD, others)


def far(*refs: str, season: str = "s2", unit: str = "A", count: int | None = None) -> BeyondFacts:
    return {"rule": "o", "season": season, "unit": unit, "count": count or len(refs), "refs": list(refs)}


def test_other_seasons_are_looked_at_by_those_orders_alone_that_say_so():
    assert not looks_beyond([order()])
    assert looks_beyond([order(), order(across=Across.YEAR)])
    assert beside(there(2), across=Across.SEASON) == []
    assert beside(there(2)) == [far("HS-2")]


def test_each_season_is_told_by_itself_in_order_with_a_few_refs_and_all_counted():
    others = [there(number) for number in range(8, 1, -1)] + [there(9, "s1", state="self_reviewed")]
    assert beside(*others) == [far("HS-9", season="s1"), far("HS-2", "HS-3", "HS-4", "HS-5", "HS-6", count=7)]


def test_people_are_known_by_their_code_and_units_by_theirs():
    assert beside(there(2, unit="B", unit_path="B P")) == []
    assert beside(there(2, subject=HEAD["subject"]), within=Within.PERSON) == [far("HS-2")]
    assert beside(there(2), within=Within.PERSON) == []
    assert beside(there(2, unit="B", unit_path="B P"), within=Within.SEASON) == [far("HS-2", unit="B")]
    assert beside(there(2, "s2", state="unit_voted"), there(3, lead="none")) == []
