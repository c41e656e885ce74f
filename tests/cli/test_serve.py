"""sweep and serve: what is due is recorded and told, by one look at the clock or by looking on and on."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Self

import pytest

from tests.cli.line import Line
from workflow.store.database import Database

SEVEN_DAYS_BEFORE = "2024-11-28T00:00:00+07:00"
OVERDUE = "2024-12-05T00:00:00+07:00"
HOUSE = Path(__file__).parent.parent.parent
SERVE = [sys.executable, "-c", "from app.cli import main; main()", "serve"]


@pytest.fixture
def spool(staffed: Line, tmp_path: Path) -> Path:
    """Mail goes into this folder."""
    folder = tmp_path / "spool"
    staffed.patch.setenv("HOSO_SPOOL", str(folder))
    return folder


def asked(line: Line, question: str) -> list[tuple[Any, ...]]:
    with closing(Database(str(line.db))) as database, database.readers.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(question)]


def heartbeats(line: Line) -> set[str]:
    return {name for (name,) in asked(line, "SELECT name FROM heartbeat")}


def wait_for(condition: Callable[[], bool]) -> None:
    """Ask again and again; what is waited for happens in another process."""
    for _ in range(20_000):
        if condition():
            return
    raise AssertionError("it never came")


# — sweep —


def test_the_plan_is_announced_once_and_before_the_first_rung_nobody_is_reminded(staffed: Line, spool: Path):
    line = staffed.at("2024-11-27T23:59:59.999999+07:00")
    first, second = line.done("sweep", "--json").json, line.done("sweep", "--json").json
    assert first["announced"] == first["delivered"]["sent"] == len(list(spool.glob("*.eml"))) > 0
    assert (first["alerts"], first["messages"]) == ([], 0)
    assert (second["announced"], second["messages"], second["delivered"]["sent"]) == (0, 0, 0)


def test_a_sweep_records_the_rung_and_the_mail_leaves_at_once(staffed: Line, spool: Path):
    line = staffed.at(SEVEN_DAYS_BEFORE)
    told = line.done("sweep", "--json").json
    assert {(one["rung"], one["outcome"]) for one in told["alerts"]} == {("seven-days-before", "queued")}
    assert {one["scope"] for one in told["alerts"]} == {"SNV", "STC", "2024"}
    written = told["announced"] + told["messages"]  # one to each recipient, whatever it tells
    assert written == told["delivered"]["sent"] == len(list(spool.glob("*.eml"))) > 0


def test_a_second_sweep_tells_nothing_twice(staffed: Line, spool: Path):
    line = staffed.at(SEVEN_DAYS_BEFORE)
    line.done("sweep")
    mails = len(list(spool.glob("*.eml")))
    again = line.done("sweep", "--json").json
    assert (again["looked"], again["alerts"], again["messages"], again["announced"]) == (0, [], 0, 0)
    assert len(list(spool.glob("*.eml"))) == mails > 0


def test_people_read_how_many_of_each_and_with_verbose_every_one(staffed: Line, spool: Path):
    short = staffed.at(SEVEN_DAYS_BEFORE).done("sweep")
    assert "NT11-1e-1\t7 ngày trước thời điểm hết hạn, báo nơi chịu trách nhiệm\tbáo\t2" in short.out
    late = staffed.at(OVERDUE).done("sweep", "--verbose", "--lang", "en")
    told = [line for line in late.out.splitlines() if line.startswith("2024\tVH-")]
    assert any("\tSNV\tat the due instant: head\ttold\t" in line for line in told)
    assert short.out.startswith("Đã xem ")


def test_without_a_way_to_send_messages_wait_and_that_is_said(staffed: Line):
    answer = staffed.at(SEVEN_DAYS_BEFORE).done("sweep", "--json")
    assert answer.json["announced"] + answer.json["messages"] > 0
    assert answer.json["handled"] == []
    assert "HOSO_SMTP_HOST" in answer.err


def test_a_mail_server_that_is_not_there_is_told_and_the_mail_waits(staffed: Line):
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        for name, value in (("HOST", "127.0.0.1"), ("PORT", str(unused.getsockname()[1])), ("SECURITY", "none")):
            staffed.patch.setenv(f"HOSO_SMTP_{name}", value)
        answer = staffed.at(SEVEN_DAYS_BEFORE)("sweep", "--json")
    assert (answer.status, answer.json["delivered"]["retried"]) == (6, 1)
    assert "127.0.0.1" in answer.err


def test_a_spool_that_cannot_be_written_is_told(staffed: Line, tmp_path: Path):
    (tmp_path / "letter").write_text("x")
    staffed.patch.setenv("HOSO_SPOOL", str(tmp_path / "letter" / "spool"))
    answer = staffed.at(SEVEN_DAYS_BEFORE)("sweep")
    assert answer.status == 6
    assert str(tmp_path / "letter") in answer.err


def test_a_clock_set_by_hand_looks_at_rehearsals_alone(empty: Line):
    empty.done("season", "open", "ninh-thuan-2024-11", "--code", "real")
    told = empty("sweep", "--now", OVERDUE, "--json").json
    assert told["looked"] == 0
    assert heartbeats(empty) == set(), "and says nothing about today"


def test_a_sweep_by_the_real_clock_says_that_it_was_alive(empty: Line):
    empty.done("sweep")
    assert heartbeats(empty) == {"sweep", "deliver"}


# — serve —


class Served:
    """`hoso serve` in a process of its own, once it has said that it serves."""

    def __init__(self, db: Path, *more: str, **env: str) -> None:
        self.process = subprocess.Popen(
            [*SERVE, "--db", str(db), *more],
            cwd=HOUSE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "HOSO_LANG": "en", **env},
        )
        self.said: list[str] = []
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line)
            if "scheduler runs" in line:
                return
        raise AssertionError(self.said)

    def stop(self, how: signal.Signals) -> tuple[int, str, str]:
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, "".join(self.said) + err

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_serve_stops_cleanly_when_asked_to(staffed: Line, tmp_path: Path, how: signal.Signals):
    with Served(staffed.db, "--json", HOSO_SPOOL=str(tmp_path / "spool")) as served:
        status, out, err = served.stop(how)
    assert status == 0, err
    assert err.splitlines()[-1] == "Stopped."
    assert "Traceback" not in err
    assert out.startswith("{")


def test_serve_sweeps_delivers_and_leaves_its_heartbeats(staffed: Line, tmp_path: Path):
    """The rehearsal's deadline has long passed by the real clock, so what is owed leaves at once."""
    spool = tmp_path / "spool"
    with Served(staffed.db, HOSO_SPOOL=str(spool)) as served:
        wait_for(lambda: heartbeats(staffed) == {"deliver", "scheduler", "sweep"})
        status, _, err = served.stop(signal.SIGTERM)  # what runs is finished first
        assert status == 0, err
    assert asked(staffed, "SELECT count(*) FROM alert WHERE outcome = 'queued'") > [(0,)]
    staffed.patch.setenv("HOSO_SPOOL", str(spool))
    staffed.plainly("sweep", "--db", str(staffed.db))
    assert list(spool.glob("*.eml"))
    findings = staffed.plainly("health", "--db", str(staffed.db), "--json").json["findings"]
    assert {one["figures"]["name"] for one in findings if one["code"] == "store.worker_good"} == {
        "deliver",
        "scheduler",
        "sweep",
    }


def test_any_number_may_serve_one_database(staffed: Line, tmp_path: Path):
    spool = tmp_path / "spool"
    with ExitStack() as stack:
        both = [stack.enter_context(Served(staffed.db, HOSO_SPOOL=str(spool))) for _ in range(2)]
        wait_for(lambda: asked(staffed, "SELECT count(*) FROM alert") > [(0,)])
        ends = [one.stop(signal.SIGTERM) for one in both]
    assert [status for status, _, _ in ends] == [0, 0], ends
    mails = [one.name for one in spool.glob("*.eml")]
    assert len(mails) == len(set(mails))
    alerts = asked(staffed, "SELECT obligation, rung FROM alert")
    assert len(alerts) == len(set(alerts)) > 0


def test_serve_takes_no_set_clock(staffed: Line):
    answer = staffed("serve", "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "cli.serve_now")
