"""Seasons for the tests of the services; every database is closed again."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.season import Play, done, leaders, opened, units


@pytest.fixture(autouse=True)
def _on_both(both_databases: None) -> None:
    """What services promise, they promise on both databases."""


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


@pytest.fixture
def sound(six: Play) -> Play:
    """A group that voted twice, closed, two of it sent, one decided; a meeting; an extension."""
    six.to_vote("SNV", excellent=2)
    six.close("SNV")
    six.revote("SNV")
    six.to_vote("SNV", excellent=1)
    six.close("SNV")
    done(six.extend(six.obligation("NT11-1e-1", "SNV")["ref"], "2024-12-15"))
    six.submit("SNV-01", "SNV-02")
    six.ratify("SNV-02")
    assert six.verified().findings == ()
    return six
