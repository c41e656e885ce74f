"""The workbook that is given back: red where it is wrong, and never over the input."""

import errno
import os
import re
import warnings
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment

import workbooks
from tests.workbooks.books import BODIES, ROLES, SUBJECTS, UNITS, VOCABULARY, book, packed, parts_of, saved
from tests.workbooks.test_csv_rosters import folder_of
from workbooks import marking
from workbooks.marking import AUTHOR, FAULTS
from workflow.errors import BadInput, DiskFull, Fault, MachineFailure

RED, YELLOW = "FFFF9999", "FFFFE699"
WRONG = {f"{SUBJECTS}!M3": "chau", f"{UNITS}!C4": "zzzz", f"{SUBJECTS}!J3": "Trường phòng"}


def marked(made, tmp_path, *, language="vi", warn=True):
    """The marked copy of a workbook, and what was found in it."""
    path = saved(made, tmp_path / "roster.xlsx")
    reading = workbooks.examine(path, VOCABULARY, BODIES)
    out = tmp_path / "marked.xlsx"
    noticed = reading.warnings if warn else ()
    workbooks.mark(path, reading.faults, out, warnings=noticed, language=language)
    return load_workbook(out), reading


def colours(made, colour):
    return {
        (page.title, cell.coordinate)
        for page in made.worksheets
        for row in page.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb == colour
    }


def test_faulty_cells_are_red_and_commented_and_nothing_else_is(tmp_path):
    made, reading = marked(book(**WRONG), tmp_path)
    assert colours(made, RED) == {fault.where[1:] for fault in reading.faults}
    assert made[SUBJECTS]["M3"].comment.author == AUTHOR
    assert "“chau”" in made[SUBJECTS]["M3"].comment.text
    assert made[SUBJECTS]["M3"].value == "chau"
    assert made[SUBJECTS]["M2"].comment is None


def test_the_list_names_every_fault_with_a_link(tmp_path):
    made, reading = marked(book(**WRONG), tmp_path)
    page = made[FAULTS["vi"]]
    assert made.worksheets[0] is page
    assert [row[0].value for row in page.iter_rows(min_row=2)] == [
        " · ".join(fault.where[1:]) for fault in reading.faults
    ]
    assert page["A2"].hyperlink.location == f"'{UNITS}'!C4"
    assert all(row[1].value == "Lỗi" for row in page.iter_rows(min_row=2))


def test_warnings_are_yellow_and_red_wins(tmp_path):
    changes = {f"{SUBJECTS}!F3": None, f"{SUBJECTS}!O1": "Ghi chú"}
    made, _ = marked(book(**changes), tmp_path)
    assert colours(made, YELLOW) == {(SUBJECTS, "F3"), (SUBJECTS, "O1")}
    assert made[FAULTS["vi"]]["B2"].value == "Lưu ý"


def test_comments_are_in_the_language_that_is_asked_for(tmp_path):
    made, _ = marked(book(**WRONG), tmp_path, language="en")
    assert "is no e-mail address" in made[SUBJECTS]["M3"].comment.text
    assert made.worksheets[0].title == "Faults"


def test_several_faults_of_one_cell_share_a_comment(tmp_path):
    path = saved(book(), tmp_path / "roster.xlsx")
    where = ("roster.xlsx", UNITS, "B3")
    faults = [Fault(code="roster.bad_email", figures={"value": value}, where=where) for value in ("one", "two")]
    workbooks.mark(path, faults, tmp_path / "marked.xlsx")
    text = load_workbook(tmp_path / "marked.xlsx")[UNITS]["B3"].comment.text
    assert "“one”" in text
    assert "“two”" in text


def test_a_fault_of_a_sheet_is_at_its_first_cell_and_one_of_the_file_in_the_list(tmp_path):
    made = book()
    made.remove(made[SUBJECTS])
    made[UNITS]["C1"] = "Loại khác"
    result, reading = marked(made, tmp_path, warn=False)
    assert [fault.code for fault in reading.faults] == ["roster.missing_column", "roster.no_sheet"]
    assert colours(result, RED) == {(UNITS, "A1")}
    assert result.worksheets[0]["A3"].value == "roster.xlsx"


