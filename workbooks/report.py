"""The synthesis that is sent upward: pages of a report written as a workbook, the last of them its proof.

What stands on the pages is the caller's; here they get widths, headings that repeat, and a print set-up (A4, across).
Texts are written as texts: a name that begins with "=" is no formula.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from textwrap import wrap
from typing import Any, TypeAlias

import xlsxwriter

from workbooks.files import write_whole
from workbooks.proof import FIGURES, MARKER, Proof
from workflow.errors import BadInput
from workflow.messages import sentence

Cell: TypeAlias = str | int | date | None

_A4 = 9
_LINE = 15.75
"""Points: the height of a line of text."""
_NEXT_LINE = 13
"""Points: what each further line of wrapped text adds."""
_LETTERS = 1.2
"""So many letters of ours take a digit's room, in which widths are measured."""
_DAY_FORMAT = "dd/mm/yyyy"
_LONGEST_TITLE = 31


class Kind(StrEnum):
    """How a column's cells are shown."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its heading, its width in letters, what it holds. `band` stands above neighbours that share it."""

    heading: str
    width: int
    kind: Kind = Kind.TEXT
    band: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One sheet. `title` is its tab, `heading` its first line, `notes` stand under it. `marked` are the numbers (from
    0) of rows that want attention; `total` is shown in bold under the others."""

    title: str
    heading: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    notes: tuple[str, ...] = ()
    marked: frozenset[int] = frozenset()
    total: Sequence[Cell] | None = None
    empty: str = ""
    """What is said where there is no row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole report. `names` tells each stream of the proof by its kind and what people call it."""

    title: str
    made_at: datetime
    pages: tuple[Page, ...]
    proof: Proof
    names: Mapping[str, tuple[str, str]]


def write(out: Path, report: Report, *, language: str = "vi") -> None:
    """Write the report to `out` (.xlsx), whole or not at all; a file that is there is replaced.

    Raises `BadInput` where the name is no .xlsx or nothing may be written there, `DiskFull` where there is no room.
    """
    if out.suffix.lower() != ".xlsx":
        raise BadInput("report.suffix", file=str(out))
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    created = report.made_at.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": report.title, "created": created})
    writer = _Writer(book, report.title)
    for page in report.pages:
        writer.page(page)
    writer.page(_proof_page(report, language), proof=report.proof, language=language)
    book.close()
    write_whole(out, buffer.getvalue())


class _Writer:
    """The sheets of one workbook, with the formats that they share."""

    def __init__(self, book: Any, title: str) -> None:
        self.book = book
        self.title = title
        cell: dict[str, Any] = {"border": 1, "border_color": "#BFBFBF", "valign": "top", "font_size": 10}
        red: dict[str, Any] = {"font_color": "#9C0006", "bg_color": "#FFC7CE"}
        looks: dict[Kind, dict[str, Any]] = {
            Kind.TEXT: {"text_wrap": True},
            Kind.NUMBER: {"num_format": "0"},
            Kind.DAY: {"num_format": _DAY_FORMAT},
        }
        self.plain = {kind: book.add_format(cell | look) for kind, look in looks.items()}
        self.red = {kind: book.add_format(cell | look | red) for kind, look in looks.items()}
        self.bold = {kind: book.add_format(cell | look | {"bold": True, "top": 2}) for kind, look in looks.items()}
        head = {"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter", "align": "center", "font_size": 10}
        self.heading = book.add_format(head | {"bg_color": "#D9E2F3"})
        self.band = book.add_format(head | {"bg_color": "#B4C6E7"})
        self.top = book.add_format({"bold": True, "font_size": 14})
        self.note = book.add_format({"text_wrap": True, "valign": "top", "font_size": 10})
        self.label = book.add_format({"font_size": 10, "font_color": "#595959"})

    def page(self, page: Page, *, proof: Proof | None = None, language: str = "vi") -> None:
        sheet = self.book.add_worksheet(page.title[:_LONGEST_TITLE])
        for at, column in enumerate(page.columns):
            sheet.set_column(at, at, column.width)
        sheet.write_string(0, 0, page.heading, self.top)
        row = self._notes(sheet, page, 1)
        if proof is not None:
            row = self._figures(sheet, proof, row, language)
        top = row + 1
        first = row = self._headings(sheet, page.columns, top)
        for number, cells in enumerate(page.rows):
            self._row(sheet, row, page.columns, cells, self.red if number in page.marked else self.plain)
            row += 1
        if page.rows:
            sheet.autofilter(first - 1, 0, row - 1, len(page.columns) - 1)
        else:
            sheet.write_string(row, 0, page.empty, self.label)
        if page.rows and page.total is not None:
            self._row(sheet, row, page.columns, page.total, self.bold)
        sheet.freeze_panes(first, 0)
        self._for_paper(sheet, top, first - 1)

    def _notes(self, sheet: Any, page: Page, row: int) -> int:
        width = sum(column.width for column in page.columns)
        for text in page.notes:
            sheet.merge_range(row, 0, row, max(len(page.columns) - 1, 1), "", self.note)
            sheet.write_string(row, 0, text, self.note)
            sheet.set_row(row, _LINE * -(-len(text) // width))
            row += 1
        return row

    def _figures(self, sheet: Any, proof: Proof, row: int, language: str) -> int:
        sheet.write_string(row, 0, MARKER, self.label)
        for at, name in enumerate(FIGURES, start=row + 1):
            sheet.write_string(at, 0, sentence(f"report.proof_{name}", language), self.label)
            value = getattr(proof, name)
            if isinstance(value, int):
                sheet.write_number(at, 1, value)
            else:
                sheet.write_string(at, 1, value)
        return row + len(FIGURES) + 1

    def _headings(self, sheet: Any, columns: Sequence[Column], row: int) -> int:
        if any(column.band for column in columns):
            at = 0
            while at < len(columns):
                last = at
                while last + 1 < len(columns) and columns[last + 1].band == columns[at].band:
                    last += 1
                if columns[at].band and last > at:
                    sheet.merge_range(row, at, row, last, columns[at].band, self.band)
                elif columns[at].band:
                    sheet.write_string(row, at, columns[at].band, self.band)
                at = last + 1
            row += 1
        for at, column in enumerate(columns):
            sheet.write_string(row, at, column.heading, self.heading)
        sheet.set_row(row, _height(columns, [column.heading for column in columns], least=2))
        return row + 1

    def _row(
        self, sheet: Any, row: int, columns: Sequence[Column], cells: Sequence[Cell], formats: Mapping[Kind, Any]
    ) -> None:
        sheet.set_row(row, _height(columns, cells))
        for at, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            look = formats[column.kind]
            match cell:
                case None:
                    sheet.write_blank(row, at, None, look)
                case date():
                    sheet.write_datetime(row, at, datetime(cell.year, cell.month, cell.day), look)  # noqa: DTZ001
                case int():
                    sheet.write_number(row, at, cell, look)
                case _:
                    sheet.write_string(row, at, cell, look)

    def _for_paper(self, sheet: Any, top: int, last: int) -> None:
        """Across, as wide as the sheet, with its headings (rows `top` to `last`) on every page."""
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.repeat_rows(top, last)
        # An ampersand begins a code in a footer, so that one of the title is doubled.
        sheet.set_footer(f"&L&9{self.title.replace('&', '&&')}&R&9&P/&N")


def _height(columns: Sequence[Column], cells: Sequence[Cell], *, least: int = 1) -> float:
    """How high a row is that shows all of its wrapped texts, in points. Written down, because not every program works
    it out when it opens a workbook."""
    texts = ((column.width, cell) for column, cell in zip(columns, cells, strict=True) if isinstance(cell, str))
    lines = max((len(wrap(text, round(_LETTERS * width))) for width, text in texts), default=1)
    return _LINE + _NEXT_LINE * (max(lines, least) - 1)


def _proof_page(report: Report, language: str) -> Page:
    def told(name: str) -> str:
        return sentence(f"report.{name}", language)

    rows = [(stream, *report.names.get(stream, ("", "")), seq, head) for stream, seq, head in report.proof.heads]
    return Page(
        title=told("page_proof"),
        heading=told("proof_heading"),
        notes=(told("proof_note"),),
        columns=(
            Column(heading=told("column_stream"), width=38),
            Column(heading=told("column_kind"), width=24),
            Column(heading=told("column_name"), width=14),
            Column(heading=told("column_seq"), width=10, kind=Kind.NUMBER),
            Column(heading=told("column_head"), width=68),
        ),
        rows=rows,
        empty="",
    )
