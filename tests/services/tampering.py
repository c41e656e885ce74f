"""What somebody does who owns the file: statements of his own, without triggers and foreign keys."""

from collections.abc import Iterable
from contextlib import closing

from tests.season import Play
from workflow.replay.findings import Finding


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


def codes(findings: Iterable[Finding]) -> set[str]:
    return {one.code.removeprefix("audit.") for one in findings}
