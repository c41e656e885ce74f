"""What only shows when rows are put beside each other: the tree, twins, heads, roles."""

import pytest

import workbooks
from tests.workbooks.books import BODIES, ROLES, SUBJECTS, UNITS, VOCABULARY, book, rows, saved, told
from workbooks.checks import Codes


def examine(made, tmp_path):
    return workbooks.examine(saved(made, tmp_path / "roster.xlsx"), VOCABULARY, BODIES)


def found(entries):
    for entry in entries:
        told(entry)
    return [(entry.code, entry.where[1], entry.where[2]) for entry in entries]


def with_units(*units):
    """The roster with these further units: (code, parent)."""
    made = book()
    for code, parent in units:
        made[UNITS].append([code, f"Phòng {code}", "department", parent, None])
    return made


def with_subject(**changes):
    """The roster with a copy of SNV-02 in row 7, some of whose cells are changed."""
    made = book()
    made[SUBJECTS].append(rows(SUBJECTS)[3])
    for column, value in ({"A": "SNV-03", "B": "Ngô Mai Liên"} | changes).items():
        made[SUBJECTS][f"{column}7"] = value
    return made


@pytest.mark.parametrize(
    "units, cell, circle",
    [
        ([("A", "A")], "D5", ("A", "A")),
        ([("A", "B"), ("B", "A")], "D5", ("A", "B", "A")),
        ([("A", "C"), ("B", "A"), ("C", "B")], "D5", ("A", "C", "B", "A")),
        ([("OUT", "A"), ("A", "B"), ("B", "A")], "D6", ("A", "B", "A")),
        ([("A", "b"), ("B", "a")], "D5", ("A", "B", "A")),
    ],
)
def test_a_cycle_is_told_once_at_its_first_unit(tmp_path, units, cell, circle):
    reading = examine(with_units(*units), tmp_path)
    assert found(reading.faults) == [("roster.cycle", UNITS, cell)]
    assert reading.faults[0].figures["units"] == circle


def test_two_cycles_are_two_faults(tmp_path):
    reading = examine(with_units(("A", "B"), ("B", "A"), ("C", "C")), tmp_path)
    assert found(reading.faults) == [("roster.cycle", UNITS, "D5"), ("roster.cycle", UNITS, "D7")]


def test_a_deep_tree_and_several_roots_are_no_fault(tmp_path):
    units = [("R", None), *((f"U{depth}", f"U{depth - 1}" if depth else "R") for depth in range(300))]
    assert examine(with_units(*units), tmp_path).faults == ()


def test_a_parent_may_stand_below_its_units_and_in_another_case(tmp_path):
    roster = examine(with_units(("P1", "top"), ("TOP", None)), tmp_path).roster
    assert roster.units[3].parent == "TOP"


def test_parts_of_two_bodies_may_have_one_name(tmp_path):
    made = with_units(("SNV-VP", "SNV"), ("STC-VP", "STC"))
    made[UNITS]["B5"] = made[UNITS]["B6"] = "Văn phòng"
    assert examine(made, tmp_path).faults == ()
    made[UNITS]["D6"] = "SNV"
    assert found(examine(made, tmp_path).faults) == [("roster.unit_name_twice", UNITS, "B6")]


def test_one_person_under_two_codes_is_told_at_the_second(tmp_path):
    reading = examine(with_subject(B="TRẦN  DIỆU ĐAN"), tmp_path)
    assert found(reading.faults) == [("roster.name_twice", SUBJECTS, "B7")]
    assert reading.faults[0].figures["first"] == "B4"


@pytest.mark.parametrize(
    "changes", [{"E": "Chuyên viên"}, {"D": "STC"}, {"B": "Trần Diệu Đan (B)"}, {"B": "Trần Diệu Đàn"}]
)
def test_namesakes_with_another_post_or_unit_or_a_letter_are_two_people(tmp_path, changes):
    assert examine(with_subject(**({"B": "Trần Diệu Đan"} | changes)), tmp_path).faults == ()


