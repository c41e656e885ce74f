"""A roster's tables as grids of cells, whatever file they come from. What the cells mean is not decided here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workbooks.columns import LAYOUTS, Layout, Table
from workbooks.findings import Cell, Place

MOST_ROWS = 100_000
MOST_COLUMNS = 64
"""A rectangle of 100,000 rows and 64 columns is what reading may have to hold at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One sheet or .csv file. Rows and columns count from 0; a row may be shorter than others."""

    table: Table
    names: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    broken: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """(row, column) → the error that the cell shows, or "" for a formula that was never calculated."""

    def place(self, row: int = -1, column: int = -1) -> Place:
        return Place(table=self.table, names=self.names, row=row, column=column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The tables that a file holds; a table that it lacks, or has more than the limits of, is not there."""

    name: str
    grids: Mapping[Table, Grid]
    oversized: frozenset[Table] = frozenset()
    """Tables that are there but were not read; their faults are already told."""


def table_of(name: str) -> Layout | None:
    """The table that a sheet of this (bare) name holds."""
    return next((layout for layout in LAYOUTS if name in layout.names()), None)