def test_the_marked_copy_can_be_corrected_imported_and_marked_again(tmp_path):
    made, _ = marked(book(**WRONG), tmp_path)
    made[SUBJECTS]["M3"] = "chau@a.example"
    again, reading = marked(made, tmp_path)
    assert {fault.where[1:] for fault in reading.faults} == {(UNITS, "C4"), (SUBJECTS, "J3")}
    assert reading.warnings == ()
    assert colours(again, RED) == {(UNITS, "C4"), (SUBJECTS, "J3")}
    assert again[SUBJECTS]["M3"].comment is None
    assert again.sheetnames.count(FAULTS["vi"]) == 1


def test_a_comment_that_was_there_stays_under_ours_and_returns_when_the_mark_is_taken_off(tmp_path):
    wrong = book(**WRONG)
    wrong[SUBJECTS]["M3"].comment = Comment("Hỏi lại phòng", "Ngân")
    made, _ = marked(wrong, tmp_path)
    assert made[SUBJECTS]["M3"].comment.text.endswith("Hỏi lại phòng")
    made[SUBJECTS]["M3"] = "chau@a.example"
    again, _ = marked(made, tmp_path)
    assert again[SUBJECTS]["M3"].comment.text == "Hỏi lại phòng"


def test_a_cell_inside_a_merged_area_is_marked_at_its_first_cell(tmp_path):
    wrong = book()
    wrong[SUBJECTS].merge_cells("D3:D4")
    made, reading = marked(wrong, tmp_path)
    assert [fault.where[2] for fault in reading.faults] == ["D4"]
    assert colours(made, RED) == {(SUBJECTS, "D3")}