def test_two_heads_of_one_unit_name_the_first(tmp_path):
    reading = examine(with_subject(J="Trưởng", K="Không"), tmp_path)
    assert found(reading.faults) == [("roster.two_heads", SUBJECTS, "J7")]
    assert reading.faults[0].figures == {"unit": "SNV", "first": "J3"}


def test_three_heads_are_two_faults(tmp_path):
    made = with_subject(J="Trưởng")
    made[SUBJECTS]["J4"] = "Trưởng"
    assert found(examine(made, tmp_path).faults) == [
        ("roster.two_heads", SUBJECTS, "J4"),
        ("roster.two_heads", SUBJECTS, "J7"),
    ]


def test_ranked_deputies_without_a_head_are_a_warning(tmp_path):
    made = book(**{f"{SUBJECTS}!J3": "Không"})
    assert found(examine(made, tmp_path).warnings) == [("roster.no_head", UNITS, "A3")]
    made[SUBJECTS]["K4"] = "Không"
    assert examine(made, tmp_path).warnings == ()


def test_a_role_given_twice_is_told_at_the_second(tmp_path):
    made = book()
    made[ROLES].append(["stc-02", "Coordinator", "stc"])
    reading = examine(made, tmp_path)
    assert found(reading.faults) == [("roster.role_twice", ROLES, "A5")]
    assert reading.faults[0].figures["first"] == "A2"


def test_a_line_with_a_wrong_role_is_wrong_in_its_person_and_scope_too(tmp_path):
    made = book()
    made[ROLES].append(["NOBODY-77", "zzzz", "nowhere-77"])
    told_of = [("roster.unknown_term", ROLES, "B5"), ("roster.unknown_subject", ROLES, "A5")]
    assert sorted(found(examine(made, tmp_path).faults)) == sorted([*told_of, ("roster.unknown_scope", ROLES, "C5")])


def test_roles_that_cannot_be_read_are_no_twins(tmp_path):
    made = book()
    for _ in range(2):
        made[ROLES].append(["STC-02", "zzzz", "SNV"])
    assert {code for code, _, _ in found(examine(made, tmp_path).faults)} == {"roster.unknown_term"}


def test_one_person_may_have_two_roles_and_one_role_two_scopes(tmp_path):
    made = book()
    made[ROLES].append(["STC-02", "monitor", "STC"])
    made[ROLES].append(["STC-02", "coordinator", "SNV"])
    assert len(examine(made, tmp_path).roster.roles) == 5


@pytest.mark.parametrize("sheet, cell", [(UNITS, "A3"), (SUBJECTS, "A6")])
def test_a_code_that_is_refused_is_not_unknown_as_well(tmp_path, sheet, cell):
    """SNV and STC-02 are referred to; their own cells are what is wrong."""
    made = book()
    wrong = made[sheet][cell].value + "/x"
    made[sheet][cell] = wrong
    for page, column in ((made[SUBJECTS], "D"), (made[ROLES], "A")):
        for row in range(2, page.max_row + 1):
            if f"{page[f'{column}{row}'].value}/x" == wrong:
                page[f"{column}{row}"] = wrong
    assert found(examine(made, tmp_path).faults) == [("roster.bad_code", sheet, cell)]


def test_references_are_given_back_in_the_spelling_of_what_they_refer_to(tmp_path):
    reading = examine(book(**{f"{SUBJECTS}!D5": "stc", f"{ROLES}!A2": "stc-02", f"{ROLES}!C2": "stc"}), tmp_path)
    roster = reading.roster
    assert (roster.subjects[3].unit, roster.roles[0].subject, roster.roles[0].scope) == ("STC", "STC-02", "STC")


def test_suggestions_stop_after_so_many_unknown_codes():
    codes = Codes(None, [("SNV", "Sở Nội vụ")])
    texts = [f"SNV{number}" for number in range(201)]
    assert [codes.nearest(text) for text in texts] == ["SNV"] * 200 + [None]
    assert codes.nearest("SNV0") == "SNV"
