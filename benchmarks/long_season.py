"""A long season in seconds: a few units' work by the real services, then written again and again under other names.

Each copy is what the services would have written had other units done the same: ids, codes, refs and places are its
own, and every record is chained. The season verifies.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from app import settings
from app.wiring import create_database, make_context
from benchmarks.ground import COORDINATOR, OPERATOR, PACK, Ticking
from states import packs
from workflow import ledger
from workflow.answers import Answer
from workflow.rosters import RoleRow, Roster, SubjectRow, UnitRow
from workflow.services.context import Context
from workflow.services.dossiers import Advance, advance
from workflow.services.meetings import MeetingCommand, meet
from workflow.services.rosters import import_roster
from workflow.services.seasons import open_season
from workflow.services.votes import vote
from workflow.words import Lead, Role, SubjectKind

CODE = "B"
COMMON = "PHONG"
"""The unit that is there once: the coordinator's."""
NAMES = re.compile(
    rb"(?P<id>[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})|(?P<name>\b(?:U|HS-|VH-|HN-))(?P<number>[0-9]{4,})"
    rb'|(?<=,"place":)(?P<place>[0-9]+)'
)
NUMBERED = {b"HS-": "dossier", b"VH-": "obligation", b"HN-": "meeting%"}
"""How refs begin, and the counter that they come from."""
COPIED = ("unit", "subject", "dossier", "quota_group", "member", "meeting", "obligation")


def long_season(folder: Path, *, units: int, people: int, votes: int, copies: int) -> Context:
    """A rehearsal season of `copies` times `units` units of `people` each, who vote `votes` times over and submit.

    A dossier has 2 · votes + 2 records.
    """
    context = _opened(folder)
    common_roster = _roster([COMMON], 0, coordinator=True)
    _done(import_roster(context, CODE, OPERATOR, common_roster))
    file = context.database.file
    assert file is not None
    with closing(sqlite3.connect(file)) as connection:
        common, first = _ids(connection), _count(connection, "act %") + 1
    _season_of(context, [f"U{number:04d}" for number in range(units)], people, votes)
    context.database.close()
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        _Copier(connection, common, first, units).write(copies)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return context


def _opened(folder: Path) -> Context:
    given = settings.read({"HOSO_DB": str(folder / "long.db")})
    database = create_database(given)
    made = make_context(given, database)
    clock = Ticking()
    context = Context(
        database=database, clock=clock, rules=made.rules, write=database.write, tenant=made.tenant, virtual=True
    )
    stored = packs.dump(packs.find(PACK), packs.working_days([2024, 2025]))
    _done(open_season(context, OPERATOR, pack=stored, pack_hash=packs.pack_hash(stored), code=CODE, rehearsal=True))
    return context


def _roster(codes: Sequence[str], people: int, *, coordinator: bool = False) -> Roster:
    subjects = [
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
        for number in range(people)
    ]
    if coordinator:
        subjects.append(SubjectRow(code=COORDINATOR.actor, name="Điều phối", unit=codes[0], ranked=False))
    return Roster(
        units=tuple(UnitRow(code=code, name=code, kind="department") for code in codes),
        subjects=tuple(subjects),
        roles=(RoleRow(subject=COORDINATOR.actor, role=Role.COORDINATOR),) if coordinator else (),
    )


def _done(answer: Answer) -> Answer:
    if answer.refused:
        raise RuntimeError(answer.refused[0])
    return answer


def _season_of(context: Context, codes: Sequence[str], people: int, votes: int) -> None:
    answer = _done(import_roster(context, CODE, OPERATOR, _roster(codes, people)))
    opened = [one for one in answer.changes if one["code"] == "change.dossier_opened"]
    for code in codes:
        refs = tuple(str(one["dossier"]) for one in opened if one["unit"] == code)

        def step(command: str, refs: tuple[str, ...] = refs, **args: Any) -> None:
            _done(advance(context, CODE, COORDINATOR, Advance(command=command, refs=refs, args=args)))

        step("self_review", rank="good")
        invited = {"attendees": 12, "invited": ["ban-dang-tinh-uy"]}
        held = _done(meet(context, CODE, COORDINATOR, MeetingCommand(command="hold", unit=code, args=invited)))
        for number in range(votes):
            if number:
                _done(vote(context, CODE, COORDINATOR, "revote", code, reason="Kiểm lại phiếu"))
            step("record_vote", meeting=held.done[0].ref, rank="completed")
            _done(vote(context, CODE, COORDINATOR, "close_vote", code))
        step("submit")


