"""On a terminal of 100 columns every table can be read: no line is wider, no dossier is broken apart."""

import io
import re
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout

import pytest

from app.cli.root import run
from tests.cli.verbs.office import LATE, Office

COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_screen(office: Office, argv: Sequence[str]) -> list[str]:
    line = [*argv, "--db", str(office.db), *office.always]
    office.patch.setenv("COLUMNS", "100")
    office.patch.setattr(sys, "argv", ["hoso", *line])
    screen = Terminal()
    with redirect_stdout(screen):
        assert run(line) == 0
    return [COLOURS.sub("", one).rstrip() for one in screen.getvalue().splitlines()]


@pytest.mark.parametrize(
    "argv",
    [
        ["dossier", "list"],
        ["obligation", "list", "--all"],
        ["quota"],
        ["group", "list"],
    ],
)
def test_a_table_fits_a_hundred_columns(voted: Office, argv: list[str]):
    voted.to_submit("STC")
    lines = on_screen(voted.at(LATE), argv)
    table = [one for one in lines if one.startswith(" ")]
    assert table, "there is a table"
    assert max(map(len, table)) <= 100


def test_the_longest_state_and_an_overdue_day_stand_on_one_line(voted: Office):
    voted.to_submit("STC")
    refs = [voted.ref(one) for one in ("STC-02", "STC-03", "STC-TT")]
    voted.done("dossier", "advance", *refs, "ratify", "--as", "TK")
    lines = on_screen(voted.at(LATE), ["dossier", "list"])
    decided = next(one for one in lines if refs[0] in one)
    assert "đã quyết định xếp loại" in decided
    overdue = next(one for one in lines if voted.ref("SNV-01") in one)
    assert "! 04/12/2024" in overdue
