"""On which line a value of a TOML text stands: `tomllib` does not say.

Only for a text that `tomllib` has read: the scan trusts its syntax and asks no more than where keys and headers begin.
"""

import re
from collections.abc import Iterator

from states.packs.shapes import Path

_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]")
_ASSIGNED = re.compile(rf"\s*({_DOTTED})\s*=")
_PIECE = re.compile(r'"""|\'\'\'|"(?:[^"\\]|\\.)*"|\'[^\']*\'|#.*|[\[\]{}]')


class Lines:
    """The line of every header and key of a text, by path; lines count from 1."""

    def __init__(self, text: str) -> None:
        self._at: dict[Path, int] = {}
        for path, number in _index(text):
            self._at.setdefault(path, number)

    def of(self, path: Path) -> int | None:
        """The line of the longest part of `path` that has one: an inline table's keys stand where the table does."""
        while path:
            if path in self._at:
                return self._at[path]
            path = path[:-1]
        return None


def _index(text: str) -> Iterator[tuple[Path, int]]:
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, line in _statements(text):
        header = _HEADER.match(line)
        if header is not None:
            table = _table(_names(header[2]), counts, many=header[1] == "[[")
            yield from ((table[:depth], number) for depth in range(len(table), 0, -1))
            continue
        assigned = _ASSIGNED.match(line)
        if assigned is not None:
            names = _names(assigned[1])
            for depth in range(1, len(names) + 1):
                yield (*table, *names[:depth]), number


def _table(names: tuple[str, ...], counts: dict[Path, int], *, many: bool) -> Path:
    """The path that a header opens. A header below a list of tables means its last member."""
    path: Path = ()
    for position, name in enumerate(names):
        path = (*path, name)
        if many and position == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(key[1:-1] if key[0] in "\"'" else key for key in re.findall(_KEY, dotted))


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """The lines on which a statement begins: not those inside a list, a table or a text of several lines."""
    depth, quotes = 0, ""
    for number, line in enumerate(text.split("\n"), start=1):
        if depth == 0 and not quotes:
            yield number, line
        depth, quotes = _state_after(line, depth, quotes)


def _state_after(line: str, depth: int, quotes: str) -> tuple[int, str]:
    position = 0
    while position < len(line):
        if quotes:
            end = _closing(line, position, quotes)
            if end is None:
                return depth, quotes
            position, quotes = end, ""
            continue
        piece = _PIECE.search(line, position)
        if piece is None:
            break
        position = piece.end()
        if piece[0] in {'"""', "'''"}:
            quotes = piece[0]
        elif piece[0] in "[{":
            depth += 1
        elif piece[0] in "]}":
            depth -= 1
    return depth, quotes


def _closing(line: str, start: int, quotes: str) -> int | None:
    """Where a text of several lines ends in `line`, or None. Up to two quotes may stand before the closing three."""
    pattern = r'(?:[^"\\]|\\.|"{1,2}(?!"))*"""+' if quotes == '"""' else r"(?:[^']|'{1,2}(?!'))*'''+"
    found = re.compile(pattern).match(line, start)
    return found.end() if found else None
