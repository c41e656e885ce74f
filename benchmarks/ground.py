"""A season to measure on: one unit after the other, made by the real services from a made-up roster."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from app import settings
from app.wiring import create_database, make_context
from states import packs
from tests.servers import Server, embedded
from workflow.answers import Answer
from workflow.rosters import RoleRow, Roster, SubjectRow, UnitRow
from workflow.services.context import By, Context
from workflow.services.rosters import import_roster
from workflow.services.seasons import open_season
from workflow.store.database import Database
from workflow.words import Lead, Role, SubjectKind

START = datetime(2024, 11, 10, 2, tzinfo=UTC)
PACK, BODY, GUEST = "ninh-thuan-2024-11", "bcsd-ubnd", "ban-dang-tinh-uy"
LEADERS = 5
OPERATOR = By(actor="os-user:bench", auth="bench")
COORDINATOR, REGISTRAR, RATIFIER = (By(actor=one, auth="bench") for one in ("C", "R", "D"))


class Ticking:
    """A clock that goes on by a millisecond each time it is read."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@dataclass(frozen=True, slots=True)
class Ground:
    """A database with one or more seasons of drafted dossiers. `refs`: season → its dossiers, unit by unit."""

    context: Context
    address: str
    refs: dict[str, tuple[str, ...]]

    def on(self, database: Database) -> Context:
        """The services on another database of the same contents."""
        return replace(self.context, database=database, write=database.write, clock=Ticking())


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything is measured."""

    rounds: int
    commands: int
    bulk: int
    small: int
    large: int
    """Dossiers of the two seasons that growth is told from."""
    due: int
    obligations: int
    records: int
    """Of dossiers; with those of their meetings and groups a fifth more."""
    people: int
    processes: int


FULL = Sizes(
    rounds=5,
    commands=200,
    bulk=1000,
    small=1_000,
    large=100_000,
    due=1000,
    obligations=1_000_000,
    records=822_000,
    people=30_000,
    processes=8,
)
QUICK = Sizes(
    rounds=1, commands=5, bulk=10, small=20, large=40, due=5, obligations=50, records=500, people=30, processes=1
)


class Bench:
    """What the rows of one run share: the folder, the sizes, and the seasons, each made once and copied for use."""

    def __init__(self, folder: Path, sizes: Sizes, server: Server | None = None) -> None:
        self.folder, self.sizes, self._server = folder, sizes, server
        self._stack = ExitStack()
        self._made: dict[tuple[str, int, int], Ground] = {}
        self._number = 0

    @cached_property
    def pack(self) -> bytes:
        return packs.dump(packs.find(PACK), packs.working_days([2024, 2025]))

    def season(self, dossiers: int, *, seasons: int = 1, server: Server | None = None) -> Ground:
        """Rehearsal seasons B0, B1 … with so many drafted dossiers each, in units of five leaders. Not to be changed:
        work on a `copy`."""
        key = ("postgresql" if server else "sqlite", dossiers, seasons)
        if key not in self._made:
            address = server.bare() if server else str(self.folder / f"{dossiers}-{seasons}.db")
            self._made[key] = self._grown(address, dossiers, seasons)
        return self._made[key]

    def _grown(self, address: str, dossiers: int, seasons: int) -> Ground:
        configured = settings.read({"HOSO_DB": address})
        database = create_database(configured)
        context = opened_on(database, configured.tenant)
        hashed = packs.pack_hash(self.pack)
        refs = {}
        for code in (f"B{number}" for number in range(seasons)):
            open_season(context, OPERATOR, pack=self.pack, pack_hash=hashed, code=code, rehearsal=True)
            answer = import_roster(context, code, OPERATOR, roster(dossiers // LEADERS))
            refs[code] = opened(answer)
        database.close()
        return Ground(context, address, refs)

    def copy(self, ground: Ground, server: Server | None = None) -> str:
        """The address of a fresh copy, on the disk before anything is timed."""
        if server is not None:
            return server.fresh(like=ground.address, anew=True)
        self._number += 1
        copied = self.folder / f"copy-{self._number}.db"
        shutil.copyfile(ground.address, copied)
        with copied.open("rb+") as file:
            os.fsync(file.fileno())
        return str(copied)

    @property
    def postgresql(self) -> str | None:
        """The version of the server, where one was asked for."""
        return None if self._server is None else str(self._server.run("SHOW server_version")[0][0])

    @contextmanager
    def running(self) -> Iterator[Server]:
        """A PostgreSQL server that keeps what it acknowledged: the one given, or one out of the wheel."""
        if self._server is None:
            self._server = self._stack.enter_context(embedded(safe=True))
        yield self._server

    def close(self) -> None:
        self._stack.close()

    def drop(self, address: str, server: Server | None = None) -> None:
        if server is not None:
            server.drop(address)
            return
        for tail in ("", "-wal", "-shm"):
            Path(f"{address}{tail}").unlink(missing_ok=True)


def opened_on(database: Database, tenant: str) -> Context:
    """The services on an open database, their clock set for a rehearsal."""
    made = make_context(settings.read({"HOSO_DB": str(database.url), "HOSO_TENANT": tenant}), database)
    return replace(made, clock=Ticking(), virtual=True)


def opened(answer: Answer) -> tuple[str, ...]:
    """The dossiers that an import opened."""
    return tuple(str(one["dossier"]) for one in answer.changes if one["code"] == "change.dossier_opened")


def roster(units: int) -> Roster:
    codes = [f"U{number:05d}" for number in range(units)]
    people = [
        SubjectRow(
            code=f"{code}-{number}",
            name=f"Người {code} {number}",
            unit=code,
            kind=SubjectKind.PERSON,
            category="civil_servant",
            duty="leadership",
            tier="btv",
            lead=Lead.HEAD if number == 0 else Lead.DEPUTY,
            email=f"{code}-{number}@example.vn".lower(),
        )
        for code in codes
        for number in range(LEADERS)
    ]
    roles = {COORDINATOR: (Role.COORDINATOR, "*"), REGISTRAR: (Role.REGISTRAR, "*"), RATIFIER: (Role.RATIFIER, BODY)}
    acting = [SubjectRow(code=by.actor, name=by.actor, unit=codes[0], ranked=False) for by in roles]
    return Roster(
        units=tuple(UnitRow(code=code, name=code, kind="department") for code in codes),
        subjects=(*people, *acting),
        roles=tuple(RoleRow(subject=by.actor, role=role, scope=scope) for by, (role, scope) in roles.items()),
    )
