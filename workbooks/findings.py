"""What is found wrong or odd while a roster is read, gathered and told in the file's own order."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import TypeAlias

from workbooks.columns import ORDER, Table
from workbooks.scan import column_letters
from workflow.errors import Fault, Figure

Cell: TypeAlias = str | float | bool | date | time | timedelta
"""A cell's value as the file has it; empty cells are ""."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A sheet, or a cell of it. Row and column count from 0; -1 stands for the whole."""

    table: Table | None
    names: tuple[str, ...]
    """The file and, in a workbook, the sheet."""
    row: int = -1
    column: int = -1

    @property
    def where(self) -> tuple[str, ...]:
        return (*self.names, self.cell) if self.column >= 0 else self.names

    @property
    def cell(self) -> str:
        """As a spreadsheet names it: "C12"."""
        return f"{column_letters(self.column)}{self.row + 1}"

    @property
    def order(self) -> tuple[int, int, int]:
        return (-1 if self.table is None else ORDER[self.table], self.row, self.column)


@dataclass(frozen=True, slots=True)
class Findings:
    """Faults, which refuse the file, and warnings, which do not."""

    _faults: list[tuple[tuple[int, int, int], Fault]] = field(default_factory=list)
    _warnings: list[tuple[tuple[int, int, int], Fault]] = field(default_factory=list)

    def fault(self, place: Place, code: str, /, **figures: Figure) -> None:
        self._faults.append((place.order, Fault(code=code, figures=figures, where=place.where)))

    def warning(self, place: Place, code: str, /, **figures: Figure) -> None:
        self._warnings.append((place.order, Fault(code=code, figures=figures, where=place.where)))

    def faults(self) -> tuple[Fault, ...]:
        """Sheet by sheet, row by row, from left to right."""
        return _in_order(self._faults)

    def warnings(self) -> tuple[Fault, ...]:
        return _in_order(self._warnings)


def _in_order(found: list[tuple[tuple[int, int, int], Fault]]) -> tuple[Fault, ...]:
    return tuple(fault for _, fault in sorted(found, key=lambda entry: entry[0]))
