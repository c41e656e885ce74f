"""Moving a database from one place to another, also between SQLite and PostgreSQL, with the very same record.

Every row is read in one snapshot and written in one transaction; ids, bytes and hashes stay as they are, so the chains
are identical, and a report that was written before still verifies.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Table, insert, select

from workflow.errors import BadInput
from workflow.store import files
from workflow.store.database import Database
from workflow.store.maintenance import require_ours, standing_of
from workflow.store.migrations import Standing, migrate
from workflow.store.statements import Row, Statement, Transaction
from workflow.store.tables import METADATA

BATCH = 1000
"""Rows that are held in memory at once."""

_OWN = ("about",)
"""What the migration of the new place writes there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What was moved. `rows` in all, `records` of the history; `missing` and `damaged` attachments by digest: the
    database names them, and the folder has not, or not the same bytes."""

    rows: int
    records: int
    attachments: int
    missing: tuple[str, ...]
    damaged: tuple[str, ...]


def copy(source: Database, target: Database) -> Copied:
    """Copy everything that `source` has committed by now to `target`, which has nothing in it yet.

    All rows or none: after an error the target is empty still. Raises `BadInput` where the source is not ours and up to
    date, or the target is not empty, or attachments have no folder to go to; `ForeignDatabase` for somebody else's.
    """
    require_ours(source)
    if standing_of(target) is not Standing.EMPTY:
        require_ours(target)
    migrate(target.engine)
    with source.reading() as read, target.writing() as write:
        for table in _tables():
            if write.one(Statement(select(table).limit(1))) is not None:
                raise BadInput("store.place_taken", path=target.name)
        held, missing, damaged = _files(source, target, read)
        counts = {table.name: _moved(table, read, write) for table in _tables()}
    return Copied(
        rows=sum(counts.values()),
        records=counts["history"],
        attachments=held,
        missing=tuple(missing),
        damaged=tuple(damaged),
    )


def _tables() -> Iterator[Table]:
    """Every table that has content of its own; what is referred to comes before what refers to it."""
    return (table for table in METADATA.sorted_tables if table.name not in _OWN)


def _moved(table: Table, read: Transaction, write: Transaction) -> int:
    adding = Statement(insert(table))
    count = 0
    for rows in _batches(read.each(Statement(select(table)))):
        write.many(adding, rows)
        count += len(rows)
    return count


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def _files(source: Database, target: Database, read: Transaction) -> tuple[int, list[str], list[str]]:
    """Bring the attachments along, before anything names them; how many, and which are missing or damaged."""
    digest = METADATA.tables["attachment"].c.digest
    digests = [row["digest"] for row in read.all(Statement(select(digest).distinct().order_by(digest)))]
    if not digests:
        return 0, [], []
    if source.attachments is None or target.attachments is None:
        raise BadInput("store.no_folder", count=len(digests))
    missing: list[str] = []
    damaged: list[str] = []
    for one in digests:
        there = files.path_of(source.attachments, one)
        if not there.is_file():
            missing.append(one)
            continue
        content = there.read_bytes()
        if hashlib.sha256(content).hexdigest() != one:
            damaged.append(one)
        files.put(target.attachments, one, content)
    return len(digests) - len(missing), missing, damaged
