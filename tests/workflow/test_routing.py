"""Which way a dossier goes, who reaches it there, and which groups count it: from the pack's selectors alone."""

from dataclasses import replace
from typing import Any

import pytest

from states import packs
from workflow.errors import BadInput
from workflow.routing import WHOLE_SEASON, capping, is_within, key_of, reach, route_for
from workflow.rulepack import (
    OWN_UNIT,
    Clause,
    GroupBy,
    Quota,
    Recipient,
    Route,
    RulePack,
    SmallGroup,
    Text,
    Where,
    Within,
)
from workflow.words import Lead, Role

CLAUSE, TEXT = Clause(source="s", at="1"), Text(vi="x")
QUOTA = replace(packs.find("ninh-thuan-2024-11").quotas[0], where=Where())
DOSSIER: dict[str, Any] = {
    "subject": "SNV-02",
    "unit": "SNV-TG",
    "unit_kind": "room",
    "unit_path": "SNV-TG SNV UBND",
    "kind": "person",
    "category": "worker",
    "duty": "leadership",
    "tier": "btv",
    "lead": "deputy",
}


def route(name: str, **more: Any) -> Route:
    given: dict[str, Any] = {"id": name, "clause": CLAUSE, "text": TEXT, "recipients": (Recipient(body="office"),)}
    return Route(**{**given, "ratifier": "committee", **more})


def pack(**more: Any) -> RulePack:
    return replace(packs.find("ninh-thuan-2024-11"), **more)


def capped(name: str, **more: Any) -> Quota:
    return replace(QUOTA, id=name, **{"percent": 20, "fixed": None, "small": None, **more})


DEPUTIES = Where(lead=(Lead.DEPUTY,))
HEADS = Where(lead=(Lead.HEAD,))


def test_the_one_route_that_matches_is_taken():
    assert route_for(pack(routes=(route("heads", where=HEADS), route("deputies", where=DEPUTIES))), DOSSIER).id == (
        "deputies"
    )


def test_an_exception_is_taken_before_what_it_is_an_exception_of_whichever_comes_first():
    general, special = route("general"), route("special", where=DEPUTIES, overrides=("general",))
    for routes in ((general, special), (special, general)):
        assert route_for(pack(routes=routes), DOSSIER).id == "special"
    assert route_for(pack(routes=(general, special)), {**DOSSIER, "lead": "head"}).id == "general"


ASKED = {name: DOSSIER[name] for name in ("subject", "unit", "unit_kind", "kind", "tier", "lead")}


def test_where_two_remain_they_are_named_with_what_the_dossier_is():
    with pytest.raises(BadInput) as caught:
        route_for(pack(routes=(route("one"), route("two"), route("heads", where=HEADS))), DOSSIER)
    assert caught.value.code == "command.two_routes"
    assert caught.value.figures == {"routes": ["one", "two"], **ASKED}


def test_where_none_remains_it_is_told_what_the_dossier_is():
    with pytest.raises(BadInput) as caught:
        route_for(pack(routes=(route("heads", where=HEADS),)), {"lead": "deputy"})
    assert caught.value.code == "command.no_route"
    assert caught.value.figures == {**dict.fromkeys(ASKED, ""), "lead": "deputy"}


PATH = ["SNV-TG", "SNV"]


@pytest.mark.parametrize(
    ("role", "command", "ratifier", "scopes"),
    [
        (Role.COORDINATOR, "submit", "committee", {"*", "SNV-TG", "SNV", "committee"}),
        (Role.COORDINATOR, "submit", OWN_UNIT, {"*", "SNV-TG", "SNV"}),
        (Role.COORDINATOR, "submit", None, {"*", "SNV-TG", "SNV", ""}),
        (Role.RATIFIER, "ratify", "committee", {"*", "committee"}),
        (Role.RATIFIER, "ratify", OWN_UNIT, {"*", "SNV-TG", "SNV"}),
        (Role.RATIFIER, "ratify", None, {"*", ""}),
        (Role.RATIFIER, "opinion", "committee", {"*", "party"}),
        (Role.RATIFIER, "opinion of another", "committee", {"*"}),
        (Role.COORDINATOR, "opinion", "committee", {"*", "SNV-TG", "SNV", "committee", "party"}),
    ],
)
def test_a_ratifier_reaches_what_his_body_decides_or_is_asked_about_and_others_reach_their_tree(
    role: Role, command: str, ratifier: str | None, scopes: set[str]
):
    asked, body = (
        route("one", ratifier=ratifier, opinions=("party",)),
        "front" if command.endswith("another") else "party",
    )
    assert reach(asked, PATH, role=role, command=command.split(maxsplit=1)[0], body=body) == scopes


