"""What every test shares: the `row` marker, and a home of its own."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

ROW = re.compile(r"[A-Z]+[0-9]+(-[0-9A-Za-z.]+)+")
"""The id of a row of the matrix: NT11-1a-1."""

# Two cores may be shared with a build, so no deadline; the same examples every time where a failure would block others.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ, print_blob=True)
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
