"""How Hoso is called from where the caller stands, and what the demo leaves to try."""

import shlex
import sys
from pathlib import Path

import pytest

from app.cli.remedy import program
from tests.cli.line import said


def called(patch: pytest.MonkeyPatch, name: str, path: str) -> str:
    patch.setattr(sys, "argv", [name])
    patch.setenv("PATH", path)
    return program()


def script(folder: Path) -> Path:
    folder.mkdir()
    made = folder / "hoso"
    made.write_text("#!/bin/sh\n", encoding="utf-8")
    made.chmod(0o755)
    return made


def test_what_is_found_by_its_name_is_called_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = script(tmp_path / "bin")
    assert called(monkeypatch, str(made), str(made.parent)) == "hoso"
    assert called(monkeypatch, "hoso", "") == "hoso"


def test_what_is_not_found_is_called_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = script(tmp_path / "a checkout")
    assert called(monkeypatch, ".venv/bin/hoso", "") == ".venv/bin/hoso"
    assert called(monkeypatch, str(made), str(tmp_path)) == shlex.quote(str(made))


def test_another_hoso_that_would_be_found_is_not_the_one_that_was_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    ours, other = script(tmp_path / "ours"), script(tmp_path / "other")
    assert called(monkeypatch, str(ours), str(other.parent)) == str(ours)


def test_a_module_is_called_as_a_module(monkeypatch: pytest.MonkeyPatch):
    assert called(monkeypatch, "/anywhere/app/cli/__main__.py", "") == f"{sys.executable} -m app.cli"


def test_the_five_commands_that_the_demo_leaves_work_as_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    kept = said(["demo", "--keep", str(tmp_path / "kept"), "--json"], monkeypatch)
    assert kept.status == 0, kept.text
    answers = [said([*shlex.split(line)[1:], "--json"], monkeypatch) for line in kept.json["try"]]
    assert [one.status for one in answers] == [0, 0, 0, 3, 0]
    for line in (one for lines in answers[3].json["next"].values() for one in lines):
        pasted = said([one.replace("RANK", "good") for one in shlex.split(line)[1:]], monkeypatch)
        assert pasted.status == 0, (line, pasted.text)
