"""The command line with a PostgreSQL server behind it: the same lines, the same answers."""

import re
import shlex
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from app.settings import read
from app.stage import Stage
from app.story import read_story
from app.wiring import create_database, make_context
from tests.cli.line import NOW, Line, said, small_roster, write_roster
from tests.season import SHIPPED
from tests.servers import Server
from workflow.replay.verification import verify
from workflow.services.context import find_season, rules_of

STORY = Path(__file__).parents[2] / "examples" / "ninh-thuan-2024" / "story.toml"

LINES = (
    ("today", "--as", "CV-SNV"),
    ("season", "status"),
    ("dossier", "list"),
    ("dossier", "show", "HS-0001"),
    ("meeting", "list"),
    ("role", "list"),
    ("group", "list"),
    ("obligation", "list"),
    ("quota",),
    ("audit", "attempts"),
)
"""Verbs that only look."""


@pytest.fixture
def address(server: Server) -> Iterator[str]:
    made = server.bare()
    yield made
    server.drop(made)


def worked(line: Line, roster: Path) -> list[str]:
    """A season begun by command lines; what every looking verb says of it then."""
    steps = (
        ("init",),
        ("season", "open", SHIPPED, "--code", "2024", "--rehearsal"),
        ("roster", "import", str(roster)),
        ("dossier", "advance", "HS-0001", "self_review", "--rank", "good", "--as", "CV-SNV"),
        ("dossier", "advance", "HS-0001", "attach", "--attach", f"minutes={roster}", "--as", "CV-SNV"),
        ("sweep",),
    )
    for step in steps:
        line.done(*step)
    assert line("dossier", "advance", "HS-0001", "submit", "--as", "CV-SNV").status == 3
    return [plain(line.done(*verb).out, line) for verb in LINES]


def plain(text: str, line: Line) -> str:
    """Without what differs between any two databases: where it is, and the hashes of its salted records."""
    return re.sub(r"[0-9a-f]{4}-[0-9a-f]{4}\b", "····", text.replace(shlex.quote(line.place), "DB"))


def test_the_same_lines_give_the_same_answers(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    roster = write_roster(tmp_path / "roster.xlsx", small_roster())
    monkeypatch.setenv("HOSO_FILES", str(tmp_path / "files"))
    here = Line(db=tmp_path / "hoso.db", patch=monkeypatch, always=("--now", NOW))
    there = replace(here, address=address)
    assert worked(there, roster) == worked(here, roster)
    assert [one.name for one in (tmp_path / "files").rglob("*") if one.is_file()]
    assert there("audit", "verify").status == 0


def test_health_looks_at_the_server(address: str, monkeypatch: pytest.MonkeyPatch):
    said(["init", "--db", address], monkeypatch)
    found = said(["health", "--db", address, "--json"], monkeypatch).json["findings"]
    codes = {one["code"] for one in found}
    assert {"store.server_good", "store.guarded", "store.role_strong"} <= codes
    assert "store.server_forgets" in codes  # the server of the tests hurries


def test_a_database_is_copied_by_one_line(address: str, staffed: Line, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    report = tmp_path / "report.xlsx"
    staffed.done("season", "report", "--xlsx", str(report))
    answer = staffed.plainly("copy", "--from", str(staffed.db), "--to", address)
    assert answer.status == 0, answer.text
    assert staffed.plainly("copy", "--from", str(staffed.db), "--to", address).status == 2
    there = replace(staffed, address=address, always=())
    assert there("audit", "verify", "--against", str(report)).status == 0


def test_an_address_shows_no_password(monkeypatch: pytest.MonkeyPatch):
    answer = said(["season", "status", "--db", "postgresql://lan:secret@127.0.0.1:1/hoso"], monkeypatch)
    assert answer.status == 6
    assert "secret" not in answer.text


def test_a_whole_season_is_played_on_a_server(address: str, tmp_path: Path):
    settings = replace(read({}), database=address, files=tmp_path / "files")
    with closing(create_database(settings)) as database:
        context = make_context(settings, database)
        stage = Stage(read_story(STORY), context, lambda _: None)
        played = list(stage.play())
        assert len(played) == len(stage.story.scenes)
        with database.reading() as tx:
            season = find_season(context, tx, None)
            found = verify(tx, season, rules_of(context, tx, season))
    assert found.findings == ()
    assert len(found.heads) > 500
    assert make_url(address).database
