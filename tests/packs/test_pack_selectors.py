"""The selector that routes, quotas, deadlines and guards share."""

import pytest

from workflow.rulepack import Where, matches
from workflow.words import Lead, SubjectKind, Track

DEPUTY = {
    "kind": "person",
    "unit_kind": "department",
    "unit": "SXD",
    "category": "civil_servant",
    "duty": "leadership",
    "tier": "btv",
    "lead": "deputy",
    "track": "civil_servant",
    "route": "1g",
    "party": True,
}


def test_an_empty_selector_matches_everything() -> None:
    assert matches(Where(), DEPUTY)
    assert matches(Where(), {})


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Where(kind=(SubjectKind.PERSON,)), True),
        (Where(kind=(SubjectKind.COLLECTIVE,)), False),
        (Where(kind=(SubjectKind.COLLECTIVE, SubjectKind.PERSON)), True),
        (Where(unit_kind=("department",)), True),
        (Where(unit_kind=("district",)), False),
        (Where(unit=("SXD",)), True),
        (Where(unit=("SX",)), False),
        (Where(category=("cadre",)), False),
        (Where(duty=("leadership",)), True),
        (Where(tier=("bcsd",)), False),
        (Where(lead=(Lead.HEAD, Lead.DEPUTY)), True),
        (Where(lead=(Lead.HEAD,)), False),
        (Where(track=(Track.PARTY,)), False),
        (Where(route=("1g",)), True),
        (Where(party=True), True),
        (Where(party=False), False),
        (Where(tier=("btv",), lead=(Lead.HEAD,)), False),
    ],
)
def test_every_given_key_must_match_one_of_its_values(where: Where, expected: bool) -> None:
    assert matches(where, DEPUTY) is expected


def test_a_unit_selector_also_finds_the_units_below_when_ancestors_are_told() -> None:
    below = {**DEPUTY, "unit": ["SXD-QH", "SXD"]}
    assert matches(Where(unit=("SXD",)), below)
    assert not matches(Where(unit=("SNV",)), below)


def test_a_fact_that_is_not_known_is_never_matched() -> None:
    assert not matches(Where(tier=("btv",)), {"kind": "person"})
    assert not matches(Where(party=False), {"kind": "person"})
    assert not matches(Where(unit=("SXD",)), {"unit": []})
