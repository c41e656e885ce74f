"""The workbook given back with what is wrong in it: red cells with comments, and a sheet that lists every fault."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from warnings import catch_warnings

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.hyperlink import Hyperlink

from workbooks import archive, csvs
from workbooks.columns import LAYOUTS
from workbooks.files import unwritten, write_whole
from workbooks.findings import Findings
from workbooks.scan import scan
from workflow.errors import NO_SPACE, NOT_SERVED, BadInput, Fault
from workflow.messages import sentence

FAULTS = {"vi": "Danh sách lỗi", "en": "Faults"}
AUTHOR = "Hoso"
MOST_CELLS = 2_000_000
"""openpyxl holds a cell in some hundreds of bytes."""
MOST_COMMENTS = 2_000
"""More make a workbook slow to open; the cells after them are red all the same and the list names them all."""

_RED = PatternFill("solid", fgColor="FFFF9999")
_YELLOW = PatternFill("solid", fgColor="FFFFE699")
_SEPARATOR = "\n———\n"
"""Between our sentences and a comment that was there before."""
_OURS = frozenset({"FFFF9999", "FFFFE699"})


def mark(
    path: Path, faults: Sequence[Fault], out: Path, *, warnings: Sequence[Fault] = (), language: str = "vi"
) -> None:
    """Write a copy of the roster `path` to `out` (.xlsx) with the cells of `faults` red, those of `warnings` yellow,
    the sentence in a comment of each, and a first sheet that lists them all with links.

    Marks of an earlier run are taken off first, so a corrected copy can be imported and marked again. A roster of .csv
    files becomes one workbook. Macros are left out. Raises `BadInput` where `out` is the input or no .xlsx, where the
    roster cannot be opened at all or is too large to be marked, and `DiskFull`; `out` is written whole or not at all.
    """
    _check_out(path, out)
    if csvs.is_csv(path):
        book, pages = _from_csv(path)
    else:
        book, pages = _from_workbook(path)
    comments = _Comments()
    for found, fill in ((warnings, _YELLOW), (faults, _RED)):
        for fault in found:
            comments.add(_cell(fault, pages), _told(fault, language), fill)
    comments.write()
    _list(book, pages, faults, warnings, language)
    write_whole(out, _saved(book, path.name))


class _Comments:
    """What is to be said at each cell; several faults of one cell share a comment."""

    def __init__(self) -> None:
        self._told: dict[int, tuple[Any, list[str]]] = {}

    def add(self, cell: Any, text: str, fill: PatternFill) -> None:
        if cell is not None:
            cell.fill = fill
            self._told.setdefault(id(cell), (cell, []))[1].append(text)

    def write(self) -> None:
        for cell, texts in list(self._told.values())[:MOST_COMMENTS]:
            theirs = [_SEPARATOR + cell.comment.text] if cell.comment else []
            comment = Comment("\n".join([*texts, *theirs]), AUTHOR)
            comment.width, comment.height = 420, 60 + 30 * len(texts)
            cell.comment = comment


def _check_out(path: Path, out: Path) -> None:
    if out.suffix.lower() != ".xlsx":
        raise BadInput("roster.marked_suffix", file=str(out))
    if out.exists() and path.exists() and out.samefile(path):
        raise BadInput("roster.marked_over_input", file=str(out))


@contextmanager
def _strange(file: str) -> Iterator[None]:
    """What openpyxl stumbles over, and it raises anything, is no defect of ours. It also writes files for a while."""
    try:
        yield
    except Exception as error:
        if isinstance(error, OSError) and error.errno in NO_SPACE | NOT_SERVED:
            raise unwritten(error, file) from error
        raise BadInput("roster.cannot_mark", file=file) from error


def _saved(book: Workbook, file: str) -> bytes:
    buffer = io.BytesIO()
    with _strange(file):
        book.save(buffer)
    return buffer.getvalue()


def _from_workbook(path: Path) -> tuple[Workbook, dict[tuple[str, ...], Any]]:
    parts = archive.unpacked(archive.content(path), file=path.name)
    cells = sum(extent.cells for extent in scan(parts, file=path.name))
    if cells > MOST_CELLS:
        raise BadInput("roster.too_large_to_mark", file=path.name, cells=cells, limit=MOST_CELLS)
    with _strange(path.name), catch_warnings(action="ignore"):  # what openpyxl will not keep is no news for the reader
        book = load_workbook(archive.repacked(parts), keep_links=False)
    for title in set(book.sheetnames) & set(FAULTS.values()):
        book.remove(book[title])
    for page in book.worksheets:
        _unmark(page)
    return book, {(path.name, page.title): page for page in book.worksheets}


def _from_csv(path: Path) -> tuple[Workbook, dict[tuple[str, ...], Any]]:
    book = Workbook()
    book.remove(book.worksheets[0])
    pages: dict[tuple[str, ...], Any] = {}
    grids = csvs.read(path, Findings()).grids
    for layout in LAYOUTS:
        grid = grids.get(layout.table)
        if grid is not None:
            pages[grid.names] = page = book.create_sheet(layout.vi)
            for row, cells in enumerate(grid.rows, 1):
                for column, text in enumerate(cells, 1):
                    cell = page.cell(row, column, ILLEGAL_CHARACTERS_RE.sub(" ", str(text)))
                    cell.data_type = "s"  # a text that begins with "=" must not become a formula
    return book, pages


def _unmark(page: Any) -> None:
    # The only view of a sheet that does not create the empty cells between its corners.
    for cell in list(page._cells.values()):  # noqa: SLF001
        colour = getattr(cell.fill, "fgColor", None)  # a gradient has none
        if colour is not None and colour.rgb in _OURS:
            cell.fill = PatternFill()
        if isinstance(cell, Cell) and cell.comment is not None and cell.comment.author == AUTHOR:
            _, separator, theirs = cell.comment.text.partition(_SEPARATOR)
            cell.comment = Comment(theirs, "") if separator else None


def _cell(fault: Fault, pages: Mapping[tuple[str, ...], Any]) -> Any:
    """The cell that a fault is about: a sheet's first one for a fault of the sheet, None for one of the file."""
    if fault.where in pages:
        return pages[fault.where]["A1"]
    page = pages.get(fault.where[:-1])
    if page is None:
        return None
    cell = page[fault.where[-1]]
    if isinstance(cell, MergedCell):
        around = next(area for area in page.merged_cells.ranges if cell.coordinate in area)
        return page.cell(around.min_row, around.min_col)
    return cell


