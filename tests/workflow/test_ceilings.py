"""What caps a rank, asked of dossiers in memory: others' ranks, and circumstances on record."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.workflow.book import PACK, dossier
from workflow.ceilings import asked as asked_of
from workflow.ceilings import caps, looks_beside
from workflow.facts import CapFacts
from workflow.rulepack import Ceiling, Clause, Mode, Text, Where, Within
from workflow.words import Rank, SubjectKind

AGENCIES = Where(kind=(SubjectKind.AGENCY,))


def ceiling(**more: Any) -> Ceiling:
    """The rank of an agency caps its unit's collective."""
    given: dict[str, Any] = {"id": "c", "clause": Clause(source="s", at="1"), "text": Text(vi="x")}
    given |= {"of": Where(), "command": "ratify", "by": AGENCIES, "within": Within.UNIT, "circumstance": None}
    return Ceiling(**{**given, "least": None, "below": None, "highest": None, **more})


def of_itself(**more: Any) -> Ceiling:
    """Three to under six months of absence cap at completed."""
    given: dict[str, Any] = {"by": None, "within": None, "circumstance": "absence", "highest": Rank.COMPLETED}
    return ceiling(**{**given, "least": 3, "below": 6, **more})


def row(number: int, state: str = "submitted", **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"kind": "person", "unit_path": "A P", "subject": f"A-{number}"}
    return dossier(number, state, **{**given, "proposed": None, "decided": None, **more})


def agency(number: int, proposed: str | None, state: str = "submitted", **more: Any) -> dict[str, Any]:
    return row(number, state, **{"kind": "agency", "proposed": proposed, **more})


def absent(months: int | None, **more: Any) -> dict[str, Any]:
    known = {"absence": {"months": months, "letter": None, "at": 7}}
    return row(1, **{"marks": {"circumstances": known}, **more})


def asked(rule: Ceiling, *rows: dict[str, Any], changes: Mapping[str, Any] | None = None) -> list[CapFacts]:
    return caps([rule], rows[0], rows, changes or {})


def cap(rank: str | None, *refs: str, count: int | None = None) -> list[CapFacts]:
    return [{"rule": "c", "rank": rank, "count": count or len(refs), "refs": list(refs)}]


# — which are asked —


@pytest.mark.parametrize(
    "changes,capped",
    [
        ({}, True),
        ({"mode": Mode.WARN}, True),
        ({"mode": Mode.OFF}, False),
        ({"command": "record_vote"}, True),
        ({"of": AGENCIES}, False),
    ],
)
def test_a_command_is_under_the_ceilings_that_are_on_and_about_it_and_its_dossier(
    changes: dict[str, Any], capped: bool
):
    pack = replace(PACK, ceilings=(ceiling(**changes),))
    assert asked_of(pack, "ratify", row(1)) == (list(pack.ceilings) if capped else [])


@pytest.mark.parametrize(
    "own,command,capped",
    [("record_vote", "record_vote", True), ("ratify", "record_vote", False), ("record_vote", "submit", False)],
)
def test_a_vote_that_is_capped_is_capped_at_the_decision_too_and_nowhere_else(own: str, command: str, *, capped: bool):
    pack = replace(PACK, ceilings=(ceiling(command=own),))
    assert bool(asked_of(pack, command, row(1))) is capped


# — of others' ranks —


@pytest.mark.row("P124-x-1")
@pytest.mark.parametrize(
    "others,told",
    [
        ([agency(2, "good")], cap("good", "HS-2")),
        ([agency(2, None)], []),
        ([], []),
        ([agency(2, "completed", "ratified", decided="good")], cap("good", "HS-2")),
        ([agency(2, "completed", decided="good")], cap("completed", "HS-2")),
        ([agency(2, "good", "withdrawn")], []),
        ([agency(2, "good", "not_ranked")], []),
        ([agency(2, "good", unit="B")], []),
        ([row(2, proposed="good")], []),
        ([agency(2, "good"), agency(3, "completed"), agency(4, "completed")], cap("completed", "HS-3", "HS-4")),
        ([agency(2, "excellent"), agency(3, "good")], cap("good", "HS-3")),
    ],
    ids=[
        "proposed",
        "not known",
        "none",
        "decided",
        "reopened",
        "left",
        "not ranked",
        "elsewhere",
        "not selected",
        "low",
        "lower",
    ],
)
def test_a_rank_is_capped_by_the_lowest_of_those_that_are_looked_at(others: list[Any], told: list[CapFacts]):
    assert asked(ceiling(), row(1), *others) == told


def test_a_dossier_does_not_cap_itself():
    assert asked(ceiling(by=Where()), agency(1, "good")) == []


def test_what_an_act_brings_about_counts_and_its_marks_hide_nothing():
    changed = {"d2": {"state": "ratified", "decided": "completed", "marks": {"ratified_at": 9}}}
    assert asked(ceiling(), row(1), agency(2, "good"), changes=changed) == cap("completed", "HS-2")
    rule = of_itself(by=Where(), within=Within.UNIT)
    known = absent(4, id="d2", ref="HS-2")
    assert asked(rule, row(1), known, changes=changed) == cap("completed", "HS-2")


def test_a_few_are_named_and_all_are_counted():
    six = [agency(number, "good") for number in range(2, 8)]
    assert asked(ceiling(), row(1), *six) == cap("good", "HS-2", "HS-3", "HS-4", "HS-5", "HS-6", count=6)


# — of a circumstance —


@pytest.mark.row("ND90-2-2")
@pytest.mark.parametrize("months,capped", [(0, False), (2, False), (3, True), (5, True), (6, False), (None, False)])
def test_months_count_from_the_first_and_to_under_the_last(months: int | None, capped: bool):
    assert asked(of_itself(), absent(months)) == (cap("completed", "HS-1") if capped else [])


@pytest.mark.row("ND90-2-1")
@pytest.mark.parametrize("months,capped", [(0, True), (5, True), (6, False), (12, False)])
def test_without_a_first_month_all_below_the_last_count(months: int, capped: bool):
    assert asked(of_itself(least=None, highest=None), absent(months)) == (cap(None, "HS-1") if capped else [])


def test_without_a_last_month_all_from_the_first_count():
    assert asked(of_itself(below=None), absent(12)) == cap("completed", "HS-1")
    assert asked(of_itself(below=None), absent(2)) == []


def test_a_circumstance_that_counts_no_months_caps_by_being_there():
    plain = of_itself(least=None, below=None)
    assert asked(plain, absent(None)) == cap("completed", "HS-1")
    assert asked(plain, row(1)) == []
    assert asked(plain, row(1, marks={"circumstances": {}})) == []
    assert asked(of_itself(least=None, below=None, circumstance="other"), absent(None)) == []


@pytest.mark.row("P124-12-2")
@pytest.mark.parametrize("state,capped", [("not_ranked", True), ("ratified", True), ("withdrawn", False)])
def test_a_circumstance_of_another_caps_unless_that_one_left(state: str, capped: bool):
    rule = of_itself(by=Where(), within=Within.UNIT, highest=Rank.GOOD)
    known = absent(4, id="d2", ref="HS-2", state=state)
    assert asked(rule, row(1), known) == (cap("good", "HS-2") if capped else [])


# — which look at others —


@pytest.mark.parametrize("mode,looks", [(Mode.OFF, False), (Mode.RECORD_ONLY, True), (Mode.WARN, True)])
def test_only_a_ceiling_that_is_on_and_selects_others_looks_at_them(mode: Mode, looks: bool):
    assert looks_beside([ceiling(mode=mode)]) is looks
    assert not looks_beside([of_itself(mode=mode)])
