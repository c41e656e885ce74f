"""PostgreSQL as it can fail: the wire is cut, it is out of room, patience or connections, or it only reads.

All cuts of all commands: `make soak`.
"""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from select import select

import pytest
from sqlalchemy.engine import make_url

from tests.cli.line import NOW, Line
from tests.faults.proxy import Cut, Proxy
from tests.servers import Server
from tests.store import rows
from workflow import messages
from workflow.errors import DiskFull, HosoError, Locked, MachineFailure
from workflow.store import commands as sql
from workflow.store.database import Database
from workflow.store.group_commit import GroupWriter
from workflow.store.statements import Transaction

HOUSE = Path(__file__).parents[2]


def test_cut_at_a_sample_of_requests_and_at_every_commit(tmp_path: Path, server: Server):
    address = server.url.render_as_string(hide_password=False)
    line = [sys.executable, "-m", "tests.faults.severed", str(tmp_path), "--server", address, "--every", "12"]
    line += ["--deeds", "attach", "close_vote"]
    done = subprocess.run(line, cwd=HOUSE, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert told["wrong"] == []
    assert min(told["cuts"].values()) >= 4
    assert told["ended"]["store.outcome_unknown"] >= 4, "each COMMIT, on both sides"
    assert done.stderr == "", "nothing is told but by us"


# — the command line —


@pytest.fixture
def filled(server: Server) -> Iterator[str]:
    """The address of a database with a row in every table."""
    address = server.fresh()
    with closing(Database(address)) as database, database.engine.begin() as connection:
        rows.fill(connection)
    yield address
    server.drop(address)


@pytest.mark.parametrize("number", [1, 4, 7, 9])
@pytest.mark.parametrize("executed", [False, True], ids=["lost before", "lost after"])
def test_a_lost_server_is_told_in_one_sentence(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, executed: bool
):
    with Proxy(make_url(filled), Cut(number, executed)) as proxy:
        address = proxy.address(make_url(filled).database)
        line = Line(db=tmp_path / "none.db", patch=monkeypatch, always=("--now", NOW), address=address)
        answer = line("sweep", "--lang", "en")
    assert proxy.met
    assert answer.status == 6
    (told,) = answer.err.splitlines()
    assert "cannot be reached" in told
    assert answer.out == ""


# — what a server says —


def failing(database: Database, *statements: str) -> HosoError:
    with pytest.raises(HosoError) as caught:
        database.write(lambda tx: [tx.plainly(one) for one in statements])  # type: ignore[func-returns-value]
    for language in messages.LANGUAGES:
        assert "{" not in messages.sentence(caught.value.code, language, **caught.value.figures)
    return caught.value


def counted(database: Database, name: str) -> bool:
    with database.reading() as tx:
        return tx.one(sql.COUNTER, tenant="t", name=name) is not None


@pytest.fixture
def database(filled: str) -> Iterator[Database]:
    with closing(Database(filled, busy_seconds=0.2)) as database:
        yield database


NOTED = "INSERT INTO counter VALUES ('t', 'noted', 1)"


def test_a_statement_that_takes_too_long(database: Database):
    found = failing(database, NOTED, "SET LOCAL statement_timeout = 20", "SELECT pg_sleep(20)")
    assert (type(found), found.code) == (Locked, "store.locked")
    assert not counted(database, "noted")


def test_a_transaction_that_idles_too_long_is_ended_and_the_next_one_is_well(database: Database):
    def idling(tx: Transaction) -> None:
        tx.plainly(NOTED)
        tx.plainly("SET LOCAL idle_in_transaction_session_timeout = 20")
        select([tx._connection.fileno()], [], [], 60)  # until the server says something of its own accord
        tx.plainly("SELECT 1")

    with pytest.raises(MachineFailure) as caught:
        database.write(idling)
    assert (caught.value.code, caught.value.exit_status) == ("store.unreachable", 6)
    assert not counted(database, "noted")
    with database.writing() as tx:
        tx.plainly(NOTED)
    assert counted(database, "noted")


@pytest.mark.parametrize(
    ("state", "kind", "code"),
    [
        ("53100", DiskFull, "store.disk_full"),
        ("53200", MachineFailure, "store.server_failed"),
        ("58030", MachineFailure, "store.server_failed"),
        ("XX000", MachineFailure, "store.server_failed"),
        ("25006", MachineFailure, "store.read_only"),
    ],
)
def test_a_server_that_has_no_room_no_memory_or_no_disk(
    database: Database, server: Server, state: str, kind: type[HosoError], code: str
):
    """Raised by the server itself, inside a command's transaction."""
    raising = f"BEGIN RAISE EXCEPTION 'no more' USING ERRCODE = '{state}'; END"
    found = failing(database, NOTED, f"DO $${raising}$$")
    assert (type(found), found.code, found.exit_status) == (kind, code, 6)
    assert not counted(database, "noted")


def test_a_server_with_too_many_connections_and_one_that_never_answers(server: Server, filled: str):
    server.run("DROP ROLE IF EXISTS hoso_test_many; CREATE ROLE hoso_test_many LOGIN PASSWORD 'x' CONNECTION LIMIT 0")
    crowded = make_url(filled).set(username="hoso_test_many", password="x").render_as_string(hide_password=False)
    with closing(Database(crowded)) as database:
        found = failing(database, NOTED)
    server.run("DROP ROLE hoso_test_many")
    assert found.code == "store.unreachable"
    assert "too many connections" in str(found.figures["reason"])
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mute = f"postgresql://lan@127.0.0.1:{silent.getsockname()[1]}/x?connect_timeout=2"
        with closing(Database(mute)) as database:
            assert failing(database, NOTED).code == "store.unreachable"


def test_a_server_that_only_reads_is_told_as_that(database: Database):
    """As a standby does, whatever a session asks for."""
    found = failing(database, "SET TRANSACTION READ ONLY", NOTED)
    assert (found.code, found.exit_status) == ("store.read_only", 6)


def test_a_wire_that_is_cut_in_a_group_harms_nobody_else(filled: str):
    """One loses its connection; whoever waited behind it is served on a new one."""
    with (
        Proxy(make_url(filled)) as proxy,
        closing(Database(proxy.address(make_url(filled).database))) as database,
        closing(GroupWriter(database)) as writer,
    ):
        writer.write(lambda tx: tx.plainly("SELECT 1"))
        proxy.cut = Cut(len(proxy.requests) + 3, executed=True)
        with pytest.raises(MachineFailure) as caught:
            writer.write(lambda tx: [tx.plainly("SELECT 1") for _ in range(5)])  # type: ignore[func-returns-value]
        assert caught.value.code == "store.unreachable"
        writer.write(lambda tx: tx.plainly(NOTED))
        assert counted(database, "noted")