@pytest.mark.parametrize(
    ("group_by", "key"),
    [
        ((GroupBy.UNIT,), "SNV-TG"),
        ((GroupBy.BODY,), "SNV"),
        ((GroupBy.DUTY,), "leadership"),
        ((GroupBy.TIER,), "btv"),
        ((GroupBy.KIND,), "person"),
        ((GroupBy.CATEGORY,), "worker"),
        ((GroupBy.UNIT, GroupBy.DUTY), "SNV-TG:leadership"),
        ((GroupBy.DUTY, GroupBy.UNIT), "leadership:SNV-TG"),
        ((GroupBy.SEASON,), WHOLE_SEASON),
    ],
)
def test_a_group_s_key_is_what_its_quota_groups_by_in_the_quota_s_order(group_by: tuple[GroupBy, ...], key: str):
    assert key_of(capped("q", group_by=group_by), DOSSIER) == key


@pytest.mark.parametrize(("path", "body"), [("UBND", "UBND"), ("SNV UBND", "SNV"), ("A SNV UBND", "SNV")])
def test_a_group_of_a_body_is_under_the_unit_below_the_topmost(path: str, body: str):
    assert key_of(capped("q", group_by=(GroupBy.BODY,)), {**DOSSIER, "unit_path": path}) == body


@pytest.mark.parametrize(
    ("changes", "looked_at"),
    [
        ({}, {Within.UNIT, Within.BODY, Within.PERSON}),
        ({"subject": "SNV-09"}, {Within.UNIT, Within.BODY}),
        ({"unit": "SNV", "unit_path": "SNV UBND"}, {Within.BODY, Within.PERSON}),
        ({"unit": "SNV-TG-1", "unit_path": "SNV-TG-1 SNV-TG SNV UBND"}, {Within.BELOW, Within.BODY, Within.PERSON}),
        ({"unit": "STC", "unit_path": "STC UBND", "subject": "STC-01"}, set()),
        ({"unit": "UBND", "unit_path": "UBND"}, {Within.PERSON}),
    ],
    ids=["another of his", "a neighbour", "above", "below", "elsewhere", "the root"],
)
def test_whom_a_rule_looks_at_beside_a_dossier(changes: dict[str, Any], looked_at: set[Within]):
    other = {**DOSSIER, **changes}
    assert {one for one in Within if is_within(one, DOSSIER, other)} == {Within.SEASON, *looked_at}


SMALL = SmallGroup(max_size=5, cap=1, needs_good=False)


@pytest.mark.parametrize(
    ("value", "counts"),
    [
        ({"percent": 20}, True),
        ({"percent": None, "fixed": 1}, True),
        ({"percent": None, "small": SMALL}, True),
        ({"percent": None}, False),
    ],
)
def test_only_a_quota_with_a_value_makes_groups(value: dict[str, Any], counts: bool):
    quota = capped("q", group_by=(GroupBy.UNIT,), **value)
    assert list(capping(pack(quotas=(quota,)), DOSSIER)) == ([(quota, "SNV-TG")] if counts else [])


def test_a_dossier_is_counted_by_every_quota_over_such_as_it():
    quotas = (
        capped("heads", where=HEADS),
        capped("all", group_by=(GroupBy.SEASON,)),
        capped("deputies", where=DEPUTIES),
    )
    found = capping(pack(quotas=quotas), DOSSIER)
    assert [(quota.id, key) for quota, key in found] == [("all", "all"), ("deputies", key_of(quotas[2], DOSSIER))]