def _ids(connection: sqlite3.Connection) -> set[bytes]:
    """The ids that every copy shares: the season's, its roster's, and what it owes itself."""
    tables = ("season", "roster", "unit", "obligation")
    return {one.encode() for table in tables for (one,) in connection.execute(f"SELECT id FROM {table}")}  # noqa: S608


def _count(connection: sqlite3.Connection, name: str) -> int:
    found = connection.execute("SELECT max(value) FROM counter WHERE name LIKE ?", (name,)).fetchone()
    return int(found[0] or 0)


class _Copier:
    """Writes the records of the last roster and of all that came after it again, under other names."""

    def __init__(self, connection: sqlite3.Connection, common: set[bytes], first: int, units: int) -> None:
        self._connection = connection
        self._common = common
        self._units = units
        self._first, self._acts = first, _count(connection, "act %") - first + 1
        self._numbers = {ref: _count(connection, name) for ref, name in NUMBERED.items()}
        self._roster, self._head, self._seq = connection.execute("SELECT id, head, seq FROM roster").fetchone()

    def write(self, copies: int) -> None:
        rows = {one: self._connection.execute(f"SELECT * FROM {one}").fetchall() for one in COPIED}  # noqa: S608
        records = self._connection.execute(
            "SELECT season, stream, seq, act, place, body FROM history WHERE place >= ? ORDER BY stream, seq",
            (self._first,),
        ).fetchall()
        self._connection.execute("PRAGMA foreign_keys = OFF")
        for number in range(1, copies):
            self._copy(number, rows, records)
        for name, each in [("act %", self._acts), *((NUMBERED[ref], each) for ref, each in self._numbers.items())]:
            self._connection.execute(
                "UPDATE counter SET value = value + ? WHERE name LIKE ?", (each * (copies - 1), name)
            )
        self._connection.execute("UPDATE roster SET seq = ?, head = ?", (self._seq, self._head))

    def _copy(self, number: int, rows: dict[str, list[Any]], records: list[Any]) -> None:
        renamed = self._renaming(number)
        heads: dict[str, bytes] = {}

        def chained() -> Iterator[tuple[Any, ...]]:
            for season, stream, seq, act, place, body in records:
                name, of_roster = renamed(stream), stream == self._roster
                now = seq + number if of_roster else seq
                data = renamed(body.replace(b'"seq":%d,"set"' % seq, b'"seq":%d,"set"' % now))
                previous = self._head if of_roster else heads.get(name, ledger.GENESIS)
                heads[name] = head = ledger.chained(previous, data)
                if of_roster:
                    self._seq, self._head = now, head
                yield season, name, now, renamed(act), place + number * self._acts, data, head

        self._connection.executemany("INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?)", chained())
        for table, found in rows.items():
            columns = [one[1] for one in self._connection.execute(f"PRAGMA table_info({table})")]
            copied = [
                dict(zip(columns, map(renamed, row), strict=True)) for row in found if self._is_copied(table, row)
            ]
            for one in copied:
                if "head" in one:
                    one["head"] = heads[one["id"]]
            marks = ", ".join("?" * len(columns))
            self._connection.executemany(
                f"INSERT INTO {table} VALUES ({marks})",  # noqa: S608
                [tuple(one.values()) for one in copied],
            )

    def _is_copied(self, table: str, row: Sequence[Any]) -> bool:
        """What the common units and the season itself have is not."""
        text = " ".join(str(one) for one in row)
        return table == "member" or bool(re.search(r"\bU[0-8]|\bHS-|\bHN-", text))

    def _renaming(self, number: int) -> Any:
        steps = {name: count * number for name, count in self._numbers.items()} | {b"U": self._units * number}

        def swapped(found: re.Match[bytes]) -> bytes:
            if found["id"]:
                known = found["id"]
                return known if known in self._common else b"%08x%b" % (int(known[:8], 16) + number, known[8:])
            if found["place"]:
                return b"%d" % (int(found["place"]) + number * self._acts)
            return b"%b%04d" % (found["name"], int(found["number"]) + steps[found["name"]])

        def renamed(value: Any) -> Any:
            if isinstance(value, str):
                return NAMES.sub(swapped, value.encode()).decode()
            return NAMES.sub(swapped, value) if isinstance(value, bytes) else value

        return renamed
