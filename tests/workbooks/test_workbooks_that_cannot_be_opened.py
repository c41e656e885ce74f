"""What is no workbook, or no longer one, or more than one: named for what it is, before any library opens it."""

import io
import os
import re
import warnings
import zipfile

import pytest

import workbooks
from tests.workbooks.books import BODIES, SUBJECTS, UNITS, VOCABULARY, book, packed, parts_of, saved
from workbooks import archive, scan
from workflow.errors import BadInput
from workflow.messages import LANGUAGES, sentence

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
SHEET_2 = "xl/worksheets/sheet2.xml"


@pytest.fixture
def parts(tmp_path):
    return parts_of(saved(book(), tmp_path / "good.xlsx"))


def refused(path):
    """The code of the refusal, whose sentence must be complete."""
    with pytest.raises(BadInput) as caught:
        workbooks.examine(path, VOCABULARY, BODIES)
    for language in LANGUAGES:
        text = sentence(caught.value.code, language, **caught.value.figures)
        assert path.name in text
        assert "{" not in text
    return caught.value.code


def written(tmp_path, data):
    path = tmp_path / "roster.xlsx"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data, code",
    [
        (b"", "roster.empty_file"),
        (b"M\xc3\xa3,T\xc3\xaan\n", "roster.no_zip"),
        (b"<html><table></table></html>", "roster.no_zip"),
        (OLE, "roster.old_workbook"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "roster.encrypted"),
        (b"PK", "roster.damaged"),
        (b"PK\x03\x04" + bytes(200), "roster.damaged"),
        (packed({"word/document.xml": b"<w/>"}), "roster.no_workbook"),
        (packed({"xl/workbook.bin": b"\x00"}), "roster.binary_workbook"),
        (
            packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<o/>"}),
            "roster.open_document",
        ),
        (packed({"xl/workbook.xml": b"<workbook/>"}), "roster.damaged"),
    ],
)
def test_a_file_that_is_no_workbook_is_named_for_what_it_is(tmp_path, data, code):
    assert refused(written(tmp_path, data)) == code


def test_a_file_that_is_not_there_is_named(tmp_path):
    assert refused(tmp_path / "roster.xlsx") == "roster.no_file"


def test_a_folder_without_tables_is_named(tmp_path):
    folder = tmp_path / "roster.xlsx"
    folder.mkdir()
    assert refused(folder) == "roster.no_tables"


def test_a_device_is_not_read(tmp_path):
    pipe = tmp_path / "roster.xlsx"
    os.mkfifo(pipe)
    assert refused(pipe) == "roster.no_regular_file"


def test_a_file_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    path = written(tmp_path, b"PK")

    def denied(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "read_bytes", denied)
    assert refused(path) == "roster.unreadable"


def test_a_file_over_the_limit_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "LARGEST_FILE", 100)
    assert refused(written(tmp_path, b"PK" + bytes(98))) == "roster.damaged"
    assert refused(written(tmp_path, b"PK" + bytes(99))) == "roster.large_file"