def _list(
    book: Workbook,
    pages: Mapping[tuple[str, ...], Any],
    faults: Iterable[Fault],
    warnings: Iterable[Fault],
    language: str,
) -> None:
    """The first sheet of the workbook: where, what, and a link to the cell."""
    page = book.create_sheet(FAULTS[language], 0)
    book.active = 0
    page.append([sentence(code, language) for code in ("roster.list_place", "roster.list_kind", "roster.list_text")])
    for cell in page[1]:
        cell.font = Font(name="Calibri", bold=True)
    for kind, found in (("roster.list_fault", faults), ("roster.list_warning", warnings)):
        for fault in found:
            page.append([" · ".join(fault.where[1:] or fault.where), sentence(kind, language), None])
            page.cell(page.max_row, 1).data_type = "s"
            page.cell(page.max_row, 3, _told(fault, language)).data_type = "s"
            cell = _cell(fault, pages)
            if cell is not None:
                title = cell.parent.title.replace("'", "''")
                page.cell(page.max_row, 1).hyperlink = Hyperlink(ref="", location=f"'{title}'!{cell.coordinate}")
                page.cell(page.max_row, 1).style = "Hyperlink"
    for letter, width in (("A", 24), ("B", 12), ("C", 120)):
        page.column_dimensions[letter].width = width
    page.freeze_panes = "A2"


def _told(fault: Fault, language: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub(" ", sentence(fault.code, language, **fault.figures))
