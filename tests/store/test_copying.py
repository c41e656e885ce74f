"""A database moved to another place, and between SQLite and PostgreSQL: the same record, byte for byte."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.season import Play, collective, done, leaders, opened, units
from tests.servers import Server
from workflow.errors import BadInput, ForeignDatabase
from workflow.replay.verification import check_heads
from workflow.services.context import Upload
from workflow.store.copying import copy
from workflow.store.database import Database
from workflow.store.migrations import migrate
from workflow.store.statements import Statement
from workflow.store.tables import METADATA

PDF = b"%PDF-1.7 minutes"
Place = Callable[[], Database]


@pytest.fixture
def on_file(tmp_path: Path) -> Place:
    return lambda: Database(str(tmp_path / "other.db"))


@pytest.fixture
def on_server(server: Server, tmp_path: Path) -> Iterator[Place]:
    address = server.bare()
    yield lambda: Database(address, files=tmp_path / "server-files")
    server.drop(address)


@pytest.fixture
def season(tmp_path: Path) -> Iterator[Play]:
    """A season with votes, a refusal, a paper, an extension and a message."""
    folder = tmp_path / "season"
    folder.mkdir()
    play = opened(folder)
    play.bring(units("SNV"), (*leaders("SNV", 6), collective("SNV")))
    play.to_vote("SNV", excellent=2)
    play.close("SNV")
    assert play.do("submit", "SNV-01").refused
    done(play.do("attach", "SNV-02", uploads=(Upload(kind="minutes", name="Biên bản.pdf", content=PDF),)))
    done(play.extend(play.obligation("NT11-1e-1", "SNV")["ref"], "2024-12-15"))
    with closing(play.database):
        yield play


def contents(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, by its key."""
    with database.reading() as tx:
        return {
            table.name: tx.all(Statement(select(table).order_by(*table.primary_key)))
            for table in METADATA.sorted_tables
        }


def test_there_and_back_again_everything_is_the_same(season: Play, on_file: Place, on_server: Place):
    before, heads = contents(season.database), season.verified().heads
    with closing(on_server()) as there, closing(on_file()) as back:
        made = copy(season.database, there)
        assert made.records == len(before["history"])
        assert (made.attachments, made.missing, made.damaged) == (1, (), ())
        assert contents(there) == before
        copy(there, back)
        assert contents(back) == before
        for database in (there, back):
            assert database.attachments is not None
            (paper,) = [one for one in database.attachments.rglob("*") if one.is_file()]
            assert paper.read_bytes() == PDF
            with database.reading() as tx:
                assert not list(check_heads(tx, season.row(), heads))


def test_the_season_goes_on_where_it_was_moved(season: Play, on_server: Place):
    with closing(on_server()) as there:
        copy(season.database, there)
        moved = replace(season, context=replace(season.context, database=there, write=there.write))
        assert moved.verified().findings == ()
        moved.revote("SNV")
        moved.to_vote("SNV", excellent=1)
        moved.close("SNV")
        moved.submit("SNV-02")
        assert moved.verified().findings == ()


def test_nothing_is_written_over(season: Play, on_server: Place):
    with closing(on_server()) as there:
        copy(season.database, there)
        before = contents(there)
        with pytest.raises(BadInput) as caught:
            copy(season.database, there)
        assert caught.value.code == "store.place_taken"
        assert contents(there) == before


def test_a_failure_halfway_leaves_the_place_empty(season: Play, on_server: Place, monkeypatch: pytest.MonkeyPatch):
    with closing(on_server()) as there:
        migrate(there.engine)
        nothing = contents(there)
        monkeypatch.setattr("workflow.store.copying._moved", broken_at("obligation"))
        with pytest.raises(ZeroDivisionError):
            copy(season.database, there)
        assert contents(there) == nothing


def broken_at(name: str) -> Callable[..., int]:
    from workflow.store.copying import _moved  # noqa: PLC0415  before it is replaced

    def moved(table: Any, *transactions: Any) -> int:
        return 1 // 0 if table.name == name else _moved(table, *transactions)

    return moved


def test_papers_need_a_folder_on_the_servers_side(season: Play, server: Server):
    address = server.bare()
    with closing(Database(address)) as there, pytest.raises(BadInput) as caught:
        copy(season.database, there)
    assert caught.value.code == "store.no_folder"
    server.drop(address)


def test_missing_and_damaged_papers_are_told_and_the_rest_comes(season: Play, on_file: Place):
    assert season.database.attachments is not None
    (paper,) = [one for one in season.database.attachments.rglob("*") if one.is_file()]
    paper.write_bytes(b"%PDF-1.7 something else")
    with closing(on_file()) as there:
        assert copy(season.database, there).damaged == (paper.name,)


def test_a_missing_paper_is_told(season: Play, on_file: Place):
    assert season.database.attachments is not None
    (paper,) = [one for one in season.database.attachments.rglob("*") if one.is_file()]
    paper.unlink()
    with closing(on_file()) as there:
        made = copy(season.database, there)
    assert (made.missing, made.attachments) == ((paper.name,), 0)


def test_only_a_database_of_ours_is_copied(tmp_path: Path, on_file: Place, season: Play):
    with closing(Database(str(tmp_path / "nothing.db"))) as nothing, closing(on_file()) as there:
        with pytest.raises(BadInput) as caught:
            copy(nothing, there)
        assert caught.value.code == "store.empty"
        assert not (tmp_path / "other.db").exists()
    (tmp_path / "other.db").write_bytes(b"not a database at all, but a text")
    with closing(on_file()) as foreign, pytest.raises(ForeignDatabase):
        copy(season.database, foreign)
