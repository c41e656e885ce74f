"""The synthesis as a workbook: pages, print set-up, and the proof that is read back."""

import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from workbooks.proof import MARKER, Proof, read_proof
from workbooks.report import Column, Kind, Page, Report, write
from workflow.errors import BadInput

MADE = datetime(2024, 12, 6, 3, tzinfo=UTC)
STREAMS = ("01930000-0000-7000-8000-000000000001", "01930000-0000-7000-8000-000000000002")
PROOF = Proof(
    code="2024",
    season=STREAMS[0],
    made_at=MADE.isoformat(),
    streams=2,
    records=9,
    digest="ab" * 32,
    findings=0,
    heads=((STREAMS[0], 2, "01" * 32), (STREAMS[1], 7, "02" * 32)),
)
PAGE = Page(
    title="Trang một",
    heading="Tổng hợp",
    notes=("Một dòng lưu ý rất dài, " * 12,),
    columns=(
        Column(heading="Đơn vị", width=12),
        Column(heading="HTXSNV", width=9, kind=Kind.NUMBER, band="đề xuất"),
        Column(heading="HTTNV", width=9, kind=Kind.NUMBER, band="đề xuất"),
        Column(heading="Hạn", width=12, kind=Kind.DAY),
    ),
    rows=(("SNV", 1, 5, date(2024, 12, 4)), ("=1+1", 0, None, None)),
    marked=frozenset({1}),
    total=("Cộng", 1, 5, None),
    empty="Không có.",
)


def report(*pages: Page, proof: Proof = PROOF, title: str = "Xếp loại 2024") -> Report:
    names = {STREAMS[0]: ("kỳ đánh giá", "2024"), STREAMS[1]: ("hồ sơ", "HS-0001")}
    return Report(title=title, made_at=MADE, pages=pages or (PAGE,), proof=proof, names=names)


def opened(out: Path) -> Any:
    return load_workbook(out)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "báo cáo.xlsx"


def test_pages_stand_in_order_with_the_proof_last(out: Path):
    write(out, report(PAGE, replace(PAGE, title="Trang hai")))
    assert opened(out).sheetnames == ["Trang một", "Trang hai", "Chứng thực"]


def test_numbers_days_and_texts_are_what_they_are_and_no_text_is_a_formula(out: Path):
    write(out, report())
    sheet = opened(out)["Trang một"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6, max_row=8)]
    assert rows == [["SNV", 1, 5, datetime(2024, 12, 4)], ["=1+1", 0, None, None], ["Cộng", 1, 5, None]]  # noqa: DTZ001
    assert sheet["A7"].data_type == "s"
    assert sheet["D6"].number_format == "dd/mm/yyyy"


def test_headings_that_belong_together_stand_under_one(out: Path):
    write(out, report())
    sheet = opened(out)["Trang một"]
    assert sheet["B4"].value == "đề xuất"
    assert "B4:C4" in [str(area) for area in sheet.merged_cells.ranges]
    assert [cell.value for cell in sheet[5]] == ["Đơn vị", "HTXSNV", "HTTNV", "Hạn"]


def test_a_row_that_wants_attention_is_red(out: Path):
    write(out, report())
    sheet = opened(out)["Trang một"]
    assert sheet["A7"].fill.fgColor.rgb == "FFFFC7CE"
    assert sheet["A6"].fill.fgColor.rgb != "FFFFC7CE"


def test_every_page_is_set_up_for_a4_across_with_its_headings_repeated(out: Path):
    write(out, report(title="A & B"))
    for sheet in opened(out).worksheets:
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows
        assert sheet.freeze_panes
        assert sheet.oddFooter.left.text == "A && B"
    assert [opened(out)["Trang một"].column_dimensions[one].width for one in "AB"] == pytest.approx(
        [12.7, 9.7], abs=0.1
    )


def test_headings_are_repeated_with_what_stands_above_them(out: Path):
    write(out, report())
    assert opened(out)["Trang một"].print_title_rows == "$4:$5"


