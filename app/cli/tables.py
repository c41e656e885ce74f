"""Tables that fit the screen: no word is broken, nothing is cut; columns that matter least give way first.

Widths are cells of a terminal. What does not fit even then is told row by row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import TextWrapper
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

_BETWEEN = 2
_EDGES = 1
"""Cells that the drawing takes: behind each column, and besides."""
NOTHING = frozenset({"", "0", "–"})
"""Cells that say nothing: a column of them may go first, and nobody misses it."""
_MOST_LINES = 5
"""A row of more lines than this is no row that anybody reads across."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Which columns are shown (their places in the table), and how wide each is."""

    columns: tuple[int, ...]
    widths: tuple[int, ...]


def fit(table: Sequence[Sequence[str]], width: int, *, least: Sequence[int] = ()) -> Fit | None:
    """How a table (its heads the first row) is laid out in `width` cells; None where it cannot be.

    `least` are the columns that may be left out, the least important first; of these, empty ones go before all others.
    """
    columns = list(range(len(table[0])))
    empty = [at for at in least if all(row[at] in NOTHING for row in table[1:])]
    for gone in (None, *empty, *(at for at in least if at not in empty)):
        if gone is not None:
            columns.remove(gone)
        widths = _widths(table, columns, width - _BETWEEN * len(columns) - _EDGES)
        if widths is not None and _height(table, columns, widths) <= _MOST_LINES:
            return Fit(columns=tuple(columns), widths=widths)
    return None


def _height(table: Sequence[Sequence[str]], columns: Sequence[int], widths: Sequence[int]) -> int:
    """How many lines the tallest row takes; heads are no row."""
    return max(
        (len(wrapped(row[at], width)) for row in table[1:] for at, width in zip(columns, widths, strict=True)),
        default=1,
    )


def _widths(table: Sequence[Sequence[str]], columns: Sequence[int], room: int) -> tuple[int, ...] | None:
    """As wide as the longest cells, then narrowed where that costs the fewest lines, never below the longest word."""
    least = [max(len(word) for row in table for word in (*row[at].split(), "")) for at in columns]
    whole = [max(len(line) for row in table for line in (*row[at].splitlines(), "")) for at in columns]
    if sum(least) > room:
        return None
    widths = list(whole)
    while sum(widths) > room:
        free = [at for at in range(len(widths)) if widths[at] > least[at]]
        widths[min(free, key=lambda at: (-(-whole[at] // (widths[at] - 1)), -widths[at]))] -= 1
    return tuple(widths)


def drawn(table: Sequence[Sequence[str]], laid: Fit) -> "Table":
    """The table for a terminal. Columns of numbers stand to the right."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415  only where somebody looks
    from rich.table import Table  # noqa: PLC0415

    made = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for at, width in zip(laid.columns, laid.widths, strict=True):
        numbers = all(row[at].isdecimal() or not row[at] for row in table[1:])
        made.add_column(table[0][at], width=width, overflow="fold", justify="right" if numbers else "left")
    for row in table[1:]:
        made.add_row(*(row[at] for at in laid.columns))
    return made


def by_rows(table: Sequence[Sequence[str]], width: int) -> list[str]:
    """Each row on lines of its own, every filled cell behind its head."""
    lines = []
    for row in table[1:]:
        lines += [
            "",
            *(line for head, cell in zip(table[0], row, strict=True) if cell for line in _cell(head, cell, width)),
        ]
    return lines[1:]


def _cell(head: str, cell: str, width: int) -> list[str]:
    return wrapped(f"{head}: {cell}", width, indent="  ")


def wrapped(text: str, width: int, *, indent: str = "") -> list[str]:
    """`text` in lines of at most `width`, broken between words only; later lines begin with `indent`."""
    wrap = TextWrapper(
        width=max(width, 1), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    ).wrap
    return [line for part in text.splitlines() for line in wrap(part)] or [""]
