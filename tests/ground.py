"""What a test's season stands on: an SQLite file, or a database on a PostgreSQL server.

Rooms whose tests must hold on both ask for it in their `conftest`; everywhere else it is SQLite.
"""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from sqlalchemy import event

from tests.servers import Server
from workflow.store.database import Database
from workflow.store.migrations import migrate


class Ground(Protocol):
    """Where databases are made. A folder stands for one database: asked again, it is the one that is there."""

    name: str

    def address(self, folder: Path) -> str: ...

    def bare(self, folder: Path) -> str:
        """Where a folder's database would be, with nothing in it."""

    def kept(self, folder: Path) -> str:
        """The address of a folder's database, which now outlives the test."""

    def copy(self, address: str, folder: Path) -> None:
        """Make a folder's database, which may be there, as a copy of a kept one that nobody is connected to."""

    def forget(self, folder: Path) -> None:
        """The database of a folder is not needed any more."""

    def hurried(self, database: Database) -> None:
        """Let commits return before they are on the disk: a test's database need not survive a power cut."""


class Files:
    """One SQLite file in each folder."""

    name = "sqlite"

    def address(self, folder: Path) -> str:
        file = folder / "hoso.db"
        if not file.exists():
            file.write_bytes(_pattern())
        return str(file)

    def bare(self, folder: Path) -> str:
        file = folder / "hoso.db"
        file.touch()
        return str(file)

    def kept(self, folder: Path) -> str:
        return self.address(folder)

    def copy(self, address: str, folder: Path) -> None:
        shutil.copyfile(address, folder / "hoso.db")
        files = Path(f"{address}.files")
        if files.exists():
            shutil.copytree(files, folder / "hoso.db.files")

    def forget(self, folder: Path) -> None:
        """It goes with its folder."""

    def hurried(self, database: Database) -> None:
        def hurry(connection: Any, _: Any) -> None:
            connection.execute("PRAGMA synchronous = OFF")

        event.listen(database.engine, "connect", hurry)


class Databases:
    """One database of a server for each folder."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.name = str(server.url)
        self._made: dict[Path, str] = {}

    def address(self, folder: Path) -> str:
        if folder not in self._made:
            self._made[folder] = self.server.fresh()
        return self._made[folder]

    def bare(self, folder: Path) -> str:
        self._made[folder] = self.server.bare()
        return self._made[folder]

    def kept(self, folder: Path) -> str:
        return self._made.pop(folder)

    def copy(self, address: str, folder: Path) -> None:
        self._made[folder] = self.server.fresh(like=address, over=self._made.get(folder))

    def forget(self, folder: Path) -> None:
        self.server.drop(self._made.pop(folder))

    def hurried(self, database: Database) -> None:
        """The server of the tests hurries by itself."""

    def drop(self) -> None:
        while self._made:
            self.server.drop(self._made.popitem()[1])


_HERE: list[Ground] = [Files()]


def here() -> Ground:
    """What the running test stands on."""
    return _HERE[-1]


@contextmanager
def standing_on(server: Server | None) -> Iterator[None]:
    """Everything inside stands on databases of `server`; None leaves it on files."""
    if server is None:
        yield
        return
    databases = Databases(server)
    _HERE.append(databases)
    try:
        yield
    finally:
        _HERE.pop()
        databases.drop()


def opened(folder: Path, *, busy_seconds: float = 5) -> Database:
    """The database of a folder, made if it is not there; it hurries. A test in which a lock turns somebody
    away says how soon."""
    ground = here()
    database = Database(ground.address(folder), busy_seconds=busy_seconds, files=folder / "hoso.db.files")
    ground.hurried(database)
    return database


@cache
def _pattern() -> bytes:
    """The bytes of an empty database of ours; migrating takes longer than any test."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        with closing(Database(str(file))) as database:
            migrate(database.engine)
        return file.read_bytes()
