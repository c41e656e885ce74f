"""A season to look at, made once by the real services and copied for every test."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests import ground
from tests.notifications.kit import copied, made
from tests.season import Play


@pytest.fixture(autouse=True)
def _on_both(both_databases: None) -> None:
    """Whatever is due and told is so on both databases."""


@pytest.fixture(scope="session")
def patterns() -> dict[str, tuple[str, Play]]:
    """By what it stands on: the database of a season with its roster, closed, and how it was made."""
    return {}


@pytest.fixture
def play(
    patterns: dict[str, tuple[str, Play]], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Play]:
    """The season on 10/11/2024, nothing swept yet."""
    here = ground.here()
    if here.name not in patterns:
        folder = tmp_path_factory.mktemp("season")
        play = made(folder)
        play.database.close()
        patterns[here.name] = here.kept(folder), play
    found = copied(patterns[here.name], tmp_path)
    with closing(found.database):
        yield found
