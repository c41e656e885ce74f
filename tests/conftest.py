"""What every test shares: the `row` marker, and a home of its own."""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings

from tests import ground, servers
from tests.servers import Server

ROW = re.compile(r"[A-Z]+[0-9]+(-[0-9A-Za-z.]+)+")
"""The id of a row of the matrix: NT11-1a-1."""

# Two cores may be shared with a build, so no deadline; the same examples every time where a failure would block others.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ, print_blob=True)
# A mutant is tried on a few examples, always the same: its verdict must not hang on luck.
settings.register_profile("mutants", settings.get_profile("house"), max_examples=20, derandomize=True, database=None)
settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "row(*ids): the rows of the matrix that this test carries out (NT11-1a-1)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a `row` mark that names no row: conformance is read from these marks."""
    for item in items:
        for mark in item.iter_markers("row"):
            if (
                not mark.args
                or mark.kwargs
                or not all(isinstance(one, str) and ROW.fullmatch(one) for one in mark.args)
            ):
                message = f"{item.nodeid}: @pytest.mark.row takes ids like NT11-1a-1, not {mark.args!r}"
                raise pytest.UsageError(message)


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An empty home and no HOSO_* setting, so that no test reads or writes what belongs to the person who runs it."""
    home: Path = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [one for one in os.environ if one.startswith(("HOSO_", "XDG_"))]:
            patch.delenv(name)
        for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA"):
            patch.setenv(name, str(home))
        yield


SERVERS = ["postgresql", *(["postgresql-named"] if servers.address_given() else [])]
"""The server out of the wheel, and beside it the one that HOSO_TEST_PG names."""


@pytest.fixture(scope="session")
def _servers() -> Iterator[dict[str, Server]]:
    """The servers that were started, by their name in `SERVERS`."""
    with ExitStack() as stack:
        yield _Started(stack)


class _Started(dict[str, Server]):
    def __init__(self, stack: ExitStack) -> None:
        super().__init__()
        self._stack = stack

    def __missing__(self, name: str) -> Server:
        address = servers.address_given()
        door = servers.embedded() if name == "postgresql" or address is None else servers.named(address)
        self[name] = self._stack.enter_context(door)
        return self[name]


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, _servers: dict[str, Server]) -> Server:
    """A real PostgreSQL server."""
    return _servers[request.param]


@pytest.fixture
def one_server(_servers: dict[str, Server]) -> Server:
    """A real PostgreSQL server, the wheel's, for what takes long and does not hang on the release."""
    return _servers["postgresql"]


@pytest.fixture
def on_a_server(one_server: Server) -> Iterator[None]:
    """What `tests.season` opens stands on a PostgreSQL server."""
    with ground.standing_on(one_server):
        yield


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Attacks are written in SQLite's own words; what is read of an attacked database is the same on both."""
    if "both_databases" in metafunc.fixturenames:
        attacks = "attack" in metafunc.function.__code__.co_names
        metafunc.parametrize("both_databases", ["sqlite", *([] if attacks else SERVERS)], indirect=True)


@pytest.fixture
def both_databases(request: pytest.FixtureRequest, _servers: dict[str, Server]) -> Iterator[None]:
    """The test holds on SQLite and on PostgreSQL: what `tests.season` opens stands on the one, then on the other."""
    with ground.standing_on(None if request.param == "sqlite" else _servers[request.param]):
        yield
