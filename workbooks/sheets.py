"""The sheets of a book with their headings: what is missing, doubled, unknown or empty is told here."""

from collections.abc import Mapping

from workbooks import legacy
from workbooks.cells import Sheet, as_text
from workbooks.columns import HEADING_ROWS, LAYOUTS, Headings, Layout, Table, locate
from workbooks.findings import Findings, Place
from workbooks.grids import Book, Grid
from workbooks.text import clean


def with_headings(book: Book, findings: Findings, *, unneeded: frozenset[str]) -> Mapping[Table, Sheet]:
    """The sheets whose cells can be asked for, units first. `unneeded`: columns that the pack has no words for."""
    sheets: dict[Table, Sheet] = {}
    for layout in LAYOUTS:
        grid = book.grids.get(layout.table)
        sheet = None if grid is None else _sheet(grid, layout, findings, unneeded)
        if sheet is not None:
            sheets[layout.table] = sheet
        if grid is None and layout.required and layout.table not in book.oversized:
            findings.fault(Place(table=layout.table, names=(book.name,)), "roster.no_sheet", sheet=layout.vi)
    return sheets


def _sheet(grid: Grid, layout: Layout, findings: Findings, unneeded: frozenset[str]) -> Sheet | None:
    """None where there is nothing to read, which is a fault unless the sheet may be left out."""
    headings = locate(layout, [[as_text(cell) for cell in row] for row in grid.rows[:HEADING_ROWS]])
    if headings is None:
        _tell_no_headings(grid, layout, findings)
        return None
    required = {column.id for column in layout.columns if column.required} - unneeded
    lacks = frozenset(required - headings.found.keys())
    _tell_headings(grid, layout, headings, lacks, findings)
    sheet = Sheet(grid=grid, layout=layout, headings=headings, findings=findings, lacks=lacks)
    if layout.required and not sheet.rows():
        findings.fault(grid.place(), "roster.empty_sheet", sheet=layout.vi)
    return sheet


def _tell_no_headings(grid: Grid, layout: Layout, findings: Findings) -> None:
    texts = [as_text(cell) for row in grid.rows for cell in row]
    if any(texts):
        expected = tuple(column.vi for column in layout.columns if column.required)
        findings.fault(grid.place(), "roster.no_headings", sheet=layout.vi, columns=expected)
        for row in range(min(HEADING_ROWS, len(grid.rows))):
            for column in range(len(grid.rows[row])):
                _tell_old_encoding(grid, row, column, findings)
    elif layout.required:
        findings.fault(grid.place(), "roster.empty_sheet", sheet=layout.vi)


def _tell_headings(grid: Grid, layout: Layout, headings: Headings, lacks: frozenset[str], findings: Findings) -> None:
    names = {column.id: column.vi for column in layout.columns}
    for column in layout.columns:
        if column.id in lacks:
            findings.fault(grid.place(), "roster.missing_column", column=column.vi, sheet=layout.vi)
    for position, column_id in headings.doubled:
        first = grid.place(headings.row, headings.found[column_id]).cell
        findings.fault(
            grid.place(headings.row, position), "roster.doubled_column", column=names[column_id], first=first
        )
    for position, text in headings.unknown:
        if not _tell_old_encoding(grid, headings.row, position, findings):
            findings.warning(grid.place(headings.row, position), "roster.unknown_column", column=text)


def _tell_old_encoding(grid: Grid, row: int, column: int, findings: Findings) -> bool:
    cell = grid.rows[row][column]
    old = legacy.recognise(cell) if isinstance(cell, str) else None
    if old is None:
        return False
    figures = {"encoding": old.encoding.value, "text": clean(str(cell)), "guess": clean(old.guess)}
    findings.fault(grid.place(row, column), "roster.old_encoding", **figures)
    return True
