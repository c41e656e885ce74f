"""The roster of examples/ninh-thuan-2024, its script and the pack that rules it."""

import importlib
from collections import Counter
from pathlib import Path

import pytest

import workbooks
from states import packs
from tests.workbooks.books import parts_of
from workflow.words import Lead, Role, SubjectKind

FOLDER = Path(__file__).parents[2] / "examples" / "ninh-thuan-2024"


@pytest.fixture(scope="module")
def script():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        yield importlib.import_module("make_roster")


@pytest.fixture(scope="module")
def pack():
    return packs.find("ninh-thuan-2024-11")


@pytest.fixture(scope="module")
def reading(pack):
    return workbooks.examine(FOLDER / "roster.xlsx", pack.vocabulary, pack.bodies)


def test_the_script_makes_the_same_file_every_time(tmp_path, script):
    for name in ("a.xlsx", "b.xlsx"):
        script.make(tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_file_in_the_repository_is_what_the_script_makes(tmp_path, script):
    """Part by part: another zlib packs the same parts into other bytes."""
    script.make(tmp_path / "roster.xlsx")
    assert parts_of(tmp_path / "roster.xlsx") == parts_of(FOLDER / "roster.xlsx")


def test_it_is_read_without_a_fault_or_a_warning_to_what_the_script_meant(reading, script):
    assert (reading.faults, reading.warnings) == ((), ())
    assert reading.roster == script.roster()


def test_it_holds_the_bodies_and_about_three_hundred_subjects(reading):
    roster = reading.roster
    kinds = Counter(unit.kind for unit in roster.units)
    assert (kinds["department"], kinds["public_unit"], kinds["association"], kinds["district"]) == (12, 4, 3, 7)
    assert (kinds["province"], kinds["committee"]) == (1, 1)
    assert 280 <= len(roster.subjects) <= 320
    assert [unit.code for unit in roster.units if unit.parent is None] == ["UBND"]


def test_every_case_of_the_leaders_quota_occurs(reading):
    """Five or fewer, exactly five, six and ten leaders in one unit."""
    sizes = Counter(subject.unit for subject in reading.roster.subjects if subject.lead is not Lead.NONE)
    assert {2, 3, 4, 5, 6, 10} <= set(sizes.values())


def test_every_body_has_a_leading_collective_a_head_and_a_coordinator(reading, script):
    roster = reading.roster
    for body in script.BODIES:
        own = [subject for subject in roster.subjects if subject.unit == body.code]
        assert sum(1 for subject in own if subject.kind is SubjectKind.COLLECTIVE and subject.tier == "btv") == 1
        assert sum(1 for subject in own if subject.lead is Lead.HEAD) == 1
        assert any(role.role is Role.COORDINATOR and role.scope == body.code for role in roster.roles)


def test_all_roles_and_tiers_are_there(reading, pack):
    roster = reading.roster
    assert {role.role for role in roster.roles} == set(Role) - {Role.SUBJECT, Role.OPERATOR}
    assert {subject.tier for subject in roster.subjects if subject.ranked} == {
        term.id for term in pack.vocabulary.tiers
    }
    assert {term.id for term in pack.vocabulary.categories} <= {subject.category for subject in roster.subjects}


def test_nobody_can_be_written_to_and_nobody_is_there_twice(reading):
    roster = reading.roster
    addresses = [row.email for row in (*roster.units, *roster.subjects)]
    assert all(address.endswith("@ninhthuan.example") for address in addresses)
    assert len({subject.name for subject in roster.subjects}) == len(roster.subjects)


def test_every_body_of_the_pack_that_is_a_unit_is_in_the_roster(reading, pack):
    codes = {unit.code for unit in reading.roster.units}
    assert {body.unit for body in pack.bodies if body.unit} <= codes
