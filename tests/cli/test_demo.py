"""The seasons of the other regulations, played whole: every scene as its story says, and the record holds."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.cli.line import said
from tests.workbooks.books import parts_of

EXAMPLES = Path(__file__).parents[2] / "examples"
PLANS = {
    "ban-dan-toc-quang-ngai-2023": "quang-ngai-2023",
    "kon-tum-2024": "kon-tum-2024",
    "ninh-thuan-yearly": "ninh-thuan-yearly",
    "duc-pho-2024": "duc-pho-2024",
}


def script(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"roster_of_{folder.name}", folder / "make_roster.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("plan", sorted(PLANS))
def test_a_whole_season_under_the_plan_goes_as_its_story_says(
    plan: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = said(["demo", "--plan", plan, "--keep", str(tmp_path), "--json"], monkeypatch)
    assert answer.status == 0, answer.text
    assert (answer.json["holds"], len(answer.json["try"])) == (True, 5)
    first = answer.json["try"][0].split(" ")[1:]
    assert said(first, monkeypatch).status == 0


@pytest.mark.parametrize("name", sorted(PLANS.values()))
def test_the_roster_in_the_repository_is_what_its_script_makes(name: str, tmp_path: Path) -> None:
    script(EXAMPLES / name).make(tmp_path / "roster.xlsx")
    assert parts_of(tmp_path / "roster.xlsx") == parts_of(EXAMPLES / name / "roster.xlsx")


@pytest.mark.parametrize(
    "line",
    [["--plan", "nobody"], ["--plan", "kon-tum-2024", "--story", "kon-tum-2024"], ["--story", "nobody"]],
)
def test_a_story_that_is_not_there_or_named_twice(line: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    answer = said(["demo", *line], monkeypatch)
    assert answer.status == 2
    assert "Traceback" not in answer.text
