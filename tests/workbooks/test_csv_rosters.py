"""Rosters as .csv files, as Excel and LibreOffice save them."""

import csv
import io

import pytest

import workbooks
from tests.workbooks.books import BODIES, CONTENT, ROLES, SUBJECTS, UNITS, VOCABULARY, book, rows, saved
from workbooks import csvs
from workflow.errors import BadInput
from workflow.messages import LANGUAGES, sentence

FILES = {UNITS: "don-vi.csv", SUBJECTS: "doi-tuong.csv", ROLES: "vai-tro.csv"}


def text_of(table, separator=","):
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator).writerows([["" if one is None else one for one in row] for row in table])
    return buffer.getvalue()


def folder_of(tmp_path, *, separator=",", encoding="utf-8", names=FILES, **changes):
    """The roster in a folder; `changes` are whole texts by file name."""
    folder = tmp_path / "csv"
    folder.mkdir(exist_ok=True)
    for sheet in CONTENT:
        (folder / names[sheet]).write_bytes(text_of(rows(sheet), separator).encode(encoding))
    for name, text in changes.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return folder


def expected(tmp_path):
    roster = workbooks.read(saved(book(), tmp_path / "roster.xlsx"), VOCABULARY, BODIES)
    return (roster.units, roster.subjects, roster.roles)


def parts(roster):
    return (roster.units, roster.subjects, roster.roles)


def refused(path):
    with pytest.raises(BadInput) as caught:
        workbooks.examine(path, VOCABULARY, BODIES)
    for language in LANGUAGES:
        assert "{" not in sentence(caught.value.code, language, **caught.value.figures)
    return caught.value


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_folder_is_read_with_any_separator_and_mark(tmp_path, separator, encoding):
    folder = folder_of(tmp_path, separator=separator, encoding=encoding)
    roster = workbooks.read(folder, VOCABULARY, BODIES)
    assert parts(roster) == expected(tmp_path)
    assert roster.source == "csv"


@pytest.mark.parametrize("name", FILES.values())
def test_naming_one_file_is_naming_the_set(tmp_path, name):
    assert parts(workbooks.read(folder_of(tmp_path) / name, VOCABULARY, BODIES)) == expected(tmp_path)


@pytest.mark.parametrize(
    "names",
    [
        ("units.csv", "subjects.CSV", "roles.csv"),
        ("Đơn vị.csv", "Đối tượng.csv", "Vai trò.csv"),
        ("roster-Đơn vị.csv", "roster-Đối tượng.csv", "roster-Vai trò.csv"),
        ("don_vi.txt", "people.tsv", "vaitro.csv"),
    ],
)
def test_files_are_known_by_the_end_of_their_names(tmp_path, names):
    folder = folder_of(tmp_path, names=dict(zip(CONTENT, names, strict=True)))
    assert parts(workbooks.read(folder, VOCABULARY, BODIES)) == expected(tmp_path)


def test_the_beginning_of_the_names_keeps_two_rosters_in_one_folder_apart(tmp_path):
    folder = folder_of(tmp_path, names={sheet: f"2024-{name}" for sheet, name in FILES.items()})
    for sheet, name in FILES.items():
        table = rows(sheet)[:3] if sheet == UNITS else rows(sheet)
        (folder / f"2023-{name}").write_text(text_of(table), encoding="utf-8")
    assert parts(workbooks.read(folder / "2024-doi-tuong.csv", VOCABULARY, BODIES)) == expected(tmp_path)
    reading = workbooks.examine(folder / "2023-doi-tuong.csv", VOCABULARY, BODIES)
    assert {fault.where[0] for fault in reading.faults} == {"2023-doi-tuong.csv", "2023-vai-tro.csv"}
    reading = workbooks.examine(folder, VOCABULARY, BODIES)
    twice = [fault for fault in reading.faults if fault.code == "roster.sheet_twice"]
    assert [fault.where[0] for fault in twice] == [f"2024-{name}" for name in FILES.values()]


def test_a_fault_names_file_and_cell(tmp_path):
    table = rows(SUBJECTS)
    table[2][12] = "chau"
    table.insert(1, [])
    folder = folder_of(tmp_path, **{"doi-tuong.csv": text_of(table)})
    reading = workbooks.examine(folder, VOCABULARY, BODIES)
    assert [(fault.code, fault.where) for fault in reading.faults] == [("roster.bad_email", ("doi-tuong.csv", "M4"))]


def test_a_line_break_inside_a_cell_moves_no_row(tmp_path):
    table = rows(SUBJECTS)
    table[1][1] = "Tập thể lãnh đạo\nSở Nội vụ\x0b\u2028(tỉnh)"
    table[2][12] = "chau"
    reading = workbooks.examine(folder_of(tmp_path, **{"doi-tuong.csv": text_of(table)}), VOCABULARY, BODIES)
    assert [fault.where for fault in reading.faults] == [("doi-tuong.csv", "M3")]


@pytest.mark.parametrize("table", [UNITS, SUBJECTS])
def test_a_missing_file_is_one_fault(tmp_path, table):
    folder = folder_of(tmp_path)
    (folder / FILES[table]).unlink()
    reading = workbooks.examine(folder, VOCABULARY, BODIES)
    assert [(fault.code, fault.where) for fault in reading.faults] == [("roster.no_sheet", ("csv",))]