def test_half_a_workbook_is_damaged(tmp_path, parts):
    data = packed(parts)
    assert refused(written(tmp_path, data[: len(data) // 2])) == "roster.damaged"


def test_a_byte_that_was_changed_is_found_by_its_checksum(tmp_path, parts):
    data = bytearray(packed(parts, compression=zipfile.ZIP_STORED))
    data[data.index(b"SNV-01")] ^= 1
    assert refused(written(tmp_path, bytes(data))) == "roster.damaged"


def test_an_entry_with_a_password_is_named(tmp_path, parts):
    data = bytearray(packed(parts))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for match in re.finditer(re.escape(signature), bytes(data)):
            data[match.start() + offset] |= 1
    assert refused(written(tmp_path, bytes(data))) == "roster.encrypted"


def test_a_zip_bomb_is_not_unpacked(tmp_path, parts):
    """A sheet that grows a thousandfold."""
    bomb = packed(parts | {"xl/media/image1.bin": bytes(30 * archive.MEGABYTE)})
    assert len(bomb) < archive.MEGABYTE
    assert refused(written(tmp_path, bomb)) == "roster.bomb_ratio"


def test_a_workbook_at_the_limit_of_unpacked_size_is_read_and_one_byte_more_is_not(tmp_path, parts, monkeypatch):
    size = sum(map(len, parts.values()))
    path = written(tmp_path, packed(parts))
    monkeypatch.setattr(archive, "LARGEST_UNPACKED", size)
    assert workbooks.examine(path, VOCABULARY, BODIES).faults == ()
    monkeypatch.setattr(archive, "LARGEST_UNPACKED", size - 1)
    assert refused(path) == "roster.bomb_size"


def test_a_workbook_of_too_many_entries_is_refused(tmp_path, parts, monkeypatch):
    monkeypatch.setattr(archive, "MOST_ENTRIES", len(parts))
    assert workbooks.examine(written(tmp_path, packed(parts)), VOCABULARY, BODIES).faults == ()
    assert refused(written(tmp_path, packed(parts | {"xl/more.xml": b"<x/>"}))) == "roster.bomb_entries"


def test_an_entry_that_is_there_twice_is_damage(tmp_path, parts):
    """Which of the two a library reads is its own choice; so neither is read."""
    buffer = io.BytesIO(packed(parts))
    with zipfile.ZipFile(buffer, "a") as more, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        more.writestr(SHEET_2, b"<worksheet/>")
    assert refused(written(tmp_path, buffer.getvalue())) == "roster.damaged"


def test_an_entry_that_is_longer_than_the_directory_says_is_not_read_on(tmp_path, parts):
    """The directory is believed for as many bytes as it names, and the checksum tells."""
    name = b"xl/workbook.xml"
    data = bytearray(packed(parts))
    directory = data.index(b"PK\x01\x02", data.rindex(b"PK\x01\x02", 0, data.rindex(name)))
    assert data[directory + 46 : directory + 46 + len(name)] == name
    data[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    assert refused(written(tmp_path, bytes(data))) == "roster.damaged"


def test_a_document_type_is_damage(tmp_path, parts):
    """Entities multiply text, and no workbook has any."""
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + parts[SHEET_2].partition(b"?>")[2]
    assert refused(written(tmp_path, packed(parts | {SHEET_2: bomb}))) == "roster.damaged"


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="A0"><v>1</v></c>',
        b'<c r="XFE1"><v>1</v></c>',
        b'<c r="A1048577"><v>1</v></c>',
        b'<c r="ZZZZ1"><v>1</v></c>',
        b'<c r="A1" t="s"><v>99</v></c>',
        b'<c r="A1" t="s"><v>x</v></c>',
        b'<c r="A1"><v>1</v>',
    ],
)
def test_a_cell_that_cannot_be_is_damage(tmp_path, parts, cell):
    part = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    sheet = part + cell + b"</row></sheetData></worksheet>"
    assert refused(written(tmp_path, packed(parts | {SHEET_2: sheet}))) == "roster.damaged"


def test_a_stray_cell_in_the_last_corner_costs_no_memory(tmp_path):
    """Laid out as one rectangle the sheet would have 17 thousand million cells."""
    reading = workbooks.examine(
        saved(book(**{f"{SUBJECTS}!XFD1048576": "x"}), tmp_path / "roster.xlsx"), VOCABULARY, BODIES
    )
    assert [(fault.code, fault.where) for fault in reading.faults] == [
        ("roster.too_many_rows", ("roster.xlsx", SUBJECTS))
    ]


def test_a_long_text_that_many_cells_share_is_counted_for_each(tmp_path, monkeypatch):
    made = book(**{f"{SUBJECTS}!E{row}": "a" * 250 for row in range(3, 7)})
    roster = workbooks.examine(saved(made, tmp_path / "made.xlsx"), VOCABULARY, BODIES).roster
    path = tmp_path / "roster.xlsx"
    workbooks.template(path, VOCABULARY, BODIES, roster)
    total = max(extent.text for extent in scan.scan(parts_of(path), file=path.name))
    assert total > 1_000
    monkeypatch.setattr(scan, "MOST_TEXT", total)
    assert workbooks.examine(path, VOCABULARY, BODIES).faults == ()
    monkeypatch.setattr(scan, "MOST_TEXT", total - 1)
    assert refused(path) == "roster.bomb_text"


def test_macros_are_left_alone_and_said_to_be(tmp_path, parts):
    path = tmp_path / "roster.xlsm"
    path.write_bytes(packed(parts | {"xl/vbaProject.bin": b"\x00"}))
    reading = workbooks.examine(path, VOCABULARY, BODIES)
    assert reading.faults == ()
    assert [(warning.code, warning.where) for warning in reading.warnings] == [
        ("roster.macros_ignored", ("roster.xlsm",))
    ]


def test_a_chart_sheet_is_passed_over(tmp_path):
    made = book()
    made.create_chartsheet("Biểu đồ")
    assert workbooks.examine(saved(made, tmp_path / "roster.xlsx"), VOCABULARY, BODIES).faults == ()


@pytest.mark.parametrize(
    "column, letters", [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")]
)
def test_columns_are_named_as_spreadsheets_do(column, letters):
    assert scan.column_letters(column) == letters


def test_an_error_cell_is_told_with_what_it_shows(tmp_path, parts):
    """Calamine gives such a cell back as empty; the scan knows better."""
    sheet = parts["xl/worksheets/sheet1.xml"]
    changed = re.sub(rb'<c r="B3"[^>]*>.*?</c>', b'<c r="B3" t="e"><f>NA()</f><v>#N/A</v></c>', sheet)
    assert changed != sheet
    path = written(tmp_path, packed(parts | {"xl/worksheets/sheet1.xml": changed}))
    reading = workbooks.examine(path, VOCABULARY, BODIES)
    assert [(fault.code, fault.where, fault.figures["error"]) for fault in reading.faults] == [
        ("roster.cell_error", ("roster.xlsx", UNITS, "B3"), "#N/A")
    ]


def test_cells_without_references_are_counted_from_the_left(tmp_path, parts):
    sheet = re.sub(rb'(<c|<row) r="[^"]*"', rb"\1", parts["xl/worksheets/sheet1.xml"])
    path = written(tmp_path, packed(parts | {"xl/worksheets/sheet1.xml": sheet}))
    assert scan.scan(parts_of(path), file="x")[0].rows == 4
    assert workbooks.examine(path, VOCABULARY, BODIES).faults == ()
