"""One cell at a time: from what a file has to what a roster means, with a fault where it means nothing.

The reading methods answer "" (or the default) for an empty cell and None for one that they have told a fault about.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from workbooks import legacy
from workbooks.columns import Headings, Layout
from workbooks.findings import Cell, Findings, Place
from workbooks.grids import Grid
from workbooks.lexicon import NO, YES, Lexicon, yes_or_no
from workbooks.text import bare, clean, unescape
from workflow.errors import Figure

LONGEST = 300
LONGEST_CODE = 40
EARLIEST, LATEST = date(1930, 1, 1), date(2199, 12, 31)
"""A day in the year 1900 is a small number that somebody formatted as a date."""

_EPOCH = date(1899, 12, 30)
"""Day 0 of spreadsheets, for days from March 1900 on."""
_CODE = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{LONGEST_CODE - 1}}}")
_EMAIL = re.compile(r"(?=.{3,254}\Z)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ]00:00(?::00)?)?")
_WRITTEN_DAY = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")
_SHOWN_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA|#+)|Err:[0-9]{3}")
_LOST_LETTER = re.compile(r"[^\W\d_]\?+[^\W\d_]|\ufffd")
_YES_OR_NO = yes_or_no()


class Sheet:
    """One table of the file with its headings: cells are asked for by row and column id."""

    def __init__(
        self, *, grid: Grid, layout: Layout, headings: Headings, findings: Findings, lacks: frozenset[str]
    ) -> None:
        """`lacks`: required columns that are not there. Their fault is told once, so their cells tell none."""
        self.grid = grid
        self._headings = headings
        self._findings = findings
        self._lacks = lacks
        self._names = {column.id: column.vi for column in layout.columns}
        self.faulty: set[str] = set()
        """Columns in which a fault was told: what they do not say is not known to be missing."""
        self.refused_codes: set[str] = set()
        """Codes that are there but cannot be used: references to them are not wrong as well."""

    def has(self, column: str) -> bool:
        return column in self._headings.found

    def rows(self) -> Sequence[int]:
        """The rows below the headings that hold anything."""
        first = self._headings.row + 1
        broken = {row for row, _ in self.grid.broken}
        rows = enumerate(self.grid.rows[first:], first)
        return [row for row, cells in rows if row in broken or any(map(_holds_something, cells))]

    def place(self, row: int, column: str) -> Place:
        """The cell; the row's first one where the sheet has no such column."""
        return self.grid.place(row, self._headings.found.get(column, 0))

    def fault(self, row: int, column: str, code: str, /, **figures: Figure) -> None:
        self.faulty.add(column)
        self._findings.fault(self.place(row, column), code, **figures)

    def warning(self, row: int, column: str, code: str, /, **figures: Figure) -> None:
        self._findings.warning(self.place(row, column), code, **figures)

    def heading(self, column: str) -> str:
        """The column's name, for messages."""
        return self._names[column]

    def blank(self, row: int, column: str) -> None:
        self.fault(row, column, "roster.blank", column=self.heading(column))

    def text(self, row: int, column: str, *, required: bool = False, numbers: bool = False) -> str | None:
        """Clean text. `numbers` takes a whole number as its digits: a spreadsheet makes 7.0 of the code 7."""
        raw = self._raw(row, column)
        if isinstance(raw, str):
            text = self._checked(row, column, raw)
            if text == "" and required:
                self.blank(row, column)
                return None
            return text
        if isinstance(raw, bool):
            raw = str(raw).upper()
        elif isinstance(raw, int | float):
            if numbers and float(raw).is_integer():
                return str(int(raw))
            raw = f"{raw:.15g}"
        elif raw is not None:
            self.fault(row, column, "roster.date_not_text", column=self.heading(column), value=str(raw))
            return None
        if raw is not None:
            self.fault(row, column, "roster.number_not_text", column=self.heading(column), value=raw)
        return None

    def code(self, row: int, column: str, *, required: bool = True) -> str | None:
        """What can be typed in a shell: letters without marks, digits, "-", "_" and ".", a letter or digit first."""
        text = self.text(row, column, required=required, numbers=True)
        if not text or _CODE.fullmatch(text) is not None:
            return text
        self.refused_codes.add(text)
        self.fault(row, column, "roster.bad_code", value=text, suggestion=_as_code(text))
        return None

    def term(self, row: int, column: str, lexicon: Lexicon, *, required: bool = False) -> str | None:
        """A stored value of `lexicon`."""
        text = self.text(row, column, required=required, numbers=True)
        if not text:
            return text
        found = lexicon.find(text)
        if found is None:
            self._unknown_term(row, column, text, lexicon)
        return found

    def yes(self, row: int, column: str, *, default: bool) -> bool:
        """Có or Không; `default` where the cell is empty (or faulty)."""
        raw = self._raw(row, column)
        if raw is None or isinstance(raw, bool):
            return default if raw is None else raw
        text = self.text(row, column, numbers=True)
        found = _YES_OR_NO.find(text) if text else text
        if text and found is None:
            self._unknown_term(row, column, text, _YES_OR_NO)
        return {YES: True, NO: False}.get(found or "", default)

    def email(self, row: int, column: str) -> str | None:
        text = self.text(row, column)
        if text and _EMAIL.fullmatch(text) is None:
            self.fault(row, column, "roster.bad_email", value=text)
            return None
        return text or None

    def day(self, row: int, column: str) -> date | None:
        """A real date cell, or text as 2024-12-05. Any other text is a fault: 05/12 is May to one computer and December
        to the next."""
        raw = self._raw(row, column)
        if isinstance(raw, str):
            raw = self._written_day(row, column, raw)
        if isinstance(raw, datetime):
            raw = raw.date()
        if isinstance(raw, int | float):
            guess = _day_after_epoch(float(raw))
            code = "roster.date_as_number" if guess else "roster.date_unclear"
            self.fault(row, column, code, value=f"{raw:.15g}", day=guess)
            return None
        if raw is None:
            return None
        if not isinstance(raw, date):
            self.fault(row, column, "roster.date_unclear", value=str(raw))
            return None
        if not EARLIEST <= raw <= LATEST:
            self.fault(
                row, column, "roster.date_out_of_range", day=raw.isoformat(), first=EARLIEST.year, last=LATEST.year
            )
            return None
        return raw

    def _raw(self, row: int, column: str) -> Cell | None:
        """The cell as the file has it, None where it is an error or its column is missing."""
        position = self._headings.found.get(column)
        if position is None:
            return None if column in self._lacks else ""
        error = self.grid.broken.get((row, position))
        if error is not None:
            self.fault(row, column, "roster.cell_error" if error else "roster.formula_unsaved", error=error)
            return None
        cells = self.grid.rows[row]
        return cells[position] if position < len(cells) else ""

    def _checked(self, row: int, column: str, raw: str) -> str | None:
        if len(raw) > LONGEST:
            self.fault(row, column, "roster.too_long", column=self.heading(column), length=len(raw), limit=LONGEST)
            return None
        text, fault = _understood(raw)
        if fault is not None:
            self.fault(row, column, fault[0], **fault[1])
            return None
        return text

    def _written_day(self, row: int, column: str, raw: str) -> date | None:
        text = self._checked(row, column, raw)
        if not text:
            return None
        iso, written = _ISO_DAY.fullmatch(text), _WRITTEN_DAY.fullmatch(text)
        day = _day(*iso.groups()) if iso else None
        if day is None:
            guess = _day(written[3], written[2], written[1]) if written else None
            code = "roster.date_as_text" if guess else "roster.date_unclear"
            self.fault(row, column, code, value=text, day=guess.isoformat() if guess else None)
        return day

    def _unknown_term(self, row: int, column: str, text: str, lexicon: Lexicon) -> None:
        nearest = lexicon.nearest(text)
        code = "roster.unknown_term_near" if nearest else "roster.unknown_term"
        self.fault(
            row, column, code, column=self.heading(column), value=text, nearest=nearest, allowed=lexicon.labels()
        )