def test_csv_files_come_back_as_one_workbook_without_formulas(tmp_path):
    folder = folder_of(tmp_path, **{"don-vi.csv": "Mã,Tên đơn vị,Loại đơn vị,Thuộc đơn vị\nSNV,=1+1\x01,department,\n"})
    reading = workbooks.examine(folder, VOCABULARY, BODIES)
    workbooks.mark(folder / "don-vi.csv", reading.faults, tmp_path / "marked.xlsx")
    made = load_workbook(tmp_path / "marked.xlsx")
    assert (made[UNITS]["B2"].value, made[UNITS]["B2"].data_type) == ("=1+1 ", "s")
    assert colours(made, RED) == {
        ({"doi-tuong.csv": SUBJECTS, "vai-tro.csv": ROLES}[fault.where[0]], fault.where[1]) for fault in reading.faults
    }


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    roster = workbooks.read(saved(book(), tmp_path / "made.xlsx"), VOCABULARY, BODIES)
    path = tmp_path / "roster.xlsx"
    workbooks.template(path, VOCABULARY, BODIES, roster)
    parts = parts_of(path)
    shared = parts["xl/sharedStrings.xml"].replace("Phó Giám đốc".encode(), b"=1+1")
    path.write_bytes(packed(parts | {"xl/sharedStrings.xml": shared}))
    workbooks.mark(path, (), tmp_path / "marked.xlsx")
    cell = load_workbook(tmp_path / "marked.xlsx")[SUBJECTS]["E4"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert b"<f>" not in parts_of(tmp_path / "marked.xlsx")["xl/worksheets/sheet3.xml"]


def test_the_drop_downs_of_the_template_survive(tmp_path):
    path = tmp_path / "roster.xlsx"
    workbooks.template(path, VOCABULARY, BODIES)
    workbooks.mark(path, workbooks.examine(path, VOCABULARY, BODIES).faults, tmp_path / "marked.xlsx")
    made = load_workbook(tmp_path / "marked.xlsx")
    assert len(made[SUBJECTS].data_validations.dataValidation) == 14


def test_the_input_is_never_written_over(tmp_path):
    path = saved(book(), tmp_path / "roster.xlsx")
    before = path.read_bytes()
    link = tmp_path / "link.xlsx"
    link.symlink_to(path)
    for out in (path, link, tmp_path / "x" / ".." / "roster.xlsx"):
        (tmp_path / "x").mkdir(exist_ok=True)
        with pytest.raises(BadInput) as caught:
            workbooks.mark(path, (), out)
        assert caught.value.code == "roster.marked_over_input"
    assert path.read_bytes() == before


def test_the_copy_is_called_a_workbook(tmp_path):
    path = saved(book(), tmp_path / "roster.xlsx")
    with pytest.raises(BadInput) as caught:
        workbooks.mark(path, (), tmp_path / "marked.csv")
    assert caught.value.code == "roster.marked_suffix"


def test_an_older_copy_is_replaced_whole(tmp_path):
    path = saved(book(), tmp_path / "roster.xlsx")
    out = tmp_path / "marked.xlsx"
    out.write_bytes(b"old")
    workbooks.mark(path, (), out)
    assert load_workbook(out).sheetnames == [FAULTS["vi"], UNITS, SUBJECTS, ROLES]


@pytest.mark.parametrize(
    "number, kind", [(errno.ENOSPC, DiskFull), (errno.EIO, MachineFailure), (errno.EACCES, BadInput)]
)
def test_when_writing_fails_the_older_copy_is_as_it_was_and_nothing_else_is_left(tmp_path, monkeypatch, number, kind):
    path = saved(book(), tmp_path / "roster.xlsx")
    out = tmp_path / "marked.xlsx"
    out.write_bytes(b"old")

    def fail(descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(kind):
        workbooks.mark(path, (), out)
    assert out.read_bytes() == b"old"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["marked.xlsx", "roster.xlsx"]


def test_a_folder_that_is_not_there_is_said(tmp_path):
    path = saved(book(), tmp_path / "roster.xlsx")
    with pytest.raises(BadInput) as caught:
        workbooks.mark(path, (), tmp_path / "none" / "marked.xlsx")
    assert caught.value.code == "roster.no_folder"


def test_a_workbook_with_more_cells_than_can_be_held_is_not_marked(tmp_path, monkeypatch):
    path = saved(book(), tmp_path / "roster.xlsx")
    cells = sum(part.count(b"<c ") for name, part in parts_of(path).items() if "/sheet" in name)
    monkeypatch.setattr(marking, "MOST_CELLS", cells)
    workbooks.mark(path, (), tmp_path / "marked.xlsx")
    monkeypatch.setattr(marking, "MOST_CELLS", cells - 1)
    with pytest.raises(BadInput) as caught:
        workbooks.mark(path, (), tmp_path / "marked.xlsx")
    assert caught.value.code == "roster.too_large_to_mark"


def test_a_workbook_that_openpyxl_stumbles_over_is_no_defect(tmp_path):
    parts = parts_of(saved(book(), tmp_path / "roster.xlsx"))
    path = tmp_path / "roster.xlsx"
    path.write_bytes(packed(parts | {"xl/styles.xml": b"<styleSheet><broken"}))
    with pytest.raises(BadInput) as caught:
        workbooks.mark(path, (), tmp_path / "marked.xlsx")
    assert caught.value.code == "roster.cannot_mark"
    assert not (tmp_path / "marked.xlsx").exists()


def test_cells_after_the_last_comment_are_red_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(marking, "MOST_COMMENTS", 1)
    made, reading = marked(book(**WRONG), tmp_path)
    assert len(colours(made, RED)) == len(reading.faults) == 3
    assert sum(1 for page in made.worksheets for row in page for cell in row if cell.comment) == 1


def test_what_openpyxl_warns_of_is_not_shown_to_people(tmp_path):
    """It does so for every sheet with an extension that it will not keep."""
    parts = parts_of(saved(book(), tmp_path / "roster.xlsx"))
    name = "xl/worksheets/sheet1.xml"
    extension = b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
    path = tmp_path / "roster.xlsx"
    path.write_bytes(packed(parts | {name: re.sub(rb"</worksheet>", extension, parts[name])}))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        workbooks.mark(path, (), tmp_path / "marked.xlsx")
    assert caught == []
    assert Path(tmp_path / "marked.xlsx").exists()
