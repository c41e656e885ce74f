"""A season of 10,000 records is verified in little memory, and one record of it that was changed is found."""

import sqlite3
import tracemalloc
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.long_season import CODE, long_season
from workflow.replay.verification import Verification, verify
from workflow.services.context import Context, find_season, rules_of
from workflow.store.database import Database

# ruff: noqa: S608  an attacker's statements

RECORDS = 10_000
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Context:
    return long_season(tmp_path_factory.mktemp("long"), units=2, people=5, votes=8, copies=46)


def verified(made: Context) -> Verification:
    file = made.database.file
    assert file is not None
    with closing(Database(str(file))) as database, database.reading() as tx:
        context = replace(made, database=database)
        season = find_season(context, tx, CODE)
        return verify(tx, season, rules_of(context, tx, season))


def test_memory_does_not_grow_with_the_records(made: Context):
    """Their bodies alone are 20 MB; what 460 dossiers came to is kept."""
    tracemalloc.start()
    found = verified(made)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.findings == ()
    assert found.records > RECORDS
    assert peak < 8 * MEGABYTE


def test_one_record_that_was_changed_is_found_among_many(made: Context):
    file = made.database.file
    assert file is not None
    with closing(sqlite3.connect(Path(file))) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        of_dossiers = "SELECT id FROM dossier ORDER BY ref LIMIT 1 OFFSET 300"
        changed = connection.execute(
            "UPDATE history SET body = CAST(replace(body, 'completed', 'excellent') AS BLOB)"
            f" WHERE stream = ({of_dossiers}) AND seq = 9"
        )
        assert changed.rowcount == 1
    found = verified(made)
    assert [one.code for one in found.findings] == ["audit.hash"]
