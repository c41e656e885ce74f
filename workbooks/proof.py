"""The sheet that makes a report a checkpoint outside the database: every stream's last record, and one digest of all.

It is read back by places and patterns, never by words, so that a report in either language can be checked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from python_calamine import CalamineError, CalamineWorkbook

from workbooks import archive
from workflow.errors import BadInput

MARKER = "HOSO-PROOF-1"
"""Stands on the sheet, in the first column; what follows it has its fixed places."""

Head: TypeAlias = tuple[str, int, str]
"""A stream's id, the number of its last record, and that record's hash in hex."""

_STREAM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HASH = re.compile(r"[0-9a-f]{64}")
FIGURES = ("code", "season", "made_at", "streams", "records", "digest", "findings")
"""The lines under the marker, in order: each a label and its value."""
_HEADS_AFTER = len(FIGURES) + 2
"""Rows from the marker to the first stream: the figures, a blank one, the headings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a report wrote down about the record. `made_at` is ISO, `findings` counts what did not hold even then."""

    code: str
    season: str
    made_at: str
    streams: int
    records: int
    digest: str
    findings: int
    heads: tuple[Head, ...]

    @property
    def adds_up(self) -> bool:
        """Whether the figures above are those of the list below."""
        return self.streams == len(self.heads) and self.records == sum(seq for _, seq, _ in self.heads)


def read_proof(path: Path) -> Proof:
    """The proof in the report `path`. Raises `BadInput` where it cannot be opened, or holds none that can be read."""
    parts = archive.unpacked(archive.content(path), file=path.name)
    try:
        with CalamineWorkbook.from_filelike(archive.repacked(parts)) as book:
            for name in reversed(book.sheet_names):
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                at = next((at for at, row in enumerate(rows) if row and row[0] == MARKER), None)
                if at is not None:
                    return _proof(rows[at + 1 :], path.name)
    except CalamineError as error:
        raise BadInput("roster.damaged", file=path.name) from error
    raise BadInput("report.no_proof", file=path.name)


def _proof(rows: Sequence[Sequence[Any]], file: str) -> Proof:
    try:
        given = {name: rows[at][1] for at, name in enumerate(FIGURES)}
        heads = tuple(_head(row) for row in rows[_HEADS_AFTER:] if row and row[0])
        return Proof(
            code=str(given["code"]),
            season=str(given["season"]),
            made_at=str(given["made_at"]),
            streams=int(given["streams"]),
            records=int(given["records"]),
            digest=str(given["digest"]),
            findings=int(given["findings"]),
            heads=heads,
        )
    except (IndexError, TypeError, ValueError) as error:
        raise BadInput("report.broken_proof", file=file) from error


def _head(row: Sequence[Any]) -> Head:
    stream, seq, head = str(row[0]), int(row[3]), str(row[4])
    if not _STREAM.fullmatch(stream) or not _HASH.fullmatch(head):
        raise ValueError(stream)
    return stream, seq, head
