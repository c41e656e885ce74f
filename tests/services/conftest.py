"""Seasons for the tests of the services; every database is closed again."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.season import Play, leaders, opened, units


@pytest.fixture
def opening(tmp_path: Path) -> Iterator[Callable[..., Play]]:
    """Open a season as `tests.season.opened` does, in this test's folder; a second one shares the database."""
    plays: list[Play] = []

    def open_one(text: str = "ninh-thuan-2024-11", **more: Any) -> Play:
        plays.append(opened(tmp_path, text, **more))
        return plays[-1]

    yield open_one
    for play in plays:
        play.database.close()


@pytest.fixture
def play(opening: Callable[..., Play]) -> Play:
    """The shipped pack, nobody in it yet."""
    return opening()


@pytest.fixture
def six(play: Play) -> Play:
    """A department with six leaders: a cap of one in six, all drafted."""
    play.bring(units("SNV"), leaders("SNV", 6))
    return play
