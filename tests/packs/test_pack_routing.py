"""One route remains, or the roster is told which rows have none or two."""

import pytest

from tests.packs.base import BASE, changed, pack
from workflow.errors import BadInput
from workflow.routing import route_for


def test_an_overridden_route_drops_out_only_where_its_exception_matches() -> None:
    assert route_for(pack(), {"tier": "above", "lead": "deputy"}).id == "special"
    assert route_for(pack(), {"tier": "above", "lead": "head"}).id == "general"


def test_none_left_is_bad_input_that_tells_the_dossier() -> None:
    with pytest.raises(BadInput) as caught:
        route_for(pack(), {"kind": "person", "tier": "unit", "lead": "head"})
    assert caught.value.figures["tier"] == "unit"


def test_two_left_are_named() -> None:
    # Units are told apart by the roster alone, so the pack could not know that one is below the other.
    text = changed('where = { tier = ["above"] }', 'where = { unit = ["A"] }')
    text = changed('where = { tier = ["above"], lead = ["deputy"] }', 'where = { unit = ["A-1"] }', text)
    found = pack(changed('overrides = ["general"]\n', "", text))
    assert route_for(found, {"unit": ["A", "T"]}).id == "general"
    with pytest.raises(BadInput) as caught:
        route_for(found, {"unit": ["A-1", "A", "T"]})
    assert caught.value.figures["routes"] == ["general", "special"]


def test_overriding_is_not_inherited_from_a_route_that_does_not_match() -> None:
    third = """
[[route]]
id = "third"
clause = { source = "paper", at = "x" }
text = "Tuyến ba"
where = { tier = ["above"], lead = ["deputy"], category = ["civil_servant"] }
recipients = [{ body = "office" }]
ratifier = "committee"
overrides = ["special", "general"]
"""
    found = pack(BASE + third)
    assert route_for(found, {"tier": "above", "lead": "deputy", "category": "civil_servant"}).id == "third"
    assert route_for(found, {"tier": "above", "lead": "deputy", "category": ""}).id == "special"
