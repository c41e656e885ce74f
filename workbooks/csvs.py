"""The .csv form: one file for each table, as Excel saves them ("CSV UTF-8", sheet by sheet).

A folder holds `don-vi.csv`, `doi-tuong.csv` and, where wanted, `vai-tro.csv`; English names and any spelling of the
sheet's name do as well, and so does a common beginning ("nam-2024-don-vi.csv"), which LibreOffice writes by itself.
Naming one of the files is naming the set that has the same beginning. Text is UTF-8 with or without its mark, or the
UTF-16 of Excel's "Unicode Text"; the separator is a comma, a semicolon or a tab, found from the headings. A day is
written 2024-12-05.
"""

import codecs
import csv
import io
from collections.abc import Sequence
from pathlib import Path

from workbooks import archive
from workbooks.columns import LAYOUTS, Layout, Table
from workbooks.findings import Findings, Place
from workbooks.grids import MOST_COLUMNS, MOST_ROWS, Book, Grid
from workbooks.text import bare
from workflow.errors import BadInput

SUFFIXES = frozenset({".csv", ".txt", ".tsv"})
_SEPARATORS = ",;\t"
_SEPARATOR_LINE = "sep="
"""Excel's own hint in the first line; no row of the sheet."""
_HEAD = 20
"""Lines in which the separator is counted: titles may stand above the headings."""


def is_csv(path: Path) -> bool:
    """Whether `path` is to be read here: a folder, or a file with such an ending."""
    return path.is_dir() or path.suffix.lower() in SUFFIXES


def read(path: Path, findings: Findings) -> Book:
    """The roster in the folder `path`, or in the set of files to which the file `path` belongs.

    Raises `BadInput` where no table is there, or a file cannot be read at all.
    """
    files = _files(path, findings)
    if not files:
        raise BadInput("roster.no_tables", file=str(path), names=_expected())
    grids = {table: _grid(one, table, findings) for table, one in files.items()}
    sized = {table: grid for table, grid in grids.items() if grid is not None}
    return Book(name=path.name, grids=sized, oversized=frozenset(grids) - frozenset(sized))


def _expected() -> tuple[str, ...]:
    return ("don-vi.csv", "doi-tuong.csv", "vai-tro.csv")


def _files(path: Path, findings: Findings) -> dict[Table, Path]:
    folder, beginning = (path, None) if path.is_dir() else (path.parent, _beginning(path))
    files: dict[Table, Path] = {}
    for one in archive.listing(folder):
        layout = _layout(one) if one.suffix.lower() in SUFFIXES and one.is_file() else None
        if layout is None or (beginning is not None and _beginning(one) != beginning):
            continue
        if layout.table in files:
            place = Place(table=layout.table, names=(one.name,))
            findings.fault(place, "roster.sheet_twice", sheet=one.name, first=files[layout.table].name)
        else:
            files[layout.table] = one
    return files


def _layout(path: Path) -> Layout | None:
    """The table that a file of this name holds: its name ends in one of the table's."""
    stem = bare(path.stem)
    endings = [(len(name), layout) for layout in LAYOUTS for name in layout.names() if stem.endswith(name)]
    return max(endings, key=lambda ending: ending[0])[1] if endings else None


def _beginning(path: Path) -> str:
    """What stands before the table's name, so that two rosters in one folder are not mixed. A file without such a name
    belongs to no set."""
    layout = _layout(path)
    if layout is None:
        raise BadInput("roster.csv_name", file=path.name, names=_expected())
    stem = bare(path.stem)
    return min((stem.removesuffix(name) for name in layout.names() if stem.endswith(name)), key=len)


def _grid(path: Path, table: Table, findings: Findings) -> Grid | None:
    place = Place(table=table, names=(path.name,))
    rows = _rows(_text(path), path)
    columns = max(map(len, rows), default=0)
    if len(rows) > MOST_ROWS + 1:
        findings.fault(place, "roster.too_many_rows", rows=len(rows) - 1, limit=MOST_ROWS)
        return None
    if columns > MOST_COLUMNS:
        findings.fault(place, "roster.too_many_columns", columns=columns, limit=MOST_COLUMNS)
        return None
    return Grid(table=table, names=(path.name,), rows=rows)


def _text(path: Path) -> str:
    data = archive.content(path)
    if archive.looks_packed(data):
        raise BadInput("roster.csv_is_workbook", file=path.name)
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadInput("roster.csv_encoding", file=path.name, line=line) from error


def _rows(text: str, path: Path) -> Sequence[Sequence[str]]:
    """Each record at the place where a spreadsheet would show it: blank lines are rows too."""
    if text[: len(_SEPARATOR_LINE)].lower() == _SEPARATOR_LINE:
        text = text.partition("\n")[2]
    head = "".join(text.splitlines()[:_HEAD])
    separator = max(_SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise BadInput("roster.csv_broken", file=path.name, line=reader.line_num, reason=str(error)) from error
    while rows and not any(one.strip() for one in rows[-1]):
        rows.pop()
    return rows
