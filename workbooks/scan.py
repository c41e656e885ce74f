"""What the libraries do not tell about a workbook, read from its XML: where each sheet ends, which cells show an error,
which formulas were never calculated, and how much memory reading it would take.

Calamine gives an error cell back as empty, lays a sheet out as one rectangle (a stray cell at XFD1048576 would be 17
thousand million cells) and copies a shared text for every cell that shows it. One pass of expat over the parts knows
all of this beforehand.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, NoReturn
from xml.parsers import expat

from workbooks.archive import Parts
from workflow.errors import BadInput

LAST_COLUMN, LAST_ROW = 16_384, 1_048_576
MOST_TEXT = 64_000_000
"""Characters of shared text in one sheet, counted once per cell that shows them."""

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


@dataclass(slots=True, kw_only=True)
class Extent:
    """One worksheet. Rows and columns count from 1 and reach to the farthest cell that holds anything."""

    name: str
    rows: int = 0
    columns: int = 0
    cells: int = 0
    """All cells that the file lists, empty formatted ones too: what openpyxl would have to hold."""
    text: int = 0
    broken: dict[tuple[int, int], str] = field(default_factory=dict)
    """(row, column), both from 0 → the error that is shown ("#N/A"), or "" for a formula without a saved value."""


class _Damaged(Exception):
    """The part is no workbook XML: no well-formed document, an entity, a reference that leads nowhere."""


def scan(parts: Parts, *, file: str) -> tuple[Extent, ...]:
    """The worksheets of the workbook in its own order. Raises `BadInput` where the file is damaged."""
    try:
        shared = _text_lengths(_shared_strings(parts))
        extents = tuple(_Worksheet(name, shared).read(parts[part]) for name, part in _worksheets(parts))
    except (_Damaged, expat.ExpatError, LookupError, ValueError) as error:
        raise BadInput("roster.damaged", file=file) from error
    for extent in extents:
        if extent.text > MOST_TEXT:
            raise BadInput("roster.bomb_text", file=file, sheet=extent.name)
    return extents


def column_letters(column: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    # Workbooks have no document type; the only ones that do want to make text out of nothing.
    parser.StartDoctypeDeclHandler = _refuse_entities
    return parser


def _refuse_entities(*_: object) -> NoReturn:
    raise _Damaged


@lru_cache(maxsize=256)
def _local(name: str) -> str:
    """The name without its namespace."""
    return name.rpartition(" ")[2]


def _elements(part: bytes, wanted: str) -> list[Mapping[str, str]]:
    """The attributes of every element called `wanted`, in order."""
    found: list[Mapping[str, str]] = []
    parser = _parser()
    parser.StartElementHandler = lambda name, attributes: (
        found.append(dict(attributes)) if _local(name) == wanted else None
    )
    parser.Parse(part, True)  # noqa: FBT003 - expat takes no keywords
    return found


def _relations(parts: Parts) -> Mapping[str, tuple[str, str]]:
    """Id → (kind, name of the part) of what the workbook refers to."""
    found = {}
    for relation in _elements(parts["xl/_rels/workbook.xml.rels"], "Relationship"):
        if relation.get("TargetMode") != "External":
            target = PurePosixPath("/xl") / relation["Target"]
            found[relation["Id"]] = (relation["Type"].rpartition("/")[2], str(target).lstrip("/"))
    return found


def _shared_strings(parts: Parts) -> bytes:
    """Found by its usual name, as calamine finds it, whatever the relations say."""
    return next((part for name, part in parts.items() if name.lower() == "xl/sharedstrings.xml"), b"")


def _worksheets(parts: Parts) -> list[tuple[str, str]]:
    """(name, part) of every worksheet; chart and dialog sheets hold no cells."""
    relations = _relations(parts)
    sheets = _elements(parts["xl/workbook.xml"], "sheet")
    named = [(sheet["name"], relations[sheet.get(f"{_OFFICE} id") or sheet[f"{_STRICT} id"]]) for sheet in sheets]
    return [(name, part) for name, (kind, part) in named if kind == "worksheet"]


def _text_lengths(part: bytes) -> list[int]:
    """The length of every shared text."""
    lengths: list[int] = []
    if not part:
        return lengths
    parser = _parser()

    def start(name: str, _: Mapping[str, str]) -> None:
        if _local(name) == "si":
            lengths.append(0)

    def text(data: str) -> None:
        if lengths:
            lengths[-1] += len(data)

    parser.StartElementHandler = start
    parser.CharacterDataHandler = text
    parser.Parse(part, True)  # noqa: FBT003
    return lengths


class _Worksheet:
    """Reads one sheet's part into an `Extent`."""

    def __init__(self, name: str, shared: list[int]) -> None:
        self.extent = Extent(name=name)
        self.shared = shared
        self.row, self.column = -1, -1
        self.kind = ""
        self.formula = self.filled = False
        self.value: str | None = None

    def read(self, part: bytes) -> Extent:
        self.parser = _parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.Parse(part, True)  # noqa: FBT003
        return self.extent

    def _start(self, name: str, attributes: Mapping[str, Any]) -> None:
        local = _local(name)
        if local == "c":
            self._open_cell(attributes)
        elif local == "row":
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column = -1
        elif local == "v":
            self.value = ""
            self.parser.CharacterDataHandler = self._collect
        elif local == "f":
            self.formula = True
        elif local == "is":
            self.filled = True

    def _open_cell(self, attributes: Mapping[str, Any]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self.column += 1
        else:
            self.row, self.column = _position(reference)
        self.kind = attributes.get("t", "n")
        self.formula = self.filled = False
        self.value = None
        self.extent.cells += 1

    def _collect(self, data: str) -> None:
        self.value = (self.value or "") + data

    def _end(self, name: str) -> None:
        local = _local(name)
        if local == "v":
            self.parser.CharacterDataHandler = None
        elif local == "c":
            self._close_cell()

    def _close_cell(self) -> None:
        extent, value = self.extent, self.value
        if not (value or self.formula or self.filled):
            return
        if not (0 <= self.row < LAST_ROW and 0 <= self.column < LAST_COLUMN):
            raise _Damaged
        if self.row >= extent.rows:
            extent.rows = self.row + 1
        if self.column >= extent.columns:
            extent.columns = self.column + 1
        if self.kind == "e":
            extent.broken[self.row, self.column] = value or "#N/A"
        elif self.formula and not value and self.kind != "str":
            extent.broken[self.row, self.column] = ""
        elif self.kind == "s" and value:
            extent.text += self.shared[int(value)]


def _position(reference: str) -> tuple[int, int]:
    """(row, column), both from 0, of a cell like "AB12"."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise _Damaged
    return int(match[2]) - 1, _column(match[1])


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1