def test_a_row_is_as_high_as_its_longest_text_needs_when_it_is_wrapped(out: Path):
    rows = (("SNV", 1, 5, None), ("Ban Quản lý dự án đầu tư xây dựng", 1, 5, None), ("x" * 23, 1, 5, None))
    write(out, report(replace(PAGE, rows=rows, total=None)))
    sheet = opened(out)["Trang một"]
    first, second, third = (sheet.row_dimensions[row].height for row in (6, 7, 8))
    assert first < third < second
    assert second >= 3 * 13, "three lines of at most fourteen letters"


def test_a_page_without_rows_says_so(out: Path):
    write(out, report(replace(PAGE, rows=(), total=None, marked=frozenset())))
    assert opened(out)["Trang một"]["A6"].value == "Không có."


def test_a_long_title_is_cut_to_what_a_tab_takes(out: Path):
    write(out, report(replace(PAGE, title="Một tên trang dài hơn ba mươi mốt chữ cái")))
    assert len(opened(out).sheetnames[0]) == 31


def test_the_same_report_is_the_same_file(tmp_path: Path):
    for name in ("a.xlsx", "b.xlsx"):
        write(tmp_path / name, report())
    parts = [zipfile.ZipFile(tmp_path / name) for name in ("a.xlsx", "b.xlsx")]
    contents = [{name: part.read(name) for name in part.namelist()} for part in parts]
    assert contents[0] == contents[1]


# — the proof —


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_proof_is_read_back_as_it_was_written_in_either_language(out: Path, language: str):
    write(out, report(), language=language)
    assert read_proof(out) == PROOF
    assert PROOF.adds_up


def test_a_proof_of_no_stream_and_of_many_is_read_back(out: Path):
    none = replace(PROOF, heads=(), streams=0, records=0)
    write(out, report(proof=none))
    assert read_proof(out) == none
    heads = tuple((f"01930000-0000-7000-8000-{at:012x}", at, f"{at:064x}") for at in range(1, 1501))
    many = replace(PROOF, heads=heads, streams=1500, records=sum(range(1, 1501)))
    write(out, report(proof=many))
    assert read_proof(out) == many


@pytest.mark.parametrize(("streams", "records", "expected"), [(2, 9, True), (1, 9, False), (2, 8, False)])
def test_figures_that_are_not_those_of_the_list_do_not_add_up(streams: int, records: int, expected: bool):
    assert replace(PROOF, streams=streams, records=records).adds_up is expected


def test_a_proof_is_found_wherever_its_sheet_was_moved_to(out: Path):
    write(out, report())
    book = opened(out)
    book.move_sheet("Chứng thực", -1)
    book["Chứng thực"].title = "khác"
    book.save(out)
    assert read_proof(out) == PROOF


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("A14", "no id"),
        ("E13", "12"),
        ("E13", "G" * 64),
        ("D13", "many"),
        ("D13", None),
        ("B7", "two"),
        ("B10", None),
    ],
)
def test_a_proof_that_cannot_be_read_is_bad_input(out: Path, cell: str, value: str | None):
    write(out, report())
    book = opened(out)
    book["Chứng thực"][cell] = value
    book.save(out)
    with pytest.raises(BadInput) as raised:
        read_proof(out)
    assert (raised.value.code, raised.value.figures["file"]) == ("report.broken_proof", out.name)


def test_a_workbook_without_a_proof_is_bad_input(out: Path):
    write(out, report())
    book = opened(out)
    sheet = book["Chứng thực"]
    sheet[next(cell.coordinate for cell in sheet["A"] if cell.value == MARKER)] = "something else"
    book.save(out)
    with pytest.raises(BadInput) as raised:
        read_proof(out)
    assert raised.value.code == "report.no_proof"


# — where it is written —


def test_a_report_replaces_the_one_that_was_there(out: Path):
    write(out, report(proof=replace(PROOF, code="2023")))
    write(out, report())
    assert read_proof(out).code == "2024"
    assert list(out.parent.iterdir()) == [out]


@pytest.mark.parametrize(
    ("name", "code"),
    [("report.xls", "report.suffix"), ("report", "report.suffix"), ("no/report.xlsx", "roster.no_folder")],
)
def test_a_place_that_will_not_do_is_bad_input_and_nothing_is_left(tmp_path: Path, name: str, code: str):
    with pytest.raises(BadInput) as raised:
        write(tmp_path / name, report())
    assert raised.value.code == code
    assert list(tmp_path.iterdir()) == []
