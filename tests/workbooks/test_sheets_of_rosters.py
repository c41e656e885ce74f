"""Sheets and headings: missing, doubled, unknown, empty, too long, and the order they come in."""

import random

import pytest

import workbooks
from tests.workbooks.books import BODIES, CONTENT, ROLES, SUBJECTS, UNITS, VOCABULARY, book, rows, saved, told
from workbooks import grids, xlsx
from workflow.errors import Faulty
from workflow.rulepack import Vocabulary


def examine(made, tmp_path, vocabulary=VOCABULARY):
    return workbooks.examine(saved(made, tmp_path / "roster.xlsx"), vocabulary, BODIES)


def found(entries):
    for entry in entries:
        told(entry)
    return [(entry.code, entry.where) for entry in entries]


@pytest.mark.parametrize("sheet", [UNITS, SUBJECTS])
def test_a_sheet_that_is_not_there_is_one_fault(tmp_path, sheet):
    made = book()
    made.remove(made[sheet])
    assert found(examine(made, tmp_path).faults) == [("roster.no_sheet", ("roster.xlsx",))]


def test_roles_may_be_left_out(tmp_path):
    made = book()
    made.remove(made[ROLES])
    assert examine(made, tmp_path).roster.roles == ()


@pytest.mark.parametrize("sheet", [UNITS, SUBJECTS])
@pytest.mark.parametrize("headings", [True, False])
def test_an_empty_sheet_is_one_fault(tmp_path, sheet, headings):
    made = book()
    made[sheet].delete_rows(2 if headings else 1, 20)
    assert found(examine(made, tmp_path).faults) == [("roster.empty_sheet", ("roster.xlsx", sheet))]


@pytest.mark.parametrize("headings", [True, False])
def test_an_empty_sheet_of_roles_is_none(tmp_path, headings):
    made = book()
    made[ROLES].delete_rows(2 if headings else 1, 20)
    assert examine(made, tmp_path).roster.roles == ()


def test_a_sheet_without_headings_is_one_fault_that_names_them(tmp_path):
    made = book()
    made[SUBJECTS].delete_rows(1)
    reading = examine(made, tmp_path)
    assert found(reading.faults) == [("roster.no_headings", ("roster.xlsx", SUBJECTS))]
    assert "Trưởng/phó" in reading.faults[0].figures["columns"]


def test_headings_in_an_old_encoding_are_told_cell_by_cell(tmp_path):
    made = book(
        **{f"{UNITS}!{cell}": text for cell, text in zip(("A1", "B1", "C1", "D1", "E1"), OLD_HEADINGS, strict=True)}
    )
    assert found(examine(made, tmp_path).faults) == [
        ("roster.no_headings", ("roster.xlsx", UNITS)),
        ("roster.old_encoding", ("roster.xlsx", UNITS, "A1")),
        ("roster.old_encoding", ("roster.xlsx", UNITS, "B1")),
        ("roster.old_encoding", ("roster.xlsx", UNITS, "C1")),
        ("roster.old_encoding", ("roster.xlsx", UNITS, "D1")),
    ]


OLD_HEADINGS = ("M· ®¬n vÞ", "Tªn ®¬n vÞ", "Lo¹i ®¬n vÞ", "Thuéc ®¬n vÞ", "Email")


def test_one_heading_in_an_old_encoding_is_told_beside_the_missing_column(tmp_path):
    reading = examine(book(**{f"{UNITS}!B1": "Tªn ®¬n vÞ"}), tmp_path)
    assert found(reading.faults) == [
        ("roster.missing_column", ("roster.xlsx", UNITS)),
        ("roster.old_encoding", ("roster.xlsx", UNITS, "B1")),
    ]


REQUIRED = [(UNITS, position) for position in range(4)] + [(SUBJECTS, position) for position in range(10)]


@pytest.mark.parametrize("sheet, position", [*REQUIRED, *((ROLES, position) for position in range(3))])
def test_a_missing_column_is_one_fault_and_not_one_for_every_row(tmp_path, sheet, position):
    made = book()
    made[sheet].delete_cols(position + 1)
    reading = examine(made, tmp_path)
    assert found(reading.faults) == [("roster.missing_column", ("roster.xlsx", sheet))]
    assert reading.faults[0].figures["column"] == rows(sheet)[0][position]


@pytest.mark.parametrize("sheet, position", [(UNITS, 4), *((SUBJECTS, position) for position in range(10, 14))])
def test_an_optional_column_may_be_missing(tmp_path, sheet, position):
    made = book()
    made[sheet].delete_cols(position + 1)
    assert examine(made, tmp_path).faults == ()


def test_a_column_that_the_pack_has_no_words_for_may_be_missing(tmp_path):
    made = book()
    made[SUBJECTS].delete_cols(6, 3)
    vocabulary = Vocabulary(unit_kinds=VOCABULARY.unit_kinds, categories=(), duties=(), tiers=())
    assert examine(made, tmp_path, vocabulary).faults == ()


def test_a_word_in_a_column_that_the_pack_has_no_words_for_is_unknown(tmp_path):
    vocabulary = Vocabulary(
        unit_kinds=VOCABULARY.unit_kinds, categories=VOCABULARY.categories, duties=VOCABULARY.duties, tiers=()
    )
    reading = examine(book(), tmp_path, vocabulary)
    assert {fault.code for fault in reading.faults} == {"roster.unknown_term"}
    assert {fault.where[2][0] for fault in reading.faults} == {"H"}


