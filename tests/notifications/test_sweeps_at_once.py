"""Two processes look at one database at the same time: everything is recorded, told and sent, and nothing twice."""

import json
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from tests.notifications.kit import messages, parsed
from tests.season import local
from workflow.store import alerts as sql

HOUSE = Path(__file__).parents[2]
INSTANTS = [local("2024-11-20") + timedelta(days=day) for day in range(0, 24, 2)]


def _tell(worker: subprocess.Popen[str], line: str) -> None:
    assert worker.stdin is not None
    worker.stdin.write(line)
    worker.stdin.flush()


def _heard(worker: subprocess.Popen[str]) -> str:
    assert worker.stdout is not None
    return worker.stdout.readline()


def test_two_processes_record_and_send_everything_once(play, tmp_path):
    command = [sys.executable, "-m", "tests.notifications.worker", play.address, str(tmp_path / "spool")]
    reports = []
    with ExitStack() as stack:
        workers = [
            stack.enter_context(
                subprocess.Popen(command, cwd=HOUSE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            for _ in range(2)
        ]
        assert [_heard(one) for one in workers] == ["ready\n"] * 2
        for instant in INSTANTS:
            for one in workers:
                _tell(one, f"{instant.isoformat()}\n")
            reports += [json.loads(_heard(one)) for one in workers]
        for one in workers:
            assert one.stdin is not None
            one.stdin.close()
        assert [one.wait(30) for one in workers] == [0, 0]

    recorded = [tuple(alert) for report in reports for alert in report["alerts"]]
    assert len(recorded) == len(set(recorded)) == 5 * 6
    with play.database.reading() as tx:
        assert len(tx.all(sql.ALERTS_OF_SEASON, season=play.row()["id"])) == len(recorded)

    written = messages(play)
    assert sum(report["messages"] for report in reports) == len(written)
    each = Counter((one["recipient"], one["created_at"]) for one in written)
    assert set(each.values()) == {1}  # one for each recipient and look, though five commits made it
    sent = [message for report in reports for message in report["sent"]]
    assert sorted(sent) == sorted(one["id"] for one in written)
    assert {one["state"] for one in written} == {"sent"}
    ids = [parsed(path.read_bytes())["Message-ID"] for path in (tmp_path / "spool").glob("*.eml")]
    assert len(set(ids)) == len(ids) == len(written)
