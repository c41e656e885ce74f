"""Who hears of a rung: roles by scope, the nearest first."""

import pytest

from notifications.recipients import Grant, People, deciding, hearing
from workflow.rulepack import Body, RungAudience, Text
from workflow.words import Role

BODIES = (
    Body(id="home-affairs", name=Text(vi="Nội vụ"), unit="SNV"),
    Body(id="committee", name=Text(vi="Hội đồng")),
    Body(id="board", name=Text(vi="Ban"), external=True),
    Body(id="moved", name=Text(vi="Đã chuyển"), unit="GONE"),
)
PATHS = {"UBND": ["UBND"], "SNV": ["SNV", "UBND"], "SNV-TG": ["SNV-TG", "SNV", "UBND"]}


def people(*grants, heads=None):
    return People(
        grants=tuple(Grant(subject=who, role=role, scope=scope) for who, role, scope in grants),
        paths=PATHS,
        heads=heads or {},
        bodies={one.id: one for one in BODIES},
        reachable=frozenset(),
    )


def owed(unit="SNV-TG", owner="unit"):
    return {"unit": unit, "owner": owner}


OWNER, HEAD, MONITOR, AUTHORITY = RungAudience
COORDINATORS = (
    ("a", Role.COORDINATOR, "SNV-TG"),
    ("b", Role.COORDINATOR, "SNV"),
    ("c", Role.COORDINATOR, "UBND"),
    ("d", Role.COORDINATOR, "*"),
)


@pytest.mark.parametrize("first", range(4))
def test_the_coordinators_of_the_nearest_scope_hear_and_no_other(first):
    assert hearing(people(*COORDINATORS[first:]), owed(), OWNER) == (COORDINATORS[first][0],)


def test_all_coordinators_of_one_scope_hear_each_once():
    grants = (("z", Role.COORDINATOR, "SNV"), ("a", Role.COORDINATOR, "SNV"), ("a", Role.RATIFIER, "SNV"))
    assert hearing(people(*grants), owed(), OWNER) == ("a", "z")


def test_a_neighbours_coordinator_does_not_hear():
    assert hearing(people(("a", Role.COORDINATOR, "STC")), owed(), OWNER) == ()


def test_a_body_that_owes_hears_through_whoever_acts_for_it():
    who = people(("s", Role.RATIFIER, "committee"), ("d", Role.COORDINATOR, "*"), ("k", Role.AUDITOR, "committee"))
    assert hearing(who, owed(None, "committee"), OWNER) == ("s",)


def test_a_body_on_the_roster_hears_through_its_coordinators():
    assert hearing(people(*COORDINATORS), owed(None, "home-affairs"), OWNER) == ("b",)


@pytest.mark.parametrize("owner", ["committee", "board", "moved", "nobody-knows"])
def test_a_body_without_anybody_leaves_it_to_the_coordinator_of_the_season(owner):
    assert hearing(people(*COORDINATORS), owed(None, owner), OWNER) == ("d",)


def test_the_head_is_the_units_own_or_the_owing_bodys():
    who = people(heads={"SNV": "s1", "SNV-TG": "t1"})
    assert hearing(who, owed(), HEAD) == ("t1",)
    assert hearing(who, owed(None, "home-affairs"), HEAD) == ("s1",)
    assert hearing(who, owed("SNV-TG", "home-affairs"), HEAD) == ("s1",)


def test_a_unit_without_a_head_and_a_duty_without_a_unit_have_nobody_to_tell():
    who = people(heads={"SNV": "s1"})
    assert hearing(who, owed("SNV-TG"), HEAD) == ()
    assert hearing(who, owed(None), HEAD) == ()
    assert hearing(who, owed(None, "committee"), HEAD) == ()


@pytest.mark.parametrize(("to", "role"), [(MONITOR, Role.MONITOR), (AUTHORITY, Role.AUTHORITY)])
def test_every_monitor_and_authority_whose_scope_reaches_it_hears(to, role):
    who = people(("m", role, "*"), ("n", role, "SNV"), ("o", role, "STC"), ("p", Role.ISSUER, "*"))
    assert hearing(who, owed(), to) == ("m", "n")
    assert hearing(who, owed(None, "home-affairs"), to) == ("m", "n")


def test_who_decides_is_asked_by_the_reach_that_the_command_itself_has():
    who = people(("i", Role.ISSUER, "*"), ("j", Role.ISSUER, "SNV"), ("k", Role.ISSUER, "home-affairs"))
    assert deciding(who, Role.ISSUER, owed()) == ("i", "j")
    assert deciding(who, Role.ISSUER, owed(None, "home-affairs")) == ("i", "k")