def test_roles_may_be_left_out(tmp_path):
    folder = folder_of(tmp_path)
    (folder / "vai-tro.csv").unlink()
    assert workbooks.read(folder, VOCABULARY, BODIES).roles == ()


@pytest.mark.parametrize("text", ["\ufeff", "\n", ";;;;\n;;;;\n"])
def test_a_file_without_rows_is_an_empty_sheet(tmp_path, text):
    reading = workbooks.examine(folder_of(tmp_path, **{"don-vi.csv": text}), VOCABULARY, BODIES)
    assert [(fault.code, fault.where) for fault in reading.faults] == [("roster.empty_sheet", ("don-vi.csv",))]


def test_lines_of_separators_at_the_end_are_no_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(csvs, "MOST_ROWS", 5)
    text = text_of(rows(SUBJECTS)) + ",,,,,,,,,,,,,\r\n" * 50
    assert workbooks.examine(folder_of(tmp_path, **{"doi-tuong.csv": text}), VOCABULARY, BODIES).faults == ()
    monkeypatch.setattr(csvs, "MOST_ROWS", 4)
    reading = workbooks.examine(folder_of(tmp_path, **{"doi-tuong.csv": text}), VOCABULARY, BODIES)
    assert [fault.code for fault in reading.faults] == ["roster.too_many_rows"]


def test_too_many_columns_are_one_fault(tmp_path):
    table = rows(UNITS)
    table[1] += [""] * 59 + ["x"]
    reading = workbooks.examine(folder_of(tmp_path, **{"don-vi.csv": text_of(table)}), VOCABULARY, BODIES)
    assert [fault.code for fault in reading.faults] == ["roster.too_many_columns"]


def test_the_separator_that_excel_names_in_the_first_line_is_no_row(tmp_path):
    text = "sep=;\r\n" + text_of(rows(UNITS), ";")
    assert workbooks.examine(folder_of(tmp_path, **{"don-vi.csv": text}), VOCABULARY, BODIES).faults == ()


def test_a_title_with_other_separators_does_not_mislead(tmp_path):
    text = "DANH SÁCH, NĂM 2024, TỈNH;;;;\n" + text_of(rows(UNITS), ";")
    assert workbooks.examine(folder_of(tmp_path, **{"don-vi.csv": text}), VOCABULARY, BODIES).faults == ()


@pytest.mark.parametrize("day, codes", [("2024-12-05", []), ("05/12/2024", ["roster.date_as_text"])])
def test_a_day_is_written_with_the_year_first(tmp_path, day, codes):
    table = rows(SUBJECTS)
    table[2][11] = day
    reading = workbooks.examine(folder_of(tmp_path, **{"doi-tuong.csv": text_of(table)}), VOCABULARY, BODIES)
    assert [fault.code for fault in reading.faults] == codes


@pytest.mark.parametrize("shown", ["#N/A", "#DIV/0!", "########", "Err:502"])
def test_an_error_that_was_saved_as_text_is_told(tmp_path, shown):
    table = rows(SUBJECTS)
    table[2][4] = shown
    reading = workbooks.examine(folder_of(tmp_path, **{"doi-tuong.csv": text_of(table)}), VOCABULARY, BODIES)
    assert [(fault.code, fault.where) for fault in reading.faults] == [("roster.cell_error", ("doi-tuong.csv", "E3"))]


def test_text_that_is_not_utf_8_is_refused_with_its_line(tmp_path):
    data = text_of(rows(UNITS)).encode() + "STP,Sở Tư pháp".encode("cp1258", "ignore") + b"\xff\n"
    error = refused(folder_of(tmp_path, **{"don-vi.csv": data}))
    assert (error.code, error.figures["line"], error.figures["file"]) == ("roster.csv_encoding", 5, "don-vi.csv")


def test_a_quote_that_is_not_closed_is_refused_with_its_line(tmp_path):
    error = refused(folder_of(tmp_path, **{"don-vi.csv": text_of(rows(UNITS)) + 'STP,"Sở Tư pháp\n'}))
    assert (error.code, error.figures["file"]) == ("roster.csv_broken", "don-vi.csv")


def test_a_file_of_no_known_name_is_refused(tmp_path):
    path = tmp_path / "danh-muc.csv"
    path.write_text("x", encoding="utf-8")
    assert refused(path).code == "roster.csv_name"


def test_a_workbook_that_is_called_csv_is_refused(tmp_path):
    path = saved(book(), tmp_path / "roster.xlsx").rename(tmp_path / "don-vi.csv")
    assert refused(path).code == "roster.csv_is_workbook"


def test_an_empty_file_is_refused(tmp_path):
    assert refused(folder_of(tmp_path, **{"don-vi.csv": b""})).code == "roster.empty_file"


def test_other_files_in_the_folder_are_left_alone(tmp_path):
    folder = folder_of(tmp_path, **{"ghi-chu.csv": "x", "don-vi.docx": "x"})
    (folder / "units.csv.d").mkdir()
    assert workbooks.examine(folder, VOCABULARY, BODIES).faults == ()