@lru_cache(maxsize=4096)
def _understood(raw: str) -> tuple[str, tuple[str, Mapping[str, Figure]] | None]:
    """A cell's text as it is kept, and the code and figures of what is wrong with it. The same few terms stand in most
    cells of a column."""
    raw = unescape(raw)
    old = legacy.recognise(raw)
    text = clean(raw)
    if old is not None:
        return text, ("roster.old_encoding", {"encoding": old.encoding, "text": text, "guess": clean(old.guess)})
    if _SHOWN_ERROR.fullmatch(text) is not None:
        return text, ("roster.cell_error", {"error": text})
    if _LOST_LETTER.search(text) is not None:
        return text, ("roster.lost_letters", {"text": text})
    return text, None


def as_text(cell: Cell) -> str:
    """A heading as text, whatever the cell holds."""
    return clean(unescape(cell)) if isinstance(cell, str) else str(cell)


def _holds_something(cell: Cell) -> bool:
    return bool(clean(cell)) if isinstance(cell, str) else True


def _as_code(text: str) -> str:
    """A code that is near `text`: without marks, spaces become hyphens."""
    return "-".join(word for word in map(bare, re.split(r"[^\w.]+", text)) if word).upper()[:LONGEST_CODE] or "A1"


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _day_after_epoch(serial: float) -> str | None:
    """The day that a spreadsheet means by this number, where it is one of our time."""
    if not 0 <= serial <= (LATEST - _EPOCH).days:
        return None
    day = _EPOCH + timedelta(days=int(serial))
    return day.isoformat() if day >= EARLIEST else None
