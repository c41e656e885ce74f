"""An .xlsx workbook as grids: calamine reads, after `archive` and `scan` have looked."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from python_calamine import CalamineError, CalamineWorkbook

from workbooks import archive
from workbooks.columns import Layout, Table
from workbooks.findings import Cell, Findings, Place
from workbooks.grids import MOST_COLUMNS, MOST_ROWS, Book, Grid, table_of
from workbooks.scan import Extent, scan
from workbooks.text import bare, clean
from workflow.errors import BadInput

HELP_SHEETS = frozenset({"huongdan", "help", "danhmuc", "lists", "danhsachloi", "faults"})
"""Sheets that the template and the marked workbook add: read by people, not by the import."""


def read(path: Path, findings: Findings) -> Book:
    """The roster's sheets in the workbook `path`. Raises `BadInput` where it cannot be opened at all."""
    parts = archive.unpacked(archive.content(path), file=path.name)
    if archive.has_macros(parts):
        findings.warning(Place(table=None, names=(path.name,)), "roster.macros_ignored")
    extents = {extent.name: extent for extent in scan(parts, file=path.name)}
    sheets = _sheets(extents, path.name, findings)
    sized = {table: name for table, name in sheets.items() if _within_limits(extents[name], table, path.name, findings)}
    rows = _values(parts, tuple(sized.values()), path.name)
    grids = {
        table: Grid(table=table, names=(path.name, name), rows=rows[name], broken=extents[name].broken)
        for table, name in sized.items()
    }
    return Book(name=path.name, grids=grids, oversized=frozenset(sheets) - frozenset(sized))


def _sheets(names: Mapping[str, Extent], file: str, findings: Findings) -> dict[Table, str]:
    """Which sheet holds which table. A second one for the same table is a fault, one for none a warning."""
    sheets: dict[Table, str] = {}
    for name, extent in names.items():
        layout: Layout | None = table_of(bare(name))
        if layout is None:
            if bare(name) not in HELP_SHEETS and extent.rows:
                findings.warning(Place(table=None, names=(file, name)), "roster.unknown_sheet", sheet=clean(name))
        elif layout.table in sheets:
            place = Place(table=layout.table, names=(file, name))
            findings.fault(place, "roster.sheet_twice", sheet=clean(name), first=clean(sheets[layout.table]))
        else:
            sheets[layout.table] = name
    return sheets


def _within_limits(extent: Extent, table: Table, file: str, findings: Findings) -> bool:
    """The table's rows are counted without the heading."""
    place = Place(table=table, names=(file, extent.name))
    if extent.rows > MOST_ROWS + 1:
        findings.fault(place, "roster.too_many_rows", rows=extent.rows - 1, limit=MOST_ROWS)
        return False
    if extent.columns > MOST_COLUMNS:
        findings.fault(place, "roster.too_many_columns", columns=extent.columns, limit=MOST_COLUMNS)
        return False
    return True


def _values(parts: archive.Parts, names: Sequence[str], file: str) -> Mapping[str, Sequence[Sequence[Cell]]]:
    try:
        with CalamineWorkbook.from_filelike(archive.repacked(parts)) as book:
            return {
                # Its stub does not know that `Cell` is the same set of types.
                name: cast("Sequence[Sequence[Cell]]", book.get_sheet_by_name(name).to_python(skip_empty_area=False))
                for name in names
            }
    except CalamineError as error:
        raise BadInput("roster.damaged", file=file) from error
