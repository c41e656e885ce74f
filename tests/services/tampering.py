"""What somebody does who owns the file: statements of his own, without triggers and foreign keys."""

import json
from collections.abc import Iterable, Iterator
from contextlib import closing

from tests.season import Play
from workflow import ledger
from workflow.replay.findings import Finding
from workflow.store.statements import Row

# ruff: noqa: S608  an attacker's statements, made of our own names


def attack(play: Play, *statements: str) -> None:
    """Write into the file as somebody with every right on it would: no triggers, no foreign keys."""
    with closing(play.database.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = OFF")
        for (name,) in cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount >= 1, statement
        cursor.execute("PRAGMA foreign_keys = ON")


def chained_again(rows: list[Row], at: int, body: bytes) -> Iterator[str]:
    """The statements that put `body` in the place of a record, and make the chain and the stream's row fit."""
    previous = rows[at - 1]["hash"] if at else ledger.GENESIS
    for row in rows[at:]:
        written = body if row is rows[at] else row["body"]
        previous = ledger.chained(previous, written)
        yield (
            f"UPDATE history SET body = x'{written.hex()}', hash = x'{previous.hex()}'"
            f" WHERE stream = '{row['stream']}' AND seq = {row['seq']}"
        )
    kind = json.loads(rows[at]["body"])["kind"]
    table = "quota_group" if kind == "group" else kind
    yield f"UPDATE {table} SET head = x'{previous.hex()}' WHERE id = '{rows[at]['stream']}'"


def codes(findings: Iterable[Finding]) -> set[str]:
    return {one.code.removeprefix("audit.") for one in findings}
