"""The tables of a whole season, with its longest names, on narrow and wide screens and into a pipe."""

import io
import re
import shlex
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from app.cli.root import run
from tests.cli.line import said

NOW = "2024-12-16T09:00:00+07:00"
COLOURS = re.compile(r"\x1b\[[0-9;]*m")

TABLES = ["season status", "quota", "group list", "role list", "meeting list", "obligation list --all", "dossier list"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_screen(view: str, db: Path, width: int, patch: pytest.MonkeyPatch) -> list[str]:
    line = [*shlex.split(view), "--db", str(db), "--now", NOW]
    patch.setenv("COLUMNS", str(width))
    patch.setattr(sys, "argv", ["hoso", *line])
    screen = Terminal()
    with redirect_stdout(screen):
        assert run(line) == 0
    return [COLOURS.sub("", one).rstrip() for one in screen.getvalue().splitlines()]


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("view", TABLES)
def test_a_table_fits_the_screen_and_breaks_no_word(
    demo: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, view: str, width: int
):
    lines = on_screen(view, demo[0], width, monkeypatch)
    table = [one for one in lines if one.startswith(" ")]
    assert table, "there is a table"
    assert max(map(len, table)) <= width
    plain = said([*shlex.split(view), "--db", str(demo[0]), "--now", NOW], monkeypatch).out
    known = set(plain.split())
    assert {word for one in table for word in one.split() if set(word) != {"─"}} - known == set()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_what_matters_most_is_never_left_out(demo: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, width: int):
    shown = " ".join(" ".join(on_screen("dossier list --unit SCT", demo[0], width, monkeypatch)).split())
    for one in ("Số", "Họ tên", "trạng", "Hạn cuối", "HS-0188", "HS-0203", "Katơr", "04/12/2024"):
        assert one in shown, one


def test_a_column_that_has_no_room_is_told(demo: tuple[Path, str], monkeypatch: pytest.MonkeyPatch):
    assert "chưa hiện cột" in " ".join(on_screen("season status", demo[0], 60, monkeypatch))
    assert "chưa hiện cột" not in " ".join(on_screen("season status", demo[0], 200, monkeypatch))


@pytest.mark.parametrize("view", TABLES)
def test_a_pipe_gets_every_column_whatever_the_screen(
    demo: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, view: str
):
    line = [*shlex.split(view), "--db", str(demo[0]), "--now", NOW]
    told = set()
    for width in ("40", "200"):
        monkeypatch.setenv("COLUMNS", width)
        told.add(said(line, monkeypatch).out)
    assert len(told) == 1
    assert "\t" in told.pop()
