"""A database of ours on a real file, empty or with one row in every table."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.store import rows
from workflow.store.database import Database
from workflow.store.migrations import migrate


@pytest.fixture(scope="session")
def patterns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `empty.db` and `filled.db`, made once and copied for every test."""
    folder = tmp_path_factory.mktemp("patterns")
    with closing(Database(str(folder / "empty.db"))) as database:
        migrate(database.engine)
    shutil.copy(folder / "empty.db", folder / "filled.db")
    with closing(Database(str(folder / "filled.db"))) as database, database.engine.begin() as connection:
        rows.fill(connection)
    assert sorted(path.name for path in folder.iterdir()) == ["empty.db", "filled.db"]
    return folder


@pytest.fixture
def database(tmp_path: Path, patterns: Path) -> Iterator[Database]:
    """At the newest revision, nothing in it."""
    with closing(_copied(patterns / "empty.db", tmp_path)) as made:
        yield made


@pytest.fixture
def filled(tmp_path: Path, patterns: Path) -> Iterator[Database]:
    """With one row in every table."""
    with closing(_copied(patterns / "filled.db", tmp_path)) as made:
        yield made


def _copied(pattern: Path, folder: Path) -> Database:
    return Database(str(shutil.copy(pattern, folder / "hoso.db")), busy_seconds=0.05)
