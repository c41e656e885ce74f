"""Seasons under packs."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.season import Play, opened


@pytest.fixture
def opening(tmp_path: Path) -> Iterator[Callable[..., Play]]:
    """Open a season under a pack; its database is closed again."""
    plays: list[Play] = []

    def open_one(pack: str, **more: Any) -> Play:
        plays.append(opened(tmp_path, pack, **more))
        return plays[-1]

    yield open_one
    for play in plays:
        play.database.close()