def test_a_doubled_column_is_told_at_the_second_one(tmp_path):
    reading = examine(book(**{f"{SUBJECTS}!O1": "HỌ TÊN"}), tmp_path)
    assert found(reading.faults) == [("roster.doubled_column", ("roster.xlsx", SUBJECTS, "O1"))]
    assert reading.faults[0].figures["first"] == "B1"


def test_an_unknown_column_is_a_warning(tmp_path):
    reading = examine(book(**{f"{SUBJECTS}!O1": "Ghi chú", f"{SUBJECTS}!O2": "x"}), tmp_path)
    assert reading.faults == ()
    assert found(reading.warnings) == [("roster.unknown_column", ("roster.xlsx", SUBJECTS, "O1"))]


def test_an_unknown_sheet_is_a_warning_where_it_holds_anything(tmp_path):
    made = book()
    made.create_sheet("Trống")
    made.create_sheet("Đối tượng (2)x").append(["SNV-09"])
    reading = examine(made, tmp_path)
    assert reading.faults == ()
    assert found(reading.warnings) == [("roster.unknown_sheet", ("roster.xlsx", "Đối tượng (2)x"))]


def test_two_sheets_for_one_table_are_a_fault(tmp_path):
    made = book()
    made.create_sheet("ĐỐI TƯỢNG (2)").append(["SNV-09"])
    reading = examine(made, tmp_path)
    assert found(reading.faults) == [("roster.sheet_twice", ("roster.xlsx", "ĐỐI TƯỢNG (2)"))]


@pytest.mark.parametrize("seed", range(5))
def test_columns_and_sheets_come_in_any_order_under_any_title(tmp_path, seed):
    chance = random.Random(seed)
    made = book()
    for name in CONTENT:
        page = made[name]
        columns = list(zip(*page.values, strict=True))
        chance.shuffle(columns)
        page.delete_rows(1, 20)
        for _ in range(chance.randrange(4)):
            page.append(["DANH SÁCH NĂM 2024"])
        for row in zip(*columns, strict=True):
            page.append(row)
            if chance.random() < 0.3:
                page.append([None])
    made.move_sheet(UNITS, 2)
    assert examine(made, tmp_path).roster == examine(book(), tmp_path).roster


@pytest.mark.parametrize(
    "sheet, cell, heading",
    [
        (SUBJECTS, "B1", "ho va ten"),
        (SUBJECTS, "B1", "Họ và tên (*)"),
        (SUBJECTS, "B1", "Full name"),
        (SUBJECTS, "D1", "MÃ ĐƠN VỊ "),
        (SUBJECTS, "D1", "Ma\u0303 đơn vị\n"),
        (SUBJECTS, "J1", "Trưởng, phó"),
        (SUBJECTS, "J1", "Head or deputy"),
        (UNITS, "D1", "Đơn vị cấp trên"),
        (ROLES, "C1", "Scope"),
    ],
)
def test_a_heading_is_found_by_any_of_its_spellings(tmp_path, sheet, cell, heading):
    assert examine(book(**{f"{sheet}!{cell}": heading}), tmp_path).faults == ()


def test_faults_come_all_at_once_in_the_order_of_the_file(tmp_path):
    made = book(
        **{
            f"{ROLES}!A4": "SNV-09",
            f"{SUBJECTS}!M3": "chau",
            f"{SUBJECTS}!B3": None,
            f"{SUBJECTS}!J4": "Trưởng",
            f"{UNITS}!C4": "zzzz",
            f"{UNITS}!B3": "",
        }
    )
    path = saved(made, tmp_path / "roster.xlsx")
    with pytest.raises(Faulty) as caught:
        workbooks.read(path, VOCABULARY, BODIES)
    assert [fault.where[1:] for fault in caught.value.faults] == [
        (UNITS, "B3"),
        (UNITS, "C4"),
        (SUBJECTS, "B3"),
        (SUBJECTS, "M3"),
        (SUBJECTS, "J4"),
        (ROLES, "A4"),
    ]
    assert (caught.value.code, caught.value.figures) == (
        "roster.faulty",
        {"count": len(caught.value.faults), "file": "roster.xlsx"},
    )


def test_a_correct_file_is_read_to_what_examining_gives(tmp_path):
    path = saved(book(), tmp_path / "roster.xlsx")
    assert workbooks.read(path, VOCABULARY, BODIES) == workbooks.examine(path, VOCABULARY, BODIES).roster


def test_rows_up_to_the_limit_are_read_and_one_more_is_a_fault(tmp_path, monkeypatch):
    for limit, codes in ((5, []), (4, ["roster.too_many_rows"])):
        monkeypatch.setattr(xlsx, "MOST_ROWS", limit)
        assert [fault.code for fault in examine(book(), tmp_path).faults] == codes


def test_the_limit_of_rows_is_a_hundred_thousand():
    assert grids.MOST_ROWS == 100_000


def test_columns_up_to_the_limit_are_read_and_one_more_is_a_fault(tmp_path):
    assert examine(book(**{f"{SUBJECTS}!BL9": "x"}), tmp_path).faults != ()
    reading = examine(book(**{f"{SUBJECTS}!BM9": "x"}), tmp_path)
    assert found(reading.faults) == [("roster.too_many_columns", ("roster.xlsx", SUBJECTS))]
