"""A season to measure on: one unit after the other, made by the real services from a made-up roster."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app import settings
from app.wiring import create_database, make_context
from states import packs
from workflow.rosters import RoleRow, Roster, SubjectRow, UnitRow
from workflow.services.context import By, Context
from workflow.services.rosters import import_roster
from workflow.services.seasons import open_season
from workflow.store.database import Database
from workflow.store.statements import Transaction
from workflow.words import Lead, Role, SubjectKind

START = datetime(2024, 11, 10, 2, tzinfo=UTC)
ACTOR = By(actor="C", auth="bench")
LEADERS = 5


class Ticking:
    """A clock that goes on by a millisecond each time it is read."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@dataclass(frozen=True, slots=True)
class Ground:
    context: Context
    database: Database
    refs: tuple[str, ...]


def season(folder: Path, *, units: int) -> Ground:
    """A rehearsal season with this many units of five leaders each, all dossiers drafted."""
    file = folder / "bench.db"
    database = create_database(settings.read({"HOSO_DB": str(file)}))
    made = make_context(settings.read({"HOSO_DB": str(file)}), database)
    context = Context(
        database=database,
        clock=Ticking(),
        rules=made.rules,
        write=database.write,
        tenant=made.tenant,
        virtual=True,
    )
    pack = packs.find("ninh-thuan-2024-11")
    stored = packs.dump(pack, packs.working_days([2024, 2025]))
    operator = By(actor="os-user:bench", auth="bench")
    open_season(context, operator, pack=stored, pack_hash=packs.pack_hash(stored), code="B", rehearsal=True)
    answer = import_roster(context, "B", operator, _roster(units))
    refs = tuple(str(one["dossier"]) for one in answer.changes if one["code"] == "change.dossier_opened")
    return Ground(context, database, refs)


def _roster(units: int) -> Roster:
    codes = [f"U{number:05d}" for number in range(units)]
    people = [
        SubjectRow(
            code=f"{code}-{number}",
            name=f"Người {number}",
            unit=code,
            kind=SubjectKind.PERSON,
            category="civil_servant",
            duty="leadership",
            tier="btv",
            lead=Lead.HEAD if number == 0 else Lead.DEPUTY,
        )
        for code in codes
        for number in range(LEADERS)
    ]
    coordinator = SubjectRow(code="C", name="Điều phối", unit=codes[0], ranked=False)
    return Roster(
        units=tuple(UnitRow(code=code, name=code, kind="department") for code in codes),
        subjects=(*people, coordinator),
        roles=(RoleRow(subject="C", role=Role.COORDINATOR),),
    )


class _Recording:
    """A cursor that writes down every statement with its values, and passes them on."""

    def __init__(self, cursor: Any, log: list[tuple[str, Any]]) -> None:
        self._cursor, self._log = cursor, log

    def execute(self, text: str, values: Any = ()) -> Any:
        self._log.append((text, values))
        return self._cursor.execute(text, values)

    def executemany(self, text: str, rows: Any) -> Any:
        self._log += [(text, row) for row in rows]
        return self._cursor.executemany(text, rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


class _Recorded:
    """A driver's connection whose cursors write down what they are told."""

    def __init__(self, connection: Any, log: list[tuple[str, Any]]) -> None:
        self._connection, self._log = connection, log

    def cursor(self, **named: Any) -> _Recording:
        return _Recording(self._connection.cursor(**named), self._log)


class RecordingDatabase(Database):
    """A database that remembers the SQL of every transaction, so that the driver alone can replay it."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.transactions: list[list[tuple[str, Any]]] = []

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        log: list[tuple[str, Any]] = []
        with super().writing() as tx:
            yield Transaction(_Recorded(tx._connection, log), tx.dialect)  # noqa: SLF001  seen from outside on purpose
        self.transactions.append(log)
