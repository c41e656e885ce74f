"""A server that dies and rises under those who work with it has lost nothing that it acknowledged.

The long run: `make soak`.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.restarts.books import Books
from tests.season import PARTY_BOARDS, Play, done, leaders, opened, units
from workflow.answers import Answer
from workflow.services.meetings import MeetingCommand, meet

HOUSE = Path(__file__).parents[2]


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    play = opened(tmp_path)
    play.bring(units("SNV"), leaders("SNV", 2))
    with closing(play.database):
        yield Books(play.address, play, tmp_path)


def told(answer: Answer) -> dict[str, Any]:
    done = [[one.seq, one.receipt] for one in answer.done]
    return {"actor": "CV-SNV", "key": "k", "act": answer.act, "accepted": True, "done": done}


def planned(play: Play, key: str = "k") -> Answer:
    plan = MeetingCommand(command="plan", unit="SNV", args={"invited": [PARTY_BOARDS]})
    return done(meet(play.context, play.season, play.by("CV-SNV", key=key), plan))


def test_what_was_acknowledged_and_is_there_is_as_it_was_told(books: Books):
    books.compared([told(planned(books.play))])


def test_what_was_acknowledged_and_is_not_there_is_found_out(books: Books):
    answer = told(planned(books.play))
    with pytest.raises(AssertionError, match="acknowledged, and lost"):
        books.compared([{**answer, "done": [[answer["done"][0][0] + 1, answer["done"][0][1]]]}])


def test_what_was_done_and_acknowledged_to_nobody_is_found_out(books: Books):
    planned(books.play, "another")
    with pytest.raises(AssertionError, match="done, and never acknowledged"):
        books.compared([told(planned(books.play))])


def test_a_key_without_an_answer_is_found_out(books: Books):
    with pytest.raises(AssertionError, match="a key has no answer"):
        books.compared([{**told(planned(books.play)), "key": "lost"}])


def test_a_message_that_tells_twice_is_found_out(books: Books):
    item = json.dumps([{"obligation": "one", "rungs": ["overdue"]}])
    with books.opened() as play, play.database.engine.begin() as connection:
        for number in range(2):
            connection.exec_driver_sql(
                "INSERT INTO message SELECT id, ?, 'CV-SNV', 'email', ?, 'sent', 1, 0, NULL, 0, NULL FROM season",
                (str(number), item),
            )
    with pytest.raises(AssertionError, match="overdue"):
        books.compared([])


@pytest.fixture
def folder() -> Iterator[str]:
    """A server of another user may enter it; every pytest that starts closes the folder of all `tmp_path`."""
    with TemporaryDirectory(prefix="hoso-", ignore_cleanup_errors=True) as made:
        yield made


def test_a_server_killed_under_load_comes_back_with_all_that_was_acknowledged_and_nothing_twice(folder: str):
    line = [sys.executable, "-m", "tests.restarts", folder, "--restarts", "4", "--clients", "3"]
    ran = subprocess.run(line, cwd=HOUSE, capture_output=True, text=True, timeout=500, check=False)
    assert ran.returncode == 0, ran.stderr[-6000:]
    found = json.loads(ran.stdout)
    assert found["restarts"] == sum(found["ways"].values()) == 4
    assert found["acknowledged"] == 4 * 3 * 8
    assert found["acknowledged"] > found["refused"]
    assert found["command_lines"] == {"6": 1}
    assert found["met_somebody"] > 0
    assert found["trouble"]
    assert {int(one.rpartition(" ")[2]) for one in found["trouble"]} <= {5, 6}
    assert "psycopg" not in ran.stderr, "the driver talks past our own sentences"
