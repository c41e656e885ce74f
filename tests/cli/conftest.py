"""Databases at three stages, made once and copied for each test: empty, with a season open, with its roster."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.line import NOW, Line, said, small_roster, write_roster
from tests.season import SHIPPED


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("stages")
    roster = write_roster(folder / "roster.xlsx", small_roster())
    steps = {
        "empty": (["init"],),
        "opened": (["season", "open", SHIPPED, "--code", "2024", "--rehearsal", "--now", NOW],),
        "staffed": (["roster", "import", str(roster), "--now", NOW],),
    }
    with pytest.MonkeyPatch.context() as patch:
        before: Path | None = None
        for stage, lines in steps.items():
            file = folder / f"{stage}.db"
            if before is not None:
                shutil.copy(before, file)
            for line in lines:
                answer = said([*line, "--db", str(file)], patch)
                assert answer.status == 0, answer.text
            before = file
        assert sorted(path.suffix for path in folder.iterdir()) == [".db", ".db", ".db", ".xlsx"]
        yield folder


@pytest.fixture
def at_stage(stages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Line]:
    def line(stage: str) -> Line:
        file = Path(shutil.copy(stages / f"{stage}.db", tmp_path / "hoso.db"))
        return Line(db=file, patch=monkeypatch, always=() if stage == "empty" else ("--now", NOW))

    return line


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    """A command line whose database was never made."""
    return Line(db=tmp_path / "data" / "hoso.db", patch=monkeypatch)


@pytest.fixture
def empty(at_stage: Callable[[str], Line]) -> Line:
    return at_stage("empty")


@pytest.fixture
def opened(at_stage: Callable[[str], Line]) -> Line:
    """With the season 2024 open, a rehearsal; every verb runs at `NOW`."""
    return at_stage("opened")


@pytest.fixture
def staffed(at_stage: Callable[[str], Line]) -> Line:
    """As `opened`, with a small roster."""
    return at_stage("staffed")


@pytest.fixture
def roster_file(stages: Path, tmp_path: Path) -> Path:
    """The roster that `staffed` has."""
    return Path(shutil.copy(stages / "roster.xlsx", tmp_path / "roster.xlsx"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The database that `hoso demo --keep` leaves behind, and what it told meanwhile. Only to be looked at."""
    folder = tmp_path_factory.mktemp("demo") / "kept"
    with pytest.MonkeyPatch.context() as patch:
        answer = said(["demo", "--keep", str(folder)], patch)
    assert answer.status == 0, answer.text
    return folder / "hoso.db", answer.out
