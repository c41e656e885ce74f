"""A small season for the verbs that work on dossiers: two departments, and everybody who may act."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.line import said, write_roster
from tests.cli.verbs.office import NOW, Office, cast
from tests.season import SHIPPED


@pytest.fixture(scope="session")
def drafted_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    file, roster = folder / "drafted.db", write_roster(folder / "roster.xlsx", cast())
    lines = (
        ["init"],
        ["season", "open", SHIPPED, "--code", "2024", "--rehearsal", "--now", NOW],
        ["roster", "import", str(roster), "--now", NOW],
    )
    with pytest.MonkeyPatch.context() as patch:
        for line in lines:
            answer = said([*line, "--db", str(file)], patch)
            assert answer.status == 0, answer.text
    return file


@pytest.fixture(scope="session")
def voted_file(drafted_file: Path) -> Path:
    """As `drafted_file`, with both units reviewed and voted: of SNV's six leaders two excellent, which is one over."""
    file = drafted_file.with_name("voted.db")
    shutil.copy(drafted_file, file)
    with pytest.MonkeyPatch.context() as patch:
        office = Office(db=file, patch=patch, always=("--now", NOW))
        office.to_vote("SNV", excellent=2)
        office.to_vote("STC")
    return file


@pytest.fixture
def at_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Office]:
    def office(file: Path) -> Office:
        copy = Path(shutil.copy(file, tmp_path / "hoso.db"))
        return Office(db=copy, patch=monkeypatch, always=("--now", NOW))

    return office


@pytest.fixture
def office(drafted_file: Path, at_desk: Callable[[Path], Office]) -> Office:
    """Every dossier drafted."""
    return at_desk(drafted_file)


@pytest.fixture
def voted(voted_file: Path, at_desk: Callable[[Path], Office]) -> Office:
    """Every dossier voted on, votes open; SNV is over its quota."""
    return at_desk(voted_file)
