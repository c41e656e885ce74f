"""The lines that the README and the tutorial tell people to type do what they say, in order, on a fresh database."""

import re
import shlex
from pathlib import Path

import pytest

from app.cli.root import run

ROOT = Path(__file__).parent.parent


def lines_of(page: Path, heading: str) -> list[str]:
    """The indented `hoso …` lines of a page, from a heading on up to the next of its rank."""
    text = page.read_text(encoding="utf-8")
    start = text.index(heading)
    rank = heading.split(" ", maxsplit=1)[0]
    end = re.search(rf"^{rank} ", text[start + len(heading) :], re.MULTILINE)
    part = text[start : start + len(heading) + end.start()] if end else text[start:]
    return re.findall(r"^    (hoso .*)$", part, re.MULTILINE)


def play(
    lines: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[int]:
    """Type the lines one after the other; their exit statuses."""
    monkeypatch.setenv("HOSO_DB", str(folder / "tutorial.db"))
    monkeypatch.setenv("HOSO_LANG", "en")
    statuses = []
    for line in lines:
        words = shlex.split(line, comments=True)[1:]
        words = [str(folder / one) if one.endswith("report.xlsx") else one for one in words]
        words = [str(ROOT / one) if one.startswith("examples/") else one for one in words]
        monkeypatch.setattr("sys.argv", ["hoso", *words])
        statuses.append(run(words))
        told = capsys.readouterr()
        assert "Traceback" not in told.err, line
    return statuses


def test_the_first_ten_lines_of_the_readme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = lines_of(ROOT / "README.md", "## A first real season, in ten lines")
    assert len(lines) == 10
    assert play(lines, tmp_path, monkeypatch, capsys) == [0, 0, 0, 0, 0, 0, 0, 3, 0, 0]


def test_the_tutorial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lines = lines_of(ROOT / "docs" / "tutorial" / "first-season.md", "# Tutorial: a first season")
    statuses = play(lines, tmp_path, monkeypatch, capsys)
    refused = [line for line, status in zip(lines, statuses, strict=True) if status == 3]
    assert [line.split(" --")[0] for line in refused] == ["hoso unit submit SNV"]
    assert set(statuses) == {0, 3}
