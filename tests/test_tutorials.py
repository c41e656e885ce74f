"""The lines that the README and the tutorial tell people to type do what they say, in order, on a fresh database."""

import json
import re
import shlex
import shutil
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
    lines: list[str],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    language: str = "en",
) -> list[int]:
    """Type the lines one after the other; their exit statuses. Workbooks go into the folder, papers lie in it."""
    monkeypatch.setenv("HOSO_DB", str(folder / "tutorial.db"))
    monkeypatch.setenv("HOSO_LANG", language)
    statuses = []
    for line in lines:
        words = shlex.split(line, comments=True)[1:]
        words = [_placed(one, folder) for one in words]
        monkeypatch.setattr("sys.argv", ["hoso", *words])
        statuses.append(run(words))
        told = capsys.readouterr()
        assert "Traceback" not in told.err, line
    return statuses


def _placed(word: str, folder: Path) -> str:
    if word.startswith("examples/"):
        return str(ROOT / word)
    kind, _, file = word.rpartition("=")
    if word.endswith(".pdf"):
        (folder / file).write_bytes(b"%PDF-1.7 " + word.encode())
    if word.endswith((".xlsx", ".pdf")):
        return f"{kind}={folder / file}" if kind else str(folder / file)
    return word


def kept(lines: list[str], statuses: list[int]) -> dict[str, int]:
    """The lines that did not go as the page says: one that it says is refused is, and all others are done."""
    said = {line: 3 if REFUSED.search(line) else 0 for line in lines}
    return {line: status for line, status in zip(lines, statuses, strict=True) if status != said[line]}


REFUSED = re.compile(r"# (?:refused|bị từ chối)$")
"""How a page says that a line is refused."""


def test_the_first_ten_lines_of_the_readme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = lines_of(ROOT / "README.md", "## A first real season, in ten lines")
    assert len(lines) == 10
    assert play(lines, tmp_path, monkeypatch, capsys) == [0, 0, 0, 0, 0, 0, 0, 3, 0, 0]


TUTORIALS = {
    "en": (ROOT / "docs" / "tutorial" / "first-season.md", "# Tutorial: a first season"),
    "vi": (ROOT / "docs" / "vi" / "mua-dau-tien.md", "# Một mùa đánh giá đầu tiên"),
}


@pytest.mark.parametrize("language", TUTORIALS)
def test_the_tutorial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    lines = lines_of(*TUTORIALS[language])
    statuses = play(lines, tmp_path, monkeypatch, capsys, language=language)
    assert kept(lines, statuses) == {}
    assert sum(map(bool, statuses)) == 1, "one refusal is shown"
    left = ["dossier", "list", "--unit", "SNV", "--json"]
    assert run(left) == 0
    told = {one["ref"]: one["state"] for one in json.loads(capsys.readouterr().out)["dossiers"]}
    assert {told[f"HS-{one:04}"] for one in (25, 26, 28, 30, 32, 34)} == {"ratified"}, "nobody is left behind"


def test_both_tutorials_do_the_same() -> None:
    english, vietnamese = (
        [" ".join(shlex.split(line, comments=True)[:3]) for line in lines_of(*TUTORIALS[one])] for one in ("en", "vi")
    )
    assert english == vietnamese


PAGES = sorted(one for one in (ROOT / "docs" / "vi").glob("*.md") if one.name not in {"README.md", "mua-dau-tien.md"})
ALONE = "hoso init"
"""What a page has that opens a season of its own."""
OWN = [
    ROOT / "docs" / "how-to" / name
    for name in ("meetings.md", "counts.md", "papers.md", "seasons.md", "write-a-rule-pack.md")
]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The season as section 1 of the tutorial leaves it."""
    folder = tmp_path_factory.mktemp("opened")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOSO_DB", str(folder / "tutorial.db"))
        for line in lines_of(TUTORIALS["vi"][0], "## 1. Mở kỳ đánh giá, nhập danh sách"):
            words = [_placed(one, folder) for one in shlex.split(line)[1:]]
            patch.setattr("sys.argv", ["hoso", *words])
            assert run(words) == 0
    return folder / "tutorial.db"


@pytest.mark.parametrize("page", [*PAGES, *OWN], ids=lambda one: one.stem)
def test_the_lines_of_a_page_do_what_it_says(
    page: Path, opened: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = lines_of(page, "# ")
    assert len(lines) >= 5
    if ALONE not in lines:
        shutil.copy(opened, tmp_path / "tutorial.db")
    language = page.parent.name if page.parent.name == "vi" else "en"
    assert kept(lines, play(lines, tmp_path, monkeypatch, capsys, language=language)) == {}


def test_every_how_to_is_listed() -> None:
    folder = ROOT / "docs" / "how-to"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    assert [one.name for one in folder.glob("*.md") if one.name != "README.md" and f"({one.name})" not in listed] == []


def test_every_vietnamese_page_is_listed_for_coordinators() -> None:
    listed = (ROOT / "docs" / "vi" / "README.md").read_text(encoding="utf-8")
    assert [one.name for one in PAGES if f"({one.name})" not in listed] == []
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [one.name for one in PAGES if f"(docs/vi/{one.name})" not in readme] == []
