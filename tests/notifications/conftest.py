"""A season to look at, made once by the real services and copied for every test."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.notifications.kit import copied, made
from tests.season import Play


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Play]:
    """The database of a season with its roster, closed, and how it was made."""
    folder = tmp_path_factory.mktemp("season")
    play = made(folder)
    play.database.close()
    return folder / "hoso.db", play


@pytest.fixture
def play(pattern: tuple[Path, Play], tmp_path: Path) -> Iterator[Play]:
    """The season on 10/11/2024, nothing swept yet."""
    found = copied(pattern[0], tmp_path, pattern[1])
    with closing(found.database):
        yield found
